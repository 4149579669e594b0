"""A claim, from the award or certificate that gives rise to it to the money in the account.

It begins as a draft.  A claim the system found by itself (免申即享) is proposed at once and only needs the
person's word; one applied for is filled in and submitted.  Two different people look at it, the public may object,
and only then may finance take it into a payment batch.  The movements that come from the batch (`join_batch`,
`book_payment`, `bounce`, `leave_batch`) are transitions like all others, so the claim's record tells the whole story.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Protocol

from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State, Step, Transition, Workflow


class Claim(Protocol):
    """What a claim must offer for the guards and the clock to read.  Amounts are yuan, moments are aware."""

    @property
    def proposed_at(self) -> datetime | None:
        """When the system found the claim; None for one that somebody applies for."""

    @property
    def has_evidence(self) -> bool:
        """A published achievement of this installation, or at least one uploaded proof."""

    @property
    def determined_amount(self) -> Decimal | None:
        """The amount of the determination in force; None while there is none."""

    @property
    def split_total(self) -> Decimal | None:
        """What the shares of a team's table add up to; None where the claim is not shared."""

    @property
    def has_payee_account(self) -> bool:
        """A bank account of the payee is on file."""

    @property
    def lapses_at(self) -> datetime | None:
        """When the achievement it rests on was taken back (a result revised, a certificate revoked); None while it stands."""

    @property
    def revised_at(self) -> datetime | None:
        """When the achievement it rests on was replaced by another version that grants another amount; None while nothing is to follow."""

    @property
    def hold(self) -> Text | None:
        """Why it may not go on for now: the results it rests on are appealed against, or being revised."""

    @property
    def publicity_ends_at(self) -> datetime | None:
        """When the notice that names the claim ends; None while no notice does."""

    @property
    def has_open_objection(self) -> bool:
        """An objection to it is filed or under examination."""

    @property
    def has_upheld_objection(self) -> bool:
        """An objection to it was upheld and the claim not yet corrected."""

    @property
    def is_offset_in_full(self) -> bool:
        """All of it is kept back for what its payee owes: nothing of it goes through the bank."""

    @property
    def offset_by_id(self) -> int | None:
        """The account that arranged what is kept back."""

    @property
    def is_payment_confirmed(self) -> bool:
        """The bank's result file says that this claim's line was paid."""


def has_evidence(claim: Claim, step: Step) -> Text | None:
    if not claim.has_evidence:
        return Text("缺少证明材料：请上传获奖、证书或发放凭证", "Evidence is missing: upload proof of the award, certificate or payment")
    return None


def has_amount(claim: Claim, step: Step) -> Text | None:
    if claim.determined_amount is None:
        return Text("尚未核算：没有依据条款的金额", "No determination yet: there is no amount that a clause supports")
    if claim.determined_amount <= 0:
        return Text("核算结果没有可发放的金额", "The determination grants nothing that could be paid")
    return None


def split_adds_up(claim: Claim, step: Step) -> Text | None:
    if claim.split_total is not None and claim.split_total != claim.determined_amount:
        return Text(
            "团队分配表合计 {split} 元，与核定金额 {amount} 元不一致",
            "The team's table adds up to {split} yuan, not to the {amount} yuan determined",
        ).format(split=claim.split_total, amount=claim.determined_amount)
    return None


def has_payee_account(claim: Claim, step: Step) -> Text | None:
    return None if claim.has_payee_account else Text("缺少收款账户", "The payee's bank account is missing")


def is_on_a_notice(claim: Claim, step: Step) -> Text | None:
    return None if claim.publicity_ends_at else Text("尚未列入公示", "No published notice names this claim yet")


def no_objection_stands(claim: Claim, step: Step) -> Text | None:
    if claim.has_open_objection:
        return Text("有异议正在处理，公示结果暂缓", "An objection is being examined; the outcome of the publicity is held")
    if claim.has_upheld_objection:
        return Text("异议成立，须退回更正或不予通过", "An objection was upheld: the claim must be returned or refused")
    return None


def is_not_held(claim: Claim, step: Step) -> Text | None:
    return claim.hold


def something_is_left_to_pay(claim: Claim, step: Step) -> Text | None:
    if claim.is_offset_in_full:
        return Text("已安排全额抵扣，不经银行发放，请直接结清", "All of it is offset: nothing goes to the bank, settle it as it is")
    return None


def everything_is_offset(claim: Claim, step: Step) -> Text | None:
    return None if claim.is_offset_in_full else Text("没有安排全额抵扣", "Not all of it is offset")


def another_arranged_it(claim: Claim, step: Step) -> Text | None:
    """As with a batch, two of finance stand for what is booked."""
    if claim.offset_by_id is not None and claim.offset_by_id == step.actor.account_id:
        return Text("抵扣由您安排，须由另一人结清", "You arranged the offset: somebody else settles it")
    return None


def payment_is_confirmed(claim: Claim, step: Step) -> Text | None:
    if not claim.is_payment_confirmed:
        return Text("银行回执未确认该笔到账", "The bank's result file does not confirm this payment")
    return None


class ClaimFlow(Workflow):
    title = Text("奖励申领", "Reward claim")

    draft = State(Text("草稿", "Draft"), editable_by=(Role.APPLICANT,))
    proposed = State(Text("待本人确认", "Waiting for confirmation"), editable_by=(Role.APPLICANT,))
    submitted = State(Text("已提交", "Submitted"))
    returned = State(Text("退回补正", "Returned for correction"), editable_by=(Role.APPLICANT,))
    reviewed = State(Text("初审通过", "Reviewed"))
    second_reviewed = State(Text("复审通过", "Reviewed twice"))
    publicity = State(Text("公示中", "Before the public"), is_publicity=True)
    approved = State(Text("待发放", "Approved for payment"))
    in_batch = State(Text("已列入发放批次", "In a payment batch"))
    bounced = State(Text("退票", "Bounced"), editable_by=(Role.APPLICANT,))
    paid = State(Text("已发放", "Paid"), Kind.DONE, is_paid=True)
    refused = State(Text("不予通过", "Refused"), Kind.ENDED)
    withdrawn = State(Text("已撤回", "Withdrawn"), Kind.ENDED)

    propose = Transition(
        Text("免申即享，自动提出", "Proposed by the system"), source=(draft,), target=proposed,
        by=(Role.CLOCK,), fires_at="proposed_at", guards=(has_evidence, has_amount), notifies=(Role.APPLICANT,),
    )
    confirm = Transition(
        Text("确认申领", "Confirm"), source=(proposed,), target=submitted,
        by=(Role.APPLICANT,), guards=(has_evidence, has_amount, split_adds_up, has_payee_account), notifies=(Role.REVIEWER,),
    )
    submit = Transition(
        Text("提交", "Submit"), source=(draft,), target=submitted,
        by=(Role.APPLICANT,), guards=(has_evidence, has_amount, split_adds_up, has_payee_account), notifies=(Role.REVIEWER,),
    )
    resubmit = Transition(
        Text("补正后重新提交", "Submit again"), source=(returned,), target=submitted,
        by=(Role.APPLICANT,), guards=(has_evidence, has_amount, split_adds_up, has_payee_account), notifies=(Role.REVIEWER,),
    )
    review = Transition(
        Text("初审通过", "Pass the review"), source=(submitted,), target=reviewed,
        by=(Role.REVIEWER,), guards=(has_evidence, has_amount, split_adds_up, is_not_held), notifies=(Role.APPROVER,),
    )
    second_review = Transition(
        Text("复审通过", "Pass the second review"), source=(reviewed,), target=second_reviewed,
        by=(Role.APPROVER,), guards=(has_evidence, has_amount, split_adds_up, is_not_held), separate_from=(review,),
        notifies=(Role.REVIEWER,),
    )
    open_publicity = Transition(
        Text("列入公示", "Put before the public"), source=(second_reviewed,), target=publicity,
        by=(Role.REVIEWER, Role.APPROVER), guards=(is_on_a_notice, is_not_held), notifies=(Role.APPLICANT,),
    )
    end_publicity = Transition(
        Text("公示期满", "Publicity ends"), source=(publicity,), target=approved,
        by=(Role.CLOCK,), fires_at="publicity_ends_at", guards=(no_objection_stands, is_not_held), notifies=(Role.FINANCE, Role.APPLICANT),
    )
    join_batch = Transition(
        Text("列入发放批次", "Take into a batch"), source=(approved,), target=in_batch,
        by=(Role.FINANCE,),
        guards=(something_is_left_to_pay, has_amount, split_adds_up, has_payee_account, no_objection_stands, is_not_held),
    )
    settle_by_offset = Transition(
        Text("全额抵扣，结清", "Settle: offset in full"), source=(approved,), target=paid, by=(Role.FINANCE,),
        guards=(everything_is_offset, another_arranged_it, has_amount, split_adds_up, no_objection_stands, is_not_held),
        notifies=(Role.APPLICANT,),
    )
    leave_batch = Transition(
        Text("移出发放批次", "Take out of the batch"), source=(in_batch,), target=approved, by=(Role.FINANCE,), needs_comment=True,
    )
    book_payment = Transition(
        Text("登记到账", "Book as paid"), source=(in_batch,), target=paid,
        by=(Role.FINANCE,), guards=(payment_is_confirmed,), notifies=(Role.APPLICANT,),
    )
    bounce = Transition(
        Text("登记退票", "Book as bounced"), source=(in_batch,), target=bounced,
        by=(Role.FINANCE,), needs_comment=True, notifies=(Role.APPLICANT,),
    )
    retry = Transition(
        Text("重新发放", "Pay again"), source=(bounced,), target=approved, by=(Role.FINANCE,), guards=(has_payee_account,),
    )
    send_back = Transition(
        Text("退回补正", "Return for correction"), source=(submitted, reviewed, second_reviewed, publicity, approved), target=returned,
        by=(Role.REVIEWER, Role.APPROVER), needs_comment=True, notifies=(Role.APPLICANT,),
    )
    refuse = Transition(
        Text("不予通过", "Refuse"), source=(submitted, reviewed, second_reviewed, publicity, approved), target=refused,
        by=(Role.REVIEWER, Role.APPROVER), needs_comment=True, notifies=(Role.APPLICANT,),
    )
    withdraw = Transition(
        Text("撤回", "Withdraw"), source=(draft, proposed, submitted, returned, reviewed, second_reviewed, publicity, approved, bounced),
        target=withdrawn, by=(Role.APPLICANT,), notifies=(Role.REVIEWER,),
    )
    lapse = Transition(
        Text("依据已撤销，自动终止", "Its ground was taken back"),
        source=(draft, proposed, submitted, returned, reviewed, second_reviewed, publicity, approved, bounced), target=refused,
        by=(Role.CLOCK,), fires_at="lapses_at", notifies=(Role.APPLICANT, Role.REVIEWER),
    )
    revise = Transition(
        Text("依据的成绩更正，重新审核", "Its ground was revised: reviewed again"),
        source=(reviewed, second_reviewed, publicity, approved, bounced), target=submitted,
        by=(Role.CLOCK,), fires_at="revised_at", notifies=(Role.APPLICANT, Role.REVIEWER),
    )
