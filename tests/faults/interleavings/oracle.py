"""What marking should come to: a dictionary, and the rules of a mark said as shortly as they can be."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

MEASURED, JUDGED = "A1.1", "B1.1"
MAXIMUM = {MEASURED: 70, JUDGED: 30}
JUDGES = (1, 2)

Place = tuple[int, str, int]  # entry, aspect, seat


@dataclass
class Oracle:
    """All values ever kept, by place and in order; the ids of those that said nothing new; which sheets are closed."""

    kept: dict[Place, list[tuple[str, Any]]] = field(default_factory=dict)
    said_before: set[str] = field(default_factory=set)
    closed: set[tuple[int, str]] = field(default_factory=set)

    def receive(self, entry: int, sub: str, marks: list[tuple[str, str, int, int, Any]]) -> str:
        """A request as the server gets it, marks being (id, aspect, seat, seen, value): "recorded", "refused" or "conflict"."""
        ids = {id_ for given in self.kept.values() for id_, _ in given}
        fresh = [mark for mark in marks if mark[0] not in ids]
        if fresh and (entry, sub) in self.closed:
            return "refused"
        new, nothing_new = [], set()
        for id_, aspect, seat, seen, value in fresh:
            given = self.kept.get((entry, aspect, seat), [])
            if given and given[-1][1] == value:
                nothing_new.add(id_)
            elif len(given) != seen:
                return "conflict"
            else:
                new.append(((entry, aspect, seat), (id_, value)))
        self.said_before |= nothing_new
        for place, mark in new:
            self.kept.setdefault(place, []).append(mark)
        return "recorded"

    def is_complete(self, entry: int, sub: str) -> bool:
        seats = (0,) if sub == "A1" else JUDGES
        return all((entry, MEASURED if sub == "A1" else JUDGED, seat) in self.kept for seat in seats)

    def total(self, entry: int) -> Fraction:
        """To the hundredth, halves up; a judgement counts when both have scored."""
        whole = Fraction(0)
        if self.is_complete(entry, "A1"):
            whole += Fraction(self._last(entry, MEASURED, 0) or 0)
        if self.is_complete(entry, "B1"):
            scores = [self._last(entry, JUDGED, seat) for seat in JUDGES]
            if None not in scores:
                whole += Fraction((2 * 100 * MAXIMUM[JUDGED] * sum(scores) + 3 * len(scores)) // (2 * 3 * len(scores)), 100)
        return whole

    def places(self, entries: list[int]) -> dict[int, int]:
        totals = {entry: self.total(entry) for entry in entries}
        return {entry: 1 + sum(other > totals[entry] for other in totals.values()) for entry in entries}

    def _last(self, entry: int, aspect: str, seat: int) -> Any:
        return self.kept[entry, aspect, seat][-1][1]
