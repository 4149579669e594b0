"""Amounts in capitals, as the rules for filling in bills have them (银发〔1997〕393号, 附一)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from workflows.rewards.capitals import in_words


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("1409.50", "壹仟肆佰零玖元伍角"),  # the rules' own examples
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("325.04", "叁佰贰拾伍元零肆分"),
        ("500000.00", "伍拾万元整"),
        ("2000.55", "贰仟元伍角伍分"),
        ("100000001.00", "壹亿零壹元整"),
        ("1000020001000.00", "壹万亿零贰仟万壹仟元整"),
        ("0.07", "柒分"),
        ("0", "零元整"),
        ("-27000", "负贰万柒仟元整"),
    ],
)
def test_amounts_are_written_as_finance_knows_them(amount: str, written: str) -> None:
    assert in_words(Decimal(amount)) == written


@pytest.mark.parametrize("amount", ["0.005", "1E16"])
def test_what_cannot_be_paid_is_not_written(amount: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        in_words(Decimal(amount))
