"""From what the judges saw to a competitor's mark.

Every aspect is rounded once, to 0.01, halves up; after that marks are only added.  The mean of the judges is
never rounded on the way: that alone would change 134 of 2000 possible marks.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from workflows.exact import Exact, exact, half_up, half_up_ratio, has_at_most, plain
from workflows.text import Text

Key = TypeVar("Key", bound=Hashable)

ZERO = Decimal("0.00")
HIGHEST_SCORE = 3

# What the four judgement scores mean: WSC2026 Technical Description 17, §4.6.
SCORE_MEANINGS: dict[int, Text] = {
    0: Text("低于行业标准", "Below industry standard"),
    1: Text("达到行业标准", "Meets industry standard"),
    2: Text("达到行业标准，且在某些方面超出", "Meets industry standard and exceeds it in specific respects"),
    3: Text("全面超出行业标准，评为优秀", "Wholly exceeds industry standard and is judged excellent"),
}


# --- one aspect -----------------------------------------------------------------------------------------------------


def judgement_mark(scores: Iterable[Exact], max_mark: Exact) -> Decimal:
    """The mark of a judgement aspect: mean of the judges' scores ÷ 3 × *max_mark*, to 0.01 half-up, rounded once.

    *scores* are whole numbers 0–3, one a judge.  The formula stands in Chinese technical documents on the WorldSkills
    method (「计算出平均权重分，除以3后再乘以该子项的分值 … 四舍五入，保留小数点后两位」).  A spread above 1 is not refused
    here: the skill's spread rules answer that, and the sheet cannot be accepted while it does.

    Raises ValueError for no score, a score outside 0–3, or a maximum that is not a positive mark of two decimals.
    """
    whole = _scores(scores)
    numerator, denominator = _maximum(max_mark).as_integer_ratio()
    return half_up_ratio(sum(whole) * numerator, HIGHEST_SCORE * len(whole) * denominator)


def partial_mark(value: Exact, max_mark: Exact) -> Decimal:
    """The mark of a measurement whose benchmark allows part of the maximum, as the judges agreed on it.

    Raises ValueError when *value* lies outside 0 … *max_mark* or has more than two decimals: a mark is never
    bent to fit.
    """
    maximum = _maximum(max_mark)
    mark = exact(value, "mark")
    if not 0 <= mark <= maximum:
        raise ValueError(f"mark {plain(mark)} is outside 0 to {plain(maximum)}")
    return _two_places(mark, "mark")


def mean_without_extremes(marks: Iterable[Exact]) -> Decimal:
    """The mean without one highest and one lowest mark, to 0.01 half-up (去掉一个最高分和一个最低分).

    The practice of the national vocational competitions with five judges; raises ValueError for fewer than three.
    """
    ordered = sorted(exact(mark, "mark") for mark in marks)
    if len(ordered) < 3:
        raise ValueError(f"{len(ordered)} marks: dropping the highest and the lowest leaves none")
    kept = ordered[1:-1]
    return half_up(sum(map(Fraction, kept), Fraction()) / len(kept))


# --- sums -----------------------------------------------------------------------------------------------------------


def total(marks: Iterable[Exact]) -> Decimal:
    """Sum of marks that were already rounded: of a sheet, a criterion, or everything a competitor has.

    Raises ValueError for a mark below zero or with more than two decimals (it would have to be rounded twice).
    """
    return sum((_rounded_mark(mark) for mark in marks), ZERO)


def totals(marks: Iterable[tuple[Key, Exact]]) -> dict[Key, Decimal]:
    """Sums by key: the sheet, the criterion or the competitor each mark belongs to, in the order they first appear."""
    sums: dict[Key, Decimal] = {}
    for key, mark in marks:
        sums[key] = sums.get(key, ZERO) + _rounded_mark(mark)
    return sums


# --- theory and practice --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the competition that counts with a weight: the theory paper, the practical test."""

    weight: Exact
    mark: Exact
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Weighted:
    """A weighted total: the published `value`, the `unrounded` sum behind it, and the calculation in words."""

    value: Decimal
    unrounded: Decimal
    steps: tuple[Text, ...]


def weighted(parts: Sequence[Part | tuple[Exact, Exact]]) -> Decimal:
    """The total of weighted parts, each `(weight, mark)` or a `Part`, to 0.01 half-up, rounded once.

    0.3 × 86.5 + 0.7 × 91.25 = 89.825 → 89.83.  Weights add up to 1 (shares) or to 100 (per cent); ValueError if not.
    """
    return half_up(_weighted_sum(_parts(parts)))


def explain_weighted(parts: Sequence[Part | tuple[Exact, Exact]]) -> Weighted:
    """The same total with its steps, as they stand beside a published result."""
    known = _parts(parts)
    unrounded = _weighted_sum(known)
    value = half_up(unrounded)
    steps = [_product(part) for part in known]
    sum_of = " + ".join(plain(part.share * part.mark) for part in known)
    steps.append(Text(f"合计：{sum_of} = {plain(unrounded)}", f"Sum: {sum_of} = {plain(unrounded)}"))
    steps.append(Text(f"四舍五入到 0.01：{value}", f"Rounded half-up to 0.01: {value}"))
    return Weighted(value, unrounded, tuple(steps))


@dataclass(frozen=True, slots=True)
class _Share:
    title: Text | None
    share: Decimal  # of one
    mark: Decimal


def _parts(parts: Sequence[Part | tuple[Exact, Exact]]) -> list[_Share]:
    known = [part if isinstance(part, Part) else Part(*part) for part in parts]
    weights = [exact(part.weight, "weight") for part in known]
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is below zero")
    whole = sum(weights, Decimal(0))
    if whole not in (1, 100):
        raise ValueError(f"the weights add up to {plain(whole)}, neither to 1 nor to 100")
    return [
        _Share(part.title, weight / whole, _not_negative(exact(part.mark, "mark"))) for part, weight in zip(known, weights, strict=True)
    ]


def _weighted_sum(parts: list[_Share]) -> Decimal:
    return sum((part.share * part.mark for part in parts), Decimal(0))


def _product(part: _Share) -> Text:
    sum_ = f"{plain(part.share)} × {plain(part.mark)} = {plain(part.share * part.mark)}"
    return Text(f"{part.title.zh}：{sum_}", f"{part.title.en}: {sum_}") if part.title else Text(sum_, sum_)


# --- what is accepted -----------------------------------------------------------------------------------------------


def _scores(scores: Iterable[Exact]) -> list[int]:
    known = [exact(score, "score") for score in scores]
    if not known:
        raise ValueError("no score: at least one judge must have scored the aspect")
    for number, score in enumerate(known, start=1):
        if score != int(score) or not 0 <= score <= HIGHEST_SCORE:
            raise ValueError(f"score {plain(score)} of judge {number} is not one of 0, 1, 2, 3")
    return [int(score) for score in known]


def _maximum(max_mark: Exact) -> Decimal:
    maximum = exact(max_mark, "maximum mark")
    if maximum <= 0:
        raise ValueError(f"maximum mark {plain(maximum)} is not above zero")
    return _two_places(maximum, "maximum mark")


def _rounded_mark(mark: Exact) -> Decimal:
    return _two_places(_not_negative(exact(mark, "mark")), "mark")


def _not_negative(mark: Decimal) -> Decimal:
    if mark < 0:
        raise ValueError(f"mark {plain(mark)} is below zero")
    return mark


def _two_places(mark: Decimal, name: str) -> Decimal:
    if not has_at_most(2, mark):
        raise ValueError(f"{name} {plain(mark)} has more than two decimals")
    return half_up(mark)
