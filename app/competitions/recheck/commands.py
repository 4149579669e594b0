"""Committing to a recheck, drawing it, writing down what was found, sending wrong sheets back."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import Entry, LockUnit, Recheck, RecheckItem, Sheet, Skill
from app.competitions.models.marking import COMPETING
from app.core import audit, engine
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition import recheck as rulebook
from workflows.competition.draw import commitment
from workflows.competition.lock_flow import LockFlow
from workflows.competition.recheck_flow import RecheckFlow
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

SEED_BYTES = 16
NOT_YOURS = Text("复核由监督仲裁办理", "The recheck is the arbiter's")
NOT_NOW = Text("评分开始后、解密前才能复核", "A recheck begins after the marking has begun and before the decoding")
ONE_AT_A_TIME = Text("已有一次复核未完成", "There is a recheck already")
CLOSED = Text("本次复核已不能改动", "This recheck cannot change any more")
NAME_IT = Text("请指明有错的评分项、应得分和理由", "Name the wrong aspect, the right mark and the reason")
NOT_ON_SHEET = Text("评分项不属于这张评分表", "The aspect is not on this sheet")
TOO_HIGH = Text("应得分应在 0 到 {most} 之间", "The right mark lies between 0 and {most}")


def commit(session: Session, skill: Skill, actor: Actor, now: datetime) -> Recheck:
    """Choose a secret seed and publish its hash, best before anybody knows the results."""
    if Role.ARBITER not in actor.roles_on(skill):
        raise Refused(NOT_YOURS)
    if not skill.is_in(SkillFlow.marking, SkillFlow.provisional):
        raise Refused(NOT_NOW)
    if any(not recheck.is_in(RecheckFlow.finished) for recheck in skill.rechecks):
        raise Refused(ONE_AT_A_TIME)
    return begin(session, skill, actor, now, secrets.token_hex(SEED_BYTES))


def begin(session: Session, skill: Skill, actor: Actor, now: datetime, seed: str) -> Recheck:
    """A recheck committed to *seed*, by the rule the plan of the skill has now."""
    rule = rulebook.Rule.from_data(skill.recheck_rule).as_data()
    recheck = Recheck(skill=skill, rule=rule, commitment=commitment(seed), seed=seed, account_id=actor.account_id)
    engine.begin(session, recheck, actor, now, {"commitment": recheck.commitment})
    return recheck


def find(
    session: Session, item: RecheckItem, actor: Actor, now: datetime, *, aspect_id: int | None, mark: Decimal | None, reason: str
) -> None:
    """Write down that a sheet agrees, or (with an aspect) what on it is wrong."""
    recheck = item.recheck
    if Role.ARBITER not in actor.roles_on(recheck):
        raise Refused(NOT_YOURS)
    if not recheck.is_in(RecheckFlow.under_way, RecheckFlow.everything):
        raise Refused(CLOSED)
    is_wrong = aspect_id is not None
    if is_wrong:
        aspect = next((each for each in item.sheet.sub_criterion.aspects if each.id == aspect_id), None)
        if aspect is None:
            raise Refused(NOT_ON_SHEET)
        if mark is None or not reason.strip():
            raise Refused(NAME_IT)
        if not 0 <= mark <= aspect.max_mark:
            raise Refused(TOO_HIGH.format(most=aspect.max_mark))
    item.is_wrong, item.aspect_id, item.right_mark = is_wrong, aspect_id, mark if is_wrong else None
    item.reason, item.checked_at, item.account_id = reason.strip()[:300], now, actor.account_id
    detail = {"sheet": item.sheet_id, "wrong": is_wrong, "aspect": aspect_id, "mark": str(mark) if is_wrong else None}
    audit.record(session, recheck, actor, "recheck_sheet", now, comment=item.reason, detail=detail)


# ── effects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def draw_sample(session: Session, recheck: Recheck, step: Step) -> None:
    """Effect of the draw: the best, and of the rest the first of the lot, each with all sheets."""
    ranked = recheck.ranked_now
    recheck.ranked, recheck.drawn_at = [[each.code, each.place] for each in ranked], step.now
    _add(session, recheck, rulebook.chosen(ranked, recheck.rules, recheck.seed))


def add_the_rest(session: Session, recheck: Recheck, step: Step) -> None:
    """Effect of rechecking everything."""
    known = {item.code for item in recheck.items}
    _add(session, recheck, {code: rulebook.ALL for code, _ in recheck.ranked if code not in known})


def add_the_risen(session: Session, recheck: Recheck, step: Step) -> None:
    """Effect of extending: whom the corrections brought among the best is rechecked as the best are."""
    _add(session, recheck, dict.fromkeys(recheck.risen, rulebook.RISEN))


def _add(session: Session, recheck: Recheck, why: dict[str, str]) -> None:
    query = sa.select(Sheet).join(Entry, Entry.id == Sheet.entry_id)
    sheets = session.scalars(query.where(Sheet.skill_id == recheck.skill_id, Entry.is_in(*COMPETING))).all()
    chosen = sorted((sheet for sheet in sheets if sheet.entry.code in why), key=lambda sheet: (sheet.sub_criterion.code, sheet.code))
    first = len(recheck.items) + 1
    recheck.items += [
        RecheckItem(sheet=sheet, position=position, why=why[sheet.entry.code], code=sheet.entry.code)
        for position, sheet in enumerate(chosen, start=first)
    ]
    session.flush()


def return_wrong_sheets(session: Session, recheck: Recheck, step: Step) -> None:
    """Effect of sending back: the skill is being marked again, and what is wrong is open, with the reason."""
    session.flush()
    wrong = [item for item in recheck.wrong if not item.is_put_right]
    skill, said = recheck.skill, "；".join(_finding(item) for item in wrong)
    session.expire(skill, ["rechecks"])
    engine.fire(session, skill, SkillFlow.send_back, step.actor, step.now, said[:2000])
    for unit in _units_of(skill, wrong):
        if not unit.is_in(LockFlow.open):
            engine.fire(session, unit, LockFlow.send_back, step.actor, step.now, said[:2000])
    for item in wrong:
        engine.fire(session, item.sheet, SheetFlow.send_back, step.actor, step.now, _finding(item))


def _units_of(skill: Skill, items: Iterable[RecheckItem]) -> list[LockUnit]:
    subs = {item.sheet.sub_criterion_id for item in items}
    return [unit for unit in skill.units if unit.sub_criterion_id in subs]


def _finding(item: RecheckItem) -> str:
    return f"{item.sheet.code} {item.aspect_code} 应为 {item.right_mark}：{item.reason}"
