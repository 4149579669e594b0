"""What this slice adds to the office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import Session

from app.core import clock
from app.core.actor import Actor
from app.core.slices import Hit, NavigationEntry, Panel, Slice, Subject
from app.notices import queries
from app.notices.models import Notice, Objection
from app.notices.views import pages
from workflows.publicity.objection_flow import EXAMINERS
from workflows.roles import Role
from workflows.text import Text


def panels(session: Session, actor: Actor, now: datetime) -> Iterable[Panel]:
    """What is before the public, for everybody."""
    rows = session.scalars(queries.current(actor, now).limit(5)).all()
    yield Panel("notices/panel.html", {"notices": rows, "calendar": queries.holidays_for(session, now)})


def search(session: Session, actor: Actor, words: str) -> Iterable[Hit]:
    for row in session.scalars(queries.notices(actor, clock.now()).where(Notice.title.contains(words, autoescape=True)).limit(10)):
        until = f"{clock.today(row.ends_at):%Y-%m-%d}" if row.ends_at else ""
        yield Hit(Text("公示", "Notice"), row.title, until, url_for("notices.notice", id=row.id))


def visible_notices(actor: Actor) -> sa.Select[Any]:
    return queries.notices(actor, clock.now())


NOTICES = Slice(
    "notices",
    blueprints=(pages,),
    subjects=(
        Subject(Notice, visible_notices, "notices.notice", lambda notice: notice.title),
        Subject(Objection, queries.objections, "notices.objection", lambda objection: objection.notice.title),
    ),
    navigation=(
        NavigationEntry(Text("公示", "Public notices"), "notices.notices", "megaphone"),
        NavigationEntry(Text("异议", "Objections"), "notices.objections", "chat-left-dots", (*EXAMINERS, Role.ORGANISER)),
        NavigationEntry(Text("节假日", "Holidays"), "notices.calendar", "calendar3", (Role.ADMINISTRATOR,), Text("系统", "System")),
    ),
    search=search,
    panels=panels,
    action_titles={"enter_calendar": Text("录入放假安排", "Holidays entered")},
)
