"""What an instrument or a clock says: a measured value by its tolerance, a time by its limit, either by a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from workflows.competition import mark_tables
from workflows.competition.aspects import AspectType, Entry, Method, why_too_long
from workflows.competition.mark_tables import Row, Table
from workflows.competition.marking import ZERO
from workflows.competition.methods.wording import as_figure, figured
from workflows.exact import half_up, plain
from workflows.text import Text

HUNDREDTH = Decimal("0.01")
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Numeric(Method):
    """A measured value, by tolerance or by a table.

    With a `nominal` size, everything from `nominal + lower` to `nominal + upper` earns the maximum, and `table` says what is left when the
    value lies so far outside (nothing where it says nothing).  Without one, `table` speaks of the measured value itself.  `is_linear`:
    between two bounds the mark lies on a straight line.
    """

    key = "numeric"
    type = AspectType.MEASUREMENT
    title = Text("实测值", "Measured value")

    nominal: Decimal | None = None
    lower: Decimal = Decimal(0)
    upper: Decimal = Decimal(0)
    unit: str = ""
    table: Table = ()
    is_linear: bool = False

    def outside(self, value: Decimal) -> Decimal:
        """How far *value* lies outside the tolerance."""
        nominal = self.nominal or Decimal(0)
        return max(Decimal(0), nominal + self.lower - value, value - nominal - self.upper)

    def _whole_table(self, max_mark: Decimal) -> Table:
        """The table beginning where the tolerance ends; for a straight line only, steps need no first bound."""
        return self.table if self.nominal is None or not self.is_linear else (Row(Decimal(0), max_mark), *self.table)

    def _unrounded(self, value: Decimal, max_mark: Decimal) -> Fraction:
        figure = value
        if self.nominal is not None:
            figure = self.outside(value)
            if not figure:
                return Fraction(max_mark)
        read = mark_tables.by_line if self.is_linear else mark_tables.by_steps
        return read(self._whole_table(max_mark), figure)

    def mark(self, given: Sequence[Decimal], max_mark: Decimal) -> Decimal:
        return half_up(self._unrounded(given[0], max_mark))

    def steps(self, given: Sequence[Decimal], max_mark: Decimal) -> Iterator[Text]:
        value = given[0]
        unit = f" {self.unit}" if self.unit else ""
        yield figured(f"{plain(value)}{unit}", "实测 {}", "Measured {}")
        figure = value
        if self.nominal is not None:
            low, high = plain(self.nominal + self.lower), plain(self.nominal + self.upper)
            figure = self.outside(value)
            yield Text("允许 {low} 至 {high}", "Allowed are {low} to {high}").format(low=low, high=high)
            if not figure:
                yield Text("在公差内，得满分", "Within the tolerance: the maximum")
                return
            yield Text("超出公差 {by}", "Outside the tolerance by {by}").format(by=plain(figure))
        yield from _table_steps(self._whole_table(max_mark), figure, is_linear=self.is_linear)

    def why_not(self, value: Decimal, max_mark: Decimal) -> Text | None:
        return why_too_long(value)

    def entry(self, max_mark: Decimal, meanings: Sequence[str]) -> Entry:
        step = max((ONE.scaleb(_exponent(each)) for each in (self.lower, self.upper) if each), default=Decimal("0.001"))
        unit = Text(self.unit, self.unit) if self.unit else None
        return Entry(Text("实测值", "Measured value"), lowest=None, step=min(step, ONE), unit=unit)

    def problems(self, max_mark: Decimal) -> Iterator[Text]:
        if self.nominal is None and (self.lower or self.upper):
            yield Text("有公差而没有名义值", "There is a tolerance but no nominal size")
        if self.lower > self.upper:
            yield Text("下偏差大于上偏差", "The lower deviation lies above the upper one")
        has_nominal = self.nominal is not None
        yield from mark_tables.problems(self.table, max_mark, falls=has_nominal, must_end_open=not has_nominal)


@dataclass(frozen=True, slots=True)
class Timed(Method):
    """Seconds, fewer are better.  `table` says what up to so many seconds earn; without it everything within `limit` earns the maximum."""

    key = "time"
    type = AspectType.TIME
    title = Text("用时", "Time taken")

    limit: Decimal | None = None
    table: Table = ()
    is_linear: bool = False

    def _whole_table(self, max_mark: Decimal) -> Table:
        return self.table or (Row(self.limit, max_mark),)

    def _is_late(self, seconds: Decimal) -> bool:
        return self.limit is not None and seconds > self.limit

    def mark(self, given: Sequence[Decimal], max_mark: Decimal) -> Decimal:
        if self._is_late(given[0]):
            return ZERO
        read = mark_tables.by_line if self.is_linear else mark_tables.by_steps
        return half_up(read(self._whole_table(max_mark), given[0]))

    def steps(self, given: Sequence[Decimal], max_mark: Decimal) -> Iterator[Text]:
        yield Text("用时 {time}", "Time taken {time}").format(time=duration(given[0]))
        if self._is_late(given[0]):
            yield Text("超过限时 {limit}，不得分", "Over the limit of {limit}: nothing").format(limit=duration(self.limit or Decimal(0)))
        elif self.limit is not None and not self.table:
            yield Text("在限时 {limit} 以内，得满分", "Within the limit of {limit}: the maximum").format(limit=duration(self.limit))
        else:
            yield from _table_steps(self._whole_table(max_mark), given[0], is_linear=self.is_linear)

    def why_not(self, value: Decimal, max_mark: Decimal) -> Text | None:
        return Text("用时不能为负", "A time is not below zero") if value < 0 else why_too_long(value)

    def entry(self, max_mark: Decimal, meanings: Sequence[str]) -> Entry:
        return Entry(Text("用时", "Time taken"), step=HUNDREDTH, unit=Text("秒", "s"))

    def problems(self, max_mark: Decimal) -> Iterator[Text]:
        if self.limit is not None and self.limit <= 0:
            yield Text("限时应大于零", "The limit must be above zero")
        if self.limit is None and not self.table and max_mark:
            yield Text("没有限时，也没有分值表", "There is neither a limit nor a table")
        yield from mark_tables.problems(self.table, max_mark, falls=True, must_end_open=False)


def duration(seconds: Decimal) -> Text:
    """So many seconds as people say it: 52 分 30 秒."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    zh = f"{hours} 小时 " * bool(hours) + f"{minutes} 分 " * bool(hours or minutes) + f"{plain(rest)} 秒"
    en = f"{hours} h " * bool(hours) + f"{minutes} min " * bool(hours or minutes) + f"{plain(rest)} s"
    return Text(zh, en)


def _table_steps(table: Table, figure: Decimal, *, is_linear: bool) -> Iterator[Text]:
    row = mark_tables.step_of(table, figure)
    if row is None:
        yield Text("超出分值表，不得分", "Beyond the table: nothing")
    elif is_linear:
        yield figured(as_figure(mark_tables.by_line(table, figure)), "按分值表线性折算 {}", "On the line of the table {}")
    else:
        yield Text("分值表 {bound}：{mark} 分", "Table {bound}: {mark}").format(bound=row.words, mark=plain(row.mark))


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
