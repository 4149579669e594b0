"""From approved claims to money: two persons, one list, the bank's answer, and no claim paid twice."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from app.achievements import commands as achievements
from app.core import audit, engine
from app.core.db import transaction
from app.core.errors import OfficeError, Refused
from app.rewards import commands, paying
from app.rewards.models import Claim, Payment, PaymentBatch, PaymentLine
from app.web.spreadsheets import Unreadable
from tests.support.rewards import CARD, Bureau
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.payment_flow import PaymentBatchFlow

THREADS = 32


@pytest.fixture
def bureau(session):
    return Bureau(session)


@pytest.fixture
def claim(bureau):
    return bureau.approved(bureau.claims(bureau.award(bureau.person()))[0])


def ledger(session):
    return session.scalar(sa.select(sa.func.count()).select_from(Payment))


def at_once(app, attempt):
    """*attempt* from 32 threads that start together, each with a session of its own; what each one met."""
    ready = Barrier(THREADS)

    def run(number):
        with app.app_context():
            ready.wait()
            try:
                attempt(number)
            except (OfficeError, DBAPIError, StaleDataError) as refusal:
                return refusal
            return None

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_a_paid_claim_stands_once_in_the_ledger(bureau, claim):
    batch = bureau.sent(claim)
    bureau.book(batch, bureau.result_file(batch))
    assert (claim.state, ledger(bureau.session), batch.total_paid) == (ClaimFlow.paid, 1, Decimal(5000))
    bureau.take(batch, PaymentBatchFlow.settle, bureau.finance)


def test_thirty_two_at_a_time_pay_a_claim_exactly_once(app, bureau, claim):
    batch = bureau.sent(claim)
    batch_id, content, today = batch.id, bureau.result_file(batch), bureau.now.date()
    bureau.session.rollback()

    def pay(_number):
        with transaction() as s:
            own = s.get_one(PaymentBatch, batch_id)
            paying.book_results(s, own, paying.read_results(own, content, "result.xlsx", today), bureau.finance, bureau.now)

    met = at_once(app, pay)
    assert met.count(None) == 1
    assert ledger(bureau.session) == 1
    bureau.session.expire_all()
    assert [e.action for e in audit.history(bureau.session, claim)].count("book_payment") == 1


def test_thirty_two_rows_written_past_the_program_leave_one_payment(app, bureau, claim):
    batch = bureau.sent(claim)
    row = {
        "claim_id": claim.id,
        "line_id": batch.payments[0].id,
        "amount": Decimal(5000),
        "paid_on": bureau.now.date(),
        "booked_at": bureau.now,
        "bank_reference": "",
    }
    bureau.session.rollback()

    def write(_number):
        with transaction() as s:
            s.execute(sa.insert(Payment).values(row))

    met = at_once(app, write)
    assert met.count(None) == 1
    assert all(isinstance(refusal, IntegrityError) for refusal in met if refusal)
    assert ledger(bureau.session) == 1


def test_thirty_two_lines_for_one_claim_leave_one_that_stands(app, bureau, claim):
    claim_id = claim.id
    with transaction() as s:
        batches = []
        for number in range(THREADS):
            batch = PaymentBatch(title=f"第{number}批")
            engine.begin(s, batch, bureau.finance, bureau.now)
            batches.append(batch.id)

    def add(number):
        with transaction() as s:
            own = s.get_one(Claim, claim_id)
            s.add(
                PaymentLine(
                    batch_id=batches[number], number=1, claim=own, amount=own.amount, account_name="方", account=CARD, account_masked="*"
                )
            )

    assert at_once(app, add).count(None) == 1
    assert bureau.session.scalar(sa.select(sa.func.count()).select_from(PaymentLine)) == 1


def test_who_prepared_the_batch_cannot_approve_it(bureau, claim):
    with transaction() as s:
        batch = paying.collect(s, [claim], bureau.finance, bureau.now)
    bureau.take(batch, PaymentBatchFlow.prepare, bureau.finance)
    with pytest.raises(Refused, match="不能再办"):
        bureau.take(batch, PaymentBatchFlow.approve, bureau.finance)


def test_a_batch_is_not_sent_before_its_list_is_exported(bureau, claim):
    with transaction() as s:
        batch = paying.collect(s, [claim], bureau.finance, bureau.now)
    bureau.take(batch, PaymentBatchFlow.prepare, bureau.finance)
    bureau.take(batch, PaymentBatchFlow.approve, bureau.second_finance)
    with pytest.raises(Refused, match="尚未导出"):
        bureau.take(batch, PaymentBatchFlow.send, bureau.finance)


def test_the_bank_list_is_the_same_bytes_each_time_and_each_export_is_recorded(bureau, claim):
    batch = bureau.sent(claim)
    with transaction() as s:
        content = paying.export_bank_list(s, batch, bureau.auditor, bureau.now)
    assert hashlib.sha256(content).hexdigest() == batch.bank_list_hash
    assert [e.action for e in audit.history(bureau.session, batch)].count("export_bank_list") == 2


def test_a_bounced_payment_goes_back_to_the_payee_and_is_paid_by_a_later_batch(bureau, claim):
    first = bureau.sent(claim)
    bureau.book(first, bureau.result_file(first, {1: "户名与账号不符"}))
    applicant = bureau.applicant(claim)
    assert (claim.state, first.payments[0].reason) == (ClaimFlow.bounced, "户名与账号不符")
    with pytest.raises(Refused, match="收款账户"):
        bureau.take(claim, ClaimFlow.retry, bureau.finance)
    with transaction() as s:
        commands.set_account(s, claim, applicant, bureau.now, bank_name="工商银行", account="6222021001116245702")
    bureau.take(claim, ClaimFlow.retry, bureau.finance)
    bureau.take(first, PaymentBatchFlow.settle, bureau.finance)
    second = bureau.sent(claim)
    bureau.book(second, bureau.result_file(second))
    assert (claim.state, second.id == first.id, ledger(bureau.session)) == (ClaimFlow.paid, False, 1)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"amount": Decimal(50000)}, "金额"),
        ({"account": "6222020000000000000"}, "账号"),
        ({"number": 9}, "没有待回执"),
        ({"status": "bounced"}, "退票须写明原因"),
    ],
)
def test_a_result_row_that_does_not_fit_is_named_and_nothing_is_booked(bureau, claim, wrong, said):
    batch = bureau.sent(claim)
    content = bureau.result_file(batch, **wrong)
    results = paying.read_results(batch, content, "result.xlsx", bureau.now.date())
    assert [(problem.row, said in problem.reason.zh) for problem in results.problems] == [(3, True)]
    with pytest.raises(Refused, match="第 3 行"):
        bureau.book(batch, content)
    assert (claim.state, ledger(bureau.session)) == (ClaimFlow.in_batch, 0)


def test_one_bad_row_of_two_books_neither(bureau):
    one, two = (bureau.approved(bureau.claims(bureau.award(bureau.person(name)))[0]) for name in ("甲一", "乙二"))
    batch = bureau.sent(one, two)
    content = bureau.result_file(batch, number=1)  # both rows say they are the first line
    with pytest.raises(Refused, match="两次"):
        bureau.book(batch, content)
    assert ([one.state, two.state], ledger(bureau.session)) == ([ClaimFlow.in_batch] * 2, 0)


def test_a_result_file_for_a_batch_that_was_not_sent_is_refused(bureau, claim):
    with transaction() as s:
        batch = paying.collect(s, [claim], bureau.finance, bureau.now)
    with pytest.raises(Unreadable, match="送银行"):
        paying.read_results(batch, b"x", "result.csv", bureau.now.date())


def test_a_cancelled_batch_lets_its_claims_wait_for_another(bureau, claim):
    with transaction() as s:
        batch = paying.collect(s, [claim], bureau.finance, bureau.now)
    bureau.take(batch, PaymentBatchFlow.cancel, bureau.finance, "资金未到位")
    assert (claim.state, claim.standing_line) == (ClaimFlow.approved, None)
    assert bureau.sent(claim).id != batch.id


def test_a_batch_with_a_claim_whose_ground_was_taken_back_is_not_approved(bureau, claim):
    with transaction() as s:
        batch = paying.collect(s, [claim], bureau.finance, bureau.now)
    bureau.take(batch, PaymentBatchFlow.prepare, bureau.finance)
    with transaction() as s:
        achievements.withdraw(s, claim.achievement, "名次更正", bureau.now)
    bureau.deliver()
    with pytest.raises(Refused, match="先移出"):
        bureau.take(batch, PaymentBatchFlow.approve, bureau.second_finance)
    bureau.take(claim, ClaimFlow.leave_batch, bureau.finance, "依据撤销")
    engine.tick(bureau.now)
    bureau.session.refresh(claim)
    assert claim.state is ClaimFlow.refused


def test_what_was_paid_on_a_ground_taken_back_becomes_a_claw_back_case(bureau, claim):
    batch = bureau.sent(claim)
    bureau.book(batch, bureau.result_file(batch))
    with transaction() as s:
        achievements.withdraw(s, claim.achievement, "查实冒名", bureau.now)
    bureau.deliver()
    (case,) = claim.clawbacks
    assert (claim.state, case.reason, case.amount) == (ClaimFlow.paid, "查实冒名", claim.amount)


def test_a_claim_is_taken_out_of_an_approved_batch_by_nobody(bureau, claim):
    bureau.sent(claim)
    with pytest.raises(Refused, match="不能增减"):
        bureau.take(claim, ClaimFlow.leave_batch, bureau.finance, "算了")
