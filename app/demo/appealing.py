"""The season's appeals, one in each state that a visitor might look for, and a revision that was found without one.

The fitters' results were final and some of their rewards paid when the auditor found a penalty that nobody had counted: the revision
changes places, replaces certificates, and opens a claw-back.  The electricians' list is before the public, held by what their
leader appeals against.
"""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app.competitions.appeals import commands, revising
from app.competitions.corrections import commands as correcting
from app.competitions.corrections.commands import Proposal
from app.competitions.models import Appeal, Revision, Sheet, Skill
from app.core import clock, engine
from app.core.actor import Actor
from app.core.db import transaction
from app.demo.cast import Cast
from app.demo.passing import until
from app.demo.proof import document
from app.rewards.models import Clawback
from workflows.competition.appeal_flow import AppealFlow
from workflows.competition.correction_flow import CorrectionFlow
from workflows.competition.revision_flow import RevisionFlow
from workflows.rewards.clawback_flow import ClawbackFlow
from workflows.workflow import Transition

COMMITTEE = ("arbiter2", "arbiter3")


def moment(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return clock.at_local(date(2026, month, day), hour, minute)


# ── an error found later ────────────────────────────────────────────────────────────────────────────────────────────


def revise_fitters(cast: Cast) -> None:
    """The auditor finds a penalty on record that was never counted; the first is second now, and what was paid too much is claimed back."""
    at = moment(6, 12, 17)
    until(at)
    with transaction() as session:
        skill, reason = _skill(session, "钳工"), "抽查发现现场记录的一项违规扣分未计入总成绩"
        proof = [(io.BytesIO(document("现场违规记录")), "现场违规记录.pdf")]
        revision = revising.begin_revision(session, skill, cast.actor("auditor"), at, reason, proof, _instance())
        engine.fire(session, revision, RevisionFlow.propose, cast.actor("auditor"), at)
        engine.fire(session, revision, RevisionFlow.open_case, cast.actor("arbiter"), at + timedelta(minutes=10))
        first = skill.results_of(skill.tally_number)[0].entry
        penalty = Proposal("penalty", first.code, "", Decimal("8.00"), "比赛中使用自带夹具，按规程扣分")
        correction = correcting.propose(session, skill, cast.actor("scorer"), penalty, at + timedelta(minutes=15))
        engine.fire(session, correction, CorrectionFlow.approve, cast.actor("arbiter"), at + timedelta(minutes=20))
        engine.fire(session, revision, RevisionFlow.compute, cast.actor("scorer"), at + timedelta(minutes=30))
        engine.fire(session, revision, RevisionFlow.adopt, cast.actor("organiser"), at + timedelta(minutes=40))
    until(at + timedelta(hours=1))
    with transaction() as session:
        for case in session.scalars(sa.select(Clawback).order_by(Clawback.id)):
            engine.fire(session, case, ClawbackFlow.notify, cast.actor("reviewer"), at + timedelta(hours=1))


# ── appeals in every state ──────────────────────────────────────────────────────────────────────────────────────────


def appeal_about_electricians(cast: Cast) -> None:
    """The leader's appeals: decided ones, one in each state that waits for somebody, and one still being written."""
    with transaction() as session:
        skill = _skill(session, "电工")
        arbiter, leader = cast.actor("arbiter"), cast.actor("leader")
        commands.record_end(session, skill, cast.actor("chief"), moment(6, 11, 18), moment(6, 9, 17), "以现场记录的结束时间为准")

        accepted = _lodged(session, cast, skill, 1, moment(6, 12, 9), "equipment", "第二时段本队工位停电四分钟，未补时")
        _answer(session, cast, accepted, AppealFlow.reject, "工位监控显示停电不足一分钟，已按规程补时")
        engine.fire(session, accepted, AppealFlow.accept_answer, leader, moment(6, 12, 11))

        dismissed = _lodged(session, cast, skill, 2, moment(6, 12, 10), "marking", "模块 B 布线得分与现场照片不符")
        _answer(session, cast, dismissed, AppealFlow.reject, "三名裁判独立评分一致，符合评分标准")
        engine.fire(session, dismissed, AppealFlow.go_further, leader, moment(6, 12, 11, 20), "请委员会调看照片")
        for login, reasons in zip(COMMITTEE, ("照片与评分标准逐条核对，无误", "同意初次答复"), strict=True):
            commands.vote(session, dismissed, cast.actor(login), moment(6, 12, 12), upholds=False, reasons=reasons)
        engine.fire(
            session, dismissed, AppealFlow.reject_finally, cast.actor("arbiter2"), moment(6, 12, 12, 30), "维持初次答复，本裁决为最终裁决"
        )

        others = _lodged(session, cast, skill, 3, moment(6, 12, 14), "conduct", "相邻工位选手违规使用自带仪表")
        engine.fire(session, others, AppealFlow.decline_not_own, arbiter, moment(6, 12, 14, 30), "反映的是他队选手，只受理本队的事")

        withdrawn = _lodged(session, cast, skill, 4, moment(6, 13, 9), "counting", "理论成绩登记有误")
        engine.fire(session, withdrawn, AppealFlow.withdraw, leader, moment(6, 13, 9, 30), "经核对无误，撤回")

        upheld = _lodged(session, cast, skill, 5, moment(6, 14, 15), "marking", "模块 A 绝缘测试漏看一项，有现场照片")
        _answer(session, cast, upheld, AppealFlow.uphold, "查看录像，确有一项漏评，应予重评")
        _order_remark(session, cast, upheld, moment(6, 14, 16))
    for number, (hour, minute, ground, facts) in enumerate(
        (
            (6, 30, "counting", "名次并列处理与规程不符"),
            (7, 30, "equipment", "提供的端子规格与技术文件不符"),
            (8, 10, "conduct", "检录时间通知有误，影响准备"),
            (8, 40, "marking", "模块 C 记录表被判缺页，本队已交齐"),
        ),
        start=6,
    ):
        until(moment(6, 15, hour, minute))
        with transaction() as session:
            _lodged(session, cast, _skill(session, "电工"), number, moment(6, 15, hour, minute), ground, facts)
    until(moment(6, 15, 8, 40))
    with transaction() as session:
        escalated, rejected, examined, _lodged_last = _skill(session, "电工").appeals[-4:]
        commands.vote(
            session, escalated, cast.actor("arbiter3"), moment(6, 15, 8, 45), upholds=True, reasons="规程第十二条并列须依次比较实操成绩"
        )
        for appeal in (rejected, examined):
            engine.fire(session, appeal, AppealFlow.admit, cast.actor("arbiter"), moment(6, 15, 8, 42))
        _decide(session, cast, rejected, AppealFlow.reject, moment(6, 15, 8, 50), "端子规格在赛前说明会上已书面更正")
        _draft(session, cast, _skill(session, "电工"), 10, moment(6, 15, 8, 55), "other", "成绩通知单上代表队名称有误")


def _order_remark(session: Session, cast: Cast, appeal: Appeal, at: datetime) -> Revision:
    (revision,) = appeal.revisions
    sheet = session.scalars(sa.select(Sheet).where(Sheet.entry_id == appeal.entry_id).order_by(Sheet.id)).first()
    assert sheet is not None
    revising.order_remark(session, revision, [sheet], [], cast.actor("arbiter"), at, "绝缘测试逐项重评")
    return revision


def _answer(session: Session, cast: Cast, appeal: Appeal, answer: Transition, comment: str) -> None:
    """Admitted after ten minutes, answered after forty."""
    assert appeal.lodged_at is not None
    engine.fire(session, appeal, AppealFlow.admit, cast.actor("arbiter"), appeal.lodged_at + timedelta(minutes=10))
    _decide(session, cast, appeal, answer, appeal.lodged_at + timedelta(minutes=40), comment)


def _decide(session: Session, cast: Cast, appeal: Appeal, answer: Transition, at: datetime, comment: str, login: str = "arbiter") -> None:
    engine.fire(session, appeal, answer, cast.actor(login), at, comment)


def _lodged(session: Session, cast: Cast, skill: Skill, number: int, at: datetime, ground: str, facts: str) -> Appeal:
    appeal = _draft(session, cast, skill, number, at, ground, facts)
    engine.fire(session, appeal, AppealFlow.lodge, cast.actor("leader"), at)
    return appeal


def _draft(session: Session, cast: Cast, skill: Skill, number: int, at: datetime, ground: str, facts: str) -> Appeal:
    """An appeal about the entry of that number, with a photograph's stand-in."""
    leader: Actor = cast.actor("leader")
    values = {"ground": ground, "facts": facts, "request": "请核实并更正", "happened_at": moment(6, 9, 10)}
    appeal = commands.begin_appeal(session, skill.entries[number], leader, at, values)
    commands.add_evidence(session, appeal, [(io.BytesIO(document("现场照片")), "现场照片.pdf")], _instance(), leader, at)
    return appeal


def _skill(session: Session, name: str) -> Skill:
    return session.scalars(sa.select(Skill).where(Skill.name == name, Skill.code.in_(("A", "B"))).order_by(Skill.id)).one()


def _instance() -> Path:
    return Path(current_app.config["INSTANCE"])
