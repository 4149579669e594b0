"""A claw-back (追回): more was paid than the last version of the results supports, or the ground of a payment was taken back.

The case is opened by the books themselves.  The payee is told and heard; two persons decide; the money comes back whole or in parts, is
offset against a later payment, or is written off with a reason by two persons.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Protocol

from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State, Step, Transition, Workflow

HEARING_DAYS = 5
"""Working days the payee has to reply.  No document sets the number for rewards; five is what notices of this office run for."""


class Clawback(Protocol):
    """What a claw-back must offer for the guards and the clock to read."""

    reply_until: datetime | None
    lapses_at: datetime | None

    @property
    def has_reply(self) -> bool:
        """The payee has replied."""

    @property
    def outstanding(self) -> Decimal:
        """What has neither come back, nor been offset, nor been written off."""

    @property
    def is_offset_at_the_bank(self) -> bool:
        """A payment on which a part of it is kept back was sent to the bank, and the bank has not answered."""

    @property
    def is_partly_recovered(self) -> bool:
        """Something came back or was offset."""


def payee_was_heard(clawback: Clawback, step: Step) -> Text | None:
    if clawback.has_reply or (clawback.reply_until is not None and step.now >= clawback.reply_until):
        return None
    return Text("陈述申辩期未满，收款人尚未答复", "The payee has not replied, and may still do so")


def reply_is_written(clawback: Clawback, step: Step) -> Text | None:
    return None if clawback.has_reply else Text("请先写明答复", "Write the reply first")


def everything_came_back(clawback: Clawback, step: Step) -> Text | None:
    if clawback.outstanding > 0:
        return Text("尚有 {amount} 元未返还", "{amount} yuan have not come back").format(amount=f"{clawback.outstanding:.2f}")
    return None


def something_is_outstanding(clawback: Clawback, step: Step) -> Text | None:
    return None if clawback.outstanding > 0 else Text("已全部返还，请结案", "Everything came back: close the case")


def nothing_is_at_the_bank(clawback: Clawback, step: Step) -> Text | None:
    if not clawback.is_offset_at_the_bank:
        return None
    return Text("用于抵扣的一笔已送银行，待回执登记后再办", "A payment that offsets it is at the bank: book the bank's answer first")


def nothing_came_back(clawback: Clawback, step: Step) -> Text | None:
    return Text("已有返还，不能撤案", "Something came back already; the case cannot be dropped") if clawback.is_partly_recovered else None


class ClawbackFlow(Workflow):
    title = Text("追回", "Claw-back")

    opened = State(Text("已立案", "Opened"))
    noticed = State(Text("已通知，听取陈述", "Payee notified, being heard"), editable_by=(Role.APPLICANT,))
    heard = State(Text("待提出处理意见", "Heard"))
    proposed = State(Text("拟追回，待审定", "Recovery proposed"))
    ordered = State(Text("应返还", "To be paid back"))
    write_off_proposed = State(Text("拟核销，待审定", "Writing off proposed"))
    settled = State(Text("已收回", "Recovered"), Kind.DONE)
    written_off = State(Text("已核销", "Written off"), Kind.DONE)
    dropped = State(Text("不予追回", "Dropped"), Kind.ENDED)
    superseded = State(Text("已由后来的更正取代", "Superseded by a later revision"), Kind.ENDED)

    notify = Transition(
        Text("通知收款人", "Notify the payee"),
        source=(opened,),
        target=noticed,
        by=(Role.REVIEWER, Role.FINANCE),
        notifies=(Role.APPLICANT,),
    )
    reply = Transition(
        Text("提交陈述", "Hand in the reply"),
        source=(noticed,),
        target=heard,
        by=(Role.APPLICANT,),
        guards=(reply_is_written,),
        notifies=(Role.REVIEWER,),
    )
    end_hearing = Transition(
        Text("陈述期满", "The time to reply is over"),
        source=(noticed,),
        target=heard,
        by=(Role.CLOCK,),
        fires_at="reply_until",
        notifies=(Role.REVIEWER,),
    )
    propose_recovery = Transition(
        Text("提出追回意见", "Propose to recover"),
        source=(heard,),
        target=proposed,
        by=(Role.REVIEWER,),
        guards=(payee_was_heard,),
        needs_comment=True,
        notifies=(Role.APPROVER,),
    )
    send_back = Transition(
        Text("退回再议", "Send back"),
        source=(proposed,),
        target=heard,
        by=(Role.APPROVER,),
        needs_comment=True,
        notifies=(Role.REVIEWER,),
    )
    order = Transition(
        Text("决定追回", "Order the recovery"),
        source=(proposed,),
        target=ordered,
        by=(Role.APPROVER,),
        separate_from=(propose_recovery,),
        notifies=(Role.APPLICANT, Role.FINANCE),
    )
    settle = Transition(
        Text("确认全部收回，结案", "Everything came back: close"),
        source=(ordered,),
        target=settled,
        by=(Role.FINANCE,),
        guards=(everything_came_back,),
        notifies=(Role.APPLICANT, Role.REVIEWER),
    )
    propose_write_off = Transition(
        Text("提出核销", "Propose to write off"),
        source=(ordered,),
        target=write_off_proposed,
        by=(Role.FINANCE,),
        guards=(something_is_outstanding,),
        needs_comment=True,
        notifies=(Role.APPROVER,),
    )
    refuse_write_off = Transition(
        Text("不同意核销", "Refuse to write off"),
        source=(write_off_proposed,),
        target=ordered,
        by=(Role.APPROVER,),
        needs_comment=True,
        notifies=(Role.FINANCE,),
    )
    write_off = Transition(
        Text("同意核销余额", "Write off the rest"),
        source=(write_off_proposed,),
        target=written_off,
        by=(Role.APPROVER,),
        guards=(nothing_is_at_the_bank,),
        needs_comment=True,
        separate_from=(propose_write_off,),
        notifies=(Role.APPLICANT, Role.FINANCE, Role.AUDITOR),
    )
    drop = Transition(
        Text("不予追回", "Drop the case"),
        source=(heard, proposed),
        target=dropped,
        by=(Role.APPROVER,),
        guards=(nothing_came_back,),
        needs_comment=True,
        separate_from=(propose_recovery,),
        notifies=(Role.APPLICANT, Role.REVIEWER, Role.AUDITOR),
    )
    supersede = Transition(
        Text("成绩再次更正，由新的核算取代", "Superseded by a later revision"),
        source=(opened, noticed, heard, proposed, ordered, write_off_proposed),
        target=superseded,
        by=(Role.CLOCK,),
        fires_at="lapses_at",
        notifies=(Role.APPLICANT, Role.REVIEWER, Role.FINANCE),
    )
