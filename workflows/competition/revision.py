"""What a new version of the results changes: who moves, who wins or loses what, and by which rule now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Standing:
    """One entry in one version of the results."""

    id: int
    place: int | None
    total: Decimal
    award: str | None
    prize: Decimal
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """An entry before and after.  One side is None for somebody who came in or fell out."""

    id: int
    old: Standing | None
    new: Standing | None

    @property
    def moves(self) -> bool:
        """Whether the place changes."""
        return (self.old and self.old.place) != (self.new and self.new.place)

    @property
    def changes_award(self) -> bool:
        """Whether the award or the prize changes."""
        before, after = _won(self.old), _won(self.new)
        return before != after

    @property
    def is_decided_otherwise(self) -> bool:
        """Whether another rule puts it where it stands."""
        return (self.old.decided_by if self.old else "") != (self.new.decided_by if self.new else "")


def _won(standing: Standing | None) -> tuple[str | None, Decimal]:
    return (standing.award, standing.prize) if standing else (None, Decimal(0))


def changes(old: Sequence[Standing], new: Sequence[Standing]) -> list[Change]:
    """Everybody for whom anything is different, in the order of the new version; who fell out comes last."""
    before, after = {it.id: it for it in old}, {it.id: it for it in new}
    ids = [*after, *(id_ for id_ in before if id_ not in after)]
    pairs = [Change(id_, before.get(id_), after.get(id_)) for id_ in ids]
    return [pair for pair in pairs if pair.old != pair.new]


def awards_change(found: Iterable[Change]) -> bool:
    """Whether anybody's award or prize is another."""
    return any(change.changes_award for change in found)
