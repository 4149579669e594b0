"""An entry (报名): one competitor or one team in one skill, from the form to the day of the competition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from workflows.roles import Role
from workflows.text import Text, joined
from workflows.workflow import Kind, State, Step, Transition, Workflow


class Entry(Protocol):
    """What an entry must offer for the guards and the clock to read."""

    waiting_since: datetime | None
    results_final_at: datetime | None
    called_off_at: datetime | None

    def is_registration_open_at(self, now: datetime) -> bool:
        """The competition takes entries at *now*, whether or not the clock has come round to it."""

    @property
    def ineligibility(self) -> Iterable[Text]:
        """Every reason why this entry may not compete: age, employer, group, number of members, conflicts."""

    @property
    def has_free_place(self) -> bool:
        """The skill's quota is not used up."""

    @property
    def is_first_in_line(self) -> bool:
        """Nobody has waited longer."""

    @property
    def is_before_draw(self) -> bool:
        """The skill's seats have not been drawn yet."""


def registration_is_open(entry: Entry, step: Step) -> Text | None:
    return None if entry.is_registration_open_at(step.now) else Text("现在不在报名时间内", "Registration is not open")


def is_eligible(entry: Entry, step: Step) -> Text | None:
    reasons = list(entry.ineligibility)
    return joined(reasons) if reasons else None


def has_free_place(entry: Entry, step: Step) -> Text | None:
    return None if entry.has_free_place else Text("名额已满", "The quota is used up")


def quota_is_used_up(entry: Entry, step: Step) -> Text | None:
    return Text("尚有名额，请直接录取", "There is still a place; accept the entry") if entry.has_free_place else None


def is_first_in_line(entry: Entry, step: Step) -> Text | None:
    return None if entry.is_first_in_line else Text("前面还有候补", "Somebody has waited longer")


def is_before_draw(entry: Entry, step: Step) -> Text | None:
    return None if entry.is_before_draw else Text("已抽签，不能再改", "The draw is done; this cannot change any more")


class EntryFlow(Workflow):
    title = Text("报名", "Entry")

    draft = State(Text("草稿", "Draft"), editable_by=(Role.COMPETITOR, Role.TEAM_LEADER))
    submitted = State(Text("待审核", "Submitted"))
    returned = State(Text("退回更正", "Returned for correction"), editable_by=(Role.COMPETITOR, Role.TEAM_LEADER))
    waiting = State(Text("候补", "On the waiting list"))
    accepted = State(Text("已录取", "Accepted"))
    checked_in = State(Text("已检录", "Checked in"))
    completed = State(Text("已完赛", "Completed"), Kind.DONE)
    absent = State(Text("缺席", "Absent"), Kind.SETTLED)
    withdrawn = State(Text("已退赛", "Withdrawn"), Kind.ENDED)
    refused = State(Text("未通过", "Refused"), Kind.ENDED)
    disqualified = State(Text("取消资格", "Disqualified"), Kind.ENDED)
    called_off = State(Text("赛项已取消", "Skill cancelled"), Kind.ENDED)

    submit = Transition(
        Text("提交报名", "Submit"),
        source=(draft, returned),
        target=submitted,
        by=(Role.COMPETITOR, Role.TEAM_LEADER),
        guards=(registration_is_open, is_eligible),
    )
    accept = Transition(
        Text("审核通过", "Accept"),
        source=(submitted,),
        target=accepted,
        by=(Role.ORGANISER,),
        guards=(is_eligible, has_free_place),
        notifies=(Role.COMPETITOR, Role.TEAM_LEADER),
    )
    put_on_waiting_list = Transition(
        Text("列入候补", "Put on the waiting list"),
        source=(submitted,),
        target=waiting,
        by=(Role.ORGANISER,),
        guards=(is_eligible, quota_is_used_up),
        notifies=(Role.COMPETITOR, Role.TEAM_LEADER),
    )
    promote = Transition(
        Text("候补递补", "Promoted from the waiting list"),
        source=(waiting,),
        target=accepted,
        by=(Role.CLOCK,),
        fires_at="waiting_since",
        guards=(is_before_draw, has_free_place, is_first_in_line),
        notifies=(Role.COMPETITOR, Role.TEAM_LEADER),
    )
    send_back = Transition(
        Text("退回更正", "Send back"),
        source=(submitted,),
        target=returned,
        by=(Role.ORGANISER,),
        needs_comment=True,
        notifies=(Role.COMPETITOR, Role.TEAM_LEADER),
    )
    refuse = Transition(
        Text("审核不通过", "Refuse"),
        source=(submitted, waiting),
        target=refused,
        by=(Role.ORGANISER,),
        needs_comment=True,
        notifies=(Role.COMPETITOR, Role.TEAM_LEADER),
    )
    withdraw = Transition(
        Text("退赛", "Withdraw"),
        source=(draft, submitted, returned, waiting, accepted),
        target=withdrawn,
        by=(Role.COMPETITOR, Role.TEAM_LEADER),
        guards=(is_before_draw,),
        needs_comment=True,
        notifies=(Role.ORGANISER,),
    )
    check_in = Transition(Text("检录", "Check in"), source=(accepted,), target=checked_in, by=(Role.CHECK_IN,), guards=(is_before_draw,))
    undo_check_in = Transition(
        Text("撤销检录", "Undo the check-in"),
        source=(checked_in,),
        target=accepted,
        by=(Role.CHECK_IN,),
        guards=(is_before_draw,),
        needs_comment=True,
    )
    mark_absent = Transition(
        Text("登记缺席", "Mark absent"),
        source=(accepted,),
        target=absent,
        by=(Role.CHECK_IN,),
        guards=(is_before_draw,),
        notifies=(Role.TEAM_LEADER,),
    )
    undo_absence = Transition(
        Text("撤销缺席", "Undo the absence"),
        source=(absent,),
        target=accepted,
        by=(Role.CHECK_IN,),
        guards=(is_before_draw,),
        needs_comment=True,
    )
    disqualify = Transition(
        Text("取消资格", "Disqualify"),
        source=(accepted, checked_in),
        target=disqualified,
        by=(Role.CHIEF_JUDGE, Role.ARBITER),
        needs_comment=True,
        notifies=(Role.COMPETITOR, Role.TEAM_LEADER, Role.ORGANISER),
    )
    complete = Transition(Text("完赛", "Complete"), source=(checked_in,), target=completed, by=(Role.CLOCK,), fires_at="results_final_at")
    call_off = Transition(
        Text("随赛项取消", "Cancelled with the skill"),
        source=(draft, submitted, returned, waiting, accepted, checked_in),
        target=called_off,
        by=(Role.CLOCK,),
        fires_at="called_off_at",
    )
