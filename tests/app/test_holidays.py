"""The holiday table agrees with the State Council's notices and yields to what an administrator enters."""

from __future__ import annotations

from datetime import date

from app.core.holidays import holiday_table
from workflows.calendar import add_working_days


def test_2026_follows_its_official_notice() -> None:
    """国务院办公厅关于2026年部分节假日安排的通知: spring festival 15–23 February, worked on the 14th and 28th."""
    table = holiday_table([2026])
    assert table.announced == {2026}
    assert not any(table.is_working_day(date(2026, 2, day)) for day in range(15, 24))
    assert table.is_working_day(date(2026, 2, 14))
    assert table.is_working_day(date(2026, 2, 28))
    assert add_working_days(date(2026, 2, 13), 2, table) == date(2026, 2, 24)


def test_2027_has_statutory_days_but_no_notice_yet() -> None:
    table = holiday_table([2026, 2027])
    assert 2027 not in table.announced
    assert not table.is_working_day(date(2027, 10, 1))
    assert not [day for day in table.working if day.year == 2027]


def test_what_an_administrator_enters_wins_and_can_complete_a_year() -> None:
    table = holiday_table(
        [2026, 2027], entered={date(2027, 1, 3): True, date(2027, 1, 4): False, date(2026, 2, 14): False}, announced=[2027]
    )
    assert table.is_working_day(date(2027, 1, 3))
    assert not table.is_working_day(date(2027, 1, 4))
    assert not table.is_working_day(date(2026, 2, 14))
    assert table.announced == {2026, 2027}


def test_days_outside_the_years_asked_for_are_left_out() -> None:
    table = holiday_table([2025])
    assert {day.year for day in table.off | table.working} == {2025}
