"""From a measured figure to a mark by a table: "up to 0.02 → 4.00, up to 0.05 → 2.00, above that nothing".

A table is a row of bounds in rising order, each with the mark that a figure up to it earns; a last row without a bound takes everything
above.  Since every row begins where the one before it ended there are no gaps; what can be wrong with a table, `problems` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from workflows.exact import has_at_most, plain
from workflows.text import Text

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Row:
    """Figures up to and including `up_to` (None: all above the row before) earn `mark`."""

    up_to: Decimal | None
    mark: Decimal

    @property
    def words(self) -> Text:
        if self.up_to is None:
            return Text("以上", "above")
        return Text(f"≤ {plain(self.up_to)}", f"≤ {plain(self.up_to)}")


Table = tuple[Row, ...]


def step_of(table: Sequence[Row], figure: Decimal) -> Row | None:
    """The row that *figure* falls into, or None where it lies above the last bound."""
    return next((row for row in table if row.up_to is None or figure <= row.up_to), None)


def by_steps(table: Sequence[Row], figure: Decimal) -> Fraction:
    """The mark of the row that *figure* falls into, nothing above the last bound."""
    row = step_of(table, figure)
    return Fraction(ZERO if row is None else row.mark)


def by_line(table: Sequence[Row], figure: Decimal) -> Fraction:
    """The mark on the straight line between two bounds; the first row's mark below the first bound.  Not rounded."""
    row = step_of(table, figure)
    if row is None:
        return Fraction(0)
    place = table.index(row)
    if place == 0 or row.up_to is None:
        return Fraction(row.mark)
    before = table[place - 1]
    assert before.up_to is not None  # only the last row is open
    way = Fraction(figure - before.up_to) / Fraction(row.up_to - before.up_to)
    return Fraction(before.mark) + way * (Fraction(row.mark) - Fraction(before.mark))


def problems(table: Sequence[Row], max_mark: Decimal, *, falls: bool, must_end_open: bool) -> Iterator[Text]:
    """What is wrong with *table*.  *falls*: a greater figure may not earn more.  *must_end_open*: nothing may lie above the last bound."""
    for number, row in enumerate(table, start=1):
        if not 0 <= row.mark <= max_mark or not has_at_most(2, row.mark):
            yield Text(
                "分值表第 {n} 行：{mark} 应在 0 到 {max} 之间，最多两位小数", "Row {n} of the table: {mark} is no mark from 0 to {max}"
            ).format(n=number, mark=plain(row.mark), max=plain(max_mark))
        if row.up_to is None and number != len(table):
            yield Text(
                "分值表第 {n} 行没有上限，只有最后一行可以没有", "Row {n} of the table has no bound; only the last may lack one"
            ).format(n=number)
    for number, (before, row) in enumerate(pairwise(table), start=2):
        if before.up_to is not None and row.up_to is not None and row.up_to <= before.up_to:
            yield Text(
                "分值表第 {n} 行：上限 {bound} 应大于上一行的 {before}", "Row {n} of the table: the bound {bound} must be above {before}"
            ).format(n=number, bound=plain(row.up_to), before=plain(before.up_to))
        if falls and row.mark > before.mark:
            yield Text("分值表第 {n} 行：数值更大，得分不应更高", "Row {n} of the table: a greater figure may not earn more").format(
                n=number
            )
    if must_end_open and (not table or table[-1].up_to is not None):
        last = plain(table[-1].up_to) if table and table[-1].up_to is not None else "…"
        yield Text("分值表没有说明大于 {last} 时得多少分", "The table does not say what more than {last} earns").format(last=last)
    if table and max(row.mark for row in table) != max_mark and must_end_open:
        yield Text("分值表中没有一行得满分 {max}", "No row of the table earns the maximum of {max}").format(max=plain(max_mark))
