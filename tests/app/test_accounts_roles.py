"""Roles held on something, who may give them, and who is told what."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts import commands, queries
from app.accounts.models import Account, RoleGrant
from app.accounts.notifying import notify
from app.core import audit, clock, slices
from app.core.actor import Actor, Grant
from app.core.db import transaction
from app.core.errors import Refused
from app.core.slices import RoleTargets
from app.notices.commands import file_objection, open_notice
from app.notices.models import Notice
from tests.support.people import account, organisation, person, sign_in
from workflows.roles import Role, Scope
from workflows.text import Text

ADMINISTRATOR = Actor(None, None, "管理员", frozenset({Grant(Role.ADMINISTRATOR)}))


def _give(session: Session, actor: Actor, to: Account, role: Role, on_id: int = 0) -> RoleGrant:
    with transaction():
        return commands.grant(session, actor, session.get_one(Account, to.id), role, on_id, clock.now(), "任命")


def test_a_role_counts_where_it_is_held_from_when_it_is_given_until_it_is_ended(session: Session) -> None:
    firm, other, who = organisation(session), organisation(session), account(session)
    given = _give(session, ADMINISTRATOR, who, Role.CLERK, firm.id)
    assert session.get_one(Account, who.id).actor.ids(Role.CLERK) == {firm.id}
    assert other.id not in who.actor.ids(Role.CLERK)
    with transaction():
        commands.end_grant(session, ADMINISTRATOR, given, clock.now(), "调离")
    assert not session.get_one(Account, who.id).actor.holds(Role.CLERK)
    said = [(event.action, event.comment, event.detail.get("on")) for event in audit.history(session, who)]
    assert said == [("grant", "任命", firm.id), ("end_grant", "调离", firm.id)]


def test_a_role_is_held_once_and_can_be_given_again_after_its_end(session: Session) -> None:
    who = account(session)
    given = _give(session, ADMINISTRATOR, who, Role.REVIEWER)
    with pytest.raises(Refused, match="已经持有"):
        _give(session, ADMINISTRATOR, who, Role.REVIEWER)
    with transaction():
        commands.end_grant(session, ADMINISTRATOR, session.get_one(RoleGrant, given.id), clock.now(), "轮岗")
    _give(session, ADMINISTRATOR, who, Role.REVIEWER)
    assert len(session.scalars(queries.grants(ADMINISTRATOR, account_id=who.id, ended=True)).all()) == 2


@pytest.mark.parametrize(
    ("role", "on_id", "why"), [(Role.COMPETITOR, 0, "由身份决定"), (Role.CLERK, 0, "没有选定"), (Role.CLERK, 9999, "没有选定")]
)
def test_a_role_needs_something_it_can_be_held_on(session: Session, role: Role, on_id: int, why: str) -> None:
    with pytest.raises(Refused, match=why):
        _give(session, ADMINISTRATOR, account(session), role, on_id)


def test_an_organiser_appoints_for_the_competitions_of_the_own_organisation_only(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    of_organisation_5 = RoleTargets(Scope.COMPETITION, lambda *_: (), lambda *_: "电工赛", lambda *_: ((Scope.ORGANISATION, 5),))
    monkeypatch.setattr(slices, "role_targets_of", lambda scope: of_organisation_5)
    own, other = (Actor(1, None, "承办", frozenset({Grant(Role.ORGANISER, on_id)})) for on_id in (5, 6))
    who = account(session)
    assert _give(session, own, who, Role.JUDGE, 7).on_id == 7
    with pytest.raises(Refused, match="不能授予"):
        _give(session, other, who, Role.SCORER, 7)
    with pytest.raises(Refused, match="不能授予"):
        _give(session, own, who, Role.REVIEWER)


def test_the_last_administrator_can_neither_be_ended_nor_disabled(session: Session) -> None:
    only = account(session, Grant(Role.ADMINISTRATOR))
    held = commands.held(session, only.id, Role.ADMINISTRATOR, 0)
    assert held is not None
    with pytest.raises(Refused, match="最后一个"), transaction():
        commands.end_grant(session, only.actor, held, clock.now(), "退休")
    with pytest.raises(Refused, match="最后一个"), transaction():
        commands.disable(session, only.actor, session.get_one(Account, only.id), clock.now(), "退休")
    account(session, Grant(Role.ADMINISTRATOR))
    with transaction():
        commands.disable(session, only.actor, session.get_one(Account, only.id), clock.now(), "退休")


def test_the_administrator_creates_an_account_and_its_password_is_shown_once(session: Session, app: Flask) -> None:
    admin = sign_in(app.test_client(), account(session, Grant(Role.ADMINISTRATOR)))
    page = admin.post("/accounts/new", data={"login": "Zhang.San", "name": "张三"})
    password = page.text.split('data-copy="')[1].split('"')[0]
    assert len(password) == 14
    session.rollback()  # a new look: the request had a transaction of its own
    made = queries.by_login(session, "zhang.san")
    assert made is not None
    assert made.must_change_password
    assert password not in admin.get(f"/accounts/{made.id}").text
    newcomer = app.test_client()
    assert newcomer.post("/login", data={"login": "zhang.san", "password": password}).status_code == 302
    assert admin.post("/accounts/new", data={"login": "ZHANG.SAN", "name": "李四"}).status_code == 409


def test_roles_are_given_and_ended_on_a_page_with_a_reason(session: Session, app: Flask) -> None:
    firm, who = organisation(session, "桐庐制笔厂"), account(session, login="hr")
    admin = sign_in(app.test_client(), account(session, Grant(Role.ADMINISTRATOR)))
    assert "桐庐制笔厂" in admin.get("/roles/new?login=hr&role=clerk&words=制笔").text
    filled = {"login": "hr", "role": "clerk", "on_id": str(firm.id)}
    assert admin.post("/roles/new?words=制笔", data=filled).status_code == 422
    assert admin.post("/roles/new?words=制笔", data=filled | {"reason": "单位委托书"}).status_code == 302
    assert "单位委托书" in admin.get(f"/accounts/{who.id}").text
    session.rollback()
    held = commands.held(session, who.id, Role.CLERK, firm.id)
    assert held is not None
    assert admin.post(f"/roles/{held.id}/end", data={}).status_code == 409
    assert admin.post(f"/roles/{held.id}/end", data={"reason": "换人"}).status_code == 302
    assert "换人" in admin.get("/roles?ended=1").text


def _objection(session: Session, by: Actor) -> tuple[Notice, int]:
    reviewer = Actor(None, None, "经办", frozenset({Grant(Role.REVIEWER)}))
    subject = person(session)
    with transaction():
        notice = open_notice(
            session, _WithScopes(subject.id), reviewer, clock.now(), title="名单", columns=[Text("姓名", "Name")], rows=[["张*"]], days=5
        )
        objection = file_objection(session, notice, by, clock.now(), name="李四", contact="0571-1", reason="他已经不在这个单位了")
    return notice, objection.id


class _WithScopes:
    __tablename__ = "person"
    scopes = ()

    def __init__(self, id: int) -> None:
        self.id = id


def test_those_who_hold_a_role_in_the_case_are_told_and_whoever_did_it_is_not(session: Session, app: Flask) -> None:
    first, second = account(session, Grant(Role.REVIEWER)), account(session, Grant(Role.REVIEWER))
    applicant, outsider = account(session), account(session, Grant(Role.FINANCE))
    _notice, objection_id = _objection(session, applicant.actor)
    payload = {"kind": "objection", "id": objection_id, "transition": "uphold", "comment": "属实", "actor": first.id}
    with transaction():
        notify(session, payload, clock.now())
    counts = [queries.unread_count(session, who.actor) for who in (first, second, applicant, outsider)]
    assert counts == [0, 1, 1, 0]
    line = session.scalars(queries.notifications(applicant.actor)).one()
    assert "认定异议成立" in line.text_zh
    assert "属实" in line.text_zh
    assert "Uphold" in line.text_en
    client = sign_in(app.test_client(), applicant)
    assert "bell-count" in client.get("/").text
    assert client.post(f"/notifications/{line.id}/open").location == f"/objections/{objection_id}"
    assert "bell-count" not in client.get("/").text
    assert sign_in(app.test_client(), outsider).post(f"/notifications/{line.id}/open").status_code == 404
