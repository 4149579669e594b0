"""What a tally came to.  Each tally is kept; the skill's `tally_number` says which one counts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.competitions.models.entry import Entry
from app.competitions.models.plan import Skill
from app.core.db import Base, Json, Money, Scaled


class Result(Base):
    """One entry's result in one tally.  `decided_by` says which key put it before the next; `why` holds the steps in words
    and the mark of every aspect.  `needs_decision`: the place may not be shared, and no key resolves it."""

    __tablename__ = "result"
    __table_args__ = (sa.UniqueConstraint("skill_id", "tally", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    tally: Mapped[int]
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    order: Mapped[int]
    theory: Mapped[Decimal | None] = mapped_column(Scaled(2))
    practice: Mapped[Decimal | None] = mapped_column(Scaled(2))
    total: Mapped[Decimal] = mapped_column(Scaled(2))
    modules: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    scale_points: Mapped[int | None]
    place: Mapped[int | None]
    decided_by: Mapped[str] = mapped_column(sa.String(40), default="")
    is_shared: Mapped[bool] = mapped_column(default=False)
    needs_decision: Mapped[bool] = mapped_column(default=False)
    why: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    award: Mapped[str | None] = mapped_column(sa.String(20))
    prize: Mapped[Decimal] = mapped_column(Money(), default=Decimal(0))

    skill: Mapped[Skill] = relationship(back_populates="results")
    entry: Mapped[Entry] = relationship()
