"""Commands of an installation: `python -m app.cli <command>`; `run.py` calls them."""

from __future__ import annotations

import argparse
import inspect
import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from huey.consumer import Consumer

from app import alembic, create_app
from app.accounts import commands, passwords
from app.config import ROOT
from app.core import audit, clock, engine, jobs
from app.core.db import db, transaction
from app.core.worker import queue_of
from app.registry import importing
from workflows import catalogue, chart


def migrate(_app: Flask) -> int:
    """Bring the database up to the newest migration."""
    alembic.upgrade()
    return 0


def migration_check(_app: Flask) -> int:
    """Whether the migrations make exactly the tables the models describe."""
    alembic.upgrade()
    differences = alembic.compare_metadata()
    for difference in differences:
        print(difference, file=sys.stderr)
    return 1 if differences else 0


def verify_audit(_app: Flask) -> int:
    """Recompute every audit chain and name the first row of each that does not fit."""
    broken = list(audit.verify(db.session))
    for fault in broken:
        print(f"{fault.chain} #{fault.number} (row {fault.event_id}): {fault.fault}")
    print("audit: " + ("broken" if broken else "whole"))
    return 1 if broken else 0


def tick(_app: Flask) -> int:
    """Let the clock take every transition that is due, and do the jobs that wait."""
    now = clock.now()
    print(f"moved {engine.tick(now)}, jobs {jobs.sweep(now)}")
    return 0


def worker(app: Flask) -> int:
    """Do jobs and let the clock act until told to stop: the worker of an installation that runs it beside the web server."""
    Consumer(queue_of(app), workers=4).run()
    return 0


def charts(_app: Flask | None = None) -> dict[Path, str]:
    """What `docs/workflows/` must contain, by path."""
    folder = ROOT / "docs" / "workflows"
    files = {}
    for workflow in catalogue.ALL:
        files[folder / f"{workflow.name}.svg"] = _stand_alone(chart.svg(workflow, "zh"))
        files[folder / f"{workflow.name}.md"] = chart.table(workflow) + f"\n![{workflow.title.zh}]({workflow.name}.svg)\n"
    index = "\n".join(f"- [{w.title.zh} · {w.title.en}]({w.name}.md)" for w in catalogue.ALL)
    source = "Drawn from the declarations in `workflows/` by `python3 run.py docs`."
    files[folder / "README.md"] = f"# 流程 · Workflows\n\n{source}\n\n{index}\n"
    return files


def _stand_alone(svg: str) -> str:
    """The page colours the diagram by its style sheet; a file carries its own."""
    style = (
        "<style>text{font:14px sans-serif;fill:#22262b}"
        ".flow-state rect{fill:#f6f4ef;stroke:#8a8578}.flow-done rect{fill:#e3f1e8;stroke:#2f7a4f}"
        ".flow-ended rect{fill:#f3e4e1;stroke:#a5382c}.flow-publicity rect{fill:#e4edf5;stroke:#2b5f8a}"
        ".flow-arrow path{stroke:#6b6558}.flow-tip{fill:#6b6558}</style>"
    )
    return re.sub(r"(<title id=.*?</title>)", lambda match: match.group(1) + style, svg, count=1) + "\n"


def docs(_app: Flask) -> int:
    """Draw the charts and tables under `docs/workflows/` anew."""
    for path, content in charts().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return 0


def docs_check(_app: Flask) -> int:
    """Whether the committed charts are the ones the declarations give."""
    stale = [path for path, content in charts().items() if not path.exists() or path.read_text(encoding="utf-8") != content]
    for path in stale:
        print(f"stale: {path.relative_to(ROOT)}", file=sys.stderr)
    return 1 if stale else 0


def import_occupations(_app: Flask, file: str) -> int:
    """Take a classification of occupations in from FILE (Excel or CSV); a file with a problem changes nothing."""
    return _import(importing.OCCUPATIONS, Path(file))


def import_divisions(_app: Flask, file: str) -> int:
    """Take a table of administrative divisions in from FILE."""
    return _import(importing.DIVISIONS, Path(file))


def _import(of: importing.List, file: Path) -> int:
    with transaction() as session:
        planned = importing.plan(session, of, file.read_bytes(), file.name)
        for problem in planned.problems:
            print(f"row {problem.row}, {problem.column}: {problem.value!r}: {problem.reason}", file=sys.stderr)
        if not planned.problems:
            importing.carry_out(session, planned)
    counts = f"{len(planned.new)} new, {len(planned.changed)} changed, {planned.unchanged} unchanged"
    print(f"{of.key}: {counts}, {len(planned.problems)} problems")
    return 1 if planned.problems else 0


def create_administrator(_app: Flask, login: str, name: str) -> int:
    """Make the account LOGIN, called NAME, the first administrator; prints its initial password once."""
    password = passwords.initial()
    password_hash = passwords.hashed(password)
    with transaction() as session:
        importing.load_starters(session)
        commands.first_administrator(session, clock.now(), login=login, name=name, password_hash=password_hash)
    print(password)
    return 0


COMMANDS: dict[str, Callable[..., int]] = {
    "migrate": migrate,
    "migration-check": migration_check,
    "verify-audit": verify_audit,
    "tick": tick,
    "worker": worker,
    "import-occupations": import_occupations,
    "import-divisions": import_divisions,
    "create-administrator": create_administrator,
    "docs": docs,
    "docs-check": docs_check,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m app.cli", description=__doc__)
    parser.add_argument("command", choices=sorted(COMMANDS))
    parser.add_argument("arguments", nargs="*", help="what the command asks for: FILE, or LOGIN NAME")
    parser.add_argument("--instance", type=Path, default=None)
    parser.add_argument("--database-url", default=None)
    asked = parser.parse_args(arguments)
    command = COMMANDS[asked.command]
    if len(asked.arguments) != len(inspect.signature(command).parameters) - 1:
        parser.error(f"{asked.command}: {inspect.getdoc(command)}")
    overrides = {"DATABASE_URL": asked.database_url} if asked.database_url else {}
    logging.getLogger("alembic").setLevel(logging.WARNING)
    app = create_app(asked.instance, **overrides)
    with app.app_context():
        return command(app, *asked.arguments)


if __name__ == "__main__":
    sys.exit(main())
