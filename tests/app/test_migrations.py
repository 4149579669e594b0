"""The migrations and the models agree, on both databases."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from app.core.db import Base, db
from app.core.migrating import migrator


def test_the_migrations_make_exactly_what_the_models_describe(app: Flask) -> None:
    with app.app_context():
        assert migrator(app).compare_metadata() == []


def test_every_table_can_be_taken_down_again(app: Flask) -> None:
    with app.app_context():
        migrator(app).downgrade("base")
        left = set(sa.inspect(db.engine).get_table_names())
    assert not left & set(Base.metadata.tables)
