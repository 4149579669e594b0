"""The methods of marking an aspect, each a value that is kept with its aspect as plain data.

Each says how a value is entered, why one cannot be, what mark the values come to (rounded once, to 0.01, halves up) and how.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, NamedTuple

from workflows.competition import mark_tables
from workflows.competition.aspects import BIGGEST, AspectType, Choice, Entry, Method, why_too_long
from workflows.competition.mark_tables import Row, Table
from workflows.competition.marking import HIGHEST_SCORE, SCORE_MEANINGS, ZERO, judgement_mark, partial_mark
from workflows.exact import exact, half_up, has_at_most, plain
from workflows.text import Text

MOST_CHOICES = 12  # more than that are no buttons but a number to type
HUNDREDTH = Decimal("0.01")
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class FullOrZero(Method):
    """The requirement is met or it is not: the usual measurement (WSC2026 Technical Description 17, §4.7)."""

    key = "full_or_zero"
    type = AspectType.MEASUREMENT
    title = Text("满分或零分", "Full or zero")

    def mark(self, given: Sequence[Decimal], max_mark: Decimal) -> Decimal:
        return partial_mark(given[0], max_mark)

    def steps(self, given: Sequence[Decimal], max_mark: Decimal) -> Iterator[Text]:
        yield Text("达到要求", "The requirement is met") if given[0] else Text("未达到要求", "The requirement is not met")

    def why_not(self, value: Decimal, max_mark: Decimal) -> Text | None:
        if value in (0, max_mark):
            return None
        return Text("该项只能记满分 {max} 或 0 分", "This aspect earns {max} or 0").format(max=plain(max_mark))

    def entry(self, max_mark: Decimal, meanings: Sequence[str]) -> Entry:
        met = Choice(max_mark, Text("达到，满分", "Met: full mark"))
        return Entry(Text("是否达到要求", "Is the requirement met?"), (Choice(Decimal(0), Text("未达到", "Not met")), met))


@dataclass(frozen=True, slots=True)
class Partial(Method):
    """The panel agrees on a mark from nothing to the maximum."""

    key = "partial"
    type = AspectType.MEASUREMENT
    title = Text("可部分得分", "Part of the maximum")

    def mark(self, given: Sequence[Decimal], max_mark: Decimal) -> Decimal:
        return partial_mark(given[0], max_mark)

    def steps(self, given: Sequence[Decimal], max_mark: Decimal) -> Iterator[Text]:
        yield Text("裁判组议定 {mark} 分，满分 {max}", "The panel agreed on {mark} of {max}").format(
            mark=plain(given[0]), max=plain(max_mark)
        )

    def why_not(self, value: Decimal, max_mark: Decimal) -> Text | None:
        if 0 <= value <= max_mark and has_at_most(2, value):
            return None
        return Text("应在 0 到 {max} 之间，最多两位小数", "A mark from 0 to {max} with at most two decimals").format(max=plain(max_mark))

    def entry(self, max_mark: Decimal, meanings: Sequence[str]) -> Entry:
        return Entry(Text("得分", "Mark"), highest=max_mark, step=HUNDREDTH, unit=Text("分", "marks"))


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
        yield _same(f"{plain(given[0])} × {plain(self.each)} = {plain(earned)}", "做对 {}", "{} right")
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


class Band(NamedTuple):
    """What earns a mark, in words."""

    mark: Decimal
    words: str


@dataclass(frozen=True, slots=True)
class Banded(Method):
    """The panel chooses one of the bands that are described; what is entered is the band's number, from 1."""

    key = "banded"
    type = AspectType.MEASUREMENT
    title = Text("分档", "Bands")

    bands: tuple[Band, ...]

    def mark(self, given: Sequence[Decimal], max_mark: Decimal) -> Decimal:
        return half_up(self.bands[int(given[0]) - 1].mark)

    def steps(self, given: Sequence[Decimal], max_mark: Decimal) -> Iterator[Text]:
        band = self.bands[int(given[0]) - 1]
        yield Text("第 {n} 档「{words}」：{mark} 分", "Band {n} “{words}”: {mark}").format(
            n=plain(given[0]), words=band.words, mark=plain(band.mark)
        )

    def why_not(self, value: Decimal, max_mark: Decimal) -> Text | None:
        if value == value.to_integral_value() and 1 <= value <= len(self.bands):
            return None
        return Text("应为第 1 至 {last} 档之一", "One of the bands 1 to {last}").format(last=len(self.bands))

    def entry(self, max_mark: Decimal, meanings: Sequence[str]) -> Entry:
        choices = tuple(
            Choice(
                Decimal(n),
                Text("{words}（{mark} 分）", "{words} ({mark})").format(words=band.words, mark=plain(band.mark)),
            )
            for n, band in enumerate(self.bands, start=1)
        )
        return Entry(Text("属于哪一档", "Which band?"), choices)

    def problems(self, max_mark: Decimal) -> Iterator[Text]:
        if len(self.bands) < 2:
            yield Text("至少要有两档", "There must be at least two bands")
        for number, band in enumerate(self.bands, start=1):
            if not band.words:
                yield Text("第 {n} 档没有说明", "Band {n} has no description").format(n=number)
            if not 0 <= band.mark <= max_mark or not has_at_most(2, band.mark):
                yield Text("第 {n} 档的 {mark} 应在 0 到 {max} 之间，最多两位小数", "Band {n}: {mark} is no mark from 0 to {max}").format(
                    n=number, mark=plain(band.mark), max=plain(max_mark)
                )
        if self.bands and max(band.mark for band in self.bands) != max_mark:
            yield Text("没有一档得满分 {max}", "No band earns the maximum of {max}").format(max=plain(max_mark))


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
        yield _same(f"{plain(value)}{unit}", "实测 {}", "Measured {}")
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
class Judgement(Method):
    """Scores 0 to 3 of `judges` judges, each for itself: mean ÷ 3 × maximum (see `marking.judgement_mark`)."""

    key = "judgement"
    type = AspectType.JUDGEMENT
    title = Text("评判 0–3", "Judgement 0–3")
    is_scored_by_each = True

    judges: int = 3  # WSC2026 Technical Description 17, §4.6

    @property
    def judges_needed(self) -> int:
        return self.judges

    def mark(self, given: Sequence[Decimal], max_mark: Decimal) -> Decimal:
        return judgement_mark(given, max_mark)

    def steps(self, given: Sequence[Decimal], max_mark: Decimal) -> Iterator[Text]:
        scores, sum_ = _listed(given), sum(given, Decimal(0))
        yield _same(scores, "裁判评分 {}", "Scores {}")
        unrounded = Fraction(sum_) / len(given) / HIGHEST_SCORE * Fraction(max_mark)
        worked = f"{plain(sum_)} ÷ {len(given)} ÷ {HIGHEST_SCORE} × {plain(max_mark)} {_figure(unrounded)}"
        yield _same(worked, "平均分 ÷ 3 × 满分：{}", "Mean ÷ 3 × maximum: {}")

    def why_not(self, value: Decimal, max_mark: Decimal) -> Text | None:
        whole = value == value.to_integral_value() and 0 <= value <= HIGHEST_SCORE
        return None if whole else Text("评判分只能是 0、1、2、3", "A judgement is one of 0, 1, 2, 3")

    def entry(self, max_mark: Decimal, meanings: Sequence[str]) -> Entry:
        own = [words and Text(words, words) for words in meanings]
        labels = {score: (own[score] if score < len(own) else "") or words for score, words in SCORE_MEANINGS.items()}
        return Entry(Text("评判分", "Score"), tuple(Choice(Decimal(score), label) for score, label in labels.items() if label))

    def problems(self, max_mark: Decimal) -> Iterator[Text]:
        if self.judges < 1:
            yield _NO_JUDGES


@dataclass(frozen=True, slots=True)
class Scores(Method):
    """Scores up to `highest` of `judges` judges; the extremes are dropped, the rest averaged: mean ÷ highest × maximum.

    Five judges, one dropped at each end, is the practice of the national vocational competitions (2014).  While no more scores are in
    than will be dropped none is: the mark then shown is not yet the final one.
    """

    key = "scores"
    type = AspectType.SCORES
    title = Text("多名裁判打分", "Scores of several judges")
    is_scored_by_each = True

    judges: int = 5
    drop_highest: int = 1
    drop_lowest: int = 1
    highest: Decimal = Decimal(100)
    step: Decimal = ONE

    @property
    def judges_needed(self) -> int:
        return self.judges

    def _parts(self, given: Sequence[Decimal]) -> tuple[list[Decimal], list[Decimal], list[Decimal]]:
        """What is dropped below, what counts, what is dropped above."""
        ordered = sorted(given)
        if len(ordered) <= self.drop_highest + self.drop_lowest:
            return [], ordered, []
        end = len(ordered) - self.drop_highest
        return ordered[: self.drop_lowest], ordered[self.drop_lowest : end], ordered[end:]

    def _unrounded(self, kept: Sequence[Decimal], max_mark: Decimal) -> Fraction:
        return Fraction(sum(kept, Decimal(0))) / len(kept) / Fraction(self.highest) * Fraction(max_mark)

    def mark(self, given: Sequence[Decimal], max_mark: Decimal) -> Decimal:
        return half_up(self._unrounded(self._parts(given)[1], max_mark))

    def steps(self, given: Sequence[Decimal], max_mark: Decimal) -> Iterator[Text]:
        low, kept, high = self._parts(given)
        yield _same(_listed(given), "裁判打分 {}", "Scores {}")
        if len(given) < self.judges:
            yield Text("{given} / {judges} 名裁判已打分，暂计", "{given} of {judges} judges have scored: not final").format(
                given=len(given), judges=self.judges
            )
        if high or low:
            yield Text("去掉最高 {high}，去掉最低 {low}", "Dropped: highest {high}, lowest {low}").format(
                high=_listed(high) or "—", low=_listed(low) or "—"
            )
        worked = f"{plain(sum(kept, Decimal(0)))} ÷ {len(kept)} ÷ {plain(self.highest)} × {plain(max_mark)}"
        yield _same(f"{worked} {_figure(self._unrounded(kept, max_mark))}", "平均分折合：{}", "Mean as a mark: {}")

    def why_not(self, value: Decimal, max_mark: Decimal) -> Text | None:
        if 0 <= value <= self.highest and value % self.step == 0:
            return None
        return Text("应在 0 到 {highest} 之间，以 {step} 为一档", "A score from 0 to {highest} in steps of {step}").format(
            highest=plain(self.highest), step=plain(self.step)
        )

    def entry(self, max_mark: Decimal, meanings: Sequence[str]) -> Entry:
        label, unit = Text("打分", "Score"), Text("分", "points")
        count = self.highest / self.step if self.step > 0 else BIGGEST
        if count > MOST_CHOICES:
            return Entry(label, highest=self.highest, step=self.step, unit=unit)
        scores = [self.step * n for n in range(int(count) + 1)]
        return Entry(label, tuple(Choice(score, _same(plain(score), "{} 分", "{}")) for score in scores), unit=unit)

    def problems(self, max_mark: Decimal) -> Iterator[Text]:
        if self.judges < 1:
            yield _NO_JUDGES
        elif self.drop_highest < 0 or self.drop_lowest < 0 or self.drop_highest + self.drop_lowest >= self.judges:
            yield Text(
                "{judges} 名裁判去掉 {high} 个最高分和 {low} 个最低分后没有剩余",
                "{judges} judges less {high} highest and {low} lowest scores leave none",
            ).format(judges=self.judges, high=self.drop_highest, low=self.drop_lowest)
        if self.highest <= 0 or self.step <= 0 or self.highest % self.step:
            yield Text("打分上限应大于零，并是档距的整数倍", "The highest score must be above zero and a multiple of the step")


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


METHODS: dict[str, type[Method]] = {
    method.key: method for method in (FullOrZero, Partial, Add, Deduct, Banded, Numeric, Judgement, Scores, Timed, Errors)
}
FULL_OR_ZERO, PARTIAL, JUDGEMENT = FullOrZero(), Partial(), Judgement()

_NO_JUDGES = Text("裁判人数应至少为 1", "There must be at least one judge")


def duration(seconds: Decimal) -> Text:
    """So many seconds as people say it: 52 分 30 秒."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    zh = f"{hours} 小时 " * bool(hours) + f"{minutes} 分 " * bool(hours or minutes) + f"{plain(rest)} 秒"
    en = f"{hours} h " * bool(hours) + f"{minutes} min " * bool(hours or minutes) + f"{plain(rest)} s"
    return Text(zh, en)


# --- as data --------------------------------------------------------------------------------------------------------


def data_of(method: Method) -> dict[str, Any]:
    """*method* as plain data, numbers as text; `method_from` gives it back."""
    return {"key": method.key, **{field.name: _plain_data(getattr(method, field.name)) for field in fields(method)}}


def method_from(data: Mapping[str, Any]) -> Method:
    """The method that `data_of` described; ValueError for data that describes none."""
    try:
        kind = METHODS[data["key"]]
        known = {field.name for field in fields(kind)}
        given = {name: _READ.get(name, _decimal)(value) for name, value in data.items() if name in known}
        return kind(**given)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"no method: {data!r}") from error


def _plain_data(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, tuple):
        return [[_plain_data(part) for part in row] for row in map(_cells, value)]
    return value


def _cells(row: Row | Band) -> tuple[Any, ...]:
    return (row.up_to, row.mark) if isinstance(row, Row) else tuple(row)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else exact(value)


def _same_value(value: Any) -> Any:
    return value


def _table(rows: Any) -> Table:
    return tuple(Row(_decimal(up_to), exact(mark)) for up_to, mark in rows)


def _bands(rows: Any) -> tuple[Band, ...]:
    return tuple(Band(exact(mark), str(words)) for mark, words in rows)


_READ: dict[str, Any] = {
    "table": _table,
    "bands": _bands,
    **dict.fromkeys(("items", "judges", "drop_highest", "drop_lowest", "free"), int),
    **dict.fromkeys(("unit", "is_linear"), _same_value),
}


# --- words ----------------------------------------------------------------------------------------------------------


def _same(figures: str, zh: str, en: str) -> Text:
    return Text(zh.format(figures), en.format(figures))


def _listed(values: Sequence[Decimal]) -> str:
    return " + ".join(map(plain, values))


def _figure(value: Fraction) -> str:
    """ "= 1.25", or "≈ 1.555556" for a figure that does not end."""
    shown = half_up(value, 6)
    return f"{'=' if Fraction(shown) == value else '≈'} {plain(shown)}"


def _table_steps(table: Table, figure: Decimal, *, is_linear: bool) -> Iterator[Text]:
    row = mark_tables.step_of(table, figure)
    if row is None:
        yield Text("超出分值表，不得分", "Beyond the table: nothing")
    elif is_linear:
        yield _same(_figure(mark_tables.by_line(table, figure)), "按分值表线性折算 {}", "On the line of the table {}")
    else:
        yield Text("分值表 {bound}：{mark} 分", "Table {bound}: {mark}").format(bound=row.words, mark=plain(row.mark))


def _deducted(max_mark: Decimal, count: Decimal, each: Decimal) -> Iterator[Text]:
    left = max_mark - each * count
    yield _same(f"{plain(max_mark)} − {plain(count)} × {plain(each)} = {plain(left)}", "扣分：{}", "Deduction: {}")
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


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0
