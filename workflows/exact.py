"""Exact numbers: what may enter a calculation, and how it is rounded at the end.

Marks, weights and money come in as `int`, `str` or `Decimal`; a binary float is refused, because it is
already another number than the one that was written down.
"""

from __future__ import annotations

import functools
import re
from decimal import Decimal
from fractions import Fraction

Exact = int | str | Decimal

_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_MOST_DIGITS = 24  # far beyond any mark or amount, and few enough for Decimal (28 digits) to stay exact


def exact(value: Exact, name: str = "number") -> Decimal:
    """*value* as a `Decimal`.

    Raises TypeError for a float, a bool or anything else that is not a number or its text; ValueError for
    text that is no plain decimal number ("1e3", "NaN", "", "12,5").  *name* says in the message what it was.
    """
    if isinstance(value, str):
        text = value.strip()
        if not _PLAIN.fullmatch(text):
            raise ValueError(f"{name}: {value!r} is not a plain decimal number")
        if len(text) > _MOST_DIGITS:
            raise ValueError(f"{name}: {text[:_MOST_DIGITS]}… is too long to be meant")
        return Decimal(text)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise TypeError(f"{name}: {value!r} is a {type(value).__name__}; give an int, a str or a Decimal")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(f"{name}: {value} is not a finite number")
    if abs(number.adjusted()) >= _MOST_DIGITS or len(number.as_tuple().digits) > _MOST_DIGITS:
        raise ValueError(f"{name}: {number:.3e} is too long to be meant")
    return number


def has_at_most(places: int, value: Decimal) -> bool:
    """Whether *value* can be written with that many decimals (1.500 can be written with one)."""
    return value == value.quantize(_unit(places))


@functools.cache
def _unit(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def half_up(value: Decimal | Fraction, places: int = 2) -> Decimal:
    """*value* rounded once, halves away from zero (四舍五入), to that many decimals."""
    return half_up_ratio(*value.as_integer_ratio(), places)


def half_up_ratio(numerator: int, denominator: int, places: int = 2) -> Decimal:
    """*numerator* ÷ *denominator* (which is above zero), rounded as by `half_up`.

    Works on whole numbers, so neither the decimal context nor a repeating fraction can round it twice.
    """
    whole, rest = divmod(abs(numerator) * 10**places, denominator)
    if 2 * rest >= denominator:
        whole += 1
    return Decimal(whole if numerator >= 0 else -whole).scaleb(-places)


def plain(value: Decimal) -> str:
    """*value* as people write it: no exponent, no needless zeros ("70", "86.5")."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
