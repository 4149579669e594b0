"""Working days, and the windows counted in them.

The table of holidays is given: the State Council's yearly notice moves days off and days of work, and until it is out a date in
that year can only be provisional.  A window does not count the day it opens (民法典 第二百零一条: 开始的当日不计入).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

ONE_DAY = timedelta(days=1)
_SATURDAY = 5

DayKind = Literal["working", "calendar"]


@dataclass(frozen=True, slots=True)
class Holidays:
    """Days that differ from the week: `off` though Monday to Friday (or any day named so), `working` though a weekend.

    `announced`: the years whose official notice the table contains.
    """

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    announced: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if both := self.off & self.working:
            raise ValueError(f"both a day off and a working day: {', '.join(map(str, sorted(both)))}")

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on *day*."""
        if day in self.working:
            return True
        return day not in self.off and day.weekday() < _SATURDAY


@dataclass(frozen=True, slots=True)
class Window:
    """A period for the public, or for whoever may act.

    It opens on `opens_on` and lasts to the end of `ends_on`; `days` are the days that count.  `provisional_years` are years it
    touches whose holidays are not announced yet.
    """

    opens_on: date
    ends_on: date
    days: tuple[date, ...]
    provisional_years: tuple[int, ...]

    @property
    def is_provisional(self) -> bool:
        """Whether the end may still move, because a year it touches has no official notice yet."""
        return bool(self.provisional_years)

    @property
    def is_over_on(self) -> date:
        """The first day on which it is over; at its first minute the next step may be taken."""
        return self.ends_on + ONE_DAY

    def contains(self, day: date) -> bool:
        return self.opens_on <= day <= self.ends_on


def add_working_days(start: date, n: int, holidays: Holidays) -> date:
    """The *n*-th working day after *start*, which itself does not count; before it for a negative *n*; *start* for 0."""
    direction = ONE_DAY if n >= 0 else -ONE_DAY
    day = start
    for _ in range(abs(n)):
        day += direction
        while not holidays.is_working_day(day):
            day += direction
    return day


def working_days_between(start: date, end: date, holidays: Holidays) -> int:
    """How many working days lie after *start*, up to and including *end*; 0 where *end* is not later."""
    return sum(holidays.is_working_day(day) for day in _days_after(start, end))


def publicity_window(start: date, days: int, holidays: Holidays, *, counted: DayKind = "working") -> Window:
    """The window of so many days for something made public on *start*.

    Working days by default, or `counted="calendar"`; a window of calendar days that would end on a day off ends on the next working
    day (民法典 第二百零三条).  Raises ValueError for fewer than one day.
    """
    if days < 1:
        raise ValueError(f"a publicity window of {days} days")
    if counted == "working":
        ends_on = add_working_days(start, days, holidays)
        counting = tuple(day for day in _days_after(start, ends_on) if holidays.is_working_day(day))
    else:
        last = start + days * ONE_DAY
        ends_on = last if holidays.is_working_day(last) else add_working_days(last, 1, holidays)
        counting = tuple(_days_after(start, last))
    touched = range(start.year, ends_on.year + 1)
    return Window(start, ends_on, counting, tuple(year for year in touched if year not in holidays.announced))


def _days_after(start: date, end: date) -> Iterator[date]:
    return (start + n * ONE_DAY for n in range(1, (end - start).days + 1))
