"""Putting a list before the public, hearing objections, and keeping the calendar both are counted by."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core import audit, clock, engine, outbox
from app.core.actor import Actor
from app.core.errors import Refused
from app.notices.models import CalendarDay, CalendarNotice, Notice, Objection
from app.notices.queries import holidays_for
from workflows.calendar import publicity_window
from workflows.publicity.notice_flow import NoticeFlow
from workflows.publicity.objection_flow import EXAMINERS
from workflows.roles import Scope
from workflows.text import Text

NOT_OPEN = Text("公示期已满或已撤下，不能再提异议", "The period is over or the notice was withdrawn; no objection can be filed")
OTHER_YEAR = Text("{day} 不在 {year} 年", "{day} is not in {year}")
BOTH = Text("{day} 既是休息日又是上班日", "{day} is both off and worked")
_UNMISTAKABLE = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def open_notice(
    session: Session,
    subject: Any,
    actor: Actor,
    now: datetime,
    *,
    title: str,
    columns: Sequence[Text],
    rows: Sequence[Sequence[str]],
    days: int,
    body: str = "",
    contact: str = "",
) -> Notice:
    """Put a list about *subject* before the public for *days* working days, from the day after today.

    The notice lies within what the subject lies within.  Raises `Refused` where *actor* may not publish it, or where the list shows an
    ID number, a telephone or a bank account.  `ends_at` is the first minute after the last day; `is_provisional` says that it may
    still move, because the holidays of a year it touches are not announced.
    """
    window = publicity_window(clock.today(now), days, holidays_for(session, now))
    within = dict(reversed([(scope, id_) for scope, id_ in subject.scopes]))
    notice = Notice(
        title=title,
        body=body,
        contact=contact,
        columns=[{"zh": column.zh, "en": column.en} for column in columns],
        rows=[[str(cell) for cell in row] for row in rows],
        subject_kind=subject.__tablename__,
        subject_id=subject.id,
        competition_id=within.get(Scope.COMPETITION),
        organisation_id=within.get(Scope.ORGANISATION),
        days=days,
        published_at=now,
        ends_at=clock.at_local(window.is_over_on),
        is_provisional=window.is_provisional,
    )
    engine.begin(session, notice, actor, now)
    engine.fire(session, notice, NoticeFlow.publish, actor, now)
    return notice


def withdraw_notice(session: Session, notice: Notice, actor: Actor, now: datetime, reason: str) -> None:
    """Take a notice down before its time, with the reason."""
    engine.fire(session, notice, NoticeFlow.withdraw, actor, now, reason)


def file_objection(session: Session, notice: Notice, actor: Actor, now: datetime, *, name: str, contact: str, reason: str) -> Objection:
    """Say that the list is wrong.  It holds the publicity until it is decided; its receipt is the way back to it."""
    if engine.state_now(notice, now) is not NoticeFlow.published:
        raise Refused(NOT_OPEN)
    receipt = f"{clock.today(now):%Y%m%d}-{''.join(secrets.choice(_UNMISTAKABLE) for _ in range(8))}"
    objection = Objection(
        notice=notice,
        name=name.strip(),
        contact=contact.strip(),
        reason=reason.strip(),
        account_id=actor.account_id,
        receipt=receipt,
    )
    engine.begin(session, objection, actor, now)
    outbox.publish(
        session,
        "notify",
        {
            "kind": objection.__tablename__,
            "id": objection.id,
            "transition": "",
            "roles": [role.key for role in EXAMINERS],
            "comment": "",
            "actor": actor.account_id,
        },
        now,
    )
    return objection


def enter_calendar(
    session: Session, actor: Actor, now: datetime, *, year: int, source: str, off: Collection[date], working: Collection[date]
) -> CalendarNotice:
    """Enter a year's official days off and make-up working days; entering it again replaces it, and both stand on the record."""
    for day in (*off, *working):
        if day.year != year:
            raise Refused(OTHER_YEAR.format(day=day, year=year))
    if both := set(off) & set(working):
        raise Refused(BOTH.format(day=min(both)))
    notice = session.get(CalendarNotice, year)
    if notice is None:
        notice = CalendarNotice(year=year)
        session.add(notice)
    else:
        notice.days.clear()
        session.flush()
    notice.source, notice.entered_at, notice.entered_by_id = source.strip(), now, actor.account_id
    notice.days = [CalendarDay(day=day, is_working=day in working) for day in sorted({*off, *working})]
    detail = {"source": notice.source, "off": sorted(map(str, off)), "working": sorted(map(str, working))}
    audit.record(session, notice, actor, "enter_calendar", now, detail=detail)
    return notice
