"""The WorldSkills Scale: marks of different skills made comparable.

Two scales, both found from published results: the 700 scale (WSC2017 to today: median and MAD, reproduces 32 of 32
competitors of a real export) and the 500 scale (to WSC2015: mean and standard deviation).  Points are rounded once,
at the end, and medals are decided on the rounded points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction

from workflows.exact import Exact, exact, half_up, plain
from workflows.text import Text

STEP = 30  # points that one unit of spread is worth on either scale
MAD_TO_DEVIATION = Decimal("1.4826")  # makes the MAD of a normal distribution its standard deviation
FEWEST = 3  # below this the points say next to nothing, and no published rule covers the case

NO_MARKS = Text("没有可计入的成绩，无法换算", "There is no mark to put on the scale")
NO_MAD = Text(
    "半数以上成绩与中位数相同，绝对中位差为零，标尺无定义：不换算，以原始成绩为准",
    "More than half the marks equal the median, so the MAD is zero and the scale has no value: the raw marks stand",
)
NO_DEVIATION = Text(
    "全部成绩相同，标准差为零，标尺无定义：不换算，以原始成绩为准",
    "All marks are equal, so the deviation is zero and the scale has no value: the raw marks stand",
)
FEW = Text(
    "不足 3 名选手，公开规则未作规定；按同一公式换算系主办方的选择",
    "Fewer than 3 competitors, which no published rule covers; using the same formula is the organiser's choice",
)


class ScalePoints(list[int | None]):
    """Whole points in the order of the marks; None for who has no mark, or for all when the scale has no value.

    It is a list and compares as one.  `reason` says why there are no points; `formula` shows the calculation with its
    figures; `caution` is what the reader must know beside the points.
    """

    def __init__(self, points: Iterable[int | None], *, reason: Text | None, formula: Text | None, caution: Text | None) -> None:
        super().__init__(points)
        self.reason = reason
        self.formula = formula
        self.caution = caution


class MedianPoints(ScalePoints):
    """Points of the 700 scale, with the median and the MAD (median distance from the median) behind them."""

    median: Decimal | None = None
    mad: Decimal | None = None


class MeanPoints(ScalePoints):
    """Points of the 500 scale, with the mean and the population standard deviation behind them."""

    mean: Decimal | None = None
    deviation: Decimal | None = None


def worldskills_scale(marks: Sequence[Exact | None]) -> MedianPoints:
    """Points on the 700 scale: 700 + 30 × (x − median) ÷ (1.4826 × MAD), to whole points.

    A team is one entry.  None stands for a competitor who is excluded or has no mark: such a one gets no points and
    counts neither in the median nor in the MAD (the organiser's choice; no published text decides it).
    Where the MAD is zero nobody gets points, and `reason` says so.
    """
    known = _known(marks)
    if not known:
        return _median_points([None] * len(marks), None, None, reason=NO_MARKS)
    median = _median(known)
    mad = _median([abs(mark - median) for mark in known])
    if mad == 0:
        return _median_points([None] * len(marks), median, mad, reason=NO_MAD)
    unit = Fraction(STEP) / (Fraction(MAD_TO_DEVIATION) * Fraction(mad))
    points = _each(marks, lambda mark: _whole(700 + unit * (Fraction(mark) - Fraction(median))))
    return _median_points(points, median, mad, caution=FEW if len(known) < FEWEST else None)


def worldskills_scale_500(marks: Sequence[Exact | None]) -> MeanPoints:
    """Points on the scale in use to 2015: 500 + 30 × (x − mean) ÷ population standard deviation, to whole points."""
    known = _known(marks)
    if not known:
        return _mean_points([None] * len(marks), None, None, reason=NO_MARKS)
    with localcontext() as context:
        context.prec = 50  # the root is the one number here that is not exact: carry far more digits than are shown
        mean = sum(known, Decimal(0)) / len(known)
        deviation = (sum(((mark - mean) ** 2 for mark in known), Decimal(0)) / len(known)).sqrt()
        if len(set(known)) == 1:
            return _mean_points([None] * len(marks), mean, Decimal(0), reason=NO_DEVIATION)
        points = _each(marks, lambda mark: _whole(500 + STEP * (mark - mean) / deviation))
    return _mean_points(points, mean, deviation, caution=FEW if len(known) < FEWEST else None)


def _known(marks: Sequence[Exact | None]) -> list[Decimal]:
    return [exact(mark, "mark") for mark in marks if mark is not None]


def _each(marks: Sequence[Exact | None], points_of: Callable[[Decimal], int]) -> list[int | None]:
    return [None if mark is None else points_of(exact(mark, "mark")) for mark in marks]


def _median(values: list[Decimal]) -> Decimal:
    """The middle value; for an even number the mean of the middle two."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _whole(points: Fraction | Decimal) -> int:
    return int(half_up(points, 0))


def _median_points(
    points: list[int | None], median: Decimal | None, mad: Decimal | None, *, reason: Text | None = None, caution: Text | None = None
) -> MedianPoints:
    formula = None
    if median is not None and mad is not None and reason is None:
        figures = f"700 + 30 × (x − {plain(median)}) ÷ ({MAD_TO_DEVIATION} × {plain(mad)})"
        formula = Text(f"{figures}，x 为成绩，取整数", f"{figures}, x being the mark, to a whole number")
    scaled = MedianPoints(points, reason=reason, formula=formula, caution=caution)
    scaled.median, scaled.mad = median, mad
    return scaled


def _mean_points(
    points: list[int | None], mean: Decimal | None, deviation: Decimal | None, *, reason: Text | None = None, caution: Text | None = None
) -> MeanPoints:
    formula = None
    if mean is not None and deviation is not None and reason is None:
        shown_mean, shown_deviation = half_up(mean, 4), half_up(deviation, 4)
        figures = f"500 + 30 × (x − {shown_mean}) ÷ {shown_deviation}"
        formula = Text(f"{figures}，x 为成绩，取整数", f"{figures}, x being the mark, to a whole number")
    scaled = MeanPoints(points, reason=reason, formula=formula, caution=caution)
    scaled.mean, scaled.deviation = mean, deviation
    return scaled
