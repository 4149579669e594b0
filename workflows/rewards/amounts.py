"""The ways a policy can set an amount: fixed, by table, a proportion with a cap, per unit with a cap, by the month.

Each answers `of(facts)` with yuan rounded to the fen, or with the reason why there is no amount, and tells its arithmetic in `steps`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Protocol

from workflows.clauses.facts import Attribute, Facts, Refusal, Unreadable
from workflows.clauses.money import to_fen
from workflows.text import Text


class Amount(Protocol):
    """How much, and why."""

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """The facts it reads."""

    def of(self, facts: Facts) -> Decimal | Refusal:
        """Yuan, or why there is no amount."""

    def steps(self, facts: Facts) -> list[Text]:
        """The arithmetic, for facts that have an amount."""


@dataclass(frozen=True)
class Fixed:
    """The same for everybody."""

    yuan: Decimal
    attributes: tuple[Attribute, ...] = ()

    def of(self, facts: Facts) -> Decimal | Refusal:
        return self.yuan

    def steps(self, facts: Facts) -> list[Text]:
        return [Text("定额 {yuan} 元", "Fixed: {yuan} yuan").format(yuan=self.yuan)]


@dataclass(frozen=True)
class Table:
    """By the value of one attribute; a value the table does not name has no amount."""

    by: Attribute
    table: Mapping[str, Decimal]

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return (self.by,)

    def of(self, facts: Facts) -> Decimal | Refusal:
        value = _read(self.by, facts)
        if isinstance(value, Refused):
            return value.why
        amount = self.table.get(value)
        return partial(self._not_in_table, value) if amount is None else amount

    def steps(self, facts: Facts) -> list[Text]:
        value = self.by.of(facts)
        return [
            Text("标准表：{title}“{value}”对应 {yuan} 元", "By the table: {title} “{value}” gives {yuan} yuan").format(
                title=self.by.title, value=self.by.shown(value), yuan=self.table[value]
            )
        ]

    def _not_in_table(self, value: Any) -> Text:
        return Text("条款未规定{title}“{value}”的标准", "The clause sets no amount for {title} “{value}”").format(
            title=self.by.title, value=self.by.shown(value)
        )


@dataclass(frozen=True)
class Proportion:
    """A ratio of an amount somebody received or spent, up to a cap.  Without that amount there is no base (无基数)."""

    base: Attribute
    ratio: Decimal
    cap: Decimal | None = None

    def __post_init__(self) -> None:
        if self.base.kind != "money":
            raise ValueError(f"{self.base.name} is not money")

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return (self.base,)

    def of(self, facts: Facts) -> Decimal | Refusal:
        base = _read(self.base, facts, self._no_base)
        if isinstance(base, Refused):
            return base.why
        if base <= 0:
            return self._no_base
        amount = to_fen(base * self.ratio)
        return amount if self.cap is None or amount <= self.cap else self.cap

    def steps(self, facts: Facts) -> list[Text]:
        base = self.base.of(facts)
        full = to_fen(base * self.ratio)
        steps = [
            Text("{title} {base} 元 × {ratio} ＝ {full} 元", "{title}: {base} yuan × {ratio} = {full} yuan").format(
                title=self.base.title, base=base, ratio=self.ratio, full=full
            )
        ]
        return steps if self.cap is None else [*steps, _capped(full, self.cap)]

    def _no_base(self) -> Text:
        return Text(
            "无基数：没有{title}（{name}），按比例计算的金额为零", "No base: there is no {title} ({name}) to take a proportion of"
        ).format(title=self.base.title, name=self.base.name)


@dataclass(frozen=True)
class PerUnit:
    """So much for each of a number of things, up to a cap."""

    units: Attribute
    rate: Decimal
    cap: Decimal | None = None

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return (self.units,)

    def of(self, facts: Facts) -> Decimal | Refusal:
        units = _read(self.units, facts)
        if isinstance(units, Refused):
            return units.why
        amount = to_fen(units * self.rate)
        return amount if self.cap is None or amount <= self.cap else self.cap

    def steps(self, facts: Facts) -> list[Text]:
        units = self.units.of(facts)
        full = to_fen(units * self.rate)
        steps = [
            Text("{title} {units} × {rate} 元 ＝ {full} 元", "{title}: {units} × {rate} yuan = {full} yuan").format(
                title=self.units.title, units=units, rate=self.rate, full=full
            )
        ]
        return steps if self.cap is None else [*steps, _capped(full, self.cap)]


@dataclass(frozen=True)
class Monthly:
    """An amount for each month, for at most so many months."""

    each: Amount
    months: Attribute
    at_most: int | None = None

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return (*self.each.attributes, self.months)

    def of(self, facts: Facts) -> Decimal | Refusal:
        months = _read(self.months, facts)
        if isinstance(months, Refused):
            return months.why
        each = self.each.of(facts)
        return each if callable(each) else each * self._counted(months)

    def steps(self, facts: Facts) -> list[Text]:
        months = self.months.of(facts)
        counted = self._counted(months)
        return [
            *self.each.steps(facts),
            Text("按月：共 {months} 个月，计 {counted} 个月", "By the month: {months} months, {counted} of them counted").format(
                months=months, counted=counted
            ),
        ]

    def _counted(self, months: int) -> int:
        return months if self.at_most is None else min(months, self.at_most)


@dataclass(frozen=True, slots=True)
class Refused:
    """A fact that an amount needs is missing or cannot be read."""

    why: Refusal


def _read(attribute: Attribute, facts: Facts, missing: Refusal | None = None) -> Any:
    """The value, or `Refused`."""
    try:
        value = attribute.of(facts)
    except Unreadable as unreadable:
        return Refused(unreadable.reason)
    return Refused(missing or attribute.missing) if value is None else value


def _capped(full: Decimal, cap: Decimal) -> Text:
    if full > cap:
        return Text("超过上限，按上限 {cap} 元", "Above the cap: {cap} yuan").format(cap=cap)
    return Text("未超过上限 {cap} 元", "Within the cap of {cap} yuan").format(cap=cap)
