"""Which tablets a skill is marked on, and which of them the chief judge should ask about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Account
from app.competitions.models import MarkingDevice, MarkingPin, PanelSeat, SeatTerm, Skill
from app.core import clock
from app.core.actor import Actor
from app.core.errors import NotFound
from workflows.competition import short_pin
from workflows.competition.device_watch import Standing, standing
from workflows.roles import Role


@dataclass(frozen=True)
class DeviceLine:
    """A tablet on the chief judge's page."""

    row: MarkingDevice
    standing: Standing

    @property
    def short(self) -> str:
        """What people call it: its label, or the beginning of its id."""
        return self.row.label or self.row.device[:6]


def watched_skill(session: Session, actor: Actor, id: int, *roles: Role) -> Skill:
    """The skill, for whoever holds one of *roles* on its competition."""
    skill = session.get(Skill, id)
    if skill is None or not actor.roles_on(skill) & set(roles):
        raise NotFound
    return skill


def of_skill(session: Session, skill: Skill, now: datetime) -> list[DeviceLine]:
    """The tablets of the judges on the panel heard of on the last two days or with marks waiting; those that need a question first."""
    seated = sa.select(PanelSeat.account_id).where(PanelSeat.skill_id == skill.id)
    judges = seated.union(sa.select(SeatTerm.account_id).where(SeatTerm.skill_id == skill.id))  # whoever left may hold marks back
    rows = session.scalars(
        sa.select(MarkingDevice)
        .options(joinedload(MarkingDevice.account))
        .where(
            MarkingDevice.account_id.in_(judges),
            sa.or_(MarkingDevice.last_contact_at >= now - timedelta(days=2), MarkingDevice.pending > 0, MarkingDevice.lost_at.is_not(None)),
        )
        .order_by(MarkingDevice.last_contact_at.desc(), MarkingDevice.id)
    )
    lines = [
        DeviceLine(row, standing(row.last_contact_at, row.pending, row.clock_offset_ms, now, is_lost=bool(row.lost_at))) for row in rows
    ]
    return sorted(lines, key=lambda line: not line.standing.asks)


def late(session: Session, skill: Skill, now: datetime) -> list[DeviceLine]:
    """Of these, the ones that hold marks back, or have not been heard of for too long on a day they were used, or are lost."""
    return [line for line in of_skill(session, skill, now) if line.standing.asks]


def one(session: Session, id: int) -> MarkingDevice | None:
    return session.get(MarkingDevice, id)


def signed_in_today(session: Session, device: str, now: datetime) -> Sequence[Account]:
    """Who signed in fully on *device* today and has a PIN that is not closed: they may take it over."""
    midnight = clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return session.scalars(
        sa.select(Account)
        .join(MarkingDevice, MarkingDevice.account_id == Account.id)
        .join(MarkingPin, MarkingPin.account_id == Account.id)
        .where(MarkingDevice.device == device, MarkingDevice.signed_in_at >= midnight, Account.disabled_at.is_(None))
        .order_by(MarkingDevice.signed_in_at, Account.id)
    ).all()


def has_pin(session: Session, account_id: int | None) -> bool:
    """Whether the account has a short PIN that wrong tries have not closed."""
    known = session.get(MarkingPin, account_id) if account_id is not None else None
    return known is not None and not short_pin.is_closed(known.failures)
