"""An office at an address: the application behind a real HTTP server, in a thread of the test; and its line cut for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from socket import SHUT_RDWR
from threading import Thread
from typing import Any

from flask import Flask
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The address under which *app* answers; many requests at a time."""

    def answer_whole(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        """The answer read to its end: Werkzeug's server leaves a file open when the browser turns away in the middle of one."""
        with closing(ClosingIterator(app(environ, start_response))) as answer:
            return list(answer)

    server = make_server("127.0.0.1", 0, answer_whole, threaded=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def cut_off(app: Flask) -> Iterator[None]:
    """Nobody who asks *app*, while it is served, gets an answer: the connection breaks."""
    answers = app.wsgi_app

    def breaks(environ: dict[str, Any], _start_response: Any) -> list[bytes]:
        environ["werkzeug.socket"].shutdown(SHUT_RDWR)
        raise ConnectionAbortedError

    app.wsgi_app = breaks  # type: ignore[method-assign]
    try:
        yield
    finally:
        app.wsgi_app = answers  # type: ignore[method-assign]
