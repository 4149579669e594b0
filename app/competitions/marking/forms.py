"""Marks and theory marks as they come in: by a script as JSON, by a plain form, in a spreadsheet."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, StringField
from wtforms.validators import Length

from app.competitions.marking.recording import NewMark, NotAccepted
from app.core.errors import Refused
from app.web.spreadsheets import Column
from workflows.competition.aspects import value_from
from workflows.exact import exact
from workflows.text import Text

MOST_MARKS = 500
MALFORMED = Text("评分数据格式不正确：{what}", "The marks cannot be read: {what}")
NOT_A_NUMBER = Text("“{value}”不是数字", "“{value}” is not a number")
LONGEST_ID = 36


def marks_from_json(content: Any, now: datetime) -> list[NewMark]:
    """The marks of a JSON list; *now* bounds a device's clock that runs ahead.

    `Refused` for what is no list of marks, `NotAccepted` for marks that can be told apart and not read.
    """
    if not isinstance(content, list) or not 0 < len(content) <= MOST_MARKS:
        raise Refused(MALFORMED.format(what=Text(f"应为 1 到 {MOST_MARKS} 条的列表", f"a list of 1 to {MOST_MARKS} is expected")))
    marks, unreadable = [], {}
    for entry in content:
        id_ = _id(entry)
        try:
            marks.append(_mark(id_, entry, now))
        except Refused as refused:
            unreadable[id_] = refused.reasons[0]
    if unreadable:
        raise NotAccepted(unreadable)
    return marks


def _id(entry: Any) -> str:
    if not isinstance(entry, dict):
        raise Refused(MALFORMED.format(what=Text("每条应为对象", "each must be an object")))
    id_ = entry.get("id")
    if not isinstance(id_, str) or not 8 <= len(id_) <= LONGEST_ID or not id_.isascii():
        raise Refused(MALFORMED.format(what="id"))
    return id_


def _mark(id_: str, entry: Mapping[str, Any], now: datetime) -> NewMark:
    value = entry.get("value")
    return NewMark(
        id_,
        _integer(entry, "aspect"),
        _integer(entry, "seat"),
        _integer(entry, "seen"),
        None if value is None else value_of(value),
        min(_moment(entry.get("made_at")) or now, now),
        _words(entry, "device"),
        _words(entry, "reason"),
        _words(entry, "note"),
    )


def _integer(entry: Mapping[str, Any], name: str) -> int:
    value = entry.get(name)
    if type(value) is not int or not 0 <= value < 2**31:  # True is an int as well, and no number of anything
        raise Refused(MALFORMED.format(what=name))
    return value


def _words(entry: Mapping[str, Any], name: str) -> str:
    value = entry.get(name, "")
    if not isinstance(value, str):
        raise Refused(MALFORMED.format(what=name))
    return value


def _moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


def number_of(text: str) -> Decimal:
    """A mark as it was typed; how many decimals it may have, the rules say."""
    try:
        return exact(text, "mark")
    except (TypeError, ValueError):
        raise Refused(NOT_A_NUMBER.format(value=text)) from None


def value_of(value: Any) -> Decimal:
    """A value as it was typed: a number of at most eight decimals, or a time such as 12:34.5, which is seconds."""
    try:
        return value_from(value) if isinstance(value, str) else exact(value, "value")
    except (TypeError, ValueError, ArithmeticError):
        raise Refused(NOT_A_NUMBER.format(value=value)) from None


def marks_from_form(form: Mapping[str, str], now: datetime) -> list[NewMark]:
    """What was changed on the page when it is sent without a script.

    Fields are `value-<aspect>-<seat>` ("n" for not attempted) with `seen-…` and `was-…` beside them.  The ids follow from the page's own
    `request_id`, so that sending it twice counts once.
    """
    page, marks = form.get("request_id", ""), []
    for name, sent in form.items():
        kind, _, place = name.partition("-")
        if kind != "value" or sent.strip() == form.get(f"was-{place}", ""):
            continue
        aspect, _, seat = place.partition("-")
        if not (aspect.isdigit() and seat.isdigit() and sent.strip()):
            continue
        seen = form.get(f"seen-{place}", "0")
        marks.append(
            NewMark(
                str(uuid.uuid5(uuid.NAMESPACE_OID, f"{page}:{place}:{sent}")),
                int(aspect),
                int(seat),
                int(seen) if seen.isdigit() else 0,
                None if sent == "n" else value_of(sent.strip()),
                now,
                "form",
                form.get("reason", ""),
            )
        )
    return marks


THEORY_COLUMNS = (
    Column(
        "code", Text("赛位号或参赛号", "Seat code or entry number"), ("赛位号", "参赛号", "编号", "抽签号", "seat", "number"), required=True
    ),
    Column("mark", Text("理论成绩", "Theory mark"), ("成绩", "得分", "分数", "mark", "score"), kind="decimal", required=True),
)


class TheoryFile(FlaskForm):
    """A spreadsheet of theory marks, looked through before it is kept."""

    file = FileField(_l("表格文件"))
    reason = StringField(_l("更改理由"), validators=[Length(max=200)])
