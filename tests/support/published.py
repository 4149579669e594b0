"""Published tables that the rulebook must reproduce: figures only, each with its source in its first line."""

from __future__ import annotations

import csv
from pathlib import Path

ROOT = Path(__file__).parents[2]


def rows(path: str) -> list[dict[str, str]]:
    """The rows of a table of this repository, without its comment lines."""
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))
