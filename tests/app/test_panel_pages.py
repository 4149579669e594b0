"""The panel's pages as chief judge, organiser and judge meet them: fresh without being read again, and blind to whoever may mark."""

from __future__ import annotations

import re

import pytest

from app.competitions.panel import commands
from app.competitions.panel.commands import JudgeData
from app.core.db import db, transaction
from app.registry.models import Organisation
from tests.support.marking import NOW, Workshop
from tests.support.people import sign_in
from workflows.competition.seating import Duty

FIRM = "同事的工厂"


@pytest.fixture
def database_kind():
    return "sqlite"


@pytest.fixture
def shop(session):
    """Four judges; the second works where the first competitor does, the fourth coordinates."""
    with transaction() as writing:
        made = Workshop(writing, judges=4)
        firm = Organisation(name=FIRM, credit_code="91330122000000777X", kind="enterprise", created_at=NOW)
        writing.add(firm)
        writing.flush()
        made.entries[0].members[0].person.employer = firm
        commands.register(writing, made.organiser, made.judge_accounts[1], made.competition, JudgeData(employer_id=firm.id), NOW)
        duties = {(sub.id, seat): Duty.SCORES if seat < 4 else Duty.COORDINATES for sub in made.scheme.sub_criteria for seat in range(1, 5)}
        commands.assign(writing, made.chief, made.skill, duties, NOW)
        return made.start()


def test_the_matrix_answers_nothing_while_nothing_has_changed_and_anew_after_a_mark(client, shop):
    sign_in(client, shop.chief_account)
    url = f"/skills/{shop.skill.id}/matrix"
    first = client.get(url)
    seen = re.search(r"seen=([\w.-]+)", first.text).group(1)
    assert "0 / 3" in first.text
    assert client.get(url, query_string={"seen": seen}).status_code == 204
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    with transaction() as writing:
        shop.session = writing
        shop.give("02", "B1.1", 2)
    assert client.get(url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert "1 / 3" in client.get(url, query_string={"seen": seen}).text


def test_a_tablet_hears_that_the_aspect_is_marked_again(client, shop):
    """By the number of the round the device knows that what it shows was of the one before."""
    with transaction() as writing:
        shop.session = writing
        for judge, score in ((1, 0), (2, 2)):
            shop.give("02", "B1.1", score, judge)
    sign_in(client, shop.judge_accounts[2])
    aspect = str(shop.aspect("B1.1").id)
    mark = {"id": "tap-0000009", "aspect": int(aspect), "seat": 3, "seen": 0, "value": "2", "made_at": "2026-03-02T09:00:00+08:00"}
    said = client.post(f"/marking/sheets/{shop.sheet('02', 'B1').id}/marks", json=[mark]).json["sheet"]["aspects"][aspect]
    assert (said["round"], said["counted"]) == (2, False)
    assert "第 1 轮重评" in said["difference"]
    page = client.get(f"/marking/sheets/{shop.sheet('02', 'B1').id}").text
    assert 'data-round="2"' in page
    assert 'data-value=""' in page


def test_a_judge_finds_not_yours_on_the_code_of_a_colleague_and_no_reason(client, shop):
    sign_in(client, shop.judge_accounts[1])
    desk = client.get("/marking").text
    assert desk.count("不由您评") == 2  # one code, two sub criteria
    page = client.get(f"/marking/sheets/{shop.sheet('01', 'B1').id}")
    assert page.status_code == 409
    assert "这张评分表不由您评分" in page.text
    assert not any(FIRM in text or "同单位" in text or "选手名" in text for text in (desk, page.text))
    assert client.get(f"/skills/{shop.skill.id}/conflicts").status_code == 403


def test_the_chief_judge_reads_codes_and_the_organiser_names_and_nobody_both(client, shop):
    url = f"/skills/{shop.skill.id}/conflicts"
    sign_in(client, shop.chief_account)
    chief = client.get(url).text
    sign_in(client, shop.organiser_account)
    organiser = client.get(url).text
    assert ">01<" in chief
    assert not any(word in chief for word in ("选手名1", "与选手同单位", FIRM))
    assert "选手名1" in organiser
    assert "与选手同单位" in organiser
    assert ">01<" not in organiser


def test_a_proposal_is_shown_and_kept_only_when_it_is_taken_over(client, shop):
    sign_in(client, shop.chief_account)
    url = f"/skills/{shop.skill.id}/panel"
    assert "这是自动拟定的分工，尚未保存" in client.get(url, query_string={"propose": "1"}).text
    assert "这是自动拟定的分工" not in client.get(url).text
    with transaction() as writing:
        assert list(writing.merge(shop.sheet("02", "B1")).panel) == [1, 2, 3]
    db.session.rollback()


def test_ones_own_page_says_how_little_there_is_to_say(client, shop):
    sign_in(client, shop.judge_accounts[0])
    page = client.get("/marking/mine").text
    assert "0 个可比较的分数，不足 10 个" in page
    assert "0 / 4" in page
