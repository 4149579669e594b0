"""One marking sheet, aspect by aspect: what is missing, and what a signature covers.

What each judge scores has one value of every seat on the panel, everything else one on which the panel agreed (seat 0).  A value may be
given again; the one with the highest number counts and the earlier ones stay.  None stands for "not attempted", which all judges must
say alike.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence

from workflows.competition.aspects import Marked, seats_of
from workflows.exact import plain
from workflows.text import Text, listed


def missing(aspects: Iterable[Marked], panel: Sequence[int]) -> Iterator[Text]:
    """What is still to be marked, one line an aspect."""
    for marked in aspects:
        seats = [seat for seat in seats_of(marked, panel) if seat not in marked.values]
        if seats and marked.is_scored_by_each:
            yield Text("{code} 缺第 {seats} 位裁判的评分", "{code}: no score of judge {seats}").format(
                code=marked.code, seats=listed(seats)
            )
        elif seats:
            yield Text("{code} 未评", "{code} is not marked").format(code=marked.code)


def digest(aspects: Iterable[Marked]) -> str:
    """SHA-256 of all that counts on a sheet; what a judge signs.  One changed value makes it another."""
    return digest_of(map(line_of, aspects))


def line_of(marked: Marked) -> str:
    """What the digest says of one aspect."""
    values = [[seat, None if value is None else plain(value)] for seat, value in sorted(marked.values.items())]
    return json.dumps([marked.code, values], separators=(",", ":"))


def digest_of(lines: Iterable[str]) -> str:
    """The digest of a sheet whose aspects have these lines, in their order."""
    return hashlib.sha256(f"[{','.join(lines)}]".encode()).hexdigest()
