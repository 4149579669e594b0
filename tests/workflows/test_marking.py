"""Marks come out as the published rules say, exactly and rounded once."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.published import rows
from workflows.competition import marking, spread
from workflows.competition.marking import Part
from workflows.text import Text

JUDGED = rows("tests/data/worldskills_judgement_marks.csv")
MAXIMA = st.integers(1, 400).map(lambda cents: Decimal(cents).scaleb(-2))
SCORES = st.lists(st.integers(0, 3), min_size=1, max_size=9)


@pytest.mark.parametrize("row", [row for row in JUDGED if row["mark"]], ids=lambda row: f"{row['scores']} of {row['max_mark']}")
def test_every_published_judgement_mark_is_reproduced(row: dict[str, str]) -> None:
    assert str(marking.judgement_mark(list(row["scores"]), row["max_mark"])) == row["mark"]


@pytest.mark.parametrize("row", JUDGED, ids=lambda row: f"{row['scores']} of {row['max_mark']}")
def test_exactly_the_published_rows_without_a_mark_go_back_to_the_judges(row: dict[str, str]) -> None:
    assert (spread.hits(spread.WORLD_SKILLS, list(row["scores"])) is None) is (row["mark"] != "")


def test_the_mean_is_not_rounded_before_it_is_multiplied() -> None:
    # Sum 7 of three judges at maximum 2.00: 14/9 = 1.5556; a mean rounded to 2.33 first would give 1.55.
    assert marking.judgement_mark([2, 2, 3], "2.00") == Decimal("1.56")


def test_exactly_half_a_cent_goes_up() -> None:
    assert marking.judgement_mark([1, 2], "0.01") == Decimal("0.01")  # 0.005
    assert marking.judgement_mark([0, 0, 0, 3], "0.10") == Decimal("0.03")  # 0.025: bankers' rounding would give 0.02


@given(SCORES, MAXIMA)
def test_a_judgement_mark_is_the_exact_formula_rounded_once(scores: list[int], maximum: Decimal) -> None:
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(sum(scores)) * maximum / (3 * len(scores))
        assert marking.judgement_mark(scores, maximum) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@given(SCORES, MAXIMA)
def test_a_judgement_mark_lies_between_zero_and_its_maximum_and_a_higher_score_never_lowers_it(scores: list[int], maximum: Decimal) -> None:
    mark = marking.judgement_mark(scores, maximum)
    assert 0 <= mark <= maximum
    assert marking.judgement_mark([min(score + 1, 3) for score in scores], maximum) >= mark


@pytest.mark.parametrize(
    ("scores", "maximum", "problem"),
    [
        ([], 1, "at least one judge"),
        ([1, 4, 2], 1, "score 4 of judge 2"),
        ([-1], 1, "score -1 of judge 1"),
        (["1.5"], 1, "score 1.5 of judge 1"),
        ([1, 2, 2], 0, "not above zero"),
        ([1, 2, 2], "1.005", "more than two decimals"),
        ([1, 2, 2], "NaN", "not a plain decimal number"),
    ],
)
def test_a_mark_that_cannot_be_given_says_why(scores: list[int], maximum: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        marking.judgement_mark(scores, maximum)


@pytest.mark.parametrize(
    "call",
    [
        lambda: marking.judgement_mark([1, 2, 2], 1.5),  # type: ignore[arg-type]
        lambda: marking.judgement_mark([1.0, 2, 2], 1),  # type: ignore[list-item]
        lambda: marking.judgement_mark([True, 2, 2], 1),
        lambda: marking.partial_mark(0.5, 1),  # type: ignore[arg-type]
        lambda: marking.total([0.1]),  # type: ignore[list-item]
        lambda: marking.weighted([(0.3, 86), (0.7, 91)]),  # type: ignore[list-item]
    ],
)
def test_binary_floats_are_refused_everywhere(call: object) -> None:
    with pytest.raises(TypeError, match="give an int, a str or a Decimal"):
        call()  # type: ignore[operator]


def test_a_partial_mark_is_taken_as_agreed_and_never_bent_to_fit() -> None:
    assert str(marking.partial_mark("0.5", "2.00")) == "0.50"
    for value, problem in [("2.01", "outside 0 to 2"), ("-0.25", "outside 0 to 2"), ("0.125", "more than two decimals")]:
        with pytest.raises(ValueError, match=problem):
            marking.partial_mark(value, "2.00")


def test_five_judges_without_the_highest_and_the_lowest() -> None:
    assert marking.mean_without_extremes([92, 88, 95, 90, 91]) == Decimal("91.00")
    with pytest.raises(ValueError, match="leaves none"):
        marking.mean_without_extremes([90, 92])


def test_marks_add_up_by_whatever_they_belong_to() -> None:
    marks = [("A1", "0.50"), ("A2", "1.25"), ("A1", "0.33")]
    assert marking.totals(marks) == {"A1": Decimal("0.83"), "A2": Decimal("1.25")}
    assert marking.total(mark for _, mark in marks) == Decimal("2.08")
    assert str(marking.total([])) == "0.00"


@pytest.mark.parametrize(("mark", "problem"), [("-0.01", "below zero"), ("0.333", "more than two decimals")])
def test_only_marks_that_were_rounded_already_are_added(mark: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        marking.total(["1.00", mark])


def test_theory_and_practice_are_weighted_and_the_half_cent_goes_up() -> None:
    assert marking.weighted([("0.3", "86.5"), ("0.7", "91.25")]) == Decimal("89.83")
    assert marking.weighted([(30, "86.5"), (70, "91.25")]) == Decimal("89.83")


def test_a_weighted_total_explains_itself_step_by_step() -> None:
    explained = marking.explain_weighted(
        [
            Part(30, "86.5", Text("理论知识", "Theory")),
            Part(70, "91.25", Text("技能操作", "Practice")),
        ]
    )
    assert [str(step) for step in explained.steps] == [
        "理论知识：0.3 × 86.5 = 25.95",
        "技能操作：0.7 × 91.25 = 63.875",
        "合计：25.95 + 63.875 = 89.825",
        "四舍五入到 0.01：89.83",
    ]
    assert explained.unrounded == Decimal("89.825")
    assert explained.value == Decimal("89.83")


@pytest.mark.parametrize("weights", [("0.3", "0.6"), (30, 60), (), ("-0.5", "1.5")])
def test_weights_must_make_a_whole(weights: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="weight"):
        marking.weighted([(weight, 80) for weight in weights])
