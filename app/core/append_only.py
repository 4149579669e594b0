"""Rows that are written once: marks, signatures, determinations, payments, the audit record.

A model that is `AppendOnly` has triggers in the database itself: an UPDATE or a DELETE is refused whoever sends it, on SQLite
and on PostgreSQL (where TRUNCATE is refused too).  The migration that makes such a table executes `triggers` for it.  On SQLite
a migration that rebuilds the table takes its triggers away and has to execute them again; a test looks for them on every table.
"""

from __future__ import annotations

from app.core.db import Base


class AppendOnly:
    """Mixin of a model whose rows are never changed nor deleted: what corrects one is another row."""


def tables() -> list[str]:
    """The names of the append-only tables among the models that are loaded, in order."""
    return sorted(str(mapper.local_table) for mapper in Base.registry.mappers if issubclass(mapper.class_, AppendOnly))


def triggers(table: str, dialect: str) -> tuple[str, ...]:
    """The statements that make *table* append-only; `ValueError` for a database we do not serve."""
    refusal = f"{table}: rows are never changed"
    if dialect == "sqlite":
        return tuple(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            for verb in ("update", "delete")
        )
    if dialect == "postgresql":
        return (
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RAISE EXCEPTION '%: rows are never changed', TG_TABLE_NAME; END $$",
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()",
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
        )
    raise ValueError(f"no triggers are known for {dialect}")
