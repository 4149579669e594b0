"""A paper somebody holds: its number, its face, and whether it still stands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.actor import Actor, Within
from app.core.db import Base, Json, UtcDateTime
from app.core.secrets import Sealed
from app.registry.models import Organisation, Person
from workflows.roles import Role, Scope
from workflows.text import Text

AWARD, GRADE = "award", "grade"
"""What a certificate can be: of an award in a competition, or of a level of skill."""


ZIP, BOOKLET = "zip", "pdf"
"""What many are printed into."""


class Certificate(Base):
    """One certificate.  `face` is exactly what is printed, so that printing again gives the same paper."""

    __tablename__ = "certificate"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20), index=True)  # AWARD or GRADE
    number: Mapped[str] = mapped_column(sa.String(40), unique=True)
    check_code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    holder_name: Mapped[str] = mapped_column(sa.String(80), index=True)
    issuer: Mapped[str] = mapped_column(sa.String(160))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    issued_on: Mapped[date]
    face: Mapped[dict[str, Any]] = mapped_column(Json)
    source: Mapped[str] = mapped_column(sa.String(120), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificate.id"), unique=True)
    held_zh: Mapped[str] = mapped_column(sa.String(200), default="")  # why it may not be used for now; empty while nothing holds it
    held_en: Mapped[str] = mapped_column(sa.String(200), default="")

    replaces: Mapped[Certificate | None] = relationship(remote_side=[id], back_populates="replaced_by")
    replaced_by: Mapped[Certificate | None] = relationship(back_populates="replaces")
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def stands(self) -> bool:
        return self.revoked_at is None

    @property
    def hold(self) -> Text | None:
        """Why it may not be used for now: the results it rests on are appealed against, or being revised."""
        return Text(self.held_zh, self.held_en) if self.held_zh else None

    @property
    def scopes(self) -> tuple[Within, ...]:
        return ((Scope.ORGANISATION, self.organisation_id),) if self.organisation_id else ()

    def own_roles(self, actor: Actor) -> tuple[Role, ...]:
        return (Role.APPLICANT,) if actor.person_id is not None and actor.person_id == self.person_id else ()


class Serial(Base):
    """The last serial number given out in a series.  Its row lock is what keeps a series without gap or double."""

    __tablename__ = "serial"

    series: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    last: Mapped[int]


class PrintedBundle(Base):
    """Certificates printed together: a ZIP with a PDF for each, or a BOOKLET, one PDF with all of them.

    They carry ID numbers in full, so it is kept sealed and only for some days.
    """

    __tablename__ = "printed_bundle"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    job_id: Mapped[int] = mapped_column(sa.ForeignKey("job.id"), unique=True)
    count: Mapped[int]
    form: Mapped[str] = mapped_column(sa.String(4))
    content: Mapped[str] = mapped_column(Sealed("printed_bundle.content"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
