"""The season's rewards: the policy switched on, a World Skills result, and claims left in every state."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from app.achievements.commands import publish
from app.core import clock, engine
from app.core.actor import Actor
from app.core.db import transaction
from app.demo.cast import Cast, give_account
from app.demo.passing import until
from app.demo.proof import document
from app.registry.models import Person
from app.rewards import commands, paying, policies
from app.rewards.commands import Upload
from app.rewards.models import Claim, PaymentBatch
from app.web.spreadsheets import Value, workbook
from workflows.competition import medals
from workflows.competition.medals import rule_of
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.payment_flow import PaymentBatchFlow
from workflows.text import Text
from workflows.workflow import Transition

PACK = "tonglu/2021-7"
WORLD = Path(__file__).parent / "data" / "worldskills_2024_07.csv"


def day(month: int, day_of_month: int, hour: int = 9) -> datetime:
    return clock.at_local(date(2026, month, day_of_month), hour)


def switch_on_policy(cast: Cast, moment: datetime) -> None:
    """The administrator reads the pack's open questions and switches it on."""
    with transaction() as session:
        policies.activate(session, PACK, cast.actor("admin"), moment)
    until(moment)


def world_points() -> list[tuple[str, int]]:
    """Member and published scale points, in the order of the table."""
    with WORLD.open(encoding="utf-8") as file:
        return [(row["member"], int(row["points"])) for row in csv.DictReader(line for line in file if not line.startswith("#"))]


def publish_world_skills(cast: Cast) -> None:
    """A worker of the county won at WorldSkills Lyon: the medal comes out of the published table by the rule of that year."""
    table, rule = world_points(), rule_of(2024)
    awards = medals.allocate([points for _member, points in table], rule.rule)
    award = awards[[member for member, _points in table].index("CN")]
    winner, *experts = cast.workers[90:94]
    with transaction() as session:
        publish(
            session,
            day(6, 2),
            source="worldskills:2024/07",
            kind="competition_award",
            title="第47届世界技能大赛（2024 里昂）数控铣",
            person_id=winner.id,
            organisation_id=cast.organisations["college"].id,
            on=date(2026, 5, 20),
            level="world",
            award=award,
            facts={
                "competition": "worldskills-2024",
                "skill": "07",
                "scale_points": dict(table)["CN"],
                "medal_rule": rule.rule,
                "expert_team": [
                    {"name": expert.name, "person_id": expert.id, "share": share}
                    for expert, share in zip(experts, ("0.5", "0.25", "0.25"), strict=True)
                ],
            },
        )
    until(day(6, 2, 10))


def move_claims(cast: Cast) -> None:
    """Take the claims that proposed themselves to where a visitor can see every state."""
    with transaction() as session:
        prizes = _claims(session, "prize-match")
        subsidies = _claims(session, "certificate-subsidy")
        world = _claims(session, "worldskills-competitor", "worldskills-expert-team")
        for login, claim in (("worker", prizes[9]), ("worker2", prizes[0])):
            give_account(session, cast, login, session.get_one(Person, claim.person_id), day(6, 2, 12))
        for claim in (*prizes[:9], *world):
            _as_payee(session, claim, ClaimFlow.confirm, day(6, 2, 14))
        for claim in subsidies[:3]:
            engine.fire(session, claim, ClaimFlow.confirm, cast.actor("clerk"), day(6, 2, 15))
        _as_payee(session, prizes[8], ClaimFlow.withdraw, day(6, 2, 16), "奖金已由单位发放")
        reviewer, approver = cast.actor("reviewer"), cast.actor("approver")
        engine.fire(session, prizes[7], ClaimFlow.refuse, reviewer, day(6, 3), "获奖时已离开本县就业，不符合申领条件")
        engine.fire(session, prizes[6], ClaimFlow.send_back, reviewer, day(6, 3), "请补充主办方奖金发放凭证")
        first, second = [*prizes[:4], subsidies[0]], [prizes[4], *world]
        for claim in (*first, *second, prizes[5]):
            engine.fire(session, claim, ClaimFlow.review, reviewer, day(6, 3, 10), "材料齐全，属实")
        for claim in (*first, *second):
            engine.fire(session, claim, ClaimFlow.second_review, approver, day(6, 4), "同意")
        _publicise(session, first, "2026年第一批技能人才奖励公示", cast, day(6, 4, 11))
        _publicise(session, world, "2026年第二批技能人才奖励公示", cast, day(6, 12, 9))
    until(day(6, 12, 8))
    with transaction() as session:
        ready = [session.get_one(Claim, claim.id) for claim in first]
        _pay(session, cast, ready[:3], day(6, 12, 10))
        paying.collect(session, ready[3:4], cast.actor("finance"), day(6, 12, 16))
    _apply_outside(cast, day(6, 12, 15))


def _claims(session: Session, *rules: str) -> list[Claim]:
    query = sa.select(Claim).where(Claim.rule.in_(rules), Claim.is_in(ClaimFlow.proposed)).order_by(Claim.amount.desc(), Claim.id)
    return list(session.scalars(query))


def _as_payee(session: Session, claim: Claim, transition: Transition, moment: datetime, comment: str = "") -> None:
    engine.fire(session, claim, transition, _actor_of(session, claim), moment, comment)


def _actor_of(session: Session, claim: Claim) -> Actor:
    """The person a claim is for, at work on their own case."""
    person = session.get_one(Person, claim.person_id)
    return Actor(person_id=person.id, name=person.name)


def _publicise(session: Session, claims: list[Claim], title: str, cast: Cast, moment: datetime) -> None:
    commands.open_publicity(session, claims, cast.actor("reviewer"), moment, title=title, days=5, contact="就业促进科 0571-0000 0003")


def _pay(session: Session, cast: Cast, claims: list[Claim], moment: datetime) -> None:
    """One batch to the bank by two people, and its answer: all paid but the last, whose account does not exist."""
    one, other = cast.actor("finance"), cast.actor("finance2")
    batch = paying.collect(session, claims, one, moment)
    engine.fire(session, batch, PaymentBatchFlow.prepare, one, moment)
    engine.fire(session, batch, PaymentBatchFlow.approve, other, moment + timedelta(minutes=20))
    paying.export_bank_list(session, batch, one, moment + timedelta(minutes=30))
    engine.fire(session, batch, PaymentBatchFlow.send, one, moment + timedelta(minutes=31))
    later = moment + timedelta(hours=5)
    answer = paying.read_results(batch, _bank_answer(batch, later), "回执.xlsx", clock.today(later))
    paying.book_results(session, batch, answer, one, later)
    engine.fire(session, batch, PaymentBatchFlow.settle, one, later)


def _bank_answer(batch: PaymentBatch, moment: datetime) -> bytes:
    """The bank's result file as it would send it."""
    last = batch.lines[-1].number
    rows: list[dict[str, Value]] = [
        {
            "number": line.number,
            "account": line.account,
            "amount": line.amount,
            "status": "退票" if line.number == last else "成功",
            "reason": "收款账户不存在" if line.number == last else "",
            "reference": f"{moment:%Y%m%d}{line.number:06d}",
            "paid_on": None if line.number == last else clock.today(moment),
        }
        for line in batch.lines
    ]
    return workbook(paying.RESULT_COLUMNS, rows, Text("回执", "Results"))


def _apply_outside(cast: Cast, moment: datetime) -> None:
    """A worker claims for an award won elsewhere; the draft still waits for them."""
    with transaction() as session:
        commands.apply_for(
            session,
            cast.actor("worker2"),
            moment,
            kind="competition_award",
            title="2026年浙江省钳工职业技能竞赛",
            facts={
                "level": "provincial",
                "class": 2,
                "award": "third",
                "prize_received": "2000",
                "competition": "2026年浙江省钳工职业技能竞赛",
                "skill": "钳工",
            },
            on=date(2026, 5, 30),
            uploads=[Upload(io.BytesIO(document("获奖证书")), "获奖证书.pdf")],
            instance=current_app.config["INSTANCE"],
        )
