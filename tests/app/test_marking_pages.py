"""The judges' desk as a browser and a tablet meet it: pages, the JSON of marks, and that no name is anywhere on them."""

from __future__ import annotations

import io
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from app.competitions.models import Mark
from app.core.db import db, transaction
from app.web import spreadsheets
from tests.support.marking import Workshop
from tests.support.people import sign_in
from workflows.text import Text


@pytest.fixture
def database_kind():
    return "sqlite"


@pytest.fixture
def shop(session):
    with transaction() as writing:
        return Workshop(writing).start()


@pytest.fixture
def judge(client, shop):
    sign_in(client, shop.judge_accounts[0])
    return client


def tap(shop, code, value, *, id="tap-0000001", seat=0, seen=0):
    return {"id": id, "aspect": shop.aspect(code).id, "seat": seat, "seen": seen, "value": value, "made_at": "2026-03-02T09:00:00+08:00"}


def test_a_judge_finds_their_sheets_by_seat_code_and_no_name_stands_on_any_page(judge, shop):
    pages = [
        judge.get("/marking").text,
        *(judge.get(f"/marking/sheets/{sheet.id}").text for sheet in shop.skill.sheets),
        judge.get(f"/api/sheet/{shop.skill.sheets[0].id}").text,
    ]
    assert ">01<" in pages[0]
    assert not any("选手名" in page or "桐庐县总工会" in page for page in pages)


def test_a_judges_first_page_leads_to_the_sheets(judge, shop):
    page = judge.get("/").text
    assert shop.skill.competition.name in page
    assert 'href="/marking">去评分<' in page


def test_the_benchmarks_stand_in_the_buttons(judge, shop):
    page = judge.get(f"/marking/sheets/{shop.sheet('01', 'B1').id}").text
    assert "接线牢固且横平竖直" in page


def test_a_tablet_sends_marks_as_json_and_learns_how_the_sheet_stands(judge, shop, session):
    url = f"/marking/sheets/{shop.sheet('01', 'A1').id}/marks"
    body = [tap(shop, "A1.1", "40"), tap(shop, "A1.2", "12.5", id="tap-0000002")]
    answers = [judge.post(url, json=body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json == answers[1].json
    assert answers[0].json["sheet"]["mark"] == "52.50"
    assert [mark["number"] for mark in answers[0].json["recorded"]] == [1, 1]
    session.rollback()  # look afresh
    assert session.scalar(sa.select(sa.func.count()).select_from(Mark)) == 2


def test_two_tablets_with_different_values_get_both_to_settle(judge, shop):
    url = f"/marking/sheets/{shop.sheet('01', 'A1').id}/marks"
    judge.post(url, json=[tap(shop, "A1.2", "12.5")])
    answer = judge.post(url, json=[tap(shop, "A1.2", "13", id="tap-0000002")])
    assert answer.status_code == 409
    (conflict,) = answer.json["conflicts"]
    assert (conflict["sent"], conflict["now"], conflict["number"]) == ("13", "12.5", 1)
    settled = judge.post(url, json=[tap(shop, "A1.2", "13", id="tap-0000003", seen=1)])
    assert settled.json["recorded"][0]["number"] == 2


def test_a_mark_that_may_not_stand_is_named_by_its_id_and_the_others_are_not_kept_either(judge, shop, session):
    url = f"/marking/sheets/{shop.sheet('01', 'A1').id}/marks"
    good, bad = tap(shop, "A1.1", "40"), tap(shop, "A1.2", "31", id="tap-0000002")
    answer = judge.post(url, json=[good, bad])
    assert (answer.status_code, answer.json["error"], list(answer.json["refused"])) == (409, "refused", [bad["id"]])
    assert "0 到 30" in answer.json["refused"][bad["id"]]["zh"]
    assert judge.post(url, json=[good]).json["recorded"][0]["number"] == 1


def test_an_aspect_counts_once_everyone_who_must_has_scored_it_and_they_agree(judge, shop):
    url, aspect = f"/marking/sheets/{shop.sheet('01', 'B1').id}/marks", str(shop.aspect("B1.1").id)
    alone = judge.post(url, json=[tap(shop, "B1.1", "2", seat=1)]).json["sheet"]["aspects"][aspect]
    with transaction():
        shop.give("01", "B1.1", 2, judge=2)
        shop.give("01", "B1.1", 3, judge=3)
    together = judge.post(url, json=[tap(shop, "B1.1", "3", id="tap-0000002", seat=1, seen=1)]).json["sheet"]["aspects"][aspect]
    assert (alone["counted"], together["counted"], together["mark"]) == (False, True, "26.67")


def test_a_device_is_told_where_the_judges_differ(judge, shop):
    url, aspect = f"/marking/sheets/{shop.sheet('01', 'B1').id}/marks", str(shop.aspect("B1.1").id)
    with transaction():
        shop.give("01", "B1.1", 3, judge=2)
        shop.give("01", "B1.1", 3, judge=3)
    said = judge.post(url, json=[tap(shop, "B1.1", "1", seat=1)]).json["sheet"]["aspects"][aspect]
    assert (said["counted"], said["mark"]) == (False, "0.00")
    assert "第 1、2、3 位裁判未评" in said["difference"]


def test_a_device_is_not_told_what_the_others_gave_before_its_own_judge_has_scored(judge, shop):
    url, aspect = f"/marking/sheets/{shop.sheet('01', 'B1').id}/marks", str(shop.aspect("B1.1").id)
    with transaction():
        shop.give("01", "B1.1", 3, judge=2)
        shop.give("01", "B1.1", 3, judge=3)
    first = tap(shop, "B1.1", "1", seat=1)
    judge.post(url, json=[first])  # a round opens, and the others score again
    with transaction():
        shop.give("01", "B1.1", 3, judge=2, seen=1)
        shop.give("01", "B1.1", 3, judge=3, seen=1)
    sheet = judge.post(url, json=[first]).json["sheet"]
    assert (sheet["mark"], sheet["aspects"][aspect]["mark"]) == ("0.00", "0.00")


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        ["x"],
        [{"id": "short"}],
        [{"id": "tap-0000001", "aspect": "1", "seat": 0, "seen": 0}],
        [{"id": "tap-0000001", "aspect": 1, "seat": True, "seen": 0}],
    ],
)
def test_json_that_makes_no_sense_is_refused_with_a_reason(judge, shop, body):
    answer = judge.post(f"/marking/sheets/{shop.sheet('01', 'A1').id}/marks", json=body)
    assert answer.status_code == 409
    assert "格式不正确" in answer.json["reasons"][0]["zh"] if answer.is_json else "格式不正确" in answer.text


@pytest.mark.parametrize("value", [1.5, "1e3", "NaN", "0.005", True, "ten"])
def test_a_value_that_is_no_exact_mark_is_refused(judge, shop, value):
    answer = judge.post(f"/marking/sheets/{shop.sheet('01', 'A1').id}/marks", json=[tap(shop, "A1.2", value)])
    assert answer.status_code == 409


def test_the_page_works_as_a_plain_form_and_sending_it_twice_counts_once(judge, shop, session):
    sheet, aspect = shop.sheet("01", "A1"), shop.aspect("A1.1").id
    form = {"request_id": "page-1", f"value-{aspect}-0": "40", f"was-{aspect}-0": "", f"seen-{aspect}-0": "0"}
    for _ in range(2):
        assert judge.post(f"/marking/sheets/{sheet.id}/marks", data=form).status_code in (302, 303)
    session.rollback()  # look afresh
    assert session.scalar(sa.select(sa.func.count()).select_from(Mark)) == 1


def test_a_conflict_on_the_plain_form_shows_both_values_on_the_page(judge, shop):
    sheet, aspect = shop.sheet("01", "A1"), shop.aspect("A1.2").id
    judge.post(f"/marking/sheets/{sheet.id}/marks", json=[tap(shop, "A1.2", "12.5")])
    form = {"request_id": "page-1", f"value-{aspect}-0": "13", f"was-{aspect}-0": "", f"seen-{aspect}-0": "0"}
    answer = judge.post(f"/marking/sheets/{sheet.id}/marks", data=form)
    assert answer.status_code == 409
    assert "您的 13，现为 12.5" in answer.text


def test_a_judge_signs_what_the_page_showed(judge, shop):
    sheet = shop.sheet("01", "A1")
    url = f"/marking/sheets/{sheet.id}"
    answer = judge.post(f"{url}/marks", json=[tap(shop, "A1.1", "40"), tap(shop, "A1.2", "1", id="tap-0000002")])
    assert judge.post(f"{url}/sign", data={"digest": "0" * 64}).status_code == 409
    assert judge.post(f"{url}/sign", data={"digest": answer.json["sheet"]["digest"]}).status_code == 302
    assert "您已签字" in judge.get(url).text


def test_the_chief_judge_sees_the_matrix_and_a_judge_does_not(client, judge, shop):
    assert client.get(f"/marking/skills/{shop.skill.id}").status_code == 404
    sign_in(client, shop.chief_account)
    page = client.get(f"/marking/skills/{shop.skill.id}").text
    assert "A1" in page
    assert "选手名" not in page


def test_what_a_sheet_costs_does_not_grow_with_the_number_of_competitors(app, client, session):
    counts = []
    for competitors in (2, 12):
        with transaction() as writing:
            shop = Workshop(writing, competitors).start()
        sheet = shop.sheet("01", "A1").id
        sign_in(client, shop.judge_accounts[0])
        session.expire_all()
        with counted(app) as statements:
            client.post(f"/marking/sheets/{sheet}/marks", json=[tap(shop, "A1.1", "40", id=f"tap-{competitors:07d}")])
        counts.append(len(statements))
    assert counts[0] == counts[1]


@contextmanager
def counted(app):
    """The statements sent to the database inside."""
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    sa.event.remove(db.engine, "before_cursor_execute", note)


# --- theory ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def paper(session, client):
    with transaction() as writing:
        shop = Workshop(writing, theory_weight=30, practice_weight=70).start()
    sign_in(client, shop.scorer_account)
    return shop


def upload(client, shop, text):
    url = f"/marking/skills/{shop.skill.id}/theory"
    return client.post(url, data={"file": (io.BytesIO(text.encode()), "theory.csv")}, content_type="multipart/form-data")


def test_a_file_of_theory_marks_is_shown_before_anything_is_kept(client, paper):
    answer = upload(client, paper, "赛位号,理论成绩\n01,86.5\n02,90\n")
    assert "录入这些成绩" in answer.text
    assert list(paper.skill.marking_problems)[-1].zh == "还有 2 个参赛单元没有理论成绩"
    kept = client.post(f"/marking/skills/{paper.skill.id}/theory", data={f"mark-{entry.code}": "86.5" for entry in paper.entries})
    assert kept.status_code == 302
    assert "86.50" in client.get(f"/marking/skills/{paper.skill.id}/theory").text


def test_each_bad_row_of_the_file_is_named_and_nothing_can_be_kept(client, paper):
    page = upload(client, paper, "赛位号,理论成绩\n99,80\n01,101\n02,八十\n02,70\n02,71\n").text
    for words in ("没有这个赛位号", "应在 0 到 100 之间", "应为数字", "与第 5 行重复"):
        assert words in page
    assert "录入这些成绩" not in page


def test_the_template_lists_every_code_and_no_name(client, paper):
    content = client.get(f"/marking/skills/{paper.skill.id}/theory.xlsx").data
    columns = (spreadsheets.Column("code", Text("赛位号或参赛号", "Seat code or entry number")),)
    assert [row["code"] for _, row in spreadsheets.read(content, "t.xlsx", columns).rows] == ["01", "02"]
    assert "选手名".encode() not in content
