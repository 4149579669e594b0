"""Ceremonies, for whoever leads them; and for the hall, what was revealed and nothing else."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.competitions.models import Ceremony, Competition, Skill
from app.competitions.models.ceremony import DECIDED
from app.core.actor import Actor
from app.core.errors import NotFound
from workflows.competition.ceremony_flow import CeremonyFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role


def ceremonies(actor: Actor) -> sa.Select[Ceremony]:
    """Only the organiser knows what is coming."""
    query = sa.select(Ceremony).join(Competition, Competition.id == Ceremony.competition_id).options(joinedload(Ceremony.competition))
    return query.where(Competition.organiser_id.in_(actor.ids(Role.ORGANISER))).order_by(Ceremony.id.desc())


def ceremony(session: Session, actor: Actor, id: int) -> Ceremony:
    found = session.scalar(ceremonies(actor).where(Ceremony.id == id))
    if found is None:
        raise NotFound
    return found


def of_competition(session: Session, actor: Actor, competition_id: int) -> list[Ceremony]:
    return list(session.scalars(ceremonies(actor).where(Ceremony.competition_id == competition_id)))


def own_competition(session: Session, actor: Actor, id: int) -> Competition:
    found = session.get(Competition, id)
    if found is None or Role.ORGANISER not in actor.roles_on(found):
        raise NotFound
    return found


def skills_to_reveal(session: Session, competition: Competition) -> list[Skill]:
    """The skills a ceremony can be held over, in their order: those that were not cancelled."""
    query = sa.select(Skill).where(Skill.competition_id == competition.id, ~Skill.is_in(SkillFlow.cancelled))
    return list(session.scalars(query.order_by(Skill.code, Skill.id)))


def is_decided(skill: Skill) -> bool:
    return skill.is_in(*DECIDED)


@dataclass(frozen=True, slots=True)
class InTheHall:
    """What the hall's screen may show of a ceremony."""

    title: str
    competition: dict[str, str]
    is_over: bool
    audience: dict[str, Any]


def in_the_hall(session: Session, code: str) -> InTheHall:
    """Read without the script: what is still to come is not in this process's hands."""
    row = session.execute(
        sa.select(Ceremony.title, Competition.name, Competition.name_en, Ceremony._state, Ceremony.audience)
        .join(Competition, Competition.id == Ceremony.competition_id)
        .where(Ceremony.code == code, ~Ceremony.is_in(CeremonyFlow.called_off))
    ).one_or_none()
    if row is None:
        raise NotFound
    title, name, name_en, state, audience = row
    return InTheHall(title, {"zh": name, "en": name_en or name}, state == CeremonyFlow.over.name, audience)


def version_of_ceremony(connection: sa.Connection, code: str, **_arguments: object) -> Hashable:
    """What the hall's screen is known by: every step raises it."""
    return connection.scalar(sa.select(Ceremony.version).where(Ceremony.code == code))
