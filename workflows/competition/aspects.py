"""How an aspect is marked: what judges enter for it, and the mark that comes to, with every step in words.

A `Method` is a value kept with its aspect; the methods there are stand in `methods`.  What is entered (a score, an agreed mark, a
measured value, seconds, a count) is kept as it was; the mark is always computed from it, and rounded once, to 0.01, halves up.  "Not
attempted" is an answer of its own and no zero, though it earns nothing.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import ClassVar, NamedTuple, Protocol, Self

from workflows.competition.marking import ZERO
from workflows.exact import exact, has_at_most
from workflows.text import Text

PANEL = 0  # the seat of what the panel agreed on
PLACES = 8  # decimals of a value as entered: what WorldSkills' information system keeps of a measured value
BIGGEST = Decimal(10) ** 9
MOST_CHOICES = 12  # more than that are no buttons but a number to type

Values = Mapping[int, Decimal | None]  # what counts, by seat; None is "not attempted"

NOT_ATTEMPTED = Text("未作答，记 0 分", "Not attempted: no mark")
NOT_MARKED = Text("尚未评分", "Not marked yet")


class AspectType(enum.Enum):
    """What kind of thing is marked.

    The workbook of WorldSkills' information system knows measurement and judgement only (`cis_letter`).  Its older letter S means a
    judgement, so panel scores are P.
    """

    title: Text
    cis_letter: str

    MEASUREMENT = ("M", Text("测量", "Measurement"), "M")
    JUDGEMENT = ("J", Text("评判", "Judgement"), "J")
    SCORES = ("P", Text("打分", "Panel scores"), "J")
    TIME = ("T", Text("计时", "Time"), "M")
    ERRORS = ("E", Text("计错", "Errors"), "M")

    def __new__(cls, letter: str, title: Text, cis_letter: str) -> Self:
        member = object.__new__(cls)
        member._value_, member.title, member.cis_letter = letter, title, cis_letter
        return member

    @classmethod
    def of(cls, letter: str) -> AspectType:
        """The type with that letter; `KeyError` for another."""
        return cls._value2member_map_[letter]  # type: ignore[return-value]


class Choice(NamedTuple):
    """A value to be tapped, and what it means."""

    value: Decimal
    label: Text


@dataclass(frozen=True, slots=True)
class Entry:
    """How a value is given: one of `choices`, or, where there are none, a number from `lowest` to `highest` in steps of `step`.

    `label` says what the number is, `unit` what it counts.  A bound that is None is no bound.
    """

    label: Text
    choices: tuple[Choice, ...] = ()
    lowest: Decimal | None = Decimal(0)
    highest: Decimal | None = None
    step: Decimal = Decimal(1)
    unit: Text | None = None


class Markable(Protocol):
    """What an aspect must tell to be marked; `meanings` are the words for the scores 0 to 3 of a judgement, "" where there are none."""

    @property
    def method(self) -> Method: ...
    @property
    def max_mark(self) -> Decimal: ...
    @property
    def meanings(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Marked:
    """An aspect as a sheet has it: its number in the scheme ("A1.3"), how it is marked, and what counts for each seat."""

    code: str
    method: Method
    max_mark: Decimal
    values: Values

    @property
    def kind(self) -> AspectType:
        return self.method.type

    @property
    def is_judgement(self) -> bool:
        return self.kind is AspectType.JUDGEMENT

    @property
    def is_scored_by_each(self) -> bool:
        """Whether every judge gives a value of their own, rather than the panel one that it agreed on."""
        return self.method.is_scored_by_each

    @property
    def given(self) -> list[Decimal]:
        return [value for value in self.values.values() if value is not None]


# --- methods --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Method:
    """One way of marking.  Two that are equal mark alike, so marks can be carried from one version of a scheme to the next."""

    key: ClassVar[str]
    type: ClassVar[AspectType]
    title: ClassVar[Text]
    is_scored_by_each: ClassVar[bool] = False

    def mark(self, given: Sequence[Decimal], max_mark: Decimal) -> Decimal:
        """The mark that *given* (at least one value) comes to."""
        raise NotImplementedError

    def steps(self, given: Sequence[Decimal], max_mark: Decimal) -> Iterator[Text]:
        """From what was entered to the mark, in words."""
        raise NotImplementedError

    def why_not(self, value: Decimal, max_mark: Decimal) -> Text | None:
        """Why *value* cannot be entered."""
        raise NotImplementedError

    def entry(self, max_mark: Decimal, meanings: Sequence[str]) -> Entry:
        raise NotImplementedError

    @property
    def judges_needed(self) -> int | None:
        """How many judges must score, or None where the panel answers as one."""
        return None

    def problems(self, max_mark: Decimal) -> Iterator[Text]:
        """What is wrong with the method itself for an aspect of that maximum."""
        return iter(())


# --- asked of an aspect ---------------------------------------------------------------------------------------------


def mark_of(marked: Marked) -> Decimal:
    """The mark that the values come to, to 0.01: nothing where nothing was attempted or given yet."""
    given = marked.given
    return marked.method.mark(given, marked.max_mark) if given else ZERO


def explain(marked: Marked) -> tuple[Text, ...]:
    """How the mark comes about: what was entered, every step, and the mark."""
    if not marked.values:
        return (NOT_MARKED,)
    given = marked.given
    if not given:
        return (NOT_ATTEMPTED,)
    mark = Text("得 {mark} 分", "Mark: {mark}").format(mark=mark_of(marked))
    return (*marked.method.steps(given, marked.max_mark), mark)


def why_not(aspect: Markable, value: Decimal | None) -> Text | None:
    """Why *value* cannot be entered for *aspect*, or None.  "Not attempted" always can."""
    if value is None:
        return None
    return why_too_long(value) or aspect.method.why_not(value, aspect.max_mark)


def seats_of(aspect: Markable | Marked, panel: Sequence[int]) -> Sequence[int]:
    """The seats that must give a value: every judge of the panel where each scores for itself, else the panel as one."""
    return panel if aspect.method.is_scored_by_each else (PANEL,)


def entry_of(aspect: Markable) -> Entry:
    """How a value for *aspect* is given, so that a page can draw it."""
    return aspect.method.entry(aspect.max_mark, aspect.meanings)


@lru_cache(maxsize=5000)  # the same few values are typed all day
def value_from(text: str) -> Decimal:
    """What was typed as a value: a plain number, or a time as "12:34.5" (minutes and seconds; hours before them) in seconds.

    Raises ValueError for anything else, or more than eight decimals.
    """
    if ":" in text or "：" in text:
        parts = text.replace("：", ":").split(":")
        if len(parts) > 3 or not all(re.fullmatch(r"\d{1,4}", part.strip(), re.ASCII) for part in parts[:-1]):
            raise ValueError(text)
        seconds, minutes = exact(parts[-1], "seconds"), 0
        if seconds >= 60 or seconds < 0:
            raise ValueError(text)
        for part in parts[:-1]:
            minutes = minutes * 60 + int(part)
        value = seconds + 60 * minutes
    else:
        value = exact(text, "value")
    if not has_at_most(PLACES, value):
        raise ValueError(text)
    return value


def why_too_long(value: Decimal) -> Text | None:
    if abs(value) >= BIGGEST or not has_at_most(PLACES, value):
        return Text("最多八位小数，且小于十亿", "At most eight decimals, and below a thousand million")
    return None
