"""One amount among several people.  The table must add up: nobody is paid from a table that is a fen off."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from workflows.clauses.money import FEN


def split(total: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    """What each gets of *total*, in the order given.

    *shares* are either amounts that add up to *total* or parts that add up to one.  Parts are rounded down to the fen; the last takes the
    remainder.  Raises `ValueError` where nobody is named, a share is negative, or the table does not add up.
    """
    if not shares:
        raise ValueError("a split names at least one share")
    if any(share < 0 for share in shares):
        raise ValueError("a share cannot be negative")
    together = sum(shares, Decimal(0))
    if together == total and all(share == share.quantize(FEN) for share in shares):
        return list(shares)
    if together != 1:
        raise ValueError(f"the shares add up to {together}; they must be amounts in fen that make {total}, or parts of one")
    early = [(total * share).quantize(FEN, ROUND_DOWN) for share in shares[:-1]]
    return [*early, total - sum(early, Decimal(0))]


def split_equally(total: Decimal, count: int) -> list[Decimal]:
    """Equal parts in fen; the last takes what rounding left over."""
    if count < 1:
        raise ValueError("a split names at least one share")
    each = (total / count).quantize(FEN, ROUND_DOWN)
    return [*[each] * (count - 1), total - each * (count - 1)]
