"""One machine, one command: the web server with a worker beside it."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from urllib.request import urlopen

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from app.core.db import db
from app.core.worker import start_embedded


def serve(app: Flask, host: str, port: int, *, threads: int = 8) -> None:
    """Serve until told to stop.

    The web process is forked, so that it need not load everything again, and makes the application anew from
    `wsgi:app` with the settings of *app*.  SQLite's locks do not survive a fork: nothing of the database is open
    when it happens, and the worker, on a thread of this process, begins when the web process answers.
    """
    os.environ |= environment_of(app)
    with app.app_context():
        db.engine.dispose()
    stop = threading.Event()
    worker = threading.Thread(target=_work, args=(app, f"http://{host}:{port}/healthz", stop), daemon=True)
    server = Granian("wsgi:app", address=host, port=port, interface=Interfaces.WSGI, workers=1, blocking_threads=threads, log_enabled=False)
    server.on_startup(worker.start)
    try:
        server.serve()
    finally:
        stop.set()
        worker.join(timeout=10)


def environment_of(app: Flask) -> dict[str, str]:
    """The variables that give another process the same installation."""
    return {
        "DATABASE_URL": app.config["DATABASE_URL"],
        "JIANGBANG_INSTANCE": str(app.config["INSTANCE"]),
        "PUBLIC_URL": app.config["PUBLIC_URL"],
        "CLOCK_CAN_MOVE": "1" if app.config["CLOCK_CAN_MOVE"] else "",
    }


def _work(app: Flask, web: str, stop: threading.Event) -> None:
    """Do the jobs, from when the web process answers until told to stop."""
    while not stop.wait(0.1):
        with suppress(OSError), urlopen(web, timeout=5):
            break
    if stop.is_set():
        return
    worker = start_embedded(app)
    stop.wait()
    worker.stop(graceful=True)
