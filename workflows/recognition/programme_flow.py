"""An enterprise's programme on file (备案): which occupations it assesses, at which levels.

The enterprise fills it in and submits; the bureau accepts it, asks for what is missing, or refuses.  On file it can be suspended
and resumed, and ended for good.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from workflows.recognition.certificate_number import InvalidCertificateNumber, compose
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State, Step, Transition, Workflow


class Programme(Protocol):
    """What a programme must offer for the guards to read."""

    @property
    def permitted(self) -> Collection[tuple[str, int]]:
        """The occupations and levels (digit 5 … 1) asked for."""

    @property
    def arrangements(self) -> str:
        """How the enterprise assesses: organisation, rules, staff, premises."""

    @property
    def agency(self) -> str:
        """Agency code: 0000 where filed in the province."""

    @property
    def province(self) -> str:
        """Two digits, GB/T 2260."""

    @property
    def station(self) -> str:
        """The six digits the province assigns; empty until then."""


def has_scope(programme: Programme, step: Step) -> Text | None:
    return None if programme.permitted else Text("请至少填写一个职业和等级", "Name at least one occupation and level")


def says_how(programme: Programme, step: Step) -> Text | None:
    if programme.arrangements.strip():
        return None
    return Text("请填写组织机构、制度和人员安排", "Describe the organisation, the rules and the staff")


def has_station_code(programme: Programme, step: Step) -> Text | None:
    """A number composed of the codes must be one: without them no certificate could be issued."""
    if not programme.station:
        return Text("请先填写机构（站点）序列码", "Fill in the station code first")
    try:
        compose(kind="Y", agency=programme.agency, province=programme.province, station=programme.station, year=2000, level=5, serial=1)
    except InvalidCertificateNumber as wrong:
        return wrong.reason
    return None


class ProgrammeFlow(Workflow):
    title = Text("评价备案", "Assessment programme")

    draft = State(Text("草稿", "Draft"), editable_by=(Role.CLERK,))
    submitted = State(Text("待审核", "Submitted"), editable_by=(Role.REVIEWER,))
    supplement = State(Text("待补正", "To be supplemented"), editable_by=(Role.CLERK,))
    accepted = State(Text("已备案", "On file"))
    suspended = State(Text("已暂停", "Suspended"))
    refused = State(Text("不予备案", "Refused"), Kind.ENDED)
    withdrawn = State(Text("已撤回", "Withdrawn"), Kind.ENDED)
    ended = State(Text("已注销", "Ended"), Kind.ENDED)

    submit = Transition(
        Text("提交备案", "Submit"), source=(draft,), target=submitted,
        by=(Role.CLERK,), guards=(has_scope, says_how), notifies=(Role.REVIEWER,),
    )
    ask_supplement = Transition(
        Text("要求补正", "Ask for a supplement"), source=(submitted,), target=supplement,
        by=(Role.REVIEWER,), needs_comment=True, notifies=(Role.CLERK,),
    )
    resubmit = Transition(
        Text("补正后提交", "Submit again"), source=(supplement,), target=submitted,
        by=(Role.CLERK,), guards=(has_scope, says_how), notifies=(Role.REVIEWER,),
    )
    accept = Transition(
        Text("同意备案", "Accept"), source=(submitted,), target=accepted,
        by=(Role.REVIEWER,), guards=(has_scope, has_station_code), separate_from=(submit, resubmit), notifies=(Role.CLERK,),
    )
    refuse = Transition(
        Text("不予备案", "Refuse"), source=(submitted,), target=refused, by=(Role.REVIEWER,), needs_comment=True, notifies=(Role.CLERK,),
    )
    suspend = Transition(
        Text("暂停", "Suspend"), source=(accepted,), target=suspended, by=(Role.REVIEWER,), needs_comment=True, notifies=(Role.CLERK,),
    )
    resume = Transition(
        Text("恢复", "Resume"), source=(suspended,), target=accepted,
        by=(Role.REVIEWER,), needs_comment=True, notifies=(Role.CLERK,),
    )
    end = Transition(
        Text("注销", "End"), source=(accepted, suspended), target=ended, by=(Role.REVIEWER,), needs_comment=True, notifies=(Role.CLERK,),
    )
    withdraw = Transition(
        Text("撤回", "Withdraw"), source=(draft, submitted, supplement), target=withdrawn,
        by=(Role.CLERK,), needs_comment=True, notifies=(Role.REVIEWER,),
    )
