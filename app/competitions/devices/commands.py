"""Hearing from a tablet, and giving one up as lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import MarkingDevice, MarkingPin, Skill
from app.core import audit
from app.core.actor import Actor
from app.core.errors import NotFound, Refused
from app.core.secrets import index_of
from workflows.roles import Role
from workflows.text import Text

NOTED_EVERY = timedelta(seconds=30)
"""A contact is written down no more often than this, unless what waits on the tablet has changed."""

REASON_NEEDED = Text("请写明设备怎样遗失、里面的评分怎么办", "Say how it was lost, and what becomes of the marks on it")
NOT_CHIEF = Text("由裁判长登记设备遗失", "The chief judge declares a device lost")
LONGEST_ID = 36


def note_contact(session: Session, account_id: int | None, device: str, pending: int, now: datetime) -> None:
    """Write down that *account_id* was heard of on *device* with *pending* marks waiting: one statement, no row for an unknown tablet.

    To be called inside a transaction that is going on anyway; a tablet that was declared lost and is heard of again is found.
    """
    session.execute(
        sa.update(MarkingDevice)
        .where(
            MarkingDevice.device == device,
            MarkingDevice.account_id == account_id,
            sa.or_(
                MarkingDevice.last_contact_at < now - NOTED_EVERY,
                MarkingDevice.pending != max(pending, 0),
                MarkingDevice.lost_at.is_not(None),
            ),
        )
        .values(last_contact_at=now, pending=max(pending, 0), lost_at=None, lost_by_id=None, lost_reason="")
        .execution_options(synchronize_session=False)
    )


def sign_in(session: Session, actor: Actor, device: str, now: datetime) -> None:
    """*actor* has come to *device* with their password: it may pass to them by PIN today, and a PIN closed by wrong tries is open again."""
    known = session.scalars(
        sa.select(MarkingDevice).where(MarkingDevice.device == device, MarkingDevice.account_id == actor.account_id).with_for_update()
    ).one_or_none()
    if known is None:
        known = MarkingDevice(device=device, account_id=actor.account_id, first_contact_at=now, pending=0)
        session.add(known)
    known.signed_in_at = known.last_contact_at = now
    session.flush()
    session.execute(sa.update(MarkingPin).where(MarkingPin.account_id == actor.account_id, MarkingPin.failures > 0).values(failures=0))


def note_tablet(session: Session, account_id: int | None, device: str, label: str, clock_offset_ms: int) -> None:
    """What the tablet calls itself and how far its clock is ahead, where that has changed (the clock: by more than a second)."""
    mine = sa.and_(MarkingDevice.device == device, MarkingDevice.account_id == account_id)
    drifted = sa.func.abs(MarkingDevice.clock_offset_ms - clock_offset_ms) > 1000
    session.execute(
        sa.update(MarkingDevice)
        .where(mine, sa.or_(MarkingDevice.label != label, drifted))
        .values(label=label, clock_offset_ms=clock_offset_ms)
        .execution_options(synchronize_session=False)
    )


def declare_lost(session: Session, skill: Skill, device: MarkingDevice, actor: Actor, reason: str, now: datetime) -> None:
    """The chief judge gives a tablet up: nobody waits for its marks any more, and the reason stays on the skill's record."""
    if Role.CHIEF_JUDGE not in actor.roles_on(skill):
        raise Refused(NOT_CHIEF)
    if not any(seat.account_id == device.account_id for seat in skill.panel):
        raise NotFound
    if not reason.strip():
        raise Refused(REASON_NEEDED)
    device.lost_at, device.lost_by_id, device.lost_reason = now, actor.account_id, reason.strip()[:200]
    detail = {"device": device.device[:8], "account": device.account_id, "pending": device.pending}
    audit.record(session, skill, actor, "declare_device_lost", now, comment=reason, detail=detail)


def hand_over_key(device: str, account_id: int) -> str:
    """The key with which *account_id*'s queue on *device* vouches for what it packs: 64 hexadecimal digits, the same each time."""
    return index_of("marking_device.hand_over", f"{device}:{account_id}").hex()
