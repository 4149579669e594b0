"""Every route says who may come in, and whoever may not stays outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.web.door import access_to
from tests.support.people import account, sign_in


def _routes(app: Flask, method: str) -> Iterator[tuple[Rule, str]]:
    """Each route that takes *method*, with an address whose gaps are filled."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint != "static" and method in (rule.methods or ()):
                yield rule, app.url_map.bind("localhost").build(rule.endpoint, dict.fromkeys(rule.arguments, 1), method)


def test_every_route_says_who_may_come_in(app: Flask) -> None:
    silent = [rule.rule for rule in app.url_map.iter_rules() if access_to(app, rule.endpoint) is None]
    assert silent == []


def test_a_visitor_is_sent_to_sign_in_wherever_it_is_not_public(app: Flask) -> None:
    client = app.test_client()
    for rule, address in _routes(app, "GET"):
        access, answer = access_to(app, rule.endpoint), client.get(address)
        assert access is not None
        assert answer.status_code < 500, address
        if not access.is_public:
            assert answer.status_code == 403 if address.startswith("/api/") else answer.location.startswith("/login?"), address


def test_a_visitor_changes_nothing_where_it_is_not_public(app: Flask) -> None:
    client = app.test_client()
    for rule, address in _routes(app, "POST"):
        access, answer = access_to(app, rule.endpoint), client.post(address)
        assert access is not None
        assert answer.status_code < 500, address
        if not access.is_public:
            assert answer.status_code == 403 if address.startswith("/api/") else answer.location.startswith("/login/again"), address


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_account_without_a_role_is_turned_away_where_a_role_is_needed(app: Flask, session: Session, method: str) -> None:
    nobody = account(session)
    for rule, address in _routes(app, method):
        if rule.endpoint == "accounts.logout":
            continue
        client = sign_in(app.test_client(), nobody)
        access, answer = access_to(app, rule.endpoint), client.open(address, method=method)
        assert access is not None
        assert answer.status_code < 500, address
        if access.roles:
            assert answer.status_code == 403, address
        session.refresh(nobody)  # a route may have ended its sessions
