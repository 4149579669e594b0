"""A request sent again, or sixteen times at once, has one effect and one answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from app.core import audit, engine
from app.core.actor import Actor, Grant
from app.core.db import transaction
from app.notices.models import Notice, Objection
from app.web import repeat
from app.web.repeat import RequestReceipt
from workflows.publicity.notice_flow import NoticeFlow
from workflows.roles import Role

AT_ONCE = 16
REVIEWER = Actor(1, None, "王经办", frozenset({Grant(Role.REVIEWER)}))
OBJECTION = {"name": "李四", "contact": "13800000000", "reason": "第三名的成绩与现场公布的不一致", "request_id": "drawn-once"}


@pytest.fixture
def form(session):
    """Where an objection to a published notice is sent."""
    now = datetime.now(UTC)
    with transaction() as s:
        notice = Notice(title="成绩公示", body="见附表", subject_kind="skill", subject_id=1, ends_at=now + timedelta(days=7))
        engine.begin(s, notice, REVIEWER, now)
        engine.fire(s, notice, NoticeFlow.publish, REVIEWER, now)
    return f"/notices/{notice.id}/object"


def sixteen_at_once(app, form, content):
    together = Barrier(AT_ONCE)

    def send(_n):
        client = app.test_client()
        together.wait()
        return client.post(form, data=content)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(send, range(AT_ONCE)))


def count(session, model):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def test_a_form_sent_again_gets_the_first_answer_and_does_nothing(client, session, form):
    first, again = client.post(form, data=OBJECTION), client.post(form, data=OBJECTION)
    assert first.status_code == 302
    assert again.location == first.location
    assert count(session, Objection) == 1


def test_sixteen_at_once_have_one_effect_and_one_answer(app, session, form):
    answers = sixteen_at_once(app, form, OBJECTION)
    assert {answer.status_code for answer in answers} <= {302, 303}
    assert len({answer.location for answer in answers}) == 1
    assert count(session, Objection) == 1
    assert list(audit.verify(session)) == []


def test_the_same_page_sent_with_other_content_is_another_request(client, session, form):
    client.post(form, data=OBJECTION)
    client.post(form, data=OBJECTION | {"reason": "补充：现场另有三人可以作证，请一并核查"})
    assert count(session, Objection) == 2


def test_a_refused_request_leaves_no_receipt_and_may_be_sent_again(client, session, form):
    assert client.post(form, data=OBJECTION | {"reason": ""}).status_code == 422
    assert count(session, RequestReceipt) == 0
    assert client.post(form, data=OBJECTION).status_code == 302


def test_a_repetition_whose_first_answer_was_lost_with_the_server_is_led_back(client, session, form, monkeypatch):
    monkeypatch.setattr(repeat, "PATIENCE", timedelta(0))
    client.post(form, data=OBJECTION)
    with transaction() as s:  # what a server leaves behind that was killed between the effect and the answer
        s.execute(sa.update(RequestReceipt).values(status=None, location=None))
    again = client.post(form, data=OBJECTION, headers={"Referer": form})
    assert (again.status_code, again.location) == (303, form)
    assert count(session, Objection) == 1
