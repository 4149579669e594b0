"""What a panel agrees on as one: a requirement met or not, part of the maximum, one of several bands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from workflows.competition.aspects import AspectType, Choice, Entry, Method
from workflows.competition.marking import partial_mark
from workflows.exact import half_up, has_at_most, plain
from workflows.text import Text

HUNDREDTH = Decimal("0.01")


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
