#!/usr/bin/env python3
"""Every command of the project.  Needs Python 3.11 with venv and nothing else; each command sets up what it stands on.

python3 run.py demo              a small county's season, on 127.0.0.1
python3 run.py test              every test and every check (arguments go to pytest)
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

if sys.version_info < (3, 11):  # noqa: UP036  this file is what an older Python is handed
    sys.exit("Jiangbang needs Python 3.11 or newer. / 匠榜需要 Python 3.11 或更高版本。")

from tools import assets, chromium, environment
from tools.environment import PYTHON, ROOT, SetUpFailed


def demo(arguments: list[str]) -> None:
    """fill an embedded database with the demonstration season and serve it (--port --host --database-url --play --reset)"""
    _ready("run")
    _become("-m", "app.cli", "demo", *arguments)


def test(arguments: list[str]) -> None:
    """run every test and every check: rulebook, SQLite, PostgreSQL, journeys, Chromium (arguments go to pytest instead)"""
    _ready("dev")
    _provide_chromium()
    _become("-m", "pytest", *(arguments or ["-n", "auto", "--dist", "worksteal"]))


def check(arguments: list[str]) -> None:
    """lint, types, import contracts, templates, migrations, charts, translations"""
    _ready("dev")
    _become("-m", "tools.checks", *arguments)


def bench(arguments: list[str]) -> None:
    """run the benchmarks, each beside a reference in the same run"""
    _ready("test")
    _become("-m", "bench", *arguments)


def faults(arguments: list[str]) -> None:
    """follow many random interleavings of tablets, network and power cuts against an oracle (--runs 100000 --seed --workers)"""
    _ready("test")
    _become("-m", "tests.faults", *arguments)


def translations(arguments: list[str]) -> None:
    """bring the English catalogue up to date and print what is missing (--fill FILE.json)"""
    environment.install("run")
    _become("-m", "tools.translations", "update", *arguments)


def docs(arguments: list[str]) -> None:
    """draw the charts and permission tables in docs/workflows again"""
    environment.install("run")
    _become("-m", "app.cli", "docs", *arguments)


def build(_arguments: list[str]) -> None:
    """prepare an installation to be served (an image, a server): environment, assets, translations"""
    _ready("run")


def migration(arguments: list[str]) -> None:
    """maintainers: write the migration from the last one to the models as they are now (needs a message)"""
    _ready("run")
    _become("-m", "tools.migration", *arguments)


def lock(arguments: list[str]) -> None:
    """maintainers: resolve requirements/*.in and package.json again (--upgrade)"""
    environment.install("dev")
    _become("-m", "tools.lock", *arguments)


COMMANDS = {command.__name__: command for command in (demo, test, check, bench, faults, translations, docs, build, migration, lock)}


def main() -> None:
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        _explain()
        sys.exit(0 if sys.argv[1:] in ([], ["-h"], ["--help"]) else 2)
    os.chdir(ROOT)
    try:
        COMMANDS[sys.argv[1]](sys.argv[2:])
    except SetUpFailed as reason:
        sys.exit(f"\n✗ {reason}")
    except KeyboardInterrupt:
        sys.exit(130)


def _explain() -> None:
    print(__doc__)
    for name, command in COMMANDS.items():
        print(f"  {name:<14}{command.__doc__}")


def _ready(group: str) -> None:
    """Everything a started program needs: packages, assets, compiled translations."""
    environment.install(group)
    assets.fetch()
    environment.compile_translations()


def _provide_chromium() -> None:
    """Without a browser its tests are skipped, but in CI that is a failure."""
    try:
        os.environ["CHROMIUM"] = chromium.provide()
    except SetUpFailed as reason:
        if os.environ.get("CI"):
            raise
        environment.say("没有浏览器，跳过浏览器测试", f"no browser, its tests will be skipped: {reason}")


def _become(*arguments: str) -> NoReturn:
    """Hand this process over, so that a signal reaches the program itself.

    Modules and templates are kept compiled, whatever this machine does elsewhere: many processes will read them.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.execv(PYTHON, [str(PYTHON), *arguments])


if __name__ == "__main__":
    main()
