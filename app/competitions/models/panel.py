"""Who judges: the register, who scores what, what ties a judge to a competitor, and what happens where a judge is missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from app.accounts.models import Account, RoleGrant
from app.competitions.models.entry import Entry
from app.competitions.models.marking import PanelSeat
from app.competitions.models.plan import OfSkill, Skill
from app.competitions.models.scheme import SubCriterion
from app.core.append_only import AppendOnly
from app.core.db import Base, Json, UtcDateTime
from app.registry.models import Organisation, Person
from workflows.competition import seating
from workflows.competition.conflict_flow import ConflictFlow
from workflows.competition.panels import PanelRules
from workflows.competition.seating import Duty
from workflows.competition.vacancy_flow import VacancyFlow
from workflows.roles import Role
from workflows.text import Text


class Judge(Base):
    """Somebody on the register of judges (裁判员库), by account.

    Employer and birth date are the person's where the account is linked to one; a judge from elsewhere has them here.  `member`: the
    WorldSkills Member, for world events; `occupations`: codes; `terms`: earlier competitions of municipal level or above they judged in.
    """

    __tablename__ = "judge"
    __table_args__ = (sa.CheckConstraint("years >= 0 AND terms >= 0", name="counts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), unique=True)
    title: Mapped[str] = mapped_column(sa.String(20), default="")  # a key of `qualification.TITLES`
    level: Mapped[str] = mapped_column(sa.String(20), default="")  # a key of `qualification.LEVELS`
    years: Mapped[int] = mapped_column(default=0)
    terms: Mapped[int] = mapped_column(default=0)
    certificate_no: Mapped[str] = mapped_column(sa.String(60), default="")
    certificate_until: Mapped[date | None]
    occupations: Mapped[list[str]] = mapped_column(Json, default=list)
    employer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    birth_date: Mapped[date | None]
    member: Mapped[str] = mapped_column(sa.String(3), default="")
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()
    employer: Mapped[Organisation | None] = relationship()


class JudgeRelation(Base):
    """A tie between a judge and a person that no register shows: family, teacher and pupil, another.  Ended, never deleted."""

    __tablename__ = "judge_relation"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))  # a key of `conflicts.RELATIONS`
    note: Mapped[str] = mapped_column(sa.String(200), default="")
    recorded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship(foreign_keys=account_id)
    person: Mapped[Person] = relationship()


class JudgeDayOff(Base):
    """A day of a competition on which a judge cannot serve; without a row they can."""

    __tablename__ = "judge_day_off"
    __table_args__ = (sa.UniqueConstraint("competition_id", "account_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    competition_id: Mapped[int] = mapped_column(sa.ForeignKey("competition.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    day: Mapped[int]
    reason: Mapped[str] = mapped_column(sa.String(200), default="")


class PanelAssignment(Base):
    """That a seat of the panel scores, or coordinates, one sub criterion.  Without any, the whole panel scores everything."""

    __tablename__ = "panel_assignment"
    __table_args__ = (sa.UniqueConstraint("skill_id", "sub_criterion_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    sub_criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("sub_criterion.id"), index=True)
    position: Mapped[int]
    duty: Mapped[str] = mapped_column(sa.String(20), default=Duty.SCORES.value)

    sub_criterion: Mapped[SubCriterion] = relationship()

    @property
    def does(self) -> Duty:
        return Duty(self.duty)  # type: ignore[call-arg]  # looked up by its value


class SeatTerm(AppendOnly, Base):
    """Who sits on a seat from which moment on, why, and who said so.  The seat's own row names whoever sits there now."""

    __tablename__ = "seat_term"

    id: Mapped[int] = mapped_column(primary_key=True)
    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    position: Mapped[int]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    begins_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    account: Mapped[Account] = relationship(foreign_keys=account_id)


class JudgeConflict(OfSkill, Base):
    """What ties a judge to a competitor of the skill they sit in: found from the registers, with the facts it rests on.

    `reasons`: `conflicts.Reason.as_data()` each; a row whose reasons are gone stays, as `gone_at`.  `covered`: the kinds an override let
    stand.  `keeps_away`: whether the judge may not score the competitor's sheets now, as reasons and override come to.
    """

    __tablename__ = "judge_conflict"
    __table_args__ = (
        sa.UniqueConstraint("skill_id", "account_id", "entry_id"),
        sa.Index("ix_judge_conflict_away", "skill_id", "account_id", "keeps_away"),
    )
    workflow = ConflictFlow

    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    covered: Mapped[list[str]] = mapped_column(Json, default=list)
    keeps_away: Mapped[bool]
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    skill: Mapped[Skill] = relationship()
    account: Mapped[Account] = relationship()
    entry: Mapped[Entry] = relationship()

    @property
    def title(self) -> str:
        """Names the judge and never the competitor: the title stands on lists of people who may not know who is who."""
        return f"{self.skill.name} · {self.account.name}"

    @property
    def still_refuses(self) -> bool:
        return self.gone_at is None and any(reason["refuses"] for reason in self.reasons)

    @property
    def kinds(self) -> list[str]:
        return [reason["kind"] for reason in self.reasons]

    def weigh(self) -> None:
        """Set `keeps_away` from what was found and what was let stand."""
        found = {reason["kind"] for reason in self.reasons if reason["refuses"]} if self.gone_at is None else set()
        self.keeps_away = bool(found - set(self.covered))

    @property
    def is_marking_over(self) -> bool:
        return self.skill.has_been_tallied


class SeatVacancy(OfSkill, Base):
    """That the judge of a seat is missing: from a day on (`day`, None for all that is still open) or for one competitor (`entry_id`).

    `successor_id` is filled in before the seat is handed over.
    """

    __tablename__ = "seat_vacancy"
    workflow = VacancyFlow

    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    position: Mapped[int]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    day: Mapped[int | None]
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.id"))
    reason: Mapped[str] = mapped_column(sa.String(200))
    successor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    skill: Mapped[Skill] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=account_id)
    successor: Mapped[Account | None] = relationship(foreign_keys=successor_id)
    entry: Mapped[Entry | None] = relationship()

    @property
    def title(self) -> str:
        return f"{self.skill.name} · {self.position}"

    @property
    def rules(self) -> PanelRules:
        return self.skill.panel_rule

    @property
    def is_marking_over(self) -> bool:
        return self.skill.has_been_tallied

    @property
    def has_coordinator(self) -> bool:
        """Somebody coordinates a sub criterion that this seat scores."""
        session = object_session(self)
        coordinates = PanelAssignment.skill_id == self.skill_id, PanelAssignment.duty == Duty.COORDINATES.value
        return session is not None and session.scalar(sa.select(PanelAssignment.id).where(*coordinates).limit(1)) is not None

    @property
    def successor_problems(self) -> Iterable[Text]:
        """Why the judge named cannot take the seat."""
        session = object_session(self)
        if session is None or self.successor_id is None:
            return [Text("请先选定接替的裁判", "Name the judge who takes the seat first")]
        holds = RoleGrant.account_id == self.successor_id, RoleGrant.role == Role.JUDGE.key, RoleGrant.ended_at.is_(None)
        if session.scalar(sa.select(RoleGrant.id).where(*holds, RoleGrant.on_id == self.skill.competition_id)) is None:
            return [Text("所选人员不是本竞赛的裁判员", "The person named is no judge of this competition")]
        seat = sa.select(PanelSeat.position).where(PanelSeat.skill_id == self.skill_id, PanelSeat.account_id == self.successor_id)
        held = session.scalar(seat)
        if held is not None and self.entry_id is None:
            return [Text("所选裁判已在裁判组占有席位", "The judge named sits on the panel already")]
        if self.entry_id is not None:
            conflict = sa.select(JudgeConflict.id).where(
                JudgeConflict.skill_id == self.skill_id,
                JudgeConflict.account_id == self.successor_id,
                JudgeConflict.entry_id == self.entry_id,
                JudgeConflict.keeps_away,
            )
            if session.scalar(conflict) is not None:
                return [Text("所选裁判也应回避", "The judge named has to avoid this competitor as well")]
        return []

    @property
    def seats_left(self) -> int:
        """How many judges would still score where this seat is left out: the fewest over the sub criteria it scores."""
        session = object_session(self)
        if session is None:
            return 0
        assigned = list(
            session.execute(
                sa.select(PanelAssignment.sub_criterion_id, PanelAssignment.position).where(
                    PanelAssignment.skill_id == self.skill_id, PanelAssignment.duty == Duty.SCORES.value
                )
            )
        )
        waived = set(
            session.scalars(
                sa.select(SeatVacancy.position).where(
                    SeatVacancy.skill_id == self.skill_id, SeatVacancy.id != self.id, SeatVacancy.is_in(VacancyFlow.waived)
                )
            )
        ) | {self.position}
        if not assigned:
            return len({seat.position for seat in self.skill.panel} - waived)
        teams: dict[int, set[int]] = {}
        for sub, position in assigned:
            teams.setdefault(sub, set()).add(position)
        return min((len(team - waived) for team in teams.values() if self.position in team), default=0)

    @property
    def outcome(self) -> str | None:
        """What was decided, as `seating.Vacancy` says it."""
        return {
            VacancyFlow.substituted: seating.SUBSTITUTED,
            VacancyFlow.waived: seating.WAIVED,
            VacancyFlow.handed_over: seating.STOOD_IN,
        }.get(self.state)
