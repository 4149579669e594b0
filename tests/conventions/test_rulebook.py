"""The rulebook stays plain: whoever reads a procedure needs to know Python and `transitions`, nothing else."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MODULES = sorted((ROOT / "workflows").rglob("*.py"))
PLAIN = sys.stdlib_module_names | {"transitions", "workflows"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_rulebook_imports_the_standard_library_and_transitions_only(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in imported if name.partition(".")[0] not in PLAIN} == set()


def test_reading_the_whole_rulebook_loads_neither_flask_nor_sqlalchemy() -> None:
    program = "import sys, workflows.catalogue; print(*sorted({'flask', 'sqlalchemy', 'app'} & set(sys.modules)))"
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == ""
