"""Who is rechecked, and what the error rate comes to, with plain values."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workflows.competition.recheck import COMPETITORS, SAMPLE, TOP, Checked, Ranked, Rule, chosen, outcome, share_of

SEED = "4f1c0d2e"
TWENTY = [Ranked(f"Z{n:02d}", n) for n in range(1, 21)]


def test_a_share_is_rounded_up():
    assert [share_of(Decimal(15), n) for n in (0, 1, 6, 7, 14, 20)] == [0, 1, 1, 2, 3, 3]


def test_the_first_thirty_per_cent_and_fifteen_of_the_rest_are_chosen():
    found = chosen(TWENTY, Rule(), SEED)
    assert [code for code, why in found.items() if why == TOP] == [f"Z{n:02d}" for n in range(1, 7)]
    assert sum(why == SAMPLE for why in found.values()) == 3  # 15 % of 14 is 2.1


def test_the_first_ten_where_a_number_is_given():
    found = chosen(TWENTY, Rule(top_n=10), SEED)
    assert (sum(why == TOP for why in found.values()), sum(why == SAMPLE for why in found.values())) == (10, 2)


def test_everybody_who_shares_the_last_place_of_the_top_is_in_it():
    tied = [Ranked("Z01", 1), Ranked("Z02", 2), Ranked("Z03", 2), Ranked("Z04", 4)]
    assert [code for code, why in chosen(tied, Rule(top_n=2), SEED).items() if why == TOP] == ["Z01", "Z02", "Z03"]


def test_the_sample_follows_from_the_seed_alone():
    assert chosen(TWENTY, Rule(), SEED) == chosen(list(reversed(TWENTY)), Rule(), SEED)
    assert chosen(TWENTY, Rule(), SEED) != chosen(TWENTY, Rule(), "another")


@pytest.mark.parametrize(("wrong", "is_above"), [(0, False), (1, False), (2, True)])
def test_the_threshold_must_be_exceeded_not_reached(wrong, is_above):
    checked = [Checked(f"Z{n:02d}", n < wrong) for n in range(20)]  # one of twenty is five per cent exactly
    assert outcome(checked, Rule()).is_above is is_above


def test_the_rate_can_be_of_competitors():
    checked = [Checked("Z01", True), Checked("Z01", True), *(Checked("Z02", False) for _ in range(38))]
    assert outcome(checked, Rule()).percent == Decimal("5.00")
    assert outcome(checked, Rule(denominator=COMPETITORS)).percent == Decimal("50.00")


def test_a_rule_keeps_as_data_what_it_says():
    rule = Rule(3, Decimal("12.5"), Decimal(20), Decimal(3), COMPETITORS)
    assert Rule.from_data(rule.as_data()) == rule
    assert Rule.from_data({}) == Rule()
