"""A competitor's marks beside the field's: the median and the best, where enough have competed that nobody's own shows through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from workflows.exact import half_up

ENOUGH = 4
"""Fewer competitors, and the field's figures would be a neighbour's marks."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One mark: what can be had, what was got, and how the field did (None where it is too small to say)."""

    most: Decimal
    own: Decimal
    median: Decimal | None
    best: Decimal | None

    def share(self, mark: Decimal | None) -> Decimal:
        """*mark* in per cent of what can be had, for a chart."""
        return Decimal(0) if mark is None or not self.most else half_up(100 * mark / self.most)


def compared(most: Mapping[str, Decimal], own: Mapping[str, Decimal], field: Sequence[Mapping[str, Decimal]]) -> dict[str, Compared]:
    """Every key of *most* with the own mark and the field's; *field* is everybody's marks, one's own among them."""
    found = {}
    for key, possible in most.items():
        marks = [each[key] for each in field if key in each]
        known = len(marks) >= ENOUGH
        found[key] = Compared(
            possible,
            own.get(key, Decimal(0)),
            half_up(median(marks)) if known else None,
            max(marks) if known else None,
        )
    return found


def summed(marks: Mapping[str, Decimal], groups: Mapping[str, Sequence[str]]) -> dict[str, Decimal]:
    """*marks* added up by group: criteria, or sections of the standard."""
    return {group: sum((marks.get(key, Decimal(0)) for key in keys), Decimal(0)) for group, keys in groups.items()}
