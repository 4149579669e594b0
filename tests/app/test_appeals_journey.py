"""One appeal from the form to the money that came back, through the pages as those who use them press the buttons."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.accounts.models import Account, Notification
from app.certificates.models import Certificate
from app.competitions.models import Appeal, Revision
from app.core import clock, engine, jobs
from app.core.db import db, transaction
from app.rewards import following
from app.rewards.models import Claim, Clawback
from tests.support.appeals import LATER, PICTURE, Disputed
from tests.support.competitions import account
from tests.support.people import sign_in
from tests.support.rewards import CARD, Bureau
from workflows.rewards.claim_flow import ClaimFlow


@pytest.fixture
def database_kind():
    """The pages are the same on both databases."""
    return "sqlite"


@pytest.fixture
def office(session):
    """Final results whose first and second prize were matched and paid; the skill's rules leave two months to appeal."""
    bureau = Bureau(session)
    with transaction() as writing:
        shop = Disputed(writing)
        for entry in shop.entries:
            person = entry.members[0].person
            person.bank_name, person.bank_account, person.bank_account_masked = "桐庐农商银行", CARD, "6222********5702"
        shop.publish()
        shop.finalise()
        shop.skill.appeal_rules = {"window": 60 * 24 * 60}
        shop.winner = account(writing, person=shop.entries[0].members[0].person)
    bureau.now = LATER
    bureau.deliver()
    first, second, _third = bureau.claims()
    batch = bureau.sent(bureau.approved(first))
    bureau.book(batch, bureau.result_file(batch))
    batch = bureau.sent(bureau.approved(second))
    bureau.book(batch, bureau.result_file(batch))
    clock.move_to(bureau.now)
    return bureau, shop, first, second


def press(client, who, path, **form):
    sign_in(client, who)
    answer = client.post(path, data=form, content_type="multipart/form-data" if "evidence" in form else None)
    assert answer.status_code == 302, (path, answer.status_code, answer.text[-600:])
    db.session.rollback()
    db.session.expire_all()


def page(client, who, path):
    sign_in(client, who)
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.text


def test_an_appeal_upheld_after_the_money_was_paid_ends_with_books_that_add_up(client, session, office):
    bureau, shop, first, second = office
    entry, leader = shop.entries[1], shop.leaders[1]
    by_login = {row.login: row for row in session.scalars(sa.select(Account))}

    form = {"ground": "marking", "facts": "第一名的 B1 评分与录像不符，影响本队名次", "evidence": (io.BytesIO(PICTURE), "录像截图.png")}
    press(client, leader, f"/entries/{entry.id}/appeals/new", **form)
    appeal = session.scalars(sa.select(Appeal)).one()
    press(client, leader, f"/do/appeal/{appeal.id}/lodge")
    paper = session.scalars(sa.select(Certificate).where(Certificate.person_id == first.person_id)).one()
    assert "暂停使用" in client.get(f"/c/{paper.check_code}").text
    assert "申诉 A-01 正在处理" in client.get(f"/results/{shop.skill.id}").text

    press(client, shop.arbiter_account, f"/do/appeal/{appeal.id}/admit")
    press(client, shop.arbiter_account, f"/do/appeal/{appeal.id}/uphold", comment="查看录像，B1 应予重评")
    revision = session.scalars(sa.select(Revision)).one()
    sheet = shop.sheet("01", "B1")
    press(client, shop.arbiter_account, f"/revisions/{revision.id}/remark", sheet=str(sheet.id), reason="按录像重评")
    with transaction():
        shop.mark_anew("01", "B1", clock.now(), score=1)
    press(client, shop.scorer_account, f"/do/revision/{revision.id}/compute")
    assert "选手名1" in page(client, shop.organiser_account, f"/revisions/{revision.id}")
    press(client, shop.organiser_account, f"/do/revision/{revision.id}/publish")

    told = session.scalars(sa.select(Notification).where(Notification.account_id == shop.winner.id)).all()
    assert any("由第 1 名，一等奖变为第 2 名，二等奖" in line.text_zh for line in told)
    assert "查看录像，B1 应予重评" in client.get(f"/results/{shop.skill.id}").text
    assert "选手名2" not in page(client, shop.winner, f"/revisions/{revision.id}")

    bureau.now = revision.publicity_ends_at
    clock.move_to(bureau.now)
    while engine.tick(bureau.now) or jobs.sweep(bureau.now):
        pass
    session.expire_all()
    newer = paper.replaced_by
    assert f"由编号 {newer.number} 的证书替换" in client.get(f"/c/{paper.check_code}").text
    assert "这本证书有效" in client.get(f"/c/{newer.check_code}").text

    more = session.scalars(sa.select(Claim).where(Claim.supplements_id == second.id)).one()
    assert (more.payable, more.state) == (Decimal(2000), ClaimFlow.proposed)
    case = session.scalars(sa.select(Clawback)).one()
    assert (case.claim, case.amount) == (first, Decimal(2000))
    press(client, by_login["reviewer"], f"/do/clawback/{case.id}/notify")
    press(client, shop.winner, f"/clawbacks/{case.id}/reply", reply="愿意返还")
    press(client, shop.winner, f"/do/clawback/{case.id}/reply")
    press(client, by_login["reviewer"], f"/do/clawback/{case.id}/propose_recovery", comment="成绩更正，多付部分应返还")
    press(client, by_login["approver"], f"/do/clawback/{case.id}/order")
    press(
        client, by_login["finance"], f"/clawbacks/{case.id}/repayments", amount="2,000.00", on=str(clock.today(bureau.now)), reference="R-1"
    )
    press(client, by_login["finance"], f"/do/clawback/{case.id}/settle")
    batch = bureau.sent(bureau.approved(more))
    bureau.book(batch, bureau.result_file(batch))
    session.expire_all()
    for claim, due in ((first, 3000), (second, 5000)):
        books = following.books_of(session, claim)
        assert (books.balances, books.held, books.due) == (True, due, due)
    assert "已收回" in page(client, by_login["auditor"], f"/clawbacks/{case.id}")
    assert page(client, by_login["auditor"], f"/claims/{more.id}").count("¥2,000.00") >= 1
