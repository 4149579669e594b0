"""The references over HTTP: a Flask view that returns given bytes, and one that inserts marks with SQLAlchemy Core, and nothing else.

Served as `bench.bare:app`; `BARE_PAGES` names a folder whose files are the pages, `DATABASE_URL` the database.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, Response, request
from sqlalchemy import event

app = Flask(__name__)
pages = {path.name: path.read_bytes() for path in Path(os.environ["BARE_PAGES"]).iterdir()} if "BARE_PAGES" in os.environ else {}
engine = sa.create_engine(os.environ.get("DATABASE_URL", "sqlite://"), pool_size=10)
COLUMNS = ("id", "sheet_id", "aspect_id", "seat", "number", "round", "value", "is_not_attempted", "account_id", "device", "reason", "note")
marks = sa.table("mark", *map(sa.column, (*COLUMNS, "made_at", "recorded_at")))


@event.listens_for(engine, "connect")
def _as_durable_as_the_office(connection: object, _record: object) -> None:
    if engine.dialect.name == "sqlite":
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=15000", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


@app.get("/<name>")
def page(name: str) -> Response:
    return Response(pages[name], mimetype="application/json" if name.endswith("json") else "text/html")


@app.get("/unchanged/<name>")
def unchanged(name: str) -> Response:
    return Response(status=304, headers={"ETag": request.headers.get("If-None-Match", "")})


@app.post("/sheets/<int:sheet>/marks")
def write(sheet: int) -> dict[str, int]:
    now = datetime.now(UTC)
    rows = [
        {
            "id": mark["id"],
            "sheet_id": sheet,
            "aspect_id": mark["aspect"],
            "seat": mark["seat"],
            "number": mark["seen"] + 1,
            "round": 1,
            "value": int(Decimal(str(mark["value"])) * 10**8),
            "is_not_attempted": False,
            "account_id": 1,
            "device": "",
            "reason": "",
            "note": "",
            "made_at": now.isoformat(),
            "recorded_at": now.isoformat(),
        }
        for mark in request.get_json()
    ]
    with engine.begin() as connection:
        connection.execute(sa.insert(marks), rows)
    return {"recorded": len(rows)}
