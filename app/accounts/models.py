"""Who may sign in, what roles they hold on what, and what they have been told."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.actor import Actor, Grant
from app.core.db import Base, UtcDateTime
from app.core.secrets import Sealed
from workflows.roles import Role


def new_session_key() -> str:
    return secrets.token_urlsafe(18)


class Account(Base):
    """Somebody who can sign in.  `session_key` is part of every login: a new one ends all sessions."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    password_hash: Mapped[str] = mapped_column(sa.String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    session_key: Mapped[str] = mapped_column(sa.String(40), default=new_session_key)
    failed_logins: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    totp_secret: Mapped[str | None] = mapped_column(Sealed("account.totp_secret"))
    totp_last_step: Mapped[int | None]
    language: Mapped[str] = mapped_column(sa.String(5), default="zh")
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    grants: Mapped[list[RoleGrant]] = relationship(
        primaryjoin="and_(RoleGrant.account_id == Account.id, RoleGrant.ended_at.is_(None))", viewonly=True, lazy="selectin"
    )

    is_authenticated = True  # what Flask-Login asks of an account; a visitor is an object of its own
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    def get_id(self) -> str:
        return f"{self.id}:{self.session_key}"

    def is_locked(self, now: datetime) -> bool:
        return self.locked_until is not None and self.locked_until > now

    @property
    def has_second_factor(self) -> bool:
        return self.totp_secret is not None

    @property
    def needs_second_factor(self) -> bool:
        """Whether it holds a role that approves, pays or decodes."""
        return any(Role.of(g.role).sensitive for g in self.grants)

    @property
    def actor(self) -> Actor:
        """This account as the value that is passed to queries and commands."""
        return Actor(self.id, self.person_id, self.name, frozenset(Grant(Role.of(g.role), g.on_id) for g in self.grants))


class RoleGrant(Base):
    """A role given to an account, on something, from one day to another.  Ended, never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (
        sa.Index(
            "uq_role_grant_held",
            "account_id",
            "role",
            "on_id",
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    on_id: Mapped[int] = mapped_column(default=0)
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    end_reason: Mapped[str] = mapped_column(sa.String(200), default="")
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    account: Mapped[Account] = relationship(foreign_keys=[account_id])
    granted_by: Mapped[Account | None] = relationship(foreign_keys=[granted_by_id])
    ended_by: Mapped[Account | None] = relationship(foreign_keys=[ended_by_id])

    @property
    def what(self) -> Role:
        return Role.of(self.role)


class RecoveryCode(Base):
    """A code that stands in once for a lost authenticator.  Only its digest is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    digest: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Notification(Base):
    """One thing an account has been told, in both languages."""

    __tablename__ = "notification"
    __table_args__ = (sa.Index("ix_notification_unread", "account_id", "read_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    text_zh: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text)
    subject_kind: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[int]
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
