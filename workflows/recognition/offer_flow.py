"""The offer of a level to a competition's winner (以赛代评), made to the enterprise that employs them.

The offer only opens the way: the level itself comes by a direct recognition with its panel and its publicity.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from workflows.ladder import SkillLevel
from workflows.recognition import direct
from workflows.recognition.direct import Held
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State, Step, Transition, Workflow


class Offer(Protocol):
    """What an offer must offer for the guards and the clock to read."""

    @property
    def occupation_code(self) -> str: ...

    @property
    def skill_level(self) -> SkillLevel: ...

    @property
    def permitted_now(self) -> Collection[tuple[str, int]]:
        """Occupations and levels of the employer's programmes on file."""

    @property
    def held(self) -> Collection[Held]:
        """The certificates of level the winner holds."""

    @property
    def has_other_in_hand(self) -> bool:
        """A direct recognition of the same person, occupation and level is on its way already."""

    @property
    def lapses_at(self) -> datetime | None:
        """When the award was taken back; None while it stands."""


def a_programme_covers_it(offer: Offer, step: Step) -> Text | None:
    if (offer.occupation_code, offer.skill_level.digit) in offer.permitted_now:
        return None
    return Text("本企业备案范围不含该职业的{level}", "No programme of the enterprise covers {level} in this occupation").format(
        level=offer.skill_level.title
    )


def is_not_held_already(offer: Offer, step: Step) -> Text | None:
    return direct.held_refusal(offer.held, offer.occupation_code, offer.skill_level)


def nothing_is_in_hand(offer: Offer, step: Step) -> Text | None:
    if offer.has_other_in_hand:
        return Text("该职工同职业同等级的直接认定正在办理", "A direct recognition of this level is already on its way")
    return None


class OfferFlow(Workflow):
    title = Text("以赛代评", "Level by competition")

    proposed = State(Text("待企业确认", "Waiting for the enterprise"))
    accepted = State(Text("已转直接认定", "Taken up"), Kind.DONE)
    declined = State(Text("不予办理", "Declined"), Kind.ENDED)
    lapsed = State(Text("已失效", "Lapsed"), Kind.ENDED)

    accept = Transition(
        Text("转为直接认定", "Take up"),
        source=(proposed,),
        target=accepted,
        by=(Role.CLERK,),
        guards=(a_programme_covers_it, is_not_held_already, nothing_is_in_hand),
    )
    decline = Transition(
        Text("不办理", "Decline"),
        source=(proposed,),
        target=declined,
        by=(Role.CLERK,),
        needs_comment=True,
        notifies=(Role.REVIEWER,),
    )
    lapse = Transition(
        Text("获奖已撤回，自动失效", "Lapses: the award was taken back"),
        source=(proposed,),
        target=lapsed,
        by=(Role.CLOCK,),
        fires_at="lapses_at",
        notifies=(Role.CLERK,),
    )
