"""What the judges' desk keeps beside the marks: tablets, short PINs, notes and photos, what was handed over, sheets typed from paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from app.accounts.models import Account
from app.competitions.models.marking import Sheet
from app.competitions.models.scheme import Aspect
from app.core.append_only import AppendOnly
from app.core.db import Base, Json, UtcDateTime
from app.core.files import StoredFile


class MarkingDevice(Base):
    """A judge on a tablet: when the two were last heard of, and how many marks wait there.

    Several judges may share a tablet; each has a row of their own, because each has a queue of their own.
    """

    __tablename__ = "marking_device"
    __table_args__ = (
        sa.UniqueConstraint("device", "account_id"),
        sa.CheckConstraint("(lost_at IS NULL) = (lost_by_id IS NULL)", name="lost_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(sa.String(36))  # made on the tablet itself
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    label: Mapped[str] = mapped_column(sa.String(60), default="")
    first_contact_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_contact_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    signed_in_at: Mapped[datetime] = mapped_column(UtcDateTime)  # with the password, not with a PIN
    pending: Mapped[int] = mapped_column(default=0)
    clock_offset_ms: Mapped[int] = mapped_column(sa.BigInteger, default=0)  # the tablet's clock minus the server's
    lost_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lost_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    lost_reason: Mapped[str] = mapped_column(sa.String(200), default="")

    account: Mapped[Account] = relationship(foreign_keys=[account_id])


class MarkingPin(Base):
    """The short PIN with which a judge takes over a shared tablet.  Five wrong ones in a row close it until the next full sign-in."""

    __tablename__ = "marking_pin"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    pin_hash: Mapped[str] = mapped_column(sa.String(200))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)

    account: Mapped[Account] = relationship()


class AspectNote(AppendOnly, Base):
    """A judge's remark on an aspect of a sheet; append-only, a judge's last one counts and may be empty.  `id` is made on the device."""

    __tablename__ = "aspect_note"

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id"), index=True)
    aspect_id: Mapped[int] = mapped_column(sa.ForeignKey("aspect.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    number: Mapped[int]  # of this judge on this aspect, from 1
    text: Mapped[str] = mapped_column(sa.String(500))
    device: Mapped[str] = mapped_column(sa.String(60), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()
    aspect: Mapped[Aspect] = relationship()


class AspectPhoto(Base):
    """A picture of the work, for one aspect of a sheet.  It is withdrawn, never deleted.  `id` is made on the device."""

    __tablename__ = "aspect_photo"
    __table_args__ = (sa.CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_somebody"),)

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id"), index=True)
    aspect_id: Mapped[int] = mapped_column(sa.ForeignKey("aspect.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    device: Mapped[str] = mapped_column(sa.String(60), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    file: Mapped[StoredFile] = relationship()
    aspect: Mapped[Aspect] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    sheet: Mapped[Sheet] = relationship()


class HandOver(AppendOnly, Base):
    """Marks that another machine brought in, word for word as they were packed, and what became of each."""

    __tablename__ = "hand_over"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)  # SHA-256 of the packet; the same one may be brought twice
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))  # whose marks they are
    device: Mapped[str] = mapped_column(sa.String(36))
    packed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    brought_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    brought_at: Mapped[datetime] = mapped_column(UtcDateTime)
    packet: Mapped[str] = mapped_column(sa.Text)
    outcome: Mapped[list[dict[str, Any]]] = mapped_column(Json)

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    brought_by: Mapped[Account] = relationship(foreign_keys=[brought_by_id])


class PaperEntry(Base):
    """A sheet filled in on paper, typed by two persons who do not see each other's typing.  What both say alike becomes marks.

    `first` and `second` map places (`"<aspect>-<seat>"`) to what was typed ("n" for not attempted).
    """

    __tablename__ = "paper_entry"
    __table_args__ = (
        sa.CheckConstraint("second_by_id IS NULL OR second_by_id <> first_by_id", name="two_persons"),
        sa.CheckConstraint("recorded_at IS NULL OR second_by_id IS NOT NULL", name="recorded_by_two"),
        sa.Index(
            "uq_paper_entry_open",
            "sheet_id",
            unique=True,
            sqlite_where=sa.text("recorded_at IS NULL AND dropped_at IS NULL"),
            postgresql_where=sa.text("recorded_at IS NULL AND dropped_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id"), index=True)
    first: Mapped[dict[str, str]] = mapped_column(Json)
    first_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    second: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    second_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    second_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dropped_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version: Mapped[int] = mapped_column(default=1)

    sheet: Mapped[Sheet] = relationship()
    first_by: Mapped[Account] = relationship(foreign_keys=[first_by_id])
    second_by: Mapped[Account | None] = relationship(foreign_keys=[second_by_id])

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}
