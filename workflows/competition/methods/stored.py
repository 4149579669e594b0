"""A method as plain data, which is how it is kept with its aspect and written into other people's workbooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from workflows.competition.aspects import Method
from workflows.competition.mark_tables import Row, Table
from workflows.competition.methods.agreed import Band, Banded, FullOrZero, Partial
from workflows.competition.methods.counted import Add, Deduct, Errors
from workflows.competition.methods.measured import Numeric, Timed
from workflows.competition.methods.scored import Judgement, Scores
from workflows.exact import exact, plain

METHODS: dict[str, type[Method]] = {
    method.key: method for method in (FullOrZero, Partial, Add, Deduct, Banded, Numeric, Judgement, Scores, Timed, Errors)
}


def data_of(method: Method) -> dict[str, Any]:
    """*method* as plain data, numbers as text; `method_from` gives it back."""
    return {"key": method.key, **{field.name: _plain_data(getattr(method, field.name)) for field in fields(method)}}


def method_from(data: Mapping[str, Any]) -> Method:
    """The method that `data_of` described; ValueError for data that describes none."""
    try:
        kind = METHODS[data["key"]]
        known = {field.name for field in fields(kind)}
        given = {name: _READ.get(name, _decimal)(value) for name, value in data.items() if name in known}
        return kind(**given)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"no method: {data!r}") from error


def _plain_data(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, tuple):
        return [[_plain_data(part) for part in row] for row in map(_cells, value)]
    return value


def _cells(row: Row | Band) -> tuple[Any, ...]:
    return (row.up_to, row.mark) if isinstance(row, Row) else tuple(row)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else exact(value)


def _same_value(value: Any) -> Any:
    return value


def _table(rows: Any) -> Table:
    return tuple(Row(_decimal(up_to), exact(mark)) for up_to, mark in rows)


def _bands(rows: Any) -> tuple[Band, ...]:
    return tuple(Band(exact(mark), str(words)) for mark, words in rows)


_READ: dict[str, Any] = {
    "table": _table,
    "bands": _bands,
    **dict.fromkeys(("items", "judges", "drop_highest", "drop_lowest", "free"), int),
    **dict.fromkeys(("unit", "is_linear"), _same_value),
}
