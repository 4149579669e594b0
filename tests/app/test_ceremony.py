"""A ceremony: every screen follows the same step, and the hall's holds no name before its time."""

from __future__ import annotations

import pytest

from app.competitions.board import commands as boards
from app.competitions.ceremony import commands
from app.core import engine
from app.core.errors import Refused, Stale
from tests.support.databases import on_both
from tests.support.marking import NOW, Workshop
from tests.support.people import sign_in
from workflows.competition.board_flow import BoardFlow
from workflows.competition.ceremony_flow import CeremonyFlow
from workflows.competition.skill_flow import SkillFlow

pytestmark = pytest.mark.either_database

NAMES = {"选手名1", "选手名2", "选手名3"}


@pytest.fixture
def shop(session):
    made = Workshop(session, 3).start()
    made.finish(s01=(40, 25, (3, 3, 3)), s02=(40, 25, (2, 2, 3)), s03=(0, 20, (2, 2, 2)))
    made.tally()
    return made


@pytest.fixture
def ceremony(session, shop):
    return commands.prepare(session, shop.competition, shop.organiser, NOW, title="", order="by_skill", skills=[shop.skill.id])


def begin(shop, ceremony):
    shop.decode()
    engine.fire(shop.session, ceremony, CeremonyFlow.start, shop.organiser, NOW)


def go(shop, ceremony, to, **more):
    commands.step(shop.session, ceremony, shop.organiser, NOW, to=to, **{"is_paused": False, "version": ceremony.version, **more})
    shop.session.flush()


def hall_of(app, shop, ceremony):
    """All that anybody can read of it: the screen in both languages, the data, the board beside it."""
    shop.session.commit()
    paths = [f"/ceremony/{ceremony.code}{end}" for end in ("", "?lang=en", ".json")]
    paths += [f"/board/skills/{shop.skill.id}", f"/board/skills/{shop.skill.id}.json", f"/results/{shop.skill.id}"]
    answers = [app.test_client().get(path) for path in paths]
    return "".join(str(answer.get_json()) if answer.is_json else answer.get_data(as_text=True) for answer in answers)


def test_nothing_is_revealed_before_the_results_are_decoded(session, shop, ceremony):
    with pytest.raises(Refused, match="尚未解密"):
        engine.fire(session, ceremony, CeremonyFlow.start, shop.organiser, NOW)


def test_the_hall_never_holds_a_name_that_was_not_revealed(app, shop, ceremony):
    begin(shop, ceremony)
    revealed: set[str] = set()
    for position in range(len(ceremony.script) + 1):
        go(shop, ceremony, position)
        scene = ceremony.scene
        revealed |= {winner["name"] for winner in scene["winners"]} if scene else set()
        seen = hall_of(app, shop, ceremony)
        assert not [name for name in NAMES - revealed if name in seen], position
        assert all(winner["name"] in seen for winner in (scene["winners"] if scene else ())), position
    assert revealed == NAMES


def test_a_step_back_and_a_covered_screen_take_the_name_away_again(app, shop, ceremony):
    begin(shop, ceremony)
    first = next(n for n, scene in enumerate(ceremony.script, start=1) if scene["kind"] == "reveal")
    go(shop, ceremony, first)
    assert "选手名3" in hall_of(app, shop, ceremony)
    go(shop, ceremony, first, is_paused=True)
    assert "选手名3" not in hall_of(app, shop, ceremony)
    go(shop, ceremony, first)
    go(shop, ceremony, first - 1)
    assert "选手名3" not in hall_of(app, shop, ceremony)


def test_the_board_freezes_when_it_begins_and_stays_so_until_it_has_ended(session, shop, ceremony):
    begin(shop, ceremony)
    board = boards.board_of(session, shop.skill, NOW)
    assert board.is_in(BoardFlow.frozen)
    with pytest.raises(Refused, match="揭晓正在进行"):
        engine.fire(session, board, BoardFlow.unfreeze, shop.organiser, NOW, "早了")
    with pytest.raises(Refused, match="步没有揭晓"):
        engine.fire(session, ceremony, CeremonyFlow.finish, shop.organiser, NOW)
    go(shop, ceremony, len(ceremony.script))
    engine.fire(session, ceremony, CeremonyFlow.finish, shop.organiser, NOW)
    engine.fire(session, board, BoardFlow.unfreeze, shop.organiser, NOW, "揭晓结束")


@on_both
def test_of_two_tablets_that_step_at_the_same_moment_one_counts(shop, ceremony):
    begin(shop, ceremony)
    seen = ceremony.version
    go(shop, ceremony, 1, version=seen)
    with pytest.raises(Stale):
        go(shop, ceremony, 1, version=seen)
    assert ceremony.position == 1


def test_only_the_organiser_leads_and_only_within_the_script(session, shop, ceremony):
    begin(shop, ceremony)
    with pytest.raises(Refused, match="承办方"):
        commands.step(session, ceremony, shop.chief, NOW, to=1, is_paused=False, version=None)
    with pytest.raises(Refused, match="没有第"):
        go(shop, ceremony, len(ceremony.script) + 1)


def test_a_ceremony_that_was_called_off_is_gone_from_the_hall(app, session, shop, ceremony):
    begin(shop, ceremony)
    engine.fire(session, ceremony, CeremonyFlow.call_off, shop.organiser, NOW, "改期")
    session.commit()
    assert app.test_client().get(f"/ceremony/{ceremony.code}").status_code == 404


def test_the_presenter_steps_on_the_page_and_sees_what_comes_next(app, session, shop):
    shop.decode()
    session.commit()
    organiser = sign_in(app.test_client(), shop.organiser_account)
    made = organiser.post(
        f"/competitions/{shop.competition.id}/ceremonies", data={"title": "", "order": "by_skill", "skills": [shop.skill.id]}
    )
    path = made.location
    id_ = int(path.rsplit("/", 1)[1])
    assert "选手名3" in organiser.get(path).text
    assert sign_in(app.test_client(), shop.chief_account).get(path).status_code == 403
    assert organiser.post(f"/do/ceremony/{id_}/start").status_code == 302
    version = organiser.get(f"{path}/version").get_json()["version"]
    assert organiser.post(f"{path}/step", data={"to": 1, "paused": 0, "version": version}).status_code == 302
    assert organiser.post(f"{path}/step", data={"to": 1, "paused": 0, "version": version}).status_code == 409
    assert organiser.get(f"{path}/version").get_json()["version"] > version


def test_its_end_puts_the_results_before_the_public_with_the_names_as_chosen(app, session, shop, ceremony):
    begin(shop, ceremony)
    with pytest.raises(Refused, match="步没有揭晓"):
        engine.fire(session, ceremony, CeremonyFlow.release, shop.organiser, NOW)
    go(shop, ceremony, len(ceremony.script))
    engine.fire(session, ceremony, CeremonyFlow.release, shop.organiser, NOW)
    assert shop.skill.is_in(SkillFlow.publicity)
    assert boards.board_of(session, shop.skill, NOW).is_in(BoardFlow.live)
    session.commit()
    published = app.test_client().get(f"/results/{shop.skill.id}").text
    assert "选*" in published
    assert "选手名1" not in published


def test_it_ends_without_the_results_where_that_is_chosen(session, shop, ceremony):
    begin(shop, ceremony)
    go(shop, ceremony, len(ceremony.script))
    engine.fire(session, ceremony, CeremonyFlow.finish, shop.organiser, NOW)
    assert shop.skill.is_in(SkillFlow.decoded)
    assert boards.board_of(session, shop.skill, NOW).is_in(BoardFlow.frozen)


def test_of_two_ceremonies_over_a_skill_the_last_to_end_publishes_it(session, shop, ceremony):
    other = commands.prepare(session, shop.competition, shop.organiser, NOW, title="乙场", order="over_all", skills=[shop.skill.id])
    begin(shop, ceremony)
    engine.fire(session, other, CeremonyFlow.start, shop.organiser, NOW)
    go(shop, ceremony, len(ceremony.script))
    with pytest.raises(Refused, match="另一场揭晓「乙场」"):
        engine.fire(session, ceremony, CeremonyFlow.release, shop.organiser, NOW)
    assert ceremony.is_in(CeremonyFlow.running)
    assert shop.skill.is_in(SkillFlow.decoded)
    engine.fire(session, ceremony, CeremonyFlow.finish, shop.organiser, NOW)
    go(shop, other, len(other.script))
    engine.fire(session, other, CeremonyFlow.release, shop.organiser, NOW)
    assert shop.skill.is_in(SkillFlow.publicity)
