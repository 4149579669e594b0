"""One machine, one command: the web server with a worker beside it."""

from __future__ import annotations

import os
from typing import Any

from granian import Granian
from granian.constants import Interfaces

from app import create_app
from app.core.worker import start_embedded


def serve(host: str, port: int, *, threads: int = 8, **overrides: Any) -> None:
    """Serve until told to stop.  The web process and the worker share nothing but the database and the files."""
    app = create_app(**overrides)
    os.environ["DATABASE_URL"] = app.config["DATABASE_URL"]
    os.environ["JIANGBANG_INSTANCE"] = str(app.config["INSTANCE"])
    os.environ["CLOCK_CAN_MOVE"] = "1" if app.config["CLOCK_CAN_MOVE"] else ""
    worker = start_embedded(app)
    server = Granian("wsgi:app", address=host, port=port, interface=Interfaces.WSGI, workers=1, blocking_threads=threads, log_enabled=False)
    try:
        server.serve()
    finally:
        worker.stop(graceful=True)
