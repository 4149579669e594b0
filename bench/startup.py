"""Starting a worker, and the memory it holds after a whole season, beside an empty Flask and SQLAlchemy application."""

from __future__ import annotations

import contextlib
import io
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from app.demo import demonstration
from app.demo.play import play_season
from bench.harness import Effort, Row, Target, in_turns
from bench.load import get
from bench.office import office
from tests.support.granian import Server, environment_of, serving

READY = """
import time; begun = time.perf_counter()
{build}
print(time.perf_counter() - begun)
"""
OURS = "import wsgi"
EMPTY = "from bench.bare import app"
REFERENCE = "empty Flask + SQLAlchemy"
TIME = (
    "a third of it declares 92 tables with their 955 columns, a quarter makes 300 value classes, the rest reads the code of forms, "
    "languages and every slice; addresses, mappers (0.1 s, with the first request), PDF, spreadsheets, migrations and the queue wait "
    "until they are used; the reference can do nothing yet"
)
MEMORY = (
    "the same server with the same libraries; more than half is there before the first request: the code of twice as many modules, tables, "
    "mappers (docs/decisions/0015); the rest is what the season leaves: the compiled statements that are kept, a hundred templates, fonts, "
    "spreadsheets read and written"
)
REQUESTS = 700  # what the season asks


def start(build: str, environment: dict[str, str]) -> float:
    """Seconds to a ready application, in a process of its own."""
    command = [sys.executable, "-c", READY.format(build=build)]
    folder = Path(__file__).resolve().parents[1]
    return float(subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder, env=os.environ | environment).stdout)


def resident(server: Server) -> float:
    """MiB of the worker, which is a child of the server's own process."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    lines = [line for child in children for line in Path(f"/proc/{child}/status").read_text().splitlines()]
    return max(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def after_a_season() -> float:
    """What a worker holds after it has answered for one season, from the first entry to the last yuan."""
    with office(CLOCK_CAN_MOVE=True) as app:
        demonstration.load(season_too=False)
        with serving("wsgi:app", environment_of(app)) as server:
            with contextlib.redirect_stdout(io.StringIO()) as told:
                failed = play_season(f"http://127.0.0.1:{server.port}")
            if failed:
                raise AssertionError(told.getvalue())
            return resident(server)


def after_as_many_requests(pages: str) -> float:
    with serving("bench.bare:app", {"BARE_PAGES": pages}) as server:
        for _ in range(REQUESTS):
            get(server.port, "/page.html")
        return resident(server)


def rows(effort: Effort) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="jiangbang-bench-") as folder:
        environment = {"JIANGBANG_INSTANCE": folder, "DATABASE_URL": f"sqlite:///{folder}/empty.sqlite"}
        seconds, empty_seconds = in_turns((lambda: start(OURS, environment), lambda: start(EMPTY, {})), effort.of(5))
        pages = Path(folder) / "pages"
        pages.mkdir()
        (pages / "page.html").write_text("<!doctype html><title>empty</title>")
        season = after_a_season()
        empty = statistics.median(after_as_many_requests(str(pages)) for _ in range(3))
    return [
        Row("start-up", "import of the whole application", REFERENCE, seconds * 1e3, empty_seconds * 1e3, "ms", TIME, Target(2)),
        Row("start-up", "memory of a worker after a season", REFERENCE, season, empty, "MiB", MEMORY, Target(1.6)),
    ]
