"""What a person has achieved: an award, a level, a service.  The only thing slices share about each other."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Json, Money, UtcDateTime
from app.registry.models import Organisation, Person


class Achievement(Base):
    """A fact with its date, its evidence and the row it came from.

    `facts` holds what policy packs read, in the keys they read.  `source` names the row that published it
    (`skill_result:12/entry:5`), so that publishing again finds it instead of doubling it.
    """

    __tablename__ = "achievement"
    __table_args__ = (
        sa.UniqueConstraint("source"),
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
    is_outside: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_reason: Mapped[str] = mapped_column(sa.String(200), default="")

    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
