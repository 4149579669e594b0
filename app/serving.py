"""One machine, one command: the web server with a worker beside it."""

from __future__ import annotations

import multiprocessing
import os
import threading

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from app.core.worker import start_embedded


def serve(app: Flask, host: str, port: int, *, threads: int = 8) -> None:
    """Serve until told to stop.

    The web process is started anew from `wsgi:app` with the settings of *app*; the worker runs on threads of
    this process.  The two share nothing but the database, the queue and the files: a forked process would also
    inherit SQLite's idea of which file this one had locked at that moment, and find it locked for ever.
    """
    multiprocessing.set_start_method("spawn", force=True)  # Granian starts its processes by the default method
    os.environ |= environment_of(app)
    stop = threading.Event()
    worker = threading.Thread(target=_work, args=(app, stop), daemon=True)
    worker.start()
    server = Granian("wsgi:app", address=host, port=port, interface=Interfaces.WSGI, workers=1, blocking_threads=threads, log_enabled=False)
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


def _work(app: Flask, stop: threading.Event) -> None:
    worker = start_embedded(app)
    stop.wait()
    worker.stop(graceful=True)
