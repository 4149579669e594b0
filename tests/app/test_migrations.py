"""The migrations and the models agree, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.core.db import Base, db
from app.core.migrating import migrator


@pytest.fixture
def app(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application that has answered nobody yet: migrating is set up before the first request."""
    app = create_app(tmp_path, DATABASE_URL=database_url)
    yield app
    with app.app_context():
        db.engine.dispose()


def test_the_migrations_make_exactly_what_the_models_describe(app: Flask) -> None:
    with app.app_context():
        assert migrator(app).compare_metadata() == []


def test_every_table_can_be_taken_down_again(app: Flask) -> None:
    with app.app_context():
        migrator(app).downgrade("base")
        left = set(sa.inspect(db.engine).get_table_names())
    assert not left & set(Base.metadata.tables)
