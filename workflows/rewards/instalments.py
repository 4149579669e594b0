"""An amount paid over several years.  Each part is rounded down to the fen; the last takes what rounding left over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from workflows.clauses.money import FEN
from workflows.rewards.months import months_after
from workflows.rewards.split import split_equally


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of an amount and the day from which it is due."""

    due: date
    amount: Decimal


def schedule(total: Decimal, shares: Sequence[tuple[date, Decimal]]) -> list[Instalment]:
    """The parts of *total* by their shares, which must add up to one; raises `ValueError` otherwise."""
    if sum(share for _, share in shares) != 1:
        raise ValueError("shares must add up to one")
    *early, (last_due, _) = shares
    paid = [Instalment(due, (total * share).quantize(FEN, ROUND_DOWN)) for due, share in early]
    return [*paid, Instalment(last_due, total - sum((it.amount for it in paid), Decimal(0)))]


def equal_instalments(total: Decimal, first_due: date, parts: int, months_apart: int = 12) -> list[Instalment]:
    """*parts* equal instalments, a year apart unless told otherwise: 40,000 in three is 13,333.33, 13,333.33 and 13,333.34."""
    amounts = split_equally(total, parts)
    return [Instalment(months_after(first_due, n * months_apart), amount) for n, amount in enumerate(amounts)]
