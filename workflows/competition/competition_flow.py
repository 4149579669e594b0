"""A competition, from the plan to the archive.  Its skills are drawn, marked and decided each on its own (`skill_flow`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from workflows.roles import Role
from workflows.text import Text, joined
from workflows.workflow import Kind, State, Step, Transition, Workflow


class Competition(Protocol):
    """What a competition must offer for the guards and the clock to read."""

    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    starts_at: datetime | None

    @property
    def plan_problems(self) -> Iterable[Text]:
        """What is missing in the plans of the skills: weights, prizes, occupations …"""

    @property
    def has_skill(self) -> bool:
        """At least one skill is planned and not cancelled."""

    @property
    def unfinished_skills(self) -> Iterable[str]:
        """The names of skills that are neither final nor cancelled."""


def has_a_skill(competition: Competition, step: Step) -> Text | None:
    return None if competition.has_skill else Text("还没有赛项", "No skill is planned yet")


def plan_is_complete(competition: Competition, step: Step) -> Text | None:
    problems = list(competition.plan_problems)
    return joined(problems) if problems else None


def dates_are_in_order(competition: Competition, step: Step) -> Text | None:
    opens, closes, starts = competition.registration_opens_at, competition.registration_closes_at, competition.starts_at
    if opens is None or closes is None or starts is None:
        return Text("请填写报名起止和开赛时间", "Say when registration opens and closes and when the competition starts")
    if not opens < closes <= starts:
        return Text("报名开始应早于截止，截止不晚于开赛", "Registration must open before it closes, and close before the start")
    return None


def every_skill_is_decided(competition: Competition, step: Step) -> Text | None:
    names = list(competition.unfinished_skills)
    if names:
        return Text("赛项尚未定榜：{names}", "These skills are not final: {names}").format(names="、".join(names))
    return None


class CompetitionFlow(Workflow):
    title = Text("竞赛", "Competition")

    draft = State(Text("筹备", "Being planned"), editable_by=(Role.ORGANISER,))
    submitted = State(Text("待立项审批", "Submitted for approval"))
    approved = State(Text("已立项", "Approved"), editable_by=(Role.ORGANISER,))
    announced = State(Text("已发布", "Announced"))
    registration = State(Text("报名中", "Registration open"))
    registration_closed = State(Text("报名截止", "Registration closed"))
    under_way = State(Text("比赛中", "Under way"))
    final = State(Text("成绩已定", "Results final"))
    archived = State(Text("已归档", "Archived"), Kind.DONE)
    refused = State(Text("不予立项", "Not approved"), Kind.ENDED)
    cancelled = State(Text("已取消", "Cancelled"), Kind.ENDED)

    submit = Transition(
        Text("提交立项", "Submit for approval"),
        source=(draft,),
        target=submitted,
        by=(Role.ORGANISER,),
        guards=(has_a_skill, plan_is_complete, dates_are_in_order),
        notifies=(Role.REVIEWER,),
    )
    send_back = Transition(
        Text("退回修改", "Send back"),
        source=(submitted,),
        target=draft,
        by=(Role.REVIEWER,),
        needs_comment=True,
        notifies=(Role.ORGANISER,),
    )
    approve = Transition(
        Text("同意立项", "Approve"),
        source=(submitted,),
        target=approved,
        by=(Role.REVIEWER,),
        separate_from=(submit,),
        notifies=(Role.ORGANISER,),
    )
    refuse = Transition(
        Text("不予立项", "Refuse"), source=(submitted,), target=refused, by=(Role.REVIEWER,), needs_comment=True, notifies=(Role.ORGANISER,)
    )
    announce = Transition(
        Text("发布竞赛", "Announce"),
        source=(approved,),
        target=announced,
        by=(Role.ORGANISER,),
        guards=(has_a_skill, plan_is_complete, dates_are_in_order),
        notifies=(Role.TEAM_LEADER,),
    )
    open_registration = Transition(
        Text("开始报名", "Registration opens"),
        source=(announced,),
        target=registration,
        by=(Role.CLOCK,),
        fires_at="registration_opens_at",
    )
    close_registration = Transition(
        Text("报名截止", "Registration closes"),
        source=(registration,),
        target=registration_closed,
        by=(Role.CLOCK,),
        fires_at="registration_closes_at",
        notifies=(Role.ORGANISER,),
    )
    start = Transition(Text("开赛", "Start"), source=(registration_closed,), target=under_way, by=(Role.ORGANISER,), guards=(has_a_skill,))
    conclude = Transition(
        Text("竞赛结束", "Conclude"),
        source=(under_way,),
        target=final,
        by=(Role.ORGANISER,),
        guards=(every_skill_is_decided,),
        notifies=(Role.REVIEWER,),
    )
    archive = Transition(Text("归档", "Archive"), source=(final,), target=archived, by=(Role.ORGANISER, Role.REVIEWER))
    cancel = Transition(
        Text("取消竞赛", "Cancel"),
        source=(draft, submitted, approved, announced, registration, registration_closed, under_way),
        target=cancelled,
        by=(Role.ORGANISER, Role.REVIEWER),
        needs_comment=True,
        notifies=(Role.ORGANISER, Role.COMPETITOR, Role.TEAM_LEADER, Role.CHIEF_JUDGE),
    )
