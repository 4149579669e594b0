"""From the marks on all sheets to places, awards and prizes, with every step in words.

One pure function: the same inputs give the same lines on any machine.  An aspect is rounded once, to 0.01; after that marks are added;
theory and practice are weighted and rounded once; places come from the totals (or, on the WorldSkills method, from whole points of
the scale), awards from the places or points.  Where the first places may not be shared, a tie that no key resolves waits for the
chief judge, whose ruling counts only for those who are tied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from workflows.competition import places as placing
from workflows.competition import ranking
from workflows.competition.aspects import Marked, Values, mark_of
from workflows.competition.bands import Band
from workflows.competition.corrections import Correction, aspects_corrected, total_corrected
from workflows.competition.marking import ZERO, Part, explain_weighted, total
from workflows.competition.modules import modules_of, recorded
from workflows.competition.places import Order, Totals
from workflows.competition.prizes import AWARDS, PrizeScheme, award, award_by_points
from workflows.competition.scale import MedianPoints, worldskills_scale
from workflows.competition.scheme import MarkingScheme
from workflows.exact import plain
from workflows.text import Text, joined

NOT_PASSED = Text("{part} {mark} 分，未达到合格线 {line} 分", "{part}: {mark} is below the pass mark of {line}")


@dataclass(frozen=True, slots=True)
class Competitor:
    """What is known of one entry: its id and code, what counts for each aspect ("A1.3" → values by seat), its theory mark, and the
    approved corrections in the order of their approval."""

    id: int
    code: str
    values: Mapping[str, Values]
    theory: Decimal | None = None
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """What the plan of the skill says about its results.  Weights are per cent; `tie_break` are keys of `ranking.key`.

    `rulings` are the chief judge's: each a tuple of ids in their order.  `entered` and `checked_in` are the bases that a prize scheme
    may take its shares of.  `theory_pass` and `practice_pass` are what each part must reach by itself (双合格); None asks nothing.
    """

    theory_weight: Decimal
    practice_weight: Decimal
    prizes: PrizeScheme
    method: str = "marks"
    medal_rule: str = "exact"
    tie_break: tuple[str, ...] = ()
    unshared_places: tuple[Band, ...] = ()
    rulings: tuple[tuple[int, ...], ...] = ()
    entered: int | None = None
    checked_in: int | None = None
    theory_pass: Decimal | None = None
    practice_pass: Decimal | None = None

    @property
    def order(self) -> Order:
        """What of them puts competitors in order."""
        return Order(self.method, self.tie_break, self.unshared_places, self.rulings)


@dataclass(frozen=True, slots=True)
class Line:
    """One competitor's result.  `aspects` and `modules` are marks by aspect and by criterion letter; `steps` explain it all.

    `recorded` is the time taken and the errors made, where the scheme has them recorded; `fails` are the parts that were not passed.
    `calculated` is what it would be without corrections, where there are any: by aspect, and "total".
    """

    id: int
    code: str
    theory: Decimal | None
    practice: Decimal | None
    total: Decimal
    modules: dict[str, Decimal]
    aspects: dict[str, Decimal]
    points: int | None
    place: int | None
    decided_by: str
    is_shared: bool
    needs_decision: bool
    award: str | None
    prize: Decimal
    steps: tuple[Text, ...]
    recorded: dict[str, Decimal]
    fails: tuple[Text, ...]
    calculated: dict[str, Decimal]

    @property
    def passes(self) -> bool:
        """Whether every part reached what it must reach by itself."""
        return not self.fails


def tally(scheme: MarkingScheme | None, competitors: Sequence[Competitor], rules: Rules) -> list[Line]:
    """The result of every competitor, best first.

    *scheme* is None only where practice has no weight.  Raises ValueError for marks or rules that cannot be applied (a value outside
    its range, a theory mark missing though it counts).
    """
    marks = {each.id: _marks(scheme, each, rules) for each in competitors}
    scaled = worldskills_scale([marks[each.id].total for each in competitors]) if rules.method == "worldskills" else None
    points = dict(zip([each.id for each in competitors], scaled, strict=True)) if scaled is not None else {}
    places = placing.places([totals_of(id_, each) for id_, each in marks.items()], rules.order)
    awards = _awards(places, points, rules)
    codes = {each.id: each.code for each in competitors}
    lines = [_line(place, codes, marks, points, awards, scaled, rules) for place in places]
    return sorted(lines, key=lambda line: (line.place is None, line.place or 0, line.code))


def unresolved(lines: Sequence[Line]) -> list[list[Line]]:
    """The groups that share a place which may not be shared."""
    open_ = [line for line in lines if line.needs_decision]
    return [list(group) for _, group in groupby(open_, key=lambda line: line.place)]


# --- one competitor -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Marks:
    theory: Decimal | None
    practice: Decimal | None
    total: Decimal
    modules: dict[str, Decimal]
    aspects: dict[str, Decimal]
    steps: tuple[Text, ...]
    more: dict[str, Decimal]
    fails: tuple[Text, ...]
    calculated: dict[str, Decimal]


def _marks(scheme: MarkingScheme | None, competitor: Competitor, rules: Rules) -> _Marks:
    """The marks of one competitor with every correction in it, and beside what was corrected what the sheets alone give."""
    marks = _counted(scheme, competitor, rules)
    if not competitor.corrections:
        return marks
    sheets = _counted(scheme, replace(competitor, corrections=()), rules)
    changed = {code: mark for code, mark in sheets.aspects.items() if mark != marks.aspects[code]}
    return replace(marks, calculated={**changed, "total": sheets.total})


def _counted(scheme: MarkingScheme | None, competitor: Competitor, rules: Rules) -> _Marks:
    aspects: dict[str, Decimal] = {}
    modules: dict[str, Decimal] = {}
    more: dict[str, Decimal] = {}
    steps: list[Text] = []
    parts: list[Part] = []
    if rules.theory_weight:
        if competitor.theory is None:
            raise ValueError(f"{competitor.code}: the theory mark is missing")
        parts.append(Part(rules.theory_weight, competitor.theory, Text("理论", "theory")))
    practice = None
    if rules.practice_weight:
        if scheme is None:
            raise ValueError("practice counts, but there is no marking scheme")
        for code, aspect in scheme.aspects():
            aspects[code] = mark_of(Marked(code, aspect.method, aspect.max_mark, competitor.values.get(code, {})))
        max_marks = {code: aspect.max_mark for code, aspect in scheme.aspects()}
        aspects, corrected = aspects_corrected(aspects, max_marks, competitor.corrections)
        steps += corrected
        known = modules_of(scheme, aspects)
        modules = {module.letter: module.mark for module in known}
        practice = total(modules.values())
        more = recorded(scheme, competitor.values)
        steps += [module.step for module in known if module.weight is not None]
        sum_of = " + ".join(f"{letter} {mark}" for letter, mark in modules.items())
        steps.append(Text(f"实操：{sum_of} = {practice}", f"Practice: {sum_of} = {practice}"))
        parts.append(Part(rules.practice_weight, practice, Text("实操", "practice")))
    weighted = explain_weighted(parts)
    fails = tuple(_fails(rules, competitor.theory, practice))
    final, deductions = total_corrected(weighted.value, competitor.corrections)
    steps = [*steps, *weighted.steps, *deductions, *fails]
    return _Marks(competitor.theory, practice, final, modules, aspects, tuple(steps), more, fails, {})


def _fails(rules: Rules, theory: Decimal | None, practice: Decimal | None) -> Iterator[Text]:
    """Where a part that must be passed by itself was not (双合格)."""
    if rules.theory_pass is not None and theory is not None and theory < rules.theory_pass:
        yield NOT_PASSED.format(part=Text("理论", "Theory"), mark=theory, line=plain(rules.theory_pass))
    if rules.practice_pass is not None and practice is not None and practice < rules.practice_pass:
        yield NOT_PASSED.format(part=Text("实操", "Practice"), mark=practice, line=plain(rules.practice_pass))


def totals_of(id: int, marks: _Marks) -> Totals:
    """What a competitor's marks came to, as places are made of it."""
    return Totals(id, marks.total, marks.theory, marks.practice, marks.modules, marks.more)


# --- awards ---------------------------------------------------------------------------------------------------------


def _awards(places: Sequence[ranking.Place], points: Mapping[int, int | None], rules: Rules) -> dict[int, str | None]:
    ids = [_id(place) for place in places]
    if rules.prizes.kind == "scale":
        scheme = replace(rules.prizes, medal_rule=rules.medal_rule)
        return dict(zip(ids, award_by_points([points.get(id_) for id_ in ids], scheme), strict=True))
    base = {"entered": rules.entered, "checked_in": rules.checked_in}.get(rules.prizes.base)
    return dict(zip(ids, award([place.place for place in places], rules.prizes, base), strict=True))


def _id(place: ranking.Place) -> int:
    assert isinstance(place.id, int)
    return place.id


def _line(
    place: ranking.Place,
    codes: Mapping[int, str],
    marks: Mapping[int, _Marks],
    points: Mapping[int, int | None],
    awards: Mapping[int, str | None],
    scaled: MedianPoints | None,
    rules: Rules,
) -> Line:
    id_ = _id(place)
    own = marks[id_]
    is_withheld = bool(own.fails) and rules.prizes.needs_pass and awards[id_] is not None
    won = None if is_withheld else awards[id_]
    prize = rules.prizes.money(won)
    award_steps = [_withheld(awards[id_], own.fails)] if is_withheld else _award_steps(won, prize)
    return Line(
        id_,
        codes[id_],
        own.theory,
        own.practice,
        own.total,
        own.modules,
        own.aspects,
        points.get(id_),
        place.place,
        place.decided_by or "",
        place.is_shared,
        place.needs_decision,
        won,
        prize,
        (*own.steps, *_scale_steps(scaled, points.get(id_), own.total), _place_step(place), *award_steps),
        own.more,
        own.fails,
        own.calculated,
    )


def _scale_steps(scaled: MedianPoints | None, points: int | None, mark: Decimal) -> list[Text]:
    if scaled is None:
        return []
    if scaled.reason is not None:
        return [scaled.reason]
    steps = [] if scaled.formula is None else [scaled.formula]
    steps.append(Text("x = {mark}，标尺分 {points}", "x = {mark}: {points} points").format(mark=mark, points=points))
    return [*steps, scaled.caution] if scaled.caution else steps


def _place_step(place: ranking.Place) -> Text:
    return Text("第 {place} 名：{why}", "Place {place}: {why}").format(place=place.place, why=place.why)


def _withheld(award: str | None, fails: tuple[Text, ...]) -> Text:
    """An award that a part not passed keeps back; the lines of the prizes stay where they are, so nobody moves up."""
    return Text("按名次应授予{award}，因未双合格不授予：{fails}", "{award} by place, withheld, as a part was not passed: {fails}").format(
        award=AWARDS[award or ""], fails=joined(list(fails))
    )


def _award_steps(won: str | None, prize: Decimal) -> list[Text]:
    if won is None:
        return [Text("未获奖", "No award")]
    if prize == ZERO:
        return [Text("授予{award}", "Award: {award}").format(award=AWARDS[won])]
    return [Text("授予{award}，奖金 {prize} 元", "Award: {award}, prize {prize} yuan").format(award=AWARDS[won], prize=plain(prize))]
