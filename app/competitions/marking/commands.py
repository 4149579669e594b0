"""Signing and locking sheets, theory marks; how marks are written down stands in `recording`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.board import commands as boards
from app.competitions.marking import queries
from app.competitions.marking.recording import NOT_ON_PANEL
from app.competitions.models import Sheet, SheetSignature, Skill, SubCriterion, TheoryMark
from app.competitions.panel import seats
from app.competitions.standings import commands as standings
from app.core import audit, engine
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition.codes import of_sheet as sheet_code
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

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
        if not sheet.takes_signature_of(actor):
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
    signed = session.scalars(sa.select(Sheet.id).where(Sheet.skill_id == skill.id, Sheet.is_in(SheetFlow.signed)).order_by(Sheet.id)).all()
    locked = 0
    for sheet in queries.loaded(session, signed):
        if not engine.refusals(sheet, SheetFlow.lock, actor, now):
            engine.fire(session, sheet, SheetFlow.lock, actor, now)
            locked += 1
    return locked, len(signed) - locked


def prepare_sheets(session: Session, skill: Skill, step: Step) -> None:
    """Effect of starting to mark: the scheme is fixed, and every competitor has a sheet for every sub criterion.

    What is marked on the work gets its sheets when the works have their codes.  The sheets are made in the order of the codes: their ids
    stand in addresses, and must not tell who entered first.
    """
    if skill.scheme is None:
        return
    skill.scheme.locked_at = skill.scheme.locked_at or step.now
    if open_sheets(session, skill, skill.scheme.sub_criteria, step.now):
        seats.fill(session, skill)
    standings.rebuild(session, skill)


def open_sheets(session: Session, skill: Skill, subs: Iterable[SubCriterion], now: datetime) -> int:
    """A sheet in each of *subs* for every competitor who has a code to be marked by and no sheet there; how many were made."""
    known = queries.competing_codes(session, skill.id)
    there = session.execute(sa.select(Sheet.entry_id, Sheet.sub_criterion_id).where(Sheet.skill_id == skill.id))
    made = {(entry, sub) for entry, sub in there}
    fresh = {"state": SheetFlow.initial.name, "state_since": now, "created_at": now, "version": 1, "skill_id": skill.id}
    rows = [
        {**fresh, "entry_id": entry, "sub_criterion_id": sub.id}
        for sub in subs
        for code, entry in sorted((sheet_code(skill.code_layers, sub.marked_at, *held), entry) for entry, held in known.items())
        if code and (entry, sub.id) not in made
    ]
    if rows:
        session.execute(sa.insert(Sheet.__table__), rows)  # type: ignore[arg-type]  # a mapped class's table
    return len(rows)


# --- theory ---------------------------------------------------------------------------------------------------------


def enter_theory(session: Session, skill: Skill, actor: Actor, marks: Mapping[int, Decimal], reason: str, now: datetime) -> int:
    """Keep theory marks by entry id; how many were new.  A mark that replaces another needs a reason, and both stay."""
    if Role.SCORER not in actor.roles_on(skill) and Role.CHIEF_JUDGE not in actor.roles_on(skill):
        raise Refused(Text("理论成绩由计分裁判录入", "Theory marks are entered by the scorer"))
    if not skill.is_in(SkillFlow.drawn, SkillFlow.marking):
        raise Refused(Text("抽签后、汇总前才能录入理论成绩", "Theory marks are entered after the draw and before the tally"))
    session.execute(sa.select(Skill.id).where(Skill.id == skill.id).with_for_update())
    boards.freeze_before(session, skill.id, now)
    competing = {line.entry_id: line for line in queries.theory(session, skill)}
    changed = {id_: mark for id_, mark in marks.items() if id_ in competing and competing[id_].mark != mark}
    if any(competing[id_].entered for id_ in changed) and not reason.strip():
        raise Refused(Text("更改已录入的理论成绩须写明理由", "Changing a theory mark needs a reason"))
    for id_, mark in changed.items():
        number = competing[id_].entered + 1
        kept = reason.strip()[:200] if number > 1 else ""
        session.add(TheoryMark(entry_id=id_, number=number, mark=mark, account_id=actor.account_id, reason=kept, recorded_at=now))
        session.flush()
        standings.note_entry(session, skill, id_)
    if changed:
        audit.record(session, skill, actor, "enter_theory", now, comment=reason, detail={"entries": len(changed)})
    return len(changed)
