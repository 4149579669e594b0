"""A correction of a mark: proposed by one person, approved by another."""

from __future__ import annotations

from typing import Any, Protocol

from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State, Step, Transition, Workflow


class Correction(Protocol):
    """What a correction must offer for the guards to read."""

    @property
    def can_count(self) -> bool:
        """The results of the skill can still take it in."""

    def is_proposed_by(self, actor: Any) -> bool:
        """The actor wrote it."""


def can_count(correction: Correction, step: Step) -> Text | None:
    if correction.can_count:
        return None
    return Text("现在不能更正成绩；结果公布后请走申诉程序", "Marks cannot be corrected now; after publication there is the appeal")


def is_somebody_else_s(correction: Correction, step: Step) -> Text | None:
    if not correction.is_proposed_by(step.actor):
        return None
    return Text("更正须由另一人批准", "A correction is approved by another person")


def is_ones_own(correction: Correction, step: Step) -> Text | None:
    return None if correction.is_proposed_by(step.actor) else Text("只能撤回自己提出的更正", "One withdraws what one proposed oneself")


class CorrectionFlow(Workflow):
    title = Text("分数更正", "Correction")

    proposed = State(Text("待批准", "Proposed"))
    approved = State(Text("已批准，计入成绩", "Approved, counts"), Kind.SETTLED)
    declined = State(Text("未批准", "Declined"), Kind.ENDED)
    withdrawn = State(Text("已撤回", "Withdrawn"), Kind.ENDED)
    revoked = State(Text("已撤销，不再计入", "Revoked, counts no longer"), Kind.ENDED)

    approve = Transition(
        Text("批准更正", "Approve"),
        source=(proposed,),
        target=approved,
        by=(Role.CHIEF_JUDGE, Role.ARBITER),
        guards=(is_somebody_else_s, can_count),
        notifies=(Role.SCORER,),
    )
    decline = Transition(
        Text("不予更正", "Decline"),
        source=(proposed,),
        target=declined,
        by=(Role.CHIEF_JUDGE, Role.ARBITER),
        guards=(is_somebody_else_s,),
        needs_comment=True,
    )
    withdraw = Transition(
        Text("撤回", "Withdraw"),
        source=(proposed,),
        target=withdrawn,
        by=(Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER),
        guards=(is_ones_own,),
        needs_comment=True,
    )
    revoke = Transition(
        Text("撤销更正", "Revoke"),
        source=(approved,),
        target=revoked,
        by=(Role.ARBITER,),
        guards=(can_count,),
        needs_comment=True,
        notifies=(Role.CHIEF_JUDGE, Role.SCORER),
        separate_from=(approve,),
    )
