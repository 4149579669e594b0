"""Templates that are kept compiled: another process takes them as they are, a changed source is compiled anew."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from app.web.compiled import CompiledTemplates


@pytest.fixture
def page(tmp_path: Path) -> Path:
    page = tmp_path / "page.html"
    page.write_text("一 {{ 1 }}")
    return page


def shown(page: Path, *, compiles: bool) -> str:
    """What a process that has just started shows; whether it had to compile the template for it."""
    environment = Environment(loader=FileSystemLoader(page.parent), bytecode_cache=CompiledTemplates(page.parent / "kept"))
    parsed: list[str] = []
    parse = environment._parse
    environment._parse = lambda *source: (parsed.append(source[0]), parse(*source))[1]  # type: ignore[method-assign]
    text = environment.get_template("page.html").render()
    assert bool(parsed) is compiles
    return text


def test_a_template_is_compiled_by_the_first_process_only_until_its_source_changes(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert shown(page, compiles=True) == "一 1"
    assert shown(page, compiles=False) == "一 1"
    page.write_text("二 {{ 2 }}")
    assert shown(page, compiles=True) == "二 2"


def test_where_nothing_may_be_written_a_template_is_compiled_each_time(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert shown(page, compiles=True) == shown(page, compiles=True) == "一 1"
    assert not (page.parent / "kept").exists()

    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (page.parent / "kept").write_text("a file where the folder would be")
    assert shown(page, compiles=True) == shown(page, compiles=True) == "一 1"
