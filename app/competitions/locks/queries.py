"""Which units there are, and whose."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.competitions.models import LockUnit, PanelSeat, Sheet, Skill, SubCriterion
from app.competitions.models.lock import counted_sheets, missing_in
from app.core.actor import Actor
from app.core.errors import NotFound
from workflows.competition.lock_flow import LockFlow
from workflows.roles import Role
from workflows.text import Text

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


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit on the list: how many sheets it has, which of them cannot be locked, and who has still to accept."""

    unit: LockUnit
    sheets: int
    missing: list[Text]
    not_signed: list[str]

    @property
    def may_move(self) -> bool:
        """Something can be done about it: what is open is locked only when no sheet is missing."""
        return not (self.missing and self.unit.is_in(LockFlow.open))


def of_skill(session: Session, skill: Skill) -> list[UnitLine]:
    """The units of a skill, day by day; all sheets are read at once."""
    sheets: dict[int, list[Sheet]] = defaultdict(list)
    for sheet in session.scalars(counted_sheets(skill.id)):
        sheets[sheet.sub_criterion_id].append(sheet)
    query = sa.select(LockUnit).join(SubCriterion).where(LockUnit.skill_id == skill.id).options(joinedload(LockUnit.sub_criterion))
    lines = []
    for unit in session.scalars(query.order_by(LockUnit.day, SubCriterion.code, LockUnit.id)):
        own = sorted(sheets[unit.sub_criterion_id], key=lambda sheet: sheet.code)
        unsigned = list(unit.not_signed) if unit.is_in(LockFlow.locked) else []
        lines.append(UnitLine(unit, len(own), list(missing_in(own)) if unit.is_in(LockFlow.open) else [], unsigned))
    return lines
