"""What is counted: things that are right, faults, errors; each adds or takes so much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil

from workflows.competition.aspects import MOST_CHOICES, AspectType, Choice, Entry, Method
from workflows.competition.methods.wording import figured
from workflows.exact import half_up, has_at_most, plain
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Add(Method):
    """So much for each of `items` things that are right, from zero up (WSC2026 Technical Description 09)."""

    key = "add"
    type = AspectType.MEASUREMENT
    title = Text("从零累加", "Add from zero")

    each: Decimal
    items: int

    def mark(self, given: Sequence[Decimal], max_mark: Decimal) -> Decimal:
        return half_up(min(max_mark, self.each * given[0]))

    def steps(self, given: Sequence[Decimal], max_mark: Decimal) -> Iterator[Text]:
        earned = self.each * given[0]
        yield figured(f"{plain(given[0])} × {plain(self.each)} = {plain(earned)}", "做对 {}", "{} right")
        if earned > max_mark:
            yield Text("不超过满分 {max}", "No more than the maximum of {max}").format(max=plain(max_mark))

    def why_not(self, value: Decimal, max_mark: Decimal) -> Text | None:
        return _why_no_count(value, self.items)

    def entry(self, max_mark: Decimal, meanings: Sequence[str]) -> Entry:
        label, unit = Text("做对几项", "How many are right?"), Text("项", "items")
        return _counted(label, unit, self.items)

    def problems(self, max_mark: Decimal) -> Iterator[Text]:
        yield from _why_no_share(self.each, max_mark)
        if self.items < 1:
            yield Text("项数应至少为 1", "There must be at least one item")
        elif self.each * self.items < max_mark:
            yield Text(
                "全部 {items} 项做对只得 {sum} 分，达不到满分 {max}", "All {items} items earn {sum}, less than the maximum of {max}"
            ).format(items=self.items, sum=plain(self.each * self.items), max=plain(max_mark))


@dataclass(frozen=True, slots=True)
class Deduct(Method):
    """From the maximum, so much off for each fault, never below zero (Technical Description 17: 2.00, 0.25 off a kind of error)."""

    key = "deduct"
    type = AspectType.MEASUREMENT
    title = Text("从满分扣", "Deduct from full")

    each: Decimal

    def mark(self, given: Sequence[Decimal], max_mark: Decimal) -> Decimal:
        return half_up(max(Decimal(0), max_mark - self.each * given[0]))

    def steps(self, given: Sequence[Decimal], max_mark: Decimal) -> Iterator[Text]:
        yield from _deducted(max_mark, given[0], self.each)

    def why_not(self, value: Decimal, max_mark: Decimal) -> Text | None:
        return _why_no_count(value, None)

    def entry(self, max_mark: Decimal, meanings: Sequence[str]) -> Entry:
        label, unit = Text("几处不符合", "How many faults?"), Text("处", "faults")
        most = ceil(Fraction(max_mark) / Fraction(self.each)) if self.each > 0 else 0  # more faults take nothing more
        if not 0 < most <= MOST_CHOICES:
            return Entry(label, unit=unit)
        counts = [Choice(Decimal(n), Text(f"{n} 处", str(n))) for n in range(most)]
        return Entry(label, (*counts, Choice(Decimal(most), Text(f"{most} 处及以上", f"{most} or more"))), unit=unit)

    def problems(self, max_mark: Decimal) -> Iterator[Text]:
        return _why_no_share(self.each, max_mark)


@dataclass(frozen=True, slots=True)
class Errors(Method):
    """A count of errors, so much off for each beyond the `free` ones, never below zero; the count itself may break a tie."""

    key = "errors"
    type = AspectType.ERRORS
    title = Text("失误计数", "Count of errors")

    each: Decimal
    free: int = 0

    def mark(self, given: Sequence[Decimal], max_mark: Decimal) -> Decimal:
        counted = max(Decimal(0), given[0] - self.free)
        return half_up(max(Decimal(0), max_mark - self.each * counted))

    def steps(self, given: Sequence[Decimal], max_mark: Decimal) -> Iterator[Text]:
        yield Text("失误 {n} 次", "{n} errors").format(n=plain(given[0]))
        if self.free:
            yield Text("其中 {free} 次不扣分", "{free} of them cost nothing").format(free=min(self.free, int(given[0])))
        yield from _deducted(max_mark, max(Decimal(0), given[0] - self.free), self.each)

    def why_not(self, value: Decimal, max_mark: Decimal) -> Text | None:
        return _why_no_count(value, None)

    def entry(self, max_mark: Decimal, meanings: Sequence[str]) -> Entry:
        return Entry(Text("失误次数", "Number of errors"), unit=Text("次", "errors"))

    def problems(self, max_mark: Decimal) -> Iterator[Text]:
        if self.free < 0:
            yield Text("不扣分的次数不能为负", "The number of free errors is not below zero")
        if max_mark:
            yield from _why_no_share(self.each, max_mark)


def _deducted(max_mark: Decimal, count: Decimal, each: Decimal) -> Iterator[Text]:
    left = max_mark - each * count
    yield figured(f"{plain(max_mark)} − {plain(count)} × {plain(each)} = {plain(left)}", "扣分：{}", "Deduction: {}")
    if left < 0:
        yield Text("扣完为止，不为负", "Never below zero")


def _counted(label: Text, unit: Text, most: int) -> Entry:
    if most > MOST_CHOICES:
        return Entry(label, highest=Decimal(most), unit=unit)
    return Entry(label, tuple(Choice(Decimal(n), Text(f"{n} {unit.zh}", str(n))) for n in range(most + 1)), unit=unit)


def _why_no_count(value: Decimal, most: int | None) -> Text | None:
    if value != value.to_integral_value() or value < 0:
        return Text("应为不小于零的整数", "A whole number, not below zero")
    if most is not None and value > most:
        return Text("最多 {most} 项", "At most {most}").format(most=most)
    return None


def _why_no_share(each: Decimal, max_mark: Decimal) -> Iterator[Text]:
    if not 0 < each <= max_mark or not has_at_most(2, each):
        yield Text("每项 {each} 分应大于零、不超过满分 {max}，最多两位小数", "{each} each is no mark above zero and up to {max}").format(
            each=plain(each), max=plain(max_mark)
        )
