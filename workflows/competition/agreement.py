"""How a judge's scores stand to those of the panel: agreement, severity, drift over the day, effects of order.

A score is compared with the mean of the *other* judges of the same sheet, so that it does not pull its own measure.  Scores of another
scale are brought to 0–3.  Everything is exact; what rests on too few scores is not said at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from workflows.competition.marking import HIGHEST_SCORE
from workflows.exact import half_up

FEWEST = 10  # scores below which nothing is said of a judge
FEWEST_IN_A_GROUP = 5  # and nothing of an hour or of a third of the day


@dataclass(frozen=True, slots=True)
class Score:
    """One judge's score on an aspect of a sheet, out of `highest`, with the moment it was made.  `item` is the sheet and the aspect."""

    item: tuple[int, int]
    judge: int
    value: Decimal
    highest: Decimal
    at: datetime


@dataclass(frozen=True, slots=True)
class Deviation:
    """A judge's score less the mean of the others, on the scale 0–3; `kind` is what was marked (the aspect)."""

    kind: int
    at: datetime
    own: Fraction
    difference: Fraction


@dataclass(frozen=True, slots=True)
class Group:
    """The mean deviation of some of a judge's scores; None where they are too few to say."""

    label: str
    n: int
    mean: Decimal | None


@dataclass(frozen=True, slots=True)
class Bar:
    """How many of a judge's deviations lie nearest to a half point."""

    centre: Decimal
    n: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """What can be said of a judge.  `severity`: mean deviation, above zero is generous; `near`: how many lie within half a point of the
    others' mean, `distance`: the mean distance; `slope`: change of the deviation an hour; None where there are too few scores."""

    n: int
    severity: Decimal | None = None
    distance: Decimal | None = None
    near: int = 0
    bars: tuple[Bar, ...] = ()
    hours: tuple[Group, ...] = ()
    slope: Decimal | None = None
    thirds: tuple[Group, ...] = ()
    after: tuple[Group, ...] = ()

    @property
    def is_enough(self) -> bool:
        return self.n >= FEWEST

    @property
    def near_share(self) -> Decimal | None:
        """Per cent of the scores within half a point."""
        return half_up(Fraction(100 * self.near, self.n), 0) if self.is_enough else None


def deviations(scores: Iterable[Score], judge: int) -> list[Deviation]:
    """*judge*'s scores against the others' on the same items, in the order they were made; where nobody else scored there is none."""
    items: dict[tuple[int, int], list[Score]] = defaultdict(list)
    for score in scores:
        items[score.item].append(score)
    found = []
    for item, given in items.items():
        others = [_thirds(score) for score in given if score.judge != judge]
        for own in (score for score in given if score.judge == judge):
            if others:
                value = _thirds(own)
                found.append(Deviation(item[1], own.at, value, value - sum(others, Fraction()) / len(others)))
    return sorted(found, key=lambda each: each.at)


def agreement(found: Sequence[Deviation]) -> Agreement:
    """What *found* says; days and hours are those of the moments as given, so they are given in local time."""
    n = len(found)
    if n < FEWEST:
        return Agreement(n)
    by_hour: dict[int, list[Fraction]] = defaultdict(list)
    for each in found:
        by_hour[each.at.hour].append(each.difference)
    return Agreement(
        n,
        _mean([each.difference for each in found]),
        _mean([abs(each.difference) for each in found]),
        sum(abs(each.difference) <= Fraction(1, 2) for each in found),
        _bars([each.difference for each in found]),
        tuple(_group(f"{hour:02d}", by_hour[hour]) for hour in sorted(by_hour)),
        _slope(found),
        _by_third(found),
        _after(found),
    )


def _thirds(score: Score) -> Fraction:
    return Fraction(score.value) * HIGHEST_SCORE / Fraction(score.highest)


def _mean(values: Sequence[Fraction]) -> Decimal:
    return half_up(sum(values, Fraction()) / len(values))


def _group(label: str, values: Sequence[Fraction]) -> Group:
    return Group(label, len(values), _mean(values) if len(values) >= FEWEST_IN_A_GROUP else None)


def _bars(values: Sequence[Fraction]) -> tuple[Bar, ...]:
    """How many lie nearest to each half point, halves away from zero, as far out on both sides as the furthest."""
    half = Fraction(1, 2)
    classes = [(1 if value > 0 else -1) * int((abs(value) + half / 2) // half) for value in values]
    reach = max(1, *(abs(each) for each in classes))
    return tuple(Bar(Decimal(n) / 2, classes.count(n)) for n in range(-reach, reach + 1))


def _slope(found: Sequence[Deviation]) -> Decimal | None:
    """Least squares over the hours since the first score of each day; None where all were given at once."""
    first: dict[object, datetime] = {}
    points = []
    for each in found:
        start = first.setdefault(each.at.date(), each.at)
        points.append((Fraction(int((each.at - start).total_seconds()), 3600), each.difference))
    n = len(points)
    mean_x, mean_y = (sum((point[axis] for point in points), Fraction()) / n for axis in (0, 1))
    square = sum(((x - mean_x) ** 2 for x, _y in points), Fraction())
    return half_up(sum(((x - mean_x) * (y - mean_y) for x, y in points), Fraction()) / square, 3) if square else None


def _by_third(found: Sequence[Deviation]) -> tuple[Group, ...]:
    """The first, middle and last third of each day's scores, over all days."""
    days: dict[object, list[Fraction]] = defaultdict(list)
    for each in found:
        days[each.at.date()].append(each.difference)
    parts: list[list[Fraction]] = [[], [], []]
    for values in days.values():
        for place, value in enumerate(values):
            parts[min(2, 3 * place // len(values))].append(value)
    return tuple(_group(label, part) for label, part in zip(("first", "middle", "last"), parts, strict=True))


def _after(found: Sequence[Deviation]) -> tuple[Group, ...]:
    """The deviation right after a high (2 or more) and right after a low (below 2) score of one's own on the same aspect."""
    previous: dict[int, Fraction] = {}
    after_high: list[Fraction] = []
    after_low: list[Fraction] = []
    for each in found:
        before = previous.get(each.kind)
        if before is not None:
            (after_high if before >= 2 else after_low).append(each.difference)
        previous[each.kind] = each.own
    return (_group("high", after_high), _group("low", after_low))
