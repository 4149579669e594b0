"""From the cookie back to the account: a session is good as long as the account's session key is."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from app.accounts.models import Account, RoleGrant
from app.core.actor import Actor, Grant
from app.core.db import db
from app.core.prepared import Prepared, ask_alone
from workflows.roles import Role


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who a request comes from, as read once for it: what a page may ask of whoever looks at it, and who acts."""

    id: int
    session_key: str
    login: str
    name: str
    language: str
    password_hash: str
    must_change_password: bool
    has_second_factor: bool
    actor: Actor

    is_authenticated = True  # what Flask-Login asks; a visitor is an object of its own
    is_anonymous = False
    is_active = True

    def get_id(self) -> str:
        return f"{self.id}:{self.session_key}"

    @property
    def needs_second_factor(self) -> bool:
        """Whether a role is held that approves, pays or decodes."""
        return any(role.sensitive for role in self.actor.roles)


_SIGNED_IN = Prepared(
    sa.select(
        Account.id,
        Account.session_key,
        Account.login,
        Account.name,
        Account.language,
        Account.password_hash,
        Account.must_change_password,
        Account.totp_secret.is_not(None),
        Account.person_id,
        RoleGrant.role,
        RoleGrant.on_id,
    )
    .join(RoleGrant, sa.and_(RoleGrant.account_id == Account.id, RoleGrant.ended_at.is_(None)), isouter=True)
    .where(Account.id == sa.bindparam("id"), Account.session_key == sa.bindparam("key"), Account.disabled_at.is_(None))
)


def load_account(session_id: str) -> SignedIn | None:
    """Whom a signed cookie names, with the roles they hold, unless the sessions were ended or the account disabled; one question."""
    number, _, key = session_id.partition(":")
    if not number.isdecimal():
        return None
    rows = ask_alone(db.engine, _SIGNED_IN, {"id": int(number), "key": key})
    if not rows:
        return None
    grants = frozenset(Grant(Role.of(role), on_id) for *_, role, on_id in rows if role is not None)
    id_, key, login, name, language, password_hash, must_change, has_factor, person_id, *_ = rows[0]
    return SignedIn(id_, key, login, name, language, password_hash, must_change, has_factor, Actor(id_, person_id, name, grants))
