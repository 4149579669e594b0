"""Yuan, exactly.  Amounts are `Decimal`, rounded to the fen in one place: `to_fen`."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

FEN = Decimal("0.01")


def to_fen(amount: Decimal) -> Decimal:
    """Half a fen goes up, as money is rounded in this country's accounts."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def read_money(value: object) -> Decimal:
    """An amount given as `Decimal`, `int` or text ("5,000" and "5000元" are read).

    Raises `TypeError` for a float, whose digits are not what was written down, and `ValueError` for what is no finite amount.
    """
    if isinstance(value, Decimal):
        amount = value
    elif isinstance(value, float):
        raise TypeError(f"money is never a float: give {value!r} as Decimal, int or text")
    elif isinstance(value, int) and not isinstance(value, bool):
        amount = Decimal(value)
    elif isinstance(value, str):
        try:
            amount = Decimal(value.strip().removesuffix("元").replace(",", "").replace("，", "").strip())
        except InvalidOperation:
            raise ValueError(f"not an amount: {value!r}") from None
    else:
        raise ValueError(f"not an amount: {value!r}")
    if not amount.is_finite():
        raise ValueError(f"not an amount: {value!r}")
    return amount
