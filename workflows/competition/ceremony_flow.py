"""An award ceremony: prepared, revealed step by step, over.  The steps themselves are no transitions; they only go forth and back.

Once everything is revealed it ends with the results before the public, or without; which of the two is the organiser's to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from workflows.roles import Role
from workflows.text import Text, joined
from workflows.workflow import Kind, State, Step, Transition, Workflow


class Ceremony(Protocol):
    """What a ceremony must offer for the guards to read."""

    @property
    def undecided_skills(self) -> Iterable[str]:
        """Skills in it that are not decoded yet."""

    @property
    def has_winners(self) -> bool:
        """Somebody in it won an award."""

    @property
    def steps_left(self) -> int:
        """How many scenes were not stepped to yet."""

    @property
    def release_problems(self) -> Iterable[Text]:
        """Why its results cannot go before the public: an appeal that holds them, another ceremony over them, nothing left to publish."""


def results_are_decoded(ceremony: Ceremony, step: Step) -> Text | None:
    names = list(ceremony.undecided_skills)
    if not names:
        return None
    return joined([Text("「{name}」尚未解密", "“{name}” is not decoded yet").format(name=name) for name in names])


def somebody_won(ceremony: Ceremony, step: Step) -> Text | None:
    return None if ceremony.has_winners else Text("没有可以揭晓的奖项", "There is no award to reveal")


def everything_is_revealed(ceremony: Ceremony, step: Step) -> Text | None:
    if ceremony.steps_left:
        return Text("还有 {n} 步没有揭晓", "{n} steps are still to be revealed").format(n=ceremony.steps_left)
    return None


def results_can_be_published(ceremony: Ceremony, step: Step) -> Text | None:
    problems = list(ceremony.release_problems)
    return joined(problems) if problems else None


class CeremonyFlow(Workflow):
    title = Text("颁奖揭晓", "Ceremony")

    prepared = State(Text("待开始", "Prepared"), editable_by=(Role.ORGANISER,))
    running = State(Text("进行中", "Under way"), editable_by=(Role.ORGANISER,))
    over = State(Text("已结束", "Over"), Kind.DONE)
    called_off = State(Text("已取消", "Called off"), Kind.ENDED)

    start = Transition(
        Text("开始揭晓", "Begin"),
        source=(prepared,),
        target=running,
        by=(Role.ORGANISER,),
        guards=(results_are_decoded, somebody_won),
    )
    release = Transition(
        Text("结束揭晓并公示成绩", "End and publish the results"),
        source=(running,),
        target=over,
        by=(Role.ORGANISER,),
        guards=(everything_is_revealed, results_can_be_published),
    )
    finish = Transition(
        Text("结束揭晓，暂不公示", "End without publishing"),
        source=(running,),
        target=over,
        by=(Role.ORGANISER,),
        guards=(everything_is_revealed,),
    )
    call_off = Transition(
        Text("取消揭晓", "Call off"), source=(prepared, running), target=called_off, by=(Role.ORGANISER,), needs_comment=True
    )
