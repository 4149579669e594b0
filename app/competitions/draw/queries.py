"""What is known of a draw, and to whom."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.competitions.models import Entry, EntryMember, Skill
from app.core.actor import Actor
from workflows.competition.conflicts import BLIND
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role

OPENED = (SkillFlow.decoded, SkillFlow.publicity, SkillFlow.final)


@dataclass(frozen=True, slots=True)
class Lot:
    """What was drawn: the number that lay in the drum, and the seat it got."""

    number: str
    seat: str


def knows_the_draw(actor: Actor, skill: Skill) -> bool:
    """Whether the actor may see seed and lots: whoever draws and witnesses at once, the public after the decoding.

    With the seed and the numbers anybody can draw again, and so tie seats to names: until the decoding that must stay closed.
    """
    if skill.drawn_at is None:
        return False
    mine = actor.roles_on(skill)
    return skill.is_in(*OPENED) or (bool(mine & {Role.ENCRYPTION_JUDGE, Role.ARBITER}) and not mine & BLIND)


def lots(session: Session, skill: Skill) -> list[Lot]:
    """Every number that was drawn and its seat, in the order of the seats."""
    drawn = sa.select(Entry.number, Entry.seat_code).where(Entry.skill_id == skill.id, Entry.seat_code.is_not(None))
    return sorted((Lot(number or "", seat or "") for number, seat in session.execute(drawn)), key=lambda lot: lot.seat)


def seated(session: Session, skill: Skill) -> list[Entry]:
    """The entries with a seat, in the order of the seats."""
    query = sa.select(Entry).where(Entry.skill_id == skill.id, Entry.seat_code.is_not(None))
    query = query.options(joinedload(Entry.organisation), selectinload(Entry.members).joinedload(EntryMember.person))
    return sorted(session.scalars(query), key=lambda entry: entry.seat_code or "")


def in_the_drum(session: Session, skill: Skill) -> list[Entry]:
    """The entries that will be drawn: whoever is checked in."""
    query = sa.select(Entry).where(Entry.skill_id == skill.id, Entry.is_in(EntryFlow.checked_in)).order_by(Entry.number)
    return list(session.scalars(query))
