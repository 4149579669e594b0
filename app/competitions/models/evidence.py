"""A bundle of evidence that a worker made, kept for some days so that it can be fetched."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, UtcDateTime


class EvidenceBundle(Base):
    """The zip of `app.competitions.results.evidence`, with its SHA-256 and what made it."""

    __tablename__ = "evidence_bundle"

    id: Mapped[int] = mapped_column(primary_key=True)
    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id"), unique=True)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
