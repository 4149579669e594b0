"""Prizes by quota and in fixed numbers, ties across a line, the merit prize, and the money."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.competition.prizes import Prize, PrizeScheme, award, award_by_points, by_quota, fixed

TEN_TWENTY_THIRTY = (Prize("first", share=Decimal(10)), Prize("second", share=Decimal(20)), Prize("third", share=Decimal(30)))


@pytest.mark.parametrize(("rounding", "numbers"), [("half_up", [5, 9, 14]), ("floor", [4, 9, 14]), ("ceil", [5, 10, 15])])
def test_the_quota_of_47_competitors(rounding: str, numbers: list[int]) -> None:
    assert by_quota(47, (10, 20, 30), rounding) == numbers
    assert by_quota(47, ("0.1", "0.2", Decimal("0.30")), rounding) == numbers


def test_exactly_half_a_prize_is_a_prize() -> None:
    assert by_quota(25, [10, 10], "half_up") == [3, 3]  # 2.5 each; bankers' rounding would give 2


def test_where_competitors_are_few_the_lowest_prizes_are_short() -> None:
    assert by_quota(2, (10, 20, 30), "ceil") == [1, 1, 0]
    assert by_quota(0, (10, 20, 30), "ceil") == [0, 0, 0]


@given(st.integers(0, 2000), st.lists(st.integers(0, 33), min_size=1, max_size=3), st.sampled_from(["half_up", "floor", "ceil"]))
def test_there_are_never_more_prizes_than_competitors_nor_one_too_far_from_its_share(n: int, shares: list[int], rounding: str) -> None:
    numbers = by_quota(n, [Decimal(share) for share in [*shares, 1]], rounding)
    assert sum(numbers) <= n
    assert all(number < Decimal(n * share) / 100 + 1 for number, share in zip(numbers, shares, strict=False))


@pytest.mark.parametrize(
    ("n", "shares", "rounding", "problem"),
    [
        (-1, [10], "floor", "-1 competitors"),
        (10, [60, 50], "floor", "110 per cent"),
        (10, [-5, 20], "floor", "below zero"),
        (10, [10], "bankers", "unknown rounding"),
    ],
)
def test_a_quota_that_makes_no_sense_is_refused(n: int, shares: list[int], rounding: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        by_quota(n, shares, rounding)


def test_a_municipal_competition_of_47_gives_1_3_6() -> None:
    awards = award(list(range(1, 48)), fixed(1, 3, 6))
    assert awards[:11] == ["first"] + ["second"] * 3 + ["third"] * 6 + [None]
    assert Counter(awards)[None] == 37


def test_a_tie_across_a_line_lifts_everyone_in_it_and_the_lines_stay() -> None:
    places = [1, 1, 3, 4, 4, 4, 7, 8, 9, 10, 11]
    awards = award(places, fixed(1, 3, 6))
    assert awards[:2] == ["first", "first"]
    assert awards[2:6] == ["second"] * 4
    assert awards[6:] == ["third"] * 4 + [None]


def test_a_tie_that_falls_gets_the_next_lower_prize() -> None:
    scheme = PrizeScheme("fixed", fixed(1, 3, 6).prizes, ties="fall")
    assert award([1, 1, 3, 4, 4], scheme) == ["second", "second", "second", "third", "third"]


def test_awards_stand_in_the_order_given_and_the_unplaced_get_none() -> None:
    assert award([3, None, 1, 2], fixed(1, 1, 1)) == ["third", None, "first", "second"]


@pytest.mark.parametrize(("rounding", "last"), [("floor", 23), ("ceil", 24)])
def test_the_merit_prize_reaches_half_of_the_competitors(rounding: str, last: int) -> None:
    scheme = PrizeScheme("fixed", fixed(1, 3, 6).prizes, merit=Prize("merit"), merit_rounding=rounding)
    awards = award(list(range(1, 48)), scheme)
    assert [place for place, given_ in enumerate(awards, start=1) if given_ == "merit"] == list(range(11, last + 1))


def test_a_quota_is_taken_of_the_number_given_not_of_the_places() -> None:
    scheme = PrizeScheme("quota", TEN_TWENTY_THIRTY)
    assert Counter(award(list(range(1, 41)), scheme, 47)) == {"first": 5, "second": 9, "third": 14, None: 12}
    assert Counter(award([*range(1, 41), None], scheme)) == {"first": 4, "second": 8, "third": 12, None: 17}


def test_the_money_of_each_award_is_part_of_the_scheme() -> None:
    scheme = fixed(1, 3, 6, money=(5000, 3000, "2000.00"), merit=Prize("merit", money=Decimal(500)))
    assert [scheme.money(name) for name in ("first", "second", "third", "merit", None)] == [5000, 3000, 2000, 500, 0]


def test_medals_by_points_follow_the_rule_of_the_scheme() -> None:
    medals = tuple(Prize(name) for name in ("gold", "silver", "bronze", "medallion"))
    points = [743, 743, 742, 739, 705, 650]
    assert award_by_points(points, PrizeScheme("scale", medals)) == ["gold", "gold", "silver", "bronze", "medallion", None]
    near = PrizeScheme("scale", medals, medal_rule="near-2")
    assert award_by_points(points, near)[:4] == ["gold", "gold", "gold", "medallion"]
    with pytest.raises(ValueError, match="scale points"):
        award([1, 2], near)


def test_a_scheme_survives_being_written_as_json() -> None:
    for scheme in (
        fixed(1, 3, 6, money=("5000.50", 3000, 1000), merit=Prize("merit")),
        PrizeScheme("quota", TEN_TWENTY_THIRTY, rounding="ceil"),
    ):
        assert PrizeScheme.from_data(json.loads(json.dumps(scheme.as_data()))) == scheme


@pytest.mark.parametrize(
    ("scheme", "problem"),
    [
        ({"kind": "fixed", "prizes": (Prize("first"),)}, "how many"),
        ({"kind": "quota", "prizes": (Prize("first", number=1),)}, "its share"),
        ({"kind": "lottery", "prizes": ()}, "unknown kind"),
        ({"kind": "fixed", "prizes": (Prize("platinum", number=1),)}, "unknown award platinum"),
        ({"kind": "fixed", "prizes": (Prize("first", number=1), Prize("first", number=2))}, "stands twice"),
        ({"kind": "fixed", "prizes": (Prize("first", number=1, money=Decimal(-1)),)}, "below zero"),
        ({"kind": "scale", "prizes": (Prize("gold"),), "medal_rule": "near-9"}, "unknown medal rule"),
        ({"kind": "fixed", "prizes": (Prize("first", number=1),), "rounding": "bankers"}, "unknown rounding"),
    ],
)
def test_a_scheme_that_cannot_be_applied_cannot_be_made(scheme: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        PrizeScheme(**scheme)
