"""Taking in what another device packed: each mark, note and photo as if its judge had sent it, once, under that judge's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Account
from app.competitions.handover.packets import Packet
from app.competitions.marking import forms
from app.competitions.marking.queries import visible_sheets
from app.competitions.marking.recording import Conflict, NewMark, record_marks
from app.competitions.models import AspectNote, AspectPhoto, HandOver, Sheet
from app.competitions.remarks import commands as remarks
from app.competitions.remarks import forms as remark_forms
from app.core import audit
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.exact import plain
from workflows.text import Text, joined

NO_SUCH_JUDGE = Text("封包里的裁判账号不存在或已停用", "The judge who packed this has no account any more")
NOT_YOURS = Text(
    "其中有不归您负责的评分表，请交给该赛项的裁判长或裁判", "It holds sheets that are not yours to see; give it to that skill's judges"
)

NO_PICTURE = Text("文件里没有这张照片，它还在那台平板上", "The picture is not in the file: it is still on that tablet")

RECORDED, KNOWN, CONFLICT, REFUSED = "recorded", "known", "conflict", "refused"


def take_in(session: Session, packet: Packet, actor: Actor, now: datetime, instance: Path) -> HandOver:
    """Record what is in *packet* in the order it was made; what cannot be is kept with its reason, and the others go on.

    Brought in twice it changes nothing, and neither does the tablet when it sends the same marks later.  `Refused` where the judge
    is unknown or a sheet is not *actor*'s to see.
    """
    author = session.get(Account, packet.account_id)
    if author is None or not author.is_active:
        raise Refused(NO_SUCH_JUDGE)
    sheets = _sheets(session, packet, actor)
    numbers: dict[tuple[int, int, int], int] = {}
    outcome = [_one(session, sheets, author.actor, packet.device, raw, numbers, now) for raw in packet.marks]
    remarks_in = _Remarks(session, sheets, author.actor, packet, now, instance)
    outcome += [remarks_in.note(raw) for raw in packet.notes] + [remarks_in.photo(raw) for raw in packet.photos]
    kept = HandOver(
        digest=packet.digest,
        account_id=author.id,
        device=packet.device,
        packed_at=min(packet.packed_at, now),
        brought_by_id=actor.account_id,
        brought_at=now,
        packet=packet.text,
        outcome=outcome,
    )
    session.add(kept)
    counted = Counter(line["became"] for line in outcome if line["kind"] == "mark")
    counted.update({"notes": len(packet.notes), "photos": len(packet.photos)})
    for skill in {sheet.skill_id: sheet.skill for sheet in sheets.values()}.values():
        detail = {"judge": author.id, "device": packet.device[:8], "digest": packet.digest[:16], **counted}
        audit.record(session, skill, actor, "take_in_marks", now, detail=detail)
    return kept


def _sheets(session: Session, packet: Packet, actor: Actor) -> dict[int, Sheet]:
    """The sheets in *packet*, all of which *actor* must see."""
    wanted = {each.get("sheet") for each in (*packet.marks, *packet.notes, *packet.photos)}
    ids = [id_ for id_ in wanted if isinstance(id_, int) and 0 < id_ < 2**31]
    query = visible_sheets(actor).where(Sheet.id.in_(ids)).options(joinedload(Sheet.skill))
    found = {sheet.id: sheet for sheet in session.scalars(query).unique()}
    if len(found) != len(wanted):
        raise Refused(NOT_YOURS)
    return found


def _one(
    session: Session,
    sheets: dict[int, Sheet],
    author: Actor,
    device: str,
    raw: dict[str, Any],
    numbers: dict[tuple[int, int, int], int],
    now: datetime,
) -> dict[str, Any]:
    """What became of one mark.  A value given after another in the same packet follows upon the number that one got."""
    sheet = sheets[raw["sheet"]]
    line = _line("mark", sheet, raw) | {"value": raw.get("value")}
    try:
        (new,) = forms.marks_from_json([raw | {"device": device}], now)
        place = sheet.id, new.aspect_id, new.seat
        new = _following(new, numbers.get(place))
        with session.begin_nested():
            (recorded,) = record_marks(session, sheet, author, [new], now)
    except Conflict as conflict:
        (difference,) = conflict.differences
        return line | {"became": CONFLICT, "now": None if difference.value is None else plain(difference.value)}
    except Refused as refused:
        return line | _refused(refused)
    numbers[place] = recorded.number
    return line | {"became": RECORDED if recorded.is_new else KNOWN, "number": recorded.number}


def _line(kind: str, sheet: Sheet, raw: dict[str, Any]) -> dict[str, Any]:
    return {"kind": kind, "id": str(raw.get("id", ""))[:36], "sheet": sheet.id, "aspect": raw.get("aspect")}


def _refused(refused: Refused) -> dict[str, Any]:
    reason = joined(list(refused.reasons))
    return {"became": REFUSED, "zh": reason.zh, "en": reason.en}


@dataclass(frozen=True, slots=True)
class _Remarks:
    """The notes and photos of a packet; each is kept once, whoever sends it again."""

    session: Session
    sheets: dict[int, Sheet]
    author: Actor
    packet: Packet
    now: datetime
    instance: Path

    def note(self, raw: dict[str, Any]) -> dict[str, Any]:
        def write(sheet: Sheet) -> None:
            remarks.write_notes(self.session, sheet, self.author, remark_forms.notes_from_json([self._told(raw)], self.now), self.now)

        return self._kept("note", AspectNote, raw, write)

    def photo(self, raw: dict[str, Any]) -> dict[str, Any]:
        def write(sheet: Sheet) -> None:
            picture = self.packet.pictures.get(str(raw.get("id")))
            if picture is None:
                raise Refused(NO_PICTURE)
            remark = remark_forms.remark(self._told(raw), self.now)
            remarks.keep_photo(self.session, self.instance, sheet, self.author, remark, picture, self.now)

        return self._kept("photo", AspectPhoto, raw, write)

    def _told(self, raw: dict[str, Any]) -> dict[str, Any]:
        return raw | {"device": self.packet.device}

    def _kept(
        self, kind: str, model: type[AspectNote | AspectPhoto], raw: dict[str, Any], write: Callable[[Sheet], None]
    ) -> dict[str, Any]:
        sheet = self.sheets[raw["sheet"]]
        line = _line(kind, sheet, raw)
        is_known = self.session.get(model, line["id"]) is not None
        try:
            with self.session.begin_nested():
                write(sheet)
        except Refused as refused:
            return line | _refused(refused)
        return line | {"became": KNOWN if is_known else RECORDED}


def _following(new: NewMark, number: int | None) -> NewMark:
    return new if number is None else new._replace(seen=number)
