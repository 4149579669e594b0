"""One's own marks beside the field's, and when the field is too small to be shown."""

from __future__ import annotations

from decimal import Decimal

from workflows.competition.field import compared, summed


def marks(*values: str) -> list[dict[str, Decimal]]:
    return [{"A": Decimal(value)} for value in values]


def test_the_median_of_an_even_field_lies_between_the_two_in_the_middle_and_is_rounded_once():
    line = compared({"A": Decimal(10)}, {"A": Decimal("7.5")}, marks("1", "2.01", "2.02", "9"))["A"]
    assert (line.own, line.median, line.best) == (Decimal("7.5"), Decimal("2.02"), Decimal(9))
    assert line.share(line.own) == Decimal("75.00")


def test_of_three_competitors_nobody_learns_what_the_others_have():
    line = compared({"A": Decimal(10)}, {"A": Decimal(7)}, marks("7", "8", "9"))["A"]
    assert (line.median, line.best, line.share(line.best)) == (None, None, Decimal(0))


def test_marks_are_added_up_by_group_and_what_was_not_marked_is_nothing():
    assert summed({"A1.1": Decimal(2), "A1.2": Decimal("0.5")}, {"A": ["A1.1", "A1.2"], "B": ["B1.1"]}) == {
        "A": Decimal("2.5"),
        "B": Decimal(0),
    }
