"""Judges, their sheets, and every mark that was ever given."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.competitions.models.entry import Entry
from app.competitions.models.plan import Skill
from app.competitions.models.scheme import Aspect, SubCriterion
from app.core.actor import Actor, Within
from app.core.db import Base, Scaled, UtcDateTime
from app.core.flowing import Flowing
from workflows.competition.sheet_flow import SheetFlow
from workflows.roles import Role


class PanelSeat(Base):
    """A judge's place on the panel of a skill.  The place is kept; who sits on it may change."""

    __tablename__ = "panel_seat"
    __table_args__ = (sa.UniqueConstraint("skill_id", "position"), sa.UniqueConstraint("skill_id", "account_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    position: Mapped[int]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)

    skill: Mapped[Skill] = relationship(back_populates="panel")
    account: Mapped[Account] = relationship()


class Sheet(Flowing, Base):
    """One competitor in one sub criterion.  Judges find it by the seat code; nothing here names anybody."""

    __tablename__ = "sheet"
    __table_args__ = (sa.UniqueConstraint("entry_id", "sub_criterion_id"),)
    workflow = SheetFlow

    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    sub_criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("sub_criterion.id"), index=True)

    skill: Mapped[Skill] = relationship(back_populates="sheets")
    entry: Mapped[Entry] = relationship()
    sub_criterion: Mapped[SubCriterion] = relationship()
    marks: Mapped[list[Mark]] = relationship(back_populates="sheet", order_by="Mark.number")
    signatures: Mapped[list[SheetSignature]] = relationship(back_populates="sheet", order_by="SheetSignature.id")

    @property
    def scopes(self) -> tuple[Within, ...]:
        return self.skill.scopes

    def own_roles(self, actor: Actor) -> tuple[Role, ...]:
        return ()


class Mark(Base):
    """A value given to an aspect; append-only.  `id` is made on the device, so that sending it twice counts it once.

    `value` is the score 0–3 of one judge (judgement) or the agreed mark (measurement); the highest `number`
    of a judge and an aspect counts.  A non-attempt has no value.
    """

    __tablename__ = "mark"
    __table_args__ = (
        sa.UniqueConstraint("sheet_id", "aspect_id", "seat", "number"),
        sa.CheckConstraint("(value IS NULL) = is_not_attempted", name="value_or_non_attempt"),
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id"), index=True)
    aspect_id: Mapped[int] = mapped_column(sa.ForeignKey("aspect.id"))
    seat: Mapped[int]  # the judge's place on the panel; 0 for the panel's agreed measurement
    number: Mapped[int]
    value: Mapped[Decimal | None] = mapped_column(Scaled(2))
    is_not_attempted: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    device: Mapped[str] = mapped_column(sa.String(60), default="")
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    sheet: Mapped[Sheet] = relationship(back_populates="marks")
    aspect: Mapped[Aspect] = relationship()


class SheetSignature(Base):
    """That a judge signed a sheet, and the digest of the marks they signed."""

    __tablename__ = "sheet_signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(sa.String(64))

    sheet: Mapped[Sheet] = relationship(back_populates="signatures")
    account: Mapped[Account] = relationship()


class TheoryMark(Base):
    """The theory paper's mark of 100 for one entry; append-only, the highest `number` counts."""

    __tablename__ = "theory_mark"
    __table_args__ = (sa.UniqueConstraint("entry_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    number: Mapped[int]
    mark: Mapped[Decimal] = mapped_column(Scaled(2))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    entry: Mapped[Entry] = relationship()
