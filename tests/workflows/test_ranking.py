"""Places, shared places, and the key that decided each."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.competition import bands
from workflows.competition.bands import Band
from workflows.competition.ranking import Outcome, Place, Row, TieKey, compare, key, rank
from workflows.text import Text

CHAIN = ["practice", "time"]


def by_id(places: list[Place]) -> dict[Any, Place]:
    return {place.id: place for place in places}


def test_equal_marks_share_a_place_and_the_next_place_is_skipped() -> None:
    places = rank(
        [{"id": "a", "total": 90}, {"id": "b", "total": "85.5"}, {"id": "c", "total": Decimal("85.50")}, {"id": "d", "total": 80}]
    )
    assert [(place.id, place.place, place.is_shared) for place in places] == [
        ("a", 1, False),
        ("b", 2, True),
        ("c", 2, True),
        ("d", 4, False),
    ]
    assert places[1].decided_by == "share"
    assert str(places[1].why) == "总成绩同为 85.5，名次并列"


def test_each_place_names_the_key_that_decided_it() -> None:
    places = by_id(
        rank(
            [
                {"id": "slow", "total": "89.83", "practice": 90, "time": 700},
                {"id": "quick", "total": "89.83", "practice": 90, "time": 650},
                {"id": "skilled", "total": "89.83", "practice": 95, "time": 900},
                {"id": "ahead", "total": "91.00", "practice": 80, "time": 999},
            ],
            CHAIN,
        )
    )
    assert {id_: (place.place, place.decided_by) for id_, place in places.items()} == {
        "ahead": (1, "total"),
        "skilled": (2, "practice"),
        "quick": (3, "time"),
        "slow": (4, "time"),
    }
    assert str(places["ahead"].why) == "总成绩 91.00"
    assert str(places["quick"].why) == "总成绩同为 89.83，依次比较技能操作成绩（90）、完成时间（650）"
    assert places["skilled"].why.en == "Equal total mark 89.83, then compared by practice mark (95)"


def test_a_key_on_which_all_are_equal_is_not_named() -> None:
    places = rank([{"id": 1, "total": 80, "practice": 70, "time": 5}, {"id": 2, "total": 80, "practice": 70, "time": 4}], CHAIN)
    assert [(place.id, place.decided_by) for place in places] == [(2, "time"), (1, "time")]
    assert "技能操作" not in places[0].why.zh


def test_modules_are_compared_in_the_order_of_the_chain_and_more_is_better() -> None:
    rows = [
        {"id": "x", "total": 60, "module:A": 10, "module:C": 30},
        {"id": "y", "total": 60, "module:A": 20, "module:C": 30},
        {"id": "z", "total": 60, "module:A": 5, "module:C": 35},
    ]
    assert [(place.id, place.decided_by) for place in rank(rows, ["module:C", "module:A"])] == [
        ("z", "module:C"),
        ("y", "module:A"),
        ("x", "module:A"),
    ]


def test_less_time_and_fewer_errors_are_better() -> None:
    rows = [Row("a", 50, {"time": timedelta(minutes=3), "errors": 0}), Row("b", 50, {"time": timedelta(minutes=2), "errors": 4})]
    assert [place.id for place in rank(rows, ["time"])] == ["b", "a"]
    assert [place.id for place in rank(rows, ["errors"])] == ["a", "b"]
    assert "0:02:00" in rank(rows, ["time"])[0].why.zh


def test_nobody_loses_to_a_blank() -> None:
    rows = [{"id": "timed", "total": 70, "time": 100}, {"id": "untimed", "total": 70, "time": None}]
    assert [(place.place, place.decided_by) for place in rank(rows, ["time"])] == [(1, "share"), (1, "share")]


def test_a_tie_among_the_first_three_is_flagged_and_the_chief_judge_can_settle_it() -> None:
    rows = [{"id": n, "total": total, "practice": 80} for n, total in enumerate([95, 90, 90, 85, 85], start=1)]
    flagged = rank(rows, ["practice", "chief_judge"], unshared=(Band(1, 3),))
    assert [place.needs_decision for place in flagged] == [False, True, True, False, False]
    assert "前 3 名不得并列" in flagged[1].why.zh
    ruled = [row | {"chief_judge": {3: 1, 2: 2}.get(row["id"])} for row in rows]
    settled = rank(ruled, ["practice", "chief_judge"], unshared=(Band(1, 3),))
    assert [(place.id, place.place, place.decided_by) for place in settled] == [
        (1, 1, "total"),
        (3, 2, "chief_judge"),
        (2, 3, "chief_judge"),
        (4, 4, "share"),
        (5, 4, "share"),
    ]
    assert not any(place.needs_decision for place in settled)


def test_sharing_ends_the_chain() -> None:
    rows = [{"id": 1, "total": 70, "time": 2}, {"id": 2, "total": 70, "time": 1}]
    assert [place.place for place in rank(rows, ["share", "time"])] == [1, 1]


def test_who_has_no_total_stands_last_without_a_place() -> None:
    places = rank([{"id": "absent", "total": None}, {"id": "here", "total": 0}], CHAIN)
    assert [(place.id, place.place) for place in places] == [("here", 1), ("absent", None)]
    assert str(places[1].why) == "无总成绩，不参加排名"
    assert rank([]) == []


def test_a_competition_may_bring_a_key_of_its_own() -> None:
    waste = TieKey("waste", Text("废料克数", "grams of waste"), is_higher_better=False)
    assert [place.id for place in rank([Row(1, 9, {"waste": "3.5"}), Row(2, 9, {"waste": 2})], [waste])] == [2, 1]


def test_part_and_its_short_name_are_one_key() -> None:
    assert key("part:practice") == key("practice")
    assert [
        place.id for place in rank([{"id": 1, "total": 9, "part:practice": 1}, {"id": 2, "total": 9, "part:practice": 2}], ["practice"])
    ] == [2, 1]


@pytest.mark.parametrize(
    ("rows", "chain", "problem"),
    [
        ([{"id": 1, "total": 1}], ["luck"], "unknown tie-break key 'luck'"),
        ([{"id": 1, "total": 1}], ["time", "time"], "stands twice"),
        ([{"id": 1, "total": 1}, {"id": 1, "total": 2}], [], "1 is ranked twice"),
        ([{"id": 1, "total": "ninety"}], [], "total of 1"),
    ],
)
def test_what_cannot_be_ranked_is_refused_with_the_reason(rows: list[dict[str, Any]], chain: list[str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        rank(rows, chain)


def test_a_float_total_is_refused() -> None:
    with pytest.raises(TypeError, match="total of 1"):
        rank([{"id": 1, "total": 89.83}])


ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.none() | st.integers(0, 2)), max_size=12).map(
    lambda values: [{"id": id_, "total": t, "practice": p, "time": s} for id_, (t, p, s) in enumerate(values)]
)


@given(ROWS)
def test_a_place_is_one_more_than_the_number_of_those_ahead(rows: list[dict[str, Any]]) -> None:
    places = rank(rows, CHAIN)
    assert {place.id for place in places} == {row["id"] for row in rows}
    for place in places:
        assert place.place is not None
        assert place.place == 1 + sum(other.place is not None and other.place < place.place for other in places)
        assert place.is_shared == (sum(other.place == place.place for other in places) > 1)
    assert [place.total for place in places] == sorted((place.total for place in places if place.total is not None), reverse=True)


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_entry_changes_no_place(rows: list[dict[str, Any]], random: Any) -> None:
    shuffled = random.sample(rows, len(rows))
    assert by_id(rank(shuffled, CHAIN)) == by_id(rank(rows, CHAIN))


# --- where ties may stand -------------------------------------------------------------------------------------------


def test_ties_are_forbidden_by_bands_of_places_and_allowed_between_them() -> None:
    rows = [{"id": n, "total": total} for n, total in enumerate([95, 95, 90, 85, 85, 80, 80], start=1)]
    flagged = rank(rows, unshared=bands.read("1-2, 6"))
    assert [(place.place, place.needs_decision) for place in flagged] == [
        (1, True), (1, True), (3, False), (4, False), (4, False), (6, True), (6, True),
    ]  # fmt: skip
    assert "第 6 名不得并列" in flagged[5].why.zh
    assert "place 6 may not be shared" in flagged[5].why.en


@pytest.mark.parametrize("text", ["1-3, 8", "1–3、8", " 1 至 3；8", "8,1~3"])
def test_bands_are_read_as_people_write_them(text: str) -> None:
    assert bands.read(text) == (Band(1, 3), Band(8, 8))
    assert bands.written(bands.read(text)) == "1-3, 8"
    assert bands.from_data(bands.as_data(bands.read(text))) == bands.read(text)


@pytest.mark.parametrize("text", ["前三名", "3-1", "0-2", "1-3, 3-5", "1-", "99999"])
def test_what_is_no_band_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        bands.read(text)


# --- two rows side by side ------------------------------------------------------------------------------------------


def test_two_rows_are_compared_along_the_whole_chain() -> None:
    rows = [
        {"id": "a", "total": 90, "practice": 85, "time": 300, "theory": 70},
        {"id": "b", "total": 90, "practice": 85, "time": 320, "theory": 95},
        {"id": "c", "total": 80, "practice": 99, "time": 100, "theory": 99},
    ]
    steps = compare(rows, ["practice", "time", "theory"], "a", "b")
    assert [(step.title.zh, step.first, step.second, step.outcome) for step in steps] == [
        ("总成绩", "90", "90", Outcome.EQUAL),
        ("技能操作成绩", "85", "85", Outcome.EQUAL),
        ("完成时间", "300", "320", Outcome.FIRST),
        ("理论成绩", "70", "95", Outcome.NOT_REACHED),
    ]
    assert [step.outcome for step in compare(rows, ["practice"], "c", "a")] == [Outcome.SECOND, Outcome.NOT_REACHED]


def test_a_key_that_somebody_in_the_tie_lacks_is_not_compared() -> None:
    rows = [{"id": n, "total": 90, "time": time, "theory": theory} for n, time, theory in ((1, 300, 80), (2, 310, 90), (3, None, 90))]
    assert [step.outcome for step in compare(rows, ["time", "theory"], 1, 2)] == [Outcome.EQUAL, Outcome.BLANK, Outcome.SECOND]


def test_only_those_who_are_ranked_can_be_compared() -> None:
    with pytest.raises(ValueError, match="total"):
        compare([Row(1, 90), Row(2, None)], [], 1, 2)
    with pytest.raises(KeyError):
        compare([Row(1, 90)], [], 1, 2)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2) | st.none(), st.integers(0, 2) | st.none()), min_size=2, max_size=8))
def test_the_comparison_of_two_says_what_their_places_say(rows: list[tuple[int, int | None, int | None]]) -> None:
    made = [Row(n, total, {"practice": practice, "time": time}) for n, (total, practice, time) in enumerate(rows)]
    place = {each.id: each.place or 0 for each in rank(made, CHAIN)}
    for other in range(1, len(made)):
        outcome = next((s.outcome for s in compare(made, CHAIN, 0, other) if s.outcome in (Outcome.FIRST, Outcome.SECOND)), Outcome.EQUAL)
        said = {Outcome.FIRST: place[0] < place[other], Outcome.SECOND: place[0] > place[other], Outcome.EQUAL: place[0] == place[other]}
        assert said[outcome]
