"""What stands between a claim and its money, and what a notice and a batch ask before they move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from workflows.publicity.notice_flow import NoticeFlow
from workflows.publicity.objection_flow import ObjectionFlow
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.payment_flow import PaymentBatchFlow
from workflows.text import Text
from workflows.workflow import Step

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEP = Step(now=NOW)


def refusals(transition, subject):
    return [reason.zh for guard in transition.guards if (reason := guard(subject, STEP))]


def a_claim(**changes):
    facts = {
        "proposed_at": None,
        "has_evidence": True,
        "determined_amount": Decimal("5000"),
        "split_total": None,
        "has_payee_account": True,
        "publicity_ends_at": NOW + timedelta(days=7),
        "has_open_objection": False,
        "has_upheld_objection": False,
        "is_payment_confirmed": True,
        "hold": None,
        "is_offset_in_full": False,
        "offset_by_id": None,
    }
    return SimpleNamespace(**facts | changes)


def a_batch(**changes):
    facts = {"line_count": 2, "lines_not_payable": 0, "lines_without_result": 0, "bank_list_hash": "ab" * 32}
    return SimpleNamespace(**facts | changes)


def a_notice(**changes):
    facts = {"public_text": "张三 一等奖", "private_numbers": (), "ends_at": NOW + timedelta(days=5), "has_open_objection": False}
    return SimpleNamespace(**facts | changes)


@pytest.mark.parametrize("transition", ClaimFlow.transitions.values(), ids=repr)
def test_a_complete_claim_is_refused_nowhere(transition):
    assert refusals(transition, a_claim(is_offset_in_full=transition is ClaimFlow.settle_by_offset)) == []


@pytest.mark.parametrize(
    ("transition", "lacking", "word"),
    [
        (ClaimFlow.submit, {"has_evidence": False}, "证明材料"),
        (ClaimFlow.confirm, {"determined_amount": None}, "尚未核算"),
        (ClaimFlow.confirm, {"has_payee_account": False}, "收款账户"),
        (ClaimFlow.review, {"determined_amount": Decimal(0)}, "没有可发放"),
        (ClaimFlow.second_review, {"split_total": Decimal("4999.99")}, "4999.99"),
        (ClaimFlow.open_publicity, {"publicity_ends_at": None}, "公示"),
        (ClaimFlow.end_publicity, {"has_open_objection": True}, "异议正在处理"),
        (ClaimFlow.end_publicity, {"has_upheld_objection": True}, "异议成立"),
        (ClaimFlow.join_batch, {"has_payee_account": False}, "收款账户"),
        (ClaimFlow.join_batch, {"is_offset_in_full": True}, "不经银行"),
        (ClaimFlow.settle_by_offset, {}, "没有安排全额抵扣"),
        (ClaimFlow.book_payment, {"is_payment_confirmed": False}, "回执"),
        (ClaimFlow.retry, {"has_payee_account": False}, "收款账户"),
    ],
)
def test_what_is_lacking_is_said(transition, lacking, word):
    (reason,) = refusals(transition, a_claim(**lacking))
    assert word in reason


def test_the_second_of_two_persons_is_not_the_first():
    assert ClaimFlow.second_review.separate_from == (ClaimFlow.review,)
    assert PaymentBatchFlow.approve.separate_from == (PaymentBatchFlow.prepare,)


def test_who_arranged_a_full_offset_does_not_settle_it():
    claim = a_claim(is_offset_in_full=True, offset_by_id=7)
    same, other = (Step(now=NOW, actor=SimpleNamespace(account_id=id_)) for id_ in (7, 8))
    assert [bool(guard(claim, same)) for guard in ClaimFlow.settle_by_offset.guards].count(True) == 1
    assert not any(guard(claim, other) for guard in ClaimFlow.settle_by_offset.guards)


def test_a_team_claim_whose_table_adds_up_may_go_on():
    assert refusals(ClaimFlow.submit, a_claim(split_total=Decimal("5000.00"))) == []


@pytest.mark.parametrize(
    ("transition", "lacking", "word"),
    [
        (PaymentBatchFlow.prepare, {"line_count": 0}, "没有待发放"),
        (PaymentBatchFlow.approve, {"lines_not_payable": 3}, "3 笔"),
        (PaymentBatchFlow.send, {"bank_list_hash": None}, "银行清单"),
        (PaymentBatchFlow.settle, {"lines_without_result": 1}, "1 笔"),
    ],
)
def test_a_batch_says_what_it_still_needs(transition, lacking, word):
    assert refusals(transition, a_batch()) == []
    (reason,) = refusals(transition, a_batch(**lacking))
    assert word in reason


def test_a_sent_batch_cannot_be_cancelled():
    assert {state.name for state in PaymentBatchFlow.cancel.source} == {"draft", "prepared"}


@pytest.mark.parametrize(
    ("lacking", "word"),
    [
        ({"public_text": " "}, "没有内容"),
        ({"private_numbers": [Text("第 2 行含有身份证号", "Row 2 contains an ID number")]}, "身份证号"),
        ({"ends_at": None}, "截止时间"),
        ({"ends_at": NOW}, "已过"),
    ],
)
def test_a_notice_is_not_published_when(lacking, word):
    assert refusals(NoticeFlow.publish, a_notice()) == []
    (reason,) = refusals(NoticeFlow.publish, a_notice(**lacking))
    assert word in reason


def test_an_open_objection_holds_the_end_of_a_notice():
    assert refusals(NoticeFlow.end, a_notice(has_open_objection=True))


def test_a_decision_on_an_objection_gives_its_reasons():
    assert all(t.needs_comment for t in (ObjectionFlow.uphold, ObjectionFlow.reject, ObjectionFlow.decline))
