"""Who sees which people and organisations."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.secrets import index_of
from app.registry.models import Division, Occupation, Organisation, Person
from workflows.roles import Role

REGISTRARS = (Role.ADMINISTRATOR, Role.REVIEWER)
STAFF = (*REGISTRARS, Role.APPROVER, Role.AUDITOR, Role.FINANCE)
OF_ORGANISATIONS = (Role.CLERK, Role.TEAM_LEADER, Role.ORGANISER)


def people(actor: Actor, words: str = "") -> sa.Select[Person]:
    """People by name or pinyin.  The county's staff see all, an organisation's people their own, others themselves."""
    query = sa.select(Person).options(joinedload(Person.employer)).order_by(Person.name_key, Person.id)
    if not actor.holds(*STAFF):
        query = query.where(sa.or_(Person.employer_id.in_(actor.ids(Role.CLERK, Role.TEAM_LEADER)), Person.id == (actor.person_id or 0)))
    words = words.strip()
    if not words:
        return query
    latin = "".join(words.lower().split())
    return query.where(sa.or_(Person.name.contains(words, autoescape=True), Person.name_key.contains(latin, autoescape=True)))


def person_with_number(session: Session, actor: Actor, number: str) -> Person | None:
    """The person with a whole document number, among those *actor* sees; found through the blind index."""
    return session.scalar(people(actor).where(Person.id_number_index == index_of("person.id_number", number)))


def person(session: Session, actor: Actor, id: int) -> Person:
    found = session.scalar(people(actor).where(Person.id == id))
    if found is None:
        raise NotFound
    return found


def may_edit_person(actor: Actor, person: Person) -> bool:
    """The registrars, and the clerk or team leader of the person's employer."""
    return actor.holds(*REGISTRARS) or person.employer_id in actor.ids(Role.CLERK, Role.TEAM_LEADER)


def organisations(words: str = "", kind: str = "") -> sa.Select[Organisation]:
    """Organisations are public facts: everyone signed in may find one."""
    query = sa.select(Organisation).options(joinedload(Organisation.division)).order_by(Organisation.name, Organisation.id)
    if kind:
        query = query.where(Organisation.kind == kind)
    if words.strip():
        named = Organisation.name.contains(words.strip(), autoescape=True)
        query = query.where(sa.or_(named, Organisation.credit_code == words.strip().upper()))
    return query


def organisation(session: Session, id: int) -> Organisation:
    found = session.get(Organisation, id)
    if found is None:
        raise NotFound
    return found


def may_edit_organisation(actor: Actor, organisation: Organisation) -> bool:
    return actor.holds(*REGISTRARS) or organisation.id in actor.ids(*OF_ORGANISATIONS)


def may_see_employees(actor: Actor, organisation: Organisation) -> bool:
    return actor.holds(*STAFF) or organisation.id in actor.ids(Role.CLERK, Role.TEAM_LEADER)


def employees(actor: Actor, organisation: Organisation) -> sa.Select[Person]:
    return people(actor).where(Person.employer_id == organisation.id)


def occupations(words: str = "") -> sa.Select[Occupation]:
    """Occupations in force by code, name or trade."""
    query = sa.select(Occupation).where(Occupation.ended_at.is_(None)).order_by(Occupation.code)
    words = words.strip()
    if not words:
        return query
    named = Occupation.name.contains(words, autoescape=True)
    return query.where(
        sa.or_(named, Occupation.trades.contains(words, autoescape=True), Occupation.code.startswith(words, autoescape=True))
    )


def divisions() -> sa.Select[Division]:
    return sa.select(Division).order_by(Division.code)


def division_path(session: Session, code: str | None) -> list[Division]:
    """The division with those it lies in, the widest first."""
    path: list[Division] = []
    while code and (found := session.get(Division, code)) is not None:
        path.insert(0, found)
        code = found.parent_code
    return path


def find_organisations(session: Session, words: str) -> Iterable[tuple[int, str]]:
    """For whoever gives a role on one."""
    return [(row.id, row.name) for row in session.scalars(organisations(words).limit(20))]


def organisation_name(session: Session, id: int) -> str | None:
    found = session.get(Organisation, id)
    return found.name if found else None
