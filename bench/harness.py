"""Measuring beside a reference: rounds take turns, the middle one counts, and what counts is the ratio.

A machine is never quiet: what disturbs one round disturbs the neighbouring one as well, so the two sides are measured in turns,
the one that begins changing with every round.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Round = Callable[[], float]
"""One round of one side: does its work and returns the seconds a single operation took."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: `rounds` of each side, and a share of the operations in each."""

    rounds: int
    share: float

    def of(self, operations: int) -> int:
        """How many of *operations* a round does; at least one."""
        return max(1, round(operations * self.share))


FULL = Effort(rounds=5, share=1.0)
QUICK = Effort(rounds=2, share=0.1)


@dataclass(frozen=True, slots=True)
class Target:
    """How many times the reference ours may take; `as_share`: said as the share of the reference's throughput that is reached."""

    most: float
    as_share: bool = False


def share(least: float) -> Target:
    """At least so much of the reference's throughput."""
    return Target(1 / least, as_share=True)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.  `ours` and `reference` are in `unit`; `why` says where the difference goes."""

    subject: str
    what: str
    reference_is: str
    ours: float
    reference: float
    unit: str
    why: str
    target: Target | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.reference

    @property
    def is_reached(self) -> bool:
        return self.target is None or self.ratio <= self.target.most


def timed(operation: Callable[[], object], operations: int) -> Round:
    """A round of *operations* in a row, in this process."""

    def once() -> float:
        gc.collect()
        begun = time.perf_counter()
        for _ in range(operations):
            operation()
        return (time.perf_counter() - begun) / operations

    return once


def in_turns(sides: Sequence[Round], rounds: int) -> list[float]:
    """The median of each side in seconds, after a round of each that does not count."""
    for side in sides:
        side()
    taken: list[list[float]] = [[] for _ in sides]
    order = list(enumerate(sides))
    for number in range(rounds):
        for index, side in order if number % 2 == 0 else reversed(order):
            taken[index].append(side())
    return [statistics.median(seconds) for seconds in taken]


def milliseconds(subject: str, what: str, reference_is: str, ours: float, reference: float, why: str, target: Target | None = None) -> Row:
    return Row(subject, what, reference_is, ours * 1e3, reference * 1e3, "ms", why, target)


def microseconds(subject: str, what: str, reference_is: str, ours: float, reference: float, why: str, target: Target | None = None) -> Row:
    return Row(subject, what, reference_is, ours * 1e6, reference * 1e6, "µs", why, target)
