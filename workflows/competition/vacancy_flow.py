"""A judge is missing: who scores in their place, or how the panel goes on with fewer.  Never silently."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from workflows.competition.panels import PanelRules
from workflows.competition.seating import VacancyRule, allows
from workflows.roles import Role
from workflows.text import Text, joined
from workflows.workflow import Kind, State, Step, Transition, Workflow


class Vacancy(Protocol):
    """What a vacancy must offer for the guards to read."""

    @property
    def rules(self) -> PanelRules:
        """The skill's rules for its panel."""

    @property
    def has_coordinator(self) -> bool:
        """Somebody coordinates, and can stand in."""

    @property
    def successor_problems(self) -> Iterable[Text]:
        """Why the judge named cannot take the seat, or that none is named."""

    @property
    def seats_left(self) -> int:
        """How many judges would score without this one."""

    @property
    def is_marking_over(self) -> bool:
        """The skill has been tallied."""


def marking_is_not_over(vacancy: Vacancy, step: Step) -> Text | None:
    return Text("成绩已汇总，不能再改", "The marks are tallied; it cannot change any more") if vacancy.is_marking_over else None


def a_successor_is_named(vacancy: Vacancy, step: Step) -> Text | None:
    problems = list(vacancy.successor_problems)
    return joined(problems) if problems else None


def rule_allows_a_substitute(vacancy: Vacancy, step: Step) -> Text | None:
    if not allows(vacancy.rules.vacancy, VacancyRule.SUBSTITUTE):
        return Text("本赛项规则：{rule}", "The rule of this skill: {rule}").format(rule=vacancy.rules.vacancy.title)
    return None if vacancy.has_coordinator else Text("裁判组没有协调裁判", "Nobody on the panel coordinates")


def rule_allows_fewer(vacancy: Vacancy, step: Step) -> Text | None:
    if not allows(vacancy.rules.vacancy, VacancyRule.FEWER):
        return Text("本赛项规则：{rule}", "The rule of this skill: {rule}").format(rule=vacancy.rules.vacancy.title)
    if vacancy.seats_left < vacancy.rules.least:
        return Text("只剩 {n} 名裁判，少于最低 {least} 名", "{n} judges would be left, fewer than the least of {least}").format(
            n=vacancy.seats_left, least=vacancy.rules.least
        )
    return None


class VacancyFlow(Workflow):
    title = Text("裁判缺席", "Missing judge")

    vacant = State(Text("席位空缺", "Seat vacant"), editable_by=(Role.CHIEF_JUDGE,))
    asked = State(Text("申请免评", "Fewer judges asked for"))
    handed_over = State(Text("已由他人接替", "Taken by another judge"), Kind.DONE)
    substituted = State(Text("协调裁判替补", "The coordinating judge scores"), Kind.SETTLED)
    waived = State(Text("经批准免评", "Fewer judges, approved"), Kind.SETTLED)
    ended = State(Text("裁判已返回", "The judge is back"), Kind.DONE)

    hand_over = Transition(
        Text("由所选裁判接替", "Hand the seat over"),
        source=(vacant,),
        target=handed_over,
        by=(Role.CHIEF_JUDGE,),
        guards=(marking_is_not_over, a_successor_is_named),
        notifies=(Role.ARBITER, Role.ORGANISER),
    )
    substitute = Transition(
        Text("由协调裁判替补", "Let the coordinating judge score"),
        source=(vacant,),
        target=substituted,
        by=(Role.CHIEF_JUDGE,),
        guards=(marking_is_not_over, rule_allows_a_substitute),
        notifies=(Role.ARBITER,),
    )
    ask_fewer = Transition(
        Text("申请少一名裁判评分", "Ask to go on with fewer judges"),
        source=(vacant,),
        target=asked,
        by=(Role.CHIEF_JUDGE,),
        guards=(marking_is_not_over, rule_allows_fewer),
        needs_comment=True,
        notifies=(Role.ARBITER,),
    )
    approve_fewer = Transition(
        Text("批准少一名裁判评分", "Approve fewer judges"),
        source=(asked,),
        target=waived,
        by=(Role.ARBITER,),
        guards=(marking_is_not_over, rule_allows_fewer),
        needs_comment=True,
        separate_from=(ask_fewer,),
        notifies=(Role.CHIEF_JUDGE,),
    )
    decline_fewer = Transition(
        Text("不予批准", "Decline"),
        source=(asked,),
        target=vacant,
        by=(Role.ARBITER,),
        needs_comment=True,
        notifies=(Role.CHIEF_JUDGE,),
    )
    come_back = Transition(
        Text("裁判返回", "The judge is back"),
        source=(vacant, substituted, waived),
        target=ended,
        by=(Role.CHIEF_JUDGE,),
        guards=(marking_is_not_over,),
        needs_comment=True,
    )
