"""An image of a seal or a signature, and every use of it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.core.actor import Actor, Within
from app.core.append_only import AppendOnly
from app.core.db import Base, UtcDateTime
from app.core.files import StoredFile
from app.registry.models import Organisation
from workflows.roles import Role, Scope

SEAL, SIGNATURE = "seal", "signature"


class Seal(Base):
    """A seal (公章) or a signature (签名) of an organisation.  `width` is how wide it stands on paper, in millimetres."""

    __tablename__ = "seal"
    __table_args__ = (
        sa.CheckConstraint(f"kind IN ('{SEAL}', '{SIGNATURE}')", name="kind"),
        sa.CheckConstraint("width BETWEEN 15 AND 60", name="width"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    title: Mapped[str] = mapped_column(sa.String(80))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    width: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    file: Mapped[StoredFile] = relationship()

    @property
    def is_in_use(self) -> bool:
        return self.withdrawn_at is None

    @property
    def scopes(self) -> tuple[Within, ...]:
        return ((Scope.ORGANISATION, self.organisation_id),)

    def own_roles(self, actor: Actor) -> tuple[Role, ...]:
        return ()


class SealUse(AppendOnly, Base):
    """That a seal was put on something, or taken off it: the last line of a seal and a subject says which.  Never changed.

    `digest` is of what the paper said, where that can change: the seal stands for that, and on nothing that says something else.
    """

    __tablename__ = "seal_use"
    __table_args__ = (sa.Index("ix_seal_use_subject", "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    seal_id: Mapped[int] = mapped_column(sa.ForeignKey("seal.id"), index=True)
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[int]
    is_removed: Mapped[bool] = mapped_column(default=False)
    purpose: Mapped[str] = mapped_column(sa.String(200))
    digest: Mapped[str] = mapped_column(sa.String(64), default="")
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    seal: Mapped[Seal] = relationship()
    account: Mapped[Account] = relationship()
