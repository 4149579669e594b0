"""Judges and what they may score: conflicts found, seats filled and handed over, aspects marked again, the chief judge's pages."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.competitions.marking import commands as marking
from app.competitions.marking import queries as marked
from app.competitions.marking.recording import record_marks
from app.competitions.models import JudgeConflict, PanelSeat, Sheet
from app.competitions.panel import commands, finding, own, progress, queries, rounds
from app.competitions.panel.commands import JudgeData
from app.core import engine
from app.core.errors import Refused
from app.registry.models import Organisation
from tests.support.competitions import account
from tests.support.marking import NOW, Workshop
from workflows.competition.conflict_flow import ConflictFlow
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.panels import PanelRules
from workflows.competition.seating import Duty, VacancyRule
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.vacancy_flow import VacancyFlow
from workflows.roles import Role


@pytest.fixture
def shop(session):
    return Workshop(session, competitors=3, judges=4)


def colleague(session, shop, judge=2, entry=0):
    """Judge number *judge* and the competitor of that entry work in the same place."""
    firm = Organisation(name=f"同事工厂{judge}", credit_code=f"91330122000009{judge:04d}", kind="enterprise", created_at=NOW)
    session.add(firm)
    session.flush()
    shop.entries[entry].members[0].person.employer = firm
    commands.register(session, shop.organiser, shop.judge_accounts[judge - 1], shop.competition, JudgeData(employer_id=firm.id), NOW)


def assign_all(session, shop, reserve=True):
    """Seats 1 to 3 score everything; the fourth coordinates."""
    duties = {(sub.id, seat): Duty.SCORES for sub in shop.scheme.sub_criteria for seat in (1, 2, 3)}
    if reserve:
        duties |= {(sub.id, 4): Duty.COORDINATES for sub in shop.scheme.sub_criteria}
    commands.assign(session, shop.chief, shop.skill, duties, NOW)


def said(refusal):
    return " ".join(reason.zh for reason in refusal.value.reasons)


def test_a_judge_of_the_same_employer_is_found_and_kept_from_the_sheet_and_hears_no_more_than_that(session, shop):
    colleague(session, shop)
    shop.start()
    (conflict,) = session.scalars(sa.select(JudgeConflict))
    assert (conflict.kinds, conflict.keeps_away) == (["same_employer"], True)
    assert queries.refused_entries(session, shop.skill.id, shop.judge_accounts[1].id) == {shop.entries[0].id}
    with pytest.raises(Refused) as refusal:
        shop.give("01", "B1.1", 2, judge=2)
    assert said(refusal) == "这张评分表不由您评分"
    with pytest.raises(Refused):  # nor what the panel agreed on
        shop.give("01", "A1.1", 40, judge=2)
    shop.give("02", "B1.1", 2, judge=2)


def test_whoever_may_come_to_a_sheet_never_sees_a_code_beside_the_kind_of_tie_or_a_name(session, shop):
    colleague(session, shop)
    shop.start()
    seen = {
        role: queries.conflict_lines(session, actor, shop.skill)[0] for role, actor in (("chief", shop.chief), ("arbiter", shop.arbiter))
    }
    organiser = queries.conflict_lines(session, shop.organiser, shop.skill)[0]
    assert (seen["chief"].code, seen["chief"].name, list(seen["chief"].kinds)) == ("01", "", [])
    assert (seen["arbiter"].code, seen["arbiter"].name, [kind.zh for kind in seen["arbiter"].kinds]) == ("01", "", ["与选手同单位"])
    assert (organiser.code, organiser.name) == ("", "选手名1")


def test_an_override_needs_a_reason_and_the_arbiter_and_then_the_judge_may_score(session, shop):
    colleague(session, shop)
    shop.start()
    (conflict,) = session.scalars(sa.select(JudgeConflict))
    with pytest.raises(Refused):
        engine.fire(session, conflict, ConflictFlow.ask, shop.chief, NOW)
    engine.fire(session, conflict, ConflictFlow.ask, shop.chief, NOW, "没有其他裁判")
    with pytest.raises(Refused):
        engine.fire(session, conflict, ConflictFlow.override, shop.chief, NOW, "同意")
    engine.fire(session, conflict, ConflictFlow.override, shop.arbiter, NOW, "同意，全程录像")
    shop.give("01", "B1.1", 2, judge=2)
    assert not queries.refused_entries(session, shop.skill.id, shop.judge_accounts[1].id)


def test_a_new_tie_keeps_a_judge_away_again_after_an_override(session, shop):
    colleague(session, shop)
    shop.start()
    (conflict,) = session.scalars(sa.select(JudgeConflict))
    engine.fire(session, conflict, ConflictFlow.ask, shop.chief, NOW, "没有其他裁判")
    engine.fire(session, conflict, ConflictFlow.override, shop.arbiter, NOW, "同意")
    who = shop.entries[0].members[0].person
    commands.relate(session, shop.organiser, shop.judge_accounts[1], shop.competition, who, "family", "表兄弟", NOW)
    assert (conflict.kinds, conflict.keeps_away) == (["same_employer", "family"], True)


def test_the_coordinating_judge_scores_on_the_seat_of_one_who_must_avoid(session, shop):
    colleague(session, shop)
    assign_all(session, shop)
    shop.start()
    sheet = shop.sheet("01", "B1")
    assert list(sheet.panel) == [1, 2, 3]
    assert sheet.held_by[2] == shop.judge_accounts[3].id
    mark = shop.new("B1.1", 2, seat=2)
    record_marks(session, sheet, shop.judges[3], [mark], NOW)
    with pytest.raises(Refused):
        record_marks(session, shop.sheet("02", "B1"), shop.judges[3], [shop.new("B1.1", 2, seat=2)], NOW)


def test_an_assigned_judge_scores_only_that_sub_criterion(session, shop):
    subs = {sub.code: sub.id for sub in shop.scheme.sub_criteria}
    duties = {(subs["A1"], 1): Duty.SCORES, **{(subs["B1"], seat): Duty.SCORES for seat in (2, 3, 4)}}
    commands.assign(session, shop.chief, shop.skill, duties, NOW)
    shop.start()
    assert list(shop.sheet("01", "A1").panel) == [1]
    assert list(shop.sheet("01", "B1").panel) == [2, 3, 4]
    with pytest.raises(Refused):
        shop.give("01", "B1.1", 2, judge=1)
    for judge in (2, 3, 4):
        shop.give("01", "B1.1", 2, judge=judge)
    assert not list(shop.sheet("01", "B1").missing_marks)


def test_another_judge_takes_the_seat_and_what_was_given_stays_with_who_gave_it(session, shop):
    assign_all(session, shop, reserve=False)
    shop.start()
    shop.give("01", "B1.1", 2, judge=3)
    vacancy = commands.report_missing(session, shop.chief, shop.skill, 3, NOW, day=None, code="", reason="急病")
    with pytest.raises(Refused):  # nobody holds the seat: nothing is accepted on it
        shop.give("02", "B1.1", 2, judge=3)
    successor = account(session, (Role.JUDGE, shop.competition.id), name="后备裁判")
    with pytest.raises(Refused, match="先选定"):
        engine.fire(session, vacancy, VacancyFlow.hand_over, shop.chief, NOW)
    commands.name_successor(session, shop.chief, vacancy, successor.id, vacancy.version, NOW)
    engine.fire(session, vacancy, VacancyFlow.hand_over, shop.chief, NOW)
    session.expire(shop.skill, ["panel"])
    record_marks(session, shop.sheet("02", "B1"), successor.actor, [shop.new("B1.1", 1, seat=3)], NOW)
    given = [mark.account_id for code in ("01", "02") for mark in shop.sheet(code, "B1").marks]
    assert given == [shop.judge_accounts[2].id, successor.id]


def hand_over(shop, session, position):
    """The judge of that seat leaves for good; the successor."""
    vacancy = commands.report_missing(session, shop.chief, shop.skill, position, NOW, day=None, code="", reason="急病")
    successor = account(session, (Role.JUDGE, shop.competition.id), name="后备裁判")
    commands.name_successor(session, shop.chief, vacancy, successor.id, vacancy.version, NOW)
    engine.fire(session, vacancy, VacancyFlow.hand_over, shop.chief, NOW)
    session.expire(shop.skill, ["panel"])
    return successor


def signed_by(session, sheet, *actors):
    for actor in actors:
        marking.sign(session, sheet, actor, NOW, digest=sheet.digest)


def test_whoever_takes_a_seat_signs_for_the_scores_that_were_given_on_it(session, shop):
    assign_all(session, shop, reserve=False)
    shop.start()
    for judge in (1, 2, 3):
        shop.give("01", "B1.1", 2, judge=judge)
    successor = hand_over(shop, session, 3)
    sheet = shop.sheet("01", "B1")
    signed_by(session, sheet, *shop.judges[:2])
    with pytest.raises(Refused, match="接任裁判核对签字"):
        engine.fire(session, sheet, SheetFlow.lock, shop.chief, NOW)
    signed_by(session, sheet, successor.actor)
    engine.fire(session, sheet, SheetFlow.lock, shop.chief, NOW)
    assert sheet.is_in(SheetFlow.locked)


def test_a_judge_who_signed_before_leaving_has_answered_for_the_scores(session, shop):
    assign_all(session, shop, reserve=False)
    shop.start()
    for judge in (1, 2, 3):
        shop.give("01", "B1.1", 2, judge=judge)
    sheet = shop.sheet("01", "B1")
    signed_by(session, sheet, *shop.judges[:3])
    hand_over(shop, session, 3)
    engine.fire(session, sheet, SheetFlow.lock, shop.chief, NOW)


def test_for_a_seat_that_nobody_holds_any_more_the_chief_judge_signs_after_the_others(session, shop):
    assign_all(session, shop, reserve=False)
    shop.start()
    for judge in (1, 2, 3):
        shop.give("01", "B1.1", 2, judge=judge)
    commands.report_missing(session, shop.chief, shop.skill, 3, NOW, day=None, code="", reason="急病")
    sheet = shop.sheet("01", "B1")
    sheet.seating = {"seats": [1, 2, 3], "departures": [{"seat": 3, "outcome": "given", "why": "absence", "account": None}]}
    session.flush()
    with pytest.raises(Refused):
        signed_by(session, sheet, shop.chief)
    signed_by(session, sheet, *shop.judges[:2])
    with pytest.raises(Refused, match="裁判长核对签字"):
        engine.fire(session, sheet, SheetFlow.lock, shop.chief, NOW)
    signed_by(session, sheet, shop.chief)
    engine.fire(session, sheet, SheetFlow.lock, shop.chief, NOW)


def test_a_conflict_with_somebody_who_is_out_of_the_race_is_gone(session, shop):
    colleague(session, shop)
    shop.start()
    (conflict,) = session.scalars(sa.select(JudgeConflict))
    engine.fire(session, shop.entries[0], EntryFlow.disqualify, shop.arbiter, NOW, "冒名顶替")
    assert (conflict.gone_at, conflict.keeps_away) == (NOW, False)


def test_fewer_judges_score_only_where_the_rule_the_chief_and_the_arbiter_say_so(session, shop):
    shop.skill.panel_rules = PanelRules(vacancy=VacancyRule.FEWER, least=2).as_data()
    assign_all(session, shop, reserve=False)
    shop.start()
    vacancy = commands.report_missing(session, shop.chief, shop.skill, 3, NOW, day=None, code="", reason="急病")
    for judge in (1, 2):
        shop.give("01", "B1.1", 2, judge=judge)
    assert list(shop.sheet("01", "B1").missing_marks)  # two scores are no mean of three
    engine.fire(session, vacancy, VacancyFlow.ask_fewer, shop.chief, NOW, "无后备裁判")
    assert list(shop.sheet("01", "B1").missing_marks)
    engine.fire(session, vacancy, VacancyFlow.approve_fewer, shop.arbiter, NOW, "同意")
    sheet = shop.sheet("01", "B1")
    assert (list(sheet.panel), list(sheet.missing_marks)) == ([1, 2], [])
    assert [departure.words.zh for departure in sheet.seated.departures] == ["第 3 席：缺席，经批准免评"]


def test_the_coordinating_judge_scores_for_one_who_is_missing_where_the_rule_lets_it(session, shop):
    shop.skill.panel_rules = PanelRules(vacancy=VacancyRule.SUBSTITUTE).as_data()
    assign_all(session, shop)
    shop.start()
    vacancy = commands.report_missing(session, shop.chief, shop.skill, 3, NOW, day=1, code="", reason="急病")
    assert 3 not in shop.sheet("01", "B1").held_by
    engine.fire(session, vacancy, VacancyFlow.substitute, shop.chief, NOW)
    assert shop.sheet("01", "B1").held_by[3] == shop.judge_accounts[3].id
    engine.fire(session, vacancy, VacancyFlow.come_back, shop.chief, NOW, "已返回")
    assert shop.sheet("01", "B1").held_by[3] == shop.judge_accounts[2].id


def test_a_judge_named_for_one_code_scores_that_competitor_and_nobody_else(session, shop):
    colleague(session, shop)
    assign_all(session, shop, reserve=False)
    shop.start()
    vacancy = commands.report_missing(session, shop.chief, shop.skill, 2, NOW, day=None, code="01", reason="应回避")
    reserve = account(session, (Role.JUDGE, shop.competition.id), name="后备裁判")
    assert reserve in queries.successors(session, vacancy)
    commands.name_successor(session, shop.chief, vacancy, reserve.id, vacancy.version, NOW)
    engine.fire(session, vacancy, VacancyFlow.hand_over, shop.chief, NOW)
    record_marks(session, shop.sheet("01", "B1"), reserve.actor, [shop.new("B1.1", 1, seat=2)], NOW)
    with pytest.raises(Refused):
        record_marks(session, shop.sheet("02", "B1"), reserve.actor, [shop.new("B1.1", 1, seat=2)], NOW)
    assert marked.sheet_for(session, reserve.actor, shop.sheet("01", "B1").id).code == "01"


def test_the_default_rule_lets_nobody_go_on_with_fewer(session, shop):
    assign_all(session, shop, reserve=False)
    shop.start()
    vacancy = commands.report_missing(session, shop.chief, shop.skill, 3, NOW, day=None, code="", reason="急病")
    with pytest.raises(Refused, match="另派裁判"):
        engine.fire(session, vacancy, VacancyFlow.ask_fewer, shop.chief, NOW, "无后备裁判")


def test_a_spread_opens_a_round_in_which_everybody_scores_again_and_both_rounds_stay(session, shop):
    assign_all(session, shop, reserve=False)
    shop.start()
    for judge, score in enumerate((0, 2, 2), start=1):
        shop.give("01", "B1.1", score, judge)
    sheet = shop.sheet("01", "B1")
    assert [(each.number, each.settled_at) for each in sheet.rounds] == [(2, None)]
    shop.give("01", "B1.1", 2, 2, seen=1)  # the same score, and it is one of this round
    shop.give("01", "B1.1", 2, 3, seen=1)
    with pytest.raises(Refused, match="第 1 轮重评"):
        shop.sign("01", "B1", 2)
    shop.give("01", "B1.1", 1, 1, seen=1)
    sheet = shop.sheet("01", "B1")
    assert sheet.rounds[0].settled_at == NOW
    assert sheet.marked[0].values == {1: Decimal(1), 2: Decimal(2), 3: Decimal(2)}
    assert [(mark.seat, mark.round, mark.value) for mark in sheet.marks if mark.seat == 1] == [(1, 1, Decimal(0)), (1, 2, Decimal(1))]


def test_judges_who_still_differ_wait_for_the_chief_judge_who_says_why(session, shop):
    assign_all(session, shop, reserve=False)
    shop.start()
    for seen in (0, 1):
        for judge, score in enumerate((0, 2, 2), start=1):
            shop.give("01", "B1.1", score, judge, seen=seen)
    with pytest.raises(Refused, match="由裁判长裁定"):
        shop.sign("01", "B1")
    sheet, aspect = shop.sheet("01", "B1"), shop.aspect("B1.1")
    with pytest.raises(Refused):
        rounds.decide(session, sheet, aspect.id, shop.judges[0], "算了", NOW)
    rounds.decide(session, sheet, aspect.id, shop.chief, "第 1 席坚持，理由充分", NOW)
    shop.sign("01", "B1")
    assert shop.sheet("01", "B1").is_in(SheetFlow.signed)


def test_the_matrix_counts_scores_differences_and_empty_seats(session, shop):
    assign_all(session, shop, reserve=False)
    shop.start()
    before = progress.version_of(session, shop.skill)
    for judge, score in enumerate((0, 2, 2), start=1):
        shop.give("01", "B1.1", score, judge)
    shop.give("02", "B1.1", 1)
    commands.report_missing(session, shop.chief, shop.skill, 3, NOW, day=None, code="03", reason="曾授课")
    found = progress.matrix(session, shop.skill)
    sub = shop.sheet("01", "B1").sub_criterion_id
    looks = [(found.cells[code, sub].look, found.cells[code, sub].done, found.cells[code, sub].needed) for code in found.codes]
    assert looks == [("apart", 0, 3), ("begun", 1, 3), ("stuck", 0, 3)]
    assert found.version != before
    assert (found.differing, found.stuck) == (1, 2)  # the seat is missing on both sheets of 03


def test_a_proposal_leaves_out_whoever_must_avoid_somebody_while_others_can_come(session, shop):
    colleague(session, shop)
    proposal = queries.proposal(session, shop.skill, NOW.date())
    assert {choice.position for choice in proposal.choices} == {1, 3, 4}
    assert proposal.problems == ()
    commands.set_days_off(session, shop.organiser, shop.competition, shop.judge_accounts[0], [1], NOW)
    proposal = queries.proposal(session, shop.skill, NOW.date())
    assert 1 not in {choice.position for choice in proposal.choices}
    assert any("裁判2" in problem.zh for problem in proposal.problems)


def test_agreement_is_computed_from_locked_sheets_alone(session, shop):
    assign_all(session, shop, reserve=False)
    shop.start()
    for code in ("01", "02", "03"):
        shop.mark_all(code, 40, 30, (1, 2, 2))
    assert own.own_agreement(session, shop.judge_accounts[0].id).n == 0
    for code in ("01", "02"):
        for judge in (1, 2, 3):
            shop.sign(code, "B1", judge)
    marking.lock_signed(session, shop.skill, shop.chief, NOW)
    found = own.own_agreement(session, shop.judge_accounts[0].id)
    assert (found.n, found.severity) == (2, None)  # two scores say nothing


def test_what_a_judge_has_to_do_leaves_out_whom_they_must_avoid(session, shop):
    colleague(session, shop)
    assign_all(session, shop)
    shop.start()
    shop.give("02", "B1.1", 2, judge=2)
    (duty,) = own.duties(session, shop.judges[1])
    assert [(day.sub.code, day.due, day.scored) for day in duty.days] == [("A1", 2, 0), ("B1", 2, 1)]


def test_the_entry_accepted_late_is_looked_at_when_seats_are_drawn(session, shop):
    colleague(session, shop, judge=1, entry=2)
    shop.start()
    assert [conflict.entry_id for conflict in session.scalars(sa.select(JudgeConflict))] == [shop.entries[2].id]
    shop.entries[2].members[0].person.employer = None
    finding.look(session, shop.skill, NOW)
    (conflict,) = session.scalars(sa.select(JudgeConflict))
    assert (conflict.gone_at, conflict.keeps_away) == (NOW, False)


def test_without_assignments_the_whole_panel_scores_and_sheets_carry_nothing(session, shop):
    shop.start()
    assert session.scalars(sa.select(Sheet.seating).distinct()).all() == [None]
    assert list(shop.sheet("01", "B1").panel) == list(session.scalars(sa.select(PanelSeat.position).order_by(PanelSeat.position)))
