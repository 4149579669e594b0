"""Who enters a skill: one competitor or a team, sent by an organisation or alone."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.competitions.models.plan import Skill
from app.core.actor import Actor, Within
from app.core.db import Base, UtcDateTime
from app.core.flowing import Flowing
from app.registry.models import Organisation, Person
from workflows.competition.entry_flow import EntryFlow
from workflows.roles import Role, Scope


class Entry(Flowing, Base):
    """One entry.  `number` (参赛号) is given at acceptance, `seat_code` (赛位号) by the draw."""

    __tablename__ = "entry"
    __table_args__ = (sa.UniqueConstraint("skill_id", "number"), sa.UniqueConstraint("skill_id", "seat_code"))
    workflow = EntryFlow

    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    team_name: Mapped[str] = mapped_column(sa.String(120), default="")
    coach: Mapped[str] = mapped_column(sa.String(80), default="")
    remark: Mapped[str] = mapped_column(sa.Text, default="")
    number: Mapped[str | None] = mapped_column(sa.String(20))
    seat_code: Mapped[str | None] = mapped_column(sa.String(20))
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    results_final_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    skill: Mapped[Skill] = relationship(back_populates="entries")
    organisation: Mapped[Organisation | None] = relationship()
    members: Mapped[list[EntryMember]] = relationship(back_populates="entry", order_by="EntryMember.position", cascade="all, delete-orphan")

    @property
    def title(self) -> str:
        """The name on lists that may show names: the team's, or the competitor's."""
        return self.team_name or "、".join(member.person.name for member in self.members)

    @property
    def scopes(self) -> tuple[Within, ...]:
        delegation = ((Scope.ORGANISATION, self.organisation_id),) if self.organisation_id else ()
        return (*self.skill.competition.scopes, *delegation)

    def own_roles(self, actor: Actor) -> tuple[Role, ...]:
        return (Role.COMPETITOR,) if actor.person_id in self.interested_person_ids else ()

    @property
    def interested_person_ids(self) -> tuple[int, ...]:
        """Who is told about this entry."""
        return tuple(member.person_id for member in self.members)


class EntryMember(Base):
    """A competitor of an entry."""

    __tablename__ = "entry_member"
    __table_args__ = (sa.UniqueConstraint("entry_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    position: Mapped[int] = mapped_column(default=1)

    entry: Mapped[Entry] = relationship(back_populates="members")
    person: Mapped[Person] = relationship()
