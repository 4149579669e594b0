"""What every competitor has come to so far, kept up with each mark."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.competitions.models.entry import Entry
from app.core.db import Base, Scaled


class Standing(Base):
    """One entry's marks as they stand, changed in the transaction of the mark that changes them.

    Marks are whole hundredths here.  `sheets`: sheet id → [mark, values given, values needed, open differences], and where times or
    errors are recorded {"time": [hundred millionths, recorded, to be recorded]}; `modules`: criterion letter → [earned, what counts of it];
    `recorded`: the keys of a tie-break chain besides marks, in hundred millionths.  `version` grows with every change; the sum over a skill
    is the version of its standings, so that no row is shared by two competitors who are marked at once.  The JSON stays the text it was
    written as: five hundred are read at once to place them, and PostgreSQL would put each together again from its parts (JSONB).
    """

    __tablename__ = "standing"

    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), primary_key=True, autoincrement=False)
    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    theory: Mapped[Decimal | None] = mapped_column(Scaled(2))
    practice: Mapped[Decimal | None] = mapped_column(Scaled(2))
    total: Mapped[Decimal] = mapped_column(Scaled(2), default=Decimal(0))
    modules: Mapped[dict[str, list[int]]] = mapped_column(sa.JSON, default=dict)
    sheets: Mapped[dict[str, list[Any]]] = mapped_column(sa.JSON, default=dict)
    recorded: Mapped[dict[str, int]] = mapped_column(sa.JSON, default=dict)
    version: Mapped[int] = mapped_column(default=1)

    entry: Mapped[Entry] = relationship()
