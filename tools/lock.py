"""Resolve the requirements and the npm packages again, into lock files that name no host."""

from __future__ import annotations

import json
import subprocess
import sys

from tools.assets import LOCK
from tools.environment import REQUIREMENTS, ROOT, VENV

HOLDS_IN_ORDER = ("run", "test", "dev", "node")  # test builds on the locked run, dev on the locked test


def lock_python(options: list[str]) -> None:
    for name in HOLDS_IN_ORDER:
        subprocess.run(
            [
                *(VENV / "bin" / "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
                *("--generate-hashes", "--no-emit-index-url", "--custom-compile-command", "python3 run.py lock"),
                *(f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt", *options),
            ],
            cwd=ROOT,
            check=True,
        )


def lock_npm() -> None:
    subprocess.run(["npm", "install", "--package-lock-only", "--loglevel=error"], cwd=ROOT, check=True)
    content = json.loads(LOCK.read_text())
    for package in content["packages"].values():
        package.pop("funding", None)  # addresses that nothing here needs
    LOCK.write_text(json.dumps(content, indent=2) + "\n")


def main() -> int:
    lock_python(sys.argv[1:])
    lock_npm()
    addresses = [
        f"{path.name}: {line}" for path in (*REQUIREMENTS.glob("*.txt"), LOCK) for line in path.read_text().splitlines() if "://" in line
    ]
    print("\n".join(addresses))
    return 1 if addresses else 0


if __name__ == "__main__":
    sys.exit(main())
