"""The database: typed columns, one session a request, one way to commit.

SQLite is the embedded default and PostgreSQL the engine beyond one machine; a model says nothing that
differs between them.
"""

from __future__ import annotations

import select
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from decimal import Decimal
from inspect import iscoroutinefunction
from threading import Lock
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask.sansio.app import App
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from app.core.lazily import lazily

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql, sqlite
else:  # each brings a whole dialect with it, of which an installation has one
    postgresql, sqlite = lazily("sqlalchemy.dialects.postgresql"), lazily("sqlalchemy.dialects.sqlite")


class Database(SQLAlchemy):
    """The extension without its asynchronous half, which nobody uses.

    Closing no asynchronous session at the end of each request starts an event loop: 1.4 ms, and refused on a thread that runs one already.
    """

    def init_app(self, app: App) -> None:
        super().init_app(app)
        app.teardown_appcontext_funcs[:] = [close for close in app.teardown_appcontext_funcs if not iscoroutinefunction(close)]


db = Database(session_options={"expire_on_commit": False})


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC.  SQLite forgets zones, so a naive one is refused on the way in."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Scaled(TypeDecorator[Decimal]):
    """A `Decimal` with a fixed number of places, kept as an integer on every database.

    A value with more places is refused: rounding happens at a named place in the rulebook, never here.
    """

    impl = sa.BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | int | None, dialect: sa.Dialect) -> int | None:
        if value is None:
            return None
        if isinstance(value, float):
            raise TypeError("a float is not an exact number")
        scaled = Decimal(value).scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.places} decimal places")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places)

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self


def Money() -> Scaled:
    """Yuan, kept in fen."""
    return Scaled(2)


class Json(TypeDecorator[Any]):
    """Plain data: JSON, and JSONB where the database has it."""

    impl = sa.JSON
    cache_ok = True
    comparator_factory = sa.JSON.Comparator

    def load_dialect_impl(self, dialect: sa.Dialect) -> Any:
        return dialect.type_descriptor(postgresql.JSONB() if dialect.name == "postgresql" else sa.JSON())

    def coerce_compared_value(self, op: Any, value: Any) -> Any:
        return self.impl_instance.coerce_compared_value(op, value)


def upsert(session: Session, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT into *model* that can say what happens where the key is there already (`on_conflict_do_…`)."""
    return postgresql.insert(model) if session.get_bind().dialect.name == "postgresql" else sqlite.insert(model)


_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Whatever begins inside takes SQLite's write lock at once, instead of failing when it first writes."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def transaction() -> Iterator[Session]:
    """The only commit.  All of what happens inside is kept, or none of it.

    `session.info["first"]`, where it is set, is done before everything else in the transaction, until one is committed.
    """
    session = db.session
    if session.in_transaction() and not session.info.get("writes"):
        if session.new or session.dirty or session.deleted:
            raise RuntimeError("rows were changed before the transaction began")
        session.rollback()  # a look that came before; the write lock begins afresh
    with writing():
        try:
            if (first := session.info.get("first")) is not None:
                first(session)
            yield session
            session.commit()
        except BaseException:
            session.rollback()
            raise
    session.info.pop("first", None)


@event.listens_for(Session, "after_begin")
def _note_lock(session: Session, _transaction: Any, _connection: Any) -> None:
    session.info["writes"] = _writing.get()


PATIENCE_SECONDS = 15


def prepare(engine: sa.Engine) -> None:
    """Teach *engine* what its kind of database needs."""
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    else:
        prepare_postgresql(engine)


def prepare_sqlite(engine: sa.Engine) -> None:
    """WAL, enforced foreign keys, durable commits, and `BEGIN IMMEDIATE` for whoever is going to write.

    With deferred transactions a read that turns into a write fails at once when somebody else has written.  Whoever finds the write lock
    taken is told by SQLite to sleep and ask again, and the lock lies idle meanwhile; so the threads of a process stand in line for it.
    """
    line = Lock()

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={PATIENCE_SECONDS}000", "synchronous=FULL"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if not _writing.get():
            connection.connection.execute("BEGIN")
            return
        connection.info["at_the_head"] = connection.info.get("at_the_head") or line.acquire(timeout=PATIENCE_SECONDS)
        connection.connection.execute("BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def _leave_the_line(_connection: Any, record: Any) -> None:
        if record.info.pop("at_the_head", False):
            line.release()


ASKED_AFTER_SECONDS = 5


def prepare_postgresql(engine: sa.Engine) -> None:
    """A connection that the server has given up is noticed before it is used, without asking the server every time.

    Where the server has gone, or has something to say, its end of the line can be read; a line that breaks in silence is found by asking,
    now and then.

    The driver prepares nothing by itself: with every rollback it throws away whatever is prepared on its connection, and that includes
    what goes past it (`app.core.pipeline`).
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.prepare_threshold = None

    @event.listens_for(engine, "checkout")
    def _still_there(connection: Any, record: Any, _lent: Any) -> None:
        now = time.monotonic()
        if now - record.info.get("asked_at", now - ASKED_AFTER_SECONDS) < ASKED_AFTER_SECONDS and not _can_be_read(connection):
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise sa.exc.InvalidatePoolError from error
        record.info["asked_at"] = now


def _can_be_read(connection: Any) -> bool:
    line = select.poll()
    line.register(connection.fileno(), select.POLLIN)
    return bool(line.poll(0))
