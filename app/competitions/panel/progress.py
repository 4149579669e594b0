"""How far the marking of a skill is: code × sub criterion.  Counted by the database, never mark by mark: there may be 18,000 sheets."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.competitions.models import Aspect, Entry, Mark, RemarkRound, Sheet, Skill, Standing, SubCriterion
from app.competitions.models.marking import COMPETING, OF_THE_FORM, seated
from workflows.competition.aspects import seats_of
from workflows.competition.codes import of_sheet
from workflows.competition.seating import GIVEN, OPEN
from workflows.competition.sheet_flow import SheetFlow
from workflows.text import Text
from workflows.workflow import State

ROWS = 50  # codes on one page of the matrix


@dataclass(frozen=True, slots=True)
class Cell:
    """A sheet: how far it is, how many aspects are being marked again, and what is out of the ordinary about who scores it."""

    id: int
    state: State
    done: int
    needed: int
    differences: int
    departures: tuple[Text, ...]
    is_stuck: bool

    @property
    def look(self) -> str:
        """Which of the looks of a cell it has."""
        if self.state is not SheetFlow.open:
            return self.state.name
        if self.is_stuck:
            return "stuck"
        if self.differences:
            return "apart"
        return "done" if self.done >= self.needed else ("begun" if self.done else "fresh")


@dataclass(frozen=True)
class Matrix:
    """The cells by code and sub criterion; `version` changes whenever anything in it does."""

    skill: Skill
    subs: Sequence[SubCriterion]
    codes: Sequence[str]
    cells: Mapping[tuple[str, int], Cell]
    version: str
    by_sub: Mapping[int, Counter[str]] = field(default_factory=dict)

    def count(self, *looks: str) -> int:
        return sum(counted[look] for counted in self.by_sub.values() for look in looks)

    @property
    def total(self) -> int:
        return len(self.cells)

    @property
    def differing(self) -> int:
        return sum(bool(cell.differences) for cell in self.cells.values())

    @property
    def stuck(self) -> int:
        return sum(cell.is_stuck for cell in self.cells.values())

    def pages(self) -> int:
        return max(1, -(-len(self.codes) // ROWS))

    def page(self, number: int) -> Sequence[str]:
        return self.codes[(number - 1) * ROWS : number * ROWS]


def version_of(session: Session, skill: Skill) -> str:
    """What changes whenever a mark, a sheet, a round or the panel does: sums over a row each for competitor and sheet, no mark is read."""
    standings = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Standing.version), 0)).where(Standing.skill_id == skill.id)
    ).one()
    sheets = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Sheet.version), 0)).where(Sheet.skill_id == skill.id)
    ).one()
    rounds = session.execute(
        sa.select(sa.func.count(), sa.func.count(RemarkRound.settled_at), sa.func.max(RemarkRound.settled_at))
        .join(Sheet, Sheet.id == RemarkRound.sheet_id)
        .where(Sheet.skill_id == skill.id)
    ).one()
    said = "/".join(map(str, (*standings, *sheets, *rounds, skill.version)))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def matrix(session: Session, skill: Skill) -> Matrix:
    """The whole matrix in a handful of questions, whatever its size."""
    subs = skill.scheme.sub_criteria if skill.scheme else []
    by_id = {sub.id: sub for sub in subs}
    everyone = [0]
    each = {sub.id: sum(seats_of(aspect, everyone) is everyone for aspect in sub.aspects) for sub in subs}
    agreed = {sub.id: len(sub.aspects) - each[sub.id] for sub in subs}
    known = {
        id_: (seat, work)
        for id_, seat, work in session.execute(
            sa.select(Entry.id, Entry.seat_code, Entry.work_code).where(Entry.skill_id == skill.id, Entry.is_in(*COMPETING))
        )
    }
    panel = [seat.position for seat in skill.panel]
    given = _given(session, skill)
    again, answered = _again(session, skill)
    rows = session.execute(
        sa.select(Sheet.id, Sheet.entry_id, Sheet.sub_criterion_id, Sheet._state, Sheet.seating).where(
            Sheet.skill_id == skill.id, ~Sheet.is_in(SheetFlow.superseded)
        )
    )
    cells: dict[tuple[str, int], Cell] = {}
    by_sub: dict[int, Counter[str]] = {sub.id: Counter() for sub in subs}
    for id_, entry_id, sub_id, state, seating in rows:
        if entry_id not in known:
            continue
        here = seated(seating, panel)
        needed = each[sub_id] * len(here.seats) + agreed[sub_id]
        open_again = again.get(id_, 0)
        done = min(needed, given.get(id_, 0)) - open_again * len(here.seats) + answered.get(id_, 0)
        stuck = any(departure.outcome in (OPEN, GIVEN) for departure in here.departures) and state == SheetFlow.open.name
        cell = Cell(id_, SheetFlow.states[state], done, needed, open_again, tuple(departure.words for departure in here.departures), stuck)
        cells[of_sheet(skill.code_layers, by_id[sub_id].marked_at, *known[entry_id]), sub_id] = cell
        by_sub[sub_id][cell.look] += 1
    codes = sorted({code for code, _sub in cells})
    return Matrix(skill, subs, codes, cells, version_of(session, skill), by_sub)


def _given(session: Session, skill: Skill) -> Mapping[int, int]:
    """By sheet, how many places have a value: every place's first value has number 1."""
    rows = session.execute(
        sa.select(Mark.sheet_id, sa.func.count())
        .join(Sheet, Sheet.id == Mark.sheet_id)
        .join(Aspect, Aspect.id == Mark.aspect_id)
        .where(Sheet.skill_id == skill.id, Mark.number == 1, OF_THE_FORM)
        .group_by(Mark.sheet_id)
    )
    return dict(rows.all())


def _again(session: Session, skill: Skill) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """By sheet, how many aspects are being marked again, and how many scores of those rounds are in."""
    latest = (
        sa.select(RemarkRound.sheet_id, RemarkRound.aspect_id, sa.func.max(RemarkRound.number).label("number"))
        .join(Sheet, Sheet.id == RemarkRound.sheet_id)
        .where(Sheet.skill_id == skill.id, RemarkRound.settled_at.is_(None))
        .group_by(RemarkRound.sheet_id, RemarkRound.aspect_id)
        .subquery()
    )
    again = session.execute(sa.select(latest.c.sheet_id, sa.func.count()).group_by(latest.c.sheet_id)).all()
    places = (
        sa.select(Mark.sheet_id, Mark.aspect_id, Mark.seat)
        .join(
            latest,
            sa.and_(latest.c.sheet_id == Mark.sheet_id, latest.c.aspect_id == Mark.aspect_id, latest.c.number == Mark.round),
        )
        .distinct()
        .subquery()
    )
    answered = session.execute(sa.select(places.c.sheet_id, sa.func.count()).group_by(places.c.sheet_id)).all()
    return dict(again), dict(answered)


@dataclass(frozen=True)
class RoundLine:
    """A re-mark round that is open, as the chief judge sees it: what differed, what was given, and what is needed."""

    round: RemarkRound
    sheet: Sheet
    aspect: Aspect
    code: str
    need: str
    reason: Text
    scores: Sequence[tuple[int, Sequence[tuple[int, str]]]]


def open_rounds(session: Session, skill: Skill) -> list[RoundLine]:
    """Every round that is not settled, by code and aspect, with the scores of each round so far."""
    rounds = session.scalars(
        sa.select(RemarkRound)
        .join(Sheet, Sheet.id == RemarkRound.sheet_id)
        .where(Sheet.skill_id == skill.id, RemarkRound.settled_at.is_(None))
        .options(joinedload(RemarkRound.sheet).joinedload(Sheet.entry), joinedload(RemarkRound.aspect).joinedload(Aspect.sub_criterion))
    ).unique()
    lines = []
    for each in rounds:
        sheet = each.sheet
        place = [aspect.id for aspect in sheet.sub_criterion.aspects].index(each.aspect_id)
        found = sheet.differences[place]
        scores: dict[int, dict[int, str]] = {}
        for mark in sheet.marks:
            if mark.aspect_id == each.aspect_id:
                scores.setdefault(mark.round, {})[mark.seat] = "—" if mark.value is None else format(mark.value.normalize(), "f")
        lines.append(
            RoundLine(
                each,
                sheet,
                each.aspect,
                sheet.code,
                found.need.value if found else "",
                found.reason if found else each.words,
                [(number, sorted(given.items())) for number, given in sorted(scores.items())],
            )
        )
    return sorted(lines, key=lambda line: (line.code, line.aspect.sub_criterion.code, line.aspect.position))
