"""What a comparison is made of: the totals of the last tally, the marks behind them, the scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import Result, Skill
from app.competitions.results import queries as results
from app.competitions.results.queries import ResultLine
from workflows.competition import alternatives, medals, places, ranking
from workflows.competition.alternatives import Alternative
from workflows.competition.places import Totals
from workflows.competition.scale import MedianPoints, worldskills_scale
from workflows.text import Text

NO_SUCH_CODE = Text("成绩中没有赛位号 {code}", "There is no code {code} among the results")
SAME = Text("请填两个不同的赛位号", "Give two different codes")


def _totals(session: Session, skill: Skill, found: Sequence[Result]) -> list[Totals]:
    """What everybody's marks came to, as places are made of it; from the tally that is kept, so nothing is counted again.

    Of the steps behind a result, which are longer than all the rest of it, only what was recorded is asked for.
    """
    recorded = sa.select(Result.entry_id, Result.why["recorded"]).where(Result.skill_id == skill.id, Result.tally == skill.tally_number)
    more = {entry_id: values or {} for entry_id, values in session.execute(recorded)}
    return [
        Totals(
            result.entry_id,
            result.total,
            result.theory,
            result.practice,
            {letter: Decimal(mark) for letter, mark in result.modules.items()},
            {key: Decimal(value) for key, value in more[result.entry_id].items()},
        )
        for result in found
    ]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two results and the whole chain between them."""

    first: ResultLine
    second: ResultLine
    steps: list[ranking.Compared]

    @property
    def decided_by(self) -> ranking.Compared | None:
        """The step that tells them apart; None where they share the place."""
        return next((step for step in self.steps if step.outcome in (ranking.Outcome.FIRST, ranking.Outcome.SECOND)), None)


def compared(session: Session, skill: Skill, first: str, second: str) -> Compared | Text:
    """Why the competitor of code *first* stands where it does beside *second*, or why the two cannot be compared."""
    found = results.lines(session, skill, explained=False)
    by_code = {line.code: line for line in found}
    for code in (first, second):
        if code not in by_code:
            return NO_SUCH_CODE.format(code=code)
    if first == second:
        return SAME
    one, other = by_code[first], by_code[second]
    order = results.rules_of(session, skill).order
    steps = places.compare(_totals(session, skill, [line.result for line in found]), order, one.result.entry_id, other.result.entry_id)
    return Compared(one, other, steps)


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Every method for one skill, the one in force first, with the lines of the results and how far each would move."""

    lines: list[ResultLine]
    made: list[Alternative]
    scale: MedianPoints
    positions: dict[int, int | None]
    n: int

    @property
    def in_force(self) -> Alternative:
        return alternatives.in_force(self.made)

    @property
    def others(self) -> list[Alternative]:
        return [each for each in self.made if not each.is_in_force]

    def moved(self, method: Alternative) -> dict[int, int]:
        return method.moved(self.in_force)

    def movers(self, method: Alternative) -> list[tuple[ResultLine, int]]:
        """Who would have another place under *method*, the largest move first."""
        moved = self.moved(method)
        found = [(line, moved[line.result.entry_id]) for line in self.lines if line.result.entry_id in moved]
        return sorted(found, key=lambda each: (-abs(each[1]), each[0].code))


def side_by_side(session: Session, skill: Skill) -> SideBySide:
    """The results of the last tally under every method."""
    found = results.lines(session, skill, explained=False)
    totals = _totals(session, skill, [line.result for line in found])
    rules = results.rules_of(session, skill)
    scheme = skill.scheme.rules if skill.scheme else None
    values = {each.id: each.values for each in results.competitors(session, skill)}
    made = alternatives.alternatives(
        totals,
        rules.order,
        weights=alternatives.weights_of(scheme, rules.theory_weight, rules.practice_weight),
        by_judge=alternatives.judged_by(scheme, values),
    )
    scale = worldskills_scale([each.total for each in totals])
    shown = medals.positions(scale, _edition(skill))
    return SideBySide(found, made, scale, dict(zip((each.id for each in totals), shown, strict=True)), len(totals))


def _edition(skill: Skill) -> medals.EditionRule:
    """Who shares a position, by the medal rule of the skill: as in 2024 with the tolerance of two, as in 2026 without."""
    return medals.rule_of(2024 if skill.medal_rule == "near-2" else 2026)
