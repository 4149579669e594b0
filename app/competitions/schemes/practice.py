"""The practice sheet: a judge marks an imaginary competitor with the very controls of the desk, and sees what comes of it.

Nothing is stored.  One judge gives one value for each aspect, also where several would; the mark is what theirs alone comes to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from app.competitions.models import Aspect, SubCriterion
from workflows.competition import aspects
from workflows.competition.aspects import PANEL, Entry, Marked, entry_of, explain, mark_of, value_from
from workflows.competition.marking import total
from workflows.text import Text

NOT_A_VALUE = Text("“{value}”不是数字", "“{value}” is not a number")


@dataclass(frozen=True, slots=True)
class Tried:
    """One aspect of the practice sheet: what was typed ("" nothing, "n" not attempted), and what it comes to."""

    aspect: Aspect
    typed: str
    value: Decimal | None
    refusal: Text | None

    @property
    def asked(self) -> Entry:
        return entry_of(self.aspect)

    @property
    def is_given(self) -> bool:
        return bool(self.typed) and self.refusal is None

    @property
    def marked(self) -> Marked:
        return Marked(self.aspect.code, self.aspect.method, self.aspect.max_mark, {PANEL: self.value} if self.is_given else {})

    @property
    def mark(self) -> Decimal:
        return mark_of(self.marked)

    def worth(self, value: Decimal) -> Decimal:
        """What *value* would earn, shown as soon as it is chosen."""
        return self.aspect.method.mark([value], self.aspect.max_mark)

    @property
    def steps(self) -> tuple[Text, ...]:
        return explain(self.marked)

    @property
    def reference(self) -> Marked | None:
        """What the author would give, where they say so."""
        known = self.aspect.reference
        return None if known is None else Marked(self.aspect.code, self.aspect.method, self.aspect.max_mark, {PANEL: known})

    @property
    def reference_mark(self) -> Decimal | None:
        return None if self.reference is None else mark_of(self.reference)

    @property
    def apart(self) -> Decimal | None:
        """How far the mark lies from the author's; None where there is nothing to compare."""
        return None if self.reference_mark is None or not self.is_given else self.mark - self.reference_mark


@dataclass(frozen=True, slots=True)
class Practice:
    """The whole practice sheet as it stands."""

    tried: list[Tried]

    @property
    def done(self) -> int:
        return sum(each.is_given for each in self.tried)

    @property
    def mark(self) -> Decimal:
        return total(each.mark for each in self.tried)

    @property
    def compared(self) -> list[Tried]:
        return [each for each in self.tried if each.apart is not None]

    @property
    def agreeing(self) -> int:
        return sum(not each.apart for each in self.compared)


def practice(sub: SubCriterion, form: Mapping[str, str]) -> Practice:
    """What the fields `value-<aspect>` of *form* come to on the sheet of *sub*."""
    return Practice([_tried(aspect, form.get(f"value-{aspect.id}", "").strip()) for aspect in sub.aspects])


def _tried(aspect: Aspect, typed: str) -> Tried:
    if typed in ("", "n"):
        return Tried(aspect, typed, None, None)
    try:
        value = value_from(typed)
    except (ValueError, ArithmeticError):
        return Tried(aspect, typed, None, NOT_A_VALUE.format(value=typed))
    return Tried(aspect, typed, value, aspects.why_not(aspect, value))
