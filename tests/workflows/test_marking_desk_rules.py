"""Rules of the desk: when a tablet makes the chief judge ask, what a short PIN may be, when two typings of a paper sheet agree."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workflows.competition import double_entry, short_pin
from workflows.competition.device_watch import HOLDS_BACK, SILENT, standing

NOW = datetime(2026, 6, 15, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("away", "pending", "asks"),
    [
        (MINUTE, 0, False),
        (MINUTE, 7, False),  # it is sending
        (HOLDS_BACK + MINUTE, 7, True),
        (HOLDS_BACK + MINUTE, 0, False),
        (SILENT + MINUTE, 0, True),
        (timedelta(days=2), 0, False),  # handed back long ago with nothing on it
        (timedelta(days=2), 1, True),
    ],
)
def test_a_tablet_is_asked_about_when_it_holds_marks_back_or_falls_silent(away: timedelta, pending: int, asks: bool) -> None:
    assert standing(NOW - away, pending, 0, NOW, is_lost=False).asks is asks


def test_a_lost_tablet_is_always_on_the_list_and_a_wrong_clock_is_only_said() -> None:
    assert standing(NOW, 0, 0, NOW, is_lost=True).asks
    wrong = standing(NOW, 0, 3_600_000, NOW, is_lost=False)
    assert (wrong.asks, "时钟" in wrong.title.zh) == (False, True)


@pytest.mark.parametrize("pin", ["123", "1234567", "1111", "1234", "987654", "12a4", "１２３４", ""])
def test_a_pin_that_is_easily_guessed_or_no_pin_is_refused(pin: str) -> None:
    assert short_pin.why_not(pin) is not None


@pytest.mark.parametrize("pin", ["2580", "1357", "90210", "112233"])
def test_a_pin_of_four_to_six_digits_is_good_enough(pin: str) -> None:
    assert short_pin.why_not(pin) is None


def test_the_fifth_wrong_pin_closes_it() -> None:
    assert [short_pin.is_closed(failures) for failures in (4, 5)] == [False, True]


def test_two_typings_differ_where_one_says_something_else_or_nothing() -> None:
    places = ["1-0", "2-1", "2-2"]
    first, second = {"1-0": "40", "2-1": "2", "2-2": "n"}, {"1-0": "40", "2-1": "3"}
    assert [(each.place, each.first, each.second) for each in double_entry.differences(first, second, places)] == [
        ("2-1", "2", "3"),
        ("2-2", "n", ""),
    ]
    assert double_entry.differences(first, dict(first), places) == []


def test_the_second_typing_is_another_persons_and_an_empty_place_is_missing() -> None:
    assert double_entry.why_not_second(7, 7) is not None
    assert double_entry.why_not_second(7, 8) is None
    assert double_entry.missing({"a": "1", "b": ""}, ["a", "b", "c"]) == ["b", "c"]
