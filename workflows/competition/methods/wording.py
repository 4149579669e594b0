"""Words that several methods use to say how a mark came about."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from workflows.exact import half_up, plain
from workflows.text import Text


def figured(figures: str, zh: str, en: str) -> Text:
    """The same figures in the words of each language."""
    return Text(zh.format(figures), en.format(figures))


def listed(values: Sequence[Decimal]) -> str:
    return " + ".join(map(plain, values))


def as_figure(value: Fraction) -> str:
    """ "= 1.25", or "≈ 1.555556" for a figure that does not end."""
    rounded = half_up(value, 6)
    return f"{'=' if Fraction(rounded) == value else '≈'} {plain(rounded)}"
