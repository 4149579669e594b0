"""Lists before the public: for how long, what they may show, who may object, and what an objection holds."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core import clock, engine
from app.core.actor import NOBODY, Actor, Grant
from app.core.db import transaction
from app.core.errors import Refused
from app.notices import commands, queries
from app.notices.models import Notice
from tests.support.people import account, sign_in
from workflows.publicity.notice_flow import NoticeFlow
from workflows.publicity.objection_flow import ObjectionFlow
from workflows.roles import Role, Scope
from workflows.text import Text

REVIEWER = Actor(None, None, "经办", frozenset({Grant(Role.REVIEWER)}))
THURSDAY = clock.at_local(date(2026, 3, 5), 9)


class Subject:
    """Something a notice is about."""

    __tablename__ = "claim"
    id = 1
    scopes = ((Scope.COMPETITION, 7), (Scope.ORGANISATION, 3))


@pytest.fixture(autouse=True)
def _on_a_thursday(app: Flask) -> None:
    clock.move_to(THURSDAY)


def _open(
    session: Session, rows: list[list[str]] | None = None, *, days: int = 5, actor: Actor = REVIEWER, now: datetime = THURSDAY
) -> Notice:
    with transaction():
        return commands.open_notice(
            session,
            Subject(),
            actor,
            now,
            title="获奖名单",
            columns=[Text("姓名", "Name"), Text("单位", "Employer")],
            rows=rows or [["张*三", "制笔厂"]],
            days=5,
        )


def test_five_working_days_after_a_thursday_end_with_the_next_thursday(session: Session) -> None:
    notice = _open(session)
    assert notice.last_day == date(2026, 3, 12)
    assert notice.ends_at == clock.at_local(date(2026, 3, 13))
    assert notice.is_in(NoticeFlow.published)
    assert not notice.is_provisional


def test_the_public_reads_the_list_until_thirty_days_after_its_end_and_the_staff_longer(session: Session, app: Flask) -> None:
    notice = _open(session)
    public, staff = app.test_client(), sign_in(app.test_client(), account(session, Grant(Role.ORGANISER, 3)))
    other = sign_in(app.test_client(), account(session, Grant(Role.ORGANISER, 4)))
    page = public.get(f"/notices/{notice.id}")
    assert "制笔厂" in page.text
    assert "5 个工作日" in page.text
    assert 'content="noindex"' in page.text
    assert notice.ends_at is not None
    engine.tick(notice.ends_at)
    clock.move_to(notice.ends_at + timedelta(days=29))
    assert public.get(f"/notices/{notice.id}").status_code == 200
    clock.move_to(notice.ends_at + timedelta(days=31))
    assert [c.get(f"/notices/{notice.id}").status_code for c in (public, other, staff)] == [404, 404, 200]


@pytest.mark.parametrize("cell", ["330122199001010011", "３３０１２２１９９００１０１００１１", "138 0013 8000", "6222021234567890128"])
def test_a_list_that_would_show_a_number_is_refused(session: Session, cell: str) -> None:
    with pytest.raises(Refused):
        _open(session, [["张*三", cell]])


def test_whoever_has_no_role_in_the_case_publishes_nothing(session: Session) -> None:
    with pytest.raises(Refused, match="办理"):
        _open(session, actor=Actor(1, None, "别处", frozenset({Grant(Role.ORGANISER, 4)})))
    assert _open(session, actor=Actor(1, None, "承办", frozenset({Grant(Role.ORGANISER, 3)}))).is_in(NoticeFlow.published)


OBJECTION = {"name": "李四", "contact": "13900139000", "reason": "张三已经离开这个单位两年了。"}


def test_anybody_objects_without_signing_in_and_follows_it_by_the_receipt(session: Session, client: FlaskClient) -> None:
    notice = _open(session)
    assert client.post(f"/notices/{notice.id}/object", data=OBJECTION | {"reason": "不对"}).status_code == 422
    filed = client.post(f"/notices/{notice.id}/object", data=OBJECTION)
    shown = client.get(filed.location).text
    assert "已提出" in shown
    assert OBJECTION["contact"] not in shown
    assert OBJECTION["reason"] not in client.get(f"/notices/{notice.id}").text
    assert "没有这个回执号" in client.get("/objections/receipt?receipt=20260305-AAAAAAAA").text


def test_a_request_sent_twice_files_one_objection(session: Session, client: FlaskClient) -> None:
    notice = _open(session)
    first, second = (client.post(f"/notices/{notice.id}/object", data=OBJECTION | {"request_id": "once"}) for _ in range(2))
    assert first.location == second.location
    session.rollback()
    assert len(session.scalars(queries.objections(REVIEWER)).all()) == 1


def test_an_open_objection_holds_the_notice_and_its_decision_lets_it_end(session: Session, app: Flask) -> None:
    notice = _open(session)
    public = app.test_client()
    receipt = public.post(f"/notices/{notice.id}/object", data=OBJECTION).location
    session.rollback()
    session.expire_all()
    assert notice.ends_at is not None
    after = notice.ends_at + timedelta(days=2)
    clock.move_to(after)
    assert engine.tick(after) == 0
    examiner = sign_in(app.test_client(), account(session, Grant(Role.REVIEWER)))
    objection = session.scalars(queries.objections(REVIEWER)).one()
    assert OBJECTION["contact"] in examiner.get(f"/objections/{objection.id}").text
    assert examiner.post(f"/do/objection/{objection.id}/accept").status_code == 302
    assert examiner.post(f"/do/objection/{objection.id}/reject").status_code == 409
    assert examiner.post(f"/do/objection/{objection.id}/reject", data={"comment": "经核查仍在职"}).status_code == 302
    assert "经核查仍在职" in public.get(receipt).text
    assert engine.tick(after) == 1
    assert public.post(f"/notices/{notice.id}/object", data=OBJECTION).status_code == 409


def test_objections_are_read_by_their_examiners_and_whoever_raised_them(session: Session, app: Flask) -> None:
    notice = _open(session)
    mine = account(session)
    with transaction():
        objection = commands.file_objection(session, notice, mine.actor, THURSDAY, **OBJECTION)
    arbiter, elsewhere = account(session, Grant(Role.ARBITER, 7)), account(session, Grant(Role.ARBITER, 8))
    seen = [
        sign_in(app.test_client(), who).get(f"/objections/{objection.id}").status_code
        for who in (mine, arbiter, elsewhere, account(session))
    ]
    assert seen == [200, 200, 404, 404]
    with transaction():
        engine.fire(session, objection, ObjectionFlow.withdraw, mine.actor, THURSDAY)
    assert not notice.has_open_objection


def test_a_notice_withdrawn_with_a_reason_is_no_longer_public(session: Session) -> None:
    notice = _open(session)
    with transaction():
        commands.withdraw_notice(session, notice, REVIEWER, THURSDAY, "名单有误，更正后重新公示")
    assert session.scalars(queries.notices(NOBODY, THURSDAY)).all() == []
    assert session.scalars(queries.notices(REVIEWER, THURSDAY)).all() == [notice]


def test_a_period_into_a_year_without_a_holiday_notice_is_provisional_until_it_is_entered(session: Session, app: Flask) -> None:
    now = clock.at_local(date(2029, 12, 27), 9)
    clock.move_to(now)
    assert _open(session, now=now).is_provisional
    administrator = sign_in(app.test_client(), account(session, Grant(Role.ADMINISTRATOR)))
    for year, off in ((2029, "2029-12-28"), (2030, "2030-01-01 至 2030-01-03")):
        entered = {"year": str(year), "source": f"国办发明电〔{year - 1}〕1号", "off": off, "working": ""}
        assert administrator.post("/calendar", data=entered).status_code == 302
    session.rollback()
    later = _open(session, now=now)
    assert not later.is_provisional
    assert later.last_day == date(2030, 1, 9)  # Dec 31, Jan 4, 7, 8, 9: the 28th and Jan 1 to 3 are off


def test_a_calendar_line_that_cannot_be_read_is_named(session: Session, app: Flask) -> None:
    administrator = sign_in(app.test_client(), account(session, Grant(Role.ADMINISTRATOR)))
    page = administrator.post("/calendar", data={"year": "2030", "source": "x", "off": "2030-01-01\n元旦后一天", "working": ""})
    assert page.status_code == 422
    assert "看不懂这一行：元旦后一天" in page.text


def test_visitors_find_the_present_notices_on_the_first_page(session: Session, client: FlaskClient) -> None:
    _open(session)
    assert "获奖名单" in client.get("/").text
    assert "获奖名单" in client.get("/search?q=获奖").text
