"""The draw: seats by lot, from a recorded seed, so that anyone can draw again and get the same.

The whole algorithm: for each entry take SHA-256 of the text `<seed>:<entry id>` (UTF-8); sort the entries by the
hexadecimal digest; the first gets the first seat, and so on.  Who comes late is drawn in a round of their own, by
the same seed, for the codes that follow.  `printf '%s' 'SEED:ENTRY' | sha256sum` checks it by hand.
Before the draw the commitment (SHA-256 of the seed) is published, after it the seed: nobody can have picked a seed to
suit the result.  A seed must be too long to guess; 32 random hexadecimal digits are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

ALGORITHM = "sha256(seed:entry), sorted"


def commitment(seed: str) -> str:
    """What is published before the draw: the SHA-256 of the seed, hexadecimal.  Raises ValueError for an empty seed."""
    return _digest(_given(seed))


def is_committed(seed: str, published: str) -> bool:
    """Whether *seed* is the one whose commitment was published."""
    return commitment(seed) == published.strip().lower()


def order(entries: Iterable[int | str], seed: str) -> list[int | str]:
    """The entries in the order of the lot; it does not depend on the order they are given in.

    The first k of it are also a fair sample of k, for rechecks and inspections.  Raises ValueError for an empty seed or
    an entry that stands twice.
    """
    _given(seed)
    known = list(entries)
    by_text = {str(entry): entry for entry in known}
    if len(by_text) != len(known):
        doubles = sorted({str(entry) for entry in known if [str(other) for other in known].count(str(entry)) > 1})
        raise ValueError(f"in the draw twice: {', '.join(doubles)}")
    return [by_text[text] for text in sorted(by_text, key=lambda text: (_digest(f"{seed}:{text}"), text))]


def seat_codes(n: int, *, prefix: str = "") -> list[str]:
    """*n* seat codes of equal width: 01 … 47, or with a prefix A01 … A47."""
    width = max(2, len(str(n)))
    return [f"{prefix}{number:0{width}d}" for number in range(1, n + 1)]


def draw(entries: Iterable[int | str], seed: str, *, seats: Sequence[str] | None = None, prefix: str = "") -> dict[int | str, str]:
    """Each entry's seat code, in the order of the lot.

    Without *seats* the codes are 01, 02 … behind *prefix*; with *seats* they are dealt in the order given, and what is left
    over stays empty.  Raises ValueError for too few seats or a seat that stands twice, besides what `order` refuses.
    """
    ordered = order(entries, seed)
    codes = seat_codes(len(ordered), prefix=prefix) if seats is None else list(seats)
    if len(set(codes)) != len(codes):
        raise ValueError("a seat stands twice in the list of seats")
    if len(codes) < len(ordered):
        raise ValueError(f"{len(ordered)} entries, but only {len(codes)} seats")
    return dict(zip(ordered, codes, strict=False))


def draw_in_rounds(rounds: Sequence[Iterable[int | str]], seed: str, *, prefix: str = "") -> dict[int | str, str]:
    """Each entry's code where somebody came after the draw: every round is put in order by the same seed and gets the codes that follow
    those of the round before, so that nobody's code changes.  Of one round it is `draw`.

    The seed was committed to before anybody's number was drawn and is secret until the decoding: nobody can have picked a late place.
    Raises ValueError where an entry stands in two rounds, besides what `order` refuses.
    """
    ordered = [order(entries, seed) for entries in rounds]
    everybody = [entry for entries in ordered for entry in entries]
    if len({str(entry) for entry in everybody}) != len(everybody):
        raise ValueError("an entry was drawn in two rounds")
    width = len(seat_codes(len(ordered[0]))[-1]) if ordered and ordered[0] else 2
    return {entry: f"{prefix}{number:0{width}d}" for number, entry in enumerate(everybody, start=1)}


def _given(seed: str) -> str:
    if not seed:
        raise ValueError("a draw needs a seed")
    return seed


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
