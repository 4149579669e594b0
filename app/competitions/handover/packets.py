"""A queue of marks as text: what a tablet packs and shows as QR codes or a file, and how another machine reads it.

`JB1.<content>.<seal>`: the content is JSON as base64url, the seal its HMAC-SHA256 under the key that the server gave to that judge on that
tablet.  Whoever carries it can neither change nor make one unnoticed.  As QR codes the text is cut into parts, each
`JB1P/<id>/<number>/<of>/<text>`, which may come in any order.

A file carries notes too, and after the packet the photos, each a line `JB1A/<id>/<JPEG as base64url>`; the packet names them with their
SHA-256, so the seal holds for them as well.  Codes carry marks only: a photo would be hundreds of them.
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
ATTACHED = "JB1A/"
LARGEST = 2**20  # characters of a packet; some thousand marks
LARGEST_PHOTOS = 8 * 2**20  # bytes of all photos together; what does not fit waits on the tablet
LARGEST_FILE = LARGEST + LARGEST_PHOTOS * 4 // 3 + 2**16

UNREADABLE = Text("这不是本系统导出的离线评分，或不完整", "This is not a hand-over of marks, or not all of it")
PARTS_MISSING = Text("还缺第 {parts} 张二维码", "QR codes {parts} are still missing")
TOO_LARGE = Text("文件太大：照片合计最多 {most} MB", "The file is too large: its photos may have {most} MB together")
FORGED = Text("封签不符：内容被改动过，或不是由这台设备导出的", "The seal does not fit: the content was changed, or another device made it")


@dataclass(frozen=True, slots=True)
class Packet:
    """What was read: whose marks, from which tablet, packed when; marks, notes and photos as JSON in the order they were made.

    `pictures` are the photos that came along, by their ids; one that is named and not there stayed on the tablet.
    """

    account_id: int
    device: str
    packed_at: datetime
    marks: list[dict[str, Any]]
    text: str
    notes: list[dict[str, Any]]
    photos: list[dict[str, Any]]
    pictures: Mapping[str, bytes]

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
    if len(text) > LARGEST_FILE:
        raise Refused(TOO_LARGE.format(most=LARGEST_PHOTOS // 2**20))
    sealed, *attached = text.split(ATTACHED)
    if len(sealed) > LARGEST:
        raise Refused(UNREADABLE)
    packet = whole(sealed)
    prefix, _, rest = packet.partition(".")
    encoded, _, given = rest.partition(".")
    try:
        content = json.loads(_decoded(encoded))
        account, device, marks = int(content["account"]), str(content["device"]), content["marks"]
        packed_at = datetime.fromisoformat(content["packed_at"])
        notes, photos = content.get("notes", []), content.get("photos", [])
        pictures = {id_: _decoded(data.strip()) for id_, _, data in (each.partition("/") for each in attached)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise Refused(UNREADABLE) from None
    is_list = all(isinstance(each, list) and all(isinstance(one, dict) for one in each) for each in (marks, notes, photos))
    if prefix != PREFIX or not is_list or packed_at.tzinfo is None or not 0 < account < 2**31 or len(device) > 36:
        raise Refused(UNREADABLE)
    if not hmac.compare_digest(seal(encoded, key_of(device, account)).encode(), given.encode()):
        raise Refused(FORGED)
    named = {str(each.get("id")): each.get("sha256") for each in photos}
    if any(named.get(id_) != hashlib.sha256(picture).hexdigest() for id_, picture in pictures.items()):
        raise Refused(FORGED)
    return Packet(account, device, packed_at, marks, packet, notes, photos, pictures)


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
