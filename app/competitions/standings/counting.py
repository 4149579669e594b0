"""What the values on a sheet come to: one aspect at a time, remembered by what was entered and by nothing else.

Values are whole numbers here, as the database keeps them; the rulebook is asked once for each set of values of an aspect and its answer
is kept with the aspect's form.  A form is made of everything a mark depends on, so that what is remembered cannot be out of date.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from workflows.competition import sheet_marks, spread
from workflows.competition.aspects import PANEL, PLACES, Marked, Method, mark_of, seats_of, why_not
from workflows.competition.methods import method_from
from workflows.competition.modules import RECORDED
from workflows.competition.remarking import FIRST, Difference, Need, Round, difference
from workflows.text import Text

MOST_REMEMBERED = 5000

Given = Mapping[int, int | None]  # what counts of one aspect, by seat; None is "not attempted"
Seats = tuple[int, ...]
NONE: Given = {}


class AspectRow(NamedTuple):
    """An aspect as its table has it."""

    id: int
    position: int
    method: str
    max_mark: int


@dataclass(frozen=True, slots=True)
class Count:
    """What one aspect comes to.  `mark` in hundredths; `counted` is what of it is part of the total; `line` is its part of the digest.

    `recorded`: the key of a tie-break chain that it records, with the value if there is one, in hundred millionths.
    """

    mark: int
    shown: str
    given: int
    needed: int
    difference: Difference | None
    is_counted: bool
    line: str
    recorded: tuple[str, int | None] | None = None
    round: int = FIRST

    @property
    def needs_round(self) -> bool:
        return self.difference is not None and self.difference.need is Need.ROUND


class Remembered(dict[str, Count]):
    """What one aspect comes to in the first marking, by the values listed for it: asked of the rulebook once."""

    def __init__(self, aspect: AspectForm, panel: Seats) -> None:
        super().__init__()
        self._aspect, self._panel = aspect, panel

    def __missing__(self, listed: str) -> Count:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        count = self[listed] = self._aspect.count_in_round(given_in(listed), self._panel, None)
        return count


@dataclass(slots=True)
class AspectForm:
    """One aspect of a sheet, with what the rulebook has said about it so far."""

    id: int
    code: str
    method: Method
    max_mark: Decimal
    rule: spread.Rule | None
    meanings: tuple[str, ...] = ()
    _counts: dict[Seats, Remembered] = field(default_factory=dict)

    def seats(self, panel: Seats) -> Sequence[int]:
        return seats_of(self, panel)

    def why_not(self, value: Decimal | None) -> Text | None:
        reason = why_not(self, value)
        return None if reason is None else Text("{code}：{reason}", "{code}: {reason}").format(code=self.code, reason=reason)

    def counts(self, panel: Seats) -> Remembered:
        """What any values come to where *panel* scores, in the first marking."""
        known = self._counts.get(panel)
        if known is None:
            known = self._counts[panel] = Remembered(self, panel)
        return known

    def count_in_round(self, given: Given, panel: Seats, latest: Round | None) -> Count:
        """What the values *given* in the *latest* round of re-marking come to; of nobody who does not score the sheet."""
        values = {seat: unscaled(value) for seat, value in sorted(given.items()) if seat == PANEL or seat in panel}
        marked = Marked(self.code, self.method, self.max_mark, values)
        mark, seats = mark_of(marked), self.seats(panel)
        done = sum(seat in values for seat in seats)
        is_alone = len(seats) < 2 and latest is None  # an agreed value has nothing to differ about
        differs = None if is_alone else difference(self.rule, values, seats, latest)
        is_counted = differs is None and done == len(seats)
        key = _RECORDS.get(self.method.type)
        said = None if key is None else (key, scaled(marked.given[0]) if marked.given else None)
        return Count(
            int(mark.scaleb(2)),
            str(mark),
            done,
            len(seats),
            differs,
            is_counted,
            sheet_marks.line_of(marked),
            said,
            latest.number if latest else FIRST,
        )


_RECORDS = {type_: key for key, type_ in RECORDED.items()}


@dataclass(frozen=True, slots=True)
class Form:
    """What a sheet asks for: its aspects in order."""

    aspects: dict[int, AspectForm]

    def counts(self, given: Mapping[int, Given], panel: Seats, rounds: Mapping[int, Round]) -> dict[int, Count]:
        """What every aspect comes to; *rounds*: those in which an aspect was marked again, by aspect."""
        return {
            id_: aspect.count_in_round(given.get(id_, NONE), panel, rounds[id_])
            if id_ in rounds
            else aspect.counts(panel)[listed_of(given.get(id_, NONE))]
            for id_, aspect in self.aspects.items()
        }


@lru_cache(maxsize=2000)
def form_of(code: str, spread_rules: str | None, aspects: tuple[AspectRow, ...]) -> Form:
    """The form of the sub criterion *code* whose aspects are these; *spread_rules* as the skill keeps them, in JSON."""
    rules = spread.rules_of(None if spread_rules is None else json.loads(spread_rules))
    forms = {}
    for row in aspects:
        method = method_from(json.loads(row.method))
        rule = spread.rule_for(rules, method.type.name.lower())
        forms[row.id] = AspectForm(row.id, f"{code}.{row.position}", method, Decimal(row.max_mark).scaleb(-2), rule)
    return Form(forms)


@dataclass(frozen=True, slots=True)
class Progress:
    """How a sheet stands: `counted` hundredths are part of the total; values given and needed, and aspects to be marked again.

    `recorded`: key → [sum in hundred millionths, how many are recorded, how many are to be].
    """

    counted: int
    given: int
    needed: int
    differences: int
    recorded: dict[str, list[int]]

    @classmethod
    def of(cls, counts: Iterable[Count]) -> Progress:
        counted = given = needed = differences = 0
        recorded: dict[str, list[int]] = {}
        for each in counts:
            if each.is_counted:
                counted += each.mark
            given += each.given
            needed += each.needed
            if each.difference is not None:
                differences += 1
            if each.recorded is not None:
                key, value = each.recorded
                known = recorded.setdefault(key, [0, 0, 0])
                known[0] += value or 0
                known[1] += value is not None
                known[2] += 1
        return cls(counted, given, needed, differences, recorded)

    @property
    def row(self) -> list[Any]:
        """As `Standing.sheets` keeps it."""
        row: list[Any] = [self.counted, self.given, self.needed, self.differences]
        return [*row, self.recorded] if self.recorded else row


def recorded_on(sheets: Iterable[Sequence[Any]]) -> dict[str, int]:
    """What is recorded over all *sheets* of a competitor, as their rows: each key only if nothing is missing (see `modules.recorded`)."""
    sums: dict[str, list[int]] = {}
    for row in sheets:
        for key, values in (row[4] if len(row) > 4 else {}).items():
            sums[key] = [known + value for known, value in zip(sums.get(key, (0, 0, 0)), values, strict=True)]
    return {key: total for key, (total, given, needed) in sums.items() if given == needed}


def listed_of(given: Given) -> str:
    """What counts of one aspect, in a line: "1=200000000,2=" (the second judge: not attempted)."""
    return ",".join(f"{seat}={'' if value is None else value}" for seat, value in given.items())


def given_in(listed: str) -> dict[int, int | None]:
    pairs = (each.partition("=") for each in listed.split(",") if each)
    return {int(seat): int(value) if value else None for seat, _, value in pairs}


def scaled(value: Decimal | None) -> int | None:
    return None if value is None else int(value.scaleb(PLACES))


def unscaled(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value).scaleb(-PLACES)


def digest_of(counts: Iterable[Count]) -> str:
    return sheet_marks.digest_of(each.line for each in counts)
