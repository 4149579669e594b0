"""Why A before B, every method side by side, and the tables over all skills."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from app.competitions.comparing import charts, queries, views
from app.competitions.models import Skill
from app.competitions.overall import commands as overall
from app.competitions.overall import queries as tables
from app.competitions.results import commands, rulings
from app.competitions.results import queries as results
from app.core import engine
from app.core.actor import CLOCK
from app.core.db import transaction
from app.core.errors import Refused
from tests.support.marking import NOW, Workshop
from tests.support.people import sign_in
from workflows.competition.overall import OverallRules, point_table
from workflows.competition.skill_flow import SkillFlow
from workflows.text import Text

pytestmark = pytest.mark.either_database

FIELD = {
    "s01": (40, 25, (3, 3, 3)),
    "s02": (40, 25, (2, 2, 3)),
    "s03": (40, 25, (2, 3, 2)),
    "s04": (0, 20, (2, 2, 2)),
    "s05": (0, 0, (1, 1, 1)),
}
TIES = {"unshared_places": [[1, 3]], "tie_break": ["module:B", "chief_judge"]}


@pytest.fixture
def shop(session):
    """Five competitors; the second and the third have equal marks in everything."""
    made = Workshop(session, 5, **TIES).start()
    made.finish(**FIELD)
    made.tally()
    return made


def rule(shop, *codes):
    ids = {line.code: line.result.entry_id for line in results.lines(shop.session, shop.skill)}
    commands.rule_tie(shop.session, shop.skill, shop.chief, [ids[code] for code in codes], "安全操作更规范", NOW)


def test_two_results_are_compared_step_by_step_with_the_ruling_at_the_end(session, shop):
    assert queries.compared(session, shop.skill, "02", "03").decided_by is None
    rule(shop, "03", "02")
    found = queries.compared(session, shop.skill, "02", "03")
    assert [(step.title.zh, step.outcome.name) for step in found.steps] == [
        ("总成绩", "EQUAL"),
        ("模块 B 成绩", "EQUAL"),
        ("裁判长裁定次序", "SECOND"),
    ]
    assert queries.compared(session, shop.skill, "01", "05").decided_by.title.zh == "总成绩"
    assert "没有赛位号 99" in queries.compared(session, shop.skill, "01", "99").zh


def test_a_ruling_is_taken_back_before_the_decoding_and_ruled_anew(session, shop):
    rule(shop, "03", "02")
    for actor, number, reason in ((shop.scorer, 1, "理由"), (shop.chief, 2, "理由"), (shop.chief, 1, " ")):
        with pytest.raises(Refused):
            rulings.withdraw_ruling(session, shop.skill, actor, number, reason, NOW)
    rulings.withdraw_ruling(session, shop.skill, shop.chief, 1, "看错赛位", NOW)
    with pytest.raises(Refused, match="02、03"):
        shop.decode()
    with pytest.raises(Refused, match="没有这条裁定"):
        rulings.withdraw_ruling(session, shop.skill, shop.chief, 1, "再撤", NOW)
    rule(shop, "02", "03")
    assert [line.code for line in results.lines(session, shop.skill)][:3] == ["01", "02", "03"]
    shop.decode()
    with pytest.raises(Refused, match="解密前"):
        rulings.withdraw_ruling(session, shop.skill, shop.chief, 2, "晚了", NOW)


def test_every_method_stands_side_by_side_and_the_chart_has_a_line_for_each(session, shop):
    rule(shop, "02", "03")
    side = queries.side_by_side(session, shop.skill)
    assert (side.n, side.scale.median, side.in_force.key) == (5, Decimal("88.33"), "marks")
    with_value = {method.key for method in side.others if method.reason is None}
    assert with_value == {"worldskills", "scale_500", "standard", "standard_parts", "rank_sum"}
    assert sorted(side.in_force.places.values()) == [1, 2, 3, 4, 5]
    chart = charts.bump_chart(side)
    assert ([track.code for track in chart.tracks], len(chart.heads), chart.left_out) == (["01", "02", "03", "04", "05"], 6, 0)
    assert {len(track.stops) for track in chart.tracks} == {6}


def test_the_pages_show_codes_only_until_the_decoding(client, session, monkeypatch):
    with transaction() as writing:
        made = Workshop(writing, 5, **TIES).start()
        made.finish(**FIELD)
        made.tally()
    sign_in(client, made.chief_account)
    base = f"/skills/{made.skill.id}"
    pages = [f"{base}/compare?first=01&second=05", f"{base}/compare?first=01&second=1", f"{base}/methods", f"{base}/compare"]
    for url in pages:
        answer = client.get(url)
        assert (answer.status_code, "选手名" in answer.text) == (200, False), url
    assert "01 占先" in client.get(pages[0]).text
    assert "现行" in client.get(pages[2]).text
    assert client.get(f"{base}/methods.xlsx").data[:2] == b"PK"
    monkeypatch.setattr(views, "LINES", 2)
    last = client.get(f"{base}/methods?page=3").text
    assert ("第 3 / 3 页，共 5 条" in last, last.count('<th scope="row" data-label="赛位号">')) == (True, 1)
    assert "选手名" not in client.get(f"/competitions/{made.competition.id}/overall").text
    session.rollback()
    ordered = {"order-02": "1", "order-03": "2", "reason": "安全"}
    assert client.post(f"{base}/ties", data=ordered).status_code == 302
    assert "撤回裁定" in client.get(f"{base}/results").text
    assert client.post(f"{base}/ties/1/withdraw", data={"reason": "重看录像"}).status_code == 302
    assert "重看录像" in client.get(f"{base}/results").text


# --- over all skills ------------------------------------------------------------------------------------------------


@pytest.fixture
def games(session):
    """Two skills of one competition, both decoded: the electricians with five, the welders with the same marks."""
    made = Workshop(session, 5).start()
    made.finish(**FIELD)
    made.tally()
    made.decode()
    return made


def test_best_of_all_team_points_and_medals_come_from_the_results_that_count(session, games):
    found = tables.tables(session, games.competition, for_public=False)
    assert [found.who[each.id].name for each in found.best] == ["选手名1"]
    (team,) = found.teams
    assert (team.delegation, team.counts, team.points, team.entries) == (games.organisation.name, (1, 2, 0, 0), 24, 5)
    (medals,) = found.medals
    assert medals.points == 10
    later = Skill(competition=games.competition, code="B", name="焊工", occupation_code="6-31-01-03", prizes={})
    engine.begin(session, later, CLOCK, NOW)
    session.refresh(games.competition, ["skills"])
    assert [skill.code for skill in tables.tables(session, games.competition, for_public=False).waiting] == ["B"]


def test_nothing_is_counted_for_the_public_before_it_is_published_and_names_are_masked_then(session, games):
    assert tables.tables(session, games.competition, for_public=True).scored == []
    commands.draw_up_list(session, games.skill, games.organiser, NOW, full_names=False)
    engine.fire(session, games.skill, SkillFlow.publish, games.organiser, NOW)
    found = tables.tables(session, games.competition, for_public=True)
    assert [found.who[each.id].name for each in found.best] == ["选**1"]


def test_the_organiser_sets_the_rules_until_something_is_public(session, games):
    rules = OverallRules(team=point_table([3, 2, 1], Text("规程第八条", "Rule 8")), left_out=("A",))
    with pytest.raises(Refused, match="承办方"):
        overall.set_rules(session, games.competition, games.chief, rules, NOW)
    overall.set_rules(session, games.competition, games.organiser, rules, NOW)
    found = tables.tables(session, games.competition, for_public=False)
    assert (found.rules, found.best, found.teams[0].points) == (rules, [], 7)
    commands.draw_up_list(session, games.skill, games.organiser, NOW, full_names=False)
    engine.fire(session, games.skill, SkillFlow.publish, games.organiser, NOW)
    with pytest.raises(Refused, match="已公布"):
        overall.set_rules(session, games.competition, games.organiser, rules, NOW)


def test_the_rules_are_filled_in_on_a_page_and_wrong_figures_are_named(client, session):
    with transaction() as writing:
        made = Workshop(writing, 2).start()
    sign_in(client, made.organiser_account)
    url = f"/competitions/{made.competition.id}/overall/rules"
    data = {
        "delegation": "region",
        "team": "10, 7, 5",
        "team_source": "规程",
        "medals": "4, 3, 2, 1",
        "medals_source": "规程",
        "left_out": ["A"],
    }
    assert "10, 7, 5" in client.get(url).text
    assert client.post(url, data={**data, "team": "十分"}).status_code == 422
    assert client.post(url, data=data).status_code == 302
    session.rollback()
    kept = made.competition.overall
    assert (kept["delegation"], kept["team"]["points"], kept["left_out"]) == ("region", ["10", "7", "5"], ["A"])
    assert json.dumps(kept)
    assert client.get(f"/results/overall/{made.competition.id}").status_code == 404
