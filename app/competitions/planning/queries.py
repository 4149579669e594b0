"""Which competitions and skills somebody sees, and what one chooses from when planning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.competitions.models import Competition, Entry, EntryMember, MarkingScheme, Skill
from app.core.actor import Actor
from app.core.clock import at_local
from app.core.errors import NotFound
from app.notices.models import Notice
from app.notices.queries import notices as published
from app.registry.models import Occupation, Organisation, Person
from workflows.competition.competition_flow import CompetitionFlow
from workflows.competition.entry_flow import EntryFlow
from workflows.roles import Role, Scope
from workflows.workflow import State

OFFICIALS = tuple(role for role in Role if role.scope is Scope.COMPETITION)


def competitions(actor: Actor) -> sa.Select[Competition]:
    """The announced ones that are public or the actor's business, and those the actor plans, serves in or oversees."""
    query = sa.select(Competition).order_by(Competition.starts_at.desc().nulls_last(), Competition.id.desc())
    return query if actor.reads_everything else query.where(sa.or_(*_open_to(actor)))


def _open_to(actor: Actor) -> Iterator[sa.ColumnElement[bool]]:
    announced = Competition.announced_at.is_not(None)
    yield sa.and_(announced, Competition.is_public)
    yield Competition.organiser_id.in_(actor.ids(Role.ORGANISER))
    yield Competition.id.in_(actor.ids(*OFFICIALS))
    leads = actor.ids(Role.TEAM_LEADER)
    if leads:
        sent = sa.exists().where(Entry.skill_id == Skill.id, Skill.competition_id == Competition.id, Entry.organisation_id.in_(leads))
        yield sa.and_(announced, sa.or_(Competition.organiser_id.in_(leads), sent))
    if actor.person_id:
        own = sa.exists().where(
            EntryMember.person_id == actor.person_id,
            EntryMember.entry_id == Entry.id,
            Entry.skill_id == Skill.id,
            Skill.competition_id == Competition.id,
        )
        employer = sa.select(Person.employer_id).where(Person.id == actor.person_id).scalar_subquery()
        yield sa.and_(announced, sa.or_(Competition.organiser_id == employer, own))


def skills(actor: Actor) -> sa.Select[Skill]:
    """The skills of the competitions the actor sees."""
    seen = competitions(actor).order_by(None).with_only_columns(Competition.id)
    return sa.select(Skill).where(Skill.competition_id.in_(seen)).order_by(Skill.competition_id, Skill.code)


def competition(session: Session, actor: Actor, id: int) -> Competition:
    found = session.scalar(competitions(actor).where(Competition.id == id).options(selectinload(Competition.skills)))
    if found is None:
        raise NotFound
    return found


def skill(session: Session, actor: Actor, id: int) -> Skill:
    found = session.scalar(skills(actor).where(Skill.id == id))
    if found is None:
        raise NotFound
    return found


def found_competitions(
    actor: Actor, words: str = "", level: str = "", state: State | None = None, year: int | None = None
) -> sa.Select[Competition]:
    """What the actor sees, narrowed down: words of the name, host, place or a skill; level; state; the year it starts in."""
    query = competitions(actor)
    for word in words.split():
        in_a_skill = sa.exists().where(Skill.competition_id == Competition.id, Skill.name.icontains(word, autoescape=True))
        fields = (Competition.name, Competition.name_en, Competition.hosts, Competition.place)
        query = query.where(sa.or_(*(field.icontains(word, autoescape=True) for field in fields), in_a_skill))
    if level:
        query = query.where(Competition.level == level)
    if state is not None:
        query = query.where(Competition.is_in(state))
    if year is not None:
        query = query.where(Competition.starts_at >= at_local(date(year, 1, 1)), Competition.starts_at < at_local(date(year + 1, 1, 1)))
    return query.options(selectinload(Competition.skills))


def years(session: Session, actor: Actor) -> list[int]:
    """The years the competitions somebody sees start in, newest first."""
    starts = session.scalars(competitions(actor).order_by(None).with_only_columns(Competition.starts_at).distinct())
    return sorted({moment.year for moment in starts if moment}, reverse=True)


def notices(session: Session, actor: Actor, competition: Competition, now: datetime) -> list[Notice]:
    """What is before the public about this competition, newest first."""
    return list(session.scalars(published(actor, now).where(Notice.competition_id == competition.id)))


@dataclass(frozen=True, slots=True)
class Numbers:
    """How the entries of a skill stand."""

    submitted: int = 0
    waiting: int = 0
    accepted: int = 0


def numbers(session: Session, skills: Sequence[Skill]) -> dict[int, Numbers]:
    """For each skill, how many entries wait for a decision, wait for a place, and have one."""
    rows = session.execute(
        sa.select(
            Entry.skill_id,
            sa.func.count().filter(Entry.is_in(EntryFlow.submitted)),
            sa.func.count().filter(Entry.is_in(EntryFlow.waiting)),
            sa.func.count().filter(Entry.is_in(EntryFlow.accepted, EntryFlow.checked_in, EntryFlow.absent, EntryFlow.completed)),
        )
        .where(Entry.skill_id.in_([skill.id for skill in skills]))
        .group_by(Entry.skill_id)
    )
    counted = {skill_id: Numbers(*counts) for skill_id, *counts in rows}
    return {skill.id: counted.get(skill.id, Numbers()) for skill in skills}


# ── what one chooses from ───────────────────────────────────────────────────────────────────────────────────────────


def organisers(session: Session, actor: Actor) -> list[Organisation]:
    """The organisations the actor plans competitions for."""
    return list(session.scalars(sa.select(Organisation).where(Organisation.id.in_(actor.ids(Role.ORGANISER))).order_by(Organisation.name)))


def schemes(session: Session, organisation_id: int) -> list[MarkingScheme]:
    """The marking schemes of an organisation, each name's newest version first."""
    return list(
        session.scalars(
            sa.select(MarkingScheme)
            .where(MarkingScheme.organisation_id == organisation_id)
            .order_by(MarkingScheme.name, MarkingScheme.number.desc())
        )
    )


def occupation(session: Session, label: str) -> Occupation | None:
    """The occupation somebody means by a code, by "name code", or by a name that only one has."""
    for word in reversed(label.split()):
        found = session.get(Occupation, word)
        if found is not None:
            return found
    named = session.scalars(sa.select(Occupation).where(Occupation.name == label.strip()).limit(2)).all()
    return named[0] if len(named) == 1 else None


# ── home ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def in_hand(session: Session, actor: Actor, limit: int = 8) -> list[Competition]:
    """The competitions the actor plans or serves in that are not over, the next first."""
    mine = sa.or_(Competition.organiser_id.in_(actor.ids(Role.ORGANISER)), Competition.id.in_(actor.ids(*OFFICIALS)))
    over = (CompetitionFlow.archived, CompetitionFlow.refused, CompetitionFlow.cancelled)
    return list(
        session.scalars(
            sa.select(Competition)
            .where(mine, ~Competition.is_in(*over))
            .options(selectinload(Competition.skills))
            .order_by(Competition.starts_at.asc().nulls_last(), Competition.id)
            .limit(limit)
        )
    )


def open_for_entries(session: Session, actor: Actor, now: datetime, limit: int = 5) -> list[Competition]:
    """Where one can still enter, the nearest deadline first."""
    return list(
        session.scalars(
            competitions(actor)
            .where(
                Competition.is_in(CompetitionFlow.announced, CompetitionFlow.registration),
                Competition.registration_opens_at <= now,
                Competition.registration_closes_at > now,
            )
            .order_by(None)
            .order_by(Competition.registration_closes_at, Competition.id)
            .limit(limit)
        )
    )
