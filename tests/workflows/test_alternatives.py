"""The same marks under other methods: what each makes of them, and who would change place."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.published import rows
from workflows.competition import alternatives as methods
from workflows.competition.alternatives import Alternative, alternatives, in_force, mean_ranks, standard_scores
from workflows.competition.places import Order, Totals

WEIGHTS = {"A": Decimal(70), "B": Decimal(30)}


def totals(*modules: tuple[int, int]) -> list[Totals]:
    return [
        Totals(n, Decimal(a + b), None, Decimal(a + b), {"A": Decimal(a), "B": Decimal(b)}) for n, (a, b) in enumerate(modules, start=1)
    ]


def by_key(made: list[Alternative]) -> dict[str, Alternative]:
    return {each.key: each for each in made}


FIELD = totals((60, 28), (70, 16), (55, 30), (40, 20), (30, 10))
JUDGED = {1: {1: 28, 2: 16, 3: 30, 4: 20, 5: 10}, 2: {1: 30, 2: 16, 3: 28, 4: 20, 5: 10}, 3: {1: 26, 2: 26, 3: 30, 4: 20, 5: 10}}
BY_JUDGE = {seat: {id_: Decimal(mark) for id_, mark in marks.items()} for seat, marks in JUDGED.items()}


def test_every_method_stands_beside_the_one_in_force_which_comes_first() -> None:
    made = alternatives(FIELD, Order("worldskills"), weights=WEIGHTS, by_judge=BY_JUDGE)
    assert [each.key for each in made] == ["worldskills", "marks", "scale_500", "standard", "standard_parts", "rank_sum"]
    assert [each.is_in_force for each in made] == [True, False, False, False, False, False]
    assert in_force(made).title.zh == "世赛标尺（700）"


def test_the_rank_sum_adds_what_each_judge_would_have_placed() -> None:
    made = by_key(alternatives(FIELD, Order(), weights=WEIGHTS, by_judge=BY_JUDGE))
    sums = made["rank_sum"].values
    assert sums == {1: Decimal("5.5"), 2: Decimal("10.5"), 3: Decimal(4), 4: Decimal(10), 5: Decimal(15)}
    assert made["rank_sum"].places == {3: 1, 1: 2, 4: 3, 2: 4, 5: 5}
    assert made["rank_sum"].moved(made["marks"]) == {1: -1, 2: -2, 3: 2, 4: 1}


def test_a_module_that_hardly_differs_weighs_more_when_it_is_standardised() -> None:
    made = by_key(alternatives(totals((60, 20), (40, 21), (50, 20)), Order(), weights=WEIGHTS, by_judge={}))
    assert made["marks"].places == {1: 1, 3: 2, 2: 3}
    assert made["standard"].places == made["marks"].places
    even = by_key(alternatives(totals((60, 20), (40, 21), (50, 20)), Order(), weights={"A": Decimal(1), "B": Decimal(1)}, by_judge={}))
    assert even["standard_parts"].values[2] > even["standard_parts"].values[3]


def test_the_chain_and_the_rulings_break_ties_under_every_method_alike() -> None:
    tied = totals((50, 20), (40, 30), (30, 10), (30, 5), (30, 0))
    made = by_key(alternatives(tied, Order(tie_break=("module:B",)), weights=WEIGHTS, by_judge={}))
    assert made["marks"].places == made["worldskills"].places == made["standard"].places == {2: 1, 1: 2, 3: 3, 4: 4, 5: 5}
    ruled = by_key(alternatives(tied, Order(rulings=((1, 2),)), weights=WEIGHTS, by_judge={}))
    assert ruled["standard"].places == {1: 1, 2: 2, 3: 3, 4: 4, 5: 5}


def test_a_method_without_a_value_says_why_and_the_marks_decide_in_its_stead() -> None:
    same = totals((50, 20), (50, 20), (50, 20), (60, 20))
    made = alternatives(same, Order("worldskills"), weights=WEIGHTS, by_judge={})
    scale = by_key(made)["worldskills"]
    assert scale.reason is not None
    assert set(scale.places.values()) == {None}
    assert in_force(made).key == "marks"
    assert by_key(made)["rank_sum"].reason == methods.FEW_JUDGES
    assert by_key(made)["standard_parts"].caution is not None
    all_equal = by_key(alternatives(totals((50, 20), (50, 20)), Order(), weights=WEIGHTS, by_judge={}))
    assert all_equal["standard"].reason == methods.NO_SPREAD
    assert all_equal["standard_parts"].reason == methods.NO_PARTS


def test_equals_take_the_mean_of_the_ranks_they_fill() -> None:
    assert mean_ranks({1: Decimal(9), 2: Decimal(7), 3: Decimal(7), 4: Decimal(1)}) == {1: 1, 2: Decimal("2.5"), 3: Decimal("2.5"), 4: 4}


def test_standard_scores_have_mean_zero_and_deviation_one() -> None:
    scores = standard_scores([Decimal(row["mark"]) for row in rows("tests/data/worldskills_scale_points.csv")])
    assert scores is not None
    assert abs(sum(scores)) < Decimal("1e-20")
    assert abs(sum(score**2 for score in scores) / len(scores) - 1) < Decimal("1e-20")


@pytest.mark.parametrize("empty", [[], totals((50, 20))])
def test_nobody_and_one_alone_break_nothing(empty: list[Totals]) -> None:
    made = alternatives(empty, Order("worldskills"), weights=WEIGHTS, by_judge=BY_JUDGE)
    assert in_force(made).key == "marks"
    assert list(in_force(made).places.values()) == [1] * len(empty)
