"""What every judge scores alone: a judgement from 0 to 3, or points of which the extremes are dropped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from workflows.competition.aspects import BIGGEST, MOST_CHOICES, AspectType, Choice, Entry, Method
from workflows.competition.marking import HIGHEST_SCORE, SCORE_MEANINGS, judgement_mark
from workflows.competition.methods.wording import as_figure, figured, listed
from workflows.exact import half_up, plain
from workflows.text import Text

_NO_JUDGES = Text("裁判人数应至少为 1", "There must be at least one judge")


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
        scores, sum_ = listed(given), sum(given, Decimal(0))
        yield figured(scores, "裁判评分 {}", "Scores {}")
        unrounded = Fraction(sum_) / len(given) / HIGHEST_SCORE * Fraction(max_mark)
        worked = f"{plain(sum_)} ÷ {len(given)} ÷ {HIGHEST_SCORE} × {plain(max_mark)} {as_figure(unrounded)}"
        yield figured(worked, "平均分 ÷ 3 × 满分：{}", "Mean ÷ 3 × maximum: {}")

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
    step: Decimal = Decimal(1)

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
        yield figured(listed(given), "裁判打分 {}", "Scores {}")
        if len(given) < self.judges:
            yield Text("{given} / {judges} 名裁判已打分，暂计", "{given} of {judges} judges have scored: not final").format(
                given=len(given), judges=self.judges
            )
        if high or low:
            yield Text("去掉最高 {high}，去掉最低 {low}", "Dropped: highest {high}, lowest {low}").format(
                high=listed(high) or "—", low=listed(low) or "—"
            )
        worked = f"{plain(sum(kept, Decimal(0)))} ÷ {len(kept)} ÷ {plain(self.highest)} × {plain(max_mark)}"
        yield figured(f"{worked} {as_figure(self._unrounded(kept, max_mark))}", "平均分折合：{}", "Mean as a mark: {}")

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
        return Entry(label, tuple(Choice(score, figured(plain(score), "{} 分", "{}")) for score in scores), unit=unit)

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
