"""Databases at the newest migration.  The migrations run once for each kind; every test begins with a fresh copy, at the same address."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import sql

from app import create_app
from app.core.db import db
from app.core.migrating import migrator

KINDS = ("sqlite", "postgresql")
on_both = pytest.mark.parametrize("database_kind", KINDS)


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
        self._template, self._path = directory / "template.sqlite", directory / "jiangbang.sqlite"
        self.url = f"sqlite:///{self._path}"
        migrate(f"sqlite:///{self._template}", directory)

    def renew(self) -> None:
        """Put a fresh copy at `url`, as a file of its own: whoever is still connected keeps the old one."""
        for ending in ("", "-wal", "-shm"):
            self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
        shutil.copyfile(self._template, self._path)


class PostgreSQL:
    """A database, copied by the server itself."""

    def __init__(self, server: str, directory: Path) -> None:
        self._server = server
        self._template, self._name = f"jiangbang_{os.getpid()}", f"jiangbang_{os.getpid()}_copy"
        self.url = self._address(self._name)
        self._execute("CREATE DATABASE {}", self._template)
        migrate(self._address(self._template), directory)

    def renew(self) -> None:
        """Put a fresh copy at `url`; whoever is still connected is cut off."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", self._name)
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", self._name, self._template)

    def close(self) -> None:
        for name in (self._name, self._template):
            self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _address(self, name: str) -> str:
        return sa.make_url(self._server).set(database=name).render_as_string(hide_password=False)

    def _execute(self, statement: str, *names: str) -> None:
        with closing(psycopg.connect(self._server, autocommit=True)) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
