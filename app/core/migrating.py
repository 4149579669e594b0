"""Migrating the database.  Nobody who only serves pages imports this: Alembic takes a third of a second to load."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic.autogenerate.api import AutogenContext
from flask import Flask
from flask_alembic import Alembic

from app.core.db import Base, Json, Scaled, UtcDateTime
from app.core.secrets import Sealed

WRITTEN: dict[type, str] = {UtcDateTime: "sa.DateTime(timezone=True)", Scaled: "sa.BigInteger()", Sealed: "sa.LargeBinary()"}


def migrator(app: Flask) -> Alembic:
    """Alembic over the database of *app*; use it inside an application context."""
    if "alembic" not in app.extensions:
        app.config["ALEMBIC"] = {"script_location": str(Path(app.root_path).parent / "migrations")}
        app.config["ALEMBIC_CONTEXT"] = {
            "render_as_batch": True,
            "compare_type": True,
            "render_item": render_item,
            "include_name": include_name,
        }
        Alembic(metadatas=Base.metadata, run_mkdir=False).init_app(app)
        logging.getLogger("alembic").setLevel(logging.WARNING)
    known: Alembic = app.extensions["alembic"]
    return known


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """How a migration writes our column types: as the plain types the database sees; False lets Alembic write it."""
    if kind != "type":
        return False
    for known, written in WRITTEN.items():
        if isinstance(item, known):
            return written
    if isinstance(item, sa.TypeDecorator) and isinstance(item.impl, sa.Text):
        return "sa.Text()"  # a value of a slice, kept as text
    if isinstance(item, Json):
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether a thing found in the database is the models' business; the queue keeps tables of its own beside them."""
    return not (kind == "table" and (name or "").startswith("huey_"))
