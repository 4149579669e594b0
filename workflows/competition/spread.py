"""How far judges may lie apart before they must mark an aspect again; which rule, is data of the skill.

A rule names the types of aspect it is for, its test and its limit, how often the panel marks again, whether the discussion must be
written down, and who decides when the judges still differ.  Everything is exact: scores are `Decimal`, ratios `Fraction`.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Self

from workflows.exact import Exact, exact, half_up, plain
from workflows.text import Text


class Check(enum.Enum):
    """How a difference is found."""

    title: Text

    RANGE = ("range", Text("极差", "Range"))
    DIXON = ("dixon", Text("狄克逊 Q 检验", "Dixon's Q"))
    MAD = ("mad", Text("中位数绝对偏差（MAD）倍数", "Multiple of the median absolute deviation"))

    def __new__(cls, key: str, title: Text) -> Self:
        member = object.__new__(cls)
        member._value_, member.title = key, title
        return member


# Critical values of Q = gap ÷ range, two-sided, for 3 to 10 values (D. B. Rorabacher, Analytical Chemistry 63 (1991) 139–146, table 1,
# r10): at 90, 95 and 99 per cent.
DIXON_CRITICAL: Mapping[int, Sequence[Decimal]] = {
    90: tuple(map(Decimal, ("0.941", "0.765", "0.642", "0.560", "0.507", "0.468", "0.437", "0.412"))),
    95: tuple(map(Decimal, ("0.970", "0.829", "0.710", "0.625", "0.568", "0.526", "0.493", "0.466"))),
    99: tuple(map(Decimal, ("0.994", "0.926", "0.821", "0.740", "0.680", "0.634", "0.598", "0.568"))),
}
FEWEST_FOR_DIXON = 3
MOST_FOR_DIXON = FEWEST_FOR_DIXON + len(DIXON_CRITICAL[95]) - 1


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.  `limit`: what the range, or the multiple of the MAD, may not exceed; for Dixon's Q the confidence in per cent.

    `rounds`: how many re-mark rounds the panel has before somebody decides.  `needs_note`: a round closes only with the note of
    the discussion.  `source`: where the rule stands.
    """

    types: tuple[str, ...]
    check: Check
    limit: Decimal
    rounds: int = 1
    needs_note: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        if self.check is Check.DIXON and int(self.limit) not in DIXON_CRITICAL:
            raise ValueError(f"Dixon's Q is tabled for {sorted(DIXON_CRITICAL)} per cent, not for {plain(self.limit)}")
        if self.limit < 0 or self.rounds < 1:
            raise ValueError("a limit is not negative, and there is at least one round")

    def as_data(self) -> dict[str, Any]:
        return {
            "types": list(self.types),
            "check": self.check.value,
            "limit": plain(self.limit),
            "rounds": self.rounds,
            "needs_note": self.needs_note,
            "source": self.source,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Rule:
        return cls(
            tuple(data["types"]),
            Check(data["check"]),  # type: ignore[call-arg]  # looked up by its value
            exact(data["limit"], "limit"),
            int(data.get("rounds", 1)),
            bool(data.get("needs_note", False)),
            str(data.get("source", "")),
        )

    @property
    def words(self) -> Text:
        """The rule as a sentence."""
        if self.check is Check.RANGE:
            said = Text("最高分与最低分之差大于 {limit}", "highest less lowest score is above {limit}")
        elif self.check is Check.DIXON:
            said = Text("狄克逊 Q 检验（置信度 {limit}%）判为离群", "an outlier by Dixon's Q at {limit} per cent")
        else:
            said = Text("离中位数超过 {limit} 倍 MAD", "further from the median than {limit} times the MAD")
        return said.format(limit=plain(self.limit))


# WSC2026 Technical Descriptions 30 §4.9 and 32 §4.9: judgement scores that differ by more than 1 are marked again after a discussion.
WORLD_SKILLS = Rule(("judgement",), Check.RANGE, Decimal(1), source="WSC2026 TD30 §4.9, TD32 §4.9")
DEFAULT: tuple[Rule, ...] = (WORLD_SKILLS,)


@dataclass(frozen=True, slots=True)
class Hit:
    """That scores break a rule: the reason in words, and the scores (by their place in the list) that stand out."""

    rule: Rule
    reason: Text
    outliers: tuple[int, ...] = field(default=())


def rules_of(data: Iterable[Mapping[str, Any]] | None) -> tuple[Rule, ...]:
    """The rules of a skill as stored; None stands for the default, an empty list for no rule at all."""
    return DEFAULT if data is None else tuple(Rule.from_data(each) for each in data)


def rule_for(rules: Iterable[Rule], type_key: str) -> Rule | None:
    """The first rule that covers aspects of that type."""
    return next((rule for rule in rules if type_key in rule.types), None)


def hits(rule: Rule, scores: Sequence[Exact]) -> Hit | None:
    """Whether *scores*, one a judge, break *rule*.

    One score breaks nothing.  Dixon's Q is silent below three scores, above ten and where all are equal, as its table is.
    """
    known = [exact(score, "score") for score in scores]
    if len(known) < 2:
        return None
    if rule.check is Check.RANGE:
        return _range(rule, known)
    return _dixon(rule, known) if rule.check is Check.DIXON else _mad(rule, known)


def _range(rule: Rule, scores: Sequence[Decimal]) -> Hit | None:
    apart = max(scores) - min(scores)
    if apart <= rule.limit:
        return None
    reason = Text(
        "裁判评分相差 {spread} 分，超过 {limit} 分，须简要讨论后重新评分",
        "The judges differ by {spread}, more than {limit}: they mark again after a brief discussion",
    ).format(spread=plain(apart), limit=plain(rule.limit))
    return Hit(rule, reason, tuple(n for n, score in enumerate(scores) if score in (max(scores), min(scores))))


def _dixon(rule: Rule, scores: Sequence[Decimal]) -> Hit | None:
    if not FEWEST_FOR_DIXON <= len(scores) <= MOST_FOR_DIXON or max(scores) == min(scores):
        return None
    order = sorted(range(len(scores)), key=lambda n: scores[n])
    span = Fraction(scores[order[-1]] - scores[order[0]])
    candidates = (
        (Fraction(scores[order[1]] - scores[order[0]]) / span, order[0]),
        (Fraction(scores[order[-1]] - scores[order[-2]]) / span, order[-1]),
    )
    critical = DIXON_CRITICAL[int(rule.limit)][len(scores) - FEWEST_FOR_DIXON]
    outliers = tuple(place for ratio, place in candidates if ratio > critical)
    if not outliers:
        return None
    ratio = max(ratio for ratio, _place in candidates)
    reason = Text(
        "评分 {scores} 离群：Q = {q}，大于 n = {n}、置信度 {limit}% 的临界值 {critical}",
        "Score {scores} stands out: Q = {q}, above the critical value {critical} for n = {n} at {limit} per cent",
    ).format(
        scores=_listed(scores, outliers),
        q=half_up(ratio, 3),
        n=len(scores),
        limit=plain(rule.limit),
        critical=critical,
    )
    return Hit(rule, reason, outliers)


def _mad(rule: Rule, scores: Sequence[Decimal]) -> Hit | None:
    """Where more than half of the judges agree the MAD is 0, and whoever differs at all stands out."""
    middle = median(scores)
    deviations = [abs(Fraction(score) - middle) for score in scores]
    deviation = median(deviations)
    outliers = tuple(n for n, each in enumerate(deviations) if each > deviation * Fraction(rule.limit))
    if not outliers:
        return None
    reason = Text(
        "评分 {scores} 离中位数 {middle} 超过 {limit} 倍 MAD（MAD = {mad}）",
        "Score {scores} lies further from the median {middle} than {limit} times the MAD ({mad})",
    ).format(scores=_listed(scores, outliers), middle=plain(half_up(middle, 3)), limit=plain(rule.limit), mad=plain(half_up(deviation, 3)))
    return Hit(rule, reason, outliers)


def median(values: Sequence[Decimal] | Sequence[Fraction]) -> Fraction:
    """The middle value, or the mean of the two middle ones; ValueError for none."""
    if not values:
        raise ValueError("there is no median of nothing")
    ordered = sorted(Fraction(value) for value in values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _listed(scores: Sequence[Decimal], places: Iterable[int]) -> str:
    return "、".join(plain(scores[n]) for n in places)
