"""One direct recognition (直接认定), from the enterprise's draft to the certificate.

The clerk names the ground and attaches its evidence; at least three assessors vote, each with a reason; the list is before the
public; when the period ends without an objection, the clock issues the certificate.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from workflows.ladder import SkillLevel
from workflows.recognition import direct
from workflows.recognition.direct import Ground, Held, Vote
from workflows.roles import Role
from workflows.text import Text, joined
from workflows.workflow import Kind, State, Step, Transition, Workflow

OTHER_EMPLOYER = Text("登记的工作单位不是本企业", "The register names another employer")
_CHINA = ZoneInfo("Asia/Shanghai")


class Case(Protocol):
    """What the conditions read: of a recognition, and of a row of a spreadsheet that may become one."""

    @property
    def ground(self) -> Ground: ...

    @property
    def occupation_code(self) -> str: ...

    @property
    def skill_level(self) -> SkillLevel: ...

    @property
    def candidate_id(self) -> int:
        """The person to be recognised."""

    @property
    def is_own_worker(self) -> bool:
        """The register says that the candidate works for this enterprise."""

    @property
    def employed_since(self) -> date | None: ...

    @property
    def is_front_line(self) -> bool: ...

    @property
    def award_level(self) -> SkillLevel | None:
        """The level the competition's award leads to; None where the award is proved by a document only."""

    @property
    def is_award_withdrawn(self) -> bool:
        """The award it rests on was taken back."""

    @property
    def held(self) -> Sequence[Held]:
        """The certificates of level the candidate holds."""

    @property
    def is_programme_on_file(self) -> bool: ...

    @property
    def permitted(self) -> Collection[tuple[str, int]]:
        """Occupations and levels of the programme."""

    @property
    def certificates_a_year(self) -> int: ...


class DirectRecognition(Case, Protocol):
    """What a recognition must offer beyond that for the guards and the clock to read."""

    @property
    def evidence_kinds(self) -> Collection[str]: ...

    @property
    def panel_minimum(self) -> int: ...

    @property
    def votes(self) -> Sequence[Vote]:
        """The votes of the present round."""

    @property
    def prepared_by(self) -> Collection[int]:
        """The accounts that wrote or submitted it."""

    @property
    def publicity_ends_at(self) -> datetime | None: ...

    @property
    def has_open_objection(self) -> bool: ...

    @property
    def has_upheld_objection(self) -> bool:
        """An objection to the notice was upheld, and nobody has said that it does not concern this one."""


class Assessor(Protocol):
    """Who votes."""

    @property
    def account_id(self) -> int | None: ...

    @property
    def person_id(self) -> int | None: ...


# --- the guards -----------------------------------------------------------------------------------------------------


def is_within_the_programme(recognition: Case, step: Step) -> Text | None:
    if not recognition.is_programme_on_file:
        return Text("本企业的评价备案未生效或已暂停", "The enterprise's programme is not on file, or is suspended")
    if (recognition.occupation_code, recognition.skill_level.digit) not in recognition.permitted:
        return Text("该职业的{level}不在备案范围内", "{level} in this occupation is outside the programme on file").format(
            level=recognition.skill_level.title
        )
    return None


def is_the_enterprises_worker(recognition: Case, step: Step) -> Text | None:
    return None if recognition.is_own_worker else OTHER_EMPLOYER


def the_ground_gives_the_level(recognition: Case, step: Step) -> Text | None:
    return direct.level_refusal(recognition.ground, recognition.skill_level)


def the_candidate_fits_the_ground(recognition: Case, step: Step) -> Text | None:
    ground = recognition.ground
    if ground.needs_front_line and not recognition.is_front_line:
        return Text("“{ground}”须为一线职工", "“{ground}” needs a front-line worker").format(ground=ground.title)
    is_new = direct.is_newly_hired(recognition.employed_since, step.now.astimezone(_CHINA).date())
    if ground.needs_new_or_ungraded and recognition.held and not is_new:
        return Text(
            "“{ground}”须为新招录（入职 {months} 个月内）或未取得任何等级的职工",
            "“{ground}” needs somebody hired within {months} months, or without any level",
        ).format(ground=ground.title, months=direct.NEW_FOR_MONTHS.value)
    return None


def the_award_supports_it(recognition: Case, step: Step) -> Text | None:
    if not recognition.ground.needs_award:
        return None
    if recognition.is_award_withdrawn:
        return Text("所依据的获奖已被撤回", "The award it rests on has been taken back")
    if recognition.award_level is not None and not recognition.award_level.is_at_least(recognition.skill_level):
        return Text("该奖项只能晋升到{award}", "The award leads to {award} only").format(award=recognition.award_level.title)
    return None


def is_not_held_already(recognition: Case, step: Step) -> Text | None:
    return direct.held_refusal(recognition.held, recognition.occupation_code, recognition.skill_level)


def keeps_the_yearly_limit(recognition: Case, step: Step) -> Text | None:
    return direct.yearly_refusal(recognition.held, recognition.certificates_a_year, step.now.astimezone(_CHINA).year)


def has_its_evidence(recognition: DirectRecognition, step: Step) -> Text | None:
    missing = direct.missing_evidence(recognition.ground, recognition.evidence_kinds)
    if missing:
        return Text("缺少材料：{missing}", "Evidence is missing: {missing}").format(missing=joined([it.title for it in missing]))
    return None


def enough_have_voted(recognition: DirectRecognition, step: Step) -> Text | None:
    votes = direct.count(recognition.votes, recognition.panel_minimum)
    if not votes.is_complete:
        return Text("评审表决 {n} 票，至少需要 {needed} 票", "{n} assessors have voted; at least {needed} must").format(
            n=votes.in_favour + votes.against, needed=votes.needed
        )
    return None


def most_are_in_favour(recognition: DirectRecognition, step: Step) -> Text | None:
    votes = direct.count(recognition.votes, recognition.panel_minimum)
    if votes.is_complete and not votes.has_majority:
        return Text("同意 {yes} 票、不同意 {no} 票，未过半数", "{yes} for and {no} against: no majority").format(
            yes=votes.in_favour, no=votes.against
        )
    return None


def most_are_not_in_favour(recognition: DirectRecognition, step: Step) -> Text | None:
    votes = direct.count(recognition.votes, recognition.panel_minimum)
    if votes.is_complete and votes.has_majority:
        return Text("同意 {yes} 票、不同意 {no} 票，已过半数", "{yes} for and {no} against: the majority is in favour").format(
            yes=votes.in_favour, no=votes.against
        )
    return None


def is_no_party_to_it(recognition: DirectRecognition, step: Step) -> Text | None:
    return conflict(recognition, step.actor)


def is_on_a_notice(recognition: DirectRecognition, step: Step) -> Text | None:
    return None if recognition.publicity_ends_at else Text("尚未列入公示", "No notice names it yet")


def no_objection_stands(recognition: DirectRecognition, step: Step) -> Text | None:
    if recognition.has_open_objection:
        return Text("有异议正在处理，公示结果暂缓", "An objection is being examined; the outcome of the publicity is held")
    if recognition.has_upheld_objection:
        return Text(
            "公示名单有异议成立，须由人社经办认定是否与其有关",
            "An objection to the list was upheld: the reviewer must say whether it concerns this one",
        )
    return None


def an_objection_was_upheld(recognition: DirectRecognition, step: Step) -> Text | None:
    return None if recognition.has_upheld_objection else Text("没有成立的异议", "No objection was upheld")


# --- what is asked outside a transition -----------------------------------------------------------------------------


def conflict(recognition: DirectRecognition, assessor: Assessor | None) -> Text | None:
    """Why *assessor* must keep away from this decision, if so."""
    if assessor is None:
        return None
    if assessor.person_id is not None and assessor.person_id == recognition.candidate_id:
        return Text("回避：申报人不能评审自己", "Conflict of interest: nobody assesses themselves")
    if assessor.account_id in recognition.prepared_by:
        return Text("回避：填报或提交的人不能参加评审", "Conflict of interest: whoever wrote or submitted it takes no part in the panel")
    return None


def vote_refusals(recognition: DirectRecognition, state: State, assessor: Assessor, reason: str) -> list[Text]:
    """Why *assessor* may not vote on this now."""
    if state is not DirectFlow.submitted:
        return [Text("现在是「{state}」，不能表决", "It is now “{state}”; there is nothing to vote on").format(state=state.title)]
    reasons = [why] if (why := conflict(recognition, assessor)) else []
    if not reason.strip():
        reasons.append(Text("请写明表决理由", "Give the reason for the vote"))
    return reasons


CONDITIONS = (
    is_within_the_programme,
    is_the_enterprises_worker,
    the_ground_gives_the_level,
    the_candidate_fits_the_ground,
    the_award_supports_it,
    is_not_held_already,
    keeps_the_yearly_limit,
)
"""What must be true from the first to the last step; asked again at each, because much can happen in between."""


def verdict(recognition: Case, step: Step) -> list[Text]:
    """Every condition that *recognition* does not meet, evidence apart: what an import says about a row."""
    return [reason for condition in CONDITIONS if (reason := condition(recognition, step)) is not None]


class DirectFlow(Workflow):
    title = Text("直接认定", "Direct recognition")

    draft = State(Text("草稿", "Draft"), editable_by=(Role.CLERK,))
    submitted = State(Text("待评审", "Before the panel"))
    returned = State(Text("退回补正", "Returned for correction"), editable_by=(Role.CLERK,))
    passed = State(Text("评审通过", "Passed by the panel"))
    publicity = State(Text("公示中", "Before the public"), is_publicity=True)
    issued = State(Text("已发证", "Certificate issued"), Kind.DONE)
    rejected = State(Text("不予认定", "Not recognised"), Kind.ENDED)
    withdrawn = State(Text("已撤回", "Withdrawn"), Kind.ENDED)

    submit = Transition(
        Text("提交评审", "Submit to the panel"),
        source=(draft,),
        target=submitted,
        by=(Role.CLERK,),
        guards=(*CONDITIONS, has_its_evidence),
        notifies=(Role.ASSESSOR,),
    )
    resubmit = Transition(
        Text("补正后提交", "Submit again"),
        source=(returned,),
        target=submitted,
        by=(Role.CLERK,),
        guards=(*CONDITIONS, has_its_evidence),
        notifies=(Role.ASSESSOR,),
    )
    decide = Transition(
        Text("评审通过", "Pass"),
        source=(submitted,),
        target=passed,
        by=(Role.ASSESSOR,),
        guards=(is_no_party_to_it, *CONDITIONS, has_its_evidence, enough_have_voted, most_are_in_favour),
        separate_from=(submit, resubmit),
        notifies=(Role.CLERK,),
    )
    reject = Transition(
        Text("评审不通过", "Do not pass"),
        source=(submitted,),
        target=rejected,
        by=(Role.ASSESSOR,),
        guards=(is_no_party_to_it, enough_have_voted, most_are_not_in_favour),
        separate_from=(submit, resubmit),
        needs_comment=True,
        notifies=(Role.CLERK,),
    )
    open_publicity = Transition(
        Text("列入公示", "Put before the public"),
        source=(passed,),
        target=publicity,
        by=(Role.CLERK,),
        guards=(is_on_a_notice,),
        notifies=(Role.REVIEWER,),
    )
    issue = Transition(
        Text("公示期满，发证", "Publicity ends; issue the certificate"),
        source=(publicity,),
        target=issued,
        by=(Role.CLOCK,),
        fires_at="publicity_ends_at",
        guards=(no_objection_stands, *CONDITIONS),
        notifies=(Role.CLERK, Role.APPLICANT),
    )
    set_objection_aside = Transition(
        Text("异议与其无关，继续公示", "The objection does not concern it"),
        source=(publicity,),
        target=publicity,
        by=(Role.REVIEWER,),
        guards=(an_objection_was_upheld,),
        needs_comment=True,
    )
    send_back = Transition(
        Text("退回补正", "Return for correction"),
        source=(submitted, passed, publicity),
        target=returned,
        by=(Role.ASSESSOR, Role.REVIEWER),
        needs_comment=True,
        notifies=(Role.CLERK,),
    )
    overrule = Transition(
        Text("不予认定", "Refuse"),
        source=(passed, publicity),
        target=rejected,
        by=(Role.REVIEWER,),
        needs_comment=True,
        notifies=(Role.CLERK,),
    )
    withdraw = Transition(
        Text("撤回", "Withdraw"),
        source=(draft, submitted, returned, passed, publicity),
        target=withdrawn,
        by=(Role.CLERK,),
        needs_comment=True,
    )


IN_HAND = tuple(state for state in DirectFlow.states.values() if state.kind is Kind.OPEN)
"""The states in which a recognition is still on its way; a person has one such row for an occupation and level at most."""
