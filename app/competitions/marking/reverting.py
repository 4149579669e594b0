"""Bringing an earlier value of a place back: it comes again as a new mark that says which one it repeats.  Nothing is taken away."""

from __future__ import annotations

import uuid
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.marking.recording import NewMark, record_marks
from app.competitions.models import Mark, Sheet
from app.core import audit
from app.core.actor import Actor
from app.core.errors import NotFound, Refused
from workflows.exact import plain
from workflows.roles import Role
from workflows.text import Text

BY_CHIEF = Text("恢复以前的评分由裁判长办理", "The chief judge brings earlier values back")
STANDS_ALREADY = Text("现在就是这个评分", "This is the value that stands already")
REPEATS = "恢复为第 {number} 次录入的 {value}"  # kept in the language of record
NOTHING = "未作答"


def revert(session: Session, sheet: Sheet, actor: Actor, mark_id: str, now: datetime) -> None:
    """Enter the value of the mark *mark_id* again over what stands; `NotFound` for one of another sheet."""
    if Role.CHIEF_JUDGE not in actor.roles_on(sheet):
        raise Refused(BY_CHIEF)
    earlier = session.scalar(sa.select(Mark).where(Mark.id == mark_id, Mark.sheet_id == sheet.id))
    if earlier is None:
        raise NotFound
    same_place = sa.select(Mark).where(Mark.sheet_id == sheet.id, Mark.aspect_id == earlier.aspect_id, Mark.seat == earlier.seat)
    latest = session.scalars(same_place.order_by(Mark.number.desc()).limit(1)).one()
    if latest.value == earlier.value:
        raise Refused(STANDS_ALREADY)
    reason = REPEATS.format(number=earlier.number, value=NOTHING if earlier.value is None else plain(earlier.value))
    again = NewMark(str(uuid.uuid4()), earlier.aspect_id, earlier.seat, latest.number, earlier.value, now, "", reason)
    record_marks(session, sheet, actor, [again], now)
    audit.record(session, sheet, actor, "revert_mark", now, comment=reason)
