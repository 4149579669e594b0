"""Which units there are, and whose."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.competitions.models import LockUnit, PanelSeat, Skill, SubCriterion
from app.core.actor import Actor
from app.core.errors import NotFound
from workflows.roles import Role

OVERSEERS = (Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)


def visible(actor: Actor) -> sa.Select[LockUnit]:
    """A judge's units are those of the skills on whose panel they sit; those who oversee a competition see all of it."""
    query = sa.select(LockUnit).options(joinedload(LockUnit.sub_criterion), joinedload(LockUnit.skill)).order_by(LockUnit.id)
    if actor.reads_everything:
        return query
    overseen = sa.select(Skill.id).where(Skill.competition_id.in_(actor.ids(*OVERSEERS)))
    judged = sa.select(PanelSeat.skill_id).where(PanelSeat.account_id == actor.account_id)
    return query.where(LockUnit.skill_id.in_(overseen.union(judged)))


def unit_for(session: Session, actor: Actor, id: int) -> LockUnit:
    unit = session.scalars(visible(actor).where(LockUnit.id == id)).unique().one_or_none()
    if unit is None:
        raise NotFound
    return unit


def of_skill(session: Session, skill: Skill) -> Sequence[LockUnit]:
    """The units of a skill, day by day."""
    query = sa.select(LockUnit).join(SubCriterion).where(LockUnit.skill_id == skill.id)
    return session.scalars(query.order_by(LockUnit.day, SubCriterion.code, LockUnit.id)).all()
