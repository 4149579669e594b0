"""An appeal (申诉) by the delegation's leader about its own entry: lodged in time, answered in time, a second instance that is final.

While it is open it suspends what it is about: results are neither published nor made final, and awards, certificates and claims that
exist already are held.  An appeal not answered in time goes to the arbitration committee by itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State, Step, Transition, Workflow

APPELLANTS = (Role.TEAM_LEADER, Role.COMPETITOR)


class Appeal(Protocol):
    """What an appeal must offer for the guards and the clock to read."""

    facts: str
    remedied_at: datetime | None

    @property
    def has_evidence(self) -> bool:
        """At least one file was handed in with it."""

    @property
    def is_late(self) -> bool:
        """It was lodged after its clock had run out."""

    @property
    def has_competition_begun(self) -> bool:
        """The skill was drawn, and is not cancelled."""

    @property
    def answer_due_at(self) -> datetime | None:
        """When the first instance must have answered; None for one that came too late."""

    @property
    def further_until(self) -> datetime | None:
        """Until when the appellant may go on to the committee, after the first answer."""

    @property
    def committee_due_at(self) -> datetime | None:
        """When the committee must have decided."""

    @property
    def committee_decision(self) -> bool | None:
        """What the votes of the committee come to; None while they decide nothing."""

    @property
    def votes_needed(self) -> int:
        """How many of the committee must vote."""

    @property
    def has_open_revision(self) -> bool:
        """A revision of the results made for it is not finished."""

    def speaks_for_entry(self, actor: Any) -> bool:
        """The actor leads the entry's delegation, or is the competitor where there is none."""

    def is_partial(self, actor: Any) -> bool:
        """The actor belongs to the organisation whose appeal it is."""


def speaks_for_the_entry(appeal: Appeal, step: Step) -> Text | None:
    if appeal.speaks_for_entry(step.actor):
        return None
    return Text(
        "申诉由本代表队领队提出；没有代表队的由选手本人提出", "The delegation's leader appeals, or the competitor where there is none"
    )


def says_what_happened(appeal: Appeal, step: Step) -> Text | None:
    return None if appeal.facts.strip() else Text("请写明申诉的事实", "Say what happened")


def has_evidence(appeal: Appeal, step: Step) -> Text | None:
    return None if appeal.has_evidence else Text("请上传证据材料", "Hand in evidence")


def competition_has_begun(appeal: Appeal, step: Step) -> Text | None:
    if appeal.has_competition_begun:
        return None
    return Text("该赛项尚未开赛或已取消", "The skill has not begun, or was cancelled")


def came_in_time(appeal: Appeal, step: Step) -> Text | None:
    return Text("逾期提出，不予受理", "It came too late and cannot be examined") if appeal.is_late else None


def came_too_late(appeal: Appeal, step: Step) -> Text | None:
    return None if appeal.is_late else Text("申诉在时限内提出", "It came in time")


def is_impartial(appeal: Appeal, step: Step) -> Text | None:
    if appeal.is_partial(step.actor):
        return Text("您与申诉方同一单位，应当回避", "You belong to the appellant's organisation and may not decide")
    return None


def may_still_go_further(appeal: Appeal, step: Step) -> Text | None:
    if appeal.further_until is not None and step.now < appeal.further_until:
        return None
    return Text("向仲裁委员会申诉的时限已过", "The time to go on to the committee is over")


def committee_upholds(appeal: Appeal, step: Step) -> Text | None:
    return _committee_says(appeal, wanted=True)


def committee_rejects(appeal: Appeal, step: Step) -> Text | None:
    return _committee_says(appeal, wanted=False)


def _committee_says(appeal: Appeal, *, wanted: bool) -> Text | None:
    decision = appeal.committee_decision
    if decision is None:
        return Text(
            "须有至少 {n} 名未参与初次答复的仲裁员表决并形成多数",
            "At least {n} arbiters who did not give the first answer must vote, with a majority",
        ).format(n=appeal.votes_needed)
    if decision is not wanted:
        return Text("委员会多数意见相反", "The committee's majority says otherwise")
    return None


def nothing_is_being_corrected(appeal: Appeal, step: Step) -> Text | None:
    return Text("更正尚未办结", "The correction is not finished") if appeal.has_open_revision else None


class AppealFlow(Workflow):
    title = Text("申诉", "Appeal")

    draft = State(Text("拟写中", "Being written"), editable_by=APPELLANTS)
    lodged = State(Text("已提出", "Lodged"))
    examined = State(Text("审查中", "Being examined"))
    rejected = State(Text("初次答复：不成立", "Rejected at first"))
    committee = State(Text("仲裁委员会审理", "Before the committee"))
    committee_overdue = State(Text("仲裁委员会逾期未决", "Overdue before the committee"))
    upheld = State(Text("成立，待更正", "Upheld, to be put right"))
    settled = State(Text("成立，已更正", "Upheld and put right"), Kind.DONE)
    closed = State(Text("不成立", "Rejected"), Kind.DONE)
    dismissed = State(Text("终审不成立", "Rejected finally"), Kind.DONE)
    inadmissible = State(Text("不予受理", "Not admitted"), Kind.ENDED)
    withdrawn = State(Text("已撤回", "Withdrawn"), Kind.ENDED)

    lodge = Transition(
        Text("签名并提出", "Sign and lodge"),
        source=(draft,),
        target=lodged,
        by=APPELLANTS,
        guards=(competition_has_begun, speaks_for_the_entry, says_what_happened, has_evidence),
        notifies=(Role.ARBITER, Role.ORGANISER, Role.CHIEF_JUDGE),
    )
    admit = Transition(
        Text("受理", "Admit"),
        source=(lodged,),
        target=examined,
        by=(Role.ARBITER,),
        guards=(came_in_time, is_impartial),
        notifies=APPELLANTS,
    )
    decline_late = Transition(
        Text("不予受理：逾期", "Do not admit: too late"),
        source=(lodged,),
        target=inadmissible,
        by=(Role.ARBITER,),
        guards=(came_too_late,),
        needs_comment=True,
        notifies=APPELLANTS,
    )
    decline_not_own = Transition(
        Text("不予受理：不是本队的事", "Do not admit: not about the own team"),
        source=(lodged,),
        target=inadmissible,
        by=(Role.ARBITER,),
        guards=(is_impartial,),
        needs_comment=True,
        notifies=APPELLANTS,
    )
    decline_no_facts = Transition(
        Text("不予受理：没有事实或证据", "Do not admit: no facts"),
        source=(lodged,),
        target=inadmissible,
        by=(Role.ARBITER,),
        guards=(is_impartial,),
        needs_comment=True,
        notifies=APPELLANTS,
    )
    uphold = Transition(
        Text("答复：申诉成立", "Answer: upheld"),
        source=(examined,),
        target=upheld,
        by=(Role.ARBITER,),
        guards=(is_impartial,),
        needs_comment=True,
        notifies=(*APPELLANTS, Role.ORGANISER, Role.CHIEF_JUDGE),
    )
    reject = Transition(
        Text("答复：申诉不成立", "Answer: rejected"),
        source=(examined,),
        target=rejected,
        by=(Role.ARBITER,),
        guards=(is_impartial,),
        needs_comment=True,
        notifies=APPELLANTS,
    )
    escalate = Transition(
        Text("逾期未答复，移送仲裁委员会", "Not answered in time: goes to the committee"),
        source=(lodged, examined),
        target=committee,
        by=(Role.CLOCK,),
        fires_at="answer_due_at",
        notifies=(*APPELLANTS, Role.ARBITER, Role.ORGANISER, Role.CHIEF_JUDGE),
    )
    go_further = Transition(
        Text("向仲裁委员会申诉", "Go on to the committee"),
        source=(rejected,),
        target=committee,
        by=APPELLANTS,
        guards=(speaks_for_the_entry, may_still_go_further),
        needs_comment=True,
        notifies=(Role.ARBITER, Role.ORGANISER),
    )
    accept_answer = Transition(
        Text("接受答复", "Accept the answer"),
        source=(rejected,),
        target=closed,
        by=APPELLANTS,
        guards=(speaks_for_the_entry,),
        notifies=(Role.ARBITER, Role.ORGANISER),
    )
    let_stand = Transition(
        Text("逾期未再申诉，答复生效", "Nobody went further: the answer stands"),
        source=(rejected,),
        target=closed,
        by=(Role.CLOCK,),
        fires_at="further_until",
        notifies=(*APPELLANTS, Role.ORGANISER),
    )
    remind = Transition(
        Text("委员会逾期，督促裁决", "The committee is late: it is urged"),
        source=(committee,),
        target=committee_overdue,
        by=(Role.CLOCK,),
        fires_at="committee_due_at",
        notifies=(*APPELLANTS, Role.ARBITER, Role.ORGANISER, Role.REVIEWER),
    )
    uphold_finally = Transition(
        Text("裁决：申诉成立", "Decide: upheld"),
        source=(committee, committee_overdue),
        target=upheld,
        by=(Role.ARBITER,),
        guards=(committee_upholds, is_impartial),
        needs_comment=True,
        separate_from=(uphold, reject),
        notifies=(*APPELLANTS, Role.ORGANISER, Role.CHIEF_JUDGE),
    )
    reject_finally = Transition(
        Text("裁决：申诉不成立（最终）", "Decide: rejected, finally"),
        source=(committee, committee_overdue),
        target=dismissed,
        by=(Role.ARBITER,),
        guards=(committee_rejects, is_impartial),
        needs_comment=True,
        separate_from=(uphold, reject),
        notifies=(*APPELLANTS, Role.ORGANISER),
    )
    settle = Transition(
        Text("确认已更正，结案", "Put right: close the case"),
        source=(upheld,),
        target=settled,
        by=(Role.ARBITER,),
        guards=(nothing_is_being_corrected,),
        needs_comment=True,
        notifies=(*APPELLANTS, Role.ORGANISER),
    )
    conclude = Transition(
        Text("更正已生效，自动结案", "The revision is in force: closed"),
        source=(upheld,),
        target=settled,
        by=(Role.CLOCK,),
        fires_at="remedied_at",
        notifies=APPELLANTS,
    )
    withdraw = Transition(
        Text("撤回申诉", "Withdraw the appeal"),
        source=(draft, lodged, examined, rejected, committee, committee_overdue),
        target=withdrawn,
        by=APPELLANTS,
        guards=(speaks_for_the_entry,),
        needs_comment=True,
        notifies=(Role.ARBITER, Role.ORGANISER),
    )


HOLDING = (
    AppealFlow.lodged,
    AppealFlow.examined,
    AppealFlow.rejected,
    AppealFlow.committee,
    AppealFlow.committee_overdue,
    AppealFlow.upheld,
)
"""The states in which an appeal that came in time suspends the results it is about."""

SECOND_INSTANCE = (AppealFlow.committee, AppealFlow.committee_overdue)
