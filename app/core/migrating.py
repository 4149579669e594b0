"""How a migration writes our column types: as the plain types the database sees."""

from __future__ import annotations

from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext

from app.core.db import Json, Scaled, UtcDateTime
from app.core.secrets import Sealed


def render_item(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """The Python text for *item*, or False to let Alembic write it."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Scaled):
        return "sa.BigInteger()"
    if isinstance(item, Sealed):
        return "sa.LargeBinary()"
    if item is Json:
        context.imports.add("from sqlalchemy.dialects import postgresql")
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether a thing found in the database is the models' business; the queue keeps tables of its own beside them."""
    return not (kind == "table" and (name or "").startswith("huey_"))
