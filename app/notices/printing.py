"""A notice on paper, in the plain form of an official document."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from app.certificates.paper import TableColumn, public_notice
from app.certificates.printing import mark_of
from app.core import clock
from app.notices.models import Notice
from app.registry.models import Organisation
from app.seals import queries as seals
from app.seals.models import SEAL, SIGNATURE
from workflows.calendar import ONE_DAY

WIDE = {"单位": 3.0, "姓名（队名）": 1.6, "名次": 0.8}
"""How wide a column of a list stands beside the others."""


def paper_of(session: Session, notice: Notice, instance: Path) -> bytes:
    """The notice as it hangs on a wall: in Chinese, the language of record, with the seal and the signature that were put on it."""
    organisation = session.get(Organisation, notice.organisation_id) if notice.organisation_id else None
    marks = seals.marks_on(session, notice)
    published = clock.today(notice.published_at or notice.created_at)
    until = f"，自{_said(published + ONE_DAY)}至{_said(notice.last_day)}" if notice.last_day else ""
    period = f"公示期 {notice.days} 个工作日{until}。"
    contact = f"联系方式：{notice.contact}。" if notice.contact else ""
    return public_notice(
        notice.title,
        [TableColumn(column["zh"], WIDE.get(column["zh"], 1.2)) for column in notice.columns],
        notice.rows,
        issuer=organisation.name if organisation else "",
        dated=published,
        body=[line for line in notice.body.splitlines() if line.strip()] or ["现将名单予以公示。"],
        closing=[f"{period}对公示内容有异议的，请在公示期内以真实姓名、真实联系方式提出。{contact}"],
        seal=mark_of(marks.get(SEAL), instance),
        signature=mark_of(marks.get(SIGNATURE), instance),
    )


def _said(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
