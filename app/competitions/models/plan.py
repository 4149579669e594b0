"""A competition and its skills, as planned by the organiser."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.actor import Actor, Within
from app.core.db import Base, Json, Scaled, UtcDateTime
from app.core.flowing import Flowing
from app.notices.models import Notice
from app.registry.models import Occupation, Organisation
from workflows.competition.competition_flow import CompetitionFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role, Scope
from workflows.text import Text

if TYPE_CHECKING:
    from app.competitions.models.entry import Entry
    from app.competitions.models.marking import PanelSeat, Sheet
    from app.competitions.models.result import Result
    from app.competitions.models.scheme import MarkingScheme


class Competition(Flowing, Base):
    """One edition of a competition.  `level` and `level_class` are keys of `workflows.competition.levels`."""

    __tablename__ = "competition"
    workflow = CompetitionFlow

    name: Mapped[str] = mapped_column(sa.String(160))
    name_en: Mapped[str] = mapped_column(sa.String(200), default="")
    level: Mapped[str] = mapped_column(sa.String(20))
    level_class: Mapped[int | None]
    document_no: Mapped[str] = mapped_column(sa.String(80), default="")
    organiser_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    hosts: Mapped[str] = mapped_column(sa.String(300), default="")
    place: Mapped[str] = mapped_column(sa.String(200), default="")
    description: Mapped[str] = mapped_column(sa.Text, default="")
    contact: Mapped[str] = mapped_column(sa.String(200), default="")
    is_public: Mapped[bool] = mapped_column(default=True)
    one_skill_each: Mapped[bool] = mapped_column(default=True)
    registration_opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    registration_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_on: Mapped[date | None]

    organiser: Mapped[Organisation] = relationship()
    skills: Mapped[list[Skill]] = relationship(back_populates="competition", order_by="Skill.code")

    @property
    def scopes(self) -> tuple[Within, ...]:
        return (Scope.COMPETITION, self.id), (Scope.ORGANISATION, self.organiser_id)

    @property
    def live_skills(self) -> list[Skill]:
        return [skill for skill in self.skills if skill.state is not SkillFlow.cancelled]

    @property
    def has_skill(self) -> bool:
        return bool(self.live_skills)

    @property
    def plan_problems(self) -> Iterable[Text]:
        return [problem for skill in self.live_skills for problem in skill.plan_problems]

    @property
    def unfinished_skills(self) -> Iterable[str]:
        return [skill.name for skill in self.live_skills if skill.state is not SkillFlow.final]

    @property
    def is_registration_over(self) -> bool:
        flow = CompetitionFlow
        return self.is_in(flow.registration_closed, flow.under_way, flow.final, flow.archived)


class Skill(Flowing, Base):
    """One skill (赛项).  Weights are per cent; `prizes` is `PrizeScheme.as_data()`, `tie_break` keys of `ranking.key`."""

    __tablename__ = "skill"
    __table_args__ = (
        sa.UniqueConstraint("competition_id", "code"),
        sa.CheckConstraint("theory_weight >= 0 AND practice_weight >= 0", name="weights"),
        sa.CheckConstraint("quota IS NULL OR quota > 0", name="quota"),
    )
    workflow = SkillFlow

    competition_id: Mapped[int] = mapped_column(sa.ForeignKey("competition.id"), index=True)
    code: Mapped[str] = mapped_column(sa.String(10))
    name: Mapped[str] = mapped_column(sa.String(120))
    occupation_code: Mapped[str | None] = mapped_column(sa.ForeignKey("occupation.code"))
    document_level: Mapped[int] = mapped_column(default=3)
    group: Mapped[str] = mapped_column(sa.String(20), default="employee")
    form: Mapped[str] = mapped_column(sa.String(20), default="individual")
    team_size: Mapped[int] = mapped_column(default=1)
    quota: Mapped[int | None]
    min_age: Mapped[int] = mapped_column(default=16)
    max_age: Mapped[int | None]
    theory_weight: Mapped[Decimal] = mapped_column(Scaled(2), default=Decimal(30))
    practice_weight: Mapped[Decimal] = mapped_column(Scaled(2), default=Decimal(70))
    scheme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("marking_scheme.id"))
    method: Mapped[str] = mapped_column(sa.String(20), default="marks")  # marks | worldskills
    medal_rule: Mapped[str] = mapped_column(sa.String(20), default="exact")
    tie_break: Mapped[list[str]] = mapped_column(Json, default=list)
    unshared_places: Mapped[int] = mapped_column(default=0)
    prizes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    promotion: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    publicity_days: Mapped[int] = mapped_column(default=5)
    seat_prefix: Mapped[str] = mapped_column(sa.String(6), default="")
    draw_commitment: Mapped[str | None] = mapped_column(sa.String(64))
    draw_seed: Mapped[str | None] = mapped_column(sa.String(120))
    drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tally_number: Mapped[int] = mapped_column(default=0)
    tie_rulings: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice.id"))
    publicity_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    competition: Mapped[Competition] = relationship(back_populates="skills")
    occupation: Mapped[Occupation | None] = relationship()
    scheme: Mapped[MarkingScheme | None] = relationship()
    notice: Mapped[Notice | None] = relationship()
    entries: Mapped[list[Entry]] = relationship(back_populates="skill", order_by="Entry.id")
    panel: Mapped[list[PanelSeat]] = relationship(back_populates="skill", order_by="PanelSeat.position")
    sheets: Mapped[list[Sheet]] = relationship(back_populates="skill", order_by="Sheet.id")
    results: Mapped[list[Result]] = relationship(
        back_populates="skill",
        primaryjoin="and_(Result.skill_id == Skill.id, Result.tally == Skill.tally_number)",
        order_by="Result.order",
        viewonly=True,
    )

    @property
    def plan_problems(self) -> Iterable[Text]:
        """What is missing before this skill can be approved and announced."""
        name = {"name": self.name}
        if self.theory_weight + self.practice_weight != 100:
            yield Text("「{name}」理论与实操权重之和应为 100", "“{name}”: the weights of theory and practice must add up to 100").format(**name)
        if self.occupation_code is None:
            yield Text("「{name}」未选职业", "“{name}” has no occupation").format(**name)
        if not self.prizes:
            yield Text("「{name}」未设奖项", "“{name}” has no prizes").format(**name)

    @property
    def scopes(self) -> tuple[Within, ...]:
        return self.competition.scopes

    def own_roles(self, actor: Actor) -> tuple[Role, ...]:
        return ()
