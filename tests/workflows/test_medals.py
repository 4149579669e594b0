"""Medals come out as they were published, skill by skill."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.published import rows
from workflows.competition.medals import MEDALS, TITLES, allocate, positions, rule_of

LETTERS = {"gold": "G", "silver": "S", "bronze": "B", "medallion": "M", None: "-"}
RESULTS = rows("tests/data/worldskills_results.csv")
# The only published skill the rule does not give (565 gold, then 549 and 548 bronze): the General Assembly may vary.
VARIED = ("WSC2005", "04")
FIELDS = st.lists(st.integers(690, 740) | st.none(), max_size=30)


def medals_of(points: list[str], edition: str) -> list[str]:
    rule = rule_of(int(edition[3:7]))
    return [LETTERS[medal] for medal in allocate(points, rule.rule, threshold=rule.threshold)]


@pytest.mark.parametrize("row", RESULTS, ids=lambda row: f"{row['edition']}-{row['skill']}")
def test_every_published_skill_gets_its_medals(row: dict[str, str]) -> None:
    entries = row["points_and_medals"].split()
    points, published = [entry[:-1] for entry in entries], [entry[-1] for entry in entries]
    if (row["edition"], row["skill"]) == VARIED:
        assert published[:3] == ["G", "B", "B"]
        assert medals_of(points, row["edition"])[:3] == ["G", "S", "S"]
    else:
        assert medals_of(points, row["edition"]) == published


def test_fifty_one_published_skills_are_checked() -> None:
    assert len(RESULTS) == 51
    assert sum(len(row["points_and_medals"].split()) for row in RESULTS) == 961


@pytest.mark.parametrize(
    ("points", "near", "equal"),
    [
        ([739, 734, 734, 733, 732, 731], "GSSSSB", "GSSBMM"),  # WSC2024 CNC turning under near-2
        ([734, 734, 733, 732, 730, 730, 728], "GGGGBBM", "GGSBMMM"),  # WSC2017 skill 04 under near-2
        ([743, 743, 742, 739], "GGGM", "GGSB"),  # WSC2026 skill 17 under exact
        ([740, 738, 736], "GGB", "GSB"),  # measured from the top, not chained
        ([720], "G", "G"),
        ([720, 719, 718, 715], "GGGM", "GSBM"),
        ([730, 720, 719, 716, 699], "GSSM-", "GSBM-"),
    ],
)
def test_worked_cases(points: list[int], near: str, equal: str) -> None:
    assert "".join(LETTERS[medal] for medal in allocate(points)) == near
    assert "".join(LETTERS[medal] for medal in allocate(points, "exact")) == equal


def test_medals_stand_in_the_order_given_and_the_excluded_get_none() -> None:
    assert allocate([700, None, 740, 660]) == ["silver", None, "gold", "bronze"]
    assert allocate([]) == []
    assert allocate([None]) == [None]


def test_the_threshold_of_the_medallion_is_a_setting() -> None:
    assert allocate([760, 740, 720, 710, 705, 700, 600], threshold=705)[3:] == ["medallion", "medallion", None, None]


@pytest.mark.parametrize("row", RESULTS, ids=lambda row: f"{row['edition']}-{row['skill']}")
def test_the_threshold_left_out_is_that_of_the_scale_the_field_is_on(row: dict[str, str]) -> None:
    rule = rule_of(int(row["edition"][3:7]))
    points = [entry[:-1] for entry in row["points_and_medals"].split()]
    assert allocate(points, rule.rule) == allocate(points, rule.rule, threshold=rule.threshold)


@pytest.mark.parametrize(
    ("year", "points", "shown"),
    [
        (2017, [734, 734, 733, 732, 730, 730, 728, 727], [1, 1, 1, 1, 5, 5, 5, 8]),  # within two points, all the way down
        (2019, [734, 734, 733, 732, 730, 730, 728, 727], [1, 1, 1, 1, 5, 5, 7, 8]),  # who shares a medal shares the position
        (2024, [739, 734, 734, 733, 732, 731, 711, 711, 710], [1, 2, 2, 2, 2, 6, 7, 7, 9]),
        (2026, [743, 743, 742, 739], [1, 1, 3, 4]),  # equal points only
    ],
)
def test_the_position_shown_is_shared_as_the_edition_shares_it(year: int, points: list[int], shown: list[int]) -> None:
    assert positions(points, rule_of(year)) == shown
    assert positions([*reversed(points), None], rule_of(year)) == [*reversed(shown), None]


@pytest.mark.parametrize("row", RESULTS, ids=lambda row: f"{row['edition']}-{row['skill']}")
def test_in_every_published_skill_the_position_goes_with_the_medal(row: dict[str, str]) -> None:
    rule = rule_of(int(row["edition"][3:7]))
    points = [int(entry[:-1]) for entry in row["points_and_medals"].split()]
    shown = positions(points, rule)
    medals = allocate(points, rule.rule, threshold=rule.threshold)
    known = [place for place in shown if place is not None]
    assert known == sorted(known)
    assert known[0] == 1
    for one, other in itertools.pairwise(range(len(points))):
        if rule.sharing == "medals" and medals[one] in MEDALS:
            assert (known[one] == known[other]) is (medals[one] == medals[other])
        if rule.sharing == "equal":
            assert (known[one] == known[other]) is (points[one] == points[other])
        if rule.sharing == "near" and known[one] != known[other]:
            assert points[known[one] - 1] - points[other] > 2


@pytest.mark.parametrize(("points", "rule", "problem"), [([700], "near-3", "unknown medal rule"), (["700.4"], "exact", "not whole")])
def test_what_cannot_be_decided_is_refused_with_the_reason(points: list[str], rule: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        allocate(points, rule)


@given(FIELDS, st.sampled_from(["near-2", "exact"]))
def test_equal_points_get_equal_medals_and_more_points_never_a_lesser_one(points: list[int | None], rule: str) -> None:
    worth = {medal: value for value, medal in enumerate([*reversed(TITLES)])}
    medals = allocate(points, rule)
    decided = sorted((value, worth.get(medal, -1)) for value, medal in zip(points, medals, strict=True) if value is not None)
    values = [worth_of for _, worth_of in decided]
    assert values == sorted(values)
    assert len({value for value, _ in decided}) == len(set(decided))


@given(FIELDS, st.sampled_from(["near-2", "exact"]))
def test_whoever_leads_has_gold(points: list[int | None], rule: str) -> None:
    known = [value for value in points if value is not None]
    medals = allocate(points, rule)
    assert all(medal == "gold" for value, medal in zip(points, medals, strict=True) if known and value == max(known))
