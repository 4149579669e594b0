"""The books of one case: whatever is revised, paid, claimed back, offset or written off, and in whatever order, they add up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.rewards.books import Books

ZERO = Decimal(0)
YUAN = st.integers(0, 10_000).map(lambda fen: Decimal(fen) / 100)
COURSES = st.lists(st.tuples(st.sampled_from(("revise", "pay", "come back", "come back in part", "write off")), YUAN), max_size=30)


def test_what_was_paid_too_much_is_claimed_back_and_what_is_missing_is_supplemented():
    assert (Books(Decimal(5000), ZERO, ZERO, Decimal(3000)).overpaid, Books(Decimal(3000), ZERO, ZERO, Decimal(5000)).underpaid) == (
        2000,
        2000,
    )
    assert Books(Decimal(5000), Decimal(2000), ZERO, Decimal(3000)).balances


def test_a_debt_written_off_is_neither_asked_for_again_nor_paid_again():
    written_off = Books(Decimal(5000), ZERO, Decimal(2000), Decimal(3000))
    assert written_off.balances
    assert Books(Decimal(5000), ZERO, Decimal(2000), Decimal(5000)).balances
    assert Books(Decimal(5000), ZERO, Decimal(2000), Decimal(1000)).overpaid == 2000


@pytest.mark.parametrize("sums", [(-1, 0, 0, 0), (5, 6, 0, 0), (5, 3, 3, 0)])
def test_sums_that_cannot_be_are_refused(sums):
    with pytest.raises(ValueError, match=r"books|came back"):
        Books(*map(Decimal, sums))


@given(COURSES, YUAN)
def test_along_any_course_nobody_is_paid_twice_and_the_books_add_up_in_the_end(course, first):
    """Somebody is paid what the books say is missing, and gives back what they say is too much; results are revised all the while."""
    paid = recovered = written_off = ZERO
    due = first
    for what, amount in course:
        books = Books(paid, recovered, written_off, due)
        assert not (books.overpaid and books.underpaid)
        if what == "revise":
            due = amount
        elif what == "pay":
            paid += books.underpaid
            assert paid - recovered == max(due, books.held)
        elif what == "come back":
            recovered += books.overpaid
        elif what == "come back in part":
            recovered += min(amount, books.overpaid)
        else:
            written_off += books.overpaid
    books = Books(paid, recovered, written_off, due)
    end = Books(paid + books.underpaid, recovered + books.overpaid, written_off, due)
    assert end.balances
    assert end.held >= due
    assert end.held - due <= written_off
    if not written_off:
        assert end.paid - end.recovered == due
