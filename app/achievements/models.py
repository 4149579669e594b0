"""What a person has achieved: an award, a level, a service.  The only thing slices share about each other."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Json, Money, UtcDateTime
from app.registry.models import Organisation, Person
from workflows.text import Text


class Achievement(Base):
    """A fact with its date, its evidence and the row it came from.

    `facts` holds what policy packs read, in the keys they read.  `source` names the row that published it
    (`skill_result:12/entry:5`), so that publishing again finds it instead of doubling it.  What corrects a fact is another one that
    names the one it `replaces`; all versions of a fact share its `thread`.
    """

    __tablename__ = "achievement"
    __table_args__ = (
        sa.UniqueConstraint("source"),
        sa.UniqueConstraint("replaces_id"),
        sa.CheckConstraint("person_id IS NOT NULL OR organisation_id IS NOT NULL", name="somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(40), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    on: Mapped[date]
    level: Mapped[str] = mapped_column(sa.String(40), default="")
    award: Mapped[str] = mapped_column(sa.String(40), default="")
    occupation_code: Mapped[str | None] = mapped_column(sa.ForeignKey("occupation.code"))
    grade_level: Mapped[int | None]
    prize_received: Mapped[Decimal | None] = mapped_column(Money())
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    source: Mapped[str] = mapped_column(sa.String(120))
    thread: Mapped[str] = mapped_column(sa.String(120), index=True, default=lambda row: row.get_current_parameters()["source"])
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("achievement.id"))
    is_outside: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    held_zh: Mapped[str] = mapped_column(sa.String(200), default="")  # why nothing may be built on it for now; empty while nothing holds it
    held_en: Mapped[str] = mapped_column(sa.String(200), default="")

    replaces: Mapped[Achievement | None] = relationship(remote_side=[id], back_populates="replaced_by")
    replaced_by: Mapped[Achievement | None] = relationship(back_populates="replaces")
    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def hold(self) -> Text | None:
        """Why nothing may be built on it for now: its results are appealed against, or being revised."""
        return Text(self.held_zh, self.held_en) if self.held_zh else None
