"""A paper sheet typed by two persons: what the two say alike, and where they differ.

Neither alone suffices: only when the second typing, made without seeing the first, says the same of every place does it become marks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflows.text import Text

Typed = Mapping[str, str]
"""Places to what was typed there: a number as text, "n" for not attempted."""

NOT_ATTEMPTED = "n"


@dataclass(frozen=True, slots=True)
class Difference:
    """A place of which the two say different things; "" where one of them typed nothing."""

    place: str
    first: str
    second: str


def differences(first: Typed, second: Typed, places: Sequence[str]) -> list[Difference]:
    """Where the two typings differ, in the order of *places*."""
    return [
        Difference(place, first.get(place, ""), second.get(place, "")) for place in places if first.get(place, "") != second.get(place, "")
    ]


def why_not_second(first_by: int, second_by: int | None) -> Text | None:
    """The second typing is another person's."""
    if first_by == second_by:
        return Text("第一遍是您录的，第二遍须由另一人录入", "You typed it first; the second typing is somebody else's")
    return None


def missing(typed: Typed, places: Sequence[str]) -> list[str]:
    """The places with nothing typed, in order.  What was left empty on paper is typed as not attempted, never left out."""
    return [place for place in places if not typed.get(place, "")]
