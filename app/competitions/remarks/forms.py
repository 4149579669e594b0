"""Notes and photos as a device sends them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.competitions.remarks.commands import NewRemark
from app.core.errors import Refused
from workflows.text import Text

MALFORMED = Text("备注或照片的数据格式不正确：{what}", "The note or photo cannot be read: {what}")
MOST_NOTES = 200
LONGEST_ID = 36


def notes_from_json(content: Any, now: datetime) -> list[tuple[NewRemark, str]]:
    """The notes of a JSON list; `Refused` naming what is wrong with its shape."""
    if not isinstance(content, list) or not 0 < len(content) <= MOST_NOTES or not all(isinstance(each, dict) for each in content):
        raise Refused(MALFORMED.format(what="[…]"))
    notes = []
    for each in content:
        text = each.get("text")
        if not isinstance(text, str):
            raise Refused(MALFORMED.format(what="text"))
        notes.append((remark(each, now), text.strip()))
    return notes


def remark(given: Mapping[str, Any], now: datetime) -> NewRemark:
    """The fields that notes and photos share; a form's values are text."""
    id_, aspect, device = given.get("id"), str(given.get("aspect", "")), given.get("device", "")
    if not isinstance(id_, str) or not 8 <= len(id_) <= LONGEST_ID or not id_.isascii():
        raise Refused(MALFORMED.format(what="id"))
    if not (aspect.isascii() and aspect.isdecimal()) or not 0 < int(aspect) < 2**31:
        raise Refused(MALFORMED.format(what="aspect"))
    if not isinstance(device, str):
        raise Refused(MALFORMED.format(what="device"))
    try:
        made_at = datetime.fromisoformat(given.get("made_at", ""))
    except (TypeError, ValueError):
        made_at = now
    return NewRemark(id_, int(aspect), made_at if made_at.tzinfo else now, device)
