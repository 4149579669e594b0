"""Who there is, who holds what on what, and what one has been told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.accounts.models import Account, Notification, RoleGrant
from app.core import slices
from app.core.actor import Actor
from app.core.errors import NotFound
from workflows.roles import Role, Scope
from workflows.text import Text

WHOLE_SYSTEM = Text("全系统", "the whole system")


def accounts(actor: Actor, words: str = "", state: str = "") -> sa.Select[Account]:
    """Accounts by login or name; the administrator's list.  *state*: "disabled" or everything but."""
    query = sa.select(Account).order_by(Account.login)
    if not actor.holds(Role.ADMINISTRATOR):
        return query.where(sa.false())
    if words:
        query = query.where(sa.or_(Account.login.icontains(words, autoescape=True), Account.name.icontains(words, autoescape=True)))
    return query.where(Account.disabled_at.is_not(None) if state == "disabled" else Account.disabled_at.is_(None))


def account(session: Session, actor: Actor, id: int) -> Account:
    found = session.get(Account, id)
    if found is None or not actor.holds(Role.ADMINISTRATOR):
        raise NotFound
    return found


def by_login(session: Session, login: str) -> Account | None:
    return session.scalar(sa.select(Account).where(Account.login == login.strip().lower()))


def of_person(session: Session, person_id: int) -> Account | None:
    return session.scalar(sa.select(Account).where(Account.person_id == person_id))


def grants(actor: Actor, *, role: Role | None = None, account_id: int | None = None, ended: bool = False) -> sa.Select[RoleGrant]:
    """Who holds what on what, newest first; with *ended*, also who held it.

    The administrator and the auditor see all, an organiser nothing here: their competitions list their own officials.
    """
    query = (
        sa.select(RoleGrant)
        .options(joinedload(RoleGrant.account), joinedload(RoleGrant.granted_by), joinedload(RoleGrant.ended_by))
        .order_by(RoleGrant.granted_at.desc(), RoleGrant.id.desc())
    )
    if not actor.holds(Role.ADMINISTRATOR, Role.AUDITOR):
        return query.where(RoleGrant.account_id == (actor.account_id or 0))
    if role is not None:
        query = query.where(RoleGrant.role == role.key)
    if account_id is not None:
        query = query.where(RoleGrant.account_id == account_id)
    return query if ended else query.where(RoleGrant.ended_at.is_(None))


def grant(session: Session, id: int) -> RoleGrant:
    found = session.get(RoleGrant, id)
    if found is None:
        raise NotFound
    return found


def holders(session: Session, scope: Scope, on_id: int, *, role: Role | None = None) -> list[RoleGrant]:
    """Who holds a role of *scope* on *on_id* now, for the page of that competition or organisation."""
    keys = [r.key for r in Role if r.scope is scope and (role is None or r is role)]
    return list(
        session.scalars(
            sa.select(RoleGrant)
            .join(RoleGrant.account)
            .options(joinedload(RoleGrant.account))
            .where(RoleGrant.role.in_(keys), RoleGrant.on_id == on_id, RoleGrant.ended_at.is_(None))
            .order_by(RoleGrant.role, Account.name, RoleGrant.id)
        )
    )


def target_name(session: Session, role: Role, on_id: int) -> Text:
    """What a role is held on, in words."""
    targets = slices.role_targets_of(role.scope)
    if role.scope is Scope.SYSTEM or targets is None:
        return WHOLE_SYSTEM
    name = targets.name(session, on_id) or f"{role.scope.value} {on_id}"
    return Text(name, name)


@dataclass(frozen=True, slots=True)
class Target:
    """Something a role can be held on."""

    id: int
    name: str


def targets(session: Session, scope: Scope, words: str) -> list[Target]:
    """What *words* find among the things of *scope*."""
    found = slices.role_targets_of(scope)
    return [Target(id_, name) for id_, name in found.find(session, words)] if found and words.strip() else []


# ── what one has been told ──────────────────────────────────────────────────────────────────────────────────────────


def notifications(actor: Actor, unread: bool = False) -> sa.Select[Notification]:
    query = sa.select(Notification).where(Notification.account_id == (actor.account_id or 0)).order_by(Notification.id.desc())
    return query.where(Notification.read_at.is_(None)) if unread else query


def notification(session: Session, actor: Actor, id: int) -> Notification:
    found = session.scalar(notifications(actor).where(Notification.id == id))
    if found is None:
        raise NotFound
    return found


def unread_count(session: Session, actor: Actor) -> int:
    if actor.account_id is None:
        return 0
    query = sa.select(sa.func.count()).where(Notification.account_id == actor.account_id, Notification.read_at.is_(None))
    return session.scalar(query) or 0


def concerned(session: Session, subject: Any, roles: Iterable[Role]) -> set[int]:
    """The accounts that hold one of *roles* in the case of *subject*.

    Roles that follow from the case (competitor, applicant) reach the accounts of `interested_person_ids`, and
    whoever acted without being a registered person through `interested_account_ids`.
    """
    within = [(Scope.SYSTEM, 0), *subject.scopes]
    held = [
        sa.and_(RoleGrant.role == role.key, RoleGrant.on_id == on_id)
        for role in roles
        for scope, on_id in within
        if role.is_granted and role.scope is scope
    ]
    found: set[int] = set()
    active = sa.select(Account.id).where(Account.disabled_at.is_(None))
    if held:
        found |= set(
            session.scalars(active.join(RoleGrant, RoleGrant.account_id == Account.id).where(RoleGrant.ended_at.is_(None), sa.or_(*held)))
        )
    if any(role.scope is Scope.OWN for role in roles):
        people = tuple(getattr(subject, "interested_person_ids", ()))
        accounts_ = tuple(getattr(subject, "interested_account_ids", ()))
        found |= set(session.scalars(active.where(sa.or_(Account.person_id.in_(people), Account.id.in_(accounts_)))))
    return found
