"""Setting a PIN, and taking a tablet over with it.  PINs arrive hashed or checked: hashing is slow and stays outside the transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.competitions.models import MarkingPin
from app.core import audit
from workflows.competition import short_pin


def set_pin(session: Session, account: Account, pin_hash: str, now: datetime) -> None:
    """From now on this PIN; earlier failures are forgotten."""
    known = session.get(MarkingPin, account.id, with_for_update=True)
    if known is None:
        session.add(MarkingPin(account_id=account.id, pin_hash=pin_hash, set_at=now, failures=0))
    else:
        known.pin_hash, known.set_at, known.failures = pin_hash, now, 0
    audit.record(session, account, account.actor, "set_marking_pin", now)


def note_wrong(session: Session, pin: MarkingPin, device: str, now: datetime) -> None:
    """One more wrong PIN; the last one allowed closes it."""
    pin.failures += 1
    if short_pin.is_closed(pin.failures):
        audit.record(session, pin.account, pin.account.actor, "close_marking_pin", now, detail={"device": device[:8]})


def take_over(session: Session, pin: MarkingPin, device: str, now: datetime) -> None:
    pin.failures = 0
    audit.record(session, pin.account, pin.account.actor, "take_over_tablet", now, detail={"device": device[:8]})


def prove(session: Session, pin: MarkingPin, device: str, now: datetime) -> None:
    """The judge at the tablet is who they were: showing it to others may end."""
    pin.failures = 0
