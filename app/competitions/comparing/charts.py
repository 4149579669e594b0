"""A chart of places under several methods: one column a method, one line a competitor, in units of the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.competitions.comparing.queries import SideBySide
from app.competitions.results.queries import ResultLine
from workflows.competition.alternatives import Alternative
from workflows.text import Text

MOST = 24  # competitors drawn: the first so many under any method; beyond that lines cannot be told apart
ROW, COLUMN = 24, 150
LEFT, TOP, RIGHT, BOTTOM = 90, 40, 90, 12


@dataclass(frozen=True, slots=True)
class Head:
    """The heading over a column."""

    x: int
    title: Text
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a line passes a column: the place there, and whether it is better or worse than the one in force."""

    x: int
    y: int
    place: int
    look: str


@dataclass(frozen=True, slots=True)
class Track:
    """One competitor's line from method to method."""

    code: str
    stops: tuple[Stop, ...]

    @property
    def path(self) -> str:
        return " ".join(f"{stop.x},{stop.y}" for stop in self.stops)


@dataclass(frozen=True, slots=True)
class BumpChart:
    width: int
    height: int
    heads: tuple[Head, ...]
    tracks: tuple[Track, ...]
    left_out: int


def bump_chart(side: SideBySide) -> BumpChart:
    """The places of the leading competitors under each method that has a value here.

    Equal places are drawn on rows of their own, in the order of the table, so that no line covers another.
    """
    methods = [each for each in side.made if each.reason is None]

    def leads(line: ResultLine) -> bool:
        return any((each.places.get(line.result.entry_id) or MOST + 1) <= MOST for each in methods)

    drawn = [line for line in side.lines if leads(line)][: 2 * MOST]
    ids = [line.result.entry_id for line in drawn]
    rows = [_rows(method, ids) for method in methods]
    moves = [side.moved(method) for method in methods]
    codes = {line.result.entry_id: line.code for line in drawn}
    tracks = tuple(Track(codes[id_], _stops(id_, methods, rows, moves)) for id_ in ids)
    heads = tuple(Head(LEFT + number * COLUMN, each.title, each.is_in_force) for number, each in enumerate(methods))
    width = LEFT + RIGHT + COLUMN * max(0, len(methods) - 1)
    return BumpChart(width, TOP + ROW * len(drawn) + BOTTOM, heads, tracks, len(side.lines) - len(drawn))


def _rows(method: Alternative, ids: Sequence[int]) -> dict[int, int]:
    """The row of each: by place, equal places in the order of the table."""
    ordered = sorted(ids, key=lambda id_: method.places.get(id_) or len(method.places) + 1)
    return {id_: number for number, id_ in enumerate(ordered)}


def _stops(id: int, methods: Sequence[Alternative], rows: Sequence[dict[int, int]], moves: Sequence[dict[int, int]]) -> tuple[Stop, ...]:
    stops = []
    for number, (method, placed, moved) in enumerate(zip(methods, rows, moves, strict=True)):
        by = moved.get(id, 0)
        look = "is-up" if by > 0 else "is-down" if by < 0 else "is-same"
        stops.append(Stop(LEFT + number * COLUMN, TOP + ROW // 2 + ROW * placed[id], method.places.get(id) or 0, look))
    return tuple(stops)
