"""Two users on one row: one of them acts, the other is told who was first and what they did."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest

from app.core import audit, engine
from app.core.db import transaction
from app.notices.models import Notice
from workflows.publicity.notice_flow import NoticeFlow

AT_ONCE = 8


@pytest.fixture
def notice(session, staff):
    now = datetime.now(UTC)
    with transaction() as s:
        row = Notice(title="奖励公示", body="见附表", subject_kind="claim", subject_id=1, ends_at=now + timedelta(days=7))
        engine.begin(s, row, staff["reviewer"].actor, now)
        engine.fire(s, row, NoticeFlow.publish, staff["reviewer"].actor, now)
    return row


def withdraw(browser, notice, seen, reason):
    return browser.post(f"/do/notice/{notice.id}/withdraw", data={"version": seen, "comment": reason})


def test_the_second_of_two_is_told_who_was_first_and_what_they_did(signed_in, staff, notice):
    seen = notice.version
    first = withdraw(signed_in("reviewer"), notice, seen, "名单有误，重新公示")
    second = withdraw(signed_in("approver"), notice, seen, "材料不全")
    page = second.get_data(as_text=True)
    assert (first.status_code, second.status_code) == (302, 409)
    assert staff["reviewer"].name in page
    assert "名单有误，重新公示" in page
    assert "撤下" in page


def test_of_many_at_the_same_moment_one_acts_and_all_others_are_told(app, signed_in, notice, session):
    together, seen = Barrier(AT_ONCE), notice.version
    people = [signed_in("reviewer" if n % 2 else "approver") for n in range(AT_ONCE)]

    def press(n):
        together.wait()
        return withdraw(people[n], notice, seen, f"理由之{n}")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(press, range(AT_ONCE)))
    acted = [n for n, answer in enumerate(answers) if answer.status_code == 302]
    told = [answer.get_data(as_text=True) for answer in answers if answer.status_code == 409]
    assert len(acted) == 1
    assert len(told) == AT_ONCE - 1
    assert all(f"理由之{acted[0]}" in page for page in told)
    assert [event.action for event in audit.history(session, notice)] == ["begin", "publish", "withdraw"]
    assert list(audit.verify(session)) == []


def test_by_api_the_second_is_refused_with_a_reason(signed_in, notice):
    seen, address = notice.version, f"/api/notice/{notice.id}/withdraw"
    signed_in("reviewer").post(address, json={"version": seen, "comment": "名单有误"})
    second = signed_in("approver").post(address, json={"version": seen, "comment": "材料不全"})
    assert second.status_code == 409
    assert second.json["reasons"][0]["en"]
