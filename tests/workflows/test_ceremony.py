"""The order of a ceremony: the last place first, equal places together, the photograph after each award."""

from __future__ import annotations

import pytest

from workflows.competition.ceremony import Scene, Winner, as_data, script


def winner(skill: str, place: int, award: str, name: str = "") -> Winner:
    return Winner(skill, place, award, name or f"{skill}{place}", "单位", "90.00")


FITTERS = [winner("钳工", 1, "first"), winner("钳工", 2, "second"), winner("钳工", 2, "second", "钳工2b"), winner("钳工", 4, "third")]
WELDERS = [winner("焊工", 1, "gold"), winner("焊工", 3, "bronze")]


def told(scenes: list[Scene]) -> list[str]:
    return [f"{scene.kind} {'+'.join(w.name for w in scene.winners) or scene.award or scene.skill}" for scene in scenes]


def test_a_skill_is_revealed_from_its_last_place_to_its_first_with_a_photograph_for_each_award():
    assert told(script([FITTERS], "by_skill")) == [
        "skill 钳工",
        "award third",
        "reveal 钳工4",
        "photo 钳工4",
        "award second",
        "reveal 钳工2+钳工2b",
        "photo 钳工2+钳工2b",
        "award first",
        "reveal 钳工1",
        "photo 钳工1",
    ]


def test_over_all_skills_the_lowest_award_comes_first_and_the_highest_last():
    scenes = [scene for scene in told(script([FITTERS, WELDERS], "over_all")) if scene.startswith("reveal")]
    assert scenes == ["reveal 钳工4", "reveal 焊工3", "reveal 钳工2+钳工2b", "reveal 钳工1", "reveal 焊工1"]


def test_a_heading_names_nobody():
    for order in ("by_skill", "over_all"):
        for scene in script([FITTERS, WELDERS], order):
            if scene.kind in ("skill", "award"):
                assert scene.winners == ()
                assert scene.count


def test_a_skill_without_winners_has_no_scene_and_an_unknown_order_is_none():
    assert script([[]], "by_skill") == script([], "over_all") == []
    with pytest.raises(ValueError, match="no such order"):
        script([FITTERS], "backwards")


def test_a_scene_is_kept_in_both_languages():
    award = as_data(script([WELDERS], "by_skill")[1])["award"]
    assert award == {"key": "bronze", "zh": "铜牌", "en": "Bronze medal"}
