"""From the marks of the aspects to the modules and to practice as a whole; and what was recorded beside the marks.

Modules are added as they are, or, where the scheme gives them weights, each is turned from its own maximum into its weight and rounded
once, to 0.01: the modules shown are then the ones that add up.  A time or a count of errors is no mark; it may break a tie.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from workflows.competition.aspects import AspectType, Values
from workflows.competition.marking import total
from workflows.competition.scheme import Criterion, MarkingScheme
from workflows.exact import half_up, plain
from workflows.text import Text

RECORDED = {"time": AspectType.TIME, "errors": AspectType.ERRORS}
"""The keys of a tie-break chain that are recorded beside the marks."""


@dataclass(frozen=True, slots=True)
class Module:
    """What a criterion came to: `earned` of `most` by its aspects, and `mark`, which counts."""

    letter: str
    earned: Decimal
    most: Decimal
    weight: Decimal | None
    mark: Decimal

    @property
    def step(self) -> Text:
        if self.weight is None:
            return Text(f"模块 {self.letter}：{self.mark}", f"Module {self.letter}: {self.mark}")
        worked = f"{self.earned} ÷ {plain(self.most)} × {plain(self.weight)} = {self.mark}"
        return Text(f"模块 {self.letter}：{worked}", f"Module {self.letter}: {worked}")


def modules_of(scheme: MarkingScheme, aspects: Mapping[str, Decimal]) -> list[Module]:
    """Every module of *scheme* from the marks of its aspects, which are given by number ("A1.3")."""
    return [_module(criterion, aspects) for criterion in scheme.criteria]


def _module(criterion: Criterion, aspects: Mapping[str, Decimal]) -> Module:
    earned = total(aspects[f"{sub.id}.{number}"] for sub in criterion.sub_criteria for number in range(1, len(sub.aspects) + 1))
    most = criterion.max_mark
    return Module(criterion.letter, earned, most, criterion.weight, weighed(earned, most, criterion.weight))


def weighed(earned: Decimal, most: Decimal, weight: Decimal | None) -> Decimal:
    """What a module counts: *earned* as it is, or as so much of *weight* as it is of *most*."""
    return earned if weight is None else half_up(Fraction(earned) * Fraction(weight) / Fraction(most))


def recorded(scheme: MarkingScheme, values: Mapping[str, Values]) -> dict[str, Decimal]:
    """Seconds taken and errors made over all aspects that record them: "time" and "errors", each only if all of them have a value."""
    found: dict[str, Decimal] = {}
    for key, type_ in RECORDED.items():
        codes = [code for code, aspect in scheme.aspects() if aspect.type is type_]
        given = [value for code in codes for value in values.get(code, {}).values() if value is not None]
        if codes and len(given) == len(codes):
            found[key] = sum(given, Decimal(0))
    return found
