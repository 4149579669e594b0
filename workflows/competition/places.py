"""From what each competitor's marks came to, to the places of a skill: measure, chain, rulings of the chief judge.

The tally, the standings kept while marking goes on, and the pages that ask "why is A before B" all place by these functions, so they
cannot disagree.  A ruling stands at the end of the chain: it counts only for those whom no key tells apart, and only where it orders
all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from workflows.competition import ranking
from workflows.competition.bands import Band
from workflows.competition.scale import worldskills_scale
from workflows.exact import Exact
from workflows.text import Text

METHODS: dict[str, Text] = {
    "marks": Text("按总成绩排名", "Places by total mark"),
    "worldskills": Text("按世赛标尺分排名", "Places by WorldSkills Scale points"),
}

POINTS = Text("标尺分", "Scale points")


@dataclass(frozen=True, slots=True)
class Totals:
    """What one competitor's marks came to.  `modules` by criterion letter; `more` holds the other keys a chain may ask (time, errors)."""

    id: int
    total: Decimal
    theory: Decimal | None = None
    practice: Decimal | None = None
    modules: Mapping[str, Decimal] = field(default_factory=dict)
    more: Mapping[str, ranking.Value | None] = field(default_factory=dict)

    @property
    def keys(self) -> dict[str, ranking.Value | None]:
        return {
            "theory": self.theory,
            "practice": self.practice,
            **{f"module:{code}": mark for code, mark in self.modules.items()},
            **self.more,
        }


@dataclass(frozen=True, slots=True)
class Order:
    """What puts competitors in order: the method, the chain of keys, the bands without ties, the chief judge's rulings (ids in order)."""

    method: str = "marks"
    tie_break: tuple[str, ...] = ()
    unshared: tuple[Band, ...] = ()
    rulings: tuple[tuple[int, ...], ...] = ()


def scale_points(totals: Sequence[Totals], order: Order) -> dict[int, int | None]:
    """The scale points by id where the method places by them; empty where it does not."""
    if order.method != "worldskills":
        return {}
    return dict(zip((each.id for each in totals), worldskills_scale([each.total for each in totals]), strict=True))


def places(totals: Sequence[Totals], order: Order) -> list[ranking.Place]:
    """Everybody's place, best first."""
    measured, measure = _measured(totals, order)
    rows, chain = _ranked_by(totals, order, measured)
    return ranking.rank(rows, chain, unshared=order.unshared, measure=measure)


def places_by(totals: Sequence[Totals], order: Order, measured: Mapping[int, Exact | None]) -> dict[int, int | None]:
    """The places another measure would give, by id: higher is better, ties by the same chain and rulings."""
    rows, chain = _ranked_by(totals, order, measured)
    return {place.id: place.place for place in ranking.rank(rows, chain) if isinstance(place.id, int)}


def compare(totals: Sequence[Totals], order: Order, first: int, second: int) -> list[ranking.Compared]:
    """The whole chain for two of *totals*, side by side.  Raises KeyError for an id that is not among them."""
    measured, measure = _measured(totals, order)
    rows, chain = _ranked_by(totals, order, measured)
    return ranking.compare(rows, chain, first, second, measure=measure)


def _measured(totals: Sequence[Totals], order: Order) -> tuple[Mapping[int, Exact | None], Text]:
    """What the method in force compares first, and what it is called; total marks where the scale has no value."""
    points = scale_points(totals, order)
    if any(value is not None for value in points.values()):
        return points, POINTS
    return {each.id: each.total for each in totals}, ranking.TOTAL_MARK


def _ranked_by(totals: Sequence[Totals], order: Order, measured: Mapping[int, Exact | None]) -> tuple[list[ranking.Row], list[str]]:
    """The rows and the chain that rank them, the rulings turned into a last key."""
    chain = [key.removeprefix("part:") for key in order.tie_break if key.removeprefix("part:") != ranking.CHIEF_JUDGE]
    rows = [ranking.Row(each.id, measured[each.id], each.keys) for each in totals]
    ruled = _ruled(ranking.rank(rows, chain), order.rulings) if order.rulings else {}
    if not ruled:
        return rows, chain
    before_share = chain[: chain.index(ranking.SHARE)] if ranking.SHARE in chain else chain
    with_rulings = [{**each.keys, ranking.CHIEF_JUDGE: ruled.get(each.id)} for each in totals]
    rows = [ranking.Row(row.id, row.total, values) for row, values in zip(rows, with_rulings, strict=True)]
    return rows, [*before_share, ranking.CHIEF_JUDGE]


def _ruled(places: Sequence[ranking.Place], rulings: Sequence[tuple[int, ...]]) -> dict[int, int]:
    """The order set by the chief judge, for those groups still tied that a ruling covers whole; the latest ruling counts."""
    groups: dict[int, set[int]] = {}
    for place in places:
        if place.is_shared and place.place is not None and isinstance(place.id, int):
            groups.setdefault(place.place, set()).add(place.id)
    orders: dict[int, int] = {}
    for group in groups.values():
        ruling = next((ruling for ruling in reversed(rulings) if group <= set(ruling)), None)
        if ruling is not None:
            orders |= {id_: order for order, id_ in enumerate((id_ for id_ in ruling if id_ in group), start=1)}
    return orders
