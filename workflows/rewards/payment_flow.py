"""A payment batch: prepared by one finance officer, approved by another, sent to the bank once, settled line by line.

Approval and the bank list's hash fix what is sent: after `sent` nothing in the batch changes but the bank's answers.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Protocol

from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State, Step, Transition, Workflow


class PaymentBatch(Protocol):
    """What a batch must offer for the guards to read."""

    @property
    def line_count(self) -> int:
        """How many payments it holds."""

    @property
    def total(self) -> Decimal:
        """The sum of its lines, in yuan."""

    @property
    def lines_not_payable(self) -> int:
        """Lines whose claim is no longer in this batch, or whose amount is not the one its determination grants."""

    @property
    def lines_without_result(self) -> int:
        """Lines of which the bank has not yet said whether they were paid."""

    @property
    def bank_list_hash(self) -> str | None:
        """SHA-256 of the bank list as exported; None before the export."""


def has_lines(batch: PaymentBatch, step: Step) -> Text | None:
    return None if batch.line_count else Text("批次中没有待发放的事项", "The batch holds no payment")


def lines_are_payable(batch: PaymentBatch, step: Step) -> Text | None:
    if batch.lines_not_payable:
        return Text("{n} 笔与核定结果不一致，须先移出", "{n} lines do not agree with their determination: take them out first").format(
            n=batch.lines_not_payable
        )
    return None


def bank_list_is_fixed(batch: PaymentBatch, step: Step) -> Text | None:
    return None if batch.bank_list_hash else Text("尚未导出银行清单", "The bank list has not been exported yet")


def every_line_has_a_result(batch: PaymentBatch, step: Step) -> Text | None:
    if batch.lines_without_result:
        return Text("{n} 笔尚无银行回执", "{n} lines have no answer from the bank yet").format(n=batch.lines_without_result)
    return None


class PaymentBatchFlow(Workflow):
    title = Text("发放批次", "Payment batch")

    draft = State(Text("编制中", "Draft"), editable_by=(Role.FINANCE,))
    prepared = State(Text("待复核", "Prepared"))
    approved = State(Text("已复核", "Approved"))
    sent = State(Text("已送银行", "Sent to the bank"))
    settled = State(Text("已结清", "Settled"), Kind.DONE)
    cancelled = State(Text("已取消", "Cancelled"), Kind.ENDED)

    prepare = Transition(
        Text("提交复核", "Submit for approval"), source=(draft,), target=prepared,
        by=(Role.FINANCE,), guards=(has_lines, lines_are_payable), notifies=(Role.FINANCE,),
    )
    send_back = Transition(
        Text("退回修改", "Return to draft"), source=(prepared, approved), target=draft, by=(Role.FINANCE,), needs_comment=True,
    )
    approve = Transition(
        Text("复核通过", "Approve"), source=(prepared,), target=approved,
        by=(Role.FINANCE,), guards=(has_lines, lines_are_payable), separate_from=(prepare,),
    )
    send = Transition(
        Text("送银行", "Send to the bank"), source=(approved,), target=sent,
        by=(Role.FINANCE,), guards=(lines_are_payable, bank_list_is_fixed),
    )
    settle = Transition(
        Text("结清", "Settle"), source=(sent,), target=settled, by=(Role.FINANCE,), guards=(every_line_has_a_result,),
    )
    cancel = Transition(
        Text("取消批次", "Cancel"), source=(draft, prepared), target=cancelled, by=(Role.FINANCE,), needs_comment=True,
    )
