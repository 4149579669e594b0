"""Answers that are the same for everybody, given without asking who is there.

A route declared with `shared=Shared(version)` is answered from memory while *version* says the same: one light, indexed read, asked
at most every `ASKED_AGAIN` seconds by each process, and before every answer once `OLDEST` have passed.  So nothing shown is ever older
than a second, and nothing is held valid by time alone.  Such a route has no session, no cookie and no viewer: what it shows follows
from its address.  With `strangers=True` it does so only for whoever brings no session; others get the page with their own frame.

It stands before the application, as a WSGI middleware: a board polled by a whole hall costs no routing, no context, no rendering.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ASKED_AGAIN = 0.25  # seconds an answer is given without asking the database whether it still holds
OLDEST = 0.9  # seconds after which nobody is answered before somebody has asked; with the time the asking takes, below one
MOST_BYTES = 64 * 2**20
LANGUAGES = ("", "lang=zh", "lang=en")

Version = Callable[..., Hashable]
"""What the content of an address is known by: `version(connection, **arguments)`, the same as long as the content is the same."""


@dataclass(frozen=True, slots=True)
class Shared:
    """How a route is shared: by which version, and whether only with whoever has no session."""

    version: Version
    strangers: bool = False


@dataclass(frozen=True, slots=True)
class _Route:
    pattern: re.Pattern[str]
    shared: Shared
    whole_numbers: frozenset[str]

    def arguments(self, path: str) -> dict[str, Any] | None:
        """The arguments in *path*, or None where it leads elsewhere."""
        found = self.pattern.fullmatch(path)
        if found is None:
            return None
        return {name: int(value) if name in self.whole_numbers else value for name, value in found.groupdict().items()}


@dataclass(slots=True)
class _Answer:
    """One answer as it goes out, and the moment its version was last found to hold."""

    version: Hashable
    asked_at: float
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    etag: str
    validators: list[tuple[str, str]]


@dataclass(slots=True)
class _Slot:
    """The answer kept for one address; whoever holds the lock asks or makes it anew, and the others go on with what there is."""

    shared: Shared
    arguments: dict[str, Any]
    answer: _Answer
    lock: Lock = field(default_factory=Lock)


class SharedAnswers:
    """The application *wsgi* with the shared routes answered before it.

    *routes* are pairs of an address as Flask writes it and how it is shared; *cookie* names the session's cookie; *now* tells seconds.
    """

    def __init__(
        self,
        wsgi: WSGIApplication,
        engine: sa.Engine,
        routes: Iterable[tuple[str, Shared]],
        *,
        cookie: str,
        asked_again: float = ASKED_AGAIN,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wsgi, self._engine, self._now = wsgi, engine, now
        self._routes = [_route(rule, shared) for rule, shared in routes]
        self._session = f"{cookie}="
        self._asked_again = asked_again
        self._slots: dict[tuple[str, str], _Slot] = {}
        self._changing = Lock()
        sa.event.listen(engine, "engine_disposed", self._forget)  # another database may stand at the address

    def _forget(self, _engine: sa.Engine) -> None:
        with self._changing:
            self._slots.clear()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or "\0" in environ["PATH_INFO"]:  # which no database can be asked for
            return self._wsgi(environ, start_response)
        place = environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        slot = self._slots.get(place)
        if slot is not None:
            if slot.shared.strangers and self._is_known(environ):
                return self._wsgi(environ, start_response)
            if (answer := self._current(place, slot, environ)) is not None:
                return _given(answer, environ, start_response)
        for route in self._routes:
            if (arguments := route.arguments(place[0])) is not None:
                return self._first(place, route.shared, arguments, environ, start_response)
        return self._wsgi(environ, start_response)

    def _is_known(self, environ: WSGIEnvironment) -> bool:
        return self._session in environ.get("HTTP_COOKIE", "")

    def _first(
        self,
        place: tuple[str, str],
        shared: Shared,
        arguments: dict[str, Any],
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        """An address nothing is kept for: made by the application, and kept where it is a page that may be."""
        if shared.strangers and (self._is_known(environ) or place[1]):
            return self._wsgi(environ, start_response)
        made = self._made(shared, arguments, environ)
        if isinstance(made, _Answer):
            if place[1] in LANGUAGES:
                self._keep(place, _Slot(shared, arguments, made))
            return _given(made, environ, start_response)
        return made.given(start_response)

    def _current(self, place: tuple[str, str], slot: _Slot, environ: WSGIEnvironment) -> _Answer | None:
        """What is kept, found to hold no longer ago than may be; None where there is nothing to show any more."""
        answer = slot.answer
        age = self._now() - answer.asked_at
        if age < self._asked_again:
            return answer
        if not slot.lock.acquire(blocking=age >= OLDEST):
            return answer  # somebody is asking; until they know, this is young enough
        try:
            answer, asked_at = slot.answer, self._now()
            if asked_at - answer.asked_at < self._asked_again:
                return answer
            if self._version(slot.shared, slot.arguments) == answer.version:
                answer.asked_at = asked_at
                return answer
            made = self._made(slot.shared, slot.arguments, environ)
            if isinstance(made, _Answer):
                slot.answer = made
                return made
            with self._changing:
                self._slots.pop(place, None)
            return None
        finally:
            slot.lock.release()

    def _version(self, shared: Shared, arguments: dict[str, Any]) -> Hashable:
        with self._engine.connect() as connection:
            return shared.version(connection, **arguments)

    def _made(self, shared: Shared, arguments: dict[str, Any], environ: WSGIEnvironment) -> _Answer | _Other:
        """The application's answer to whoever it may be.  The version is read first: what changes meanwhile is found the next time."""
        asked_at = self._now()
        version = self._version(shared, arguments)
        asked = {key: value for key, value in environ.items() if key not in _PERSONAL} | {"REQUEST_METHOD": "GET"}
        other = _Other()
        body = self._wsgi(asked, other.start)
        try:
            other.body = b"".join(body)
        finally:
            if hasattr(body, "close"):
                body.close()
        is_for_all = shared.strangers is False
        if not other.status.startswith("200") or (not is_for_all and other.has("Set-Cookie")):
            return other
        return _answer(version, asked_at, other, is_for_all=is_for_all)

    def _keep(self, place: tuple[str, str], slot: _Slot) -> None:
        """Keep *slot*; what was kept first goes first where it becomes too much."""
        with self._changing:
            self._slots[place] = slot
            total = sum(len(each.answer.body) for each in self._slots.values())
            for oldest in list(self._slots):
                if total <= MOST_BYTES:
                    break
                total -= len(self._slots.pop(oldest).answer.body)


# What says who asks, or asks for part of an answer: the application makes the whole of it, for nobody in particular.
_PERSONAL = {"HTTP_COOKIE", "HTTP_AUTHORIZATION", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE", "HTTP_REFERER"}


class _Other:
    """What the application answered, where it is nothing to keep."""

    def __init__(self) -> None:
        self.status, self.headers, self.body = "", list[tuple[str, str]](), b""

    def start(self, status: str, headers: list[tuple[str, str]], _trouble: object = None) -> Callable[[bytes], object]:
        self.status, self.headers = status, headers
        return lambda _more: None

    def has(self, name: str) -> bool:
        return any(key.lower() == name.lower() for key, _value in self.headers)

    def given(self, start_response: StartResponse) -> Iterable[bytes]:
        start_response(self.status, self.headers)
        return [self.body]


def _answer(version: Hashable, asked_at: float, made: _Other, *, is_for_all: bool) -> _Answer:
    etag = f'"{hashlib.sha256(made.body).hexdigest()[:32]}"'
    replaced = {"etag", "cache-control", "set-cookie", *(("vary",) if is_for_all else ())}
    validators = [("ETag", etag), ("Cache-Control", "public, no-cache" if is_for_all else "private, no-cache")]
    validators += [] if is_for_all else [("Vary", "Cookie")]
    kept = [(key, value) for key, value in made.headers if key.lower() not in replaced | {"vary"}]
    return _Answer(version, asked_at, made.status, [*kept, *validators], made.body, etag, validators)


def _given(answer: _Answer, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    seen = environ.get("HTTP_IF_NONE_MATCH")
    if seen is not None and answer.etag in seen:
        start_response("304 NOT MODIFIED", answer.validators)
        return []
    start_response(answer.status, answer.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer.body]


_GAP = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


def _route(rule: str, shared: Shared) -> _Route:
    """*rule* as Flask writes it (`/results/<int:id>.<format>`), as a pattern."""
    pieces = list(_pieces(rule))
    pattern = "".join(re.escape(text) if name is None else f"(?P<{name}>{text})" for text, name, _is_number in pieces)
    return _Route(re.compile(pattern), shared, frozenset(name for _text, name, is_number in pieces if name and is_number))


def _pieces(rule: str) -> Iterator[tuple[str, str | None, bool]]:
    end = 0
    for gap in _GAP.finditer(rule):
        yield rule[end : gap.start()], None, False
        is_number = gap["kind"] == "int"
        yield r"\d{1,9}" if is_number else r"[^/.]+", gap["name"], is_number
        end = gap.end()
    yield rule[end:], None, False
