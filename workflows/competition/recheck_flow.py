"""The recheck of a skill's marks by the arbiter: committed to, drawn, looked through, wrong sheets sent back, confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from workflows.roles import Role
from workflows.text import Text, joined
from workflows.workflow import Kind, State, Step, Transition, Workflow


class Recheck(Protocol):
    """What a recheck must offer for the guards to read."""

    @property
    def is_tallied(self) -> bool:
        """The results of the skill are tallied and still coded."""

    @property
    def unchecked(self) -> int:
        """Chosen sheets that nobody has looked at yet."""

    @property
    def wrong_count(self) -> int:
        """Sheets found wrong."""

    @property
    def left_to_put_right(self) -> int:
        """Of the sheets found wrong, those that still do not say what the arbiter found, or are not locked again."""

    @property
    def risen(self) -> Iterable[str]:
        """The codes of those whom the corrections brought among the best, and who were not rechecked."""

    @property
    def is_above_threshold(self) -> bool:
        """The error rate exceeds what the rule allows."""

    @property
    def not_put_right(self) -> Iterable[Text]:
        """Wrong sheets that still do not say what the arbiter found, or are not locked again."""


def is_tallied(recheck: Recheck, step: Step) -> Text | None:
    return None if recheck.is_tallied else Text("汇总后、解密前才能复核", "The recheck comes after the tally and before the decoding")


def everything_is_checked(recheck: Recheck, step: Step) -> Text | None:
    if recheck.unchecked:
        return Text("还有 {n} 张评分表未复核", "{n} sheets have not been rechecked").format(n=recheck.unchecked)
    return None


def is_above_threshold(recheck: Recheck, step: Step) -> Text | None:
    return None if recheck.is_above_threshold else Text("错误率未超过界限", "The error rate is not above the threshold")


def is_within_threshold(recheck: Recheck, step: Step) -> Text | None:
    if recheck.is_above_threshold:
        return Text("错误率超过界限，须全部复核", "The error rate is above the threshold: everything must be rechecked")
    return None


def something_is_wrong(recheck: Recheck, step: Step) -> Text | None:
    return None if recheck.left_to_put_right else Text("没有发现错误", "Nothing was found wrong")


def nothing_is_wrong(recheck: Recheck, step: Step) -> Text | None:
    return Text("有错的评分表须退回更正", "Wrong sheets must be sent back") if recheck.left_to_put_right else None


def wrong_sheets_are_put_right(recheck: Recheck, step: Step) -> Text | None:
    left = list(recheck.not_put_right)
    return joined(left) if left else None


def nobody_rose(recheck: Recheck, step: Step) -> Text | None:
    codes = "、".join(recheck.risen)
    if not codes:
        return None
    words = Text("{codes} 更正后进入前列，请先补充复核", "{codes} rose among the best and were not rechecked: add them first")
    return words.format(codes=codes)


def somebody_rose(recheck: Recheck, step: Step) -> Text | None:
    return None if list(recheck.risen) else Text("没有选手因更正进入前列", "Nobody rose among the best by the corrections")


class RecheckFlow(Workflow):
    title = Text("成绩复核", "Recheck")

    committed = State(Text("已公布承诺值", "Committed"))
    under_way = State(Text("复核中", "Being rechecked"))
    everything = State(Text("全部复核中", "Everything being rechecked"))
    correcting = State(Text("已退回更正", "Sent back for correction"))
    finished = State(Text("复核完成", "Finished"), Kind.DONE)

    draw = Transition(
        Text("抽取复核对象", "Draw the sample"), source=(committed,), target=under_way, by=(Role.ARBITER,), guards=(is_tallied,)
    )
    widen = Transition(
        Text("全部复核", "Recheck everything"),
        source=(under_way,),
        target=everything,
        by=(Role.ARBITER,),
        guards=(everything_is_checked, is_above_threshold),
        notifies=(Role.CHIEF_JUDGE,),
    )
    send_back = Transition(
        Text("退回更正", "Send wrong sheets back"),
        source=(under_way,),
        target=correcting,
        by=(Role.ARBITER,),
        guards=(is_tallied, everything_is_checked, something_is_wrong, is_within_threshold),
        notifies=(Role.CHIEF_JUDGE, Role.JUDGE),
    )
    send_all_back = Transition(
        Text("退回更正", "Send wrong sheets back"),
        source=(everything,),
        target=correcting,
        by=(Role.ARBITER,),
        guards=(is_tallied, everything_is_checked, something_is_wrong),
        notifies=(Role.CHIEF_JUDGE, Role.JUDGE),
    )
    finish = Transition(
        Text("复核无误", "Nothing wrong"),
        source=(under_way, everything),
        target=finished,
        by=(Role.ARBITER,),
        guards=(everything_is_checked, nothing_is_wrong),
        notifies=(Role.CHIEF_JUDGE,),
    )
    confirm = Transition(
        Text("确认已更正", "Put right"),
        source=(correcting,),
        target=finished,
        by=(Role.ARBITER,),
        guards=(is_tallied, wrong_sheets_are_put_right, nobody_rose),
        notifies=(Role.CHIEF_JUDGE,),
    )
    extend = Transition(
        Text("补充复核新进入前列者", "Recheck those who rose"),
        source=(correcting,),
        target=under_way,
        by=(Role.ARBITER,),
        guards=(is_tallied, wrong_sheets_are_put_right, somebody_rose),
        notifies=(Role.CHIEF_JUDGE,),
    )
