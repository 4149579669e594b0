"""Which paper sheets were typed, by whom, and what is to be settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.competitions.marking.queries import competing_codes
from app.competitions.models import Aspect, PaperEntry, Sheet, Skill, SubCriterion
from app.core.actor import Actor
from workflows.competition import aspects, double_entry
from workflows.competition.aspects import entry_of, seats_of
from workflows.competition.codes import of_sheet
from workflows.competition.double_entry import Difference
from workflows.exact import plain

Step = Literal["fresh", "once", "differs", "clash", "recorded"]


@dataclass(frozen=True)
class PlaceField:
    """One thing to type: an aspect's value of one judge (seat 0: of the panel)."""

    place: str
    aspect: Aspect
    code: str
    seat: int
    asked: aspects.Entry


@dataclass(frozen=True)
class Clash:
    """A place for which a tablet has sent another value than both persons typed."""

    place: str
    typed: str
    stands: str


def fields_of(sheet: Sheet) -> list[PlaceField]:
    """All that is to be typed of *sheet*, in the order of the paper."""
    return [
        PlaceField(f"{aspect.id}-{seat}", aspect, aspect.code, seat, entry_of(aspect))
        for aspect in sheet.sub_criterion.aspects
        for seat in seats_of(aspect, list(sheet.panel))
    ]


def open_entry(session: Session, sheet: Sheet) -> PaperEntry | None:
    """What was typed of *sheet* and is not recorded yet."""
    query = sa.select(PaperEntry).where(PaperEntry.sheet_id == sheet.id, PaperEntry.recorded_at.is_(None), PaperEntry.dropped_at.is_(None))
    return session.scalars(query.options(joinedload(PaperEntry.first_by), joinedload(PaperEntry.second_by))).one_or_none()


def differences_in(entry: PaperEntry, sheet: Sheet) -> list[Difference]:
    """Where the two persons differ; nothing before the second has typed."""
    if entry.second_by_id is None:
        return []
    return double_entry.differences(entry.first, entry.second, [field.place for field in fields_of(sheet)])


def latest_values(sheet: Sheet) -> dict[str, tuple[int, str]]:
    """What stands at each place: its number, and the value as it would be typed."""
    return {
        f"{mark.aspect_id}-{mark.seat}": (mark.number, double_entry.NOT_ATTEMPTED if mark.value is None else plain(mark.value))
        for mark in sheet.marks
    }


def clashes_in(entry: PaperEntry, sheet: Sheet) -> list[Clash]:
    """Where both say alike and a tablet said something else."""
    stands = latest_values(sheet)
    return [Clash(place, typed, stands[place][1]) for place, typed in entry.first.items() if place in stands and stands[place][1] != typed]


@dataclass(frozen=True)
class PaperLine:
    """A sheet on the desk for paper: how far the typing is, and who typed it first."""

    sheet_id: int
    code: str
    step: Step
    first_by: int | None


def sheet_ids(session: Session, skill: Skill, sub_id: int) -> list[int]:
    """The sheets of a sub criterion, also of those who dropped out: there is a paper for each."""
    return list(session.scalars(sa.select(Sheet.id).where(Sheet.skill_id == skill.id, Sheet.sub_criterion_id == sub_id)))


def parts(session: Session, skill: Skill, size: int) -> dict[int, int]:
    """How many files of *size* sheets the print-out of each sub criterion takes."""
    counted = sa.select(Sheet.sub_criterion_id, sa.func.count()).where(Sheet.skill_id == skill.id).group_by(Sheet.sub_criterion_id)
    return {sub_id: -(-count // size) for sub_id, count in session.execute(counted)}


def desk(session: Session, skill: Skill) -> list[tuple[SubCriterion, list[PaperLine]]]:
    """Every sheet of *skill* by sub criterion, in three questions."""
    subs = skill.scheme.sub_criteria if skill.scheme else []
    known = competing_codes(session, skill.id)
    marked_at = {sub.id: sub.marked_at for sub in subs}
    sheets = sorted(
        (of_sheet(skill.code_layers, marked_at[sub_id], *known[entry]), id_, sub_id)
        for id_, sub_id, entry in session.execute(
            sa.select(Sheet.id, Sheet.sub_criterion_id, Sheet.entry_id).where(Sheet.skill_id == skill.id)
        )
        if entry in known
    )
    entries = session.scalars(
        sa.select(PaperEntry)
        .join(Sheet, Sheet.id == PaperEntry.sheet_id)
        .where(Sheet.skill_id == skill.id, PaperEntry.dropped_at.is_(None))
        .order_by(PaperEntry.id)
    )
    typed = {entry.sheet_id: entry for entry in entries}
    return [(sub, [_line(id_, code, typed.get(id_)) for code, id_, sub_id in sheets if sub_id == sub.id]) for sub in subs]


def _line(sheet_id: int, code: str, entry: PaperEntry | None) -> PaperLine:
    if entry is None:
        return PaperLine(sheet_id, code, "fresh", None)
    step: Step = "recorded"
    if entry.recorded_at is None:
        step = "once" if entry.second_by_id is None else ("differs" if entry.first != entry.second else "clash")
    return PaperLine(sheet_id, code, step, entry.first_by_id)


def own_typing(entry: PaperEntry | None, actor: Actor) -> dict[str, str]:
    """What *actor* typed before: the other's typing is shown to nobody who has still to type."""
    if entry is None:
        return {}
    if entry.first_by_id == actor.account_id:
        return dict(entry.first)
    return dict(entry.second) if entry.second_by_id == actor.account_id else {}
