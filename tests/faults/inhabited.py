"""An office in which something of everything is there, and people who hold one role each, or all of them, on all of it."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Account, RoleGrant
from app.competitions.models import Competition
from app.core.db import transaction
from app.registry.models import Organisation
from tests.support.competitions import Season
from tests.support.marking import Workshop
from tests.support.recognition import an_enterprise
from tests.support.rewards import Bureau
from workflows.roles import Role, Scope

EVERYTHING = "everything"


def settle_in(app: Flask, session: Session) -> dict[str, str]:
    """Fill the office; the session ids of `EVERYTHING` and of whoever holds one role alone, by the role's key."""
    with transaction() as s:
        shop = Workshop(s, 2).start()
        shop.mark_all("01", 40, 25, (2, 2, 3))
        season = Season(s, quota=1)
        season.announce()
        season.enter()
        season.accepted()
    bureau = Bureau(session)
    bureau.award(bureau.person("待确认"))
    (claim,) = bureau.claims(bureau.award(bureau.person("已公示")))
    bureau.sent(bureau.approved(claim))
    enterprise = an_enterprise(app)
    enterprise.draft(1)
    enterprise.submitted(2)
    enterprise.issued(3)
    with transaction() as s:
        return _people(s)


def _people(session: Session) -> dict[str, str]:
    places = {
        Scope.SYSTEM: [0],
        Scope.ORGANISATION: session.scalars(sa.select(Organisation.id)).all(),
        Scope.COMPETITION: session.scalars(sa.select(Competition.id)).all(),
    }
    now, ids = datetime.now(UTC), {}
    granted = [role for role in Role if role.is_granted]
    for name, roles in {EVERYTHING: granted, **{role.key: [role] for role in granted}}.items():
        account = Account(login=f"all-{name}", name=name, password_hash="!", must_change_password=False, created_at=now)
        session.add(account)
        session.flush()
        session.add_all(
            RoleGrant(account_id=account.id, role=role.key, on_id=on, granted_at=now) for role in roles for on in places[role.scope]
        )
        ids[name] = account.get_id()
    return ids


def browser(app: Flask, session_id: str | None) -> FlaskClient:
    """A browser in which *session_id* has signed in, or nobody."""
    client = app.test_client()
    if session_id:
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = session_id, True
    return client
