"""A conflict of interest: found, and let stand or overridden.  An override needs a person who asks, a reason, and the arbiter."""

from __future__ import annotations

from typing import Protocol

from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State, Step, Transition, Workflow


class Conflict(Protocol):
    """What a conflict must offer for the guards to read."""

    @property
    def still_refuses(self) -> bool:
        """It keeps the judge from the sheets, and the facts it rests on still hold."""

    @property
    def is_marking_over(self) -> bool:
        """The skill has been tallied."""


def it_still_refuses(conflict: Conflict, step: Step) -> Text | None:
    if conflict.still_refuses:
        return None
    return Text("该情形不影响评分，无需处理", "It does not keep the judge from marking; there is nothing to override")


def marking_is_not_over(conflict: Conflict, step: Step) -> Text | None:
    return Text("成绩已汇总，不能再改", "The marks are tallied; it cannot change any more") if conflict.is_marking_over else None


class ConflictFlow(Workflow):
    title = Text("回避情形", "Conflict of interest")

    standing = State(Text("应予回避", "To be avoided"), Kind.SETTLED)
    asked = State(Text("申请不回避", "Override asked for"))
    overridden = State(Text("经批准不回避", "Overridden"), Kind.SETTLED)

    ask = Transition(
        Text("申请不回避", "Ask to override"),
        source=(standing,),
        target=asked,
        by=(Role.CHIEF_JUDGE, Role.ORGANISER),
        guards=(it_still_refuses, marking_is_not_over),
        needs_comment=True,
        notifies=(Role.ARBITER,),
    )
    override = Transition(
        Text("批准不回避", "Override"),
        source=(asked,),
        target=overridden,
        by=(Role.ARBITER,),
        guards=(it_still_refuses, marking_is_not_over),
        needs_comment=True,
        separate_from=(ask,),
        notifies=(Role.CHIEF_JUDGE, Role.ORGANISER),
    )
    decline = Transition(
        Text("不予批准", "Decline"),
        source=(asked,),
        target=standing,
        by=(Role.ARBITER,),
        needs_comment=True,
        notifies=(Role.CHIEF_JUDGE, Role.ORGANISER),
    )
    revoke = Transition(
        Text("撤销批准", "Take the override back"),
        source=(overridden,),
        target=standing,
        by=(Role.ARBITER,),
        guards=(marking_is_not_over,),
        needs_comment=True,
        notifies=(Role.CHIEF_JUDGE, Role.ORGANISER),
    )
