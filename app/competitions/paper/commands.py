"""Typing a paper sheet in, once and once more, and recording what both say."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.competitions.marking import forms
from app.competitions.marking.recording import NewMark, record_marks
from app.competitions.models import PaperEntry, Sheet
from app.competitions.paper import queries
from app.core import audit
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition import double_entry
from workflows.competition.aspects import why_not
from workflows.competition.double_entry import NOT_ATTEMPTED
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.exact import plain
from workflows.roles import Role
from workflows.text import Text

DEVICE = "paper"
TYPISTS = (Role.SCORER, Role.CHIEF_JUDGE)

NOT_A_TYPIST = Text("纸质评分表由计分裁判、裁判长录入", "Paper sheets are typed by scorers and the chief judge")
NOT_OPEN = Text("评分表不在评分中，不能录入", "The sheet is not being marked")
TYPED_BY_OTHERS = Text("已有另外两人在录这张表", "Two other persons are typing this sheet")
INCOMPLETE = Text("还没有录：{places}。纸上空着的请选“未作答”", "Not typed: {places}. What is empty on the paper is typed as not attempted")
WRONG_VALUE = Text("{code}：{reason}", "{code}: {reason}")
DIFFERS = Text("两遍录入还有不同，不能记入", "The two typings still differ")
REASON_NEEDED = Text("以纸质为准覆盖平板的评分，须写明理由", "To let the paper stand over a tablet's value, give the reason")
BY_CHIEF = Text("由裁判长决定以哪一个为准", "The chief judge decides which one stands")
PAPER = "纸质评分表，{first}、{second} 先后录入"  # kept in the language of record


def type_in(session: Session, sheet: Sheet, actor: Actor, typed: Mapping[str, str], now: datetime) -> PaperEntry:
    """Keep what *actor* typed: the first typing, or the second; whoever typed before replaces their own.

    Where the two say alike and no tablet said otherwise, the marks are recorded at once.
    """
    _require_typist(session, sheet, actor)
    kept = _looked_over(sheet, typed)
    entry = queries.open_entry(session, sheet)
    if entry is None:
        entry = PaperEntry(sheet_id=sheet.id, first=kept, first_by_id=actor.account_id, first_at=now)
        session.add(entry)
    elif entry.first_by_id == actor.account_id:
        entry.first, entry.first_at = kept, now
    elif entry.second_by_id in (None, actor.account_id):
        reason = double_entry.why_not_second(entry.first_by_id, actor.account_id)
        if reason is not None:
            raise Refused(reason)
        entry.second, entry.second_by_id, entry.second_at = kept, actor.account_id, now
    else:
        raise Refused(TYPED_BY_OTHERS)
    session.flush()
    session.refresh(entry, ["first_by", "second_by"])
    audit.record(session, sheet, actor, "enter_paper_sheet", now)
    if entry.second_by_id is not None and entry.first == entry.second and not queries.clashes_in(entry, sheet):
        _record(session, sheet, entry, actor, "", now)
    return entry


def let_paper_stand(session: Session, sheet: Sheet, actor: Actor, reason: str, now: datetime) -> None:
    """The chief judge decides that what both typed stands over what tablets sent."""
    _require_typist(session, sheet, actor)
    if Role.CHIEF_JUDGE not in actor.roles_on(sheet):
        raise Refused(BY_CHIEF)
    if not reason.strip():
        raise Refused(REASON_NEEDED)
    entry = queries.open_entry(session, sheet)
    if entry is None or entry.second_by_id is None or entry.first != entry.second:
        raise Refused(DIFFERS)
    _record(session, sheet, entry, actor, reason.strip(), now)


def drop(session: Session, sheet: Sheet, actor: Actor, now: datetime) -> None:
    """Begin again: whoever typed first alone, or the chief judge.  What was typed is kept, and counts for nothing."""
    _require_typist(session, sheet, actor)
    entry = queries.open_entry(session, sheet)
    if entry is None:
        return
    alone = entry.second_by_id is None and entry.first_by_id == actor.account_id
    if not alone and Role.CHIEF_JUDGE not in actor.roles_on(sheet):
        raise Refused(BY_CHIEF)
    entry.dropped_at = now


def _require_typist(session: Session, sheet: Sheet, actor: Actor) -> None:
    if not set(TYPISTS) & actor.roles_on(sheet):
        raise Refused(NOT_A_TYPIST)
    state = session.scalar(sa.select(Sheet._state).where(Sheet.id == sheet.id).with_for_update())
    if state != SheetFlow.open.name or not sheet.skill.is_in(SkillFlow.marking):
        raise Refused(NOT_OPEN)


def _looked_over(sheet: Sheet, typed: Mapping[str, str]) -> dict[str, str]:
    """Every place with a value that may stand there, written the one way it is kept; `Refused` naming each that is missing or wrong."""
    fields = queries.fields_of(sheet)
    given = {place: text.strip() for place, text in typed.items()}
    lacking = double_entry.missing(given, [field.place for field in fields])
    if lacking:
        codes = dict.fromkeys(field.code for field in fields if field.place in lacking)
        raise Refused(INCOMPLETE.format(places="、".join(codes)))
    kept = {}
    wrong = []
    for field in fields:
        text = given[field.place]
        if text == NOT_ATTEMPTED:
            kept[field.place] = text
            continue
        value = forms.value_of(text)
        reason = why_not(field.aspect, value)
        if reason is not None:
            wrong.append(WRONG_VALUE.format(code=field.code, reason=reason))
        kept[field.place] = plain(value)
    if wrong:
        raise Refused(*wrong)
    return kept


def _record(session: Session, sheet: Sheet, entry: PaperEntry, actor: Actor, reason: str, now: datetime) -> None:
    """What both typed becomes marks of the judges who signed the paper; a place that says the same already is left as it is."""
    assert entry.second_by is not None
    stands = queries.latest_values(sheet)
    said = PAPER.format(first=entry.first_by.name, second=entry.second_by.name) + (f"；{reason}" if reason else "")
    authors = {seat: session.get_one(Account, account).actor for seat, account in sheet.held_by.items()}
    by_author: dict[Actor, list[NewMark]] = {}
    for field in queries.fields_of(sheet):
        typed = entry.first[field.place]
        number, value = stands.get(field.place, (0, ""))
        if value == typed:
            continue
        author = authors.get(field.seat) or next(iter(authors.values()))
        id_ = str(uuid.uuid5(uuid.NAMESPACE_OID, f"paper:{entry.id}:{field.place}"))
        decimal = None if typed == NOT_ATTEMPTED else forms.value_of(typed)
        by_author.setdefault(author, []).append(NewMark(id_, field.aspect.id, field.seat, number, decimal, now, DEVICE, said))
    for author, marks in by_author.items():
        record_marks(session, sheet, author, marks, now)
    entry.recorded_at = now
    people = {"first": entry.first_by_id, "second": entry.second_by_id, "marks": sum(map(len, by_author.values()))}
    audit.record(session, sheet, actor, "record_paper_sheet", now, comment=reason, detail=people)
