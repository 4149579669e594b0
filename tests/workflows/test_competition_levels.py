"""The levels of competitions and how they compare."""

from __future__ import annotations

import pytest

from workflows.competition.levels import LEVELS, Form, Group, Tier, at_least, level


def test_levels_stand_from_the_world_down_to_the_enterprise() -> None:
    heights = [(known.tier.height, -known.grade) for known in LEVELS]
    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == len(LEVELS)
    assert (LEVELS[0].key, LEVELS[-1].key) == ("world", "enterprise")
    assert {known.tier for known in LEVELS} == set(Tier)


@pytest.mark.parametrize(
    ("actual", "floor", "answer"),
    [
        ("municipal_2", "municipal", True),
        ("municipal_1", "municipal", True),
        ("county_1", "municipal", False),
        ("world", "municipal", True),
        ("national_special", "municipal", True),
        ("enterprise", "municipal", False),
        ("municipal_2", "municipal_1", False),
        ("provincial_2", "municipal_1", True),
        ("provincial_games", "provincial_1", True),
        ("municipal", "municipal", True),
        ("municipal", "municipal_1", False),  # no more is known than the tier
        ("world", "world", True),
    ],
)
def test_a_level_is_compared_by_tier_and_then_by_class(actual: str, floor: str, answer: bool) -> None:
    assert at_least(actual, floor) is answer


def test_an_unknown_level_is_refused_rather_than_thought_low() -> None:
    with pytest.raises(ValueError, match="unknown competition level 'galactic'"):
        at_least("galactic", "municipal")
    with pytest.raises(ValueError, match="unknown competition level"):
        level("municipal_3")


def test_groups_and_forms_have_their_words() -> None:
    assert [str(group.title) for group in Group] == ["职工组", "学生组", "教师组"]
    assert {form.value: form.size for form in Form} == {"individual": 1, "pair": 2, "trio": 3, "team": None}
    assert level("municipal_1").title.zh == "市级一类"


def test_tiers_groups_and_forms_are_found_by_their_keys() -> None:
    assert (Tier("municipal"), Group("student"), Form("pair")) == (Tier.MUNICIPAL, Group.STUDENT, Form.PAIR)
