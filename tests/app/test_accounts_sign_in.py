"""Signing in: what lets one in, what keeps one out, and what ends a session."""

from __future__ import annotations

import re
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts import commands, passwords, second_factor
from app.accounts.models import Account
from app.core import clock
from app.core.actor import Grant
from app.core.db import db, transaction
from app.core.errors import Refused
from tests.support.people import PASSWORD, account, sign_in
from workflows.roles import Role


def _try(client: FlaskClient, login: str, password: str = PASSWORD, **more: str):
    return client.post("/login", data={"login": login, "password": password, **more})


def _is_signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def test_the_right_password_leads_to_the_page_that_was_asked_for(session: Session, client: FlaskClient) -> None:
    account(session, login="worker")
    assert client.get("/account").location == "/login?next=/account"
    answer = _try(client, "Worker ", next="/account?lang=en")
    assert answer.location == "/account?lang=en"
    assert _is_signed_in(client)


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/x", "/\\evil.example", "javascript:alert(1)", "http:///evil.example"]
)
def test_nobody_is_led_to_another_host(session: Session, client: FlaskClient, elsewhere: str) -> None:
    account(session, login="worker")
    assert _try(client, "worker", next=elsewhere).location == "/"


def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(session: Session, client: FlaskClient) -> None:
    account(session, login="worker")
    known, unknown = _try(client, "worker", "wrong"), _try(client, "nobody", "wrong")
    assert known.status_code == unknown.status_code == 422
    assert "登录名或密码不对" in known.text
    assert _without_token(known.text).replace("worker", "nobody") == _without_token(unknown.text)


def _without_token(page: str) -> str:
    return re.sub(r'(name="csrf-token" content)="[^"]*"', r"\1", page)


def test_an_unknown_login_costs_a_hash_too(session: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    monkeypatch.setattr(passwords, "fits", lambda password, kept: asked.append(kept) or False)
    _try(client, "nobody")
    assert asked == [None]


def test_nothing_is_locked_while_a_password_is_hashed(session: Session, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    account(session, login="worker")
    idle: list[bool] = []
    monkeypatch.setattr(passwords, "fits", lambda password, kept: idle.append(not db.session.in_transaction()) or True)
    _try(client, "worker")
    assert idle == [True]


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(session: Session, client: FlaskClient) -> None:
    account(session, login="worker")
    for _ in range(commands.TRIES):
        _try(client, "worker", "wrong")
    assert _try(client, "worker").status_code == 422
    clock.move_to(clock.now() + commands.LOCKED_FOR + timedelta(seconds=1))
    assert _try(client, "worker").status_code == 302


def test_a_success_forgets_the_failures_before_it(session: Session, client: FlaskClient) -> None:
    account(session, login="worker")
    for _ in range(2):
        for _ in range(commands.TRIES - 1):
            _try(client, "worker", "wrong")
        assert _try(client, "worker").status_code == 302
        client.post("/logout")


def test_an_initial_password_is_changed_before_anything_else(session: Session, client: FlaskClient) -> None:
    account(session, login="new", is_new=True)
    _try(client, "new")
    assert client.get("/account").location == "/account/password?next=/account"
    assert client.get("/api/notice/1").status_code == 409
    changed = client.post("/account/password", data={"present": PASSWORD, "password": "a better sentence", "again": "a better sentence"})
    assert changed.status_code == 302
    assert _is_signed_in(client)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "至少 10 个字符"),
        ("longlogin1", "不能与登录名相同"),
        ("password123", "太常见"),
        ("aaaaaaaaaaaa", "太常见"),
        (PASSWORD, "与现在的一样"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(session: Session, client: FlaskClient, password: str, why: str) -> None:
    sign_in(client, account(session, login="longlogin1"))
    answer = client.post("/account/password", data={"present": PASSWORD, "password": password, "again": password})
    assert answer.status_code == 422
    assert why in answer.text


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(session: Session, app: Flask) -> None:
    who = account(session, login="worker")
    here, there = sign_in(app.test_client(), who), sign_in(app.test_client(), who)
    here.post("/account/password", data={"present": PASSWORD, "password": "a better sentence", "again": "a better sentence"})
    assert _is_signed_in(here)
    assert not _is_signed_in(there)


def test_a_disabled_account_is_out_at_once_and_does_not_come_in_again(session: Session, app: Flask) -> None:
    who, admin = account(session, login="worker"), account(session, Grant(Role.ADMINISTRATOR))
    theirs = sign_in(app.test_client(), who)
    sign_in(app.test_client(), admin).post(f"/accounts/{who.id}/disable", data={"reason": "离职"})
    assert not _is_signed_in(theirs)
    assert _try(theirs, "worker").status_code == 422


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(session: Session, client: FlaskClient) -> None:
    account(session, login="worker")
    sent = client.post("/account/language", data={"language": "en"}, headers={"Referer": "http://localhost/account"})
    assert sent.location == "/login/again?next=http://localhost/account"
    assert "刚才填的内容还在" in client.get(sent.location).text
    again = client.post("/login/again", data={"login": "worker", "password": PASSWORD, "next": "http://localhost/account"})
    assert again.location == "/account"


def _enrolled(session: Session, who: Account) -> tuple[str, list[str]]:
    secret, codes = second_factor.new_secret(), second_factor.new_recovery_codes()
    with transaction():
        commands.enrol(session, session.get_one(Account, who.id), secret, 0, codes, clock.now())
    return secret, codes


def _present_code(secret: str) -> str:
    return pyotp.TOTP(secret).at(clock.now())


def test_with_a_second_factor_the_password_alone_lets_nobody_in(session: Session, client: FlaskClient) -> None:
    secret, _codes = _enrolled(session, account(session, login="chief"))
    assert _try(client, "chief", next="/account").location == "/login/code?next=/account"
    assert not _is_signed_in(client)
    assert client.post("/login/code", data={"code": _present_code(secret), "next": "/account"}).location == "/account"
    assert _is_signed_in(client)


def test_a_code_lets_in_once(session: Session, app: Flask) -> None:
    secret, _codes = _enrolled(session, account(session, login="chief"))
    code = _present_code(secret)
    for expected in (302, 422):
        client = app.test_client()
        _try(client, "chief")
        assert client.post("/login/code", data={"code": code}).status_code == expected


def test_a_recovery_code_stands_in_once(session: Session, app: Flask) -> None:
    _secret, codes = _enrolled(session, account(session, login="chief"))
    for expected in (302, 422):
        client = app.test_client()
        _try(client, "chief")
        assert client.post("/login/code", data={"code": codes[0].upper()}).status_code == expected


def test_wrong_codes_lock_the_account_like_wrong_passwords(session: Session, client: FlaskClient) -> None:
    secret, _codes = _enrolled(session, account(session, login="chief"))
    _try(client, "chief")
    for _ in range(commands.TRIES):
        client.post("/login/code", data={"code": "000000"})
    assert client.post("/login/code", data={"code": _present_code(secret)}).status_code == 422


def test_the_second_factor_is_enrolled_with_a_code_and_dropped_with_the_password(session: Session, client: FlaskClient) -> None:
    sign_in(client, account(session, login="worker"))
    assert "<svg" in client.get("/account/second-factor").text
    with client.session_transaction() as cookie:
        secret = cookie["totp_secret"]
    assert client.post("/account/second-factor", data={"code": "123"}).status_code == 422
    done = client.post("/account/second-factor", data={"code": _present_code(secret)})
    assert done.text.count("<li><code>") == second_factor.RECOVERY_CODES
    assert client.post("/account/second-factor/drop", data={"password": "wrong"}).status_code == 409
    assert client.post("/account/second-factor/drop", data={"password": PASSWORD}).status_code == 302


def test_where_it_is_required_a_role_that_approves_enrols_first(app: Flask, session: Session) -> None:
    app.config["REQUIRE_TOTP"] = True
    approver, reviewer = account(session, Grant(Role.APPROVER)), account(session, Grant(Role.REVIEWER))
    assert sign_in(app.test_client(), approver).get("/account").location == "/account/second-factor?next=/account"
    assert _is_signed_in(sign_in(app.test_client(), reviewer))


def test_the_first_administrator_is_made_once(session: Session) -> None:
    with transaction() as writing:
        commands.first_administrator(writing, clock.now(), login="root", name="管理员", password_hash="x")
    with pytest.raises(Refused), transaction() as writing:
        commands.first_administrator(writing, clock.now(), login="root2", name="又一个", password_hash="x")
