"""The day's work of a judge as one value: every sheet of theirs, and the blank form of each sub criterion.  No name is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.marking import queries as marked
from app.competitions.marking.queries import AspectView, Place, SheetLine
from app.competitions.models import Mark, Sheet, Skill, SubCriterion
from app.competitions.models.marking import seated
from app.core.actor import Actor
from workflows.competition.aspects import PANEL, Marked, seats_of
from workflows.competition.remarking import FIRST
from workflows.competition.sheet_flow import SheetFlow
from workflows.exact import plain

DrawForm = Callable[[Skill, SubCriterion, list[AspectView]], str]


@dataclass(frozen=True)
class Day:
    """What the device keeps.  `forms` are the blank sheets, by sub criterion; `skills` tell each sheet's place and what counts on it."""

    account: int | None
    forms: dict[str, str]
    skills: list[dict[str, Any]]


def day_of(session: Session, actor: Actor, draw: DrawForm) -> Day:
    """The skills that *actor* judges and that are being marked now, with the sheets that are theirs to score."""
    desks = marked.desks(session, actor)
    forms = {}
    skills = []
    for desk in desks:
        seats = _own_seats(session, desk.skill, actor)
        given = _given(session, desk.skill, seats)
        for sub in desk.subs:
            forms[str(sub.id)] = draw(desk.skill, sub, blank_aspects(desk.skill, sub))
        skills.append(
            {
                "id": desk.skill.id,
                "title": f"{desk.skill.competition.name} · {desk.skill.name}",
                "subs": [{"id": sub.id, "code": sub.code, "name": sub.name, "max": str(sub.max_mark)} for sub in desk.subs],
                "sheets": [
                    _sheet(line, sub_id, seats[line.id], given.get(line.id, {}))
                    for (_, sub_id), line in desk.lines.items()
                    if line.id in seats
                ],
            }
        )
    return Day(actor.account_id, forms, skills)


def blank_aspects(skill: Skill, sub: SubCriterion) -> list[AspectView]:
    """The aspects of *sub* with nothing given: one's own place, and the others' covered.  The tablet puts its judge's seat in."""
    panel = [seat.position for seat in skill.panel]
    views = []
    for aspect in sub.aspects:
        own, *others = seats_of(aspect, panel)
        places = [Place(own, 0, None, is_mine=True, is_editable=True, is_covered=False, is_given=False)]
        places += [Place(seat, 0, None, is_mine=False, is_editable=False, is_covered=True, is_given=False) for seat in others]
        views.append(AspectView(aspect, aspect.code, places, [], Marked(aspect.code, aspect.method, aspect.max_mark, {}), None))
    return views


def _own_seats(session: Session, skill: Skill, actor: Actor) -> dict[int, int]:
    """On which seat *actor* scores, for each sheet that is theirs."""
    usual = {seat.position: seat.account_id for seat in skill.panel}
    seats = {}
    for id_, seating in session.execute(sa.select(Sheet.id, Sheet.seating).where(Sheet.skill_id == skill.id)):
        held = seated(seating, list(usual)).held_by(usual)
        own = next((seat for seat, account in held.items() if account == actor.account_id), None)
        if own is not None:
            seats[id_] = own
    return seats


def _given(session: Session, skill: Skill, seats: Mapping[int, int]) -> Mapping[int, dict[str, list[Any]]]:
    """What stands at the judge's own and the panel's places: sheet → place → number and value ("" where the round has none yet)."""
    rounds = marked.latest_rounds(session, skill.id)
    rows = session.execute(
        sa.select(Mark.sheet_id, Mark.aspect_id, Mark.seat, Mark.number, Mark.value, Mark.round)
        .join(Sheet, Sheet.id == Mark.sheet_id)
        .where(Sheet.skill_id == skill.id)
        .order_by(Mark.number)
    )
    given: dict[int, dict[str, list[Any]]] = {}
    for sheet, aspect, seat, number, value, round_ in rows:
        if seat not in (PANEL, seats.get(sheet)):
            continue
        latest = rounds.get((sheet, aspect))
        counts = round_ == (latest.number if latest else FIRST)
        shown = (None if value is None else plain(value)) if counts else ""
        given.setdefault(sheet, {})[f"{aspect}-{seat}"] = [number, shown]
    return given


def _sheet(line: SheetLine, sub_id: int, seat: int, values: Mapping[str, Iterable[Any]]) -> dict[str, Any]:
    return {
        "id": line.id,
        "sub": sub_id,
        "seat": seat,
        "code": line.code,
        "open": line.state is SheetFlow.open,
        "state": {"zh": line.state.title.zh, "en": line.state.title.en},
        "done": line.done,
        "needed": line.needed,
        "apart": line.differences > 0,
        "values": values,
    }
