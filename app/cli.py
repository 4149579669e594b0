"""Commands of an installation: `python -m app.cli <command>`; `run.py` calls them."""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from app import create_app
from app.accounts import commands, passwords
from app.competitions.marking.recording import altered_sheets
from app.config import ROOT
from app.core import audit, clock, engine, jobs
from app.core.db import db, transaction
from app.core.migrating import migrator
from app.core.worker import work
from app.demo import demonstration
from app.registry import importing
from app.serving import serve
from workflows import catalogue, chart


def migrate(app: Flask) -> int:
    """Bring the database up to the newest migration."""
    migrator(app).upgrade()
    return 0


def migration_check(app: Flask) -> int:
    """Whether the migrations make exactly the tables the models describe."""
    alembic = migrator(app)
    alembic.upgrade()
    differences = alembic.compare_metadata()
    for difference in differences:
        print(difference, file=sys.stderr)
    return 1 if differences else 0


def verify_audit(_app: Flask) -> int:
    """Recompute every audit chain and name the first row of each that does not fit, and every sheet whose marks are not as recorded."""
    broken, altered = list(audit.verify(db.session)), altered_sheets(db.session)
    for fault in broken:
        print(f"{fault.chain} #{fault.number} (row {fault.event_id}): {fault.fault}")
    for sheet in altered:
        print(f"sheet {sheet}: its marks are not what the record says")
    print("audit: " + ("broken" if broken or altered else "whole"))
    return 1 if broken or altered else 0


def tick(_app: Flask) -> int:
    """Let the clock take every transition that is due, and do the jobs that wait."""
    now = clock.now()
    print(f"moved {engine.tick(now)}, jobs {jobs.sweep(now)}")
    return 0


def worker(app: Flask) -> int:
    """Do jobs and let the clock act until told to stop: the worker of an installation that runs it beside the web server."""
    work(app)
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
        ".flow-arrow path{stroke:#6b6558}.flow-tip{fill:#6b6558}.flow-caption{font-size:12px;fill:#5c564b}</style>"
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
    asked = _parser().parse_args(arguments)
    if asked.command == "demo":
        return demo(asked)
    overrides = {"DATABASE_URL": asked.database_url} if asked.database_url else {}
    app = create_app(asked.instance, **overrides)
    if asked.command == "serve":
        serve(app, asked.host, asked.port)
        return 0
    command = COMMANDS[asked.command]
    with app.app_context():
        return command(app, *(getattr(asked, name) for name in _asked_of(command)))


def demo(asked: argparse.Namespace) -> int:
    """Serve the demonstration season, loading it first where the database is empty."""
    return demonstration.run(
        instance=asked.instance or ROOT / "instance" / "demo",
        database_url=asked.database_url,
        host=asked.host,
        port=asked.port,
        play=asked.play,
        reset=asked.reset,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.cli", description=__doc__)
    _takes_database(parser, default=None)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in sorted(COMMANDS.items()):
        one = commands.add_parser(name, help=inspect.getdoc(command))
        _takes_database(one)
        for argument in _asked_of(command):
            one.add_argument(argument)
    shown = commands.add_parser("demo", help=inspect.getdoc(demo))
    shown.add_argument("--play", action="store_true", help="play one whole season through HTTP and stop")
    shown.add_argument("--reset", action="store_true", help="begin again with a fresh database")
    served = commands.add_parser("serve", help="serve this installation, with a worker beside the web server")
    for server in (shown, served):
        _takes_database(server)
        server.add_argument("--host", default="127.0.0.1")
        server.add_argument("--port", type=int, default=8000)
    return parser


def _asked_of(command: Callable[..., int]) -> list[str]:
    """The names of what a command asks for, beside the application."""
    return list(inspect.signature(command).parameters)[1:]


def _takes_database(parser: argparse.ArgumentParser, default: str | None = argparse.SUPPRESS) -> None:
    """Where the installation lies: said before or after the command."""
    parser.add_argument("--instance", type=Path, default=default, help="the folder of the installation's own files")
    parser.add_argument("--database-url", default=default)


if __name__ == "__main__":
    sys.exit(main())
