"""What was paid for one case against what it is due by the last version of the results.

A case is one reward of one payee, through all versions of the fact it rests on.  What was paid stays on the books; what corrects it is
another row: money that came back, an offset against a later payment, a debt written off, a supplementary payment.  In the end

    paid − come back (or offset) + supplementary = due,

but for what was written off.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Books:
    """The sums of one case, in yuan: all payments, what came back of them or was offset, what was written off, what is due now."""

    paid: Decimal
    recovered: Decimal
    written_off: Decimal
    due: Decimal

    def __post_init__(self) -> None:
        if min(self.paid, self.recovered, self.written_off, self.due) < ZERO:
            raise ValueError("no sum on the books is negative")
        if self.recovered + self.written_off > self.paid:
            raise ValueError("more came back than was ever paid")

    @property
    def held(self) -> Decimal:
        """What the payee has in hand."""
        return self.paid - self.recovered

    @property
    def overpaid(self) -> Decimal:
        """What is to be claimed back: a debt that was written off is not asked for again."""
        return max(ZERO, self.held - self.written_off - self.due)

    @property
    def underpaid(self) -> Decimal:
        """What is still to be paid; who kept what was written off is not paid it a second time."""
        return max(ZERO, self.due - self.held)

    @property
    def balances(self) -> bool:
        return self.overpaid == self.underpaid == ZERO
