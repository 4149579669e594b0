"""The table of a run, for the terminal, for `docs/benchmarks.md`, and what of it has a mark to reach for the README."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.harness import FULL, Row, Target

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT, README = ROOT / "docs" / "benchmarks.md", ROOT / "README.md"
BEGIN, END = "<!-- benchmarks -->", "<!-- end of benchmarks -->"
HEADINGS = ("subject", "what is measured", "ours", "beside", "reference", "ratio", "to reach", "reached")

HOW = f"""\
`python3 run.py bench` measures each row and its reference in the same run: rounds of the two take turns, {FULL.rounds} each after one that
does not count, and the median round stands in the table. Ratios travel between machines better than milliseconds; read those first.
Where HTTP is involved, one worker with eight threads and its clients share the same cores over 127.0.0.1, and both sides are served by
the same server. Databases commit durably (SQLite in WAL mode with `synchronous=FULL`, PostgreSQL with `fsync`)."""


def table(rows: Sequence[Row]) -> str:
    """Aligned columns, for a terminal."""
    lines = [HEADINGS, *map(_cells, rows)]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(HEADINGS))]
    return "\n".join("  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)) for line in lines)


def keep(rows: Sequence[Row]) -> None:
    """Write the document anew, and the table in the README."""
    DOCUMENT.write_text(document(rows), encoding="utf-8")
    before, _, rest = README.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    to_reach = _markdown([row for row in rows if row.target is not None])
    README.write_text("\n".join([f"{before}{BEGIN}", measured(), "", *to_reach, f"{END}{after}"]), encoding="utf-8")


def measured() -> str:
    """When, and on what."""
    return f"Measured on {datetime.now(UTC):%Y-%m-%d}: {machine()}."


def _markdown(rows: Sequence[Row]) -> list[str]:
    lines = ["| " + " | ".join(cells) + " |" for cells in (HEADINGS, *map(_cells, rows))]
    return [lines[0], "|---|---|--:|---|--:|--:|--:|---|", *lines[1:]]


def document(rows: Sequence[Row]) -> str:
    worst = max(rows, key=lambda row: row.ratio)
    reasons = dict.fromkeys((row.subject, row.why) for row in rows)
    return "\n".join(
        [
            "# Benchmarks",
            "",
            HOW,
            "",
            measured(),
            "",
            *_markdown(rows),
            "",
            "## The worst ratio",
            "",
            f"{worst.ratio:.0f} times: {worst.subject}, {worst.what}, beside {worst.reference_is}. {_sentence(worst.why)}",
            "",
            "## Where the differences go",
            "",
            *(f"- **{subject}**: {why}." for subject, why in reasons),
            "",
        ]
    )


def machine() -> str:
    """The machine in neutral words: cores, kind of processor, versions, and how busy it was."""
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[2]
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return f"{cores} cores ({_processor()}), {versions}, load average {load:.1f} over the last quarter of an hour"


def _processor() -> str:
    known = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text()) if Path("/proc/cpuinfo").exists() else None
    return re.sub(r"\s+", " ", known.group(1)) if known else platform.machine()


def _cells(row: Row) -> tuple[str, ...]:
    ours, reference = _figure(row.ours, row.unit), _figure(row.reference, row.unit)
    said = (row.subject, row.what, ours, row.reference_is, reference, _ratio(row.ratio, row.target))
    if row.target is None:
        return (*said, "", "")
    return (*said, f"{'≥' if row.target.as_share else '≤'} {_ratio(row.target.most, row.target)}", "yes" if row.is_reached else "no")


def _ratio(ratio: float, target: Target | None) -> str:
    """How many times the reference; or, as the target says it, which part of it."""
    if target is not None and target.as_share:
        return f"{1 / ratio:.2f} of it"
    return f"1/{1 / ratio:.0f}" if target is not None and target.most < 0.1 else f"{ratio:.1f} ×"


def _figure(value: float, unit: str) -> str:
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f} {unit}"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
