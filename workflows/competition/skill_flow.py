"""One skill (赛项) of a competition: drawn, marked, tallied, decoded, published, final.

Names meet marks only at the decoding: the chief judge asks for it, the arbiter opens the codes layer by layer, and neither of the two
tallied or drew.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

from workflows.roles import Role
from workflows.text import Text, joined
from workflows.workflow import Kind, State, Step, Transition, Workflow


class Skill(Protocol):
    """What a skill must offer for the guards and the clock to read."""

    publicity_ends_at: datetime | None
    called_off_at: datetime | None

    def draw_problems(self, actor: Any) -> Iterable[Text]:
        """Why the actor cannot draw the seats: no seed committed to, another's layer, the layer beneath not sealed."""

    def has_drawn(self, actor: Any) -> bool:
        """The actor drew one of the layers of codes."""

    @property
    def unsealed_layers(self) -> Iterable[Text]:
        """Layers of codes that were drawn and not sealed before a witness."""

    @property
    def unopened_layers(self) -> Iterable[Text]:
        """Layers of codes that nobody has opened."""

    def is_registration_over_at(self, now: datetime) -> bool:
        """Nobody can enter any more, whether or not the clock has come round to it."""

    @property
    def entries_not_checked_in(self) -> int:
        """Accepted entries that are neither checked in nor marked absent."""

    @property
    def has_competitors(self) -> bool:
        """At least one entry is checked in."""

    @property
    def all_seated(self) -> bool:
        """Every checked-in entry has drawn its seat code."""

    @property
    def scheme_problems(self) -> Iterable[Text]:
        """What is wrong with the marking scheme: none chosen, sum not 100.00 …"""

    @property
    def has_judges(self) -> bool:
        """A panel is appointed."""

    @property
    def marking_problems(self) -> Iterable[Text]:
        """Sheets not locked, theory results missing."""

    @property
    def recheck_problems(self) -> Iterable[Text]:
        """A recheck that is due and has not begun, or that is not finished."""

    @property
    def wrong_sheets(self) -> Iterable[int]:
        """Sheets that the recheck found wrong and sends back."""

    @property
    def unresolved_ties(self) -> Iterable[Text]:
        """Shared places that the rules of this skill do not allow."""

    @property
    def has_open_objection(self) -> bool:
        """An objection to the published list is being examined."""

    @property
    def has_upheld_objection(self) -> bool:
        """An objection was upheld and the results have not been revised since."""

    @property
    def holds(self) -> Iterable[Text]:
        """Appeals and revisions that suspend the results, each as the reason why they are held."""

    @property
    def open_revisions(self) -> Iterable[str]:
        """The numbers of revisions of its results that are not finished."""

    @property
    def appeals_close_at(self) -> datetime | None:
        """When the window for appeals closes; None while its clock has not started."""


def registration_is_over(skill: Skill, step: Step) -> Text | None:
    return None if skill.is_registration_over_at(step.now) else Text("报名尚未截止", "Registration is still open")


def seats_can_be_drawn(skill: Skill, step: Step) -> Text | None:
    problems = list(skill.draw_problems(step.actor))
    return joined(problems) if problems else None


def codes_are_sealed(skill: Skill, step: Step) -> Text | None:
    unsealed = list(skill.unsealed_layers)
    if not unsealed:
        return None
    return Text("编码尚未见证封存：{titles}", "Codes not sealed before a witness: {titles}").format(titles=joined(unsealed))


def layers_are_open(skill: Skill, step: Step) -> Text | None:
    unopened = list(skill.unopened_layers)
    if not unopened:
        return None
    return Text("尚未逐层打开：{titles}", "Not opened yet: {titles}").format(titles=joined(unopened))


def drew_no_codes(skill: Skill, step: Step) -> Text | None:
    return Text("抽过编码的人不能参与解密", "Whoever drew codes takes no part in the decoding") if skill.has_drawn(step.actor) else None


def everybody_is_checked(skill: Skill, step: Step) -> Text | None:
    if skill.entries_not_checked_in:
        return Text("还有 {n} 个参赛单元未检录也未登记缺席", "{n} entries are neither checked in nor marked absent").format(
            n=skill.entries_not_checked_in
        )
    return None


def has_competitors(skill: Skill, step: Step) -> Text | None:
    return None if skill.has_competitors else Text("没有已检录的选手", "Nobody is checked in")


def all_have_seats(skill: Skill, step: Step) -> Text | None:
    return None if skill.all_seated else Text("还有选手没有赛位号，请先抽签", "Somebody has no seat code; draw first")


def scheme_is_sound(skill: Skill, step: Step) -> Text | None:
    problems = list(skill.scheme_problems)
    return joined(problems) if problems else None


def has_judges(skill: Skill, step: Step) -> Text | None:
    return None if skill.has_judges else Text("尚未指派评分裁判", "No judges are appointed yet")


def marking_is_complete(skill: Skill, step: Step) -> Text | None:
    problems = list(skill.marking_problems)
    return joined(problems) if problems else None


def recheck_found_errors(skill: Skill, step: Step) -> Text | None:
    return None if skill.wrong_sheets else Text("复核未发现错误", "The recheck found nothing wrong")


def recheck_is_done(skill: Skill, step: Step) -> Text | None:
    problems = list(skill.recheck_problems)
    return joined(problems) if problems else None


def ties_are_resolved(skill: Skill, step: Step) -> Text | None:
    ties = list(skill.unresolved_ties)
    return joined(ties) if ties else None


def has_a_notice(skill: Skill, step: Step) -> Text | None:
    return None if skill.publicity_ends_at else Text("尚未生成公示名单", "No public list has been drawn up yet")


def no_objection_stands(skill: Skill, step: Step) -> Text | None:
    if skill.has_open_objection:
        return Text("有异议正在处理，公示结果暂缓", "An objection is being examined; the outcome is held")
    if skill.has_upheld_objection:
        return Text("异议成立，须先更正成绩", "An objection was upheld; the results must be corrected first")
    return None


def nothing_holds_the_results(skill: Skill, step: Step) -> Text | None:
    holds = list(skill.holds)
    return joined(holds) if holds else None


def no_revision_is_open(skill: Skill, step: Step) -> Text | None:
    numbers = "、".join(skill.open_revisions)
    if numbers:
        return Text("成绩更正 {numbers} 正在办理", "The results are being revised: {numbers}").format(numbers=numbers)
    return None


def window_for_appeals_is_closed(skill: Skill, step: Step) -> Text | None:
    if skill.appeals_close_at is not None and step.now < skill.appeals_close_at:
        return Text("申诉时限未到", "Appeals may still be lodged")
    return None


class SkillFlow(Workflow):
    title = Text("赛项", "Skill")

    planned = State(Text("待抽签", "Before the draw"), editable_by=(Role.ORGANISER,))
    drawn = State(Text("已抽签", "Drawn"))
    marking = State(Text("评分中", "Being marked"))
    provisional = State(Text("成绩汇总（未解密）", "Tallied, still coded"))
    decoding = State(Text("解密中", "Being decoded"))
    decoded = State(Text("已解密", "Decoded"))
    publicity = State(Text("成绩公示中", "Results before the public"), is_publicity=True)
    final = State(Text("成绩已定", "Final"), Kind.DONE)
    cancelled = State(Text("已取消", "Cancelled"), Kind.ENDED)

    draw = Transition(
        Text("抽签加密", "Draw"),
        source=(planned,),
        target=drawn,
        by=(Role.ENCRYPTION_JUDGE,),
        guards=(registration_is_over, seats_can_be_drawn, everybody_is_checked, has_competitors),
        notifies=(Role.CHIEF_JUDGE,),
    )
    start_marking = Transition(
        Text("开始评分", "Start marking"),
        source=(drawn,),
        target=marking,
        by=(Role.CHIEF_JUDGE,),
        guards=(all_have_seats, codes_are_sealed, scheme_is_sound, has_judges),
        notifies=(Role.JUDGE,),
    )
    tally = Transition(
        Text("汇总成绩", "Tally"),
        source=(marking,),
        target=provisional,
        by=(Role.SCORER,),
        guards=(marking_is_complete,),
        notifies=(Role.CHIEF_JUDGE, Role.ARBITER),
    )
    resume_marking = Transition(
        Text("退回评分", "Back to marking"),
        source=(provisional, decoding, decoded, publicity),
        target=marking,
        by=(Role.CHIEF_JUDGE,),
        guards=(no_revision_is_open,),
        needs_comment=True,
        notifies=(Role.JUDGE, Role.SCORER),
    )
    send_back = Transition(
        Text("复核退回更正", "Sent back by the recheck"),
        source=(provisional,),
        target=marking,
        by=(Role.ARBITER,),
        guards=(recheck_found_errors,),
        needs_comment=True,
        notifies=(Role.CHIEF_JUDGE, Role.JUDGE, Role.SCORER),
    )
    request_decoding = Transition(
        Text("提请解密", "Ask for the decoding"),
        source=(provisional,),
        target=decoding,
        by=(Role.CHIEF_JUDGE,),
        guards=(drew_no_codes, recheck_is_done, ties_are_resolved),
        separate_from=(tally, draw),
        notifies=(Role.ARBITER,),
    )
    decode = Transition(
        Text("解密", "Decode"),
        source=(decoding,),
        target=decoded,
        by=(Role.ARBITER,),
        guards=(drew_no_codes, layers_are_open),
        separate_from=(tally, draw, request_decoding),
        notifies=(Role.ORGANISER,),
    )
    publish = Transition(
        Text("公示成绩", "Publish"),
        source=(decoded,),
        target=publicity,
        by=(Role.ORGANISER,),
        guards=(has_a_notice, nothing_holds_the_results),
        notifies=(Role.COMPETITOR, Role.TEAM_LEADER),
    )
    finalise = Transition(
        Text("公示期满，成绩确定", "Publicity ends, results stand"),
        source=(publicity,),
        target=final,
        by=(Role.CLOCK,),
        fires_at="publicity_ends_at",
        guards=(no_objection_stands, nothing_holds_the_results, window_for_appeals_is_closed),
        notifies=(Role.COMPETITOR, Role.ORGANISER),
    )
    cancel = Transition(
        Text("取消赛项", "Cancel this skill"),
        source=(planned, drawn, marking, provisional, decoding, decoded, publicity),
        target=cancelled,
        by=(Role.ORGANISER,),
        needs_comment=True,
        notifies=(Role.COMPETITOR, Role.TEAM_LEADER, Role.CHIEF_JUDGE),
    )
    call_off = Transition(
        Text("随竞赛取消", "Cancelled with the competition"),
        source=(planned, drawn, marking, provisional, decoding, decoded, publicity),
        target=cancelled,
        by=(Role.CLOCK,),
        fires_at="called_off_at",
    )


CODED = (SkillFlow.drawn, SkillFlow.marking, SkillFlow.provisional, SkillFlow.decoding)
"""The states in which a competitor is a code and nothing else."""
