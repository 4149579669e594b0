"""Starting a worker: time to a ready application and the memory it then holds, beside an empty Flask and SQLAlchemy application."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.harness import Effort, Row, in_turns

READY = """
import time; begun = time.perf_counter()
{build}
print(time.perf_counter() - begun)
print(next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS")))
"""
OURS = "from pathlib import Path; from app import create_app; app = create_app(Path({instance!r}))"
EMPTY = """
import flask, sqlalchemy.orm
app = flask.Flask("empty")
engine = sqlalchemy.create_engine("sqlite://")
"""
TIME = "forms, languages, migrations, PDF, spreadsheets and every slice with its tables are imported; the reference can do nothing yet"
MEMORY = "the code of the same libraries, and the font's table of characters when the first paper is set"


def start(build: str) -> tuple[float, float]:
    """Seconds to a ready application and MiB resident, in a process of its own."""
    command = [sys.executable, "-c", READY.format(build=build)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[1]).stdout.split()
    return float(printed[0]), int(printed[1]) / 1024


def rows(effort: Effort) -> list[Row]:
    with tempfile.TemporaryDirectory(prefix="jiangbang-bench-") as instance:
        ours = OURS.format(instance=instance)
        seconds, empty_seconds = in_turns((lambda: start(ours)[0], lambda: start(EMPTY)[0]), effort.of(5))
        resident, empty_resident = start(ours)[1], start(EMPTY)[1]
    return [
        Row("start-up", "import and create_app", "empty Flask + SQLAlchemy", seconds * 1e3, empty_seconds * 1e3, "ms", TIME),
        Row("start-up", "memory of a ready worker", "empty Flask + SQLAlchemy", resident, empty_resident, "MiB", MEMORY),
    ]
