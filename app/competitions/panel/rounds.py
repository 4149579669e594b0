"""Marking again where judges lie too far apart: rounds opened, settled, noted, decided.

`follow` is called in the transaction of whatever changed a sheet's marks.  It asks the rulebook and writes what follows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import RemarkRound, Sheet
from app.competitions.standings import commands as standings
from app.core import audit
from app.core.actor import CLOCK, Actor
from app.core.errors import NotFound, Refused
from workflows.competition import remarking
from workflows.competition.remarking import Need
from workflows.competition.sheet_flow import SheetFlow
from workflows.roles import Role
from workflows.text import Text

NOT_ON_PANEL = Text("讨论情况由本表的评分裁判或裁判长填写", "The note is written by a judge of this sheet or the chief judge")
NOTHING_TO_SAY = Text("请写明讨论情况", "Say what was discussed")
REASON_MISSING = Text("裁定须写明理由", "Say why the scores stand")
ONLY_CHIEF = Text("分差由裁判长裁定", "The chief judge decides on a difference")
NOT_DUE = Text("该评分项现在不需要裁定", "There is nothing to decide on this aspect now")
SHEET_CLOSED = Text("评分表已签字或锁定", "The sheet is signed or locked")


def follow(session: Session, sheet: Sheet, now: datetime) -> Sequence[RemarkRound]:
    """Open a round on every aspect whose scores broke the rule, and settle those that no longer do; the rounds opened."""
    opened = []
    latest = sheet.latest_rounds
    for aspect, found in zip(sheet.sub_criterion.aspects, sheet.differences, strict=True):
        round_ = latest.get(aspect.id)
        if found is None and round_ is not None and round_.settled_at is None:
            round_.settled_at = now
        elif found is not None and round_ is not None and round_.settled_at is not None:
            round_.settled_at = None
        if found is not None and found.need is Need.ROUND:
            if round_ is not None:
                round_.settled_at = now
            number = (round_.number if round_ else remarking.FIRST) + 1
            reason = {"zh": found.reason.zh, "en": found.reason.en}
            fresh = RemarkRound(sheet=sheet, aspect=aspect, number=number, reason=reason, opened_at=now)
            session.add(fresh)
            opened.append(fresh)
    session.flush()
    for each in opened:
        audit.record(session, sheet, CLOCK, "open_round", now, detail={"aspect": each.aspect_id, "round": each.number})
    return opened


def order(session: Session, sheet: Sheet, aspects: Collection[int], reason: str, now: datetime) -> None:
    """Open a round on the aspects that judges score each for themselves, whatever they gave: a revision ordered it.

    *aspects*: which of them, none for all of the sheet.  What was measured stands until another value is entered.
    """
    latest = sheet.latest_rounds
    for aspect in sheet.sub_criterion.aspects:
        if not aspect.method.is_scored_by_each or (aspects and aspect.id not in aspects):
            continue
        before = latest.get(aspect.id)
        if before is not None and before.settled_at is None:
            before.settled_at = now
        number = (before.number if before else remarking.FIRST) + 1
        session.add(RemarkRound(sheet=sheet, aspect=aspect, number=number, reason={"zh": reason, "en": reason}, opened_at=now))
        session.flush()
        audit.record(session, sheet, CLOCK, "open_round", now, comment=reason, detail={"aspect": aspect.id, "round": number})
    standings.note_sheet(session, sheet)


def note(session: Session, sheet: Sheet, aspect_id: int, actor: Actor, text: str, now: datetime) -> None:
    """Keep what was discussed about an aspect that is marked again."""
    if not (sheet.has_seat(actor) or Role.CHIEF_JUDGE in actor.roles_on(sheet)):
        raise Refused(NOT_ON_PANEL)
    if not text.strip():
        raise Refused(NOTHING_TO_SAY)
    round_ = _open_round(session, sheet, aspect_id)
    round_.note, round_.noted_by_id = text.strip()[:500], actor.account_id
    audit.record(session, sheet, actor, "note_round", now, comment=round_.note, detail={"aspect": aspect_id, "round": round_.number})
    follow(session, sheet, now)
    standings.note_sheet(session, sheet)


def decide(session: Session, sheet: Sheet, aspect_id: int, actor: Actor, reason: str, now: datetime) -> None:
    """The chief judge lets the scores of the last round stand although they differ, and says why."""
    if Role.CHIEF_JUDGE not in actor.roles_on(sheet):
        raise Refused(ONLY_CHIEF)
    if not reason.strip():
        raise Refused(REASON_MISSING)
    round_ = _open_round(session, sheet, aspect_id)
    aspects = [aspect.id for aspect in sheet.sub_criterion.aspects]
    found = sheet.differences[aspects.index(aspect_id)]
    if found is None or found.need is not Need.DECISION:
        raise Refused(NOT_DUE)
    round_.decision, round_.decided_by_id, round_.decided_at = reason.strip()[:500], actor.account_id, now
    audit.record(session, sheet, actor, "decide_round", now, comment=round_.decision, detail={"aspect": aspect_id, "round": round_.number})
    follow(session, sheet, now)
    standings.note_sheet(session, sheet)


def _open_round(session: Session, sheet: Sheet, aspect_id: int) -> RemarkRound:
    session.execute(sa.select(Sheet.id).where(Sheet.id == sheet.id).with_for_update())
    session.expire(sheet, ["rounds", "marks"])
    if not sheet.is_in(SheetFlow.open):
        raise Refused(SHEET_CLOSED)
    round_ = sheet.latest_rounds.get(aspect_id)
    if round_ is None:
        raise NotFound
    return round_
