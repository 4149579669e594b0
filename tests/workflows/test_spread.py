"""How far judges may lie apart, and what happens when they do."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workflows.competition import remarking, spread
from workflows.competition.remarking import Need, Round
from workflows.competition.spread import DEFAULT, DIXON_CRITICAL, WORLD_SKILLS, Check, Rule, hits

DIXON_90, DIXON_95 = (Rule(("scores",), Check.DIXON, Decimal(limit)) for limit in (90, 95))
MAD_3 = Rule(("scores",), Check.MAD, Decimal(3))
# Ten readings of a published example of Dixon's test: the second stands out at 90 per cent and not at 95.
READINGS = ("0.189", "0.167", "0.187", "0.183", "0.186", "0.182", "0.181", "0.184", "0.181", "0.177")


@pytest.mark.parametrize("scores", [(0, 1, 1), (2, 2, 2), (3,), ()])
def test_a_range_of_one_stands(scores):
    assert hits(WORLD_SKILLS, scores) is None


def test_a_range_of_two_is_marked_again_and_says_by_how_much():
    hit = hits(WORLD_SKILLS, (0, 2, 1))
    assert hit is not None
    assert "相差 2 分" in hit.reason.zh
    assert hit.outliers == (0, 1)


def test_dixon_finds_the_published_outlier_at_ninety_per_cent_and_not_at_ninety_five():
    hit = hits(DIXON_90, READINGS)
    assert hit is not None
    assert hit.outliers == (1,)
    assert "0.455" in hit.reason.en  # 0.010 / 0.022
    assert hits(DIXON_95, READINGS) is None


def test_dixon_is_silent_where_its_table_is():
    assert hits(DIXON_90, (1, 9)) is None
    assert hits(DIXON_90, [0] * 10 + [9]) is None
    assert hits(DIXON_90, (5, 5, 5)) is None


def test_the_critical_values_fall_with_more_judges_and_rise_with_confidence():
    for values in DIXON_CRITICAL.values():
        assert len(values) == 8
        assert list(values) == sorted(values, reverse=True)
    assert all(a < b < c for a, b, c in zip(*(DIXON_CRITICAL[level] for level in (90, 95, 99)), strict=True))


def test_a_score_beyond_the_multiple_of_the_median_deviation_stands_out():
    hit = hits(MAD_3, ("7.1", "7.2", "7.3", "9.9", "7.0"))
    assert hit is not None
    assert hit.outliers == (3,)
    assert hits(MAD_3, ("7.1", "7.2", "7.3", "7.4", "7.0")) is None


def test_a_rule_survives_being_stored_and_none_at_all_is_not_the_default():
    rule = Rule(("scores",), Check.DIXON, Decimal(95), rounds=2, needs_note=True, source="竞赛规程第 12 条")
    assert Rule.from_data(rule.as_data()) == rule
    assert spread.rules_of(None) == DEFAULT
    assert spread.rules_of([]) == ()
    assert spread.rule_for(DEFAULT, "scores") is None


@pytest.mark.parametrize(("check", "limit", "rounds"), [(Check.DIXON, 80, 1), (Check.RANGE, -1, 1), (Check.RANGE, 1, 0)])
def test_a_rule_that_cannot_be_is_refused(check, limit, rounds):
    with pytest.raises(ValueError, match=r"Dixon|limit"):
        Rule(("scores",), check, Decimal(limit), rounds)


def values(*scores):
    return {seat: None if score is None else Decimal(score) for seat, score in enumerate(scores, start=1)}


def test_nothing_differs_while_the_first_marking_is_incomplete():
    assert remarking.difference(WORLD_SKILLS, values(0, 3), (1, 2, 3)) is None


def test_scores_too_far_apart_ask_for_a_round_then_for_its_scores_then_for_the_chief_judge():
    def need(scores, latest=None):
        found = remarking.difference(WORLD_SKILLS, scores, (1, 2, 3), latest)
        return found and found.need

    assert need(values(0, 2, 2)) is Need.ROUND
    assert need(values(1), Round(2)) is Need.SCORES
    assert need(values(1, 2, 2), Round(2)) is None
    assert need(values(0, 2, 2), Round(2)) is Need.DECISION
    assert need(values(0, 2, 2), Round(2, is_decided=True)) is None


def test_judges_who_do_not_agree_that_it_was_attempted_mark_again():
    found = remarking.difference(WORLD_SKILLS, values(None, 2, 2), (1, 2, 3))
    assert found is not None
    assert found.need is Need.ROUND
    assert remarking.difference(WORLD_SKILLS, values(None, None, None), (1, 2, 3)) is None


def test_where_the_rule_asks_for_it_a_round_closes_with_a_note():
    rule = Rule(("judgement",), Check.RANGE, Decimal(1), needs_note=True)
    found = remarking.difference(rule, values(1, 2, 2), (1, 2, 3), Round(2))
    assert found is not None
    assert found.need is Need.NOTE
    assert remarking.difference(rule, values(1, 2, 2), (1, 2, 3), Round(2, has_note=True)) is None
    assert remarking.difference(rule, values(1, 2, 2), (1, 2, 3)) is None  # the first marking needs none
