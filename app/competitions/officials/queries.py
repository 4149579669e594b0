"""Whom one can appoint, and what ties them to the competitors."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Account, RoleGrant
from app.accounts.queries import holders
from app.competitions.models import Competition, Entry, EntryMember, PanelSeat, Skill
from app.competitions.models.entry import OUT_OF_THE_RACE
from app.core.actor import Actor
from app.core.errors import NotFound
from app.registry.models import Organisation, Person
from workflows.competition.conflicts import Candidate
from workflows.competition.entry_flow import EntryFlow
from workflows.roles import Role, Scope

APPOINTED = tuple(role for role in Role if role.scope is Scope.COMPETITION)


def candidates(session: Session, actor: Actor, words: str, limit: int = 20) -> list[tuple[Account, str]]:
    """Accounts by name or login, each with its employer's name, for whoever appoints."""
    if not actor.holds(Role.ORGANISER) or not words.strip():
        return []
    query = (
        sa.select(Account, sa.func.coalesce(Organisation.name, ""))
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Organisation, Organisation.id == Person.employer_id)
        .where(
            Account.disabled_at.is_(None),
            sa.or_(Account.name.icontains(words.strip(), autoescape=True), Account.login.icontains(words.strip(), autoescape=True)),
        )
        .order_by(Account.name, Account.id)
        .limit(limit)
    )
    return [(account, employer) for account, employer in session.execute(query)]


def account(session: Session, id: int) -> Account:
    found = session.get(Account, id)
    if found is None or found.disabled_at is not None:
        raise NotFound
    return found


def appointed(session: Session, competition: Competition) -> dict[Role, list[RoleGrant]]:
    """Who holds which role in the competition now, by role."""
    grants = holders(session, Scope.COMPETITION, competition.id)
    return {role: [grant for grant in grants if grant.what is role] for role in APPOINTED}


def panels(session: Session, competition: Competition) -> dict[int, list[PanelSeat]]:
    """The seats of each skill, in order."""
    seats = session.scalars(
        sa.select(PanelSeat)
        .join(Skill, Skill.id == PanelSeat.skill_id)
        .where(Skill.competition_id == competition.id)
        .options(joinedload(PanelSeat.account))
        .order_by(PanelSeat.skill_id, PanelSeat.position)
    ).all()
    return {skill.id: [seat for seat in seats if seat.skill_id == skill.id] for skill in competition.skills}


def candidate(session: Session, competition: Competition, account: Account, skill: Skill | None = None) -> Candidate:
    """What speaks against *account* serving in the competition, or on the panel of *skill*."""
    roles = [grant.what for grant in holders(session, Scope.COMPETITION, competition.id) if grant.account_id == account.id]
    if account.person_id is None:
        return Candidate(account.name, roles)
    standing = (
        sa.select(Skill.name)
        .join(Entry, Entry.skill_id == Skill.id)
        .join(EntryMember, EntryMember.entry_id == Entry.id)
        .where(Skill.competition_id == competition.id, ~Entry.is_in(EntryFlow.draft, *OUT_OF_THE_RACE))
    )
    entered = session.scalars(standing.where(EntryMember.person_id == account.person_id).order_by(Skill.code)).all()
    person = session.get(Person, account.person_id)
    if person is None or person.employer_id is None or person.employer is None:
        return Candidate(account.name, roles, entered)
    of_the_same = standing.join(Person, Person.id == EntryMember.person_id).where(
        Person.employer_id == person.employer_id, Person.id != person.id
    )
    if skill is not None:
        of_the_same = of_the_same.where(Skill.id == skill.id)
    colleagues = session.scalar(of_the_same.with_only_columns(sa.func.count())) or 0
    return Candidate(account.name, roles, entered, person.employer.name, colleagues)
