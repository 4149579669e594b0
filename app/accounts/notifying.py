"""Telling people what happened in their cases: the delivery of the engine's `notify` messages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import queries
from app.accounts.models import Notification
from app.core import slices
from workflows.roles import Role
from workflows.text import Text

SAID = Text("{kind}「{title}」：{what}", "{kind} “{title}”: {what}")
SAID_WITH_COMMENT = Text("{kind}「{title}」：{what}（{comment}）", "{kind} “{title}”: {what} ({comment})")


def notify(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """One line for each account that holds a role the transition notifies, but whoever took it.

    A message of a new subject names no transition, but the `roles` to be told.

    The lines and the job's end are one transaction, so a job that is done twice still tells once.
    """
    spec = slices.subject_of(payload["kind"])
    subject = session.get(spec.model, payload["id"]) if spec else None
    if spec is None or subject is None:
        return
    transition = subject.workflow.transitions.get(payload["transition"])
    what, roles = (transition.title, transition.notifies) if transition else (subject.state.title, map(Role.of, payload["roles"]))
    words = SAID_WITH_COMMENT if payload["comment"] else SAID
    text = words.format(kind=subject.workflow.title, title=spec.title(subject), what=what, comment=payload["comment"])
    for account_id in sorted(queries.concerned(session, subject, tuple(roles)) - {payload["actor"]}):
        tell(session, account_id, text, subject, now)


def tell(session: Session, account_id: int, text: Text, subject: Any, now: datetime) -> None:
    """Put one line into an account's list."""
    session.add(
        Notification(
            account_id=account_id, at=now, text_zh=text.zh, text_en=text.en, subject_kind=subject.__tablename__, subject_id=subject.id
        )
    )
