"""The two WorldSkills scales reproduce published points, and say so where they have no value."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.published import rows
from workflows.competition import scale
from workflows.competition.scale import worldskills_scale, worldskills_scale_500

EXPORT = rows("tests/data/worldskills_scale_points.csv")
MARKS = st.lists(st.integers(0, 10000).map(lambda cents: Decimal(cents).scaleb(-2)), min_size=1, max_size=40)


def test_all_32_competitors_of_a_real_export_get_their_points() -> None:
    points = worldskills_scale([row["mark"] for row in EXPORT])
    assert points == [int(row["points"]) for row in EXPORT]
    assert len(points) == 32
    assert (points.median, points.mad) == (Decimal("8.00"), Decimal("7.00"))
    assert points.reason is None
    assert points.formula is not None
    assert "700 + 30 × (x − 8) ÷ (1.4826 × 7)" in points.formula.zh


def test_a_competitor_without_a_mark_gets_no_points_and_does_not_count() -> None:
    everybody = [row["mark"] for row in EXPORT]
    with_gap: list[str | None] = [everybody[0], None, *everybody[1:]]
    points = worldskills_scale(with_gap)
    assert points[1] is None
    assert [points[0], *points[2:]] == worldskills_scale(everybody)


def test_no_spread_gives_no_points_and_the_reason() -> None:
    points = worldskills_scale([80, 80, 80, 95])
    assert points == [None, None, None, None]
    assert points.reason == scale.NO_MAD
    assert (points.median, points.mad) == (80, 0)
    assert points.formula is None


@pytest.mark.parametrize("marks", [[], [None, None]])
def test_no_marks_give_no_points_and_the_reason(marks: list[None]) -> None:
    assert worldskills_scale(marks) == marks
    assert worldskills_scale(marks).reason == scale.NO_MARKS
    assert worldskills_scale_500(marks).reason == scale.NO_MARKS


def test_two_competitors_are_scaled_with_a_caution_and_one_cannot_be() -> None:
    pair = worldskills_scale([70, 60])
    assert pair == [720, 680]
    assert pair.caution == scale.FEW
    assert worldskills_scale([70]).reason == scale.NO_MAD


def test_a_float_mark_is_refused() -> None:
    with pytest.raises(TypeError, match="mark"):
        worldskills_scale([61.42, 54.33])  # type: ignore[list-item]


@given(MARKS)
def test_points_keep_the_order_of_the_marks_and_centre_on_700(marks: list[Decimal]) -> None:
    points = worldskills_scale(marks)
    if points.reason is not None:
        assert points.mad == 0
        return
    known = [value for value in points if value is not None]
    by_mark = [value for _, value in sorted(zip(marks, known, strict=True))]
    assert by_mark == sorted(by_mark)
    middle = sorted(known)[(len(known) - 1) // 2], sorted(known)[len(known) // 2]
    assert abs(sum(middle) - 1400) <= 1  # the middle two lie equally far from 700 before each is rounded


@given(MARKS, st.integers(1, 50))
def test_the_points_do_not_change_when_every_mark_is_raised_or_stretched_alike(marks: list[Decimal], by: int) -> None:
    assert worldskills_scale([mark * by + by for mark in marks]) == worldskills_scale(marks)


def test_the_older_scale_has_mean_500_and_deviation_30() -> None:
    points = worldskills_scale_500([60, 70, 80, 90])  # mean 75, population deviation 11.1803
    assert points == [460, 487, 513, 540]
    assert points.mean == 75
    assert points.formula is not None
    assert "11.1803" in points.formula.en


def test_the_older_scale_has_no_value_when_all_marks_are_equal() -> None:
    points = worldskills_scale_500(["33.33", "33.33", "33.33"])
    assert points == [None, None, None]
    assert points.reason == scale.NO_DEVIATION
