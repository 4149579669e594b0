"""What a worker leaves for later when it starts: each of these has cost tenths of a second or ten MiB before anybody asked for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
START = """
import json, sys
import wsgi
from app.core.db import Base
print(json.dumps({
    "loaded": list(sys.modules),
    "mapped": [mapper.class_.__name__ for mapper in Base.registry.mappers if mapper.configured],
}))
"""
WHEN_FIRST_USED = {
    "alembic", "fontTools", "holidays", "huey", "openpyxl", "psycopg", "pyotp", "pypinyin", "python_calamine", "redis", "segno", "typst",
    "xlsxwriter",
}  # fmt: skip


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What a process holds that has loaded `wsgi:app` and answered nothing yet."""
    instance = tmp_path_factory.mktemp("instance")
    environment = os.environ | {"JIANGBANG_INSTANCE": str(instance), "DATABASE_URL": f"sqlite:///{instance / 'empty.sqlite'}"}
    return json.loads(subprocess.run([sys.executable, "-c", START], cwd=ROOT, env=environment, capture_output=True, check=True).stdout)


def test_heavy_libraries_wait_until_they_are_used(started: Any) -> None:
    assert not {name.partition(".")[0] for name in started["loaded"]} & WHEN_FIRST_USED


def test_tables_are_mapped_when_they_are_first_read(started: Any) -> None:
    """Something at the top of a module that asks the mappers, such as `lazyload(Scheme.criteria)`, maps all of them."""
    assert started["mapped"] == []
