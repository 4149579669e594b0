"""Publishing a fact, once; and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.achievements.models import Achievement
from app.core import outbox
from workflows.text import Text


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


def replace(session: Session, old: Achievement, reason: str, now: datetime, *, source: str, **fields: Any) -> Achievement:
    """Publish what is true instead of *old*, which stays on record and no longer stands.

    Whoever built on the old one hears `achievement.replaced`, and neither of the other two messages.
    """
    if old.withdrawn_at is None:
        old.withdrawn_at, old.withdrawn_reason = now, reason[:200]
    old.held_zh = old.held_en = ""
    achievement = Achievement(source=source, thread=old.thread, replaces=old, created_at=now, **fields)
    session.add(achievement)
    session.flush()
    outbox.publish(session, "achievement.replaced", {"achievement": achievement.id, "reason": reason}, now)
    return achievement


def follow(session: Session, prefix: str, due: Mapping[str, dict[str, Any]], version: str, reason: str, now: datetime) -> None:
    """Let everything published under *prefix* become what is *due* by source: what is as it was stays, what changed is replaced by another
    that names it, what is lost is taken back, and nothing is deleted."""
    for achievement in standing_of(session, prefix):
        if achievement.thread not in due:
            withdraw(session, achievement, reason, now)
    for source, fact in due.items():
        last = latest(session, source)
        if last is None:
            publish(session, now, source=source, **fact)
        elif last.withdrawn_at is not None or last.facts != fact["facts"]:
            replace(session, last, reason, now, source=f"{source}/{version}", **fact)


def latest(session: Session, thread: str) -> Achievement | None:
    """The last version of a fact, whether it stands or was taken back."""
    return session.scalar(sa.select(Achievement).where(Achievement.thread == thread).order_by(Achievement.id.desc()).limit(1))


def standing_of(session: Session, prefix: str) -> list[Achievement]:
    """The facts that stand, of everything whose source begins with *prefix*."""
    named = Achievement.source.startswith(prefix, autoescape=True)
    return list(session.scalars(sa.select(Achievement).where(named, Achievement.withdrawn_at.is_(None)).order_by(Achievement.id)))


def hold(session: Session, achievement: Achievement, why: Text | None) -> None:
    """Let nothing be built on it while *why* is so; None lets go."""
    achievement.held_zh, achievement.held_en = (why.zh[:200], why.en[:200]) if why else ("", "")


def withdraw(session: Session, achievement: Achievement, reason: str, now: datetime) -> None:
    """Take a fact back (a result was revised, a certificate revoked); it stays on record."""
    achievement.withdrawn_at, achievement.withdrawn_reason = now, reason[:200]
    achievement.held_zh = achievement.held_en = ""
    outbox.publish(session, "achievement.withdrawn", {"achievement": achievement.id}, now)
