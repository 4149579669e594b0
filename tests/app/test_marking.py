"""Marks written down: once each, by whoever may, never over a value that was not seen; signed and locked as they were."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.competitions.marking import commands, queries
from app.competitions.marking.recording import Conflict, record_marks
from app.competitions.models import Mark, Sheet
from app.core import engine
from app.core.actor import Actor, Grant
from app.core.errors import NotFound, Refused
from tests.support.competitions import account
from tests.support.marking import NOW, Workshop
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role


@pytest.fixture
def shop(session):
    return Workshop(session).start()


def count(session, model=Mark):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def reasons(refusal):
    return " ".join(reason.zh for reason in refusal.value.reasons)


def test_starting_to_mark_makes_a_sheet_for_everyone_in_every_sub_criterion_and_fixes_the_scheme(session, shop):
    assert count(session, Sheet) == 2 * 2
    assert {sheet.state for sheet in session.scalars(sa.select(Sheet))} == {SheetFlow.open}
    assert shop.scheme.is_locked


def test_a_scheme_that_does_not_add_up_to_a_hundred_cannot_be_marked_with(session):
    shop = Workshop(session)
    shop.aspect("A1.1").max_mark = Decimal(39)
    session.flush()
    with pytest.raises(Refused, match=r"99\.00"):
        shop.start()


def test_a_mark_is_kept_with_who_gave_it_and_counts(session, shop):
    (recorded,) = shop.give("01", "A1.1", 40)
    mark = session.scalars(sa.select(Mark)).one()
    assert (recorded.number, recorded.is_new) == (1, True)
    assert (mark.value, mark.account_id, mark.device) == (Decimal(40), shop.judges[0].account_id, "tablet")
    assert shop.sheet("01", "A1").marked[0].values == {0: Decimal(40)}


def test_the_same_request_twice_counts_once_and_is_answered_alike(session, shop):
    sheet = shop.sheet("01", "A1")
    marks = [shop.new("A1.1", 40, id="tap-0000001"), shop.new("A1.2", "12.5", id="tap-0000002")]
    first = record_marks(session, sheet, shop.judges[0], marks, NOW)
    again = record_marks(session, sheet, shop.judges[0], marks, NOW)
    assert [(mark.id, mark.number) for mark in first] == [(mark.id, mark.number) for mark in again]
    assert count(session) == 2


def test_a_repeated_request_is_answered_also_when_the_sheet_is_closed_since(session, shop):
    shop.mark_all("01", 40, 30, (2, 2, 2))
    sheet = shop.sheet("01", "A1")
    sent = shop.new("A1.1", 40, id=session.scalars(sa.select(Mark.id).order_by(Mark.id)).first())
    shop.sign("01", "A1")
    assert record_marks(session, sheet, shop.judges[0], [sent], NOW)[0].number == 1


def test_an_id_does_not_serve_twice(session, shop):
    shop.give("01", "A1.1", 40, id="tap-0000001")
    with pytest.raises(Refused, match="已用于另一条评分"):
        shop.give("01", "A1.1", 0, id="tap-0000001", seen=1)


def test_a_correction_is_added_and_the_earlier_value_stays(session, shop):
    shop.give("01", "A1.2", 20)
    shop.give("01", "A1.2", 25, seen=1)
    assert session.scalars(sa.select(Mark.value).order_by(Mark.number)).all() == [Decimal(20), Decimal(25)]
    assert shop.sheet("01", "A1").marked[1].values == {0: Decimal(25)}


def test_a_value_the_device_had_not_seen_is_a_conflict_with_both_values_and_nothing_is_kept(session, shop):
    shop.give("01", "A1.2", 20)
    sheet = shop.sheet("01", "A1")
    late = [shop.new("A1.1", 40), shop.new("A1.2", 25, seen=0)]
    with pytest.raises(Conflict) as conflict:
        record_marks(session, sheet, shop.judges[1], late, NOW)
    (difference,) = conflict.value.differences
    assert (difference.sent.value, difference.value, difference.number) == (Decimal(25), Decimal(20), 1)
    assert count(session) == 1


def test_two_tablets_that_say_the_same_do_not_conflict(session, shop):
    shop.give("01", "A1.2", 20)
    (recorded,) = shop.give("01", "A1.2", 20, judge=2)
    assert (recorded.number, recorded.is_new) == (1, False)


def test_a_judge_gives_only_their_own_score(session, shop):
    sheet = shop.sheet("01", "B1")
    with pytest.raises(Refused, match="只能录入自己的评分"):
        record_marks(session, sheet, shop.judges[0], [shop.new("B1.1", 2, seat=2)], NOW)


def test_the_chief_judge_may_correct_a_score_but_says_why(session, shop):
    shop.give("01", "B1.1", 2, judge=2)
    sheet = shop.sheet("01", "B1")
    with pytest.raises(Refused, match="须写明理由"):
        record_marks(session, sheet, shop.chief, [shop.new("B1.1", 3, seat=2, seen=1)], NOW)
    record_marks(session, sheet, shop.chief, [shop.new("B1.1", 3, seat=2, seen=1, reason="录入时点错")], NOW)
    assert sheet.marks[-1].reason == "录入时点错"


@pytest.mark.parametrize(("code", "value"), [("A1.1", 20), ("A1.2", 31), ("B1.1", 4), ("B1.1", "2.5")])
def test_a_value_out_of_range_is_refused_and_named(shop, code, value):
    with pytest.raises(Refused) as refusal:
        shop.give("01", code, value)
    assert code in reasons(refusal)


def test_a_judge_of_another_skill_neither_sees_nor_marks_the_sheet(session, shop):
    stranger = account(session, (Role.JUDGE, shop.competition.id)).actor
    sheet = shop.sheet("01", "A1")
    with pytest.raises(NotFound):
        queries.sheet_for(session, stranger, sheet.id)
    with pytest.raises(Refused, match="不在该赛项的评分裁判组"):
        record_marks(session, sheet, stranger, [shop.new("A1.1", 40)], NOW)


def test_an_unfinished_sheet_cannot_be_signed_and_what_is_missing_is_named(shop):
    shop.give("01", "B1.1", 2, judge=1)
    with pytest.raises(Refused) as refusal:
        shop.sign("01", "B1")
    assert "第 2、3 位裁判" in reasons(refusal)


def test_judges_more_than_one_apart_cannot_sign_until_they_have_marked_again(shop):
    for judge, score in enumerate((0, 2, 2), start=1):
        shop.give("01", "B1.1", score, judge)
    with pytest.raises(Refused) as refusal:
        shop.sign("01", "B1")
    assert "相差 2 分" in reasons(refusal)
    for judge, score in enumerate((1, 2, 2), start=1):
        shop.give("01", "B1.1", score, judge, seen=1)
    shop.sign("01", "B1")
    assert shop.sheet("01", "B1").is_in(SheetFlow.signed)
    assert [mark.round for mark in shop.sheet("01", "B1").marks] == [1, 1, 1, 2, 2, 2]


def test_every_judge_who_marked_signs_before_the_chief_judge_locks(session, shop):
    shop.mark_all("01", 40, 30, (2, 2, 2))
    shop.sign("01", "B1")
    sheet = shop.sheet("01", "B1")
    with pytest.raises(Refused) as refusal:
        engine.fire(session, sheet, SheetFlow.lock, shop.chief, NOW)
    assert "第 2、3 位裁判尚未签字" in reasons(refusal)
    shop.sign("01", "B1", 2)
    shop.sign("01", "B1", 3)
    assert commands.lock_signed(session, shop.skill, shop.chief, NOW) == (1, 0)
    assert sheet.is_in(SheetFlow.locked)


def test_signing_what_has_changed_since_the_page_was_drawn_is_refused(session, shop):
    shop.give("01", "A1.1", 40)
    shop.give("01", "A1.2", 10)
    sheet = shop.sheet("01", "A1")
    shown = sheet.digest
    shop.give("01", "A1.2", 11, seen=1)
    with pytest.raises(Refused, match="评分已有变化"):
        commands.sign(session, sheet, shop.judges[0], NOW, digest=shown)


def test_a_closed_sheet_takes_no_marks_until_it_is_reopened_with_a_reason(session, shop):
    shop.mark_all("01", 40, 30, (2, 2, 2))
    shop.sign("01", "A1")
    with pytest.raises(Refused, match="已签字"):
        shop.give("01", "A1.2", 29, seen=1)
    sheet = shop.sheet("01", "A1")
    with pytest.raises(Refused, match="理由"):
        engine.fire(session, sheet, SheetFlow.reopen, shop.chief, NOW)
    engine.fire(session, sheet, SheetFlow.reopen, shop.chief, NOW, "测量有误")
    shop.give("01", "A1.2", 29, seen=1)
    assert sheet.valid_signatures == []
    shop.sign("01", "A1")
    assert len(sheet.valid_signatures) == 1


def test_a_changed_mark_leaves_the_old_signatures_behind(session, shop):
    shop.mark_all("01", 40, 30, (2, 2, 2))
    for judge in (1, 2, 3):
        shop.sign("01", "B1", judge)
    sheet = shop.sheet("01", "B1")
    engine.fire(session, sheet, SheetFlow.reopen, shop.chief, NOW, "复核")
    shop.give("01", "B1.1", 3, judge=2, seen=1)
    shop.sign("01", "B1", 2)
    assert sheet.unsigned_seats == [1, 3]


def test_another_judges_score_stays_covered_until_ones_own_is_given(session, shop):
    shop.give("01", "B1.1", 3, judge=1)
    sheet = shop.sheet("01", "B1")
    before = queries.sheet_view(sheet, shop.judges[1]).aspects[0]
    assert [place.is_covered for place in before.places] == [True, False, True]
    assert before.history == []
    shop.give("01", "B1.1", 2, judge=2)
    after = queries.sheet_view(sheet, shop.judges[1]).aspects[0]
    assert [place.is_covered for place in after.places] == [False, False, False]


def test_the_tally_waits_for_every_lock_and_every_theory_mark(session):
    shop = Workshop(session, theory_weight=Decimal(30), practice_weight=Decimal(70)).start()
    with pytest.raises(Refused) as refusal:
        shop.tally()
    assert "4 张评分表未锁定" in reasons(refusal)
    assert "2 个参赛单元没有理论成绩" in reasons(refusal)


def test_whoever_is_disqualified_holds_nothing_up(session):
    shop = Workshop(session, competitors=1).start()
    shop.put(type(shop.entries[0]), "disqualified")
    assert list(shop.skill.marking_problems) == []


def test_theory_marks_are_added_to_and_a_change_needs_a_reason(session):
    shop = Workshop(session, theory_weight=Decimal(30), practice_weight=Decimal(70)).start()
    entry = shop.entries[0].id
    assert commands.enter_theory(session, shop.skill, shop.scorer, {entry: Decimal("86.5")}, "", NOW) == 1
    assert commands.enter_theory(session, shop.skill, shop.scorer, {entry: Decimal("86.5")}, "", NOW) == 0
    with pytest.raises(Refused, match="须写明理由"):
        commands.enter_theory(session, shop.skill, shop.scorer, {entry: Decimal(87)}, "", NOW)
    commands.enter_theory(session, shop.skill, shop.scorer, {entry: Decimal(87)}, "复核改判", NOW)
    session.flush()
    assert queries.theory_marks(session, [shop.skill.id])[entry] == (Decimal(87), 2)


def test_only_the_scorer_enters_theory_marks(session):
    shop = Workshop(session, theory_weight=Decimal(30), practice_weight=Decimal(70)).start()
    with pytest.raises(Refused):
        commands.enter_theory(session, shop.skill, shop.judges[0], {shop.entries[0].id: Decimal(80)}, "", NOW)


def test_an_auditor_sees_sheets_and_changes_nothing(session, shop):
    auditor = Actor(999, None, "审计", frozenset({Grant(Role.AUDITOR)}))
    sheet = queries.sheet_for(session, auditor, shop.sheet("01", "A1").id)
    assert engine.offers(sheet, auditor, NOW) == []
    assert not any(place.is_editable for each in queries.sheet_view(sheet, auditor).aspects for place in each.places)


def test_the_chief_judges_matrix_counts_what_is_done(session, shop):
    shop.mark_all("01", 40, 30, (0, 2, 2))
    shop.sign("01", "A1")
    desk = queries.desk(session, shop.skill)
    line = desk.lines["01", shop.sheet("01", "B1").sub_criterion_id]
    assert (desk.codes, desk.complete, desk.signed, desk.locked) == (["01", "02"], 1, 1, 0)
    assert (line.done, line.needed, line.differences) == (0, 3, 1)  # all three score again
    assert shop.skill.is_in(SkillFlow.marking)
