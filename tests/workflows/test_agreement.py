"""How a judge's scores stand to the others': one's own left out, exact, and silent where there is too little to say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from workflows.competition.agreement import FEWEST, Score, agreement, deviations

START = datetime(2026, 6, 1, 8, tzinfo=UTC)


def scores(rows, minutes=6, highest=3):
    """One item a row: what judges 1, 2, 3 gave."""
    return [
        Score((number, number % 2), judge, Decimal(value), Decimal(highest), START + timedelta(minutes=minutes * number))
        for number, row in enumerate(rows)
        for judge, value in enumerate(row, start=1)
    ]


def test_a_score_is_compared_with_the_others_and_not_with_itself():
    (found,) = deviations(scores([(3, 1, 2)]), 1)
    assert found.difference == Fraction(3, 2)


def test_scores_of_another_scale_are_brought_to_nought_to_three():
    (found,) = deviations(scores([(100, 50, 50)], highest=100), 1)
    assert found.difference == Fraction(3, 2)


def test_where_nobody_else_scored_there_is_nothing_to_compare():
    assert deviations([Score((1, 1), 1, Decimal(2), Decimal(3), START)], 1) == []


def test_too_few_scores_say_nothing():
    found = agreement(deviations(scores([(2, 1, 1)] * (FEWEST - 1)), 1))
    assert (found.n, found.severity, found.near_share, found.hours) == (FEWEST - 1, None, None, ())


def test_a_generous_judge_is_above_zero_by_as_much():
    found = agreement(deviations(scores([(2, 1, 1)] * 10 + [(1, 1, 1)] * 10), 1))
    assert (found.n, found.severity, found.distance, found.near_share) == (20, Decimal("0.50"), Decimal("0.50"), Decimal(50))
    assert {bar.centre: bar.n for bar in found.bars} == {
        Decimal(-1): 0,
        Decimal("-0.5"): 0,
        Decimal(0): 10,
        Decimal("0.5"): 0,
        Decimal(1): 10,
    }


def test_a_judge_who_grows_generous_has_a_slope_and_a_last_third_above_the_first():
    found = agreement(deviations(scores([(1, 1, 1)] * 10 + [(2, 1, 1)] * 10, minutes=20), 1))
    assert found.slope is not None
    assert found.slope > 0
    first, _middle, last = found.thirds
    assert (first.mean, last.mean) == (Decimal("0.00"), Decimal("1.00"))


def test_a_constant_judge_does_not_drift():
    assert agreement(deviations(scores([(2, 1, 1)] * 12), 1)).slope == 0


def test_scores_given_at_one_moment_have_no_slope():
    assert agreement(deviations(scores([(2, 1, 1)] * 12, minutes=0), 1)).slope is None


def test_what_follows_a_high_score_is_told_from_what_follows_a_low_one():
    rows = [(3, 3, 3), (0, 0, 0), (1, 2, 2), (1, 0, 0)] * 5  # aspects 0 and 1 in turn: 3 → 1 on the first, 0 → 1 on the second
    high, low = agreement(deviations(scores(rows), 1)).after
    assert (high.label, low.label) == ("high", "low")
    assert high.mean is not None
    assert low.mean is not None
    assert high.mean < 0 < low.mean


def test_an_hour_with_few_scores_is_counted_and_not_judged():
    found = agreement(deviations(scores([(2, 1, 1)] * 12), 1))
    assert [(group.label, group.n, group.mean) for group in found.hours] == [("08", 10, Decimal("1.00")), ("09", 2, None)]
