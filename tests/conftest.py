"""Fixtures: a database at the newest migration, the application over it, a client, an address.

Whatever stores something runs twice, on SQLite and on PostgreSQL.  A file whose subject is what is computed and shown, and not how it
is kept, is marked `either_database`: each of its tests takes the one or the other, by its name, unless it says `on_both`.  A folder whose
subject is not storage (journeys, browser, conventions) overrides `database_kind`.  Without a PostgreSQL those tests are skipped, but in
CI they fail.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from zlib import crc32

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from app import create_app, take_up
from app.core.db import db
from tests.support import postgres
from tests.support.databases import KINDS, PostgreSQL, SQLite
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


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test marked `either_database` takes one of the two, the same in every run."""
    test = metafunc.definition
    says_itself = any("database_kind" in said.args[0] for said in test.iter_markers("parametrize"))
    if test.get_closest_marker("either_database") and "database_kind" in metafunc.fixturenames and not says_itself:
        test.add_marker(pytest.mark.parametrize("database_kind", [KINDS[crc32(test.name.encode()) % len(KINDS)]]))


@pytest.fixture
def databases(database_kind: str, request: pytest.FixtureRequest) -> SQLite | PostgreSQL:
    made: SQLite | PostgreSQL = request.getfixturevalue(database_kind)
    return made


@pytest.fixture
def database_url(databases: SQLite | PostgreSQL) -> str:
    """A database for this test alone, migrated and empty."""
    databases.renew()
    return databases.url


class OwnContextClient(FlaskClient):
    """Each request in an application context of its own, as with a server: Flask would go on in the one the test holds for its
    session, and whoever was signed in would stay."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def offices(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Flask]:
    """The application over the database at an address; made once, because its templates and statements are compiled once."""
    made: dict[str, Flask] = {}

    def office(url: str) -> Flask:
        if url not in made:
            made[url] = create_app(tmp_path_factory.mktemp("instance"), DATABASE_URL=url, **TEST_SETTINGS)
            made[url].test_client_class = OwnContextClient
        return made[url]

    return office


@pytest.fixture
def app(database_url: str, offices: Callable[[str], Flask]) -> Iterator[Flask]:
    """The application over `database_url`, with a clock that can be moved; forms need no token and nobody is slowed down.

    What a test changes of its settings and files is as it was for the next.
    """
    app = offices(database_url)
    instance, settings = app.config["INSTANCE"], dict(app.config)
    take_up(app)
    yield app
    app.config.update(settings)
    with app.app_context():
        db.engine.dispose()
    for left in set(instance.iterdir()) - {instance / name for name in KEPT}:
        shutil.rmtree(left) if left.is_dir() else left.unlink()


KEPT = ("keys.json", "secret_key")

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
