"""Keeping a judge's note or photo, once each, whoever sends it again."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import Aspect, AspectNote, AspectPhoto, Sheet
from app.competitions.remarks.pictures import without_metadata
from app.core import files
from app.core.actor import Actor
from app.core.errors import Refused
from app.core.files import JPEG
from workflows.competition.sheet_flow import SheetFlow
from workflows.roles import Role
from workflows.text import Text

MOST_PHOTOS = 4
LARGEST_PHOTO = 4 * 2**20
LONGEST_NOTE = 500

NOT_ON_PANEL = Text("您不在该赛项的评分裁判组", "You are not on the panel of this skill")
UNKNOWN_ASPECT = Text("评分项不属于这张评分表", "The aspect is not on this sheet")
CLOSED = Text("评分表已签字或锁定，不能再加备注和照片", "The sheet is signed or locked: no more notes and photos")
ID_REUSED = Text("这个编号已用于另一条备注或照片", "This id already belongs to another note or photo")
ENOUGH = Text("每个评分项最多 {most} 张照片", "At most {most} photos an aspect")
TOO_LONG = Text("备注最多 {most} 字", "A note has at most {most} characters")
NOT_YOURS = Text("只能撤下自己拍的照片", "Only your own photos are yours to withdraw")


@dataclass(frozen=True, slots=True)
class NewRemark:
    """Where a note or photo belongs and where it was made; `id` is made on the device."""

    id: str
    aspect_id: int
    made_at: datetime
    device: str = ""


def write_notes(session: Session, sheet: Sheet, actor: Actor, notes: Sequence[tuple[NewRemark, str]], now: datetime) -> None:
    """Keep *notes*, all of them or none; one that is there already changes nothing."""
    for remark, text in notes:
        if len(text) > LONGEST_NOTE:
            raise Refused(TOO_LONG.format(most=LONGEST_NOTE))
        known = session.get(AspectNote, remark.id)
        if known is not None:
            if (known.sheet_id, known.aspect.key, known.text) != (sheet.id, _key(session, remark), text):
                raise Refused(ID_REUSED)
            continue
        aspect = _open_to(session, sheet, actor, remark)
        earlier = sa.select(sa.func.count(AspectNote.id)).join(Aspect, Aspect.id == AspectNote.aspect_id)
        mine = (AspectNote.sheet_id == sheet.id, Aspect.key == aspect.key, AspectNote.account_id == actor.account_id)
        number = (session.scalar(earlier.where(*mine)) or 0) + 1
        session.add(AspectNote(number=number, text=text, **_facts(sheet, aspect, actor, remark, now)))
        session.flush()


def keep_photo(session: Session, instance: Path, sheet: Sheet, actor: Actor, remark: NewRemark, jpeg: bytes, now: datetime) -> AspectPhoto:
    """Keep a photo without its metadata; the same one again is answered with what is there."""
    known = session.get(AspectPhoto, remark.id)
    if known is not None:
        if (known.sheet_id, known.aspect.key, known.account_id) != (sheet.id, _key(session, remark), actor.account_id):
            raise Refused(ID_REUSED)
        return known
    aspect = _open_to(session, sheet, actor, remark)
    there = sa.select(sa.func.count(AspectPhoto.id)).join(Aspect, Aspect.id == AspectPhoto.aspect_id)
    shown = (AspectPhoto.sheet_id == sheet.id, Aspect.key == aspect.key, AspectPhoto.withdrawn_at.is_(None))
    if (session.scalar(there.where(*shown)) or 0) >= MOST_PHOTOS:
        raise Refused(ENOUGH.format(most=MOST_PHOTOS))
    content = io.BytesIO(without_metadata(jpeg))
    file = files.keep(session, instance, content, "photo.jpg", allowed=(JPEG,), account_id=actor.account_id, now=now, limit=LARGEST_PHOTO)
    session.flush()
    photo = AspectPhoto(file_id=file.id, **_facts(sheet, aspect, actor, remark, now))
    session.add(photo)
    session.flush()
    return photo


def withdraw_photo(session: Session, photo: AspectPhoto, actor: Actor, now: datetime) -> None:
    """Take a photo off its sheet; the file and who took it off are kept."""
    if photo.withdrawn_at is not None:
        return
    if photo.account_id != actor.account_id:
        raise Refused(NOT_YOURS)
    _require_open(session, photo.sheet, actor)
    photo.withdrawn_at, photo.withdrawn_by_id = now, actor.account_id


def _facts(sheet: Sheet, aspect: Aspect, actor: Actor, remark: NewRemark, now: datetime) -> dict[str, object]:
    return {
        "id": remark.id,
        "sheet_id": sheet.id,
        "aspect_id": aspect.id,
        "account_id": actor.account_id,
        "device": remark.device[:60],
        "made_at": min(remark.made_at, now),
        "recorded_at": now,
    }


def _key(session: Session, remark: NewRemark) -> str | None:
    """What tells the aspect of *remark* from all others, in whichever version of the scheme it was named."""
    return session.scalar(sa.select(Aspect.key).where(Aspect.id == remark.aspect_id))


def _open_to(session: Session, sheet: Sheet, actor: Actor, remark: NewRemark) -> Aspect:
    """The aspect of the sheet that *remark* is about, for whoever may mark it now; the tablet may know it from an earlier version."""
    _require_open(session, sheet, actor)
    on_the_form = sa.select(Aspect).where(Aspect.sub_criterion_id == sheet.sub_criterion_id, Aspect.key == _key(session, remark))
    aspect = session.scalar(on_the_form)
    if aspect is None:
        raise Refused(UNKNOWN_ASPECT)
    return aspect


def _require_open(session: Session, sheet: Sheet, actor: Actor) -> None:
    mine = sheet.has_seat(actor) and Role.JUDGE in actor.roles_on(sheet)
    if not mine and Role.CHIEF_JUDGE not in actor.roles_on(sheet):
        raise Refused(NOT_ON_PANEL)
    state = session.scalar(sa.select(Sheet._state).where(Sheet.id == sheet.id).with_for_update())  # one photo after the other
    if state != SheetFlow.open.name or not sheet.is_marking_open:
        raise Refused(CLOSED)
