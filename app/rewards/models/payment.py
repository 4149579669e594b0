"""Payment batches, their lines, and the ledger in which no claim stands twice."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.append_only import AppendOnly
from app.core.db import Base, Money, UtcDateTime
from app.core.flowing import Flowing
from app.core.secrets import Sealed
from workflows.rewards.payment_flow import PaymentBatchFlow

if TYPE_CHECKING:
    from app.rewards.models.claim import Claim

PENDING, PAID, BOUNCED, TAKEN_OUT = "pending", "paid", "bounced", "taken_out"
STANDING = (PENDING, PAID)
_STANDING = sa.text(f"status IN ('{PENDING}', '{PAID}')")


class PaymentBatch(Flowing, Base):
    """Payments sent to the bank together."""

    __tablename__ = "payment_batch"
    __table_args__ = (sa.CheckConstraint("state NOT IN ('sent', 'settled') OR bank_list_hash IS NOT NULL", name="sent_has_a_list"),)
    workflow = PaymentBatchFlow

    title: Mapped[str] = mapped_column(sa.String(120))
    bank_list_hash: Mapped[str | None] = mapped_column(sa.String(64))

    lines: Mapped[list[PaymentLine]] = relationship(back_populates="batch", order_by="PaymentLine.number")

    @property
    def payments(self) -> list[PaymentLine]:
        """Its lines but those taken out again."""
        return [line for line in self.lines if line.status != TAKEN_OUT]

    @property
    def line_count(self) -> int:
        return len(self.payments)

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.payments), Decimal(0))

    @property
    def total_paid(self) -> Decimal:
        return sum((line.amount for line in self.lines if line.status == PAID), Decimal(0))

    @property
    def lines_not_payable(self) -> int:
        return sum(not line.is_payable for line in self.payments if line.status == PENDING)

    @property
    def lines_without_result(self) -> int:
        return sum(line.status == PENDING for line in self.lines)


class PaymentLine(Base):
    """One payment as it goes to the bank.  At most one line of a claim waits for the bank or was paid."""

    __tablename__ = "payment_line"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "number"),
        sa.Index("uq_payment_line_standing", "claim_id", unique=True, sqlite_where=_STANDING, postgresql_where=_STANDING),
        sa.CheckConstraint(f"status IN ('{PENDING}', '{PAID}', '{BOUNCED}', '{TAKEN_OUT}')", name="status"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint(f"(status = '{PAID}') = (paid_on IS NOT NULL)", name="paid_has_a_day"),
        sa.CheckConstraint(f"status <> '{BOUNCED}' OR reason <> ''", name="bounced_has_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("payment_batch.id"), index=True)
    number: Mapped[int]
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claim.id"), index=True)
    amount: Mapped[Decimal] = mapped_column(Money())
    account_name: Mapped[str] = mapped_column(sa.String(120))
    bank_name: Mapped[str] = mapped_column(sa.String(120), default="")
    account: Mapped[str] = mapped_column(Sealed("payment_line.account"))
    account_masked: Mapped[str] = mapped_column(sa.String(40))
    status: Mapped[str] = mapped_column(sa.String(10), default=PENDING)
    paid_on: Mapped[date | None]
    bank_reference: Mapped[str] = mapped_column(sa.String(80), default="")
    reason: Mapped[str] = mapped_column(sa.String(200), default="")

    batch: Mapped[PaymentBatch] = relationship(back_populates="lines")
    claim: Mapped[Claim] = relationship(back_populates="lines")

    @property
    def is_payable(self) -> bool:
        """Its claim still waits in this batch for just this amount, and what it rests on still stands."""
        claim = self.claim
        return (
            claim.is_in(claim.workflow.in_batch)
            and claim.standing_line is self
            and claim.payable is not None
            and claim.payable - claim.offset == self.amount
            and claim.lapses_at is None
            and claim.revised_at is None
            and claim.hold is None
        )


class Payment(AppendOnly, Base):
    """That a claim was paid: once, says the unique constraint, whoever tries again and however many at a time.

    `amount` is what the payee was credited with; `offset` is the part of it that paid a debt instead of leaving by the bank; where that is
    all of it, there is no line of a batch.
    """

    __tablename__ = "payment"
    __table_args__ = (
        sa.UniqueConstraint("claim_id"),
        sa.UniqueConstraint("line_id"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint('"offset" >= 0 AND "offset" <= amount', name="offset"),
        sa.CheckConstraint('(line_id IS NULL) = ("offset" = amount)', name="by_the_bank_or_offset_in_full"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claim.id"))
    line_id: Mapped[int | None] = mapped_column(sa.ForeignKey("payment_line.id"))
    amount: Mapped[Decimal] = mapped_column(Money())
    offset: Mapped[Decimal] = mapped_column(Money(), default=Decimal(0))
    paid_on: Mapped[date]
    bank_reference: Mapped[str] = mapped_column(sa.String(80), default="")
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    line: Mapped[PaymentLine | None] = relationship()
