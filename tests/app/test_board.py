"""What stands before the public: by stage, by choice, frozen or moving; and that a freeze lets nothing through."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.competitions.board import commands, queries
from app.competitions.marking import commands as marking
from app.competitions.marking.recording import record_marks
from app.competitions.models import Board, BoardSnapshot, Skill
from app.competitions.results import commands as results
from app.core import clock, engine
from app.core.errors import NotFound, Refused
from tests.support.marking import NOW, Workshop
from tests.support.people import sign_in
from workflows.competition import showing
from workflows.competition.board_flow import BoardFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.text import Text

pytestmark = pytest.mark.either_database

SECRET = re.compile(rb'(name="(csrf_token|request_id)" value=")[^"]*')


@pytest.fixture
def shop(session):
    return Workshop(session, 3).start()


def board_of(shop):
    return commands.board_of(shop.session, shop.skill, NOW)


def content(shop, now=NOW):
    return queries.shown(shop.session, shop.skill.id, now).content


def fire(shop, transition, actor=None, comment=""):
    engine.fire(shop.session, board_of(shop), transition, actor or shop.organiser, NOW, comment)


def mark_everything(shop):
    shop.finish(s01=(40, 25, (3, 3, 3)), s02=(40, 25, (2, 2, 3)), s03=(0, 20, (2, 2, 2)))


def published(shop):
    mark_everything(shop)
    shop.tally()
    shop.decode()
    results.draw_up_list(shop.session, shop.skill, shop.organiser, NOW, full_names=False)
    engine.fire(shop.session, shop.skill, SkillFlow.publish, shop.organiser, NOW)


# --- by stage -------------------------------------------------------------------------------------------------------


def test_while_the_marking_goes_on_the_board_counts_sheets_and_shows_no_mark(shop):
    assert (content(shop)["done"], content(shop)["total"]) == (0, 6)
    shop.mark_all("01", 40, 25, (3, 3, 3))
    shop.sign("01", "A1")
    shown = content(shop)
    assert (shown["kind"], shown["done"]) == ("progress", 1)
    assert [(part["letter"], part["done"], part["total"]) for part in shown["parts"]] == [("A", 1, 3), ("B", 0, 3)]


def test_where_the_organiser_shows_nothing_the_board_says_nothing(session, shop):
    commands.choose(session, board_of(shop), shop.organiser, NOW, shows=showing.NOTHING, freezes_at=None)
    assert content(shop)["kind"] == "nothing"
    assert "total" not in content(shop)


def test_standings_are_shown_by_code_where_the_organiser_allows_it_and_move_with_every_mark(app, session, shop):
    commands.choose(session, board_of(shop), shop.organiser, NOW, shows=showing.STANDINGS, freezes_at=None)
    shop.give("02", "A1.1", 40)
    session.commit()
    path = f"/board/skills/{shop.skill.id}.json"
    assert app.test_client().get(path).get_json()["rows"] == [["1", "02", "40.00"], ["2", "01", "0.00"], ["2", "03", "0.00"]]
    shop.give("03", "A1.1", 40)
    shop.give("03", "A1.2", 10)
    session.commit()
    assert app.test_client().get(path).get_json()["rows"][0] == ["1", "03", "50.00"]
    assert "选手名" not in app.test_client().get(f"/board/skills/{shop.skill.id}").text


def test_the_first_mark_after_the_moment_of_the_freeze_is_not_shown(session, shop):
    at = NOW + timedelta(hours=1)
    commands.choose(session, board_of(shop), shop.organiser, NOW, shows=showing.STANDINGS, freezes_at=at)
    shop.give("02", "A1.1", 40)
    before = content(shop, at)["rows"]
    record_marks(session, shop.sheet("01", "A1"), shop.judges[0], [shop.new("A1.2", 30)], at + timedelta(seconds=1))
    assert (board_of(shop).state, content(shop, at + timedelta(minutes=1))["rows"]) == (BoardFlow.frozen, before)


def test_published_results_stand_on_the_board_as_they_stand_in_the_notice(shop):
    published(shop)
    shown = content(shop)
    assert shown["rows"] == shop.skill.notice.rows
    assert shown["awards"] == ["first", "second", "third"]
    assert shown["named_in_full"] is False


def test_results_that_go_back_to_marking_are_gone_even_where_the_board_is_frozen(session, shop):
    published(shop)
    fire(shop, BoardFlow.freeze)
    engine.fire(session, shop.skill, SkillFlow.resume_marking, shop.chief, NOW, "复核")
    assert content(shop)["kind"] == "progress"
    with pytest.raises(NotFound):
        queries.released(session, shop.skill.id, NOW)


def test_a_board_that_was_taken_down_and_one_of_a_private_competition_show_nothing(session, shop):
    fire(shop, BoardFlow.take_down)
    with pytest.raises(NotFound):
        content(shop)
    fire(shop, BoardFlow.put_up, comment="继续展示")
    assert content(shop)["kind"] == "progress"
    shop.competition.is_public = False
    session.flush()
    with pytest.raises(NotFound):
        content(shop)


# --- frozen ---------------------------------------------------------------------------------------------------------


def addresses(app, shop):
    """Every address that a visitor can read something of this skill at."""
    ids = {"competition": shop.competition.id, "skill": shop.skill.id}
    return [
        "/",
        "/competitions",
        "/notices",
        "/search?q=电工",
        "/search?q=选手名1",
        "/search?q=95.00",
        f"/competitions/{ids['competition']}",
        f"/skills/{ids['skill']}",
        f"/skills/{ids['skill']}/draw",
        f"/api/skill/{ids['skill']}",
        f"/results/competitions/{ids['competition']}",
        *(f"/results/{ids['skill']}{ending}" for ending in ("", ".json", ".csv", ".xlsx")),
        *(
            f"/board/{kind}/{ids[kind.removesuffix('s')]}{ending}{language}"
            for kind in ("skills", "competitions")
            for ending in ("", ".json")
            for language in ("", "?lang=en")
        ),
        "/sitemap.xml",
        "/robots.txt",
    ]


def seen(app, shop):
    """All that a visitor learns from them: status, headers and every byte, but for what is made afresh for each form."""
    found = {}
    for address in addresses(app, shop):
        answer = app.test_client().get(address)
        headers = {key: value for key, value in answer.headers if key not in ("Date", "Set-Cookie")}
        found[address] = answer.status_code, headers, SECRET.sub(rb"\1", answer.data)
    return found


@pytest.mark.parametrize("choice", showing.CHOICES)
def test_nothing_a_visitor_can_read_changes_while_marks_arrive_at_a_frozen_board(app, session, shop, choice):
    commands.choose(session, board_of(shop), shop.organiser, NOW, shows=choice, freezes_at=None)
    shop.mark_all("01", 40, 25, (3, 3, 3))
    fire(shop, BoardFlow.freeze)
    session.commit()
    before = seen(app, shop)
    assert {status for status, _headers, _body in before.values()} == {200, 404}
    shop.sign("01", "A1")
    shop.mark_all("02", 40, 25, (2, 2, 3))
    shop.mark_all("03", 0, 20, (2, 2, 2))
    for code in ("02", "03"):
        shop.sign(code, "A1")
    session.commit()
    assert seen(app, shop) == before
    for code in ("01", "02", "03"):
        for judge in (1, 2, 3):
            shop.sign(code, "B1", judge)
    session.commit()
    assert seen(app, shop) == before


def test_a_frozen_board_stays_as_it_was_when_the_skill_goes_on(app, session, shop):
    fire(shop, BoardFlow.freeze)
    mark_everything(shop)
    shop.tally()
    shop.decode()
    session.commit()
    assert content(shop)["done"] == 0
    assert b"0%" in app.test_client().get(f"/board/skills/{shop.skill.id}").data


def test_lifting_the_freeze_shows_what_is_now(session, shop):
    fire(shop, BoardFlow.freeze)
    mark_everything(shop)
    with pytest.raises(Refused, match="须写明理由"):
        fire(shop, BoardFlow.unfreeze)
    fire(shop, BoardFlow.unfreeze, comment="颁奖结束")
    assert (content(shop)["done"], content(shop)["frozen_at"]) == (6, None)


def test_only_the_organiser_lifts_a_freeze(shop):
    fire(shop, BoardFlow.freeze, shop.arbiter)
    for actor in (shop.chief, shop.arbiter, shop.scorer, shop.judges[0]):
        with pytest.raises(Refused):
            fire(shop, BoardFlow.unfreeze, actor, "想看")


def test_a_frozen_board_keeps_results_from_being_put_before_the_public(session, shop):
    mark_everything(shop)
    shop.tally()
    shop.decode()
    fire(shop, BoardFlow.freeze)
    with pytest.raises(Refused, match="冻结"):
        results.draw_up_list(session, shop.skill, shop.organiser, NOW, full_names=False)
    assert shop.skill.notice is None


def test_at_the_moment_that_was_set_the_board_stands_still_before_the_clock_comes_round(session, shop):
    at = NOW + timedelta(hours=1)
    commands.choose(session, board_of(shop), shop.organiser, NOW, shows=showing.PROGRESS, freezes_at=at)
    assert content(shop, at - timedelta(seconds=1))["frozen_at"] is None
    assert content(shop, at)["frozen_at"] == clock.local(at).isoformat(timespec="minutes")


def test_the_first_step_after_that_moment_is_not_shown(session, shop):
    at = NOW + timedelta(hours=1)
    commands.choose(session, board_of(shop), shop.organiser, NOW, shows=showing.PROGRESS, freezes_at=at)
    shop.mark_all("01", 40, 25, (3, 3, 3))
    sheet = shop.sheet("01", "A1")
    marking.sign(session, sheet, shop.judges[0], at + timedelta(seconds=5), digest=sheet.digest)
    assert sheet.state.name == "signed"
    assert (board_of(shop).state, content(shop, at + timedelta(minutes=1))["done"]) == (BoardFlow.frozen, 0)


def test_all_skills_of_a_competition_can_be_set_to_freeze_at_one_moment(app, session, shop):
    actor = shop.organiser
    other = Skill(competition=shop.competition, code="B", name="钳工", prizes={})
    engine.begin(session, other, actor, NOW)
    session.commit()
    organiser = sign_in(app.test_client(), shop.organiser_account)
    form = {"shows": "standings", "freezes_at": "2099-01-01T10:00", "everywhere": "y"}
    assert organiser.post(f"/skills/{shop.skill.id}/board", data=form).status_code == 302
    session.rollback()
    kept = {board.skill_id: (board.shows, board.freezes_at.isoformat()) for board in session.scalars(sa.select(Board))}
    assert kept == dict.fromkeys((shop.skill.id, other.id), ("standings", "2099-01-01T02:00:00+00:00"))


def test_a_moment_that_has_passed_cannot_be_set(session, shop):
    with pytest.raises(Refused, match="晚于现在"):
        commands.choose(session, board_of(shop), shop.organiser, NOW, shows=showing.PROGRESS, freezes_at=NOW)


def test_what_was_shown_is_never_edited(session, shop):
    fire(shop, BoardFlow.freeze)
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(sa.update(BoardSnapshot).values(is_frozen=False))


# --- the pages ------------------------------------------------------------------------------------------------------


def test_everybody_is_shown_the_same_and_nobody_a_cookie(app, session, shop):
    published(shop)
    session.commit()
    for path in (f"/board/skills/{shop.skill.id}", f"/board/skills/{shop.skill.id}.json", f"/results/{shop.skill.id}.json"):
        stranger = app.test_client().get(path)
        organiser = sign_in(app.test_client(), shop.organiser_account).get(path)
        assert stranger.data == organiser.data
        assert {"Set-Cookie", "Vary"} & {*stranger.headers.keys(), *organiser.headers.keys()} == set()
        again = app.test_client().get(path, headers={"If-None-Match": stranger.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_page_exports_and_data_say_the_same_of_the_same_snapshot(app, session, shop):
    published(shop)
    session.commit()
    client = app.test_client()
    rows = content(shop)["rows"]
    data = client.get(f"/results/{shop.skill.id}.json").get_json()
    assert [[row["place"], row["name"], row["total"]] for row in data] == [[row[0], row[1], row[3]] for row in rows]
    board = client.get(f"/board/skills/{shop.skill.id}.json").get_json()
    assert board["rows"] == rows
    for path in (f"/results/{shop.skill.id}", f"/board/skills/{shop.skill.id}", f"/results/competitions/{shop.competition.id}"):
        page = client.get(path).text
        assert all(row[1] in page and row[3] in page for row in rows), path


def test_names_are_looked_for_only_where_they_stand_in_full(app, session, shop):
    published(shop)
    session.commit()
    page = app.test_client().get(f"/results/{shop.skill.id}?name=选手名9").text
    assert "选**2" in page
    assert 'name="name"' not in page


def test_the_organiser_sets_the_board_up_and_a_chief_judge_may_look(app, session, shop):
    session.commit()
    path = f"/skills/{shop.skill.id}/board"
    organiser = sign_in(app.test_client(), shop.organiser_account)
    page = organiser.get(path).text
    assert "大屏" in page
    version = board_of(shop).version
    assert organiser.post(path, data={"shows": "nothing", "freezes_at": "", "version": version}).status_code == 302
    session.rollback()  # what comes next sees what was just written
    assert content(shop)["kind"] == "nothing"
    assert sign_in(app.test_client(), shop.chief_account).get(path).status_code == 200
    assert sign_in(app.test_client(), shop.judge_accounts[0]).get(path).status_code == 403


@pytest.mark.parametrize("state", SkillFlow.states.values(), ids=lambda state: state.name)
def test_names_are_shown_only_of_what_was_released(state):
    kinds = {showing.shown(state, choice) for choice in showing.CHOICES}
    assert (showing.RESULTS in kinds) == (state in showing.RELEASED)
    assert all(isinstance(title, Text) for title in showing.CHOICES.values())
