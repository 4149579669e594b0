"""What marking should come to: a dictionary, and the rules of a mark said as shortly as they can be."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

MEASURED, JUDGED = "A1.1", "B1.1"
MAXIMUM = {MEASURED: 70, JUDGED: 30}
JUDGES = (1, 2)
LIMIT = 1  # how far the two scores of a judgement may lie apart
LAST_ROUND = 2  # scores that still differ in it are decided by the chief judge

Place = tuple[int, str, int]  # entry, aspect, seat
SheetPlace = tuple[int, str]  # entry, sub criterion


@dataclass
class Round:
    """A round in which a judgement is marked again."""

    is_noted: bool = False
    is_decided: bool = False
    is_settled: bool = False


@dataclass
class Oracle:
    """All values ever kept, by place and in order, each with its round; the ids of those that said nothing new; rounds; closed sheets."""

    kept: dict[Place, list[tuple[str, Any, int]]] = field(default_factory=dict)
    said_before: set[str] = field(default_factory=set)
    rounds: dict[int, list[Round]] = field(default_factory=dict)
    closed: set[SheetPlace] = field(default_factory=set)

    # ── what happens ──

    def receive(self, entry: int, sub: str, marks: list[tuple[str, str, int, int, Any]]) -> str:
        """A request as the server gets it, marks being (id, aspect, seat, seen, value): "recorded", "refused" or "conflict"."""
        ids = self.ids
        fresh = [mark for mark in marks if mark[0] not in ids]
        if fresh and (entry, sub) in self.closed:
            return "refused"
        new, nothing_new = [], set()
        for id_, aspect, seat, seen, value in fresh:
            given, round_ = self.kept.get((entry, aspect, seat), []), self._round(entry, aspect)
            if given and given[-1][1:] == (value, round_):
                nothing_new.add(id_)
            elif len(given) != seen:
                return "conflict"
            else:
                new.append(((entry, aspect, seat), (id_, value, round_)))
        self.said_before |= nothing_new
        for place, mark in new:
            self.kept.setdefault(place, []).append(mark)
        if new:
            self._follow(entry)
        return "recorded"

    def note(self, entry: int) -> None:
        """A judge writes down what was discussed."""
        self.rounds[entry][-1].is_noted = True
        self._follow(entry)

    def decide(self, entry: int) -> None:
        """The chief judge lets the scores stand."""
        self.rounds[entry][-1].is_decided = True
        self._follow(entry)

    # ── what may be done ──

    def may_be_noted(self, entry: int) -> bool:
        return entry in self.rounds and (entry, "B1") not in self.closed

    def may_be_decided(self, entry: int) -> bool:
        return (entry, "B1") not in self.closed and self.needs(entry) == "decision"

    def may_be_signed(self, entry: int, sub: str) -> bool:
        return self.is_complete(entry, sub) and not (sub == "B1" and self.needs(entry))

    # ── what it comes to ──

    @property
    def ids(self) -> set[str]:
        """Of every mark that is kept."""
        return {id_ for given in self.kept.values() for id_, _, _ in given}

    def needs(self, entry: int) -> str | None:
        """What stands between the scores of a judgement and their acceptance."""
        rounds = self.rounds.get(entry, [])
        if rounds and rounds[-1].is_decided:
            return None
        scores = self._scores(entry)
        if len(scores) < len(JUDGES):
            return "scores" if rounds else None
        if _differ(scores):
            return "round" if len(rounds) + 1 < LAST_ROUND else "decision"
        return "note" if rounds and not rounds[-1].is_noted else None

    def is_complete(self, entry: int, sub: str) -> bool:
        return (entry, MEASURED, 0) in self.kept if sub == "A1" else len(self._scores(entry)) == len(JUDGES)

    def total(self, entry: int) -> Fraction:
        """To the hundredth, halves up; a judgement counts when both have scored in its last round and nothing is open about it."""
        whole = Fraction(self.kept[entry, MEASURED, 0][-1][1] or 0) if self.is_complete(entry, "A1") else Fraction(0)
        scores = [score for score in self._scores(entry) if score is not None]
        if scores and self.is_complete(entry, "B1") and not self.needs(entry):
            whole += Fraction((2 * 100 * MAXIMUM[JUDGED] * sum(scores) + 3 * len(scores)) // (2 * 3 * len(scores)), 100)
        return whole

    def places(self, entries: list[int]) -> dict[int, int]:
        totals = {entry: self.total(entry) for entry in entries}
        return {entry: 1 + sum(other > totals[entry] for other in totals.values()) for entry in entries}

    def _round(self, entry: int, aspect: str) -> int:
        return len(self.rounds.get(entry, [])) + 1 if aspect == JUDGED else 1

    def _scores(self, entry: int) -> list[Any]:
        """The last of each judge, if it was given in the last round."""
        last = [self.kept[entry, JUDGED, seat][-1] for seat in JUDGES if (entry, JUDGED, seat) in self.kept]
        return [value for _, value, round_ in last if round_ == self._round(entry, JUDGED)]

    def _follow(self, entry: int) -> None:
        """Open a round where one is needed; a round is settled while nothing is open about it."""
        needs, rounds = self.needs(entry), self.rounds.get(entry, [])
        if rounds:
            rounds[-1].is_settled = needs in (None, "round")
        if needs == "round":
            self.rounds.setdefault(entry, []).append(Round())


def _differ(scores: list[Any]) -> bool:
    """Too far apart, or attempted for one judge and not for the other."""
    given = [score for score in scores if score is not None]
    return bool(given) and (len(given) < len(scores) or max(given) - min(given) > LIMIT)
