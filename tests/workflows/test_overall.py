"""Over all skills: best of each delegation, best of all, team points, the medal table."""

from __future__ import annotations

import pytest

from tests.support.published import rows
from workflows.competition.overall import MEDAL_POINTS, TEAM_POINTS, Scored, best, best_of_each, medal_table, point_table, team_table
from workflows.text import Text

FIELD = [
    Scored(1, "A", "甲队", "杭州", 741, "gold"),
    Scored(2, "A", "乙队", "杭州", 730, "silver"),
    Scored(3, "A", "丙队", "宁波", 720, "bronze"),
    Scored(4, "B", "乙队", "杭州", 741, "first"),
    Scored(5, "B", "甲队", "杭州", 700, "second"),
    Scored(6, "B", "丙队", "宁波", 690, "third"),
    Scored(7, "B", "丁队", "", None, None),
]


def test_the_best_over_all_skills_is_shared_when_equal_and_a_skill_can_be_left_out() -> None:
    assert [each.id for each in best(FIELD)] == [1, 4]
    assert [each.id for each in best(FIELD, left_out=["A"])] == [4]
    assert best(FIELD, left_out=["A", "B"]) == []
    assert best([]) == []


def test_each_delegation_and_each_region_has_its_best() -> None:
    assert [(name, [each.id for each in who]) for name, who in best_of_each(FIELD, lambda each: each.delegation)] == [
        ("乙队", [4]),
        ("甲队", [1]),
        ("丙队", [3]),
    ]
    assert [(name, [each.id for each in who]) for name, who in best_of_each(FIELD, lambda each: each.region)] == [
        ("杭州", [1, 4]),
        ("宁波", [3]),
    ]


def test_team_points_add_up_and_equal_points_go_to_the_higher_awards() -> None:
    table = [(line.delegation, line.counts, line.points, line.place) for line in team_table(FIELD)]
    assert table == [
        ("乙队", (1, 1, 0, 0), 17, 1),
        ("甲队", (1, 1, 0, 0), 17, 1),
        ("丙队", (0, 0, 2, 0), 10, 3),
        ("丁队", (0, 0, 0, 0), 0, 4),
    ]
    own = point_table(["3", "2", "1"], Text("竞赛规程", "rules"))
    more = [*FIELD, Scored(8, "C", "丙队", "", 700, "gold"), Scored(9, "C", "丙队", "", 700, "merit")]
    assert [(line.delegation, line.points) for line in team_table(more, own)][:3] == [("乙队", 5), ("甲队", 5), ("丙队", 5)]


def test_the_medal_table_goes_by_golds_first() -> None:
    more = [*FIELD, Scored(8, "C", "丁队", "", 720, "gold"), Scored(9, "C", "丁队", "", 719, "gold")]
    lines = [(line.delegation, line.place, line.points) for line in medal_table(more)]
    assert lines == [("丁队", 1, 8), ("乙队", 2, 7), ("甲队", 2, 7), ("丙队", 4, 4)]


@pytest.mark.parametrize("values", [["1", "2", "3", "4", "5"], ["-1"], ["x"], []])
def test_a_table_of_points_that_cannot_be_applied_is_refused(values: list[str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        point_table(values, Text("规程", "rules"))


def test_the_defaults_are_those_of_their_sources() -> None:
    assert [TEAM_POINTS.of(award) for award in ("gold", "silver", "bronze", "medallion", None)] == [10, 7, 5, 0, 0]
    assert [MEDAL_POINTS.of(award) for award in ("gold", "silver", "bronze", "medallion", None)] == [4, 3, 2, 1, 0]


LETTERS = {"G": "gold", "S": "silver", "B": "bronze", "M": "medallion", "-": None}


def test_the_published_medals_of_whole_editions_add_up_whatever_they_are_counted_by() -> None:
    skills = rows("tests/data/worldskills_results.csv")
    published = [(row["edition"], row["skill"], entry) for row in skills for entry in row["points_and_medals"].split()]
    scored = [Scored(n, skill, edition, "", int(entry[:-1]), LETTERS[entry[-1]]) for n, (edition, skill, entry) in enumerate(published)]
    lines = {line.delegation: line for line in medal_table(scored)}
    assert len(lines) == 9
    for edition, line in lines.items():
        letters = [entry[-1] for known, _, entry in published if known == edition]
        assert line.counts == tuple(letters.count(letter) for letter in "GSBM")
        assert line.points == sum(worth * letters.count(letter) for letter, worth in zip("GSBM", (4, 3, 2, 1), strict=True))
