"""Bars above and below a line, as geometry for an inline SVG: a chart is drawn by its template, and stands beside its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT, HEAD, FOOT = 480, 160, 18, 22  # user units of the picture; head and foot hold the words


@dataclass(frozen=True, slots=True)
class Column:
    """One bar: where it stands, how high it is, and the words above and below; a value of None is a gap."""

    x: int
    y: int
    width: int
    height: int
    middle: int
    label: str
    said: str
    said_y: int
    is_below: bool


@dataclass(frozen=True, slots=True)
class Plot:
    columns: tuple[Column, ...]
    zero: int
    width: int = WIDTH
    height: int = HEIGHT


def plot(bars: Sequence[tuple[str, Decimal | int | None]], *, signed: bool = False) -> Plot:
    """A bar for each label and value, on a scale that reaches the furthest of them; *signed* keeps room below the line."""
    values = [Decimal(value) if value is not None else Decimal(0) for _label, value in bars]
    reach = max((abs(value) for value in values), default=Decimal(0)) or Decimal(1)
    room = HEIGHT - HEAD - FOOT
    upward = room // 2 if signed else room
    zero = HEAD + upward
    step = WIDTH // max(1, len(bars))
    width = min(64, step * 2 // 3)
    columns = []
    for place, ((label, value), known) in enumerate(zip(bars, values, strict=True)):
        middle = place * step + step // 2
        high = int(abs(known) / reach * (upward - 4))
        below = known < 0
        top = zero if below else zero - high
        said = "" if value is None else (f"{value:+}" if signed else str(value))
        said_y = max(12, (zero if below else top) - 4)
        columns.append(Column(middle - width // 2, top, width, high, middle, label, said, said_y, below))
    return Plot(tuple(columns), zero)
