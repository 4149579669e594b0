"""A real server in processes of its own, on 127.0.0.1, which can be killed in the middle; and somebody signed in who sends to it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlencode

from flask import Flask
from itsdangerous import URLSafeTimedSerializer

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60
CSRF = "0" * 40


def until(condition: Callable[[], Any], what: str) -> Any:
    """Wait for *condition* and return what it says; `TimeoutError` names *what* did not happen."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.01)
    raise TimeoutError(what)


@contextmanager
def started(arguments: list[str], environment: Mapping[str, str], log: IO[bytes] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A Python program in a process group of its own; whatever is left of it in the end is killed.  *log*: what it says."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        start_new_session=True,
        stdout=subprocess.DEVNULL if log is None else log,
        stderr=log,
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End *process* and its children as a power cut would."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@dataclass(frozen=True)
class Server:
    """Where it listens, and the process to kill."""

    port: int
    process: subprocess.Popen[bytes]


@contextmanager
def serving(target: str, environment: Mapping[str, str], *, threads: int = 8) -> Iterator[Server]:
    """One worker that serves the WSGI application *target*, ready to answer."""
    with serving_at(free_port(), target, environment, threads=threads) as server:
        yield server


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def serving_at(
    port: int, target: str, environment: Mapping[str, str], *, threads: int = 8, log: IO[bytes] | None = None
) -> Iterator[Server]:
    """The same at a *port* that tablets know."""
    options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", str(threads), "--no-log"]
    with started(["-m", "granian", *options, "--host", "127.0.0.1", "--port", str(port), target], environment, log) as process:
        until(lambda: process.poll() is not None or _listens(port), "the server to listen")
        if process.poll() is not None:
            raise RuntimeError(f"{target} could not be served")
        yield Server(port, process)


def _listens(port: int) -> bool:
    """Whether the first request is answered: asked once and waited for, lest every thread does the work of a start at once."""
    with contextlib.suppress(OSError), contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)) as probe:
        probe.request("HEAD", "/")
        probe.getresponse()
        return True
    return False


def environment_of(app: Flask) -> dict[str, str]:
    """What a process needs to serve the same installation as *app*."""
    return {
        "DATABASE_URL": app.config["DATABASE_URL"],
        "JIANGBANG_INSTANCE": str(app.config["INSTANCE"]),
        "SECRET_KEY": app.config["SECRET_KEY"],
        "CLOCK_CAN_MOVE": "1" if app.config["CLOCK_CAN_MOVE"] else "",
    }


def cookie_of(app: Flask, session_id: str) -> str:
    """The cookie that a browser holds in which *session_id* has signed in."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    value = signer.dumps({"_user_id": session_id, "_fresh": False, "csrf_token": CSRF, "_permanent": True})
    return f"{app.config['SESSION_COOKIE_NAME']}={value}"


def token_of(app: Flask) -> str:
    """The token that stands in the forms of such a browser."""
    return str(URLSafeTimedSerializer(app.secret_key or "", salt="wtf-csrf-token").dumps(CSRF))


class Sender:
    """Somebody signed in who sends JSON over one connection."""

    def __init__(self, app: Flask, session_id: str, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
        self._headers = {"Cookie": cookie_of(app, session_id), "X-CSRFToken": token_of(app), "Content-Type": "application/json"}

    def close(self) -> None:
        self._connection.close()

    def post(self, path: str, content: Any, *, key: str | None = None) -> tuple[int, Any]:
        """Status and answer; `OSError` or `HTTPException` where the server is gone."""
        return self._ask("POST", path, json.dumps(content), {"Idempotency-Key": key} if key else {})

    def fill_in(self, path: str, **fields: str) -> tuple[int, Any]:
        """The same with a form."""
        return self._ask("POST", path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})

    def get(self, path: str) -> tuple[int, Any]:
        return self._ask("GET", path)

    def _ask(self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] = {}) -> tuple[int, Any]:
        self._connection.request(method, path, body, {**self._headers, **headers})
        answer = self._connection.getresponse()
        body = answer.read()
        return answer.status, json.loads(body) if answer.headers.get_content_type() == "application/json" else body
