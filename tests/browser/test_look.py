"""The frame and its pieces in a real browser: usable by everyone at every width, and no word typed is lost."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from app.web import home
from app.web.door import PUBLIC

WIDTHS = (320, 390, 820, 1280)


@pytest.fixture
def guide(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The style guide, open to a browser that nobody has signed in."""
    monkeypatch.setitem(home.pages.accesses, "home.styleguide", PUBLIC)
    return f"{address}/styleguide"


def open_page(page: Page, address: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.ok, answer.status


def violations(page: Page) -> list[str]:
    return [f"{v['id']}: {v['nodes'][0]['target']}" for v in Axe().run(page).response["violations"]]


def sideways(page: Page) -> int:
    """How far the page can be scrolled sideways, in pixels."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_piece_is_accessible_and_fits_every_screen(page: Page, guide: str, language: str) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        open_page(page, f"{guide}?lang={language}")
        expect(page.locator("html")).to_have_attribute("lang", "en" if language == "en" else "zh-CN")
        assert violations(page) == [], width
        assert sideways(page) <= 0, width


def test_larger_text_still_fits_a_phone(page: Page, address: str, guide: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/text-size/large")
    open_page(page, guide)
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20px"
    assert sideways(page) <= 0


def test_the_dialog_that_asks_for_a_reason_takes_the_focus_and_gives_it_back(page: Page, guide: str) -> None:
    open_page(page, guide)
    page.locator("[data-transition=send-back]").click()
    expect(page.locator("textarea[name=comment]:visible")).to_be_focused()
    expect(page.locator(".modal.show")).to_have_css("opacity", "1")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("[data-transition=send-back]")).to_be_focused()


def test_what_was_typed_survives_a_page_of_trouble_but_an_identity_number_does_not(page: Page, address: str, guide: str) -> None:
    open_page(page, guide)
    page.fill("#reason", "写到一半的说明")
    page.fill("#id_number", "330122199001010016")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{address}/no-such-page")
    open_page(page, guide)
    expect(page.locator("#reason")).to_have_value("写到一半的说明")
    expect(page.locator("#id_number")).not_to_have_value("330122199001010016")
    assert "330122199001010016" not in page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)")
    page.locator("form[data-keep] button[type=reset]").click()
    expect(page.locator("#reason")).to_have_value("")


def test_a_form_is_sent_once_however_often_its_button_is_pressed(page: Page, guide: str) -> None:
    open_page(page, guide)
    sent = page.evaluate(
        """() => {
            let sent = 0;
            const form = document.querySelector(".actions-open form[data-once]");
            form.addEventListener("submit", (event) => { if (!event.defaultPrevented) sent += 1; event.preventDefault(); });
            form.requestSubmit();
            form.requestSubmit();
            return sent;
        }"""
    )
    assert sent == 1


def test_under_a_finger_every_control_is_44_pixels_high(browser: Browser, guide: str) -> None:
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as touched:
        page = touched.new_page()
        open_page(page, guide)
        heights = page.eval_on_selector_all(
            "button, a.btn, select, textarea, .form-control, .form-check, .navigation-link",
            "all => all.filter(it => it.checkVisibility()).map(it => [it.outerHTML.slice(0, 80), it.getBoundingClientRect().height])",
        )
    assert heights
    assert [it for it in heights if it[1] < 44] == []
