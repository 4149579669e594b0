"""The recheck of marks (成绩复核): the best all, a sample of the rest by lot, and everything where too much was wrong.

Sources: 前 10 名全部、其余抽检覆盖率不低于 15%、错误率超过 5% 全部复核 is in the rules of national events (会计技能赛项规程);
the form with the first 30 % instead of the first ten is customary and was not found verbatim.  What an error rate is a share of, no text
says: sheets unless the plan says competitors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from workflows.competition.draw import order
from workflows.text import Text

SHEETS, COMPETITORS = "sheets", "competitors"
DENOMINATORS: dict[str, Text] = {
    SHEETS: Text("有错的评分表 ÷ 已复核的评分表", "wrong sheets ÷ rechecked sheets"),
    COMPETITORS: Text("有错的选手 ÷ 已复核的选手", "competitors with a wrong sheet ÷ rechecked competitors"),
}
TOP, SAMPLE, RISEN, ALL = "top", "sample", "risen", "all"
WHY: dict[str, Text] = {
    TOP: Text("名次在前", "Among the best"),
    SAMPLE: Text("抽中", "Drawn"),
    RISEN: Text("更正后进入前列", "Rose among the best by the corrections"),
    ALL: Text("错误率超限，全部复核", "Everything, because too much was wrong"),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Per cent everywhere.  `top_n` counts where it is given, else `top_percent`; the threshold must be exceeded, not reached."""

    top_n: int | None = None
    top_percent: Decimal = Decimal(30)
    sample_percent: Decimal = Decimal(15)
    threshold_percent: Decimal = Decimal(5)
    denominator: str = SHEETS

    def as_data(self) -> dict[str, Any]:
        return {
            "top_n": self.top_n,
            "top_percent": str(self.top_percent),
            "sample_percent": str(self.sample_percent),
            "threshold_percent": str(self.threshold_percent),
            "denominator": self.denominator,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Rule:
        """The rule as `as_data` wrote it; what is not there is the default."""
        usual = cls()
        return cls(
            data.get("top_n"),
            Decimal(data.get("top_percent", usual.top_percent)),
            Decimal(data.get("sample_percent", usual.sample_percent)),
            Decimal(data.get("threshold_percent", usual.threshold_percent)),
            data.get("denominator", usual.denominator),
        )

    @property
    def words(self) -> Text:
        top = (
            Text("前 {n} 名", "the first {n}").format(n=self.top_n)
            if self.top_n is not None
            else Text("前 {n}%", "the first {n}%").format(n=self.top_percent)
        )
        return Text(
            "{top}全部复核，其余抽检不少于 {sample}%，错误率超过 {threshold}% 时全部复核（{denominator}）",
            "{top} are all rechecked, of the rest at least {sample}%; above an error rate of {threshold}% everything is ({denominator})",
        ).format(top=top, sample=self.sample_percent, threshold=self.threshold_percent, denominator=DENOMINATORS[self.denominator])


@dataclass(frozen=True, slots=True)
class Ranked:
    """One competitor by code, with the place the tally gave."""

    code: str
    place: int | None


def share_of(percent: Decimal, n: int) -> int:
    """*percent* of *n*, rounded up: a share that is asked for as a minimum is not undercut."""
    exact = Fraction(percent) * n / 100
    return -(-exact.numerator // exact.denominator)


def chosen(ranked: Sequence[Ranked], rule: Rule, seed: str) -> dict[str, str]:
    """Who is rechecked, and why: code → `TOP` or `SAMPLE`.

    Everybody who shares the last place of the top belongs to it.  The sample is the first of the lot: whoever has the seed draws the same.
    """
    top = best(ranked, rule)
    rest = [each.code for each in ranked if each.code not in set(top)]
    sample = [str(code) for code in order(rest, seed)[: share_of(rule.sample_percent, len(rest))]] if rest else []
    return dict.fromkeys(top, TOP) | dict.fromkeys(sample, SAMPLE)


def best(ranked: Sequence[Ranked], rule: Rule) -> list[str]:
    """The codes of those who are all rechecked, best first."""
    n = rule.top_n if rule.top_n is not None else share_of(rule.top_percent, len(ranked))
    placed = sorted((each for each in ranked if each.place is not None), key=lambda each: (each.place, each.code))
    line = placed[min(n, len(placed)) - 1].place if n and placed else None
    return [each.code for each in placed if line is not None and each.place is not None and each.place <= line]


@dataclass(frozen=True, slots=True)
class Checked:
    """One sheet that was looked at: whose, and whether something on it was wrong."""

    code: str
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a recheck came to: how many of how many, as a share, and whether that is above the threshold."""

    wrong: int
    checked: int
    is_above: bool

    @property
    def percent(self) -> Decimal:
        """The error rate in per cent to two decimals, for reading; the comparison is exact."""
        return (Decimal(100 * self.wrong) / self.checked).quantize(Decimal("0.01")) if self.checked else Decimal("0.00")


def outcome(checked: Sequence[Checked], rule: Rule) -> Outcome:
    """The error rate of what was checked, by the rule's denominator."""
    if rule.denominator == COMPETITORS:
        codes = {each.code for each in checked}
        wrong, base = len({each.code for each in checked if each.is_wrong}), len(codes)
    else:
        wrong, base = sum(each.is_wrong for each in checked), len(checked)
    is_above = base > 0 and Fraction(100 * wrong, base) > Fraction(rule.threshold_percent)
    return Outcome(wrong, base, is_above)
