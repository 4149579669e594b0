"""What counts as a number, and how it is rounded."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.exact import exact, half_up, has_at_most, plain


@pytest.mark.parametrize("value", [7, "7", " 7.0 ", Decimal("7.00"), "+7"])
def test_a_number_is_the_same_however_it_is_written(value: int | str | Decimal) -> None:
    assert exact(value) == 7


@pytest.mark.parametrize("value", ["", "12,5", "1e3", "NaN", "1_000", "7%", "７", Decimal("Infinity"), "9" * 30, 10**40, Decimal("1e-40")])
def test_what_is_no_plain_number_is_refused_by_its_name(value: int | str | Decimal) -> None:
    with pytest.raises(ValueError, match="prize money"):
        exact(value, "prize money")


@pytest.mark.parametrize("value", [0.5, True, None, Fraction(1, 2)])
def test_other_types_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="weight"):
        exact(value, "weight")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "rounded"), [("0.005", "0.01"), ("-0.005", "-0.01"), ("0.0049", "0.00"), ("2.675", "2.68"), ("0", "0.00")]
)
def test_halves_go_away_from_zero(value: str, rounded: str) -> None:
    assert str(half_up(Decimal(value))) == rounded


@given(st.decimals(-10000, 10000, places=5), st.integers(0, 4))
def test_rounding_does_not_depend_on_the_decimal_context(value: Decimal, places: int) -> None:
    expected = value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    with localcontext() as context:
        context.prec = 9
        assert half_up(value, places) == expected


def test_a_repeating_fraction_is_rounded_once() -> None:
    assert half_up(Fraction(14, 9)) == Decimal("1.56")
    assert half_up(Fraction(1, 3), 4) == Decimal("0.3333")


def test_numbers_are_shown_without_needless_zeros() -> None:
    assert [plain(Decimal(value)) for value in ("70.00", "86.50", "7E+1", "0.00")] == ["70", "86.5", "70", "0"]
    assert has_at_most(1, Decimal("1.500"))
    assert not has_at_most(1, Decimal("1.55"))
