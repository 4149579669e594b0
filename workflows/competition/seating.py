"""Which seats must score a sheet, and who sits on them: assignment, conflict, absence.

A seat is a column of scores.  It stays; who sits on it may change, for one sheet or from a moment on, and what was given stays with
who gave it.  Where nobody can sit on a seat the rule of the skill says what happens.  None of them takes a mean over fewer judges
without saying so: the seats that count and the rule that was applied stand on the sheet.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from workflows.text import Text


class Duty(enum.Enum):
    """What a judge does on the panel of a sub criterion."""

    title: Text

    SCORES = ("scores", Text("评分", "Scores"))
    COORDINATES = ("coordinates", Text("协调、替补", "Coordinates, stands in"))

    def __new__(cls, key: str, title: Text) -> Self:
        member = object.__new__(cls)
        member._value_, member.title = key, title
        return member


class VacancyRule(enum.Enum):
    """What a skill allows where a judge is missing.  Each allows what stands before it too: somebody else may always take the seat."""

    title: Text

    REPLACE = ("replace", Text("另派裁判；补齐之前不予确认", "Another judge takes the seat; nothing is accepted until then"))
    SUBSTITUTE = ("substitute", Text("协调裁判替补评分", "The coordinating judge scores"))
    FEWER = (
        "fewer_with_approval",
        Text("裁判长提出、监督仲裁批准后可少于应评人数", "Fewer judges where chief judge and arbiter agree"),
    )

    def __new__(cls, key: str, title: Text) -> Self:
        member = object.__new__(cls)
        member._value_, member.title = key, title
        return member


# How a seat came to be filled, or not, on one sheet.
SUBSTITUTED = "substituted"  # the coordinating judge scores
STOOD_IN = "stood_in"  # a judge named for this competitor scores
WAIVED = "waived"  # fewer judges, approved
GIVEN = "given"  # the values were given before the conflict was found
OPEN = "open"  # nobody can score: the seat is still needed

OUTCOMES: Mapping[str, Text] = {
    SUBSTITUTED: Text("由协调裁判替补", "the coordinating judge stands in"),
    STOOD_IN: Text("由指定的裁判替补", "a judge named for it stands in"),
    WAIVED: Text("经批准免评", "left out, as approved"),
    GIVEN: Text("评分在先，请裁判长核实", "scored before it was known; the chief judge looks into it"),
    OPEN: Text("无人可评", "nobody can score"),
}
WHY: Mapping[str, Text] = {
    "conflict": Text("应予回避", "to be avoided"),
    "absence": Text("缺席", "absent"),
}


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of the panel as it stands now: its position, who sits there, and what they do for a sub criterion."""

    position: int
    account_id: int
    duty: Duty = Duty.SCORES


@dataclass(frozen=True, slots=True)
class Vacancy:
    """That the judge on `position` is missing, for the sheets it was asked about.

    `outcome` is None while nobody has decided, or one of SUBSTITUTED, STOOD_IN (by `stand_in`), WAIVED.
    """

    position: int
    outcome: str | None = None
    stand_in: int | None = None
    why: str = "absence"


@dataclass(frozen=True, slots=True)
class Departure:
    """What is out of the ordinary about a seat on one sheet: why, what was done, and by whom the seat is held."""

    position: int
    outcome: str
    why: str
    account_id: int | None = None

    def as_data(self) -> dict[str, Any]:
        return {"seat": self.position, "outcome": self.outcome, "why": self.why, "account": self.account_id}

    @property
    def words(self) -> Text:
        return Text("第 {seat} 席：{why}，{outcome}", "Seat {seat}: {why}; {outcome}").format(
            seat=self.position, why=WHY[self.why], outcome=OUTCOMES[self.outcome]
        )


@dataclass(frozen=True, slots=True)
class Inherited:
    """Scores that count on a seat, given by a judge who has left it, and that nobody who is there has signed for yet."""

    seat: int
    has_holder: bool

    @property
    def words(self) -> Text:
        if self.has_holder:
            return Text(
                "第 {seat} 位裁判已换人：前任给出的评分须由接任裁判核对签字，或由其重新评分",
                "Seat {seat} has changed hands: the judge who took it checks the earlier scores and signs for them, or scores anew",
            ).format(seat=self.seat)
        return Text(
            "第 {seat} 席已无人在席：原裁判给出的评分须由裁判长核对签字",
            "Nobody holds seat {seat} any more: the chief judge checks the scores given there and signs for them",
        ).format(seat=self.seat)


def inherited(
    given: Mapping[int, Collection[int]], held_by: Mapping[int, int], signed: Collection[int], *, has_chief_signed: bool = False
) -> list[Inherited]:
    """Which scores of judges who left have nobody's signature beneath them.

    *given*: by seat, the judges who once sat there and whose scores count; *signed*: who has signed what the sheet says now.  A judge who
    signed before leaving has answered for the scores; else whoever took the seat does, and where nobody did, the chief judge.
    """
    found = []
    for seat, judges in sorted(given.items()):
        holder = held_by.get(seat)
        left = [judge for judge in judges if judge != holder and judge not in signed]
        if left and not (has_chief_signed if holder is None else holder in signed):
            found.append(Inherited(seat, holder is not None))
    return found


@dataclass(frozen=True, slots=True)
class Seating:
    """The seats that must score a sheet, in order, who else than usual sits there, and why."""

    seats: tuple[int, ...]
    departures: tuple[Departure, ...] = field(default=())

    def held_by(self, usual: Mapping[int, int]) -> dict[int, int]:
        """Seat → account of those who score, given who usually sits where; a seat that nobody can hold is not there."""
        if not self.departures:
            return {seat: usual[seat] for seat in self.seats if seat in usual}
        instead = {each.position: each.account_id for each in self.departures}
        holders = {seat: instead[seat] if seat in instead else usual.get(seat) for seat in self.seats}
        return {seat: account for seat, account in holders.items() if account is not None}

    def as_data(self) -> dict[str, Any]:
        return {"seats": list(self.seats), "departures": [each.as_data() for each in self.departures]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Seating:
        return cls(
            tuple(data["seats"]),
            tuple(Departure(each["seat"], each["outcome"], each["why"], each["account"]) for each in data["departures"]),
        )


def seating(
    seats: Iterable[Seat], refused: Collection[int] = (), vacancies: Sequence[Vacancy] = (), finished: Collection[int] = ()
) -> Seating:
    """Who scores one sheet.

    *refused*: accounts that may not score this competitor; *vacancies*: of seats on this sheet; *finished*: seats that have given every
    value already, which no absence takes back, and which a conflict found later puts before the chief judge.  A coordinating judge covers
    a conflict by itself, that is what the fourth judge is for (WSC2026 Technical Description 17 §4.6): one seat of a sheet, in the order
    of the positions.
    """
    known = sorted(seats, key=lambda seat: seat.position)
    gone = {vacancy.position: vacancy for vacancy in vacancies}
    reserve = [
        seat.account_id for seat in known if seat.duty is Duty.COORDINATES and seat.account_id not in refused and seat.position not in gone
    ]
    scoring, departures = [], []
    for seat in known:
        if seat.duty is not Duty.SCORES:
            continue
        vacancy = gone.get(seat.position)
        is_refused = seat.account_id in refused
        is_done = seat.position in finished
        if not is_refused and (vacancy is None or is_done):
            scoring.append(seat.position)
            continue
        filled = Departure(seat.position, GIVEN, "conflict") if is_done else _filled(seat.position, vacancy, is_refused, refused, reserve)
        departures.append(filled)
        if filled.outcome != WAIVED:
            scoring.append(seat.position)
    return Seating(tuple(scoring), tuple(departures))


def _filled(position: int, vacancy: Vacancy | None, is_refused: bool, refused: Collection[int], reserve: list[int]) -> Departure:
    why = vacancy.why if vacancy else "conflict"
    if vacancy is not None and vacancy.outcome == WAIVED:
        return Departure(position, WAIVED, why)
    if vacancy is not None and vacancy.outcome == STOOD_IN and vacancy.stand_in is not None and vacancy.stand_in not in refused:
        return Departure(position, STOOD_IN, why, vacancy.stand_in)
    asks_for_reserve = (vacancy is None and is_refused) or (vacancy is not None and vacancy.outcome == SUBSTITUTED)
    if asks_for_reserve and reserve:
        return Departure(position, SUBSTITUTED, why, reserve.pop(0))
    return Departure(position, OPEN, why)


def allows(rule: VacancyRule, wanted: VacancyRule) -> bool:
    """Whether a skill under *rule* may do what *wanted* says."""
    order = list(VacancyRule)
    return order.index(wanted) <= order.index(rule)
