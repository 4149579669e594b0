"""A queue of marks as text: what a tablet packs and shows as QR codes or a file, and how another machine reads it.

`JB1.<content>.<seal>`: the content is JSON as base64url, the seal its HMAC-SHA256 under the key that the server gave to that judge on that
tablet.  Whoever carries it can neither change nor make one unnoticed.  As QR codes the text is cut into parts, each
`JB1P/<id>/<number>/<of>/<text>`, which may come in any order.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.errors import Refused
from workflows.text import Text

PREFIX = "JB1"
PART = re.compile(r"JB1P/([0-9a-f]{4,16})/([0-9]{1,3})/([0-9]{1,3})/([A-Za-z0-9_.=-]+)")
LARGEST = 2**20  # characters; some thousand marks

UNREADABLE = Text("这不是本系统导出的离线评分，或不完整", "This is not a hand-over of marks, or not all of it")
PARTS_MISSING = Text("还缺第 {parts} 张二维码", "QR codes {parts} are still missing")
FORGED = Text("封签不符：内容被改动过，或不是由这台设备导出的", "The seal does not fit: the content was changed, or another device made it")


@dataclass(frozen=True, slots=True)
class Packet:
    """What was read: whose marks, from which tablet, packed when, and the marks as JSON in the order they were made."""

    account_id: int
    device: str
    packed_at: datetime
    marks: list[dict[str, Any]]
    text: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


def seal(content: str, key: str) -> str:
    """The seal under *content* as the tablet makes it; *key* is hexadecimal."""
    return hmac.new(bytes.fromhex(key), content.encode(), hashlib.sha256).hexdigest()


def packed(content: Mapping[str, Any], key: str) -> str:
    """*content* as a packet."""
    encoded = base64.urlsafe_b64encode(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).decode().rstrip("=")
    return f"{PREFIX}.{encoded}.{seal(encoded, key)}"


def whole(text: str) -> str:
    """The packet in *text*: as it is, or put together from the parts of its QR codes; `Refused` naming the parts that are missing."""
    compact = "".join(text.split())
    parts = PART.findall(text)
    if not parts:
        return compact
    name, _, count, _ = parts[0]
    found = {int(number): content for part_of, number, of, content in parts if (part_of, of) == (name, count)}
    missing = [str(number) for number in range(1, int(count) + 1) if number not in found]
    if missing:
        raise Refused(PARTS_MISSING.format(parts="、".join(missing)))
    return "".join(found[number] for number in sorted(found))


def opened(text: str, key_of: Callable[[str, int], str]) -> Packet:
    """The packet in *text*, once its seal was found good under `key_of(device, account)`; `Refused` otherwise."""
    if len(text) > LARGEST:
        raise Refused(UNREADABLE)
    packet = whole(text)
    prefix, _, rest = packet.partition(".")
    encoded, _, given = rest.partition(".")
    try:
        content = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        account, device, marks = int(content["account"]), str(content["device"]), content["marks"]
        packed_at = datetime.fromisoformat(content["packed_at"])
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        raise Refused(UNREADABLE) from None
    is_list = isinstance(marks, list) and all(isinstance(mark, dict) for mark in marks)
    if prefix != PREFIX or not is_list or packed_at.tzinfo is None or not 0 < account < 2**31 or len(device) > 36:
        raise Refused(UNREADABLE)
    if not hmac.compare_digest(seal(encoded, key_of(device, account)).encode(), given.encode()):
        raise Refused(FORGED)
    return Packet(account, device, packed_at, marks, packet)
