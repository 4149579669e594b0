"""What must hold of the source: one line of verdict for each, and what was found below those that do not.

    python3 run.py check              all of them
    python3 run.py check types charts these

Each check is a function that returns what it found, or nothing; its docstring is the sentence that holds.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from tools import translations as catalogue
from tools.environment import PYTHON, REQUIREMENTS, ROOT, VENV


def lint() -> str:
    """The source has no lint."""
    return _complaints("-m", "ruff", "check", "--quiet", "--output-format=concise", ".")


def layout() -> str:
    """The source is laid out by ruff format."""
    return _complaints("-m", "ruff", "format", "--check", "--output-format=concise", ".")


def types() -> str:
    """Types hold, strictly."""
    return _complaints("-m", "mypy")


def imports() -> str:
    """The import contracts are kept."""
    said = _complaints(VENV / "bin" / "lint-imports", "--no-logo")
    return said.partition("Broken contracts")[2] or said


def templates() -> str:
    """The templates have no lint."""
    return _complaints("-m", "djlint", "templates", "--lint", "--quiet")


def migrations() -> str:
    """The migrations make what the models describe."""
    with tempfile.TemporaryDirectory() as instance:
        return _complaints("-m", "app.cli", "--instance", instance, "migration-check")


def charts() -> str:
    """The charts in docs/workflows are those of the declarations."""
    with tempfile.TemporaryDirectory() as instance:
        return _complaints("-m", "app.cli", "--instance", instance, "docs-check")


def translations() -> str:
    """Every message has its English."""
    return "\n".join(catalogue.faults())


def hosts() -> str:
    """No lock file names a host."""
    locks = [*REQUIREMENTS.glob("*.txt"), ROOT / "package-lock.json", ROOT / ".npmrc"]
    return "\n".join(
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in locks
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"://|^--(index-url|extra-index-url|find-links|trusted-host)", line)
    )


CHECKS: dict[str, Callable[[], str]] = {
    check.__name__: check for check in (lint, layout, types, imports, templates, migrations, charts, translations, hosts)
}


def _complaints(*arguments: object) -> str:
    """What a tool said, if it was not content.  Arguments that begin with `-m` are a module of our environment."""
    command = [PYTHON, *arguments] if arguments[0] == "-m" else list(arguments)
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip() or f"exit status {done.returncode}" if done.returncode else ""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 run.py check")
    parser.add_argument("checks", nargs="*", metavar="CHECK", help=f"one of {', '.join(CHECKS)}; all of them if none is named")
    asked = parser.parse_args().checks or list(CHECKS)
    if unknown := set(asked) - set(CHECKS):
        parser.error(f"no such check: {', '.join(sorted(unknown))}")
    failed = 0
    for name in asked:
        started = time.monotonic()
        found = CHECKS[name]()
        print(f"{'✗' if found else '✓'} {name:<13}{CHECKS[name].__doc__}  ({time.monotonic() - started:.1f} s)", flush=True)
        if found:
            failed += 1
            print("    " + found.replace("\n", "\n    "), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
