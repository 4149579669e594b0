"""The first page anybody sees, in a real browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect


def test_the_first_page_is_in_chinese_and_can_be_read_in_english(page: Page, address: str) -> None:
    page.goto(f"{address}/")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.goto(f"{address}/?lang=en")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_nothing_is_loaded_from_another_host(page: Page, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/", wait_until="load")
    assert asked
    assert [url for url in asked if not url.startswith(address)] == []
