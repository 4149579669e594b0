"""What the documents give when results become final: decided once, kept with reasons, published for others."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.achievements.models import Achievement
from app.competitions.honours import commands, queries
from app.competitions.marking import commands as marking
from app.competitions.models import Honour, HonourText
from app.competitions.results import commands as results
from app.core import engine
from app.core.db import transaction
from app.core.errors import Refused
from tests.support.marking import NOW, Workshop
from tests.support.people import sign_in
from workflows.competition.skill_flow import SkillFlow

pytestmark = pytest.mark.either_database

ZHEJIANG = "zhejiang/2016"
LATER = NOW + timedelta(days=30)
FIELD = {"s01": (40, 25, (3, 3, 3)), "s02": (40, 25, (2, 2, 3)), "s03": (0, 20, (2, 2, 2)), "s04": (0, 0, (1, 1, 1))}


@pytest.fixture
def shop(session):
    """A municipal competition of class 1 under the Zhejiang document; four competitors, decoded."""
    made = Workshop(session, 4).start()
    commands.choose(session, made.competition, made.organiser, [ZHEJIANG], NOW)
    made.finish(**FIELD)
    made.tally()
    made.decode()
    return made


def final(shop):
    results.draw_up_list(shop.session, shop.skill, shop.organiser, NOW, full_names=False)
    engine.fire(shop.session, shop.skill, SkillFlow.publish, shop.organiser, NOW)
    engine.settle(shop.session, shop.skill, LATER)
    assert shop.skill.is_in(SkillFlow.final)


def published(session):
    facts = session.scalars(sa.select(Achievement).where(Achievement.kind.in_(queries.GIVEN)).order_by(Achievement.id)).all()
    return [(fact.person.name, fact.kind, fact.facts["gives"]) for fact in facts]


def test_final_results_bring_titles_and_promotions_as_facts(session, shop):
    final(shop)
    assert published(session) == [
        ("选手名1", "honour", "市技术能手"),
        ("选手名1", "promotion", "2"),
        ("选手名2", "honour", "市技术能手"),
        ("选手名2", "promotion", "2"),
        ("选手名3", "promotion", "2"),
    ]
    commands.publish_honours(session, shop.skill, type("Step", (), {"now": LATER})())
    assert len(published(session)) == 5


def test_every_answer_is_kept_with_its_reason_and_the_text_it_was_given_by(session, shop):
    final(shop)
    rows = session.scalars(sa.select(Honour).order_by(Honour.id)).all()
    assert len(rows) == 8  # two rules of the document concern such a competition, four competitors
    fourth = [row for row in rows if row.person.name == "选手名4"]
    assert [(row.rule, row.granted, row.record["reason"]["zh"]) for row in fourth] == [
        ("municipal-1-honour", False, "名次为4，条款要求不大于2"),
        ("municipal-1-promotion", False, "名次为4，条款要求不大于3"),
    ]
    assert rows[0].facts["place"] == 1
    text = session.get(HonourText, rows[0].digest)
    assert (text.pack, "省技术能手" in text.text) == (ZHEJIANG, True)


def test_a_level_held_and_a_title_had_before_are_known(session, shop):
    winner = shop.entries[0].members[0].person
    held = {"person_id": winner.id, "title": "技师", "on": date(2025, 1, 1), "created_at": NOW, "occupation_code": "6-31-01-03"}
    session.add(Achievement(kind="grade_certificate", source="certificate:1", grade_level=2, **held))
    before = {"kind": "honour", "gives": "市技术能手", "person": f"person:{winner.id}", "occupation": "6-31-01-03"}
    session.add(Achievement(kind="honour", source="skill_honour:999/x", facts=before, **held))
    session.flush()
    final(shop)
    assert published(session)[1:3] == [("选手名1", "promotion", "1"), ("选手名2", "honour", "市技术能手")]
    (refused,) = session.scalars(sa.select(Honour).where(Honour.person_id == winner.id, Honour.granted.is_(False)))
    assert refused.record["reason"]["zh"] == "同一人员、职业已获得过"


def test_a_skills_own_promotion_stands_beside_the_document_and_the_higher_counts(session, shop):
    shop.skill.promotion = {"first": 1, "second": 3}
    final(shop)
    assert [gives for _, kind, gives in published(session) if kind == "promotion"] == ["1", "2", "2"]


def test_only_the_organiser_chooses_and_not_once_a_result_is_final(session, shop):
    with pytest.raises(Refused, match="承办方"):
        commands.choose(session, shop.competition, shop.chief, [], NOW)
    with pytest.raises(Refused, match="没有这个办法"):
        commands.choose(session, shop.competition, shop.organiser, ["nowhere/1"], NOW)
    final(shop)
    with pytest.raises(Refused, match="成绩已定"):
        commands.choose(session, shop.competition, shop.organiser, [], NOW)


def test_pass_marks_missed_withhold_award_and_promotion(session):
    parts = {"theory_weight": Decimal(30), "practice_weight": Decimal(70), "theory_pass": Decimal(60), "practice_pass": Decimal(60)}
    made = Workshop(session, 3, **parts).start()
    commands.choose(session, made.competition, made.organiser, ["xuzhou/2023"], NOW)
    made.finish(s01=(40, 25, (3, 3, 3)), s02=(40, 25, (2, 2, 3)), s03=(40, 20, (2, 2, 2)))
    papers = {entry.id: Decimal(mark) for entry, mark in zip(made.entries, ("50", "80", "75"), strict=True)}
    marking.enter_theory(session, made.skill, made.scorer, papers, "", NOW)
    made.tally()
    made.decode()
    for entry in made.entries:
        entry.members[0].person.birth_date = date(2000, 1, 1)
    found = queries.found(session, made.skill, made.skill.results, date(2026, 4, 1))
    first = next(each for each in found if each.result.entry_id == made.entries[0].id)
    assert (first.result.award, first.facts["both_passed"]) == (None, False)
    assert {finding.rule.id for finding in first.given} <= {"honour"}
    second = next(each for each in found if each.result.entry_id == made.entries[1].id)
    assert "technician" in {finding.rule.id for finding in second.given}


def test_the_pages_show_documents_choices_and_who_is_given_what(client, session):
    with transaction() as writing:
        shop = Workshop(writing, 4).start()
        shop.finish(**FIELD)
        shop.tally()
    sign_in(client, shop.organiser_account)
    assert "浙江省职业技能竞赛荣誉与晋级" in client.get("/honours").text
    page = client.get("/honours/zhejiang/2016").text
    assert "前 2 市（县）技术能手" in page
    assert "未持技师的晋升技师" in page
    assert client.get("/honours/no/such").status_code == 404
    chosen = f"/competitions/{shop.competition.id}/honours"
    assert "吕梁" in client.get(chosen).text
    assert client.post(chosen, data={"pack": ["zhejiang/2016"]}).status_code == 302
    assert "解密后才能判定" in client.get(f"/skills/{shop.skill.id}/honours").text
    session.rollback()
    with transaction():
        shop.decode()
    page = client.get(f"/skills/{shop.skill.id}/honours").text
    assert "市技术能手" in page
    refused = client.get(f"/skills/{shop.skill.id}/honours", query_string={"given": "no", "words": "选手名4"}).text
    assert ("名次为4，条款要求不大于3" in page, "名次为4，条款要求不大于3" in refused) == (False, True)
    assert json.dumps(shop.skill.competition.honour_packs) == '["zhejiang/2016"]'


def test_no_source_of_a_fact_is_longer_than_its_column():
    longest = max(len(f"{pack.id}:{rule.id}") for pack in queries.packs() for rule in pack.rules)
    assert longest <= 50
