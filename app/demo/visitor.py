"""Somebody at a browser, without the browser: signs in, reads pages, fills in forms, presses buttons.

The season is played through real HTTP, so that whatever it shows went through the same doors as a user's clicks.
"""

from __future__ import annotations

import json
import mimetypes
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

PATIENCE_SECONDS = 120
TOKEN = re.compile(r'name="csrf[-_]token"[^>]*? (?:content|value)="([^"]+)"')
OWN_FIELDS = ("csrf_token", "request_id")  # of every form; a visitor brings their own

Fields = Mapping[str, Any]
Files = Mapping[str, tuple[str, bytes]]


class Refusal(RuntimeError):
    """The office said no: `status`, and in `told` what it said."""

    def __init__(self, what: str, status: int, told: str) -> None:
        super().__init__(f"{what}: {status} {told[:800]}")
        self.status, self.told = status, told


@dataclass
class Form:
    """A form as a page offers it: where it goes, what is filled in already, which boxes could be ticked."""

    action: str
    names: set[str] = field(default_factory=set)
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    boxes: list[tuple[str, str]] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether it has a field of that name; of any name that begins so, where *name* ends in a dash."""
        return name in self.names or (name.endswith("-") and any(known.startswith(name) for known in self.names))


@dataclass
class Page:
    """What came back."""

    url: str
    status: int
    content: bytes
    kind: str

    @cached_property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    @cached_property
    def read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.text)
        return reader

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def words(self) -> str:
        return " ".join(" ".join(self.read.words).split())

    @property
    def rows(self) -> list[dict[str, str]]:
        """The rows of its tables: the words of each cell under the cell's label."""
        return [{label: " ".join(" ".join(words).split()) for label, words in row.items()} for row in self.read.rows if row]

    def form(self, name: str) -> Form:
        """The form that has that field, or goes to an address ending so; `Refusal` where there is none."""
        found = next((form for form in self.read.forms if form.has(name) or form.action.endswith(name)), None)
        if found is None:
            raise Refusal(f"{self.path} has no form “{name}”", self.status, self.words)
        return found

    def numbers(self, pattern: str) -> list[int]:
        """The number that *pattern* catches in each link, each once, in the order of the page."""
        caught = (re.search(pattern, link) for link in self.read.links)
        return list(dict.fromkeys(int(match[1]) for match in caught if match))


class Visitor:
    """One person's session with the office."""

    def __init__(self, base: str, name: str = "") -> None:
        self.base, self.name = base, name
        self._open = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
        self._token, self._here = "", base

    def sign_in(self, login: str, password: str) -> Visitor:
        self.name = login
        self.submit(self.get("/login"), {"login": login, "password": password}, has="password")
        return self

    def get(self, path: str) -> Page:
        return self._send(Request(urljoin(self.base, quote(path, safe="/:?&=%"))))

    def post(self, path: str, fields: Iterable[tuple[str, str]] = (), files: Files | None = None) -> Page:
        """Send a form, with the token of the page last seen and a request id of its own."""
        sent = [("request_id", secrets.token_urlsafe(15)), ("csrf_token", self._token), *fields]
        if files:
            body, kind = _multipart(sent, files)
        else:
            body, kind = urlencode(sent).encode(), "application/x-www-form-urlencoded"
        return self._send(Request(urljoin(self.base, path), body, {"Content-Type": kind, "Referer": self._here}))

    def submit(self, page: Page, fields: Fields, *, has: str, files: Files | None = None) -> Page:
        """Fill in the form of *page* that has the field *has*, as somebody would: what it offered stays unless changed.

        A button counts as a field.  Nobody can fill in what is not there: that is a `Refusal`.
        """
        form = page.form(has)
        if unknown := set(fields) - form.names:
            raise Refusal(f"{page.path} does not ask for {', '.join(sorted(unknown))}", page.status, ", ".join(sorted(form.names)))
        kept = [(name, value) for name, value in form.fields if name not in fields and name not in OWN_FIELDS]
        return self.post(urljoin(page.url, form.action or page.url), kept + _pairs(fields), files)

    def press(self, page: Page, transition: str, comment: str = "") -> Page:
        """Press the button of a transition that *page* offers."""
        form = page.form(f"/{transition}")
        kept = [(name, value) for name, value in form.fields if name not in (*OWN_FIELDS, "comment")]
        return self.post(urljoin(page.url, form.action), [*kept, ("comment", comment)])

    def call(self, method: str, path: str, content: Any = None, *, key: str = "") -> Any:
        """Ask the API."""
        body = None if content is None else json.dumps(content).encode()
        request = Request(urljoin(self.base, path), body, {"Content-Type": "application/json", "Accept": "application/json"}, method=method)
        if method != "GET":
            request.add_header("X-CSRFToken", self._token)
            request.add_header("Referer", self._here)
            request.add_header("Idempotency-Key", key or secrets.token_urlsafe(15))
        return json.loads(self._send(request).content)

    def take(self, kind: str, id: int, transition: str, comment: str = "") -> Any:
        """Take a transition by the API."""
        return self.call("POST", f"/api/{kind}/{id}/{transition}", {"comment": comment})

    def _send(self, request: Request) -> Page:
        try:
            with self._open.open(request, timeout=PATIENCE_SECONDS) as answer:
                page = Page(answer.geturl(), answer.status, answer.read(), answer.headers.get_content_type())
        except HTTPError as error:
            with error:
                page = Page(error.geturl(), error.code, error.read(), error.headers.get_content_type())
            what = f"{self.name or '—'} {request.get_method()} {urlsplit(request.full_url).path}"
            raise Refusal(what, page.status, page.text if "json" in page.kind else page.words) from None
        if page.kind == "text/html":
            token = TOKEN.search(page.text)
            self._token, self._here = token[1] if token else self._token, page.url
        return page


def _pairs(fields: Fields) -> list[tuple[str, str]]:
    return [(name, str(v)) for name, value in fields.items() for v in (value if isinstance(value, list) else [value]) if v is not None]


def _multipart(fields: Iterable[tuple[str, str]], files: Files) -> tuple[bytes, str]:
    mark = secrets.token_hex(16)
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields]
    for name, (filename, content) in files.items():
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


class _Reader(HTMLParser):
    """The forms, links, labelled table cells and words of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.rows: list[dict[str, list[str]]] = []
        self._form: Form | None = None
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._area: str | None = None
        self._cell: list[str] | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in a:
            self.links.append(a["href"])
        elif tag in ("script", "style", "svg"):
            self._silent += 1
        elif tag == "tr":
            self.rows.append({})
        elif tag in ("td", "th") and a.get("data-label") and self.rows:
            self._cell = self.rows[-1].setdefault(a["data-label"], [])
        elif tag == "form":
            self._form = Form(a.get("action", ""))
            self.forms.append(self._form)
        elif tag == "option" and self._select is not None:
            self._select[1].append((a.get("value", ""), "selected" in a))
        elif self._form is not None and a.get("name") and "disabled" not in a:
            self._control(self._form, tag, a)

    def _control(self, form: Form, tag: str, a: dict[str, str]) -> None:
        name, kind = a["name"], a.get("type", "text")
        form.names.add(name)
        if tag == "select":
            self._select = name, []
        elif tag == "textarea":
            self._area = name
            form.fields.append((name, ""))
        elif tag == "input" and kind == "file":
            form.files.append(name)
        elif tag == "input" and kind in ("checkbox", "radio"):
            form.boxes.append((name, a.get("value", "on")))
            if "checked" in a:
                form.fields.append(form.boxes[-1])
        elif tag == "input":
            form.fields.append((name, a.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select" and self._select is not None:
            self._choose(*self._select)
            self._select = None
        elif tag == "textarea":
            self._area = None
        elif tag in ("td", "th"):
            self._cell = None
        elif tag in ("script", "style", "svg"):
            self._silent -= 1

    def _choose(self, name: str, options: list[tuple[str, bool]]) -> None:
        """What a list sends untouched: the option it names, or its first."""
        if self._form is not None and options:
            self._form.fields.append((name, next((value for value, is_chosen in options if is_chosen), options[0][0])))

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._form is not None:
            name, value = self._form.fields[-1]
            self._form.fields[-1] = (name, value + data)
        elif not self._silent and data.strip():
            self.words.append(data.strip())
            if self._cell is not None:
                self._cell.append(data.strip())
