"""The unit that is locked: one sub criterion on one day of a competition, with the sheets of everybody in it.

The chief judge locks it, the judges accept what is locked, on the screen or on paper.  What was accepted is unlocked by two persons only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from workflows.roles import Role
from workflows.text import Text, joined
from workflows.workflow import Kind, State, Step, Transition, Workflow

# When a unit must be accepted before the tally.  By default wherever several judges score: TD38 has the judges check the marks against the
# paper and sign the Mark Entry Acceptance Form every day.
WHERE_SEVERAL_SCORE, ALWAYS, NEVER = "panel", "always", "never"
ACCEPTANCE: dict[str, Text] = {
    WHERE_SEVERAL_SCORE: Text("有多名裁判评分的须确认", "Where several judges score"),
    ALWAYS: Text("全部须确认", "Always"),
    NEVER: Text("不要求确认", "Never"),
}

MOST_SHOWN = 10  # reasons of one kind; a unit of hundreds of sheets would fill the screen
MOST_OF_A_SHEET = 3  # reasons said of one sheet; the sheet itself says all of them


class Unit(Protocol):
    """What a unit must offer for the guards to read."""

    @property
    def is_marking_open(self) -> bool:
        """The skill is being marked."""

    @property
    def missing(self) -> Iterable[Text]:
        """Sheets that cannot be locked, each with the reason."""

    @property
    def not_signed(self) -> Iterable[str]:
        """Judges of the team who have not signed what the sheets say now; nobody where it was signed on paper."""

    @property
    def has_wrong_sheets(self) -> bool:
        """The recheck found a sheet of it wrong."""


def of_a_sheet(code: str, reasons: Sequence[Text]) -> Text:
    """Why the sheet with *code* cannot be locked, in one line."""
    more = len(reasons) - MOST_OF_A_SHEET
    shown = [*reasons[:MOST_OF_A_SHEET], *([Text(f"另有 {more} 处", f"{more} more")] if more > 0 else [])]
    return Text("{code}：{reasons}", "{code}: {reasons}").format(code=code, reasons=joined(shown))


def needs_acceptance(rule: str, judges: int) -> bool:
    """Whether a unit that *judges* score must be accepted under *rule*."""
    return rule == ALWAYS or (rule == WHERE_SEVERAL_SCORE and judges > 1)


def marking_is_open(unit: Unit, step: Step) -> Text | None:
    return None if unit.is_marking_open else Text("该赛项不在评分阶段", "This skill is not being marked")


def nothing_is_missing(unit: Unit, step: Step) -> Text | None:
    missing = list(unit.missing)
    if not missing:
        return None
    more = len(missing) - MOST_SHOWN
    shown = missing[:MOST_SHOWN] + ([Text(f"另有 {more} 张", f"{more} more")] if more > 0 else [])
    return joined(shown)


def everybody_has_signed(unit: Unit, step: Step) -> Text | None:
    names = "、".join(unit.not_signed)
    return Text("尚未签字：{names}", "Not signed yet: {names}").format(names=names) if names else None


def something_is_wrong(unit: Unit, step: Step) -> Text | None:
    return None if unit.has_wrong_sheets else Text("复核未发现其中有错", "The recheck found nothing wrong in it")


class LockFlow(Workflow):
    title = Text("成绩锁定单元", "Lock unit")

    open = State(Text("未锁定", "Not locked"))
    locked = State(Text("已锁定，待确认", "Locked, to be accepted"))
    accepted = State(Text("成绩已确认", "Accepted"), Kind.SETTLED)
    reopening = State(Text("申请解锁", "To be unlocked"))

    lock = Transition(
        Text("锁定本单元", "Lock this unit"),
        source=(open,),
        target=locked,
        by=(Role.CHIEF_JUDGE,),
        guards=(marking_is_open, nothing_is_missing),
        notifies=(Role.JUDGE,),
    )
    unlock = Transition(
        Text("解锁", "Unlock"),
        source=(locked,),
        target=open,
        by=(Role.CHIEF_JUDGE,),
        guards=(marking_is_open,),
        needs_comment=True,
    )
    accept = Transition(
        Text("确认成绩", "Accept the marks"),
        source=(locked,),
        target=accepted,
        by=(Role.CHIEF_JUDGE,),
        guards=(everybody_has_signed,),
        notifies=(Role.SCORER,),
    )
    request_unlock = Transition(
        Text("申请解锁", "Ask to unlock"),
        source=(accepted,),
        target=reopening,
        by=(Role.CHIEF_JUDGE,),
        guards=(marking_is_open,),
        needs_comment=True,
        notifies=(Role.ARBITER,),
    )
    approve_unlock = Transition(
        Text("同意解锁", "Agree to unlock"),
        source=(reopening,),
        target=open,
        by=(Role.ARBITER,),
        separate_from=(request_unlock,),
        notifies=(Role.CHIEF_JUDGE, Role.JUDGE),
    )
    refuse_unlock = Transition(
        Text("不同意解锁", "Keep it locked"),
        source=(reopening,),
        target=accepted,
        by=(Role.ARBITER,),
        needs_comment=True,
        notifies=(Role.CHIEF_JUDGE,),
    )
    send_back = Transition(
        Text("复核退回", "Sent back by the recheck"),
        source=(locked, accepted),
        target=open,
        by=(Role.ARBITER,),
        guards=(something_is_wrong,),
        needs_comment=True,
        notifies=(Role.CHIEF_JUDGE, Role.JUDGE),
    )
