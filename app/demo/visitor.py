"""Somebody at a browser, without the browser: signs in, reads pages, fills in forms, presses buttons.

The season is played through real HTTP, so that whatever it shows went through the same doors as a user's clicks.
"""

from __future__ import annotations

import json
import mimetypes
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener


class Refusal(RuntimeError):
    """The office said no; the answer is in the message."""


@dataclass
class Form:
    """A form as a page offers it: where it goes, and what is filled in already."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


@dataclass
class Page:
    """What came back."""

    url: str
    status: int
    content: bytes
    kind: str

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", "replace")

    @property
    def forms(self) -> list[Form]:
        return _read(self.text).forms

    @property
    def links(self) -> list[str]:
        return _read(self.text).links

    @property
    def words(self) -> str:
        return " ".join(" ".join(_read(self.text).words).split())


class Visitor:
    """One person's session with the office."""

    def __init__(self, base: str, name: str = "") -> None:
        self.base, self.name = base, name
        self._open = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
        self._token = ""

    def sign_in(self, login: str, password: str) -> Visitor:
        self.name = login
        self.submit(self.get("/login"), {"login": login, "password": password}, has="password")
        if "/login" in self.get("/account").url:
            raise Refusal(f"{login} could not sign in")
        return self

    def get(self, path: str) -> Page:
        return self._send(Request(urljoin(self.base, path)))

    def post(self, path: str, fields: Iterable[tuple[str, str]], files: Mapping[str, tuple[str, bytes]] | None = None) -> Page:
        """Send a form, with the token of the page last seen and a request id of its own."""
        sent = [("request_id", secrets.token_urlsafe(15)), ("csrf_token", self._token), *fields]
        if files:
            body, kind = _multipart(sent, files)
        else:
            body, kind = urlencode(sent).encode(), "application/x-www-form-urlencoded"
        return self._send(Request(urljoin(self.base, path), body, {"Content-Type": kind, "Referer": urljoin(self.base, path)}))

    def submit(
        self,
        page: Page,
        fields: Mapping[str, Any],
        *,
        has: str,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Page:
        """Fill in the form of *page* that has the field *has*, as somebody would: what it offered stays unless changed."""
        form = next((f for f in page.forms if any(name == has for name, _ in f.fields) or has in f.files), None)
        if form is None:
            raise Refusal(f"{page.url} has no form with the field {has}: {page.words[:300]}")
        kept = [(name, value) for name, value in form.fields if name not in fields and name not in ("csrf_token", "request_id")]
        return self.post(urljoin(page.url, form.action), kept + _pairs(fields), files)

    def call(self, method: str, path: str, content: Any = None) -> Any:
        """Ask the API."""
        body = None if content is None else json.dumps(content).encode()
        request = Request(urljoin(self.base, path), body, {"Content-Type": "application/json", "Accept": "application/json"}, method=method)
        if method != "GET":
            request.add_header("X-CSRFToken", self._token)
            request.add_header("Idempotency-Key", secrets.token_urlsafe(15))
        return json.loads(self._send(request).content)

    def take(self, kind: str, id: int, transition: str, comment: str = "") -> Any:
        """Press the button of a transition."""
        return self.call("POST", f"/api/{kind}/{id}/{transition}", {"comment": comment})

    def _send(self, request: Request) -> Page:
        try:
            with self._open.open(request, timeout=120) as answer:
                page = Page(answer.geturl(), answer.status, answer.read(), answer.headers.get_content_type())
        except HTTPError as error:
            with error:
                words = error.read().decode("utf-8", "replace")
            told = words if "json" in error.headers.get_content_type() else " ".join(_read(words).words)
            raise Refusal(f"{self.name} {request.get_method()} {urlsplit(request.full_url).path}: {error.code} {told[:600]}") from None
        if page.kind == "text/html":
            self._token = _read(page.text).token or self._token
        return page


def _pairs(fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, str(v)) for name, value in fields.items() for v in (value if isinstance(value, list) else [value]) if v is not None]


def _multipart(fields: Iterable[tuple[str, str]], files: Mapping[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    mark = secrets.token_hex(16)
    parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields]
    for name, (filename, content) in files.items():
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'
        parts.append(head.encode() + content + b"\r\n")
    return b"".join(parts) + f"--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"


class _Reader(HTMLParser):
    """The forms, links, words and token of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.token = ""
        self._form: Form | None = None
        self._select: str | None = None
        self._area: str | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "meta" and a.get("name") == "csrf-token":
            self.token = a.get("content", "")
        elif tag == "a" and "href" in a:
            self.links.append(a["href"])
        elif tag in ("script", "style", "svg"):
            self._silent += 1
        elif tag == "form":
            self._form = Form(a.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None and a.get("name") and "disabled" not in a:
            self._control(self._form, tag, a)
        elif self._form is not None and tag == "option" and self._select and "selected" in a:
            self._form.fields.append((self._select, a.get("value", "")))

    def _control(self, form: Form, tag: str, a: dict[str, str]) -> None:
        name, kind = a["name"], a.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
            form.fields.append((name, ""))
        elif tag == "input" and kind == "file":
            form.files.append(name)
        elif tag == "input" and kind in ("checkbox", "radio"):
            if "checked" in a:
                form.fields.append((name, a.get("value", "on")))
        elif tag == "input":
            form.fields.append((name, a.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None
        elif tag in ("script", "style", "svg"):
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        if self._area is not None and self._form is not None:
            name, value = self._form.fields[-1]
            self._form.fields[-1] = (name, value + data)
        elif not self._silent and data.strip():
            self.words.append(data.strip())


def _read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    return reader
