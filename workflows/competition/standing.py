"""Where everybody stands while the marking goes on: the places of the tally, found without comparing those who need no comparison.

An aspect counts once every seat it needs has scored it and the judges agree; until then it adds nothing, and neither does a theory mark
that has not come.  When everything is in, these are the totals and the places of the tally.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeVar

from workflows.competition import places as placing
from workflows.competition import ranking
from workflows.competition.bands import Band, forbids
from workflows.competition.marking import ZERO, weighted
from workflows.competition.places import Order, Totals
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Weights:
    """How theory and practice make the total, in per cent."""

    theory: Decimal
    practice: Decimal


def total_of(weights: Weights, theory: Decimal | None, practice: Decimal) -> Decimal:
    """Theory and practice by their weights, rounded once."""
    return weighted(((weights.theory, theory or ZERO), (weights.practice, practice)))


class Standing(Protocol):
    """A competitor as it stands, a value: the total in hundredths, and everything else when it is asked for."""

    @property
    def id(self) -> int: ...
    @property
    def hundredths(self) -> int: ...
    @property
    def totals(self) -> Totals: ...


Line = TypeVar("Line", bound=Standing)


class Placed(NamedTuple):
    """The place of one competitor and what set it apart: "total", the name of a key, or "share" where nothing did."""

    id: int
    place: int
    decided_by: str
    is_shared: bool = False
    needs_decision: bool = False
    compared: Text | None = None

    def why(self, standing: Standing) -> Text:
        total = standing.totals.total
        return self.compared or Text(f"{ranking.TOTAL_MARK.zh} {total}", f"{ranking.TOTAL_MARK.en} {total}")


def placed(standings: Sequence[Standing], order: Order) -> list[Placed]:
    """Everyone's place, best first, as `places.places` has it.

    Placing by the total, only those with equal totals go through the chain of keys and the rulings; a scale has to look at everybody.
    """
    if order.method != "marks":
        return [_as_ranked(place) for place in placing.places([each.totals for each in standings], order)]
    groups: defaultdict[int, list[Standing]] = defaultdict(list)
    for each in standings:
        groups[each.hundredths].append(each)
    found: list[Placed] = []
    for _, group in sorted(groups.items(), reverse=True):
        ahead = len(found)
        if len(group) == 1:
            found.append(Placed(group[0].id, ahead + 1, ranking.TOTAL))
        else:
            found += [_behind(ahead, place, order.unshared) for place in _told_apart(tuple(group), order.tie_break, order.rulings)]
    return found


@lru_cache(maxsize=2000)
def _told_apart(group: tuple[Standing, ...], tie_break: tuple[str, ...], rulings: tuple[tuple[int, ...], ...]) -> tuple[Placed, ...]:
    """The places among those with one total; remembered by all that they follow from, because one mark changes two groups of many."""
    apart = Order(tie_break=tie_break, rulings=rulings)
    return tuple(_as_ranked(place) for place in placing.places([each.totals for each in group], apart))


def _behind(ahead: int, among: Placed, unshared: Sequence[Band]) -> Placed:
    """A place *among* those with one total as a place of all, *ahead* of whom stand before them."""
    where = among.place + ahead
    is_open = among.is_shared and forbids(unshared, where) is not None
    return Placed(among.id, where, among.decided_by, among.is_shared, is_open, among.compared)


def _as_ranked(place: ranking.Place) -> Placed:
    assert isinstance(place.id, int)
    assert place.place is not None
    return Placed(place.id, place.place, place.decided_by or "", place.is_shared, place.needs_decision, place.why)
