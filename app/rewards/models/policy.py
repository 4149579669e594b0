"""A policy that was switched on, and what it said of each case."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.achievements.models import Achievement
from app.core.append_only import AppendOnly
from app.core.db import Base, Money, UtcDateTime


class PolicyVersion(Base):
    """One text of a policy pack, as it was when it was switched on.  The file may change; what was applied does not."""

    __tablename__ = "policy_version"
    __table_args__ = (
        sa.UniqueConstraint("digest"),
        sa.CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name="dates"),
        sa.CheckConstraint("(ended_at IS NULL) = (end_reason = '')", name="end_has_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pack: Mapped[str] = mapped_column(sa.String(80), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of the text
    text: Mapped[str] = mapped_column(sa.Text)
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    activated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    activated_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    end_reason: Mapped[str] = mapped_column(sa.String(200), default="")


class Determination(AppendOnly, Base):
    """What a policy said of one case on one day.  Never changed: a correction is another one, with its reason.

    `record` is the JSON text of facts and findings, kept as bytes were, so that a recomputation can be compared with it.
    """

    __tablename__ = "determination"
    __table_args__ = (sa.Index("ix_determination_case", "achievement_id", "beneficiary"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    achievement_id: Mapped[int] = mapped_column(sa.ForeignKey("achievement.id"))
    beneficiary: Mapped[str] = mapped_column(sa.String(40))  # which side of the achievement: competitor, expert_team
    policy_version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_version.id"), index=True)
    on: Mapped[date]  # the day of the claim
    record: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.String(64))  # SHA-256 of the record
    reason: Mapped[str] = mapped_column(sa.Text, default="")  # why it was made again; empty for the first
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    achievement: Mapped[Achievement] = relationship()
    policy_version: Mapped[PolicyVersion] = relationship()
    granted: Mapped[list[GrantedAmount]] = relationship(back_populates="determination", order_by="GrantedAmount.rule")

    @property
    def content(self) -> dict[str, Any]:
        """The record, read."""
        content: dict[str, Any] = json.loads(self.record)
        return content

    @property
    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.content["facts"]
        return facts

    @property
    def findings(self) -> list[dict[str, Any]]:
        """Every rule of the pack: granted with its steps, or refused with its reason."""
        findings: list[dict[str, Any]] = self.content["findings"]
        return findings

    def finding(self, rule: str) -> dict[str, Any]:
        return next(finding for finding in self.findings if finding["rule"] == rule)

    def amount_of(self, rule: str) -> Decimal | None:
        return next((granted.amount for granted in self.granted if granted.rule == rule), None)


class GrantedAmount(AppendOnly, Base):
    """An amount that a determination granted under one rule.  A claim's amount refers here, so that none can be typed in."""

    __tablename__ = "granted_amount"
    __table_args__ = (
        sa.UniqueConstraint("determination_id", "rule", "amount"),
        sa.CheckConstraint("amount > 0", name="amount"),
    )

    determination_id: Mapped[int] = mapped_column(sa.ForeignKey("determination.id"), primary_key=True)
    rule: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    amount: Mapped[Decimal] = mapped_column(Money())

    determination: Mapped[Determination] = relationship(back_populates="granted")
