"""Money that has to come back: the case, and what became of it, row by row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.actor import Actor, Within
from app.core.append_only import AppendOnly
from app.core.db import Base, Money, UtcDateTime
from app.core.flowing import Flowing
from workflows.rewards.clawback_flow import ClawbackFlow
from workflows.roles import Role
from workflows.workflow import Kind

if TYPE_CHECKING:
    from app.rewards.models.claim import Claim
    from app.rewards.models.policy import Determination

REPAID, OFFSET, WRITTEN_OFF = "repaid", "offset", "written_off"
_ENDED = ", ".join(f"'{state.name}'" for state in ClawbackFlow.states.values() if state.kind in (Kind.DONE, Kind.ENDED))
_OPEN = sa.text(f"state NOT IN ({_ENDED})")


class Clawback(Flowing, Base):
    """What a payee holds beyond what is due: paid less due, as the books stood when it was opened.

    One case of a claim is open at a time.
    """

    __tablename__ = "clawback"
    __table_args__ = (
        sa.Index("uq_clawback_open", "claim_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint("amount <= paid - due", name="amount_is_the_difference"),
        sa.CheckConstraint("reason <> ''", name="has_reason"),
    )
    workflow = ClawbackFlow

    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claim.id"), index=True)
    determination_id: Mapped[int | None] = mapped_column(sa.ForeignKey("determination.id"))  # what is due now; None where nothing is
    paid: Mapped[Decimal] = mapped_column(Money())  # all payments of the case, less what came back before
    due: Mapped[Decimal] = mapped_column(Money())
    amount: Mapped[Decimal] = mapped_column(Money())
    reason: Mapped[str] = mapped_column(sa.Text)
    reply: Mapped[str] = mapped_column(sa.Text, default="")
    reply_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    lapses_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    claim: Mapped[Claim] = relationship(back_populates="clawbacks", foreign_keys=[claim_id])
    determination: Mapped[Determination | None] = relationship()
    entries: Mapped[list[ClawbackEntry]] = relationship(back_populates="clawback", order_by="ClawbackEntry.id")
    reserved: Mapped[list[Claim]] = relationship(foreign_keys="Claim.offset_case_id", back_populates="offset_case", order_by="Claim.id")

    @property
    def has_reply(self) -> bool:
        return bool(self.reply.strip())

    @property
    def recovered(self) -> Decimal:
        return self._sum(REPAID, OFFSET)

    @property
    def written_off(self) -> Decimal:
        return self._sum(WRITTEN_OFF)

    @property
    def outstanding(self) -> Decimal:
        return self.amount - self.recovered - self.written_off

    @property
    def still_to_be_offset(self) -> Decimal:
        """What is reserved on claims that are not paid yet."""
        booked = {entry.claim_id for entry in self.entries}
        return sum((claim.offset for claim in self.reserved if claim.id not in booked), Decimal(0))

    @property
    def is_offset_at_the_bank(self) -> bool:
        return any(claim.is_at_the_bank for claim in self.reserved)

    @property
    def is_partly_recovered(self) -> bool:
        return self.recovered > 0

    def _sum(self, *kinds: str) -> Decimal:
        return sum((entry.amount for entry in self.entries if entry.kind in kinds), Decimal(0))

    # ── whose it is ──

    @property
    def scopes(self) -> tuple[Within, ...]:
        return self.claim.scopes

    def own_roles(self, actor: Actor) -> tuple[Role, ...]:
        return self.claim.own_roles(actor)

    @property
    def interested_person_ids(self) -> tuple[int, ...]:
        return self.claim.interested_person_ids

    @property
    def interested_account_ids(self) -> tuple[int, ...]:
        return self.claim.interested_account_ids


class ClawbackEntry(AppendOnly, Base):
    """A line of the books: money that came back, an offset against the payment of another claim (once), or what was written off."""

    __tablename__ = "clawback_entry"
    __table_args__ = (
        sa.UniqueConstraint("claim_id"),
        sa.CheckConstraint("amount > 0", name="amount"),
        sa.CheckConstraint(f"kind IN ('{REPAID}', '{OFFSET}', '{WRITTEN_OFF}')", name="kind"),
        sa.CheckConstraint(f"(kind = '{OFFSET}') = (claim_id IS NOT NULL)", name="offset_names_a_claim"),
        sa.CheckConstraint(f"kind <> '{REPAID}' OR reference <> ''", name="repaid_has_a_reference"),
        sa.CheckConstraint(f"kind <> '{WRITTEN_OFF}' OR reason <> ''", name="written_off_has_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    clawback_id: Mapped[int] = mapped_column(sa.ForeignKey("clawback.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(12))
    amount: Mapped[Decimal] = mapped_column(Money())
    on: Mapped[date]
    reference: Mapped[str] = mapped_column(sa.String(80), default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    claim_id: Mapped[int | None] = mapped_column(sa.ForeignKey("claim.id"))
    booked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    clawback: Mapped[Clawback] = relationship(back_populates="entries")
