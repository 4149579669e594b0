"""One layer of codes: committed to, drawn, sealed before a witness, opened at the decoding.

Whoever draws a layer knows it and no other.  A competitor who is checked in between the first layer and the seats is drawn in
late, and the layer is sealed again.  The witness puts a second name under the seal, and nothing is opened before everything is
counted: from the outermost layer inwards, and only where drawing again from the seed gives what was sealed.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from workflows.roles import Role
from workflows.text import Text, joined
from workflows.workflow import Kind, State, Step, Transition, Workflow


class Layer(Protocol):
    """What a layer must offer for the guards to read."""

    @property
    def draw_problems(self) -> Iterable[Text]:
        """Why its codes cannot be drawn yet: people not checked in, the layer beneath not sealed."""

    @property
    def opening_problems(self) -> Iterable[Text]:
        """Why it cannot be opened: nobody asked for the decoding, a layer further out is still sealed, the draw does not repeat."""

    @property
    def late_draw_problems(self) -> Iterable[Text]:
        """Why nobody can be drawn in late: nobody came, or the next layer lies on top already."""

    def is_drawn_by(self, actor: Any) -> bool:
        """The actor committed to the seed of this layer."""


def is_ones_own(layer: Layer, step: Step) -> Text | None:
    if layer.is_drawn_by(step.actor):
        return None
    return Text("本层由公布承诺值的加密裁判抽签", "This layer is drawn by the encryption judge who committed to its seed")


def can_be_drawn(layer: Layer, step: Step) -> Text | None:
    problems = list(layer.draw_problems)
    return joined(problems) if problems else None


def can_be_drawn_late(layer: Layer, step: Step) -> Text | None:
    problems = list(layer.late_draw_problems)
    return joined(problems) if problems else None


def can_be_opened(layer: Layer, step: Step) -> Text | None:
    problems = list(layer.opening_problems)
    return joined(problems) if problems else None


class CodeLayerFlow(Workflow):
    title = Text("加密", "Layer of codes")

    committed = State(Text("已公布承诺值", "Committed"))
    drawn = State(Text("已抽签，待封存", "Drawn, to be sealed"))
    sealed = State(Text("已封存", "Sealed"))
    opened = State(Text("已解密", "Opened"), Kind.DONE)

    draw = Transition(
        Text("抽取编码", "Draw the codes"),
        source=(committed,),
        target=drawn,
        by=(Role.ENCRYPTION_JUDGE,),
        guards=(is_ones_own, can_be_drawn),
        notifies=(Role.ARBITER,),
    )
    draw_late = Transition(
        Text("为后到者补抽", "Draw for those who came late"),
        source=(drawn, sealed),
        target=drawn,
        by=(Role.ENCRYPTION_JUDGE,),
        guards=(is_ones_own, can_be_drawn_late),
        notifies=(Role.ARBITER,),
    )
    seal = Transition(
        Text("见证封存", "Seal as a witness"),
        source=(drawn,),
        target=sealed,
        by=(Role.ARBITER,),
        separate_from=(draw, draw_late),
    )
    open = Transition(
        Text("打开本层", "Open this layer"),
        source=(sealed,),
        target=opened,
        by=(Role.ARBITER,),
        guards=(can_be_opened,),
        separate_from=(draw, draw_late),
    )
