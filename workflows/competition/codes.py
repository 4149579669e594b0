"""Codes in layers (三级加密), so that whoever marks sees a code and nothing behind it.

参赛号 → 参赛编号 → 赛位号 → 作品号: the first is drawn when a competitor checks in, the second gives the seat, the third goes onto the work
when it is handed in.  How many of them a skill uses is data, one to three.  Each is drawn by an encryption judge of its own, who can read
that layer only; names come back layer by layer from the outside in (逆向逐层解密), when everything is counted.

Sources: 《全国职业院校技能大赛成绩管理办法》 on three encryptions by different encryption judges; that decoding goes backwards, layer by
layer and under supervision, is in the rules of national events (计算机网络应用，2014 规程).
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Self

from workflows.text import Text

MOST_LAYERS = 3


class Layer(enum.Enum):
    """One encryption: its key (also the column `<key>_code` of an entry), what its codes are called, and what stands before them."""

    key: str
    title: Text
    prefix: str

    START = ("start", Text("参赛编号", "Start code"), "K")
    SEAT = ("seat", Text("赛位号", "Seat code"), "")
    WORK = ("work", Text("作品号", "Work code"), "Z")

    def __new__(cls, key: str, title: Text, prefix: str) -> Self:
        layer = object.__new__(cls)
        layer._value_ = key
        layer.key, layer.title, layer.prefix = key, title, prefix
        return layer

    @classmethod
    def of(cls, key: str) -> Layer:
        """The layer with that key; `KeyError` where there is none."""
        return cls._value2member_map_[key]  # type: ignore[return-value]


NUMBER = Text("参赛号", "Number")
"""What is drawn from in the first layer: the number an entry has had since it was accepted."""

# One layer is the seat alone; a second hides the work; the third comes between the public number and the seat.
_BY_COUNT: Mapping[int, tuple[Layer, ...]] = {
    1: (Layer.SEAT,),
    2: (Layer.SEAT, Layer.WORK),
    3: (Layer.START, Layer.SEAT, Layer.WORK),
}


def layers(count: int) -> tuple[Layer, ...]:
    """The layers of a skill that uses *count* of them, from the inside out; `KeyError` for a number that is not 1, 2 or 3."""
    return _BY_COUNT[count]


def within(layer: Layer, count: int) -> Layer | None:
    """The layer whose codes lie in the drum when *layer* is drawn; None where it is the numbers of the entries."""
    used = layers(count)
    place = used.index(layer)
    return used[place - 1] if place else None


def outermost(seat: str | None, work: str | None) -> str:
    """The one code that judges, scorers and everything they can reach show; empty before the draw."""
    return work or seat or ""


def of_sheet(count: int, marked_at: str, seat: str | None, work: str | None) -> str:
    """The code on a marking sheet: the seat's where the process is marked at the bench, else the outermost of the *count* layers.

    Empty while a work has no code yet: it cannot be marked before.
    """
    on_the_work = Layer.WORK in layers(count) and marked_at != Layer.SEAT.key
    return (work if on_the_work else seat) or ""
