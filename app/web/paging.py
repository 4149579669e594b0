"""A long list, one page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, as the `pager` macro reads it."""

    rows: Sequence[Any]
    number: int
    pages: int
    total: int


def page_of(session: Session, query: sa.Select[Any], number: int | None, size: int = SIZE) -> Page:
    """Page *number* (from 1; the nearest there is) of what *query* selects, in the order it says."""
    total = session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    number, pages = _nearest(number, total, size)
    rows = session.scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return Page(rows, number, pages, total)


def page_within(rows: Sequence[Any], number: int | None, size: int = SIZE) -> Page:
    """The same of *rows* that are known already."""
    number, pages = _nearest(number, len(rows), size)
    return Page(rows[(number - 1) * size : number * size], number, pages, len(rows))


def _nearest(number: int | None, total: int, size: int) -> tuple[int, int]:
    """The page there is that is nearest to *number*, and how many there are."""
    pages = max(1, -(-total // size))
    return min(max(number or 1, 1), pages), pages
