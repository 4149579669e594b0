"""One marking sheet, aspect by aspect: what may be entered, what counts, what is missing, where the judges differ.

A judgement has one score of each judge on the panel, a measurement one mark on which the panel agreed (seat 0).  A value may be given
again; the one with the highest number counts and the earlier ones stay.  None stands for "not attempted", which all judges must say alike.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from workflows.competition.marking import HIGHEST_SCORE, ZERO, judgement_mark, partial_mark, why_remark
from workflows.competition.scheme import AspectType
from workflows.exact import has_at_most, plain
from workflows.text import Text

PANEL = 0  # the seat of what the panel agreed on
Values = Mapping[int, Decimal | None]  # what counts, by seat

_MARKED_PARTLY = Text("有裁判记为未作答，有裁判给了分", "some judges say not attempted, others gave a score")


@dataclass(frozen=True, slots=True)
class Marked:
    """An aspect as a sheet has it: its number in the scheme ("A1.3"), how it is marked, and what counts for each seat."""

    code: str
    kind: AspectType
    max_mark: Decimal
    values: Values

    @property
    def is_judgement(self) -> bool:
        return self.kind is AspectType.JUDGEMENT


def why_not(kind: AspectType, max_mark: Decimal, value: Decimal | None, *, is_partial: bool) -> Text | None:
    """Why *value* cannot be entered for such an aspect, or None.  "Not attempted" always can."""
    if value is None:
        return None
    if kind is AspectType.JUDGEMENT:
        whole = value == value.to_integral_value() and 0 <= value <= HIGHEST_SCORE
        return None if whole else Text("评判分只能是 0、1、2、3", "A judgement is one of 0, 1, 2, 3")
    if not is_partial:
        met = value in (0, max_mark)
        return None if met else Text("该项只能记满分 {max} 或 0 分", "This aspect earns {max} or 0").format(max=plain(max_mark))
    if not 0 <= value <= max_mark or not has_at_most(2, value):
        return Text("应在 0 到 {max} 之间，最多两位小数", "A mark from 0 to {max} with at most two decimals").format(max=plain(max_mark))
    return None


def seats_of(kind: AspectType, panel: Sequence[int]) -> Sequence[int]:
    """The seats that must give a value: every judge for a judgement, the panel as one for a measurement."""
    return panel if kind is AspectType.JUDGEMENT else (PANEL,)


def is_complete(marked: Marked, panel: Sequence[int]) -> bool:
    return all(seat in marked.values for seat in seats_of(marked.kind, panel))


def missing(aspects: Iterable[Marked], panel: Sequence[int]) -> Iterator[Text]:
    """What is still to be marked, one line an aspect."""
    for marked in aspects:
        seats = [seat for seat in seats_of(marked.kind, panel) if seat not in marked.values]
        if seats and marked.is_judgement:
            listed = "、".join(map(str, seats))
            yield Text("{code} 缺第 {seats} 位裁判的评分", "{code}: no score of judge {seats}").format(code=marked.code, seats=listed)
        elif seats:
            yield Text("{code} 未评", "{code} is not marked").format(code=marked.code)


def difference(marked: Marked) -> Text | None:
    """Why the judges must mark this aspect again, or None where they are near enough or not all done."""
    if not marked.is_judgement or not marked.values:
        return None
    attempted = [value for value in marked.values.values() if value is not None]
    if not attempted:
        return None
    return why_remark(attempted) or (_MARKED_PARTLY if len(attempted) < len(marked.values) else None)


def differences(aspects: Iterable[Marked]) -> Iterator[Text]:
    """Every aspect that must be marked again, with the reason."""
    for marked in aspects:
        reason = difference(marked)
        if reason is not None:
            yield Text("{code} {reason}", "{code}: {reason}").format(code=marked.code, reason=reason)


def mark_of(marked: Marked) -> Decimal:
    """The mark that the values come to: nothing where nothing was attempted or given yet."""
    given = [value for value in marked.values.values() if value is not None]
    if not given:
        return ZERO
    return judgement_mark(given, marked.max_mark) if marked.is_judgement else partial_mark(given[0], marked.max_mark)


def digest(aspects: Iterable[Marked]) -> str:
    """SHA-256 of all that counts on a sheet; what a judge signs.  One changed value makes it another."""
    content = [
        [marked.code, [[seat, None if value is None else plain(value)] for seat, value in sorted(marked.values.items())]]
        for marked in aspects
    ]
    return hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()
