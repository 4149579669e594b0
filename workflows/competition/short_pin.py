"""The short PIN with which a judge takes over a shared tablet: what it may be, and how often it may be wrong.

It opens the marking desk and nothing else, on a tablet where the judge signed in with the password that day.
"""

from __future__ import annotations

import itertools

from workflows.text import Text

TRIES = 5
SHORTEST, LONGEST = 4, 6


def why_not(pin: str) -> Text | None:
    """Why *pin* is not good enough, or None."""
    if not (pin.isascii() and pin.isdecimal() and SHORTEST <= len(pin) <= LONGEST):
        return Text("PIN 为 {low}–{high} 位数字", "A PIN has {low} to {high} digits").format(low=SHORTEST, high=LONGEST)
    steps = {int(after) - int(before) for before, after in itertools.pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        return Text("不要用相同或连续的数字", "Not the same digit throughout, and no digits in a row")
    return None


def is_closed(failures: int) -> bool:
    return failures >= TRIES
