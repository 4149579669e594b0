"""The board (大屏) of a skill, as far as the public is concerned: live, frozen, taken down.

What it shows while the marking goes on is the organiser's choice (`showing`).  A freeze keeps what stands there, whatever comes in; it
is taken by a person or comes at the moment that was set, and only the organiser lifts it, with the reason.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State, Step, Transition, Workflow

HOLDERS = (Role.ORGANISER, Role.CHIEF_JUDGE, Role.ARBITER)


class Board(Protocol):
    """What a board must offer for the guards and the clock to read."""

    freezes_at: datetime | None

    @property
    def has_open_ceremony(self) -> bool:
        """A ceremony that is under way has results of this skill in it that were not revealed yet."""


def no_ceremony_is_under_way(board: Board, step: Step) -> Text | None:
    if board.has_open_ceremony:
        return Text("颁奖揭晓正在进行，结束后才能解冻", "The ceremony is under way; the board stays frozen until it has ended")
    return None


class BoardFlow(Workflow):
    title = Text("成绩展示", "Board")

    live = State(Text("实时", "Live"), editable_by=(Role.ORGANISER,))
    frozen = State(Text("已冻结", "Frozen"), editable_by=(Role.ORGANISER,))
    taken_down = State(Text("已撤下", "Taken down"), Kind.SETTLED)

    freeze = Transition(Text("冻结", "Freeze"), source=(live,), target=frozen, by=HOLDERS)
    freeze_on_time = Transition(
        Text("到时冻结", "Freezes by itself"), source=(live,), target=frozen, by=(Role.CLOCK,), fires_at="freezes_at"
    )
    unfreeze = Transition(
        Text("解冻", "Unfreeze"),
        source=(frozen,),
        target=live,
        by=(Role.ORGANISER,),
        guards=(no_ceremony_is_under_way,),
        needs_comment=True,
        notifies=(Role.CHIEF_JUDGE, Role.ARBITER),
    )
    take_down = Transition(Text("撤下大屏", "Take down"), source=(live, frozen), target=taken_down, by=(Role.ORGANISER,))
    put_up = Transition(
        Text("重新展示", "Put up again"), source=(taken_down,), target=live, by=(Role.ORGANISER,), needs_comment=True
    )
