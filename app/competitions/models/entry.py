"""Who enters a skill: one competitor or a team, sent by an organisation or alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship
from sqlalchemy.types import TypeDecorator

from app.accounts.models import Account, RoleGrant
from app.competitions.models.plan import Skill
from app.core.actor import Actor, Within
from app.core.db import Base, UtcDateTime
from app.core.flowing import Flowing
from app.core.secrets import CannotOpen, Sealed, current_ring
from app.registry.models import Organisation, Person
from workflows.competition.codes import outermost
from workflows.competition.eligibility import Applicant, Delegation, Employer, problems
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role, Scope
from workflows.text import Text


class OutermostCode(TypeDecorator[str]):
    """Opens whichever code was selected, work or seat: each is sealed in the context of its own layer."""

    impl = sa.LargeBinary
    cache_ok = True

    def process_result_value(self, value: bytes | None, dialect: sa.Dialect) -> str:
        return opened_code(value)


def opened_code(sealed: bytes | None) -> str:
    """The seat code (of which there are more) or work code that *sealed* holds; opening takes longer than reading, so a list of many opens
    what it shows."""
    if sealed is None:
        return ""
    try:
        return current_ring().open("entry.seat_code", bytes(sealed))
    except CannotOpen:
        return current_ring().open("entry.work_code", bytes(sealed))


class Entry(Flowing, Base):
    """One entry.  `number` (参赛号) is given at acceptance; the codes are drawn, each layer sealed in its own context.

    A code cannot be sorted or searched by the database: sort by `code` in Python.
    """

    __tablename__ = "entry"
    __table_args__ = (sa.UniqueConstraint("skill_id", "number"),)
    workflow = EntryFlow

    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    team_name: Mapped[str] = mapped_column(sa.String(120), default="")
    coach: Mapped[str] = mapped_column(sa.String(80), default="")
    coach_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)  # the person, where the ID number was given
    remark: Mapped[str] = mapped_column(sa.Text, default="")
    number: Mapped[str | None] = mapped_column(sa.String(20))
    start_code: Mapped[str | None] = mapped_column(Sealed("entry.start_code"))
    seat_code: Mapped[str | None] = mapped_column(Sealed("entry.seat_code"))
    work_code: Mapped[str | None] = mapped_column(Sealed("entry.work_code"))
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    results_final_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    called_off_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    entered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    skill: Mapped[Skill] = relationship(back_populates="entries")
    organisation: Mapped[Organisation | None] = relationship()
    coach_person: Mapped[Person | None] = relationship()
    members: Mapped[list[EntryMember]] = relationship(back_populates="entry", order_by="EntryMember.position", cascade="all, delete-orphan")

    @hybrid_property
    def code(self) -> str:
        """The outermost code, the only one that judges and scorers see; can be selected, not sorted by."""
        return outermost(self.seat_code, self.work_code)

    @code.inplace.expression
    @classmethod
    def _code(cls) -> sa.Label[str]:
        return sa.type_coerce(sa.func.coalesce(cls.work_code, cls.seat_code), OutermostCode()).label("code")

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

    def is_registration_open_at(self, now: datetime) -> bool:
        return self.skill.is_in(SkillFlow.planned) and self.skill.competition.takes_entries_at(now)

    @property
    def is_before_draw(self) -> bool:
        return self.skill.is_in(SkillFlow.planned)

    @property
    def has_free_place(self) -> bool:
        return self.skill.has_free_place

    @property
    def is_first_in_line(self) -> bool:
        return first_in_line(_session_of(self), self.skill_id) is self

    @property
    def ineligibility(self) -> list[Text]:
        people = [member.person for member in self.members]
        applicants = applicants_for(_session_of(self), self.skill, people, but=(self.id,))
        return problems(self.skill.conditions, applicants, delegation_of(self.organisation), self.team_name)


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


class ImportDraft(Base):
    """A spreadsheet that was looked through and waits for its sender's decision.  It holds ID numbers, so it is kept sealed."""

    __tablename__ = "import_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    filename: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[str] = mapped_column(Sealed("import_draft.content"))  # the file in base64
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


# Whoever stands in one of these is out of the race; a draft is nobody's entry yet.
OUT_OF_THE_RACE = (EntryFlow.withdrawn, EntryFlow.refused, EntryFlow.disqualified, EntryFlow.called_off)

# Organisations that send people of any employer: a public body enters the delegation of a whole area or trade.
SENDS_OTHERS = ("bureau",)


def first_in_line(session: Session, skill_id: int) -> Entry | None:
    """The entry that has waited longest for a place."""
    return session.scalar(
        sa.select(Entry).where(Entry.skill_id == skill_id, Entry.is_in(EntryFlow.waiting)).order_by(Entry.waiting_since, Entry.id).limit(1)
    )


def delegation_of(organisation: Organisation | None) -> Delegation | None:
    if organisation is None:
        return None
    return Delegation(organisation.id, organisation.name, sends_others=organisation.kind in SENDS_OTHERS)


def applicants_for(session: Session, skill: Skill, people: Sequence[Person], *, but: Collection[int] = ()) -> list[Applicant]:
    """What the eligibility rules ask about *people* who want to enter *skill*, leaving the entries *but* aside.

    A fixed number of queries for any number of people.
    """
    ids = [person.id for person in people if person.id is not None]
    elsewhere: dict[int, list[str]] = defaultdict(list)
    here: set[int] = set()
    for person_id, skill_id, skill_name in _standing_entries(session, skill, ids, but):
        if skill_id == skill.id:
            here.add(person_id)
        else:
            elsewhere[person_id].append(skill_name)
    offices = _offices(session, skill.competition_id, ids)
    return [
        Applicant(
            person.name,
            person.birth_date,
            _employer(person.employer),
            tuple(elsewhere[person.id]),
            person.id in here,
            tuple(offices.get(person.id, ())),
        )
        for person in people
    ]


def _employer(organisation: Organisation | None) -> Employer | None:
    return None if organisation is None else Employer(organisation.id, organisation.name, is_school=organisation.kind == "school")


def _standing_entries(session: Session, skill: Skill, people: Sequence[int], but: Collection[int]) -> Iterator[tuple[int, int, str]]:
    for some in _chunks(people):
        yield from session.execute(
            sa.select(EntryMember.person_id, Entry.skill_id, Skill.name)
            .join(Entry, Entry.id == EntryMember.entry_id)
            .join(Skill, Skill.id == Entry.skill_id)
            .where(
                Skill.competition_id == skill.competition_id,
                EntryMember.person_id.in_(some),
                ~Entry.is_in(EntryFlow.draft, *OUT_OF_THE_RACE),
                Entry.id.not_in(list(but)),
            )
            .order_by(Skill.code, Entry.id)
        )


def _offices(session: Session, competition_id: int, people: Sequence[int]) -> dict[int, list[Text]]:
    """What each of *people* does in the competition as an official."""
    found: dict[int, list[Text]] = defaultdict(list)
    roles = {role.key: role for role in Role if role.scope is Scope.COMPETITION}
    for some in _chunks(people):
        held = session.execute(
            sa.select(Account.person_id, RoleGrant.role)
            .join(RoleGrant, RoleGrant.account_id == Account.id)
            .where(
                Account.person_id.in_(some),
                RoleGrant.role.in_(list(roles)),
                RoleGrant.on_id == competition_id,
                RoleGrant.ended_at.is_(None),
            )
            .order_by(RoleGrant.id)
        )
        for person_id, role in held:
            if person_id is not None:
                found[person_id].append(roles[role].title)
    return found


def _chunks(ids: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    """A database takes only so many values in one question."""
    return (ids[start : start + size] for start in range(0, len(ids), size))


def _session_of(entry: Entry) -> Session:
    session = object_session(entry)
    if session is None:
        raise RuntimeError("an entry that is not in the database cannot be judged")
    return session
