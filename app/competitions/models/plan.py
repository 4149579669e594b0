"""A competition and its skills, as planned by the organiser."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from app.accounts.models import RoleGrant
from app.core import clock
from app.core.actor import Actor, Within
from app.core.db import Base, Json, Scaled, UtcDateTime
from app.core.flowing import Flowing
from app.notices.models import Notice
from app.registry.models import Occupation, Organisation
from workflows.competition import codes, levels, spread
from workflows.competition import scheme as rulebook
from workflows.competition.appeals import AppealRules, closes_at
from workflows.competition.code_flow import CodeLayerFlow
from workflows.competition.codes import Layer
from workflows.competition.competition_flow import CompetitionFlow
from workflows.competition.eligibility import Conditions
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.levels import Form, Group
from workflows.competition.lock_flow import WHERE_SEVERAL_SCORE, LockFlow
from workflows.competition.panels import PanelRules
from workflows.competition.recheck_flow import RecheckFlow
from workflows.competition.revision_flow import HOLDING as HOLDING_REVISIONS
from workflows.competition.seating import Duty
from workflows.competition.skill_flow import CODED, SkillFlow
from workflows.publicity.objection_flow import ObjectionFlow
from workflows.roles import Role, Scope
from workflows.text import Text
from workflows.workflow import State

if TYPE_CHECKING:
    from app.competitions.models.appeal import Appeal, Revision
    from app.competitions.models.code import CodeLayer
    from app.competitions.models.entry import Entry
    from app.competitions.models.lock import LockUnit
    from app.competitions.models.marking import PanelSeat, Sheet
    from app.competitions.models.panel import PanelAssignment, SeatTerm
    from app.competitions.models.recheck import Recheck
    from app.competitions.models.result import Result
    from app.competitions.models.scheme import MarkingScheme


class Competition(Flowing, Base):
    """One edition of a competition.  `level` and `level_class` are keys of `workflows.competition.levels`.

    `honour_packs`: the documents it is held under; `overall`: `OverallRules.as_data()`, what differs from the default.
    """

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
    registration_opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    registration_closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    announced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    honour_packs: Mapped[list[str]] = mapped_column(Json, default=list)
    overall: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
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

    def takes_entries_at(self, now: datetime) -> bool:
        """Whether registration is open at *now*, also where the clock has not come round to writing it down."""
        opens, closes = self.registration_opens_at, self.registration_closes_at
        is_announced = self.is_in(CompetitionFlow.announced, CompetitionFlow.registration)
        return is_announced and opens is not None and closes is not None and opens <= now < closes

    def is_registration_over_at(self, now: datetime) -> bool:
        if self.is_in(CompetitionFlow.announced, CompetitionFlow.registration):
            return self.registration_closes_at is not None and self.registration_closes_at <= now
        return self.is_in(CompetitionFlow.registration_closed, CompetitionFlow.under_way, CompetitionFlow.final, CompetitionFlow.archived)

    @property
    def level_title(self) -> Text:
        return levels.level(self.level).title

    @property
    def interested_person_ids(self) -> tuple[int, ...]:
        """Everyone entered in any of its skills; they are told when it is cancelled."""
        return tuple(dict.fromkeys(id_ for skill in self.skills for id_ in skill.interested_person_ids))

    @property
    def interested_account_ids(self) -> tuple[int, ...]:
        """The leaders of the delegations: those they entered often have no account of their own."""
        return tuple(dict.fromkeys(id_ for skill in self.skills for id_ in skill.interested_account_ids))


class Skill(Flowing, Base):
    """One skill (赛项).  Weights are per cent; `prizes` is `PrizeScheme.as_data()`, `tie_break` keys of `ranking.key`,
    `unshared_places` the bands without ties (`bands.as_data`), `tie_rulings` what the chief judge decided, with what was taken back.
    `marked_again`: by the key of an aspect, the number of the scheme's version since which its earlier marks do not count."""

    __tablename__ = "skill"
    __table_args__ = (
        sa.UniqueConstraint("competition_id", "code"),
        sa.CheckConstraint("theory_weight >= 0 AND practice_weight >= 0", name="weights"),
        sa.CheckConstraint("quota IS NULL OR quota > 0", name="quota"),
        sa.CheckConstraint("code_layers BETWEEN 1 AND 3", name="code_layers"),
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
    theory_pass: Mapped[Decimal | None] = mapped_column(Scaled(2))
    practice_pass: Mapped[Decimal | None] = mapped_column(Scaled(2))
    scheme_id: Mapped[int | None] = mapped_column(sa.ForeignKey("marking_scheme.id"))
    marked_again: Mapped[dict[str, int]] = mapped_column(Json, default=dict)
    method: Mapped[str] = mapped_column(sa.String(20), default="marks")  # marks | worldskills
    medal_rule: Mapped[str] = mapped_column(sa.String(20), default="exact")
    tie_break: Mapped[list[str]] = mapped_column(Json, default=list)
    unshared_places: Mapped[list[list[int]]] = mapped_column(Json, default=list)
    prizes: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    promotion: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    spread_rules: Mapped[list[dict[str, Any]] | None] = mapped_column(Json)  # `spread.Rule.as_data()`; None: the default
    panel_rules: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # `PanelRules.as_data()`, what differs from the default
    publicity_days: Mapped[int] = mapped_column(default=5)
    code_layers: Mapped[int] = mapped_column(default=1)
    acceptance: Mapped[str] = mapped_column(sa.String(10), default=WHERE_SEVERAL_SCORE)
    needs_recheck: Mapped[bool] = mapped_column(default=False)
    recheck_rule: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    seat_prefix: Mapped[str] = mapped_column(sa.String(6), default="")
    drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tally_number: Mapped[int] = mapped_column(default=0)
    decoding: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    tie_rulings: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice.id"))
    publicity_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    called_off_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    appeal_rules: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # `AppealRules.as_data()`: what differs from the common rule
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the competition in this skill was over: the clock of appeals
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last version of the results
    published_tally: Mapped[int | None]
    shows_full_names: Mapped[bool] = mapped_column(default=False)  # on published lists, where the rules ask for it

    competition: Mapped[Competition] = relationship(back_populates="skills")
    occupation: Mapped[Occupation | None] = relationship()
    scheme: Mapped[MarkingScheme | None] = relationship()
    notice: Mapped[Notice | None] = relationship()
    entries: Mapped[list[Entry]] = relationship(back_populates="skill", order_by="Entry.id")
    layers: Mapped[list[CodeLayer]] = relationship(back_populates="skill", order_by="CodeLayer.id")
    units: Mapped[list[LockUnit]] = relationship(back_populates="skill", order_by="LockUnit.id")
    rechecks: Mapped[list[Recheck]] = relationship(back_populates="skill", order_by="Recheck.id")
    panel: Mapped[list[PanelSeat]] = relationship(back_populates="skill", order_by="PanelSeat.position")
    assignments: Mapped[list[PanelAssignment]] = relationship(viewonly=True)
    terms: Mapped[list[SeatTerm]] = relationship(viewonly=True, order_by="SeatTerm.id")
    sheets: Mapped[list[Sheet]] = relationship(back_populates="skill", order_by="Sheet.id")
    results: Mapped[list[Result]] = relationship(
        back_populates="skill",
        primaryjoin="and_(Result.skill_id == Skill.id, Result.tally == Skill.tally_number)",
        order_by="Result.order",
        viewonly=True,
    )
    appeals: Mapped[list[Appeal]] = relationship(back_populates="skill", order_by="Appeal.id")
    revisions: Mapped[list[Revision]] = relationship(back_populates="skill", order_by="Revision.id")

    @property
    def plan_problems(self) -> Iterable[Text]:
        """What is missing before this skill can be approved and announced."""
        name = {"name": self.name}
        if self.theory_weight + self.practice_weight != 100:
            yield Text("「{name}」理论与实操权重之和应为 100", "“{name}”: the weights of theory and practice must add up to 100").format(
                **name
            )
        if self.occupation_code is None:
            yield Text("「{name}」未选职业", "“{name}” has no occupation").format(**name)
        if not self.prizes:
            yield Text("「{name}」未设奖项", "“{name}” has no prizes").format(**name)

    # what the judges, the scorer and the public say to the guards

    @property
    def scheme_problems(self) -> Iterable[Text]:
        """What keeps the marking scheme from being marked with; a skill of theory alone needs none."""
        if self.scheme is not None:
            scheme = self.scheme.rules
            found = [*rulebook.problems(scheme), *rulebook.panel_problems(scheme, self._judges_of)]
            return [problem.as_text for problem in found if problem.is_error]
        return [Text("尚未选定评分方案", "No marking scheme is chosen yet")] if self.practice_weight else []

    def _judges_of(self, code: str) -> int:
        """How many judges score the sub criterion *code*: those assigned to it, or the whole panel where none is."""
        return sum(each.sub_criterion.code == code and each.does is Duty.SCORES for each in self.assignments) or len(self.panel)

    @property
    def spread_rule_list(self) -> tuple[spread.Rule, ...]:
        """How far its judges may lie apart."""
        return spread.rules_of(self.spread_rules)

    @property
    def panel_rule(self) -> PanelRules:
        return PanelRules.from_data(self.panel_rules)

    @property
    def has_been_tallied(self) -> bool:
        """Its marks are counted: nobody is put on a seat or let off a conflict any more."""
        return not self.is_in(SkillFlow.planned, SkillFlow.drawn, SkillFlow.marking)

    @property
    def has_been_decoded(self) -> bool:
        """Codes and names have met."""
        return self.is_in(SkillFlow.decoded, SkillFlow.publicity, SkillFlow.final)

    @property
    def has_judges(self) -> bool:
        return bool(self.panel) or not self.practice_weight

    @property
    def marking_problems(self) -> Iterable[Text]:
        """Sheets not locked and theory marks not entered, of the competitors who are still in."""
        session = object_session(self)
        if session is None:
            return
        sheet = sa.inspect(type(self)).relationships["sheets"].mapper.class_
        if sheets := session.scalar(sheet.count_unlocked(self.id)):
            yield Text("还有 {n} 张评分表未锁定", "{n} marking sheets are not locked").format(n=sheets)
        if open_units := [unit.sub_criterion.code for unit in self.units if not unit.is_in(LockFlow.accepted) and unit.needs_acceptance]:
            yield Text("成绩尚未确认：{units}", "The marks are not accepted yet: {units}").format(units="、".join(open_units))
        if Layer.WORK in codes.layers(self.code_layers) and self.layers and self.layer(Layer.WORK) is None:
            yield Text("作品号尚未抽签", "The work codes have not been drawn")
        if self.theory_weight and (entries := session.scalar(sheet.count_without_theory(self.id))):
            yield Text("还有 {n} 个参赛单元没有理论成绩", "{n} entries have no theory mark").format(n=entries)

    @property
    def wrong_sheets(self) -> Iterable[int]:
        """The ids of the sheets that the recheck found wrong and that are to be put right."""
        return [item.sheet_id for recheck in self.rechecks if recheck.is_in(RecheckFlow.correcting) for item in recheck.wrong]

    @property
    def recheck_problems(self) -> Iterable[Text]:
        """Why the results cannot be decoded for want of a recheck: none where one is due, or one that is not finished."""
        if self.needs_recheck and not self.rechecks:
            yield Text("尚未复核成绩", "The marks have not been rechecked")
        if any(not recheck.is_in(RecheckFlow.finished) for recheck in self.rechecks):
            yield Text("成绩复核尚未完成", "The recheck is not finished")

    @property
    def unresolved_ties(self) -> Iterable[Text]:
        """Places that may not be shared, and are: one line each, with the codes of those who are tied."""
        return self.ties_in(self.results)

    def ties_in(self, results: Iterable[Result]) -> Iterable[Text]:
        """The same for any version of the results."""
        tied: dict[int, list[str]] = {}
        for result in results:
            if result.needs_decision and result.place is not None:
                tied.setdefault(result.place, []).append(result.entry.code)
        for place, tied_codes in tied.items():
            yield Text(
                "第 {place} 名并列（{codes}），须由裁判长裁定", "Place {place} is shared ({codes}): the chief judge must decide"
            ).format(place=place, codes="、".join(tied_codes))

    def results_of(self, tally: int) -> Sequence[Result]:
        """One version of the results, best first."""
        result = sa.inspect(type(self)).relationships["results"].mapper.class_
        query = sa.select(result).where(result.skill_id == self.id, result.tally == tally).order_by(result.order)
        session = object_session(self)
        return session.scalars(query).all() if session else []

    # appeals and revisions

    @property
    def rules_of_appeals(self) -> AppealRules:
        return AppealRules.from_data(self.appeal_rules)

    @property
    def appeals_close_at(self) -> datetime | None:
        return closes_at(self.rules_of_appeals, self.ended_at, self.published_at)

    @property
    def holds(self) -> Iterable[Text]:
        for appeal in self.appeals:
            if appeal.suspends:
                yield Text("申诉 {number} 正在处理，成绩暂缓", "Held by appeal no. {number}").format(number=appeal.number)
        for revision in self.revisions:
            if revision.is_in(*HOLDING_REVISIONS):
                yield Text("成绩正在更正（{number}），暂缓", "Held by revision no. {number}").format(number=revision.number)

    @property
    def open_revisions(self) -> Iterable[str]:
        return [revision.number for revision in self.revisions if revision.is_in(*HOLDING_REVISIONS)]

    @property
    def has_open_objection(self) -> bool:
        return self.notice is not None and self.notice.has_open_objection

    @property
    def has_upheld_objection(self) -> bool:
        """Going back to marking lets go of the notice, so what stands here has not been put right yet."""
        return self.notice is not None and any(objection.is_in(ObjectionFlow.upheld) for objection in self.notice.objections)

    @property
    def title(self) -> str:
        return f"{self.competition.name} · {self.name}"

    @property
    def scopes(self) -> tuple[Within, ...]:
        return self.competition.scopes

    @property
    def conditions(self) -> Conditions:
        """What this skill asks of an entry."""
        starts = self.competition.starts_at
        return Conditions(
            Group(self.group),  # type: ignore[call-arg]  # looked up by its value
            Form(self.form),  # type: ignore[call-arg]
            self.team_size,
            self.min_age,
            self.max_age,
            clock.today(starts) if starts else None,
            self.competition.one_skill_each,
        )

    @property
    def is_sealed(self) -> bool:
        """Drawn and not yet decoded: seat codes and names must not meet."""
        return self.is_in(*CODED)

    def is_registration_over_at(self, now: datetime) -> bool:
        return self.competition.is_registration_over_at(now)

    @property
    def entries_not_checked_in(self) -> int:
        return self.count_of(EntryFlow.accepted)

    @property
    def has_competitors(self) -> bool:
        return self.count_of(EntryFlow.checked_in) > 0

    def layer(self, kind: Layer) -> CodeLayer | None:
        """That layer of codes, once somebody has committed to its seed."""
        return next((layer for layer in self.layers if layer.kind is kind), None)

    def draw_problems(self, actor: Actor) -> Iterable[Text]:
        """Why *actor* cannot draw the seats now."""
        seats = self.layer(Layer.SEAT)
        if seats is None:
            yield Text("请先公布抽签种子的承诺值", "Publish the commitment to the seed of the draw first")
        elif not seats.is_drawn_by(actor):
            yield Text("赛位由公布承诺值的加密裁判抽签", "The seats are drawn by the encryption judge who committed to their seed")
        yield from self.beneath_problems(Layer.SEAT)

    def beneath_problems(self, kind: Layer) -> Iterable[Text]:
        """The layer beneath *kind* is not sealed yet."""
        beneath = codes.within(kind, self.code_layers)
        if beneath is not None and ((layer := self.layer(beneath)) is None or not layer.is_in(CodeLayerFlow.sealed)):
            yield Text("{title}尚未抽签封存", "Not drawn and sealed yet: {title}").format(title=beneath.title)
        elif beneath is not None and (late := self.without_code(beneath)):
            words = Text("{n} 个后到的参赛单元没有{title}，请先补抽封存", "{n} late entries have no {title}: draw for them, seal it")
            yield words.format(n=late, title=beneath.title)

    def without_code(self, kind: Layer) -> int:
        """How many of those checked in have no code of that layer."""
        return sum(code is None for code in self._of_entries(f"{kind.key}_code", EntryFlow.checked_in))

    @property
    def unsealed_layers(self) -> Iterable[Text]:
        return [layer.kind.title for layer in self.layers if layer.is_in(CodeLayerFlow.drawn)]

    @property
    def unopened_layers(self) -> Iterable[Text]:
        return [layer.kind.title for layer in self.layers if not layer.is_in(CodeLayerFlow.opened)]

    def has_drawn(self, actor: Actor) -> bool:
        """Whether *actor* drew a layer of codes, and so knows what stands behind them."""
        return any(layer.is_drawn_by(actor) for layer in self.layers)

    @property
    def all_seated(self) -> bool:
        return not self.without_code(Layer.SEAT)

    @property
    def places_taken(self) -> int:
        """How much of the quota is used: whoever is absent has had the place."""
        return self.count_of(EntryFlow.accepted, EntryFlow.checked_in, EntryFlow.absent, EntryFlow.completed)

    @property
    def has_free_place(self) -> bool:
        return self.quota is None or self.places_taken < self.quota

    @property
    def interested_person_ids(self) -> tuple[int, ...]:
        """Everyone whose entry still stands; they are told what happens to the skill."""
        ended = (EntryFlow.draft, EntryFlow.withdrawn, EntryFlow.refused)
        return tuple(member.person_id for entry in self.entries if not entry.is_in(*ended) for member in entry.members)

    @property
    def interested_account_ids(self) -> tuple[int, ...]:
        """Who leads a delegation that has entered somebody."""
        session, delegations = object_session(self), {entry.organisation_id for entry in self.entries if entry.organisation_id}
        if session is None or not delegations:
            return ()
        leads = sa.and_(RoleGrant.role == Role.TEAM_LEADER.key, RoleGrant.on_id.in_(delegations), RoleGrant.ended_at.is_(None))
        return tuple(session.scalars(sa.select(RoleGrant.account_id).where(leads).distinct()))

    def count_of(self, *states: State) -> int:
        """How many entries are in one of *states*."""
        return len(self._of_entries("id", *states))

    def _of_entries(self, column: str, *states: State) -> Sequence[Any]:
        """One column of the entries in *states*, without making rows of them: there may be thousands."""
        entry = sa.inspect(type(self)).relationships["entries"].mapper.class_
        session = object_session(self)
        if session is None:
            return [getattr(e, column) for e in self.entries if e.is_in(*states)]
        query = sa.select(getattr(entry, column)).where(entry.skill_id == self.id, entry.is_in(*states))
        return session.scalars(query).all()


class OfSkill(Flowing):
    """A subject within a skill, in the hands of whoever has to do with the skill."""

    if TYPE_CHECKING:
        skill: Mapped[Skill]

    @property
    def scopes(self) -> tuple[Within, ...]:
        return self.skill.scopes
