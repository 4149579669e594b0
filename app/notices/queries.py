"""What is before the public, who still sees what no longer is, and the calendar it is counted by."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import clock
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.holidays import holiday_table
from app.notices.models import CalendarDay, CalendarNotice, Notice, Objection
from workflows.calendar import Holidays
from workflows.publicity.notice_flow import PUBLISHERS, NoticeFlow
from workflows.publicity.objection_flow import EXAMINERS
from workflows.roles import Role, Scope

LISTED_FOR = timedelta(days=30)  # 个人信息保护法 第十九条: kept before the public no longer than its purpose needs


def holidays_for(session: Session, now: datetime) -> Holidays:
    """The calendar around *now*: last year to the year after next, with what the administrator entered."""
    year = clock.today(now).year
    entered = {row.day: row.is_working for row in session.scalars(sa.select(CalendarDay))}
    announced = session.scalars(sa.select(CalendarNotice.year)).all()
    return holiday_table(range(year - 1, year + 3), entered=entered, announced=announced)


def calendar_notices() -> sa.Select[CalendarNotice]:
    return sa.select(CalendarNotice).order_by(CalendarNotice.year.desc())


def notices(actor: Actor, now: datetime) -> sa.Select[Notice]:
    """What *actor* may read: what is published, what ended not long ago, and, for its own staff, all of it."""
    query = sa.select(Notice).order_by(Notice.published_at.desc(), Notice.id.desc())
    if actor.reads_everything:
        return query
    listed = sa.or_(Notice.is_in(NoticeFlow.published), sa.and_(Notice.is_in(NoticeFlow.ended), Notice.ends_at > now - LISTED_FOR))
    return query.where(sa.or_(listed, _of_own_staff(actor, (*PUBLISHERS, Role.ARBITER))))


def current(actor: Actor, now: datetime) -> sa.Select[Notice]:
    return notices(actor, now).where(Notice.is_in(NoticeFlow.published))


def past(actor: Actor, now: datetime) -> sa.Select[Notice]:
    return notices(actor, now).where(Notice.is_in(NoticeFlow.ended, NoticeFlow.withdrawn))


def notice(session: Session, actor: Actor, id: int, now: datetime) -> Notice:
    found = session.scalar(notices(actor, now).where(Notice.id == id))
    if found is None:
        raise NotFound
    return found


def objections(actor: Actor) -> sa.Select[Objection]:
    """Objections *actor* examines, or raised."""
    query = sa.select(Objection).join(Objection.notice).options(joinedload(Objection.notice)).order_by(Objection.id.desc())
    if actor.reads_everything:
        return query
    return query.where(sa.or_(Objection.account_id == (actor.account_id or 0), _of_own_staff(actor, (*EXAMINERS, Role.ORGANISER))))


def objection(session: Session, actor: Actor, id: int) -> Objection:
    found = session.scalar(objections(actor).where(Objection.id == id))
    if found is None:
        raise NotFound
    return found


def objection_by_receipt(session: Session, receipt: str) -> Objection | None:
    """Whoever holds the receipt raised it; the number cannot be guessed."""
    return session.scalar(sa.select(Objection).where(Objection.receipt == receipt.strip().upper()))


def _of_own_staff(actor: Actor, roles: tuple[Role, ...]) -> sa.ColumnElement[bool]:
    organisations = actor.ids(*(role for role in roles if role.scope is Scope.ORGANISATION))
    competitions = actor.ids(*(role for role in roles if role.scope is Scope.COMPETITION))
    return sa.or_(Notice.organisation_id.in_(organisations), Notice.competition_id.in_(competitions))
