"""Numbers that must never stand on a public list: ID numbers and mobile numbers, however they are spaced."""

from __future__ import annotations

import re

# 18 characters of an ID number: region, birth date, serial, check character; spaces or hyphens between the groups do not hide it.
_ID_NUMBER = re.compile(r"(?<![0-9])[1-9]\d{5}[ -]?(?:18|19|20)\d{2}[ -]?(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])[ -]?\d{3}[0-9Xx](?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9])")


def private_numbers(text: str) -> tuple[str, ...]:
    """Every ID or mobile number that *text* shows, in the order of appearance, ID numbers first.

    A 22-character certificate number or a 20-digit account number contains digits enough but is neither.
    """
    return tuple(match.group() for pattern in (_ID_NUMBER, _MOBILE) for match in pattern.finditer(text))
