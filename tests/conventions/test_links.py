"""An address written out in a template leads somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

TEMPLATES = Path(__file__).parents[2] / "templates"
ADDRESS = re.compile(r'\b(href|src|action|hx-get|hx-post)="(/[^"{?#]*)["?#]')
PAGES = sorted(TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("template", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_every_address_in_a_template_is_a_route(app: Flask, template: Path) -> None:
    routes = app.url_map.bind("localhost")
    astray = set()
    for attribute, path in ADDRESS.findall(template.read_text(encoding="utf-8")):
        methods = ("POST", "GET") if attribute in ("action", "hx-post") else ("GET",)
        if not any(_leads_somewhere(routes, path, method) for method in methods):
            astray.add(path)
    assert not astray


def _leads_somewhere(routes: MapAdapter, path: str, method: str) -> bool:
    try:
        routes.match(path, method)
    except HTTPException:
        return False
    return True
