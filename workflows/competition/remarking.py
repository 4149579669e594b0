"""When judges must mark an aspect again, and when what they gave can be accepted.

The first marking is round 1.  Where its scores break the spread rule a re-mark round opens on that aspect alone: every judge of the sheet
gives a score again, both rounds are kept, and only the latest counts.  When the rounds are used up and they still differ, the chief
judge decides with a reason.  Until then the sheet is neither signed nor locked.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from workflows.competition import spread
from workflows.text import Text, listed

FIRST = 1


class Need(enum.Enum):
    """What has to happen before the aspect can be accepted."""

    ROUND = "round"  # a re-mark round must open
    SCORES = "scores"  # a round is open, and somebody has not scored in it
    NOTE = "note"  # the discussion must be written down
    DECISION = "decision"  # the rounds are used up: the chief judge decides


@dataclass(frozen=True, slots=True)
class Round:
    """The latest round of an aspect: its number, why it opened, whether the discussion was noted and whether the chief judge decided."""

    number: int = FIRST
    reason: Text | None = None
    has_note: bool = False
    is_decided: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """Why an aspect cannot be accepted yet, and what is needed."""

    need: Need
    reason: Text


_MARKED_PARTLY = Text("有裁判记为未作答，有裁判给了分", "some judges say not attempted, others gave a score")
_ROUND_OPEN = Text("{reason}；第 {n} 轮重评，第 {seats} 位裁判未评", "{reason}; re-mark round {n}, no score of judge {seats}")
_AGAIN = Text("须重新评分", "to be marked again")
_NOTE = Text("第 {n} 轮重评须写明讨论情况", "re-mark round {n} closes with a note of the discussion")
_DECISION = Text("{reason}；重评后仍有分差，由裁判长裁定", "{reason}; they still differ after marking again: the chief judge decides")


def difference(
    rule: spread.Rule | None, values: Mapping[int, Decimal | None], seats: Sequence[int], latest: Round | None = None
) -> Difference | None:
    """What stands between the scores of one aspect and their acceptance; None where nothing does.

    *values*: the latest round's, by seat, None for "not attempted"; *seats*: who must score.  While the first round is incomplete there
    is nothing to differ about.
    """
    now = latest or Round()
    if now.is_decided:
        return None
    missing = [seat for seat in seats if seat not in values]
    if missing:
        if now.number == FIRST:
            return None
        return Difference(Need.SCORES, _ROUND_OPEN.format(reason=now.reason or _AGAIN, n=now.number - FIRST, seats=listed(missing)))
    reason = _why(rule, [values[seat] for seat in seats])
    if reason is None:
        needs_note = rule is not None and rule.needs_note and now.number > FIRST and not now.has_note
        return Difference(Need.NOTE, _NOTE.format(n=now.number - FIRST)) if needs_note else None
    rounds = rule.rounds if rule is not None else 1
    if now.number - FIRST < rounds:
        return Difference(Need.ROUND, reason)
    return Difference(Need.DECISION, _DECISION.format(reason=reason))


def _why(rule: spread.Rule | None, values: Sequence[Decimal | None]) -> Text | None:
    attempted = [value for value in values if value is not None]
    if attempted and len(attempted) < len(values):
        return _MARKED_PARTLY
    hit = spread.hits(rule, attempted) if rule is not None else None
    return hit.reason if hit else None
