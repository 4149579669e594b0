"""What the documents about honours said of each competitor when the results became final, and the texts it was said by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.competitions.models.entry import Entry
from app.competitions.models.plan import Skill
from app.core.append_only import AppendOnly
from app.core.db import Base, Json, UtcDateTime
from app.registry.models import Person


class HonourText(AppendOnly, Base):
    """The text of a pack as it was applied, so that what was decided by it can be decided again after the file has changed."""

    __tablename__ = "honour_text"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    pack: Mapped[str] = mapped_column(sa.String(80))
    text: Mapped[str] = mapped_column(sa.Text)
    kept_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Honour(AppendOnly, Base):
    """One rule's answer about one competitor in one version of the results: given, or why not.

    `facts` is what the rule was asked with, `record` its source, words, steps and open question (`findings.record_of`).
    """

    __tablename__ = "honour"
    __table_args__ = (sa.UniqueConstraint("skill_id", "tally", "entry_id", "person_id", "pack", "rule"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    tally: Mapped[int]
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    pack: Mapped[str] = mapped_column(sa.String(80))
    digest: Mapped[str] = mapped_column(sa.String(64))
    rule: Mapped[str] = mapped_column(sa.String(60))
    kind: Mapped[str] = mapped_column(sa.String(20))
    granted: Mapped[bool]
    level: Mapped[int | None]
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    record: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    skill: Mapped[Skill] = relationship()
    entry: Mapped[Entry] = relationship()
    person: Mapped[Person] = relationship()
