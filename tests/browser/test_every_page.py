"""Every page of the product, as those who use it see it, in both languages, held to one standard.

Which pages there are is asked of the routes; who opens them, and on which rows, is declared in `tests/support/pages.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page
from werkzeug.routing import MapAdapter

from app.core.actor import NOBODY, Actor
from app.core.db import db
from app.web.door import Pages
from tests.support import season
from tests.support.pages import HALF_WAY, NO_PAGES, PAGES, PUBLIC, Visit
from tests.support.serving import served
from tests.support.words import untranslated

ROWS_ELSE = 2
"""How many rows are looked at in English by the first who opens the page; whoever else opens it looks at one, in English."""
REPORTED = "console: Failed to load resource"  # how Chromium puts that a page itself answered 409
PROLOGUE = 500  # bytes; a page says within them that it is one, a part of a page does not
FAR_OFF = 4e9  # seconds since 1970; no code asked for by then is too old
STANDARD = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}
NARROW = STANDARD | {"runOnly": ["target-size", "scrollable-region-focusable", "label-content-name-mismatch", "button-name"]}
"""What axe is asked of a page, and what of it the width or the words can change."""
VIOLATIONS = """async standard => (await axe.run(document, standard)).violations
    .flatMap(it => it.nodes.slice(0, 3).map(node => `${it.id}: ${node.html.slice(0, 200)}`))"""

# What a reader of the page finds without any tool: in the page itself, because one question is quicker than twenty.
FAULTS = """language => {
    const faults = [];
    const words = element => (element.textContent || "").trim();
    const root = document.documentElement;
    if (root.lang !== language) faults.push(`lang is ${root.lang}`);
    if (!document.title.split("·")[0].trim()) faults.push("no title");
    const heads = document.querySelectorAll("h1");
    if (heads.length !== 1) faults.push(`${heads.length} h1`);
    for (const head of document.querySelectorAll("h1,h2,h3,h4,h5,h6")) if (!words(head)) faults.push(`empty ${head.tagName}`);
    if (root.scrollWidth > innerWidth) faults.push(`scrolls ${root.scrollWidth - innerWidth} px sideways`);
    for (const control of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        const named = [...(control.labels || [])].some(words) || control.ariaLabel || control.getAttribute("aria-labelledby");
        if (!named) faults.push(`no label: ${control.outerHTML.slice(0, 120)}`);
    }
    return faults;
}"""

# Every piece of text in Chinese that is not marked as such, or as a name (`translate=no`): whether it stands in something
# that only we word, and the text.
CHINESE = """() => {
    const chinese = /[\\u3400-\\u9fff]/;
    const ours = "button, .btn, .state, label, legend, th[scope=col], dt, caption, nav:not(.crumbs), .form-text, [role=tab]";
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const text = node.data.trim();
        const parent = node.parentElement;
        if (!chinese.test(text) || parent.closest("[lang|=zh], [translate=no], script, style, template")) continue;
        found.push([Boolean(parent.closest(ours)), text]);
    }
    for (const name of ["aria-label", "placeholder", "title", "alt"])
        for (const element of document.body.querySelectorAll(`[${name}]`))
            if (chinese.test(element.getAttribute(name)) && !element.closest("[lang|=zh], [translate=no]"))
                found.push([name === "placeholder", element.getAttribute(name)]);
    return found;
}"""


@dataclass(frozen=True)
class Look:
    """A page in one language, as the page must declare it, on a screen of *width* pixels; what axe is asked of its first row."""

    language: str
    declared: str
    width: int
    standard: dict[str, list[str]]


LOOKS = (Look("zh", "zh-CN", 1280, STANDARD), Look("en", "en", 390, NARROW))


@dataclass
class Office:
    """The demonstration behind an address, and one browser page that looks at it as whoever it is told to be."""

    app: Flask
    address: str
    page: Page
    complaints: list[str] = field(default_factory=list)
    looked_at: int = 0

    @property
    def routes(self) -> MapAdapter:
        return self.app.url_map.bind("localhost")

    def addresses(self, endpoint: str, visit: Visit) -> list[str]:
        with self.app.app_context():
            actor = self._actor(visit.login)
            return [self.routes.build(endpoint, arguments) for arguments in visit.found(db.session, actor)]

    def spoken(self, endpoint: str, address: str, language: str) -> str:
        """*address* in *language*: what is the same for everybody is told by its address, everything else by the session."""
        declared = self.app.blueprints[endpoint.partition(".")[0]]
        how = declared.shared.get(endpoint) if isinstance(declared, Pages) else None
        return address if how is None or how.strangers else f"{address}?lang={language}"

    def become(self, login: str, language: str) -> None:
        """Go on as *login*, reading *language*."""
        if login == HALF_WAY:
            with self.app.app_context():
                pending = [season.account("approver").get_id(), FAR_OFF]
            cookie = season.cookie(self.app, self.address, PUBLIC, language=language, pending=pending)
        else:
            cookie = season.cookie(self.app, self.address, login, language=language)
        self.page.goto(f"{self.address}/healthz")  # what follows the news would go on asking, now as somebody else
        self.page.context.add_cookies([cookie])

    def faults(self, address: str, look: Look, status: int, *, with_axe: bool) -> list[str]:
        """All that is wrong with the page at *address*; what axe finds is most of the work."""
        self.page.evaluate("0")  # what the page before still had to say arrives first
        self.complaints.clear()
        answer = self.page.goto(self.address + address)
        self.looked_at += 1
        assert answer is not None
        if answer.status != status or answer.url != self.address + address:
            return [f"answers {answer.status} at {answer.url.removeprefix(self.address)}"]
        faults: list[str] = self.page.evaluate(FAULTS, look.declared)
        if with_axe:
            faults += self.page.evaluate(VIOLATIONS, look.standard)
        if look.language == "en":
            faults += [f"not in English: {text}" for text in untranslated(self.page.evaluate(CHINESE))]
        return faults + [it for it in self.complaints if status == 200 or not it.startswith(REPORTED)]

    def _actor(self, login: str) -> Actor:
        return NOBODY if login in (PUBLIC, HALF_WAY) else season.account(login).actor


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Office]:
    unfolded = season.unfolded(tmp_path_factory)
    with (
        season.opened(unfolded, tmp_path_factory.mktemp("office") / "instance") as app,
        served(app) as address,
        browser.new_context(**browser_context_args, service_workers="block") as context,  # what the server draws, and nothing kept
    ):
        context.add_init_script(Axe().axe_script)
        season.leave_half_done(app)
        office = Office(app, address, context.new_page())

        def note(message: ConsoleMessage) -> None:
            if message.type == "error":
                office.complaints.append(f"console: {message.text}")

        office.page.on("console", note)
        office.page.on("pageerror", lambda error: office.complaints.append(f"script: {error}"))
        yield office
        print(f"\n{len(PAGES)} routes, {office.looked_at} pages looked at")


def test_every_route_is_declared(office: Office) -> None:
    answering = {rule.endpoint for rule in office.app.url_map.iter_rules() if "GET" in (rule.methods or ())} - {"static"}
    assert answering == PAGES.keys() | NO_PAGES.keys()


@pytest.mark.parametrize("endpoint", PAGES)
def test_the_page_is_fit_for_everybody(office: Office, endpoint: str) -> None:
    found = {}
    for visit in PAGES[endpoint]:
        addresses = office.addresses(endpoint, visit)
        if not addresses:
            found[f"{visit.login}"] = ["the season holds no row for this page"]
        is_first = visit is PAGES[endpoint][0]
        for look in LOOKS if is_first else LOOKS[1:]:
            office.become(visit.login, look.language)
            office.page.set_viewport_size({"width": look.width, "height": 900})
            rows = addresses if look is LOOKS[0] and is_first else addresses[: ROWS_ELSE if is_first else 1]
            for number, address in enumerate(office.spoken(endpoint, each, look.language) for each in rows):
                if faults := office.faults(address, look, visit.status, with_axe=is_first and number == 0):
                    found[f"{visit.login} {address} {look.language}"] = faults
    assert not found, "\n".join(f"{where}: {fault}" for where, faults in found.items() for fault in faults)


@pytest.mark.parametrize("endpoint", NO_PAGES)
def test_what_is_no_page_is_a_file_or_data_or_leads_elsewhere(office: Office, endpoint: str) -> None:
    for visit in NO_PAGES[endpoint]:
        addresses = office.addresses(endpoint, visit)
        assert addresses
        office.become(visit.login, "zh")
        for address in addresses:
            answer = office.page.request.get(office.address + address, max_redirects=0)
            assert answer.status in (200, 302), f"{address}: {answer.status}"
            assert answer.status == 302 or "<html" not in answer.body()[:PROLOGUE].decode("utf-8", "replace"), address
