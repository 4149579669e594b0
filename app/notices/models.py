"""A list before the public for so many working days, and what was said against it."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock, masking
from app.core.actor import Actor, Within
from app.core.db import Base, Json, UtcDateTime
from app.core.flowing import Flowing
from app.core.secrets import Sealed
from workflows.calendar import ONE_DAY, Holidays, working_days_between
from workflows.publicity.notice_flow import NoticeFlow
from workflows.publicity.objection_flow import ObjectionFlow
from workflows.roles import Role, Scope
from workflows.text import Text


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
    competition_id: Mapped[int | None] = mapped_column(index=True)  # what the subject lies within; no foreign key: a
    organisation_id: Mapped[int | None] = mapped_column(index=True)  # notice knows no slice above it
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
    def private_numbers(self) -> list[Text]:
        """Why it must not be published: each number that no public list may show in full (the first few)."""
        found = masking.find_personal_data([[self.title], [self.body], *self.rows])
        return [finding.reason for finding in found[:5]]

    @property
    def scopes(self) -> tuple[Within, ...]:
        competition = ((Scope.COMPETITION, self.competition_id),) if self.competition_id else ()
        return competition + (((Scope.ORGANISATION, self.organisation_id),) if self.organisation_id else ())

    def working_days_left(self, today: date, holidays: Holidays) -> int:
        """How many working days of the period are still to come, today included; the day of publication does not count."""
        if self.last_day is None or self.published_at is None:
            return 0
        return working_days_between(max(today - ONE_DAY, clock.today(self.published_at)), self.last_day, holidays)

    @property
    def last_day(self) -> date | None:
        """The last day on which an objection can be raised; the period is over with the first minute of the next."""
        return clock.today(self.ends_at) - ONE_DAY if self.ends_at else None


class Objection(Flowing, Base):
    """Somebody says the list is wrong, with a name and a way to be reached."""

    __tablename__ = "objection"
    workflow = ObjectionFlow

    notice_id: Mapped[int] = mapped_column(sa.ForeignKey("notice.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    contact: Mapped[str] = mapped_column(Sealed("objection.contact"))
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

    @property
    def interested_account_ids(self) -> tuple[int, ...]:
        return (self.account_id,) if self.account_id else ()

    def own_roles(self, actor: Actor) -> tuple[Role, ...]:
        return (Role.APPLICANT,) if actor.is_signed_in and actor.account_id == self.account_id else ()


class CalendarNotice(Base):
    """The State Council's notice on the days off of one year, as the administrator entered it."""

    __tablename__ = "calendar_notice"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    source: Mapped[str] = mapped_column(sa.String(200))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    days: Mapped[list[CalendarDay]] = relationship(back_populates="notice", order_by="CalendarDay.day", cascade="all, delete-orphan")

    @property
    def id(self) -> int:
        return self.year


class CalendarDay(Base):
    """A day that differs from the week: off though a weekday, or worked though a weekend."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    year: Mapped[int] = mapped_column(sa.ForeignKey("calendar_notice.year"), index=True)

    notice: Mapped[CalendarNotice] = relationship(back_populates="days")
