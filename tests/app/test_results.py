"""From locked sheets to final results: the tally, ties, the public list, awards as facts and papers, and the recomputation."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.achievements.models import Achievement
from app.certificates.models import Certificate
from app.competitions.models import Entry, Result
from app.competitions.results import awards, commands, queries
from app.core import engine
from app.core.db import transaction
from app.core.errors import NotFound, Refused
from app.notices.commands import file_objection
from tests.support.competitions import account
from tests.support.marking import NOW, Workshop
from tests.support.people import sign_in
from workflows.competition.skill_flow import SkillFlow
from workflows.publicity.objection_flow import ObjectionFlow
from workflows.roles import Role

pytestmark = pytest.mark.either_database

LATER = NOW + timedelta(days=30)


@pytest.fixture
def shop(session):
    """Three competitors with 95.00, 88.33 and 40.00, tallied."""
    made = Workshop(session, 3).start()
    made.finish(s01=(40, 25, (3, 3, 3)), s02=(40, 25, (2, 2, 3)), s03=(0, 20, (2, 2, 2)))
    made.tally()
    return made


def published(shop, **more):
    shop.decode()
    commands.draw_up_list(shop.session, shop.skill, shop.organiser, NOW, **{"full_names": False, **more})
    engine.fire(shop.session, shop.skill, SkillFlow.publish, shop.organiser, NOW)


def places(shop):
    return [(line.code, line.result.place, line.result.total) for line in queries.lines(shop.session, shop.skill)]


def test_the_tally_ranks_everyone_and_keeps_the_steps(session, shop):
    assert places(shop) == [("01", 1, Decimal("95.00")), ("02", 2, Decimal("88.33")), ("03", 3, Decimal("40.00"))]
    first = queries.lines(session, shop.skill)[0].result
    assert (first.award, first.prize, first.modules) == ("first", Decimal(5000), {"A": "65.00", "B": "30.00"})
    assert first.why["steps"][0] == {"zh": "实操：A 65.00 + B 30.00 = 95.00", "en": "Practice: A 65.00 + B 30.00 = 95.00"}
    assert first.why["aspects"]["B1.1"] == "30.00"


def test_until_the_decoding_no_result_carries_a_name(session, shop):
    assert {line.name for line in queries.lines(session, shop.skill)} == {""}
    shop.decode()
    assert queries.lines(session, shop.skill)[0].name == "选手名1"


def test_whoever_tallied_cannot_decode(session, shop):
    both = account(session, (Role.ARBITER, shop.competition.id), (Role.SCORER, shop.competition.id)).actor
    engine.fire(session, shop.skill, SkillFlow.resume_marking, shop.chief, NOW, "复核")
    engine.fire(session, shop.skill, SkillFlow.tally, both, NOW)
    engine.fire(session, shop.skill, SkillFlow.request_decoding, shop.chief, NOW)
    with pytest.raises(Refused, match="汇总成绩"):
        engine.fire(session, shop.skill, SkillFlow.decode, both, NOW)


def test_going_back_to_marking_makes_a_further_tally_and_keeps_the_first(session, shop):
    engine.fire(session, shop.skill, SkillFlow.resume_marking, shop.chief, NOW, "复核")
    shop.tally()
    tallies = session.scalars(sa.select(Result.tally).distinct().order_by(Result.tally)).all()
    assert (shop.skill.tally_number, tallies) == (2, [1, 2])
    assert len(shop.skill.results) == 3


# --- ties -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def tied(session):
    made = Workshop(session, 3, unshared_places=[[1, 1]]).start()
    made.finish(s01=(40, 25, (2, 2, 2)), s02=(40, 25, (2, 2, 2)), s03=(0, 20, (2, 2, 2)))
    made.tally()
    return made


def test_a_shared_first_place_holds_the_decoding_until_the_chief_judge_rules_with_a_reason(session, tied):
    with pytest.raises(Refused, match="01、02"):
        tied.decode()
    first, second = tied.entries[1].id, tied.entries[0].id
    with pytest.raises(Refused, match="理由"):
        commands.rule_tie(session, tied.skill, tied.chief, [first, second], " ", NOW)
    commands.rule_tie(session, tied.skill, tied.chief, [first, second], "安全操作更规范", NOW)
    assert [(line.code, line.result.place, line.result.decided_by) for line in queries.lines(session, tied.skill)][:2] == [
        ("02", 1, "chief_judge"),
        ("01", 2, "chief_judge"),
    ]
    tied.decode()


def test_only_the_chief_judge_rules_and_only_over_those_who_are_tied(session, tied):
    ids = [entry.id for entry in tied.entries]
    for actor, entries in ((tied.scorer, ids[:2]), (tied.chief, ids[1:]), (tied.chief, ids[:1]), (tied.chief, [ids[0], ids[0]])):
        with pytest.raises(Refused):
            commands.rule_tie(session, tied.skill, actor, entries, "理由", NOW)


# --- the public list ------------------------------------------------------------------------------------------------


def test_the_public_list_masks_names_and_starts_the_clock(session, shop):
    published(shop)
    assert shop.skill.notice.rows[0] == ["1", "选**1", shop.organisation.name, "95.00", "一等奖"]
    assert shop.skill.publicity_ends_at == shop.skill.notice.ends_at > NOW + timedelta(days=5)


def test_full_names_are_published_only_when_asked_for(shop):
    published(shop, full_names=True)
    assert shop.skill.notice.rows[0][1] == "选手名1"


def test_a_list_that_would_show_a_private_number_is_refused(session, shop):
    shop.decode()
    with pytest.raises(Refused):
        commands.draw_up_list(session, shop.skill, shop.organiser, NOW, full_names=False, body="联系人 13805712345")
    assert shop.skill.notice is None


def test_there_is_no_list_before_the_decoding(session, shop):
    with pytest.raises(Refused, match="解密后"):
        commands.draw_up_list(session, shop.skill, shop.organiser, NOW, full_names=False)


def test_an_objection_holds_the_results_and_an_upheld_one_sends_them_back(session, shop):
    published(shop)
    objection = file_objection(session, shop.skill.notice, shop.judges[0], NOW, name="某人", contact="x@example.org", reason="计分有误")
    engine.settle(session, shop.skill, LATER)
    assert shop.skill.is_in(SkillFlow.publicity)
    reviewer = account(session, (Role.REVIEWER, 0)).actor
    engine.fire(session, objection, ObjectionFlow.accept, reviewer, NOW)
    engine.fire(session, objection, ObjectionFlow.uphold, reviewer, NOW, "确有漏计")
    session.expire(shop.skill)
    engine.settle(session, shop.skill, LATER)
    assert shop.skill.is_in(SkillFlow.publicity)
    old = shop.skill.notice
    engine.fire(session, shop.skill, SkillFlow.resume_marking, shop.chief, NOW, "异议成立，更正")
    assert (shop.skill.notice, shop.skill.publicity_ends_at, old.state.name) == (None, None, "withdrawn")
    shop.tally()
    engine.fire(session, shop.skill, SkillFlow.request_decoding, shop.chief, LATER)
    engine.fire(session, shop.skill, SkillFlow.decode, shop.arbiter, LATER)


# --- final ----------------------------------------------------------------------------------------------------------


def final(shop, **more):
    published(shop, **more)
    engine.settle(shop.session, shop.skill, LATER)
    assert shop.skill.is_in(SkillFlow.final)


def test_final_results_publish_each_award_as_a_fact_in_the_keys_that_policies_read(session, shop):
    shop.skill.promotion = {"first": 3}
    final(shop)
    published = session.scalars(sa.select(Achievement).order_by(Achievement.id)).all()
    facts = [fact for fact in published if fact.kind == "competition_award"]
    assert [(fact.person.name, fact.award, fact.prize_received) for fact in facts] == [
        ("选手名1", "first", Decimal(5000)),
        ("选手名2", "second", Decimal(3000)),
        ("选手名3", "third", Decimal(1000)),
    ]
    assert facts[0].facts == {
        "achievement": "competition_award",
        "level": "municipal",
        "class": 1,
        "award": "first",
        "place": 1,
        "prize_received": "5000.00",
        "beneficiary": "competitor",
        "competition": "杭州市职业技能大赛",
        "skill": "电工",
        "group": "employee",
        "form": "individual",
        "occupation": "6-31-01-03",
    }
    (promoted,) = [fact for fact in published if fact.kind == "promotion"]
    assert (promoted.person.name, promoted.facts["promotes_to_level"], promoted.title) == (
        "选手名1",
        "3",
        "杭州市职业技能大赛“电工”晋升高级工",
    )


def test_each_award_has_a_certificate_with_a_number_of_its_own(session, shop):
    final(shop)
    papers = session.scalars(sa.select(Certificate).order_by(Certificate.number)).all()
    assert [(paper.holder_name, paper.face["award"]["zh"]) for paper in papers] == [
        ("选手名1", "一等奖"),
        ("选手名2", "二等奖"),
        ("选手名3", "三等奖"),
    ]
    assert len({paper.number for paper in papers}) == 3


@pytest.mark.parametrize("written", [str, str.lower, lambda number: number.replace("-", ""), lambda number: number.replace("-", "－")])
def test_an_award_is_verified_by_number_and_name_with_hyphens_or_without(client, session, story, written):
    with transaction():
        final(story)
    paper = session.scalars(sa.select(Certificate).order_by(Certificate.number)).first()
    page = client.post("/check", data={"number": written(paper.number), "name": paper.holder_name}).text
    assert "这本证书有效" in page
    assert paper.number in page


def test_entries_complete_when_the_results_stand(session, shop):
    final(shop)
    entries = session.scalars(sa.select(Entry)).all()
    assert all(entry.results_final_at == LATER for entry in entries)
    engine.settle(session, entries[0], LATER)
    assert entries[0].state.name == "completed"


def test_a_world_medal_is_a_fact_for_the_expert_team_too(session, shop):
    shop.competition.level, shop.competition.level_class = "world", None
    final(shop)
    team = session.scalars(sa.select(Achievement).where(Achievement.person_id.is_(None))).all()
    assert {fact.facts["beneficiary"] for fact in team} == {"expert_team"}
    assert [fact.organisation_id for fact in team] == [shop.organisation.id] * 3


def test_a_teams_prize_is_shared_to_the_last_fen():
    assert awards.shares(Decimal(1000), 3) == [Decimal("333.33"), Decimal("333.33"), Decimal("333.34")]


# --- what is seen ---------------------------------------------------------------------------------------------------


@pytest.fixture
def story(session, client):
    """As a season goes: everything committed, results before the public."""
    with transaction() as writing:
        shop = Workshop(writing, 3).start()
        shop.finish(s01=(40, 25, (3, 3, 3)), s02=(40, 25, (2, 2, 3)), s03=(0, 20, (2, 2, 2)))
        shop.tally()
        shop.competitor = account(writing, person=shop.entries[0].members[0].person)
        shop.other = account(writing, person=shop.entries[1].members[0].person)
    return shop


def test_the_staff_page_and_its_files_show_codes_only_until_the_decoding(client, story):
    sign_in(client, story.scorer_account)
    urls = [f"/skills/{story.skill.id}/results{end}" for end in ("", ".json", ".csv", f"/{story.entries[0].code}")]
    for url in urls:
        answer = client.get(url)
        assert (answer.status_code, "选手名" in answer.text) == (200, False), url
    with transaction():
        story.decode()
    assert "选手名1" in client.get(urls[0]).text


def test_nothing_is_public_before_it_is_published_and_then_the_snapshot_is(client, story, session):
    url = f"/results/{story.skill.id}"
    assert client.get(url).status_code == 404
    with transaction():
        published(story)
    for end in ("", ".json", ".csv"):
        page = client.get(url + end).text
        assert "选**1" in page
        assert "选手名1" not in page
    assert client.get(f"{url}.xlsx").data[:2] == b"PK"
    rows = json.loads(client.get(f"{url}.json").text)
    assert [row["total"] for row in rows] == ["95.00", "88.33", "40.00"]


def test_a_competitor_sees_their_own_result_with_its_steps_and_nobody_elses(client, story):
    with transaction():
        published(story)
    sign_in(client, story.competitor)
    assert f'href="/entries/{story.entries[0].id}/result"' in client.get(f"/entries/{story.entries[0].id}").text
    own = client.get(f"/entries/{story.entries[0].id}/result")
    assert own.status_code == 200
    assert "65.00 + B 30.00" in own.text
    assert client.get(f"/entries/{story.entries[1].id}/result").status_code == 404


def test_ties_are_ruled_and_the_list_is_drawn_up_on_the_page(client, session):
    with transaction() as writing:
        shop = Workshop(writing, 2, unshared_places=[[1, 1]]).start()
        shop.finish(s01=(40, 25, (2, 2, 2)), s02=(40, 25, (2, 2, 2)))
        shop.tally()
    first, second = (entry.code for entry in shop.entries)
    sign_in(client, shop.chief_account)
    assert "不得并列，请裁定" in client.get(f"/skills/{shop.skill.id}/results").text
    url = f"/skills/{shop.skill.id}/ties"
    assert client.post(url, data={f"order-{first}": "1", f"order-{second}": "1", "reason": "x"}).status_code == 409
    assert client.post(url, data={f"order-{first}": "2", f"order-{second}": "1", "reason": "安全分高"}).status_code == 302
    session.expire_all()
    session.rollback()
    with transaction():
        shop.decode()
    sign_in(client, shop.organiser_account)
    assert client.post(f"/skills/{shop.skill.id}/list", data={"names": "masked"}).status_code == 302
    assert client.post(f"/do/skill/{shop.skill.id}/publish").status_code == 302
    assert "选**2" in client.get(f"/results/{shop.skill.id}").text


def test_a_visitor_and_a_judge_do_not_reach_the_results(client, story, session):
    assert client.get(f"/skills/{story.skill.id}/results").status_code == 302
    sign_in(client, story.judge_accounts[0])
    assert client.get(f"/skills/{story.skill.id}/results").status_code == 403
    with pytest.raises(NotFound):
        queries.staff_skill(session, story.judges[0], story.skill.id)
