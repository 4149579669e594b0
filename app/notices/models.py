"""A list before the public for so many working days, and what was said against it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.actor import Actor, Within
from app.core.db import Base, Json, UtcDateTime
from app.core.flowing import Flowing
from workflows.publicity.notice_flow import NoticeFlow
from workflows.publicity.objection_flow import ObjectionFlow
from workflows.roles import Role, Scope


class Notice(Flowing, Base):
    """What is published: a title, words, and a masked table (`columns`: zh, en; `rows`: strings)."""

    __tablename__ = "notice"
    workflow = NoticeFlow

    title: Mapped[str] = mapped_column(sa.String(200))
    body: Mapped[str] = mapped_column(sa.Text, default="")
    columns: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list)
    rows: Mapped[list[list[str]]] = mapped_column(Json, default=list)
    subject_kind: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[int]
    scope: Mapped[str] = mapped_column(sa.String(20), default="system")
    scope_id: Mapped[int] = mapped_column(default=0)
    days: Mapped[int] = mapped_column(default=5)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_provisional: Mapped[bool] = mapped_column(default=False)
    contact: Mapped[str] = mapped_column(sa.String(200), default="")

    objections: Mapped[list[Objection]] = relationship(back_populates="notice", order_by="Objection.id")

    @property
    def has_open_objection(self) -> bool:
        """Whether an objection is still being looked at; it holds the publicity."""
        return any(objection.is_open for objection in self.objections)

    @property
    def public_text(self) -> str:
        """Everything the public will see of it."""
        return "\n".join([self.title, self.body, self.contact, *("\t".join(row) for row in self.rows)])

    @property
    def scopes(self) -> tuple[Within, ...]:
        return ((Scope(self.scope), self.scope_id),) if self.scope_id else ()


class Objection(Flowing, Base):
    """Somebody says the list is wrong, with a name and a way to be reached."""

    __tablename__ = "objection"
    workflow = ObjectionFlow

    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notice.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    contact: Mapped[str] = mapped_column(sa.String(120))
    reason: Mapped[str] = mapped_column(sa.Text)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    receipt: Mapped[str] = mapped_column(sa.String(40), unique=True)

    notice: Mapped[Notice] = relationship(back_populates="objections")

    @property
    def is_open(self) -> bool:
        return self.state.kind.value == "open"

    @property
    def scopes(self) -> tuple[Within, ...]:
        return self.notice.scopes

    def own_roles(self, actor: Actor) -> tuple[Role, ...]:
        return (Role.APPLICANT,) if actor.is_signed_in and actor.account_id == self.account_id else ()
