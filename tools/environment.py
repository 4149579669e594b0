"""The virtual environment in `.venv`, made and kept up to date from the hashed files in `requirements/`.

Runs on the machine's own Python, before anything is installed: standard library only.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
GROUPS = ("run", "test", "dev")  # each contains the ones before it
INSTALLED = VENV / "installed"  # the digests of the requirement files that .venv satisfies
CATALOGUES = ROOT / "app" / "translations"


class SetUpFailed(Exception):
    """The machine lacks something; the message says what, and what to do."""


def say(chinese: str, english: str) -> None:
    """A line of progress.  On stderr, so that a command's own output can be piped."""
    print(f"· {chinese} · {english}", file=sys.stderr, flush=True)


def install(group: str) -> None:
    """See to it that `.venv` holds exactly what `requirements/<group>.txt` names; at once if it does already."""
    if digest(requirements(group)) in _installed():
        return
    if not _runs(PYTHON):
        say("建立运行环境 .venv", "making the environment .venv")
        _make_environment(VENV)
    lock = requirements(group)
    count = lock.read_text().count("==")
    say(f"安装 {count} 个软件包（核对散列值）", f"installing {count} packages, each checked against its hash")
    pip_install(PYTHON, lock)
    INSTALLED.write_text("".join(f"{digest(requirements(name))}\n" for name in GROUPS[: GROUPS.index(group) + 1]))


def compile_translations() -> None:
    """Compile every catalogue that is newer than its compiled form."""
    for source in CATALOGUES.glob("*/LC_MESSAGES/messages.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            attempt(
                [PYTHON, "-m", "tools.translations", "compile", source],
                cwd=ROOT,
                failing=f"{source.relative_to(ROOT)} could not be compiled.",
                advice="Run: python3 run.py translations",
            )


def requirements(group: str) -> Path:
    return REQUIREMENTS / f"{group}.txt"


def digest(*paths: Path) -> str:
    """One SHA-256 over the content of *paths*."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.read_bytes())
    return total.hexdigest()


@contextmanager
def temporary_environment(group: str) -> Iterator[Path]:
    """A virtual environment for one use, with what `requirements/<group>.txt` names; yields its `bin`."""
    with tempfile.TemporaryDirectory(prefix="jiangbang-") as directory:
        _make_environment(Path(directory))
        commands = Path(directory) / "bin"
        pip_install(commands / "python", requirements(group))
        yield commands


def pip_install(python: Path, lock: Path) -> None:
    attempt(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "-r", lock],
        failing="pip could not install the packages. / 安装软件包失败。",
        advice="Check the network; for a mirror set PIP_INDEX_URL, for a proxy HTTPS_PROXY, for an own certificate authority PIP_CERT. "
        "/ 请检查网络；镜像用 PIP_INDEX_URL，代理用 HTTPS_PROXY，自建证书用 PIP_CERT。",
    )


def attempt(
    command: list[str | Path], *, failing: str, advice: str, cwd: Path | None = None, environment: dict[str, str] | None = None
) -> str:
    """Run *command* and return its output.  Raises `SetUpFailed` with the last of what it said, and *advice*."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=os.environ | (environment or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise SetUpFailed(f"{failing}\n    {error}\n  {advice}") from error
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-3:]
        raise SetUpFailed("\n    ".join([failing, *said]) + f"\n  {advice}")
    return done.stdout


def _installed() -> set[str]:
    return set(INSTALLED.read_text().split()) if INSTALLED.exists() and PYTHON.exists() else set()


def _runs(python: Path) -> bool:
    """Whether *python* is there and finds its pip: an interrupted set-up or an upgraded system leaves one that does not."""
    return python.exists() and subprocess.run([python, "-c", "import pip"], capture_output=True, check=False).returncode == 0


def _make_environment(directory: Path) -> None:
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        raise SetUpFailed(
            f"This Python has no {' and no '.join(missing)}. / 本机 Python 缺少 {'、'.join(missing)}。\n"
            "  Debian, Ubuntu: apt install python3-venv;  openEuler, Fedora: dnf install python3-pip"
        )
    attempt(
        [sys.executable, "-m", "venv", "--clear", directory],
        failing=f"could not make the environment {directory}. / 无法建立运行环境。",
        advice="Is there room on the disk, and may this user write here? / 磁盘是否已满，当前用户能否写入？",
    )
