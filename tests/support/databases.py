"""Databases at the newest migration.  The migrations run once for each kind; every test gets a copy of its own."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import sqlalchemy as sa
from psycopg import sql

from app import create_app
from app.core.db import db
from app.core.migrating import migrator

_numbers = itertools.count(1)


def migrate(url: str, instance: Path) -> None:
    """Bring the empty database at *url* up to the newest migration, and let go of it."""
    app = create_app(instance, DATABASE_URL=url)
    with app.app_context():
        migrator(app).upgrade()
        if db.engine.dialect.name == "sqlite":
            with db.engine.connect() as connection:
                connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.engine.dispose()


class SQLite:
    """A file, copied."""

    def __init__(self, directory: Path) -> None:
        self._template = directory / "template.sqlite"
        migrate(f"sqlite:///{self._template}", directory)

    @contextmanager
    def copy(self, directory: Path) -> Iterator[str]:
        """The address of a fresh copy, kept in *directory*."""
        path = directory / "jiangbang.sqlite"
        shutil.copyfile(self._template, path)
        yield f"sqlite:///{path}"


class PostgreSQL:
    """A database, copied by the server itself."""

    def __init__(self, server: str, directory: Path) -> None:
        self._server = server
        self._template = f"jiangbang_{os.getpid()}"
        self._execute("CREATE DATABASE {}", self._template)
        migrate(self._address(self._template), directory)

    @contextmanager
    def copy(self, _directory: Path) -> Iterator[str]:
        """The address of a fresh copy, dropped afterwards."""
        name = f"{self._template}_{next(_numbers)}"
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, self._template)
        try:
            yield self._address(name)
        finally:
            self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def close(self) -> None:
        self._execute("DROP DATABASE {} WITH (FORCE)", self._template)

    def _address(self, name: str) -> str:
        return sa.make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def _execute(self, statement: str, *names: str) -> None:
        with closing(psycopg.connect(self._server, autocommit=True)) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
