"""Standings kept by difference: whatever happens to the marks, they are what all marks come to, and in the end what the tally says."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.competitions.marking import commands
from app.competitions.marking.recording import Conflict, NotAccepted, altered_sheets
from app.competitions.models import Aspect, Criterion, Mark, MarkingScheme, Result, SubCriterion
from app.competitions.panel import rounds
from app.competitions.standings.commands import disagreements, rebuild
from app.competitions.standings.queries import StandingLine, current, version_of
from app.core import engine
from tests.support.marking import BENCHMARKS, NOW, Workshop
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.methods import PARTIAL, Errors, Judgement, Timed
from workflows.competition.places import Order
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.standing import placed


def shown(session, skill):
    return [(line.code, line.totals.total, place.place, place.decided_by) for line, place in current(session, skill)]


@pytest.fixture
def shop(session):
    return Workshop(session, 3, theory_weight=Decimal(30), practice_weight=Decimal(70), tie_break=["module:A", "theory"]).start()


def test_everybody_begins_at_nothing_and_shares_the_first_place(session, shop):
    assert shown(session, shop.skill) == [(code, Decimal(0), 1, "share") for code in ("01", "02", "03")]


def test_a_mark_moves_its_competitor_and_the_version(session, shop):
    before = version_of(session, shop.skill.id)
    shop.give("02", "A1.1", 40)
    assert shown(session, shop.skill)[0] == ("02", Decimal("28.00"), 1, "total")
    assert version_of(session, shop.skill.id) == before + 1
    shop.give("02", "A1.1", 40)
    assert version_of(session, shop.skill.id) == before + 1


def test_a_judgement_counts_when_the_last_judge_has_scored(session, shop):
    for judge in (1, 2, 3):
        assert shown(session, shop.skill)[0][1] == Decimal(0)
        shop.give("03", "B1.1", 3, judge=judge)
    assert shown(session, shop.skill)[0] == ("03", Decimal("21.00"), 1, "total")


def test_equal_totals_are_told_apart_by_the_chain(session, shop):
    shop.give("01", "A1.2", 30)
    for judge in (1, 2, 3):
        shop.give("02", "B1.1", 3, judge=judge)
    assert [(code, place, why) for code, _, place, why in shown(session, shop.skill)[:2]] == [("01", 1, "module:A"), ("02", 2, "module:A")]


def test_whoever_is_disqualified_stands_no_more(session, shop):
    shop.give("01", "A1.1", 40)
    engine.fire(session, shop.entries[0], EntryFlow.disqualify, shop.arbiter, NOW, "携带违禁工具")
    assert [code for code, *_ in shown(session, shop.skill)] == ["02", "03"]


def test_a_mark_changed_behind_the_offices_back_is_found(session, shop):
    shop.give("01", "A1.1", 40)
    assert disagreements(session, shop.skill) == []
    session.execute(sa.text("UPDATE standing SET total = total + 1 WHERE entry_id = :id"), {"id": shop.entries[0].id})
    assert disagreements(session, shop.skill) == [shop.entries[0].id]
    rebuild(session, shop.skill)
    assert disagreements(session, shop.skill) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_course_they_are_what_all_marks_come_to_and_then_the_tally(session, shop, seed):
    chance = random.Random(seed)
    codes = ("A1.1", "A1.2", "B1.1")
    for _ in range(60):
        code, aspect, judge = chance.choice(("01", "02", "03")), chance.choice(codes), chance.randint(1, 3)
        value = chance.choice({"A1.1": (0, 40), "A1.2": (0, 12, 30, None), "B1.1": (0, 1, 2, 3, None)}[aspect])
        try:
            shop.give(code, aspect, value, judge=judge, seen=latest(session, shop, code, aspect, judge))
        except (Conflict, NotAccepted):
            continue
        if chance.random() < 0.1:
            marks = {chance.choice(shop.entries).id: Decimal(chance.randint(0, 100))}
            commands.enter_theory(session, shop.skill, shop.scorer, marks, "复核", NOW)
        session.flush()
        assert disagreements(session, shop.skill) == []
    commands.enter_theory(
        session, shop.skill, shop.scorer, {entry.id: Decimal(80 + n // 2) for n, entry in enumerate(shop.entries)}, "核", NOW
    )
    for code in ("01", "02", "03"):
        finish(session, shop, code, chance)
    commands.lock_signed(session, shop.skill, shop.chief, NOW)
    shop.accept()
    here = sorted((line.code, line.totals.total, place.place, place.decided_by) for line, place in current(session, shop.skill))
    shop.tally()
    there = session.scalars(sa.select(Result).where(Result.skill_id == shop.skill.id)).all()
    assert here == sorted((result.entry.code, result.total, result.place, result.decided_by) for result in there)


def latest(session, shop, code, aspect, judge):
    sheet, asked = shop.sheet(code, aspect.partition(".")[0]), shop.aspect(aspect)
    seat = judge if asked.kind == "judgement" else 0
    query = sa.select(sa.func.max(Mark.number)).where(Mark.sheet_id == sheet.id, Mark.aspect_id == asked.id, Mark.seat == seat)
    return session.scalar(query) or 0


def finish(session, shop, code, chance):
    """Everything marked so that it can be signed: the judges agree in the end, and the chief judge decides where they may mark no more."""
    for aspect in ("A1.1", "A1.2"):
        shop.give(code, aspect, chance.choice((0, {"A1.1": 40, "A1.2": 17}[aspect])), seen=latest(session, shop, code, aspect, 1))
    for judge in (1, 2, 3):
        shop.give(code, "B1.1", 2, judge=judge, seen=latest(session, shop, code, "B1.1", judge))
    sheet = shop.sheet(code, "B1")
    session.expire(sheet)
    for aspect in {each.aspect_id for each in sheet.rounds}:
        rounds.note(session, sheet, aspect, shop.judges[0], "讨论后一致", NOW)
    for judge in (1, 2, 3):
        shop.sign(code, "A1", judge)
        shop.sign(code, "B1", judge)


def test_reopening_and_marking_again_changes_only_what_it_touches(session, shop):
    for code in ("01", "02"):
        shop.mark_all(code, 40, 30, (2, 2, 2))
        shop.sign(code, "A1")
    sheet = shop.sheet("01", "A1")
    engine.fire(session, sheet, SheetFlow.reopen, shop.chief, NOW, "测量有误")
    shop.give("01", "A1.2", 29, seen=1)
    assert [line[:3] for line in shown(session, shop.skill)[:2]] == [("02", Decimal("63.00"), 1), ("01", Decimal("62.30"), 2)]
    assert disagreements(session, shop.skill) == []


def weighed_scheme(organisation_id):
    """A: 10 by weight 60 · B: judged, 3, by weight 40, with a time and errors recorded."""
    first = SubCriterion(
        position=1, code="A1", name="尺寸", aspects=[Aspect(position=1, method=PARTIAL, description="长", max_mark=Decimal(10))]
    )
    second = SubCriterion(
        position=1,
        code="B1",
        name="外观",
        aspects=[
            Aspect(position=1, method=Judgement(), description="工艺", max_mark=Decimal(3), benchmarks=list(BENCHMARKS)),
            Aspect(position=2, method=Timed(), description="用时", max_mark=Decimal(0)),
            Aspect(position=3, method=Errors(Decimal(0)), description="失误", max_mark=Decimal(0)),
        ],
    )
    return MarkingScheme(
        organisation_id=organisation_id,
        name="按权重",
        created_at=NOW,
        criteria=[
            Criterion(position=1, letter="A", name="加工", mark=Decimal(10), weight=Decimal(60), sub_criteria=[first]),
            Criterion(position=2, letter="B", name="外观", mark=Decimal(3), weight=Decimal(40), sub_criteria=[second]),
        ],
    )


def test_modules_by_weight_and_what_is_recorded_beside_the_marks_stand_as_in_the_tally(session):
    shop = Workshop(session, 2, judges=1, tie_break=["time"])
    shop.mark_by(weighed_scheme(shop.organisation.id)).start()
    for code, length, seconds in (("01", "3.33", "61.5"), ("02", "3.33", "60")):
        for aspect, value in (("A1.1", length), ("B1.1", 2), ("B1.2", seconds), ("B1.3", 1)):
            shop.give(code, aspect, value)
        shop.sign(code, "A1")
        shop.sign(code, "B1")
    assert disagreements(session, shop.skill) == []
    commands.lock_signed(session, shop.skill, shop.chief, NOW)
    shop.accept()
    here = [(line.code, line.totals.modules, line.totals.more["time"], place.decided_by) for line, place in current(session, shop.skill)]
    shop.tally()
    results = sorted(session.scalars(sa.select(Result).where(Result.skill_id == shop.skill.id)), key=lambda result: result.place)
    assert here == [("02", {"A": Decimal("19.98"), "B": Decimal("26.67")}, Decimal(60), "time"), (*here[1][:2], Decimal("61.5"), "time")]
    assert [(result.entry.code, {k: Decimal(v) for k, v in result.modules.items()}) for result in results] == [line[:2] for line in here]


def test_a_mark_that_the_record_does_not_know_is_found(session, shop):
    shop.give("01", "A1.1", 40)
    assert altered_sheets(session) == []
    sheet, row = shop.sheet("02", "A1"), session.execute(sa.select(Mark.__table__)).mappings().one()
    session.execute(sa.insert(Mark.__table__), dict(row) | {"id": "behind-the-back", "sheet_id": sheet.id})
    assert altered_sheets(session) == [sheet.id]


def test_those_with_one_total_change_places_with_the_key_that_tells_them_apart():
    def line(id_, module):
        return StandingLine(id_, None, 8000, 1, None, 8000, f'{{"A": [{module}, {module}]}}', "{}")

    order = Order(tie_break=("module:A",))
    assert [each.id for each in placed([line(1, 6000), line(2, 5000)], order)] == [1, 2]
    assert [each.id for each in placed([line(1, 4000), line(2, 5000)], order)] == [2, 1]
