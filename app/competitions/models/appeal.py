"""Appeals against what happened in a competition, revisions of its results, and every version that was published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from app.accounts.models import Account
from app.competitions.models.correction import Correction
from app.competitions.models.entry import Entry
from app.competitions.models.marking import Sheet
from app.competitions.models.plan import OfSkill, Skill
from app.competitions.models.result import Result
from app.core.actor import Actor, Within
from app.core.append_only import AppendOnly
from app.core.db import Base, Json, UtcDateTime
from app.core.files import StoredFile
from app.core.flowing import Flowing
from app.notices.models import Notice
from app.registry.models import Person
from workflows.competition import appeals, revision
from workflows.competition.appeal_flow import HOLDING, AppealFlow
from workflows.competition.correction_flow import CorrectionFlow
from workflows.competition.revision import Change, Standing
from workflows.competition.revision_flow import RevisionFlow
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.publicity.objection_flow import ObjectionFlow
from workflows.roles import Role, Scope
from workflows.text import Text

PUBLISHED = (SkillFlow.publicity, SkillFlow.final)
NOT_HELD = (SkillFlow.planned, SkillFlow.cancelled)


class Appeal(Flowing, Base):
    """One appeal about one entry.  `number` is given when it is lodged; what was signed is known by its digest."""

    __tablename__ = "appeal"
    __table_args__ = (
        sa.UniqueConstraint("skill_id", "serial"),
        sa.CheckConstraint("(lodged_at IS NULL) = (serial IS NULL)", name="lodged_has_a_number"),
    )
    workflow = AppealFlow

    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    ground: Mapped[str] = mapped_column(sa.String(20), default="other")
    facts: Mapped[str] = mapped_column(sa.Text, default="")
    request: Mapped[str] = mapped_column(sa.Text, default="")
    happened_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    serial: Mapped[int | None]
    lodged_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    window_closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # as it stood when the appeal was lodged
    signed_name: Mapped[str] = mapped_column(sa.String(80), default="")
    signed_digest: Mapped[str] = mapped_column(sa.String(64), default="")
    answer_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    further_until: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    committee_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    remedied_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    skill: Mapped[Skill] = relationship(back_populates="appeals")
    entry: Mapped[Entry] = relationship()
    account: Mapped[Account | None] = relationship()
    evidence: Mapped[list[AppealEvidence]] = relationship(back_populates="appeal", order_by="AppealEvidence.id")
    votes: Mapped[list[AppealVote]] = relationship(back_populates="appeal", order_by="AppealVote.id")
    revisions: Mapped[list[Revision]] = relationship(back_populates="appeal", order_by="Revision.id")

    @property
    def number(self) -> str:
        """How people name it; it says nothing of whose it is."""
        return f"{self.skill.code}-{self.serial:02d}" if self.serial else ""

    @property
    def rules(self) -> appeals.AppealRules:
        return self.skill.rules_of_appeals

    # ── what the rulebook asks of an appeal ──

    @property
    def has_evidence(self) -> bool:
        return bool(self.evidence)

    @property
    def is_late(self) -> bool:
        return self.lodged_at is not None and self.window_closed_at is not None and self.lodged_at >= self.window_closed_at

    @property
    def has_competition_begun(self) -> bool:
        return not self.skill.is_in(*NOT_HELD)

    @property
    def committee_decision(self) -> bool | None:
        return appeals.majority([vote.upholds for vote in self.votes], self.votes_needed)

    @property
    def votes_needed(self) -> int:
        return self.rules.votes

    @property
    def has_open_revision(self) -> bool:
        return any(not each.is_in(RevisionFlow.in_force, RevisionFlow.dropped) for each in self.revisions)

    def speaks_for_entry(self, actor: Actor) -> bool:
        return speaks_for(self.entry, actor)

    def is_partial(self, actor: Actor) -> bool:
        """Leads or works for the organisation whose appeal it is, or competes in the entry itself."""
        if actor.person_id is not None and actor.person_id in self.entry.interested_person_ids:
            return True
        organisation, session = self.entry.organisation_id, object_session(self)
        if organisation is None or session is None:
            return False
        person = session.get(Person, actor.person_id) if actor.person_id is not None else None
        return organisation in actor.ids(Role.TEAM_LEADER, Role.CLERK) or (person is not None and person.employer_id == organisation)

    @property
    def suspends(self) -> bool:
        """Whether it holds the results it is about."""
        return self.is_in(*HOLDING) and not self.is_late

    # ── clocks ──

    def due_at(self) -> datetime | None:
        """When the next answer is due, or the appellant's own time runs out."""
        if self.is_in(AppealFlow.lodged, AppealFlow.examined):
            return self.answer_due_at
        if self.is_in(AppealFlow.rejected):
            return self.further_until
        return self.committee_due_at if self.is_in(AppealFlow.committee, AppealFlow.committee_overdue) else None

    # ── whose it is ──

    @property
    def scopes(self) -> tuple[Within, ...]:
        delegation = ((Scope.ORGANISATION, self.entry.organisation_id),) if self.entry.organisation_id else ()
        return (*self.skill.scopes, *delegation)

    def own_roles(self, actor: Actor) -> tuple[Role, ...]:
        return (Role.COMPETITOR,) if self.entry.organisation_id is None and speaks_for(self.entry, actor) else ()

    @property
    def interested_person_ids(self) -> tuple[int, ...]:
        return self.entry.interested_person_ids

    @property
    def names(self) -> list[str]:
        """Every name by which the appellant could be known."""
        entry = self.entry
        people = [member.person.name for member in entry.members]
        return [
            *people,
            entry.team_name,
            entry.coach,
            entry.organisation.name if entry.organisation else "",
            self.account.name if self.account else "",
            self.signed_name,
        ]


def speaks_for(entry: Entry, actor: Actor) -> bool:
    """Whether *actor* leads the delegation of *entry*, or competes in it where there is no delegation."""
    if entry.organisation_id is not None:
        return entry.organisation_id in actor.ids(Role.TEAM_LEADER)
    return actor.person_id is not None and actor.person_id in entry.interested_person_ids


class AppealEvidence(Base):
    """A file handed in with an appeal."""

    __tablename__ = "appeal_evidence"
    __table_args__ = (sa.UniqueConstraint("appeal_id", "file_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(sa.ForeignKey("appeal.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    appeal: Mapped[Appeal] = relationship(back_populates="evidence")
    file: Mapped[StoredFile] = relationship()


class AppealVote(AppendOnly, Base):
    """What a member of the arbitration committee decided, with the reasons: once."""

    __tablename__ = "appeal_vote"
    __table_args__ = (sa.UniqueConstraint("appeal_id", "account_id"), sa.CheckConstraint("reasons <> ''", name="has_reasons"))

    id: Mapped[int] = mapped_column(primary_key=True)
    appeal_id: Mapped[int] = mapped_column(sa.ForeignKey("appeal.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    upholds: Mapped[bool]
    reasons: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    appeal: Mapped[Appeal] = relationship(back_populates="votes")
    account: Mapped[Account] = relationship()


class Revision(OfSkill, Base):
    """A new version of published results in the making.  `base` is the tally it revises, `tally` the one it proposes, `counted_at` when."""

    __tablename__ = "revision"
    __table_args__ = (sa.CheckConstraint("tally IS NULL OR base IS NOT NULL", name="version_follows_another"),)
    workflow = RevisionFlow

    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    appeal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("appeal.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    base: Mapped[int | None]
    tally: Mapped[int | None]
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ordered_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice.id"))
    publicity_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    skill: Mapped[Skill] = relationship(back_populates="revisions")
    appeal: Mapped[Appeal | None] = relationship(back_populates="revisions")
    account: Mapped[Account | None] = relationship()
    notice: Mapped[Notice | None] = relationship()
    evidence: Mapped[list[RevisionEvidence]] = relationship(back_populates="revision", order_by="RevisionEvidence.id")
    orders: Mapped[list[RemarkOrder]] = relationship(back_populates="revision", order_by="RemarkOrder.id")

    @property
    def number(self) -> str:
        return f"{self.skill.code}-R{self.id}"

    # ── what the rulebook asks of a revision ──

    @property
    def has_evidence(self) -> bool:
        return bool(self.evidence) or self.appeal_id is not None

    @property
    def are_results_published(self) -> bool:
        return self.skill.is_in(*PUBLISHED)

    @property
    def sheets_being_marked(self) -> Iterable[str]:
        return [order.sheet.title for order in self.orders if not order.sheet.is_in(SheetFlow.locked)]

    @property
    def sheets_of_others(self) -> Iterable[str]:
        return [title for other in self._others if other.is_in(RevisionFlow.correcting) for title in other.sheets_being_marked]

    @property
    def revisions_ahead(self) -> Iterable[str]:
        return [other.number for other in self._others if other.is_in(RevisionFlow.computed, RevisionFlow.publicity)]

    @property
    def rests_on_published(self) -> bool:
        return self.base == self.skill.published_tally

    @property
    def contained_in(self) -> str | None:
        return next((other.number for other in self._others if other.is_in(RevisionFlow.in_force) and other.tally == self.base), None)

    @property
    def _others(self) -> list[Revision]:
        """The other revisions of the same skill."""
        return [other for other in self.skill.revisions if other is not self]

    @property
    def results(self) -> Sequence[Result]:
        """The version it proposes, best first; nothing before it is counted."""
        return self.skill.results_of(self.tally) if self.tally else []

    @property
    def unresolved_ties(self) -> Iterable[Text]:
        return list(self.skill.ties_in(self.results))

    @property
    def changes(self) -> list[Change]:
        """What differs between the version it revises and the one it proposes."""
        if self.tally is None or self.base is None:
            return []
        return revision.changes([standing(it) for it in self.skill.results_of(self.base)], [standing(it) for it in self.results])

    @property
    def changes_anything(self) -> bool:
        return bool(self.changes)

    @property
    def is_counted(self) -> bool:
        return self.is_in(RevisionFlow.computed)

    @property
    def was_worked_on(self) -> bool:
        session = object_session(self)
        decided = sa.select(Correction.id).where(
            Correction.skill_id == self.skill_id,
            Correction.is_in(CorrectionFlow.approved, CorrectionFlow.revoked),
            Correction.state_since >= self.created_at,
        )
        return bool(self.orders) or (session is not None and session.scalar(decided.limit(1)) is not None)

    @property
    def needs_publicity(self) -> bool:
        """A list that is before the public is replaced there; one that is final goes back as the skill's rules say."""
        if not self.skill.is_in(SkillFlow.final):
            return True
        again = self.skill.rules_of_appeals.publicity_again
        return again == "always" or (again == "awards" and revision.awards_change(self.changes))

    @property
    def has_open_objection(self) -> bool:
        return self.notice is not None and self.notice.has_open_objection

    @property
    def has_upheld_objection(self) -> bool:
        return self.notice is not None and any(objection.is_in(ObjectionFlow.upheld) for objection in self.notice.objections)

    # ── whose it is ──

    @property
    def interested_person_ids(self) -> tuple[int, ...]:
        return self.skill.interested_person_ids

    @property
    def interested_account_ids(self) -> tuple[int, ...]:
        return self.skill.interested_account_ids


def standing(result: Result) -> Standing:
    return Standing(result.entry_id, result.place, result.total, result.award, result.prize, result.decided_by)


class RevisionEvidence(Base):
    """A file that shows the error a revision puts right."""

    __tablename__ = "revision_evidence"
    __table_args__ = (sa.UniqueConstraint("revision_id", "file_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    revision: Mapped[Revision] = relationship(back_populates="evidence")
    file: Mapped[StoredFile] = relationship()


class RemarkOrder(Base):
    """A sheet opened again for a revision, with the aspects that are to be marked anew (none named: all of them)."""

    __tablename__ = "remark_order"
    __table_args__ = (sa.UniqueConstraint("revision_id", "sheet_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revision.id"), index=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id"), index=True)
    aspects: Mapped[list[int]] = mapped_column(Json, default=list)
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    revision: Mapped[Revision] = relationship(back_populates="orders")
    sheet: Mapped[Sheet] = relationship()


class ResultPublication(AppendOnly, Base):
    """A version of the results as it was put before the public: its tally, its list, and why it replaced the one before.

    Never changed: a revision is another row, and so is a version that stands again.  `rows` are the cells that people saw, names as
    they were shown; `counted_at`: what was on record then is what it was counted from.
    """

    __tablename__ = "result_publication"
    __table_args__ = (sa.UniqueConstraint("skill_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"))
    number: Mapped[int]
    tally: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    revision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("revision.id"))
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice.id"))
    columns: Mapped[list[dict[str, str]]] = mapped_column(Json)
    rows: Mapped[list[list[str]]] = mapped_column(Json)

    skill: Mapped[Skill] = relationship()
    revision: Mapped[Revision | None] = relationship()
    notice: Mapped[Notice | None] = relationship()
