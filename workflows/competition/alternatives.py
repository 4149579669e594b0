"""The same marks placed by other methods, side by side: who would change place, and how far.

For information only: what decides is the method the plan of the skill names, and it is marked.  Every method breaks its ties by the
same chain, so a difference is a difference of method.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from workflows.competition import places
from workflows.competition.aspects import Values
from workflows.competition.marking import ZERO
from workflows.competition.places import Order, Totals
from workflows.competition.scale import worldskills_scale, worldskills_scale_500
from workflows.competition.scheme import Aspect, MarkingScheme
from workflows.exact import half_up, plain
from workflows.text import Text

MARKS, SCALE, OLD_SCALE, STANDARD, STANDARD_PARTS, RANK_SUM = "marks", "worldskills", "scale_500", "standard", "standard_parts", "rank_sum"

TITLES: dict[str, Text] = {
    MARKS: Text("原始总成绩", "Raw total mark"),
    SCALE: Text("世赛标尺（700）", "WorldSkills Scale (700)"),
    OLD_SCALE: Text("旧世赛标尺（500）", "Former scale (500)"),
    STANDARD: Text("标准分", "Standard score"),
    STANDARD_PARTS: Text("分部分标准分", "Standard score by part"),
    RANK_SUM: Text("裁判名次和", "Rank sum over judges"),
}

NO_SPREAD = Text("成绩全部相同，标准差为零，无法换算", "All marks are equal, so the deviation is zero and there is no score")
NO_PARTS = Text("没有可以分开换算的部分", "There are no parts to be standardised by themselves")
FEW_JUDGES = Text("评判（0–3 分）少于两名裁判，没有可比的名次", "Fewer than two judges gave scores, so there are no rankings to add")


@dataclass(frozen=True, slots=True)
class Alternative:
    """One method: what it makes of each competitor (None where it has no value), the places that follow, and how it reckons.

    `reason` says why the method has no value here; then nobody has a place under it.
    """

    key: str
    how: Text
    values: Mapping[int, Decimal | int | None]
    places: Mapping[int, int | None]
    is_in_force: bool = False
    reason: Text | None = None
    caution: Text | None = None

    @property
    def title(self) -> Text:
        return TITLES[self.key]

    def moved(self, in_force: Alternative) -> dict[int, int]:
        """Whose place would be another: by id, how many places up (positive) or down."""
        here, there = in_force.places, self.places
        return {id_: now - then for id_, now in here.items() if now is not None and (then := there.get(id_)) is not None and then != now}


def alternatives(
    totals: Sequence[Totals], order: Order, *, weights: Mapping[str, Decimal], by_judge: Mapping[int, Mapping[int, Decimal]]
) -> list[Alternative]:
    """Every method for the same competitors; the one in force first.

    *weights*: what "theory" and each module letter counts in the total.  *by_judge*: for each judge's seat the sum of the marks that
    judge's own scores come to, by competitor.
    """
    made = [
        _raw(totals, order),
        _scale(totals, order),
        _old_scale(totals, order),
        _standard(totals, order),
        _standard_parts(totals, order, weights),
        _rank_sum(totals, order, by_judge),
    ]
    return sorted(made, key=lambda each: not each.is_in_force)


def in_force(made: Iterable[Alternative]) -> Alternative:
    """The one that decides."""
    return next(each for each in made if each.is_in_force)


# --- the methods ----------------------------------------------------------------------------------------------------


def _raw(totals: Sequence[Totals], order: Order) -> Alternative:
    how = Text("各评分项得分相加，理论与实操加权", "Marks added up, theory and practice weighted")
    return _made(MARKS, how, totals, order, {each.id: each.total for each in totals})


def _scale(totals: Sequence[Totals], order: Order) -> Alternative:
    scaled = worldskills_scale([each.total for each in totals])
    values = dict(zip((each.id for each in totals), scaled, strict=True))
    how = scaled.formula or Text("700 + 30 × (x − 中位数) ÷ (1.4826 × 绝对中位差)", "700 + 30 × (x − median) ÷ (1.4826 × MAD)")
    return _made(SCALE, how, totals, order, values, reason=scaled.reason, caution=scaled.caution)


def _old_scale(totals: Sequence[Totals], order: Order) -> Alternative:
    scaled = worldskills_scale_500([each.total for each in totals])
    values = dict(zip((each.id for each in totals), scaled, strict=True))
    how = scaled.formula or Text("500 + 30 × (x − 平均数) ÷ 标准差", "500 + 30 × (x − mean) ÷ deviation")
    return _made(OLD_SCALE, how, totals, order, values, reason=scaled.reason, caution=scaled.caution)


def _standard(totals: Sequence[Totals], order: Order) -> Alternative:
    scores = standard_scores([each.total for each in totals])
    how = Text("50 + 10 × (x − 平均数) ÷ 标准差，取两位小数", "50 + 10 × (x − mean) ÷ deviation, to two decimals")
    if scores is None:
        return _without(STANDARD, how, totals, NO_SPREAD)
    values = {each.id: half_up(50 + 10 * score, 2) for each, score in zip(totals, scores, strict=True)}
    return _made(STANDARD, how, totals, order, values)


def _standard_parts(totals: Sequence[Totals], order: Order, weights: Mapping[str, Decimal]) -> Alternative:
    how = Text(
        "理论和各模块先各自换算为标准分，再按在总成绩中所占分值加权",
        "Theory and each module become standard scores by themselves and are then weighted by what they count in the total",
    )
    parts = {part: [_part(each, part) for each in totals] for part, weight in weights.items() if weight}
    known = {part: [mark for mark in marks if mark is not None] for part, marks in parts.items()}
    scores = {part: standard_scores(marks) for part, marks in known.items() if len(marks) == len(totals)}
    usable = {part: found for part, found in scores.items() if found is not None}
    if not usable:
        return _without(STANDARD_PARTS, how, totals, NO_PARTS)
    whole = sum((weights[part] for part in usable), Decimal(0))
    values: dict[int, Decimal | int | None] = {}
    for number, each in enumerate(totals):
        weighted = sum((weights[part] * found[number] for part, found in usable.items()), Decimal(0)) / whole
        values[each.id] = half_up(50 + 10 * weighted, 2)
    left_out = "、".join(part for part in parts if part not in usable)
    caution = Text(f"未计入没有差距的部分：{left_out}", f"Left out, because all are equal there: {left_out}") if left_out else None
    return _made(STANDARD_PARTS, how, totals, order, values, caution=caution)


def _rank_sum(totals: Sequence[Totals], order: Order, by_judge: Mapping[int, Mapping[int, Decimal]]) -> Alternative:
    how = Text(
        "每名裁判按自己给的分排出名次（并列取平均），各裁判名次相加，小者为先",
        "Each judge's own scores make a ranking (ties take the mean rank); the ranks are added, the smaller sum leads",
    )
    if len(by_judge) < 2:
        return _without(RANK_SUM, how, totals, FEW_JUDGES)
    sums: dict[int, Decimal | int | None] = dict.fromkeys((each.id for each in totals), Decimal(0))
    for given in by_judge.values():
        for id_, rank in mean_ranks({each.id: given.get(each.id, Decimal(0)) for each in totals}).items():
            sums[id_] = (sums[id_] or 0) + rank
    return _made(RANK_SUM, how, totals, order, sums, is_higher_better=False)


# --- arithmetic -----------------------------------------------------------------------------------------------------


def standard_scores(marks: Sequence[Decimal]) -> list[Decimal] | None:
    """(x − mean) ÷ population standard deviation of each; None where all are equal."""
    if len(set(marks)) < 2:
        return None
    with localcontext() as context:
        context.prec = 50  # the root is not exact: carry far more digits than are shown
        mean = sum(marks, Decimal(0)) / len(marks)
        deviation = (sum(((mark - mean) ** 2 for mark in marks), Decimal(0)) / len(marks)).sqrt()
        return [(mark - mean) / deviation for mark in marks]


def mean_ranks(values: Mapping[int, Decimal]) -> dict[int, Decimal]:
    """The rank of each, the highest value first; equals take the mean of the ranks they fill."""
    ordered = sorted(values.values(), reverse=True)
    first = {value: ordered.index(value) + 1 for value in set(ordered)}
    return {id_: Decimal(2 * first[value] + ordered.count(value) - 1) / 2 for id_, value in values.items()}


def shown(value: Decimal | int | None) -> str:
    """A value as it stands in the table."""
    return "—" if value is None else plain(Decimal(value))


def _part(totals: Totals, part: str) -> Decimal | None:
    return totals.theory if part == "theory" else totals.modules.get(part)


def _made(
    key: str,
    how: Text,
    totals: Sequence[Totals],
    order: Order,
    values: Mapping[int, Decimal | int | None],
    *,
    is_higher_better: bool = True,
    reason: Text | None = None,
    caution: Text | None = None,
) -> Alternative:
    if reason is not None:
        return _without(key, how, totals, reason)
    if key == order.method:
        found = {place.id: place.place for place in places.places(totals, order) if isinstance(place.id, int)}
    else:
        measured = values if is_higher_better else {id_: None if value is None else -value for id_, value in values.items()}
        found = places.places_by(totals, order, measured)
    return Alternative(key, how, values, found, key == _key_in_force(totals, order), caution=caution)


def _key_in_force(totals: Sequence[Totals], order: Order) -> str:
    """The scale without a value leaves the total marks to decide."""
    has_points = any(value is not None for value in places.scale_points(totals, order).values())
    return SCALE if has_points else MARKS


def _without(key: str, how: Text, totals: Sequence[Totals], reason: Text) -> Alternative:
    nothing: dict[int, None] = {each.id: None for each in totals}
    return Alternative(key, how, nothing, nothing, reason=reason)


# --- what the methods are fed with ----------------------------------------------------------------------------------


def weights_of(scheme: MarkingScheme | None, theory: Decimal, practice: Decimal) -> dict[str, Decimal]:
    """What "theory" and each module letter counts in the total, per cent."""
    criteria = scheme.criteria if scheme else ()
    counted = {criterion.letter: criterion.max_mark if criterion.weight is None else criterion.weight for criterion in criteria}
    whole = sum(counted.values(), Decimal(0))
    modules = {letter: practice * mark / whole for letter, mark in counted.items()} if whole and practice else {}
    return ({"theory": theory} if theory else {}) | modules


def judged_by(scheme: MarkingScheme | None, values: Mapping[int, Mapping[str, Values]]) -> dict[int, dict[int, Decimal]]:
    """For each judge's seat what that judge's own scores come to, by competitor, as if the judge had sat alone.

    *values*: by competitor, what counts for each aspect ("A1.3" → values by seat).
    """
    scored = [(code, aspect) for code, aspect in scheme.aspects() if aspect.method.is_scored_by_each] if scheme else []
    sums: dict[int, dict[int, Decimal]] = {}
    for code, aspect in scored:
        earned = _earned(aspect)
        for id_, given in values.items():
            for seat, value in given.get(code, {}).items():
                own = sums.setdefault(seat, {})
                own[id_] = own.get(id_, Decimal(0)) + earned(value)
    return sums


def _earned(aspect: Aspect) -> Callable[[Decimal | None], Decimal]:
    """What a score of one judge earns in *aspect*; a thousand competitors share a few of them."""

    @functools.cache
    def earned(value: Decimal | None) -> Decimal:
        return ZERO if value is None else aspect.method.mark([value], aspect.max_mark)

    return earned
