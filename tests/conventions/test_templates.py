"""What the content policy and the two languages ask of every template."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGES = sorted(TEMPLATES.rglob("*.html"))
INLINE = {
    "a style attribute": re.compile(r"""<[^>]*\sstyle\s*=\s*["']"""),
    "a style element": re.compile(r"<style\b"),
    "a script of its own": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>"),
    "an event attribute": re.compile(r"""<[^>]*\son[a-z]+\s*=\s*["']"""),
    "an address outside": re.compile(r"""\b(?:src|href|action)\s*=\s*["'](?:https?:)?//"""),
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# What may stand in Chinese whatever the page's language: the name of the language itself, and comments.
SPOKEN = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}|<!--.*?-->|<[^>]*\slang=\"zh-CN\"[^>]*>[^<]*", re.DOTALL)

by_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))


@by_page
def test_a_template_holds_nothing_that_the_content_policy_refuses(page: Path) -> None:
    source = page.read_text(encoding="utf-8")
    found = [f"{name}: {match.group(0)}" for name, pattern in INLINE.items() for match in pattern.finditer(source)]
    assert not found


@by_page
def test_no_chinese_stands_in_a_page_untranslated(page: Path) -> None:
    bare = SPOKEN.sub("", page.read_text(encoding="utf-8"))
    assert not [line.strip() for line in bare.splitlines() if CHINESE.search(line)]
