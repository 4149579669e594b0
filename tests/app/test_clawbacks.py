"""When results are revised after claims were made: unpaid ones are determined anew, paid ones are claimed back or supplemented."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.accounts.models import Notification
from app.achievements import commands as achievements
from app.core import engine
from app.core.db import transaction
from app.core.errors import Refused
from app.rewards import clawing_back, following, paying
from app.rewards.models import Claim, Clawback
from tests.support.rewards import Bureau
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.clawback_flow import ClawbackFlow
from workflows.rewards.payment_flow import PaymentBatchFlow
from workflows.text import Text


@pytest.fixture
def bureau(session):
    return Bureau(session)


@pytest.fixture
def claim(bureau):
    """A municipal first prize of 5000 yuan, matched one to one and proposed."""
    (claim,) = bureau.claims(bureau.award(bureau.person()))
    return claim


def revised(bureau, claim, prize, *, reason="成绩更正"):
    """The award claim rests on is another now."""
    last = achievements.latest(bureau.session, claim.achievement.thread)
    with transaction() as s:
        new = achievements.replace(
            s,
            last,
            reason,
            bureau.now,
            source=f"{last.thread}/v{last.id + 1}",
            kind=last.kind,
            person_id=last.person_id,
            title=last.title,
            on=last.on,
            level=last.level,
            award="second",
            prize_received=Decimal(prize),
            facts=last.facts | {"award": "second"},
        )
    bureau.deliver()
    bureau.session.expire_all()
    return new


def withdrawn(bureau, claim):
    with transaction() as s:
        achievements.withdraw(s, achievements.latest(s, claim.achievement.thread), "名次取消", bureau.now)
    bureau.deliver()
    bureau.session.expire_all()


def pay(bureau, claim):
    batch = bureau.sent(bureau.approved(claim))
    bureau.book(batch, bureau.result_file(batch))
    bureau.session.expire_all()
    assert claim.state is ClaimFlow.paid


def decided(bureau, case):
    """Notified, heard, proposed by one and ordered by another."""
    bureau.take(case, ClawbackFlow.notify, bureau.reviewer)
    with transaction() as s:
        engine.settle(s, s.get_one(Clawback, case.id), case.reply_until)
    bureau.now = case.reply_until
    bureau.take(case, ClawbackFlow.propose_recovery, bureau.reviewer, "多付部分应返还")
    bureau.take(case, ClawbackFlow.order, bureau.approver)


def in_debt(bureau, claim, *, prize):
    """The award of a paid claim fell to 3000, its return is ordered; the same person has another claim of *prize*, approved."""
    pay(bureau, claim)
    (other,) = bureau.claims(bureau.award(claim.person, prize=prize, competition="2026省赛", skill="车工"))
    bureau.approved(other)
    revised(bureau, claim, 3000)
    (case,) = claim.clawbacks
    decided(bureau, case)
    return case, other


def repay(bureau, case, amount):
    with transaction() as s:
        clawing_back.book_repayment(
            s, s.get_one(Clawback, case.id), bureau.finance, bureau.now, amount=Decimal(amount), on=date(2026, 3, 2), reference="R1"
        )
    bureau.session.expire_all()


def offset(bureau, case, claim, amount):
    with transaction() as s:
        found = s.get_one(Clawback, case.id), s.get_one(Claim, claim.id)
        clawing_back.reserve_offset(s, *found, bureau.finance, bureau.now, Decimal(amount))
    bureau.session.expire_all()


def books(bureau, claim):
    return following.books_of(bureau.session, claim)


# --- not paid yet ---------------------------------------------------------------------------------------------------


def test_an_unpaid_claim_is_determined_anew_with_the_reason_and_its_payee_is_told(bureau, claim):
    worker = bureau.session.get(type(claim.person), claim.person_id)
    with transaction() as s:
        account = bureau.account(s, "winner", person=worker)
    new = revised(bureau, claim, 3000)
    assert (claim.amount, claim.achievement, claim.state, claim.determination.reason) == (3000, new, ClaimFlow.proposed, "成绩更正")
    told = bureau.session.scalars(sa.select(Notification).where(Notification.account_id == account.account_id)).all()
    assert "5,000.00 元改为 3,000.00 元" in told[-1].text_zh
    assert "5,000.00 yuan became 3,000.00 yuan" in told[-1].text_en


def test_a_claim_that_was_reviewed_is_reviewed_and_put_before_the_public_again(bureau, claim):
    bureau.approved(claim)
    revised(bureau, claim, 3000)
    assert (claim.state, claim.notice, claim.amount) == (ClaimFlow.submitted, None, Decimal(3000))
    bureau.approve_submitted(claim)
    assert claim.state is ClaimFlow.approved


def test_a_claim_whose_award_was_lost_ends_and_one_that_is_won_back_begins_anew(bureau, claim):
    withdrawn(bureau, claim)
    assert claim.state is ClaimFlow.refused
    revised(bureau, claim, 3000)
    again = bureau.claims()[-1]
    assert (again.state, again.amount, again is not claim) == (ClaimFlow.proposed, Decimal(3000), True)


def test_a_batch_that_is_not_sent_yet_lets_the_revised_claim_out(bureau, claim):
    bureau.approved(claim)
    with transaction() as s:
        batch = paying.collect(s, [claim], bureau.finance, bureau.now)
    bureau.take(batch, PaymentBatchFlow.prepare, bureau.finance)
    bureau.take(batch, PaymentBatchFlow.approve, bureau.second_finance)
    revised(bureau, claim, 3000)
    bureau.session.refresh(batch)
    with pytest.raises(Refused, match="先移出"):
        bureau.take(batch, PaymentBatchFlow.send, bureau.finance)
    bureau.take(batch, PaymentBatchFlow.send_back, bureau.second_finance, "成绩更正")
    bureau.take(claim, ClaimFlow.leave_batch, bureau.finance, "成绩更正")
    engine.tick(bureau.now)
    bureau.session.expire_all()
    assert (claim.state, claim.amount) == (ClaimFlow.submitted, Decimal(3000))


def test_what_is_held_goes_no_further_and_is_let_go(bureau, claim):
    bureau.take(claim, ClaimFlow.confirm, bureau.applicant(claim))
    with transaction() as s:
        achievements.hold(s, claim.achievement, Text("申诉 A-01 正在处理", "Held by appeal no. A-01"))
    with pytest.raises(Refused, match="A-01"):
        bureau.take(claim, ClaimFlow.review, bureau.reviewer)
    with transaction() as s:
        achievements.hold(s, claim.achievement, None)
    bureau.take(claim, ClaimFlow.review, bureau.reviewer)


# --- paid -----------------------------------------------------------------------------------------------------------


def test_what_was_paid_too_much_is_claimed_back_in_parts_and_the_books_add_up(bureau, claim):
    pay(bureau, claim)
    revised(bureau, claim, 3000)
    (case,) = claim.clawbacks
    assert (case.paid, case.due, case.amount, case.state) == (5000, 3000, 2000, ClawbackFlow.opened)
    decided(bureau, case)
    with pytest.raises(Refused, match=r"2000\.00"):
        repay(bureau, case, 2001)
    repay(bureau, case, 500)
    with pytest.raises(Refused, match=r"1500\.00"):
        bureau.take(case, ClawbackFlow.settle, bureau.finance)
    repay(bureau, case, 1500)
    bureau.take(case, ClawbackFlow.settle, bureau.finance)
    assert books(bureau, claim).balances
    assert books(bureau, claim).held == 3000


def test_the_payee_is_heard_and_two_persons_decide(bureau, claim):
    pay(bureau, claim)
    revised(bureau, claim, 3000)
    (case,) = claim.clawbacks
    bureau.take(case, ClawbackFlow.notify, bureau.reviewer)
    payee = bureau.applicant(claim)
    with pytest.raises(Refused):
        bureau.take(case, ClawbackFlow.propose_recovery, bureau.reviewer, "追回")
    with pytest.raises(Refused, match="答复"):
        bureau.take(case, ClawbackFlow.reply, payee)
    with transaction() as s:
        clawing_back.keep_reply(s, s.get_one(Clawback, case.id), payee, bureau.now, "奖金已用于培训")
    bureau.session.expire_all()
    bureau.take(case, ClawbackFlow.reply, payee)
    bureau.take(case, ClawbackFlow.propose_recovery, bureau.reviewer, "追回")
    with pytest.raises(Refused):
        bureau.take(case, ClawbackFlow.order, bureau.reviewer)
    bureau.take(case, ClawbackFlow.order, bureau.approver)


def test_what_was_paid_too_little_becomes_a_supplementary_claim_for_the_difference_and_only_one(bureau, claim):
    pay(bureau, claim)
    revised(bureau, claim, 8000)
    more = bureau.claims()[-1]
    assert (more.supplements, more.amount, more.paid_before, more.payable, more.state) == (claim, 8000, 5000, 3000, ClaimFlow.proposed)
    pay(bureau, more)
    assert (books(bureau, claim).paid, books(bureau, claim).balances) == (8000, True)
    second = sa.update(Claim).where(Claim.id == claim.id).values(supplements_id=claim.id)  # another supplement of the same payment
    with pytest.raises(IntegrityError), transaction() as s:
        s.execute(second)


def test_a_debt_is_offset_against_the_next_payment_once(bureau, claim):
    case, other = in_debt(bureau, claim, prize="6000")
    offset(bureau, case, other, 2000)
    batch = bureau.sent(other)
    assert batch.total == 4000
    bureau.book(batch, bureau.result_file(batch))
    bureau.session.expire_all()
    assert (case.recovered, case.outstanding, books(bureau, claim).balances, books(bureau, other).paid) == (2000, 0, True, 6000)
    bureau.take(case, ClawbackFlow.settle, bureau.finance)


def test_a_later_revision_takes_the_place_of_an_open_case_and_nothing_is_paid_twice(bureau, claim):
    pay(bureau, claim)
    revised(bureau, claim, 3000)
    (case,) = claim.clawbacks
    decided(bureau, case)
    repay(bureau, case, 500)
    revised(bureau, claim, 1000)
    old, new = claim.clawbacks
    assert (old.state, new.amount, new.paid) == (ClawbackFlow.superseded, 3500, 4500)
    revised(bureau, claim, 5000)
    assert claim.clawbacks[-1].state is ClawbackFlow.superseded
    more = bureau.claims()[-1]
    assert (more.supplements, more.payable) == (claim, 500)
    pay(bureau, more)
    assert books(bureau, claim).balances


def test_what_is_written_off_by_two_persons_is_not_asked_for_again(bureau, claim):
    pay(bureau, claim)
    revised(bureau, claim, 3000)
    (case,) = claim.clawbacks
    decided(bureau, case)
    bureau.take(case, ClawbackFlow.propose_write_off, bureau.finance, "收款人已故")
    bureau.take(case, ClawbackFlow.write_off, bureau.approver, "同意核销")
    bureau.session.expire_all()
    assert (case.state, books(bureau, claim).written_off) == (ClawbackFlow.written_off, 2000)
    revised(bureau, claim, 5000)
    assert [c.supplements_id for c in bureau.claims()] == [None]


def test_a_payment_that_the_bank_had_already_is_put_right_when_it_is_booked(bureau, claim):
    batch = bureau.sent(bureau.approved(claim))
    revised(bureau, claim, 3000)
    bureau.book(batch, bureau.result_file(batch))
    bureau.session.expire_all()
    (case,) = claim.clawbacks
    assert (claim.state, case.amount) == (ClaimFlow.paid, Decimal(2000))


def test_a_claim_is_settled_in_full_by_the_offset_and_nothing_is_paid(bureau, claim):
    case, other = in_debt(bureau, claim, prize="2000")
    offset(bureau, case, other, 2000)
    with pytest.raises(Refused, match="不经银行"):
        bureau.take(other, ClaimFlow.join_batch, bureau.finance)
    with pytest.raises(Refused, match="另一人"):
        bureau.take(other, ClaimFlow.settle_by_offset, bureau.finance)
    bureau.take(other, ClaimFlow.settle_by_offset, bureau.second_finance)
    bureau.session.expire_all()
    assert (other.state, other.lines, books(bureau, other).paid) == (ClaimFlow.paid, [], 2000)
    assert (case.outstanding, books(bureau, claim).balances, books(bureau, other).balances) == (0, True, True)
    bureau.take(case, ClawbackFlow.settle, bureau.finance)


def test_no_more_is_offset_than_a_claim_is_due(bureau, claim):
    case, other = in_debt(bureau, claim, prize="1000")
    with pytest.raises(Refused, match=r"1000\.00"):
        offset(bureau, case, other, 1001)
    offset(bureau, case, other, 1000)
    assert case.still_to_be_offset == 1000


def test_a_debt_is_open_again_when_the_claim_that_was_to_offset_it_is_withdrawn(bureau, claim):
    case, other = in_debt(bureau, claim, prize="2000")
    offset(bureau, case, other, 2000)
    bureau.take(other, ClaimFlow.withdraw, bureau.applicant(other))
    bureau.session.expire_all()
    assert case.still_to_be_offset == 0
    repay(bureau, case, 2000)
    bureau.take(case, ClawbackFlow.settle, bureau.finance)


def test_an_offset_that_is_at_the_bank_is_booked_although_another_case_has_taken_the_place(bureau, claim):
    case, other = in_debt(bureau, claim, prize="6000")
    offset(bureau, case, other, 2000)
    batch = bureau.sent(other)
    revised(bureau, claim, 1000)
    assert claim.clawbacks[-1].amount == 4000
    bureau.book(batch, bureau.result_file(batch))
    bureau.session.expire_all()
    assert (case.recovered, books(bureau, other).paid, books(bureau, other).balances) == (2000, 6000, True)
    assert (claim.clawbacks[-1].outstanding, books(bureau, claim).overpaid) == (2000, 2000)


def test_what_is_at_the_bank_for_a_debt_keeps_it_from_being_written_off(bureau, claim):
    case, other = in_debt(bureau, claim, prize="6000")
    offset(bureau, case, other, 2000)
    bureau.sent(other)
    bureau.take(case, ClawbackFlow.propose_write_off, bureau.finance, "收款人已故")
    with pytest.raises(Refused, match="已送银行"):
        bureau.take(case, ClawbackFlow.write_off, bureau.approver, "同意核销")


def test_when_a_supplement_comes_out_of_a_batch_to_nothing_what_was_paid_is_claimed_back(bureau, claim):
    pay(bureau, claim)
    revised(bureau, claim, 8000)
    more = bureau.approved(bureau.claims()[-1])
    with transaction() as s:
        paying.collect(s, [more], bureau.finance, bureau.now)
    revised(bureau, claim, 3000)
    bureau.take(more, ClaimFlow.leave_batch, bureau.finance, "成绩更正")
    engine.tick(bureau.now)
    bureau.session.expire_all()
    assert more.state is ClaimFlow.refused
    assert [case.amount for case in claim.clawbacks] == [2000]
