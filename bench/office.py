"""An office to measure: an empty database at the newest migration, as durable as in earnest, and the application over it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from app.core.db import db
from tests.support import postgres
from tests.support.databases import PostgreSQL, SQLite

SETTINGS = {"WTF_CSRF_ENABLED": True, "RATELIMIT_ENABLED": False, "WAKE_WORKERS": False}
KINDS = ("SQLite", "PostgreSQL")


@contextmanager
def office(kind: str = "SQLite", **more: Any) -> Iterator[Flask]:
    """The application within its context, over a database of *kind* that is thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="jiangbang-bench-") as name, _database(kind, Path(name)) as url:
        app = create_app(Path(name) / "instance", DATABASE_URL=url, **SETTINGS | more)
        with app.app_context():
            try:
                yield app
            finally:
                db.session.close()
                db.engine.dispose()


@contextmanager
def _database(kind: str, directory: Path) -> Iterator[str]:
    with ExitStack() as stack:
        careful = None if kind == "SQLite" else stack.enter_context(postgres.running(careless=False))
        databases = SQLite(directory) if careful is None else PostgreSQL(careful, directory)
        databases.renew()
        yield databases.url
