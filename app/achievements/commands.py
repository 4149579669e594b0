"""Publishing a fact, once; and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.achievements.models import Achievement
from app.core import outbox


def publish(session: Session, now: datetime, *, source: str, **fields: Any) -> Achievement:
    """Publish the fact that *source* stands for; a second time finds the first.

    Whoever acts on achievements hears `achievement.published` once the transaction is committed.
    """
    known = session.scalar(sa.select(Achievement).where(Achievement.source == source))
    if known is not None:
        return known
    achievement = Achievement(source=source, created_at=now, **fields)
    session.add(achievement)
    session.flush()
    outbox.publish(session, "achievement.published", {"achievement": achievement.id}, now)
    return achievement


def withdraw(session: Session, achievement: Achievement, reason: str, now: datetime) -> None:
    """Take a fact back (a result was revised, a certificate revoked); it stays on record."""
    achievement.withdrawn_at, achievement.withdrawn_reason = now, reason
    outbox.publish(session, "achievement.withdrawn", {"achievement": achievement.id}, now)
