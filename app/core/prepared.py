"""Statements compiled once for each kind of database and handed to its driver as they are: for what happens many times a second.

The mapper and the connection of SQLAlchemy cost five times what SQLite needs for such a statement itself.  Nothing else differs: they run
on the session's own connection, within its transaction, and values pass through the same types.

To PostgreSQL every message is a journey there and back, so statements that belong together travel together: questions that follow from
each other, all rows of a table as one value, and the last changes of a transaction with its commit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

Row = tuple[Any, ...]
Values = Mapping[str, Any]
Process = Callable[[Any], Any]


_NOTHING = object()


class _Compiled(NamedTuple):
    """The text a driver gets; the order of its parameters, where they go by position; those that the statement itself fixes; what values
    pass through on their way in and out."""

    sql: str
    order: tuple[str, ...] | None
    fixed: dict[str, Any]
    on_the_way_in: dict[str, Process]
    on_the_way_out: tuple[tuple[int, Process], ...]

    def parameters(self, given: Values) -> Any:
        return self.parameters_of((given,))[0]

    def parameters_of(self, rows: Sequence[Values]) -> list[Any]:
        """The parameters for each of *rows*; one object that stands in row after row, such as the moment, passes through its type once."""
        read = [{**self.fixed, **row} for row in rows]
        for name, process in self.on_the_way_in.items():
            before: Any = _NOTHING
            for row in read:
                if row[name] is not before:
                    before = row[name]
                    processed = process(before)
                row[name] = processed
        return read if self.order is None else [[row[name] for name in self.order] for row in read]

    def row(self, row: Sequence[Any]) -> Row:
        if not self.on_the_way_out:
            return tuple(row)
        read = list(row)
        for column, process in self.on_the_way_out:
            read[column] = process(read[column])
        return tuple(read)


class Prepared:
    """One statement whose parameters are named by `bindparam`; made once, at the top of a module.  It holds no list of values (IN)."""

    def __init__(self, statement: sa.Select[*tuple[Any, ...]] | sa.Insert | sa.UpdateBase) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def within(self, dialect: sa.Dialect) -> _Compiled:
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = _compile(self._statement, dialect)
        return known

    def carry_out(self, dialect: sa.Dialect, cursor: Any, rows: Sequence[Values]) -> None:
        """For each of *rows*, in this order."""
        compiled = self.within(dialect)
        if len(rows) == 1:
            cursor.execute(compiled.sql, compiled.parameters(rows[0]))
        else:
            cursor.executemany(compiled.sql, compiled.parameters_of(rows))


class PreparedRows(Prepared):
    """New rows of one table, with all of its columns.

    PostgreSQL takes them apart itself, from one value in JSON: a statement for each would be told, sent and answered by itself.
    """

    def __init__(self, table: sa.Table) -> None:
        super().__init__(sa.insert(table).values({column.name: sa.bindparam(column.name) for column in table.columns}))
        named = ", ".join(column.name for column in table.columns)
        self._as_one = f"INSERT INTO {table.name} ({named}) SELECT {named} FROM json_populate_recordset(NULL::{table.name}, %(rows)s::json)"

    def carry_out(self, dialect: sa.Dialect, cursor: Any, rows: Sequence[Values]) -> None:
        if dialect.name != "postgresql":
            super().carry_out(dialect, cursor, rows)
            return
        compiled = self.within(dialect)
        cursor.execute(self._as_one, {"rows": json.dumps(compiled.parameters_of(rows), default=str)})


Change = tuple[Prepared, Sequence[Values]]
"""A statement that writes, and the rows it is carried out for."""


def _compile(statement: Any, dialect: sa.Dialect) -> _Compiled:
    compiled: Any = statement.compile(dialect=dialect)
    into = {name: _way(bind.type, dialect, into=True) for name, bind in compiled.binds.items()}
    columns = statement.selected_columns if isinstance(statement, sa.Select) else ()
    out = [(n, _way(column.type, dialect, into=False)) for n, column in enumerate(columns)]
    order = tuple(compiled.positiontup) if compiled.positional else None
    return _Compiled(
        compiled.string,
        order,
        {name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        {name: way for name, way in into.items() if way is not None},
        tuple((n, way) for n, way in out if way is not None),
    )


def _way(type_: sa.types.TypeEngine[Any], dialect: sa.Dialect, *, into: bool) -> Process | None:
    here = type_.dialect_impl(dialect)
    return here.bind_processor(dialect) if into else here.result_processor(dialect, None)


def ask(connection: sa.Connection, *questions: tuple[Prepared, Values]) -> list[list[Row]]:
    """The rows that answer each of *questions*, which go to the database together; each sees what those before it have locked."""
    return _answers(connection.dialect, connection.connection.driver_connection, questions)


def ask_alone(engine: sa.Engine, question: Prepared, given: Values) -> list[Row]:
    """The rows that answer one question outside of any transaction."""
    borrowed = engine.raw_connection()
    try:
        driver: Any = borrowed.driver_connection
        with _without_transaction(driver):
            return _answers(engine.dialect, driver, ((question, given),))[0]
    finally:
        borrowed.close()


def _answers(dialect: sa.Dialect, driver: Any, questions: Sequence[tuple[Prepared, Values]]) -> list[list[Row]]:
    compiled = [question.within(dialect) for question, _ in questions]
    cursors = []
    with _together(driver):
        for each, (_, given) in zip(compiled, questions, strict=True):
            cursor = driver.cursor()
            cursor.execute(each.sql, each.parameters(given))
            cursors.append(cursor)
    return [[each.row(row) for row in cursor.fetchall()] for each, cursor in zip(compiled, cursors, strict=True)]


def write(connection: sa.Connection, *changes: Change, is_last: bool = False) -> None:
    """Carry out each of *changes* for each of its rows, in this order.  Raises `sqlalchemy.exc.IntegrityError` as the session would.

    *is_last*: nothing follows in this transaction.  Where a driver can send several at once they take the commit along; the session, which
    commits as ever, then finds it done.
    """
    dialect, driver = connection.dialect, cast(Any, connection.connection.driver_connection)
    try:
        with _together(driver):
            for change, rows in changes:
                change.carry_out(dialect, driver.cursor(), rows)
            if is_last and _sends_together(driver):
                driver.cursor().execute("COMMIT", prepare=False)
    except dialect.loaded_dbapi.IntegrityError as error:
        raise sa.exc.IntegrityError(None, None, error) from error


@contextmanager
def _together(driver: Any) -> Iterator[None]:
    """In one message and one answer where the driver can (PostgreSQL's pipeline)."""
    if _sends_together(driver):
        with driver.pipeline():
            yield
    else:
        yield


def _sends_together(driver: Any) -> bool:
    return hasattr(driver, "pipeline")


@contextmanager
def _without_transaction(driver: Any) -> Iterator[None]:
    """PostgreSQL's driver opens one unless told not to; SQLite's is told so for good (`prepare_sqlite`)."""
    if not hasattr(driver, "set_autocommit"):
        yield
        return
    driver.autocommit = True
    try:
        yield
    finally:
        driver.autocommit = False
