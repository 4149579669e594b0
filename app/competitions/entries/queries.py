"""Which entries somebody sees, and how much of each: names or seat codes, never both before the decoding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.competitions.models import Competition, Entry, EntryMember, ImportDraft, Skill
from app.competitions.models.entry import OUT_OF_THE_RACE
from app.core.actor import Actor
from app.core.errors import NotFound
from app.registry.models import Organisation, Person
from workflows.competition.conflicts import BLIND, KNOWING
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import State

OPENED = (SkillFlow.decoded, SkillFlow.publicity, SkillFlow.final)
CODED = Text("编码保密中", "coded")


def entries(actor: Actor) -> sa.Select[Entry]:
    """The entries that are the actor's business.

    Whoever marks in a competition sees none of its entries until they are decoded, only their `codes`; this holds whatever
    other roles they have.  Even an id would tell who entered first.
    """
    query = (
        sa.select(Entry)
        .join(Skill, Skill.id == Entry.skill_id)
        .join(Competition, Competition.id == Skill.competition_id)
        .options(
            joinedload(Entry.skill).joinedload(Skill.competition),
            joinedload(Entry.organisation),
            selectinload(Entry.members).joinedload(EntryMember.person),
        )
        .order_by(Entry.skill_id, Entry.number.asc().nulls_last(), Entry.id)
    )
    blind = actor.ids(*BLIND)
    with_names = sa.or_(*_by_name(actor))
    if not blind:
        return query.where(with_names)
    opened = Skill.is_in(*OPENED)
    marks_here = Competition.id.in_(blind)
    return query.where(sa.or_(sa.and_(with_names, sa.or_(~marks_here, opened)), sa.and_(marks_here, opened)))


def codes(session: Session, skill: Skill) -> list[str]:
    """The outermost codes of everyone who was drawn, in their own order: all that a judge learns of the entries."""
    drawn = sa.select(Entry.code).where(Entry.skill_id == skill.id, Entry.seat_code.is_not(None))
    return sorted(session.scalars(drawn))


def _by_name(actor: Actor) -> Iterator[sa.ColumnElement[bool]]:
    handed_in = ~Entry.is_in(EntryFlow.draft)
    if actor.reads_everything:
        yield handed_in
    yield sa.and_(Competition.organiser_id.in_(actor.ids(Role.ORGANISER)), handed_in)
    yield sa.and_(Competition.id.in_(actor.ids(*KNOWING)), handed_in)
    yield Entry.organisation_id.in_(actor.ids(Role.TEAM_LEADER))
    yield Entry.id.in_(sa.select(EntryMember.entry_id).where(EntryMember.person_id == (actor.person_id or 0)))


def entry(session: Session, actor: Actor, id: int) -> Entry:
    found = session.scalars(entries(actor).where(Entry.id == id)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Sight:
    """How much of the entries of a skill somebody sees."""

    names: bool
    seats: bool


def sight(actor: Actor, skill: Skill, entry: Entry | None = None) -> Sight:
    """Before the decoding judges see neither here, everybody else names without seats; competitors know their own seat."""
    if not skill.is_sealed:
        return Sight(names=not actor.roles_on(skill) & BLIND or skill.is_in(*OPENED), seats=True)
    mine = actor.roles_on(skill)
    if mine & BLIND:
        return Sight(names=False, seats=False)
    is_own = entry is not None and Role.COMPETITOR in entry.own_roles(actor)
    return Sight(names=True, seats=is_own)


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as one particular reader may see it."""

    entry: Entry
    title: str | Text
    number: str
    seat: str
    organisation: str
    coach: str
    members: tuple[EntryMember, ...]

    @property
    def state(self) -> State:
        return self.entry.state


def line(actor: Actor, entry: Entry) -> Line:
    """*entry* with whatever *actor* may not see left out."""
    seen = sight(actor, entry.skill, entry)
    seat = (entry.seat_code or "") if seen.seats else ""
    if not seen.names:
        return Line(entry, CODED, "", seat, "", "", ())
    organisation = entry.organisation.name if entry.organisation else ""
    return Line(entry, entry.title, entry.number or "", seat, organisation, entry.coach, tuple(entry.members))


def subject_title(entry: Entry) -> str:
    """What an entry is called where nobody knows who reads: no name as long as names and seats must not meet."""
    place = f"{entry.skill.competition.name} · {entry.skill.name}"
    return place if entry.skill.is_sealed else f"{place} · {entry.title}"


def of_skill(actor: Actor, skill: Skill, *states: State, words: str = "", organisation_id: int | None = None) -> sa.Select[Entry]:
    """The entries of *skill* that *actor* sees, narrowed down by state, delegation, and the number, a name or a pinyin."""
    query = entries(actor).where(Entry.skill_id == skill.id)
    if states:
        query = query.where(Entry.is_in(*states))
    if organisation_id is not None:
        query = query.where(Entry.organisation_id == organisation_id)
    return query.where(_named(words)) if words else query


def _named(words: str) -> sa.ColumnElement[bool]:
    word = words.strip()
    of_a_person = sa.or_(Person.name.icontains(word, autoescape=True), Person.name_key.icontains(word, autoescape=True))
    members = sa.select(EntryMember.entry_id).join(Person, Person.id == EntryMember.person_id).where(of_a_person)
    return sa.or_(
        Entry.number.icontains(word, autoescape=True),
        Entry.team_name.icontains(word, autoescape=True),
        Entry.organisation.has(Organisation.name.icontains(word, autoescape=True)),
        Entry.id.in_(members),
    )


def found(session: Session, actor: Actor, words: str, limit: int = 10) -> list[Entry]:
    """Entries by name, number or team, where the actor may know the names."""
    rows = session.scalars(entries(actor).where(_named(words)).limit(limit * 3)).unique()
    return [entry for entry in rows if sight(actor, entry.skill, entry).names][:limit]


def seats(session: Session, skill: Skill) -> list[str]:
    """The seats that were drawn, in their order and without a word about who sits there."""
    drawn = session.scalars(sa.select(Entry.seat_code).where(Entry.skill_id == skill.id, Entry.seat_code.is_not(None)))
    return sorted(seat for seat in drawn if seat)  # sealed in the database, so it cannot put them in order


def counts(session: Session, actor: Actor, skill: Skill, organisation_id: int | None = None) -> dict[State, int]:
    """How many of the entries somebody sees stand in each state, in the order of the procedure."""
    query = of_skill(actor, skill, organisation_id=organisation_id).order_by(None).options()
    seen = query.with_only_columns(Entry._state, sa.func.count()).group_by(Entry._state)
    by_name = dict(session.execute(seen).all())
    return {state: by_name[name] for name, state in EntryFlow.states.items() if name in by_name}


def own(session: Session, actor: Actor) -> list[Entry]:
    """The entries one competes with, the newest competition first."""
    if actor.person_id is None:
        return []
    mine = sa.select(EntryMember.entry_id).where(EntryMember.person_id == actor.person_id)
    query = entries(actor).where(Entry.id.in_(mine)).order_by(None).order_by(Competition.starts_at.desc(), Entry.id.desc())
    return list(session.scalars(query).unique())


def standing(session: Session, skill: Skill, person_id: int) -> Entry | None:
    """The entry with which a person already is in *skill*, a draft included."""
    return session.scalar(
        sa.select(Entry)
        .join(EntryMember, EntryMember.entry_id == Entry.id)
        .where(Entry.skill_id == skill.id, EntryMember.person_id == person_id, ~Entry.is_in(*OUT_OF_THE_RACE))
        .order_by(Entry.id)
        .limit(1)
    )


def delegations(session: Session, actor: Actor) -> list[Organisation]:
    """The organisations the actor leads."""
    return list(
        session.scalars(sa.select(Organisation).where(Organisation.id.in_(actor.ids(Role.TEAM_LEADER))).order_by(Organisation.name))
    )


def delegation(session: Session, actor: Actor, organisation_id: int) -> Organisation:
    found = session.get(Organisation, organisation_id)
    if found is None or organisation_id not in actor.ids(Role.TEAM_LEADER):
        raise NotFound
    return found


def import_draft(session: Session, actor: Actor, id: int) -> ImportDraft:
    """A spreadsheet the actor uploaded and has not decided on."""
    found = session.scalar(sa.select(ImportDraft).where(ImportDraft.id == id, ImportDraft.account_id == (actor.account_id or 0)))
    if found is None:
        raise NotFound
    return found


NEXT: dict[State, Text] = {
    EntryFlow.draft: Text("还没有提交，请在报名截止前提交", "Not handed in yet; hand it in before registration closes"),
    EntryFlow.returned: Text("请按退回的理由更正后重新提交", "Correct what was sent back and hand it in again"),
    EntryFlow.submitted: Text("等待承办方审核", "The organiser is looking at it"),
    EntryFlow.waiting: Text("正在候补，有空位时自动递补", "On the waiting list; you move up by yourself when a place is free"),
    EntryFlow.accepted: Text("开赛当天带身份证到现场检录", "Report at the desk on the day with your ID card"),
    EntryFlow.checked_in: Text("已检录，请听从现场安排", "Checked in; follow the directions on site"),
}
OVER = Text("已结束", "Ended")


def next_step(entry: Entry) -> Text:
    """What happens next with an entry, in words for whoever competes."""
    return NEXT.get(entry.state, OVER)
