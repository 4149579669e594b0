"""One who holds each role over the whole system, and browsers in which they have signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Account, RoleGrant
from app.core.db import transaction
from workflows.roles import Role, Scope


@pytest.fixture
def staff(session: Session) -> dict[str, Account]:
    """An account for each role of the whole system, by the role's key."""
    now = datetime.now(UTC)
    accounts = {}
    with transaction() as s:
        for role in (role for role in Role if role.is_granted and role.scope is Scope.SYSTEM):
            made = Account(login=role.key, name=role.title.zh, password_hash="!", must_change_password=False, created_at=now)
            s.add(made)
            s.flush()
            s.add(RoleGrant(account_id=made.id, role=role.key, on_id=0, granted_at=now))
            s.flush()
            s.refresh(made, ["grants"])
            accounts[role.key] = made
    return accounts


@pytest.fixture
def signed_in(app: Flask, staff: dict[str, Account]) -> Callable[[str], FlaskClient]:
    """A browser in which whoever holds this role has signed in."""

    def open_browser(role: str) -> FlaskClient:
        browser = app.test_client()
        with browser.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = staff[role].get_id(), True
        return browser

    return open_browser
