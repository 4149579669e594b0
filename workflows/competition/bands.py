"""Bands of places that may not be shared: 「前三名排名不并列」 is the band 1–3; everywhere else a tie may stand.

Which bands there are is data of each skill: the national and the Hainan competition forbid ties among the first three, others at the
places that carry a promotion.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workflows.text import Text

LARGEST = 9999

_BAND = re.compile(r"(\d{1,4})(?:\s*[-–—~～至]\s*(\d{1,4}))?")
_BETWEEN = re.compile(r"[,，、;；]+")


@dataclass(frozen=True, slots=True, order=True)
class Band:
    """The places from `first` to `last`, both within.  Raises ValueError, when made, for a band that holds no place."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last <= LARGEST:
            raise ValueError(f"places {self.first} to {self.last}")

    @property
    def title(self) -> Text:
        if self.first == self.last:
            return Text(f"第 {self.first} 名", f"place {self.first}")
        if self.first == 1:
            return Text(f"前 {self.last} 名", f"the first {self.last} places")
        return Text(f"第 {self.first}–{self.last} 名", f"places {self.first} to {self.last}")

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


def forbids(bands: Iterable[Band], place: int) -> Band | None:
    """The band that keeps *place* from being shared; None where a tie may stand."""
    return next((band for band in bands if band.first <= place <= band.last), None)


def read(text: str) -> tuple[Band, ...]:
    """Bands as they are written: "1-3", "1-3, 8", 「1–3、6 至 8」; an empty text is no band.

    Raises ValueError where a part is no place, or two bands share one.
    """
    bands = []
    for part in filter(None, map(str.strip, _BETWEEN.split(text))):
        match = _BAND.fullmatch(part)
        if match is None:
            raise ValueError(part)
        bands.append(Band(int(match[1]), int(match[2] or match[1])))
    return _apart(bands)


def written(bands: Iterable[Band]) -> str:
    """What `read` reads back."""
    return ", ".join(map(str, bands))


def from_data(data: Iterable[Sequence[int]]) -> tuple[Band, ...]:
    """Bands from the pairs of `as_data`."""
    return _apart(Band(first, last) for first, last in data)


def as_data(bands: Iterable[Band]) -> list[list[int]]:
    """Bands as plain JSON values."""
    return [[band.first, band.last] for band in bands]


def _apart(bands: Iterable[Band]) -> tuple[Band, ...]:
    ordered = tuple(sorted(bands))
    for before, after in itertools.pairwise(ordered):
        if after.first <= before.last:
            raise ValueError(f"{before} and {after} share a place")
    return ordered
