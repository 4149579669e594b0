"""Lists of a thousand: a page at a time, found by what one looks for, with no more questions to the database for more rows."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from app.competitions.locks import views as locks
from app.competitions.marking import tiles
from app.competitions.marking import views as marking
from app.competitions.marking.tiles import Asked
from app.competitions.models import Board
from app.competitions.paper import views as paper
from app.competitions.results import views as results
from app.core import engine
from app.core.db import db, transaction
from tests.support.marking import NOW, Workshop
from tests.support.people import sign_in
from workflows.competition.lock_flow import LockFlow

one_kind = pytest.mark.parametrize("database_kind", ["sqlite"])
"""What a page shows is the same whatever the database."""


def story(competitors: int = 3, **skill: int) -> Workshop:
    """Everybody marked and tallied, nobody decoded."""
    with transaction() as writing:
        shop = Workshop(writing, competitors, **skill).start()
        shop.finish(**{f"s{n:02d}": (40, 20 + n, (2, 2, 3)) for n in range(1, competitors + 1)})
        shop.tally()
    return shop


def questions(client, url: str) -> int:
    """How many statements the page at *url* takes, once everything is compiled."""
    client.get(url)
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    assert client.get(url).status_code == 200
    sa.event.remove(db.engine, "before_cursor_execute", note)
    return len(asked)


@one_kind
def test_results_come_a_page_at_a_time_and_are_found_by_code_and_after_the_decoding_by_name(client, session, monkeypatch):
    monkeypatch.setattr(results, "LINES", 2)
    shop = story()
    url = f"/skills/{shop.skill.id}/results"
    sign_in(client, shop.scorer_account)
    first, second = client.get(url).text, client.get(url, query_string={"page": 2}).text
    assert (f"{url}/03" in first, f"{url}/01" in first, f"{url}/01" in second) == (True, False, True)
    assert f"{url}/01" in client.get(url, query_string={"words": "01"}).text
    assert "没有含“选手名1”的成绩" in client.get(url, query_string={"words": "选手名1"}).text
    with transaction():
        shop.decode()
    assert f"{url}/01" in client.get(url, query_string={"words": "选手名1"}).text


@one_kind
def test_a_unit_shows_its_sheets_a_page_at_a_time_and_its_digest_is_of_all_of_them(client, session, monkeypatch):
    monkeypatch.setattr(locks, "SHEETS", 2)
    shop = story()
    unit = next(unit for unit in shop.skill.units if unit.sub_criterion.code == "B1")
    sign_in(client, shop.chief_account)
    pages = [client.get(f"/marking/units/{unit.id}", query_string={"page": page}).text for page in (1, 2)]
    last = f'href="/marking/sheets/{shop.sheet("03", "B1").id}"'
    assert [last in page for page in pages] == [False, True]
    assert all(unit.digest in page for page in pages)
    assert last in client.get(f"/marking/units/{unit.id}", query_string={"code": "03"}).text


def test_pages_of_a_skill_ask_as_much_for_four_competitors_as_for_two(client, session):
    asked = []
    for competitors in (2, 4):
        shop = story(competitors)
        sign_in(client, shop.chief_account)
        unit = shop.skill.units[0].id
        skill = shop.skill.id
        asked.append(
            [questions(client, url) for url in (f"/marking/units/{unit}", f"/marking/skills/{skill}/locks", f"/skills/{skill}/results")]
        )
    assert asked[0] == asked[1]


def test_a_judges_home_asks_as_much_for_four_sheets_that_wait_as_for_two(client, session):
    asked = []
    for competitors in (2, 4):
        with transaction() as writing:
            shop = Workshop(writing, competitors).start()
            for n in range(1, competitors + 1):
                shop.give(f"{n:02d}", "A1.1", 40)
        sign_in(client, shop.judge_accounts[0])
        asked.append(questions(client, "/"))
    assert asked[0] == asked[1]


def test_every_sheet_that_is_locked_with_its_unit_moves_the_board_by_one(session):
    shop = Workshop(session, 3).start()
    for code in ("01", "02", "03"):
        shop.mark_all(code, 40, 20, (2, 2, 2))
        shop.sign(code, "A1")
    session.expire(shop.skill, ["units"])
    changes = sa.select(Board.changes).where(Board.skill_id == shop.skill.id)
    before = session.scalar(changes)
    unit = next(unit for unit in shop.skill.units if unit.sub_criterion.code == "A1")
    engine.fire(session, unit, LockFlow.lock, shop.chief, NOW)
    assert session.scalar(changes) == before + 3


def desk(sheets: int) -> list[tuple[SimpleNamespace, list[SimpleNamespace]]]:
    """Two sub criteria; of the second, the third sheet waits."""
    return [
        (SimpleNamespace(id=sub), [SimpleNamespace(code=f"{n:02d}", waits=(sub, n) == (2, 3)) for n in range(1, sheets + 1)])
        for sub in (1, 2)
    ]


def shown(desk, asked: Asked) -> dict[int, list[str]]:
    return {sub.id: [tile.code for tile in page.rows] for sub, page in tiles.tiles(desk, asked, lambda tile: tile.waits).shown}


def test_a_large_desk_opens_where_the_first_sheet_waits(monkeypatch):
    monkeypatch.setattr(tiles, "MOST", 4)
    assert shown(desk(2), Asked()) == {1: ["01", "02"], 2: ["01", "02"]}
    assert shown(desk(6), Asked()) == {2: ["01", "02", "03", "04"]}
    assert shown(desk(6), Asked(sub_id=1, number=2)) == {1: ["05", "06"]}
    assert shown(desk(6), Asked(code="06")) == {1: ["06"], 2: ["06"]}


@one_kind
def test_a_judge_finds_a_sheet_on_a_large_desk_by_its_code(client, session, monkeypatch):
    monkeypatch.setattr(tiles, "MOST", 2)
    with transaction() as writing:
        shop = Workshop(writing, 3).start()
    sign_in(client, shop.judge_accounts[0])
    wanted = f'href="/marking/sheets/{shop.sheet("03", "B1").id}"'
    assert wanted not in client.get("/marking").text
    assert wanted in client.get("/marking", query_string={"code": "03"}).text
    assert "没有这个编号的评分表" in client.get("/marking", query_string={"code": "99"}).text


@one_kind
def test_theory_marks_are_kept_page_by_page(client, session, monkeypatch):
    monkeypatch.setattr(marking, "THEORY_LINES", 2)
    with transaction() as writing:
        shop = Workshop(writing, 3, theory_weight=30, practice_weight=70).start()
    url = f"/marking/skills/{shop.skill.id}/theory"
    sign_in(client, shop.scorer_account)
    assert 'name="mark-03"' not in client.get(url).text
    assert 'name="mark-03"' in client.get(f"{url}?page=2").text
    kept = client.post(f"{url}?page=2", data={"mark-03": "86.5"})
    assert kept.location == f"{url}?page=2"
    assert "86.50" in client.get(url, query_string={"code": "03"}).text


@one_kind
def test_many_sheets_are_printed_in_parts(client, session, monkeypatch):
    monkeypatch.setattr(paper, "PRINTED_AT_ONCE", 2)
    monkeypatch.setattr(paper.printing, "printed", lambda sheets, **_how: " ".join(sheet.code for sheet in sheets).encode())
    with transaction() as writing:
        shop = Workshop(writing, 3).start()
    sub = next(unit.sub_criterion_id for unit in shop.skill.units if unit.sub_criterion.code == "B1")
    sign_in(client, shop.scorer_account)
    page = client.get(f"/marking/skills/{shop.skill.id}/paper").text
    url = f"/marking/skills/{shop.skill.id}/sheets/{sub}.pdf"
    assert [f"{url}?part={part}" in page for part in (1, 2, 3)] == [True, True, False]
    assert [client.get(f"{url}?part={part}").text for part in (1, 2)] == ["01 02", "03"]
    assert client.get(f"{url}?part=3").status_code == 404


@one_kind
@pytest.mark.parametrize("code", ["", "9999999999999999999", "x"])
def test_a_number_that_is_on_no_paper_sheet_is_said_to_be_on_none(client, session, code):
    with transaction() as writing:
        shop = Workshop(writing, 1).start()
    sign_in(client, shop.scorer_account)
    page = client.get(f"/marking/skills/{shop.skill.id}/paper", query_string={"number": code})
    assert (page.status_code, "没有这个表号" in page.text) == (200, bool(code))
