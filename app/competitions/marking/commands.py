"""Writing marks down, signing and locking sheets.

A mark's way is short on purpose: three questions and one insert, however many marks come at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.marking import queries
from app.competitions.models import Aspect, Mark, Sheet, SheetSignature, Skill, TheoryMark
from app.competitions.panel import rounds as rounds_of_the_panel
from app.core import audit, engine
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition.aspects import PANEL, seats_of, why_not
from workflows.competition.codes import of_sheet as sheet_code
from workflows.competition.remarking import FIRST
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

NOT_ON_PANEL = Text("您不在该赛项的评分裁判组", "You are not on the panel of this skill")
NOT_YOURS = Text("这张评分表不由您评分", "This sheet is not yours to mark")
OTHER_SEAT = Text("只能录入自己的评分", "You can only enter your own scores")
REASON_NEEDED = Text("改动他人的评分须写明理由", "Changing another judge's score needs a reason")
UNKNOWN_ASPECT = Text("评分项不属于这张评分表", "The aspect is not on this sheet")
ID_REUSED = Text("这个编号已用于另一条评分", "This id already belongs to another mark")
NOT_BEING_MARKED = Text("该赛项不在评分阶段", "This skill is not being marked")
SHEET_CLOSED = Text("评分表{state}，不能再改；如需更改请裁判长重新打开", "The sheet is “{state}”: the chief judge must reopen it first")


@dataclass(frozen=True, slots=True)
class NewMark:
    """A value as the device sends it.  `seen` is the number of the value it replaces, 0 for none; `seat` 0 is the whole panel."""

    id: str
    aspect_id: int
    seat: int
    seen: int
    value: Decimal | None
    made_at: datetime
    device: str = ""
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of a mark: the number under which it stands.  `is_new` is false for one that was already there."""

    id: str
    aspect_id: int
    seat: int
    number: int
    value: Decimal | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A mark that met a newer value than the device had seen."""

    sent: NewMark
    number: int
    value: Decimal | None


class Conflict(Refused):
    """Somebody entered another value meanwhile.  Nothing of the request is kept; each difference is to be settled by a person."""

    def __init__(self, differences: Sequence[Difference]) -> None:
        super().__init__(
            Text("另一台设备已录入不同的评分，请核对后选定", "Another device has entered a different value; choose the right one")
        )
        self.differences = differences


class NotAccepted(Refused):
    """Some of the marks may not stand, each with its reason by its id.  Nothing of the request is kept; the others can be sent again."""

    def __init__(self, refused: Mapping[str, Text]) -> None:
        super().__init__(*dict.fromkeys(refused.values()))
        self.refused = refused


def record_marks(session: Session, sheet: Sheet, actor: Actor, marks: Sequence[NewMark], now: datetime) -> list[Recorded]:
    """Keep *marks*, all of them or none; one outcome each, in the order given.

    A mark whose id is known is answered as the first time and changes nothing.  Raises `NotAccepted` for a closed sheet, a value out of
    range, or somebody else's seat, and `Conflict` where a value changed that the device had not seen.
    """
    state = session.scalar(sa.select(Sheet._state).where(Sheet.id == sheet.id).with_for_update())  # two tablets, one after the other
    known = session.execute(_KNOWN, {"sheet": sheet.id}).all()
    by_id = {mark.id: mark for mark in known}
    fresh = [mark for mark in marks if not _is_repetition(by_id.get(mark.id), mark)]
    if fresh and (refused := _refusals(sheet, state, actor, fresh)):
        raise NotAccepted(refused)
    rounds = {aspect: each.number for aspect, each in sheet.latest_rounds.items()}
    latest = {(mark.aspect_id, mark.seat): (mark.number, mark.value, mark.round) for mark in known}
    outcomes: dict[str, Recorded] = {}
    differences: list[Difference] = []
    rows = []
    for new in fresh:
        place = new.aspect_id, new.seat
        number, value, given_in = latest.get(place, (0, None, FIRST))
        round_ = rounds.get(new.aspect_id, FIRST)
        is_said = number > 0 and value == new.value and given_in == round_  # the same score in a new round is a score
        if number != new.seen and not is_said:
            differences.append(Difference(new, number, value))
        elif is_said:
            outcomes[new.id] = Recorded(new.id, *place, number, value, is_new=False)  # said before: the same value is no new one
        else:
            latest[place] = number + 1, new.value, round_
            outcomes[new.id] = Recorded(new.id, *place, number + 1, new.value, is_new=True)
            rows.append(_row(sheet, new, number + 1, round_, actor, now))
    if differences:
        raise Conflict(differences)
    if rows:
        _insert(session, rows)
        session.expire(sheet, ["marks"])
        rounds_of_the_panel.follow(session, sheet, now)
    return [outcomes.get(mark.id) or _as_recorded(by_id[mark.id]) for mark in marks]


_KNOWN = (
    sa.select(Mark.id, Mark.aspect_id, Mark.seat, Mark.number, Mark.value, Mark.round)
    .where(Mark.sheet_id == sa.bindparam("sheet"))
    .order_by(Mark.number)
)


def _is_repetition(known: Any, sent: NewMark) -> bool:
    if known is None:
        return False
    if (known.aspect_id, known.seat, known.value) != (sent.aspect_id, sent.seat, sent.value):
        raise NotAccepted({sent.id: ID_REUSED})
    return True


def _as_recorded(mark: Any) -> Recorded:
    return Recorded(mark.id, mark.aspect_id, mark.seat, mark.number, mark.value, is_new=False)


def _refusals(sheet: Sheet, state: str | None, actor: Actor, marks: Iterable[NewMark]) -> dict[str, Text]:
    """Why each of *marks* may not stand.  Everyone their own seat and the panel's measurements; the chief judge any seat, with a reason."""
    seats, held_by = sheet.panel, sheet.held_by
    roles = actor.roles_on(sheet)
    is_chief = Role.CHIEF_JUDGE in roles
    is_on_panel = Role.JUDGE in roles and actor.account_id in held_by.values()
    closed = _why_closed(sheet, state) or (None if is_chief or is_on_panel else _why_not_theirs(sheet, actor))
    if closed is not None:
        return {mark.id: closed for mark in marks}
    aspects = {aspect.id: aspect for aspect in sheet.sub_criterion.aspects}
    refused = {}
    for mark in marks:
        aspect = aspects.get(mark.aspect_id)
        if aspect is None or mark.seat not in seats_of(aspect, seats):
            refused[mark.id] = UNKNOWN_ASPECT
            continue
        is_own = is_on_panel and (mark.seat == PANEL or held_by.get(mark.seat) == actor.account_id)
        if not is_own and not is_chief:
            refused[mark.id] = OTHER_SEAT
        elif not is_own and not mark.reason.strip():
            refused[mark.id] = REASON_NEEDED
        elif reason := _why_not(aspect, mark.value):
            refused[mark.id] = reason
    return refused


def _why_not_theirs(sheet: Sheet, actor: Actor) -> Text:
    """A judge of the skill who has to avoid a competitor, or does not score this sub criterion, learns no more than that."""
    return NOT_YOURS if any(seat.account_id == actor.account_id for seat in sheet.skill.panel) else NOT_ON_PANEL


def _why_closed(sheet: Sheet, state: str | None) -> Text | None:
    if state != SheetFlow.open.name:
        return SHEET_CLOSED.format(state=SheetFlow.states[state or sheet._state].title)
    return None if sheet.is_marking_open else NOT_BEING_MARKED


def _why_not(aspect: Aspect, value: Decimal | None) -> Text | None:
    reason = why_not(aspect, value)
    if reason is None:
        return None
    return Text("{code}：{reason}", "{code}: {reason}").format(code=aspect.code, reason=reason)


def _row(sheet: Sheet, new: NewMark, number: int, round_: int, actor: Actor, now: datetime) -> dict[str, object]:
    return {
        "id": new.id,
        "sheet_id": sheet.id,
        "aspect_id": new.aspect_id,
        "seat": new.seat,
        "number": number,
        "round": round_,
        "value": new.value,
        "is_not_attempted": new.value is None,
        "account_id": actor.account_id,
        "device": new.device[:60],
        "reason": new.reason.strip()[:200],
        "note": new.note.strip()[:500],
        "made_at": new.made_at,
        "recorded_at": now,
    }


def _insert(session: Session, rows: list[dict[str, object]]) -> None:
    """An id that belongs to a mark on another sheet is refused by the database's key."""
    try:
        session.execute(sa.insert(Mark), rows)
    except sa.exc.IntegrityError as error:
        raise Refused(ID_REUSED) from error


# --- signing and locking --------------------------------------------------------------------------------------------


def sign(session: Session, sheet: Sheet, actor: Actor, now: datetime, *, digest: str) -> None:
    """Sign what the sheet says: the first judge closes it, the others of the panel put their names beneath.

    *digest* is of what the page showed; a mark that came in since is a refusal, not a surprise.
    """
    session.execute(sa.select(Sheet.id).where(Sheet.id == sheet.id).with_for_update())
    session.expire(sheet, ["marks", "signatures", "_state", "version"])
    if digest != sheet.digest:
        raise Refused(Text("评分已有变化，请核对后再签字", "The marks have changed; look at them again before you sign"))
    if any(signature.account_id == actor.account_id for signature in sheet.valid_signatures) and sheet.is_in(SheetFlow.signed):
        return  # signed already
    if sheet.is_in(SheetFlow.signed):
        if not sheet.has_seat(actor):
            raise Refused(NOT_ON_PANEL)
        _add_signature(session, sheet, actor, now)
        audit.record(session, sheet, actor, "countersign", now)
    else:
        engine.fire(session, sheet, SheetFlow.sign, actor, now)


def put_signature(session: Session, sheet: Sheet, step: Step) -> None:
    """Effect of signing."""
    _add_signature(session, sheet, step.actor, step.now)


def _add_signature(session: Session, sheet: Sheet, actor: Actor, now: datetime) -> None:
    sheet.signatures.append(SheetSignature(account_id=actor.account_id or 0, at=now, digest=sheet.digest))
    session.flush()


def lock_signed(session: Session, skill: Skill, actor: Actor, now: datetime) -> tuple[int, int]:
    """Lock every signed sheet of *skill* that can be; how many were, and how many still wait for a signature."""
    sheets = session.scalars(sa.select(Sheet).where(Sheet.skill_id == skill.id, Sheet.is_in(SheetFlow.signed)).order_by(Sheet.id)).all()
    locked = 0
    for sheet in sheets:
        if not engine.refusals(sheet, SheetFlow.lock, actor, now):
            engine.fire(session, sheet, SheetFlow.lock, actor, now)
            locked += 1
    return locked, len(sheets) - locked


def prepare_sheets(session: Session, skill: Skill, step: Step) -> None:
    """Effect of starting to mark: the scheme is fixed, and every competitor has a sheet for every sub criterion.

    What is marked on the work gets its sheets when the works have their codes.  The sheets are made in the order of the codes: their ids
    stand in addresses, and must not tell who entered first.
    """
    if skill.scheme is None:
        return
    skill.scheme.locked_at = skill.scheme.locked_at or step.now
    known = queries.competing_codes(session, skill.id)
    there = session.execute(sa.select(Sheet.entry_id, Sheet.sub_criterion_id).where(Sheet.skill_id == skill.id))
    made = {(entry, sub) for entry, sub in there}
    fresh = {"state": SheetFlow.initial.name, "state_since": step.now, "created_at": step.now, "version": 1, "skill_id": skill.id}
    rows = [
        {**fresh, "entry_id": entry, "sub_criterion_id": sub.id}
        for sub in skill.scheme.sub_criteria
        for code, entry in sorted((sheet_code(skill.code_layers, sub.marked_at, *held), entry) for entry, held in known.items())
        if code and (entry, sub.id) not in made
    ]
    if rows:
        session.execute(sa.insert(Sheet.__table__), rows)  # type: ignore[arg-type]  # a mapped class's table


# --- theory ---------------------------------------------------------------------------------------------------------


def enter_theory(session: Session, skill: Skill, actor: Actor, marks: Mapping[int, Decimal], reason: str, now: datetime) -> int:
    """Keep theory marks by entry id; how many were new.  A mark that replaces another needs a reason, and both stay."""
    if Role.SCORER not in actor.roles_on(skill) and Role.CHIEF_JUDGE not in actor.roles_on(skill):
        raise Refused(Text("理论成绩由计分裁判录入", "Theory marks are entered by the scorer"))
    if not skill.is_in(SkillFlow.drawn, SkillFlow.marking):
        raise Refused(Text("抽签后、汇总前才能录入理论成绩", "Theory marks are entered after the draw and before the tally"))
    session.execute(sa.select(Skill.id).where(Skill.id == skill.id).with_for_update())
    competing = {line.entry_id: line for line in queries.theory(session, skill)}
    changed = {id_: mark for id_, mark in marks.items() if id_ in competing and competing[id_].mark != mark}
    if any(competing[id_].entered for id_ in changed) and not reason.strip():
        raise Refused(Text("更改已录入的理论成绩须写明理由", "Changing a theory mark needs a reason"))
    for id_, mark in changed.items():
        number = competing[id_].entered + 1
        kept = reason.strip()[:200] if number > 1 else ""
        session.add(TheoryMark(entry_id=id_, number=number, mark=mark, account_id=actor.account_id, reason=kept, recorded_at=now))
    if changed:
        audit.record(session, skill, actor, "enter_theory", now, comment=reason, detail={"entries": len(changed)})
    return len(changed)
