"""A paper somebody holds: its number, its face, and whether it still stands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Json, UtcDateTime
from app.registry.models import Person


class Certificate(Base):
    """One certificate.  `face` is exactly what is printed, so that printing again gives the same paper."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20), index=True)  # award | grade
    number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    check_code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    holder_name: Mapped[str] = mapped_column(sa.String(80), index=True)
    issuer: Mapped[str] = mapped_column(sa.String(160))
    issued_on: Mapped[date]
    face: Mapped[dict[str, Any]] = mapped_column(Json)
    source: Mapped[str] = mapped_column(sa.String(120), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_reason: Mapped[str] = mapped_column(sa.String(200), default="")

    person: Mapped[Person] = relationship()

    @property
    def stands(self) -> bool:
        return self.revoked_at is None


class Serial(Base):
    """The last serial number given out in a series.  Its row lock is what keeps a series without gap or double."""

    __tablename__ = "serial"

    series: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    last: Mapped[int]
