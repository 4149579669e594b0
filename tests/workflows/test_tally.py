"""From marks on sheets to places, awards and the words that explain them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from workflows.competition import prizes, tally
from workflows.competition.bands import Band
from workflows.competition.methods import JUDGEMENT, PARTIAL, Timed
from workflows.competition.prizes import Prize, PrizeScheme
from workflows.competition.scheme import Aspect, Criterion, MarkingScheme, SubCriterion
from workflows.competition.tally import Competitor, Rules

M, J = PARTIAL, JUDGEMENT


def aspect(method, most):
    return Aspect(method, "说明", Decimal(most))


SCHEME = MarkingScheme(
    "电工",
    (
        Criterion("A", "安装", (SubCriterion("A1", "箱", 1, (aspect(M, 40), aspect(M, 30))),)),
        Criterion("B", "工艺", (SubCriterion("B1", "观", 1, (aspect(J, 30),)),)),
    ),
)
PRIZES = prizes.fixed(1, 1, 1, money=(5000, 3000, 1000))
PRACTICE_ONLY = Rules(Decimal(0), Decimal(100), PRIZES)


def competitor(number, first, second, *scores, theory=None):
    def known(value):
        return None if value is None else Decimal(value)

    values = {
        "A1.1": {0: known(first)},
        "A1.2": {0: known(second)},
        "B1.1": {seat: known(score) for seat, score in enumerate(scores, start=1)},
    }
    return Competitor(number, f"{number:02d}", values, known(theory))


def line_of(lines, number):
    return next(line for line in lines if line.id == number)


def test_an_aspect_is_rounded_once_and_then_only_added():
    (line,) = tally.tally(SCHEME, [competitor(1, 40, "25.5", 2, 2, 3)], PRACTICE_ONLY)
    assert line.aspects == {"A1.1": Decimal("40.00"), "A1.2": Decimal("25.50"), "B1.1": Decimal("23.33")}  # 7 ÷ 9 × 30
    assert line.modules == {"A": Decimal("65.50"), "B": Decimal("23.33")}
    assert line.total == Decimal("88.83")


def test_theory_and_practice_are_weighted_and_the_calculation_stands_beside_the_total():
    rules = replace(PRACTICE_ONLY, theory_weight=Decimal(30), practice_weight=Decimal(70))
    (line,) = tally.tally(SCHEME, [competitor(1, 40, 30, 3, 3, 3, theory="86.5")], rules)
    assert line.total == Decimal("95.95")
    said = " | ".join(step.zh for step in line.steps)
    assert "0.3 × 86.5 = 25.95" in said
    assert "第 1 名" in said
    assert "一等奖，奖金 5000 元" in said


def test_a_theory_mark_that_counts_cannot_be_missing():
    rules = replace(PRACTICE_ONLY, theory_weight=Decimal(30), practice_weight=Decimal(70))
    with pytest.raises(ValueError, match="01: the theory mark is missing"):
        tally.tally(SCHEME, [competitor(1, 40, 30, 3, 3, 3)], rules)


def test_what_was_not_attempted_earns_nothing():
    (line,) = tally.tally(SCHEME, [competitor(1, None, 10, None, None, None)], PRACTICE_ONLY)
    assert line.total == Decimal("10.00")


def test_equal_totals_are_told_apart_by_the_first_key_that_differs():
    rules = replace(PRACTICE_ONLY, tie_break=("module:B", "module:A"))
    lines = tally.tally(SCHEME, [competitor(1, 40, 20, 2, 2, 2), competitor(2, 40, 10, 3, 3, 3)], rules)
    assert [(line.id, line.place, line.decided_by) for line in lines] == [(2, 1, "module:B"), (1, 2, "module:B")]


def test_a_tie_across_a_prize_line_lifts_everyone_in_it():
    lines = tally.tally(SCHEME, [competitor(n, 40, 20, 2, 2, 2) for n in (1, 2)], PRACTICE_ONLY)
    assert [(line.place, line.award, line.prize) for line in lines] == [(1, "first", Decimal(5000))] * 2


def test_a_first_place_that_may_not_be_shared_waits_for_the_chief_judge():
    rules = replace(PRACTICE_ONLY, unshared_places=(Band(1, 1),))
    both = [competitor(1, 40, 20, 2, 2, 2), competitor(2, 40, 20, 2, 2, 2), competitor(3, 0, 0, 0, 0, 0)]
    lines = tally.tally(SCHEME, both, rules)
    assert [[line.code for line in group] for group in tally.unresolved(lines)] == [["01", "02"]]
    ruled = tally.tally(SCHEME, both, replace(rules, rulings=((2, 1),)))
    assert tally.unresolved(ruled) == []
    assert [(line.id, line.place, line.decided_by) for line in ruled[:2]] == [(2, 1, "chief_judge"), (1, 2, "chief_judge")]


def test_a_ruling_counts_only_while_all_it_covers_are_tied_and_the_latest_wins():
    rules = replace(PRACTICE_ONLY, unshared_places=(Band(1, 1),), rulings=((1, 2), (2, 1)))
    tied = [competitor(1, 40, 20, 2, 2, 2), competitor(2, 40, 20, 2, 2, 2)]
    assert [line.id for line in tally.tally(SCHEME, tied, rules)] == [2, 1]
    with_a_third = [*tied, competitor(3, 40, 20, 2, 2, 2)]
    assert len(tally.unresolved(tally.tally(SCHEME, with_a_third, rules))[0]) == 3
    apart = [competitor(1, 40, 21, 2, 2, 2), competitor(2, 40, 20, 2, 2, 2)]
    assert [(line.id, line.decided_by) for line in tally.tally(SCHEME, apart, rules)] == [(1, "total"), (2, "total")]


def test_on_the_worldskills_method_whole_points_make_places_and_medals():
    medals = PrizeScheme("scale", tuple(Prize(award) for award in ("gold", "silver", "bronze", "medallion")))
    rules = replace(PRACTICE_ONLY, method="worldskills", prizes=medals, medal_rule="exact")
    field = [competitor(n, 40, part, 2, 2, 2) for n, part in enumerate((30, 28, 20, 12, 2), start=1)]
    lines = tally.tally(SCHEME, field, rules)
    assert [(line.points, line.place, line.award) for line in lines] == [
        (725, 1, "gold"),
        (720, 2, "silver"),
        (700, 3, "bronze"),
        (680, 4, None),
        (654, 5, None),
    ]
    assert "1.4826" in " ".join(step.en for step in lines[0].steps)


def test_where_the_scale_has_no_value_the_raw_marks_stand_and_the_reason_is_given():
    rules = replace(PRACTICE_ONLY, method="worldskills")
    lines = tally.tally(SCHEME, [competitor(n, 40, 20, 2, 2, 2) for n in (1, 2)] + [competitor(3, 0, 0, 1, 1, 1)], rules)
    assert [line.points for line in lines] == [None, None, None]
    assert [line.place for line in lines] == [1, 1, 3]
    assert any("绝对中位差为零" in step.zh for step in lines[0].steps)


def test_the_order_of_the_input_changes_nothing():
    field = [competitor(1, 40, 20, 2, 2, 2), competitor(2, 40, 20, 2, 2, 2), competitor(3, 0, 30, 3, 3, 3)]
    assert tally.tally(SCHEME, field, PRACTICE_ONLY) == tally.tally(SCHEME, field[::-1], PRACTICE_ONLY)


# --- modules by weight, pass marks, what is recorded beside the marks -----------------------------------------------


WELDING = MarkingScheme(
    "焊工",
    (
        Criterion("A", "外观", (SubCriterion("A1", "焊缝", 1, (aspect(M, 50),)),), weight=Decimal(40)),
        Criterion("B", "用时", (SubCriterion("B1", "节拍", 1, (aspect(M, 30), aspect(Timed(Decimal(600)), 0))),), weight=Decimal(60)),
    ),
)


def welder(number, first, second, seconds):
    given = {"A1.1": first, "B1.1": second, "B1.2": seconds}
    return Competitor(number, f"{number:02d}", {code: {0: None if value is None else Decimal(value)} for code, value in given.items()})


def test_each_module_is_marked_out_of_its_own_maximum_and_counts_its_weight():
    (line,) = tally.tally(WELDING, [welder(1, 40, 25, 500)], PRACTICE_ONLY)
    assert line.modules == {"A": Decimal("32.00"), "B": Decimal("50.00")}
    assert line.total == Decimal("82.00")
    assert "模块 A：40.00 ÷ 50 × 40 = 32.00" in [step.zh for step in line.steps]


def test_of_equal_totals_the_shorter_time_wins_and_a_missing_time_decides_nothing():
    rules = replace(PRACTICE_ONLY, tie_break=("time", "share"))
    lines = tally.tally(WELDING, [welder(1, 40, 25, 500), welder(2, 40, 25, 480)], rules)
    assert [(line.code, line.place, line.decided_by) for line in lines] == [("02", 1, "time"), ("01", 2, "time")]
    assert lines[0].recorded == {"time": Decimal(480)}
    lines = tally.tally(WELDING, [welder(1, 40, 25, 500), welder(2, 40, 25, None)], rules)
    assert [line.place for line in lines] == [1, 1]


def test_a_part_below_its_pass_mark_is_named_beside_the_result():
    rules = replace(
        PRACTICE_ONLY, theory_weight=Decimal(30), practice_weight=Decimal(70), theory_pass=Decimal(60), practice_pass=Decimal(60)
    )
    passed, failed = tally.tally(
        SCHEME, [competitor(1, 40, 20, 2, 2, 2, theory="60"), competitor(2, 40, 20, 2, 2, 2, theory="59.5")], rules
    )
    assert (passed.passes, failed.passes) == (True, False)
    assert [reason.zh for reason in failed.fails] == ["理论 59.5 分，未达到合格线 60 分"]


def test_without_pass_marks_everybody_passes():
    (line,) = tally.tally(SCHEME, [competitor(1, 0, 0, 0, 0, 0)], PRACTICE_ONLY)
    assert line.passes


def test_an_award_is_withheld_where_a_part_was_not_passed_and_nobody_moves_up():
    rules = replace(PRACTICE_ONLY, theory_weight=Decimal(30), practice_weight=Decimal(70), theory_pass=Decimal(60))
    field = [competitor(n, 40, 30 - n, 3, 3, 3, theory=theory) for n, theory in ((1, "59"), (2, "60"), (3, "40"), (4, "90"))]
    by_code = {line.code: line for line in tally.tally(SCHEME, field, rules)}
    assert [(code, line.place, line.award, line.prize) for code, line in sorted(by_code.items())] == [
        ("01", 2, None, 0),
        ("02", 3, "third", 1000),
        ("03", 4, None, 0),
        ("04", 1, "first", 5000),
    ]
    assert by_code["01"].steps[-1].zh == "按名次应授予二等奖，因未双合格不授予：理论 59 分，未达到合格线 60 分"
    assert by_code["03"].steps[-1].zh == "未获奖"
    lenient = replace(rules, prizes=replace(rules.prizes, needs_pass=False))
    assert {line.code: line.award for line in tally.tally(SCHEME, field, lenient)}["01"] == "second"
