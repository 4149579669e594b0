"""Which units there are, and whose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Account
from app.competitions.models import AcceptanceSignature, LockUnit, PanelSeat, Skill, SubCriterion
from app.competitions.models.lock import UnitSheet, digest_of, missing_in, sheets_of
from app.core.actor import Actor
from app.core.errors import NotFound
from app.seals import queries as seals
from app.seals.models import Seal
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


@dataclass(frozen=True, slots=True)
class SealLine:
    """A unit as the keeper of the seal sees it: no competitor's code and no mark.  `there` are the seals that stand on its form."""

    unit: LockUnit
    digest: str
    there: list[Seal]


def of_skill(session: Session, skill: Skill) -> list[UnitLine]:
    """The units of a skill, day by day; all sheets are read at once."""
    lines = []
    for unit, own in _with_sheets(session, skill):
        missing = list(missing_in(own)) if unit.is_in(LockFlow.open) else []
        lines.append(UnitLine(unit, len(own), missing, unit.unsigned_among(own) if unit.is_in(LockFlow.locked) else []))
    return lines


def to_seal(session: Session, skill: Skill) -> list[SealLine]:
    """The same units with what their forms bear."""
    lines = []
    for unit, own in _with_sheets(session, skill):
        digest = digest_of(own)
        lines.append(SealLine(unit, digest, seals.seals_on(session, LockUnit.__tablename__, [unit.id], digest).get(unit.id, [])))
    return lines


def _with_sheets(session: Session, skill: Skill) -> Iterator[tuple[LockUnit, list[UnitSheet]]]:
    """Every unit with its sheets by their codes."""
    query = sa.select(LockUnit).join(SubCriterion).where(LockUnit.skill_id == skill.id).options(joinedload(LockUnit.sub_criterion))
    units = session.scalars(query.order_by(LockUnit.day, SubCriterion.code, LockUnit.id)).all()
    sheets = sheets_of(session, skill, [unit.sub_criterion for unit in units])
    for unit in units:
        yield unit, sheets[unit.sub_criterion_id]


@dataclass(frozen=True)
class UnitView:
    """A unit as its page and its form show it, its sheets read once."""

    unit: LockUnit
    sheets: Sequence[UnitSheet]

    @cached_property
    def digest(self) -> str:
        return digest_of(self.sheets)

    @cached_property
    def team(self) -> list[Account]:
        return self.unit.judges_of(self.sheets)

    @cached_property
    def signed(self) -> dict[int, AcceptanceSignature]:
        """Who has accepted what the sheets say now."""
        return self.unit.signed_by(self.digest)

    @property
    def is_signed_on_paper(self) -> bool:
        return self.unit.paper_digest == self.digest


def view_of(session: Session, actor: Actor, id: int) -> UnitView:
    unit = unit_for(session, actor, id)
    return UnitView(unit, unit.sheets)
