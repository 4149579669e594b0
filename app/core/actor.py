"""Who acts: an account with the roles it holds, as a value that is passed along."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from workflows.roles import Role, Scope

Within = tuple[Scope, int]


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held on something.  `on_id` is 0 for the whole system."""

    role: Role
    on_id: int = 0


class HasScopes(Protocol):
    """What an actor can hold roles on."""

    @property
    def scopes(self) -> Iterable[Within]:
        """The organisations and competitions it lies within; the whole system is implied."""

    def own_roles(self, actor: Actor) -> Iterable[Role]:
        """The roles that follow from who the actor is, not from a grant."""


@dataclass(frozen=True, slots=True)
class Actor:
    """An account at work, or nobody in particular (`account_id` None)."""

    account_id: int | None = None
    person_id: int | None = None
    name: str = ""
    grants: frozenset[Grant] = field(default_factory=frozenset)
    is_clock: bool = False

    def roles_on(self, subject: HasScopes) -> frozenset[Role]:
        """Every role this actor has in the case of *subject*."""
        if self.is_clock:
            return frozenset((Role.CLOCK,))
        return frozenset(self._granted_on(subject) | set(subject.own_roles(self)) | {Role.ANYONE})

    def has_role_on(self, subject: HasScopes, roles: Collection[Role]) -> bool:
        """Whether this actor has one of *roles* in the case of *subject*; who the actor is, is asked only where no grant answers."""
        if self.is_clock:
            return Role.CLOCK in roles
        return Role.ANYONE in roles or not self._granted_on(subject).isdisjoint(roles) or not set(subject.own_roles(self)).isdisjoint(roles)

    def _granted_on(self, subject: HasScopes) -> set[Role]:
        within = {(Scope.SYSTEM, 0), *subject.scopes}
        return {grant.role for grant in self.grants if (grant.role.scope, grant.on_id) in within}

    def holds(self, *roles: Role) -> bool:
        """Whether any of *roles* is held on anything."""
        return any(grant.role in roles for grant in self.grants)

    def ids(self, *roles: Role) -> frozenset[int]:
        """What *roles* are held on: ids of organisations or of competitions."""
        return frozenset(grant.on_id for grant in self.grants if grant.role in roles)

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    @property
    def reads_everything(self) -> bool:
        """Those who answer for the whole county see every case (masked, and each look recorded)."""
        return self.holds(Role.REVIEWER, Role.APPROVER, Role.AUDITOR)


CLOCK = Actor(name="系统时钟", is_clock=True)
NOBODY = Actor(name="访客")
