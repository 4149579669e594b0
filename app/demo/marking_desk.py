"""What lies on the judges' desk when the visitor arrives: tablets, a note with a photo, marks of another device, a paper sheet."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import Account
from app.competitions.devices import commands as devices
from app.competitions.handover import commands as handover
from app.competitions.handover import packets
from app.competitions.models import Aspect, Sheet, Skill
from app.competitions.paper import commands as paper
from app.competitions.paper import queries as typed
from app.competitions.pins import commands as pins
from app.competitions.remarks import commands as remarks
from app.core.db import transaction
from app.demo.cast import Cast
from workflows.competition.double_entry import NOT_ATTEMPTED
from workflows.competition.sheet_flow import SheetFlow
from workflows.exact import plain

PHOTO = Path(__file__).parent / "data" / "workpiece.jpg"
PIN = "2580"
TABLETS = (
    ("judge1", "平板 1", 0, timedelta(minutes=2)),
    ("judge2", "平板 2", 14, timedelta(minutes=50)),
    ("judge3", "平板 3", 0, timedelta(0)),
)


def lay_out(cast: Cast, skill_id: int, moment: datetime) -> None:
    """The second judge's tablet has been without a network for most of an hour; one of its marks came by hand-over."""
    pin = passwords.hashed(PIN)
    with transaction() as session:
        skill = session.get_one(Skill, skill_id)
        fresh = _untouched(session, skill)
        for login, label, pending, ago in TABLETS:
            _tablet(session, cast, login, label, pending, moment - ago)
        pins.set_pin(session, session.get_one(Account, cast.actor("judge1").account_id), pin, moment)
        _remark(session, cast, fresh[0], moment)
        _hand_over(session, cast, fresh[1], moment)
        _type_once(session, cast, fresh[2], moment)


def _untouched(session: Session, skill: Skill) -> list[Sheet]:
    """The first sheets that nobody has begun."""
    query = sa.select(Sheet).where(Sheet.skill_id == skill.id, Sheet.is_in(SheetFlow.open), ~Sheet.marks.any())
    return list(session.scalars(query.order_by(Sheet.id).offset(3).limit(3)))


def _device(login: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_OID, f"demo-tablet-{login}").hex


def _tablet(session: Session, cast: Cast, login: str, label: str, pending: int, heard_of: datetime) -> None:
    actor = cast.actor(login)
    devices.sign_in(session, actor, _device(login), heard_of)
    devices.note_tablet(session, actor.account_id, _device(login), label, 0)
    devices.note_contact(session, actor.account_id, _device(login), pending, heard_of)


def _remark(session: Session, cast: Cast, sheet: Sheet, moment: datetime) -> None:
    aspect = sheet.sub_criterion.aspects[0].id
    where = [remarks.NewRemark(_id(sheet, what), aspect, moment, "平板 1") for what in ("note", "photo")]
    remarks.write_notes(session, sheet, cast.actor("judge1"), [(where[0], "窄屏下导航与标题重叠，见照片。")], moment)
    remarks.keep_photo(session, current_app.config["INSTANCE"], sheet, cast.actor("judge1"), where[1], PHOTO.read_bytes(), moment)


def _hand_over(session: Session, cast: Cast, sheet: Sheet, moment: datetime) -> None:
    """The second judge's marks, packed without a network and taken in by the first."""
    author, device = cast.actor("judge2"), _device("judge2")
    made_at = (moment - timedelta(minutes=20)).isoformat()
    marks = [
        {
            "id": _id(sheet, str(aspect.id)),
            "sheet": sheet.id,
            "aspect": aspect.id,
            "seat": seat,
            "seen": 0,
            "value": value,
            "made_at": made_at,
        }
        for aspect, seat, value in _values(sheet)
        if seat in (0, 2)
    ]
    aspect = sheet.sub_criterion.aspects[0].id
    notes = [
        {"id": _id(sheet, "away"), "sheet": sheet.id, "aspect": aspect, "text": "没有网络时评的，照作品核过一遍。", "made_at": made_at}
    ]
    content = {"account": author.account_id, "device": device, "packed_at": made_at, "marks": marks, "notes": notes}
    packet = packets.packed(content, devices.hand_over_key(device, author.account_id or 0))
    handover.take_in(session, packets.opened(packet, devices.hand_over_key), cast.actor("judge1"), moment, current_app.config["INSTANCE"])


def _type_once(session: Session, cast: Cast, sheet: Sheet, moment: datetime) -> None:
    """A paper sheet, typed by the scorer; a second person has still to type it."""
    values = {f"{aspect.id}-{seat}": value or NOT_ATTEMPTED for aspect, seat, value in _values(sheet)}
    paper.type_in(session, sheet, cast.actor("scorer"), values, moment)


def _values(sheet: Sheet) -> list[tuple[Aspect, int, str | None]]:
    """Full marks and twos, and the last aspect not attempted."""
    fields = typed.fields_of(sheet)
    last = fields[-1].aspect
    return [(field.aspect, field.seat, None if field.aspect is last else plain(_best(field))) for field in fields]


def _best(field: typed.PlaceField) -> Decimal:
    choices = field.asked.choices
    if field.seat and choices:
        return choices[min(2, len(choices) - 1)].value
    return choices[-1].value if choices else field.aspect.max_mark


def _id(sheet: Sheet, what: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"demo-{sheet.id}-{what}"))
