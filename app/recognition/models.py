"""An enterprise's programme on file, the people it recognises directly, and what competitions offer their winners."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from app.achievements.models import Achievement
from app.certificates.models import Certificate
from app.core import audit
from app.core.actor import Actor, Within
from app.core.db import Base, UtcDateTime
from app.core.files import StoredFile
from app.core.flowing import Flowing
from app.core.secrets import Sealed
from app.notices.models import Notice
from app.recognition.held import held_by
from app.registry.models import Occupation, Organisation, Person
from workflows.ladder import SkillLevel, level_named
from workflows.publicity.objection_flow import ObjectionFlow
from workflows.recognition import direct
from workflows.recognition.certificate_number import FILED_IN_PROVINCE
from workflows.recognition.direct import Ground, Held, Vote
from workflows.recognition.direct_flow import IN_HAND, DirectFlow
from workflows.recognition.offer_flow import OfferFlow
from workflows.recognition.programme_flow import ProgrammeFlow
from workflows.roles import Role, Scope
from workflows.text import Text

_DIGIT = "level BETWEEN 1 AND 5"
_IN_HAND = sa.text(f"state IN ({', '.join(repr(state.name) for state in IN_HAND)})")


class Programme(Flowing, Base):
    """What an enterprise has put on file.  The three codes begin every certificate number it issues."""

    __tablename__ = "programme"
    workflow = ProgrammeFlow

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    arrangements: Mapped[str] = mapped_column(sa.Text, default="")
    agency: Mapped[str] = mapped_column(sa.String(4), default=FILED_IN_PROVINCE)
    province: Mapped[str] = mapped_column(sa.String(2), default="33")
    station: Mapped[str] = mapped_column(sa.String(6), default="")
    certificates_a_year: Mapped[int] = mapped_column(default=direct.CERTIFICATES_A_YEAR.value)
    panel_minimum: Mapped[int] = mapped_column(default=direct.PANEL_MINIMUM.value)
    publicity_days: Mapped[int] = mapped_column(default=direct.PUBLICITY_DAYS.value)

    organisation: Mapped[Organisation] = relationship()
    covers: Mapped[list[ProgrammeScope]] = relationship(
        back_populates="programme",
        cascade="all, delete-orphan",
        order_by="(ProgrammeScope.occupation_code, ProgrammeScope.level.desc())",
        lazy="selectin",
    )

    @property
    def permitted(self) -> frozenset[tuple[str, int]]:
        return frozenset((scope.occupation_code, scope.level) for scope in self.covers)

    @property
    def is_on_file(self) -> bool:
        return bool(self.is_in(ProgrammeFlow.accepted))

    @property
    def scopes(self) -> tuple[Within, ...]:
        return ((Scope.ORGANISATION, self.organisation_id),)


class ProgrammeScope(Base):
    """One occupation at one level that a programme covers."""

    __tablename__ = "programme_scope"
    __table_args__ = (
        sa.UniqueConstraint("programme_id", "occupation_code", "level", name="uq_programme_scope_once"),
        sa.CheckConstraint(_DIGIT, name="level"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"))
    occupation_code: Mapped[str] = mapped_column(sa.ForeignKey("occupation.code"))
    level: Mapped[int]

    programme: Mapped[Programme] = relationship(back_populates="covers")
    occupation: Mapped[Occupation] = relationship(lazy="joined")

    @property
    def skill_level(self) -> SkillLevel:
        return direct.level_of(self.level)


class DirectRecognition(Flowing, Base):
    """One worker to be given one level.  `round` grows each time it comes back corrected; only its votes count."""

    __tablename__ = "direct_recognition"
    __table_args__ = (
        sa.CheckConstraint(_DIGIT, name="level"),
        sa.CheckConstraint(f"kind IN ({', '.join(repr(key) for key in direct.GROUNDS)})", name="kind"),
        sa.Index(
            "uq_direct_recognition_in_hand",
            "person_id",
            "occupation_code",
            "level",
            unique=True,
            sqlite_where=_IN_HAND,
            postgresql_where=_IN_HAND,
        ),
    )
    workflow = DirectFlow

    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(1))
    occupation_code: Mapped[str] = mapped_column(sa.ForeignKey("occupation.code"))
    trade: Mapped[str] = mapped_column(sa.String(80), default="")
    level: Mapped[int]
    held_level: Mapped[int | None]
    employed_since: Mapped[date | None]
    is_front_line: Mapped[bool] = mapped_column(default=False)
    basis: Mapped[str] = mapped_column(sa.Text, default="")
    achievement_id: Mapped[int | None] = mapped_column(sa.ForeignKey("achievement.id"))
    round: Mapped[int] = mapped_column(default=1)
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice.id"), index=True)
    publicity_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    objection_set_aside_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    certificate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificate.id"), unique=True)

    programme: Mapped[Programme] = relationship()
    person: Mapped[Person] = relationship()
    occupation: Mapped[Occupation] = relationship()
    achievement: Mapped[Achievement | None] = relationship()
    notice: Mapped[Notice | None] = relationship()
    certificate: Mapped[Certificate | None] = relationship()
    all_votes: Mapped[list[PanelVote]] = relationship(back_populates="recognition", order_by="PanelVote.id", lazy="selectin")
    evidence: Mapped[list[DirectEvidence]] = relationship(
        back_populates="recognition", cascade="all, delete-orphan", order_by="DirectEvidence.id", lazy="selectin"
    )

    @property
    def ground(self) -> Ground:
        return direct.GROUNDS[self.kind]

    @property
    def skill_level(self) -> SkillLevel:
        return direct.level_of(self.level)

    @property
    def candidate_id(self) -> int:
        return self.person_id

    @property
    def is_own_worker(self) -> bool:
        return self.person.employer_id == self.programme.organisation_id

    @property
    def award_level(self) -> SkillLevel | None:
        """The level its award leads to, in the keys competitions publish."""
        return promoted_to(self.achievement) if self.achievement else None

    @property
    def is_award_withdrawn(self) -> bool:
        return self.achievement is not None and self.achievement.withdrawn_at is not None

    @property
    def held(self) -> list[Held]:
        """What the candidate holds: what this office knows of, and what the enterprise declares."""
        declared = [Held(self.occupation_code, direct.level_of(self.held_level))] if self.held_level else []
        return declared + _held(self, self.person_id)

    @property
    def evidence_kinds(self) -> frozenset[str]:
        """What is proved: by a file, or by an award that this office itself published."""
        published = [direct.AWARD.key] if self.achievement is not None and not self.is_award_withdrawn else []
        return frozenset([*(it.kind for it in self.evidence), *published])

    @property
    def is_programme_on_file(self) -> bool:
        return self.programme.is_on_file

    @property
    def permitted(self) -> frozenset[tuple[str, int]]:
        return self.programme.permitted

    @property
    def certificates_a_year(self) -> int:
        return self.programme.certificates_a_year

    @property
    def panel_minimum(self) -> int:
        return self.programme.panel_minimum

    @property
    def present_votes(self) -> list[PanelVote]:
        """The votes of this round, as they are kept."""
        return [vote for vote in self.all_votes if vote.round == self.round]

    @property
    def votes(self) -> list[Vote]:
        return [Vote(vote.account_id, vote.in_favour, vote.reason) for vote in self.present_votes]

    @property
    def prepared_by(self) -> frozenset[int]:
        session = object_session(self)
        if session is None or self.id is None:
            return frozenset()
        accounts = audit.accounts_that_did(session, self, ["begin", "edit", "submit", "resubmit"])
        return frozenset(account for account in accounts if account is not None)

    @property
    def has_open_objection(self) -> bool:
        return self.notice is not None and self.notice.has_open_objection

    @property
    def has_upheld_objection(self) -> bool:
        set_aside = self.objection_set_aside_at
        return self.notice is not None and any(
            objection.is_in(ObjectionFlow.upheld) and (set_aside is None or objection.state_since > set_aside)
            for objection in self.notice.objections
        )

    @property
    def scopes(self) -> tuple[Within, ...]:
        return self.programme.scopes

    def own_roles(self, actor: Actor) -> tuple[Role, ...]:
        return (Role.APPLICANT,) if actor.person_id is not None and actor.person_id == self.person_id else ()


class DirectEvidence(Base):
    """A proof attached to a recognition: of what kind, and the file."""

    __tablename__ = "direct_evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    recognition_id: Mapped[int] = mapped_column(sa.ForeignKey("direct_recognition.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))

    recognition: Mapped[DirectRecognition] = relationship(back_populates="evidence")
    file: Mapped[StoredFile] = relationship(lazy="joined")

    @property
    def title(self) -> Text:
        return direct.EVIDENCE[self.kind].title


class PanelVote(Base):
    """One assessor's vote on one recognition, once a round."""

    __tablename__ = "panel_vote"
    __table_args__ = (sa.UniqueConstraint("recognition_id", "round", "account_id", name="uq_panel_vote_once"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recognition_id: Mapped[int] = mapped_column(sa.ForeignKey("direct_recognition.id"))
    round: Mapped[int]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    assessor_name: Mapped[str] = mapped_column(sa.String(80))
    in_favour: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    recognition: Mapped[DirectRecognition] = relationship(back_populates="all_votes")


class DirectImport(Base):
    """A spreadsheet on its way in.  It holds ID numbers, so it is kept sealed, and only until it is decided upon."""

    __tablename__ = "direct_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    filename: Mapped[str] = mapped_column(sa.String(120))
    content: Mapped[str | None] = mapped_column(Sealed("direct_import.content"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    programme: Mapped[Programme] = relationship(lazy="joined")


class RecognitionOffer(Flowing, Base):
    """A level that a competition's award leads to, offered to the winner's employer."""

    __tablename__ = "recognition_offer"
    __table_args__ = (sa.CheckConstraint(_DIGIT, name="level"),)
    workflow = OfferFlow

    achievement_id: Mapped[int] = mapped_column(sa.ForeignKey("achievement.id"), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    occupation_code: Mapped[str] = mapped_column(sa.ForeignKey("occupation.code"))
    level: Mapped[int]
    lapses_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    recognition_id: Mapped[int | None] = mapped_column(sa.ForeignKey("direct_recognition.id"))

    achievement: Mapped[Achievement] = relationship()
    person: Mapped[Person] = relationship()
    organisation: Mapped[Organisation] = relationship()
    occupation: Mapped[Occupation] = relationship()
    recognition: Mapped[DirectRecognition | None] = relationship()

    @property
    def skill_level(self) -> SkillLevel:
        return direct.level_of(self.level)

    @property
    def covering_programme(self) -> Programme | None:
        """A programme of the employer on file that covers the level, the newest first."""
        session = _session(self)
        return session.scalars(
            sa.select(Programme)
            .join(ProgrammeScope)
            .where(
                Programme.organisation_id == self.organisation_id,
                Programme.is_in(ProgrammeFlow.accepted),
                ProgrammeScope.occupation_code == self.occupation_code,
                ProgrammeScope.level == self.level,
            )
            .order_by(Programme.id.desc())
        ).first()

    @property
    def permitted_now(self) -> frozenset[tuple[str, int]]:
        programme = self.covering_programme
        return programme.permitted if programme else frozenset()

    @property
    def held(self) -> list[Held]:
        return _held(self, self.person_id)

    @property
    def has_other_in_hand(self) -> bool:
        return bool(
            _session(self).scalar(
                sa.select(
                    sa.exists().where(
                        DirectRecognition.person_id == self.person_id,
                        DirectRecognition.occupation_code == self.occupation_code,
                        DirectRecognition.level == self.level,
                        DirectRecognition.is_in(*IN_HAND),
                    )
                )
            )
        )

    @property
    def scopes(self) -> tuple[Within, ...]:
        return ((Scope.ORGANISATION, self.organisation_id),)


def promoted_to(achievement: Achievement) -> SkillLevel | None:
    """The level an award leads to (`promotes_to_level`), None where it leads to none that has a certificate."""
    level = level_named(str(achievement.facts.get("promotes_to_level") or ""))
    return level if level is not None and level.digit is not None else None


def _session(row: Any) -> Session:
    session = object_session(row)
    if session is None:
        raise RuntimeError(f"{row!r} belongs to no session")
    return session


def _held(row: Any, person_id: int) -> list[Held]:
    session = object_session(row)
    return held_by(session, [person_id])[person_id] if session else []
