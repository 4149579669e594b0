"""Sheets as tiles: a small desk shows all of them; a large one shows one sub criterion, and some hundred of its sheets, at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.competitions.models import SubCriterion
from app.web.paging import Page, page_within

MOST = 200  # tiles on a page


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a desk somebody asks for: the sheets of a sub criterion, of codes that hold *code*, and which page of them."""

    sub_id: int | None = None
    code: str = ""
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Tiles:
    """The sub criteria that are shown, each with a page of its tiles.  `subs` is what there is to choose from: nothing on a small desk."""

    shown: Sequence[tuple[SubCriterion, Page]]
    subs: Sequence[SubCriterion]


def tiles(desk: Sequence[tuple[SubCriterion, Sequence[Any]]], asked: Asked, is_waiting: Callable[[Any], bool]) -> Tiles:
    """What is shown of *desk*, whose tiles have a `code`.  Of a large one that nobody chose from, where the first waits."""
    found = [(sub, [tile for tile in every if asked.code in tile.code]) for sub, every in desk]
    subs = [sub for sub, _every in desk] if sum(len(every) for _sub, every in desk) > MOST else []
    if sum(len(every) for _sub, every in found) <= MOST:
        return Tiles([(sub, page_within(every, 1, MOST)) for sub, every in found if every], subs)
    sub, every = next((each for each in found if each[0].id == asked.sub_id), None) or _first_waiting(found, is_waiting)
    first = next((place for place, tile in enumerate(every) if is_waiting(tile)), 0)
    return Tiles([(sub, page_within(every, asked.number or first // MOST + 1, MOST))], subs)


def _first_waiting(
    desk: Sequence[tuple[SubCriterion, Sequence[Any]]], is_waiting: Callable[[Any], bool]
) -> tuple[SubCriterion, Sequence[Any]]:
    return next((each for each in desk if any(map(is_waiting, each[1]))), desk[0])
