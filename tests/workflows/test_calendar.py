"""Working days around the National Day of 2025, and windows whose year has no notice yet."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.calendar import Holidays, add_working_days, publicity_window, working_days_between

# The State Council's arrangement for National Day and Mid-Autumn 2025: off 1–8 October, working on 28 September and 11 October.
AUTUMN_2025 = Holidays(
    off=frozenset(date(2025, 10, day) for day in range(1, 9)),
    working=frozenset({date(2025, 9, 28), date(2025, 10, 11)}),
    announced=frozenset({2025}),
)
DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))


def test_a_notice_before_national_day_counts_the_working_sunday_and_skips_the_holiday() -> None:
    window = publicity_window(date(2025, 9, 26), 5, AUTUMN_2025)
    assert [str(day) for day in window.days] == ["2025-09-28", "2025-09-29", "2025-09-30", "2025-10-09", "2025-10-10"]
    assert window.ends_on == date(2025, 10, 10)
    assert window.is_over_on == date(2025, 10, 11)
    assert not window.is_provisional


def test_the_day_of_publication_is_open_but_does_not_count() -> None:
    window = publicity_window(date(2025, 6, 2), 1, AUTUMN_2025)  # a Monday
    assert window.ends_on == date(2025, 6, 3)
    assert window.contains(date(2025, 6, 2))
    assert not window.contains(date(2025, 6, 4))


def test_calendar_days_that_would_end_on_a_day_off_end_on_the_next_working_day() -> None:
    window = publicity_window(date(2025, 9, 25), 7, AUTUMN_2025, counted="calendar")  # the seventh day is 2 October
    assert window.ends_on == date(2025, 10, 9)
    assert len(window.days) == 7
    assert publicity_window(date(2025, 9, 22), 7, AUTUMN_2025, counted="calendar").ends_on == date(2025, 9, 29)


def test_a_window_into_a_year_without_a_notice_is_provisional() -> None:
    window = publicity_window(date(2025, 12, 29), 5, AUTUMN_2025)
    assert window.is_provisional
    assert window.provisional_years == (2026,)
    assert not publicity_window(date(2025, 12, 22), 5, AUTUMN_2025).is_provisional


def test_counting_back_gives_the_last_day_to_file() -> None:
    assert add_working_days(date(2025, 10, 9), -3, AUTUMN_2025) == date(2025, 9, 28)
    assert add_working_days(date(2025, 10, 4), 0, AUTUMN_2025) == date(2025, 10, 4)


def test_a_day_cannot_be_off_and_working() -> None:
    with pytest.raises(ValueError, match="2025-10-01"):
        Holidays(off=frozenset({date(2025, 10, 1)}), working=frozenset({date(2025, 10, 1)}))


def test_a_window_without_days_is_refused() -> None:
    with pytest.raises(ValueError, match="0 days"):
        publicity_window(date(2025, 6, 2), 0, AUTUMN_2025)


@given(DAYS, st.integers(1, 60))
def test_adding_and_counting_working_days_agree(start: date, n: int) -> None:
    end = add_working_days(start, n, AUTUMN_2025)
    assert AUTUMN_2025.is_working_day(end)
    assert working_days_between(start, end, AUTUMN_2025) == n
    assert end - start >= timedelta(days=n)
    assert len(publicity_window(start, n, AUTUMN_2025).days) == n
