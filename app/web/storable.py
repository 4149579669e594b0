"""What no database can hold is turned away before anybody looks at it: numbers too large for a row, half characters, and NUL."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1  # PostgreSQL's integer


class RowNumber(IntegerConverter):
    """`<int:id>` up to the largest id a table can have; beyond, there is no such page."""

    def __init__(self, map: Map, *args: Any, **kwargs: Any) -> None:
        super().__init__(map, *args, **{"max": LARGEST} | kwargs)


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber

    @app.before_request
    def _only_text() -> None:
        said = [request.path, *request.args.values()]
        if request.is_json:
            is_text = _is_text(request.get_data())
        else:
            is_text = not any("\0" in value for _, value in request.form.items(multi=True))
        if not is_text or any("\0" in value for value in said):
            raise BadRequest


def _is_text(sent: bytes) -> bool:
    """Whether every text within the JSON *sent* can be written down: what cannot be, JSON can only say by an escape."""
    if b"\\u" not in sent:
        return True
    content = request.get_json(silent=True)
    try:
        return "\\u0000" not in json.dumps(content, ensure_ascii=False).encode().decode()
    except UnicodeEncodeError:
        return False
