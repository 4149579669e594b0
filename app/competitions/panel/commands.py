"""Putting judges on the register and on sub criteria, and saying that one is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.competitions.models import (
    Competition,
    Entry,
    Judge,
    JudgeDayOff,
    JudgeRelation,
    PanelAssignment,
    PanelSeat,
    SeatTerm,
    SeatVacancy,
    Skill,
)
from app.competitions.panel import finding, seats
from app.core import audit, engine
from app.core.actor import Actor
from app.core.errors import NotFound, Refused
from app.registry.models import Person
from workflows.competition.conflicts import RELATIONS
from workflows.competition.panels import PanelRules
from workflows.competition.seating import Duty
from workflows.competition.skill_flow import SkillFlow
from workflows.competition.spread import Rule
from workflows.text import Text
from workflows.workflow import Step

NOT_NOW = Text("成绩已汇总，裁判分工不能再改", "The marks are tallied; the panel cannot change any more")
NOBODY_SCORES = Text("{code} 至少要有一名评分裁判", "{code} needs at least one judge who scores")
TOO_MANY = Text("同一评分表同一席位只能有一种分工", "A seat has one duty on a sub criterion")
MARKING_BEGAN = Text("评分已开始，规则不能再改", "Marking has begun; the rules stand")
NO_SUCH_SEAT = Text("没有这个席位", "There is no such seat")
REASON_MISSING = Text("请写明缺席原因", "Say why the judge is missing")
NO_SUCH_CODE = Text("没有编号 {code}", "There is no code {code}")
MISSING_ALREADY = Text("该席位已登记空缺", "The seat is vacant already")
NOT_MARKING = Text("评分开始后才登记缺席；之前请直接调整分工", "Before marking begins, change the assignment instead")
WHICH_PERSON = Text("请选定存在关系的人员", "Choose the person the tie is to")


@dataclass(frozen=True, slots=True)
class JudgeData:
    """A card of the register as filled in."""

    title: str = ""
    level: str = ""
    years: int = 0
    terms: int = 0
    certificate_no: str = ""
    certificate_until: date | None = None
    occupations: tuple[str, ...] = ()
    employer_id: int | None = None
    birth_date: date | None = None
    member: str = ""
    note: str = ""


def register(session: Session, actor: Actor, account: Account, competition: Competition, data: JudgeData, now: datetime) -> Judge:
    """Put a judge on the register or change their card; what ties them to competitors is looked for again."""
    judge = session.scalar(sa.select(Judge).where(Judge.account_id == account.id)) or Judge(account_id=account.id)
    for name in data.__slots__:
        value = getattr(data, name)
        setattr(judge, name, list(value) if name == "occupations" else value)
    judge.updated_at = now
    session.add(judge)
    session.flush()
    audit.record(session, competition, actor, "register_judge", now, detail={"account": account.id})
    finding.look_for_judge(session, account.id, now)
    return judge


def relate(
    session: Session, actor: Actor, account: Account, competition: Competition, person: Person | None, kind: str, note: str, now: datetime
) -> None:
    """Record a tie that no register shows."""
    if person is None or kind not in RELATIONS:
        raise Refused(WHICH_PERSON)
    session.add(
        JudgeRelation(
            account_id=account.id,
            person_id=person.id,
            kind=kind,
            note=note.strip()[:200],
            recorded_by_id=actor.account_id,
            recorded_at=now,
        )
    )
    session.flush()
    audit.record(session, competition, actor, "record_relation", now, detail={"account": account.id, "kind": kind})
    finding.look_for_judge(session, account.id, now)


def end_relation(session: Session, actor: Actor, competition: Competition, relation_id: int, account_id: int, now: datetime) -> None:
    relation = session.get(JudgeRelation, relation_id)
    if relation is None or relation.account_id != account_id or relation.ended_at is not None:
        raise NotFound
    relation.ended_at = now
    session.flush()
    audit.record(session, competition, actor, "end_relation", now, detail={"account": account_id, "kind": relation.kind})
    finding.look_for_judge(session, account_id, now)


def set_days_off(session: Session, actor: Actor, competition: Competition, account: Account, days: Iterable[int], now: datetime) -> None:
    """On which days a judge cannot come."""
    session.execute(sa.delete(JudgeDayOff).where(JudgeDayOff.competition_id == competition.id, JudgeDayOff.account_id == account.id))
    kept = sorted(set(days))
    session.add_all(JudgeDayOff(competition_id=competition.id, account_id=account.id, day=day) for day in kept)
    audit.record(session, competition, actor, "set_days_off", now, detail={"account": account.id, "days": kept})


def assign(session: Session, actor: Actor, skill: Skill, duties: Mapping[tuple[int, int], Duty], now: datetime) -> None:
    """Who does what: by sub criterion and seat.  Sheets that are signed keep whom they were signed with.  None at all: everybody scores."""
    if skill.has_been_tallied:
        raise Refused(NOT_NOW)
    subs = {sub.id: sub for sub in (skill.scheme.sub_criteria if skill.scheme else [])}
    positions = {seat.position for seat in skill.panel}
    wanted = {(sub, position): duty for (sub, position), duty in duties.items() if sub in subs and position in positions}
    for sub_id in {sub for sub, _position in wanted}:
        if not any(duty is Duty.SCORES for (sub, _position), duty in wanted.items() if sub == sub_id):
            raise Refused(NOBODY_SCORES.format(code=subs[sub_id].code))
    session.execute(sa.delete(PanelAssignment).where(PanelAssignment.skill_id == skill.id))
    session.add_all(
        PanelAssignment(skill_id=skill.id, sub_criterion_id=sub, position=position, duty=duty.value)
        for (sub, position), duty in sorted(wanted.items(), key=lambda each: each[0])
    )
    session.flush()
    changed = seats.fill(session, skill)
    audit.record(session, skill, actor, "assign_panel", now, detail={"assignments": len(wanted), "sheets": changed})


def set_rules(session: Session, actor: Actor, skill: Skill, rules: PanelRules, spread: Iterable[Rule], now: datetime) -> None:
    """How the panel is made up, what happens where a judge is missing, and how far judges may lie apart; before the marking begins."""
    if not skill.is_in(SkillFlow.planned, SkillFlow.drawn):
        raise Refused(MARKING_BEGAN)
    skill.panel_rules = rules.as_data()
    skill.spread_rules = [rule.as_data() for rule in spread]
    engine.edited(session, skill, actor, now, {"panel_rules": skill.panel_rules, "spread_rules": skill.spread_rules})
    finding.look(session, skill, now)


def report_missing(
    session: Session, actor: Actor, skill: Skill, position: int, now: datetime, *, day: int | None, code: str, reason: str
) -> SeatVacancy:
    """Say that the judge of a seat is missing from *day* on, or cannot score the competitor with *code*."""
    if not skill.is_in(SkillFlow.marking):
        raise Refused(NOT_MARKING)
    if not reason.strip():
        raise Refused(REASON_MISSING)
    seat = session.scalar(sa.select(PanelSeat).where(PanelSeat.skill_id == skill.id, PanelSeat.position == position))
    if seat is None:
        raise Refused(NO_SUCH_SEAT)
    entry = _by_code(session, skill, code.strip()) if code.strip() else None
    standing = sa.select(SeatVacancy.id).where(
        SeatVacancy.skill_id == skill.id,
        SeatVacancy.position == position,
        SeatVacancy.is_in(*seats.MISSING),
        SeatVacancy.entry_id.is_(None) if entry is None else SeatVacancy.entry_id == entry.id,
    )
    if session.scalar(standing) is not None:
        raise Refused(MISSING_ALREADY)
    vacancy = SeatVacancy(
        skill=skill,
        position=position,
        account_id=seat.account_id,
        day=None if entry else day,
        entry=entry,
        reason=reason.strip()[:200],
    )
    engine.begin(session, vacancy, actor, now)
    seats.fill(session, skill)
    return vacancy


def _by_code(session: Session, skill: Skill, code: str) -> Entry:
    for entry in session.scalars(sa.select(Entry).where(Entry.skill_id == skill.id)):
        if code in (entry.seat_code, entry.code):
            return entry
    raise Refused(NO_SUCH_CODE.format(code=code))


def name_successor(
    session: Session, actor: Actor, vacancy: SeatVacancy, account_id: int | None, version: int | None, now: datetime
) -> None:
    """Fill in who is to take the seat; the transition comes after."""
    engine.require_editable(vacancy, actor, now, version)
    vacancy.successor_id = account_id
    engine.edited(session, vacancy, actor, now, {"successor": account_id})


def begin_terms(session: Session, skill: Skill, step: Step) -> None:
    """Effect of starting to mark: who sits where is written down, so that later changes have something to follow."""
    known = set(session.scalars(sa.select(SeatTerm.position).where(SeatTerm.skill_id == skill.id)))
    session.add_all(
        SeatTerm(skill_id=skill.id, position=seat.position, account_id=seat.account_id, begins_at=step.now)
        for seat in skill.panel
        if seat.position not in known
    )
    session.expire(skill, ["terms"])
