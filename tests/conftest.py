"""Fixtures: a database at the newest migration, the application over it, a client, an address.

Whatever stores something runs twice, on SQLite and on PostgreSQL; a folder whose subject is not storage (journeys, browser,
conventions) overrides `database_kind`.  Without a PostgreSQL those tests are skipped, but in CI they fail.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from app import create_app
from app.core.db import db
from tests.support import postgres
from tests.support.databases import PostgreSQL, SQLite
from tests.support.serving import served

# A slow machine is no fault of the code: nothing here fails because of the time it takes.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

IN_CI = bool(os.environ.get("CI"))


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SQLite:
    return SQLite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSQL]:
    """The PostgreSQL that TEST_PG_URL names, or one of our own."""
    with ExitStack() as stack:
        try:
            server = os.environ.get("TEST_PG_URL") or stack.enter_context(postgres.running())
        except postgres.NoPostgres as reason:
            if IN_CI:
                raise
            pytest.skip(f"no PostgreSQL: {reason}")
        databases = PostgreSQL(server, tmp_path_factory.mktemp("postgresql"))
        yield databases
        databases.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of this test's own, migrated and empty."""
    databases: SQLite | PostgreSQL = request.getfixturevalue(database_kind)
    with databases.copy(tmp_path) as url:
        yield url


class OwnContextClient(FlaskClient):
    """Each request in an application context of its own, as with a server: Flask would go on in the one the test holds for its
    session, and whoever was signed in would stay."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application over `database_url`, with a clock that can be moved; forms need no token and nobody is slowed down."""
    app = create_app(tmp_path / "instance", DATABASE_URL=database_url, **TEST_SETTINGS)
    app.test_client_class = OwnContextClient
    yield app
    with app.app_context():
        db.engine.dispose()


TEST_SETTINGS: dict[str, Any] = {
    "TESTING": True,
    "WTF_CSRF_ENABLED": False,
    "RATELIMIT_ENABLED": False,
    "CLOCK_CAN_MOVE": True,
    "WAKE_WORKERS": False,
    "SHARED_ASKED_AGAIN": 0,
}


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """The database session of an application context that lasts as long as the test."""
    with app.app_context():
        yield db.session


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """`http://127.0.0.1:…`, where the application answers real requests."""
    app.config["WTF_CSRF_ENABLED"] = True
    with served(app) as url:
        yield url
