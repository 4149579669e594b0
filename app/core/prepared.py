"""Statements compiled once for each kind of database and handed to its driver as they are: for what happens many times a second.

The mapper and the connection of SQLAlchemy cost five times what SQLite needs for such a statement itself.  Nothing else differs: they run
on the session's own connection, within its transaction, and values pass through the same types.

To PostgreSQL every message is a journey there and back, so statements that belong together travel together: questions that follow from
each other, all rows of a table as one value, and the last changes of a transaction with its commit.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core import pipeline

Row = tuple[Any, ...]
Values = Mapping[str, Any]
Process = Callable[[Any], Any]


_NOTHING = object()


class _Compiled(NamedTuple):
    """The text a driver gets; the order of its parameters; those that the statement itself fixes; what values pass through on their way
    in and out."""

    sql: str
    order: tuple[str, ...]
    fixed: dict[str, Any]
    on_the_way_in: dict[str, Process]
    on_the_way_out: tuple[tuple[int, Process], ...]

    def parameters(self, given: Values) -> Any:
        return self.parameters_of((given,))[0]

    def parameters_of(self, rows: Sequence[Values]) -> list[Any]:
        """The parameters for each of *rows*."""
        return [[row[name] for name in self.order] for row in self.named(rows)]

    def named(self, rows: Sequence[Values]) -> list[dict[str, Any]]:
        """The same by name; one object that stands in row after row, such as the moment, passes through its type once."""
        read = [{**self.fixed, **row} for row in rows]
        for name, process in self.on_the_way_in.items():
            before: Any = _NOTHING
            for row in read:
                if row[name] is not before:
                    before = row[name]
                    processed = process(before)
                row[name] = processed
        return read

    def read(self, rows: list[Row]) -> list[Row]:
        return [self._read(row) for row in rows] if self.on_the_way_out else rows

    def _read(self, row: Row) -> Row:
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

    def for_each(self, dialect: sa.Dialect, rows: Sequence[Values]) -> tuple[str, list[Any]]:
        """The text, and the parameters with which it is carried out in turn for all of *rows*."""
        compiled = self.within(dialect)
        return compiled.sql, compiled.parameters_of(rows)


class PreparedRows(Prepared):
    """New rows of one table, with all of its columns.

    PostgreSQL takes them apart itself, from one value in JSON: a statement for each would be told, sent and answered by itself.
    """

    def __init__(self, table: sa.Table) -> None:
        super().__init__(sa.insert(table).values({column.name: sa.bindparam(column.name) for column in table.columns}))
        named = ", ".join(column.name for column in table.columns)
        self._as_one = f"INSERT INTO {table.name} ({named}) SELECT {named} FROM json_populate_recordset(NULL::{table.name}, $1::json)"

    def for_each(self, dialect: sa.Dialect, rows: Sequence[Values]) -> tuple[str, list[Any]]:
        if dialect.name != "postgresql":
            return super().for_each(dialect, rows)
        return self._as_one, [[json.dumps(self.within(dialect).named(rows), default=str)]]


Question = tuple[Prepared, Values]
"""A statement that reads, or writes and says something about it, and its parameters."""
Change = tuple[Prepared, Sequence[Values]]
"""A statement that writes, and the rows it is carried out for."""


def _compile(statement: Any, dialect: sa.Dialect) -> _Compiled:
    compiled: Any = statement.compile(dialect=_numbering(dialect))
    into = {name: _way(bind.type, dialect, into=True) for name, bind in compiled.binds.items()}
    columns = statement.selected_columns if isinstance(statement, sa.Select) else ()
    out = [(n, _way(column.type, dialect, into=False)) for n, column in enumerate(columns)]
    return _Compiled(
        compiled.string,
        tuple(compiled.positiontup),
        {name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        {name: way for name, way in into.items() if way is not None},
        tuple((n, way) for n, way in out if way is not None),
    )


def _numbering(dialect: sa.Dialect) -> sa.Dialect:
    """*dialect* as it names parameters by their place: SQLite's driver so anyhow, PostgreSQL's library only so."""
    return type(dialect)(paramstyle="numeric_dollar") if dialect.name == "postgresql" else dialect  # type: ignore[call-arg]


def _way(type_: sa.types.TypeEngine[Any], dialect: sa.Dialect, *, into: bool) -> Process | None:
    here = type_.dialect_impl(dialect)
    return here.bind_processor(dialect) if into else here.result_processor(dialect, None)


def ask(connection: sa.Connection, *questions: Question) -> list[list[Row]]:
    """The rows that answer each of *questions*, which go to the database together; each sees what those before it have locked."""
    return _answers(connection.dialect, connection.connection, questions)


def ask_alone(engine: sa.Engine, question: Prepared, given: Values) -> list[Row]:
    """The rows that answer one question outside of any transaction."""
    borrowed = engine.raw_connection()
    try:
        return _answers(engine.dialect, borrowed, ((question, given),), is_alone=True)[0]
    finally:
        borrowed.close()


def _answers(
    dialect: sa.Dialect, lent: sa.PoolProxiedConnection, questions: Sequence[Question], *, is_alone: bool = False
) -> list[list[Row]]:
    compiled = [question.within(dialect) for question, _ in questions]
    statements = [(each.sql, each.parameters(given)) for each, (_, given) in zip(compiled, questions, strict=True)]
    if dialect.name == "postgresql":
        answers = _tell(lent, statements, is_alone=is_alone)
    else:
        driver: Any = lent.driver_connection
        answers = [driver.execute(*each).fetchall() for each in statements]
    return [each.read(rows) for each, rows in zip(compiled, answers, strict=True)]


def write(connection: sa.Connection, *changes: Change, is_last: bool = False) -> None:
    """Carry out each of *changes* for each of its rows, in this order.  Raises `sqlalchemy.exc.IntegrityError` as the session would.

    *is_last*: nothing follows in this transaction.  PostgreSQL is sent the commit along with it; the session, which commits as ever, then
    finds it done.
    """
    dialect, lent = connection.dialect, connection.connection
    told = [change.for_each(dialect, rows) for change, rows in changes]
    try:
        if dialect.name == "postgresql":
            _tell(lent, [(sql, each) for sql, parameters in told for each in parameters] + [pipeline.COMMIT] * is_last)
        else:
            driver: Any = lent.driver_connection
            for sql, parameters in told:
                driver.executemany(sql, parameters)
    except dialect.loaded_dbapi.IntegrityError as error:
        raise sa.exc.IntegrityError(None, None, error) from error


def _tell(lent: sa.PoolProxiedConnection, statements: Sequence[pipeline.Statement], *, is_alone: bool = False) -> list[list[Row]]:
    """In one message to PostgreSQL, which begins the transaction that the session has promised unless a statement *is_alone*."""
    driver: Any = lent.driver_connection
    names = lent.info.setdefault("prepared", {})
    begun = is_alone or not pipeline.is_between_transactions(driver)
    try:
        answers = pipeline.tell(driver, names, statements if begun else [pipeline.BEGIN, *statements])
    except BaseException:
        if driver.closed:
            lent.invalidate()  # nobody is to roll back on it
        raise
    return answers if begun else answers[1:]
