"""The stylesheets, scripts and fonts of `package.json`, fetched with npm into `static/vendor/`.

No page loads anything from another host, and no third-party file is kept in the repository.  Only what the `assets`
table of `package.json` names is copied; `node_modules` lives in a temporary directory and goes with it.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.environment import ROOT, attempt, digest, say, temporary_environment

VENDOR = ROOT / "static" / "vendor"
MANIFEST = ROOT / "package.json"
LOCK = ROOT / "package-lock.json"
NPM_SETTINGS = ROOT / ".npmrc"
FETCHED = VENDOR / "fetched"  # the digest of the manifest that static/vendor was copied by


def fetch() -> None:
    """See to it that `static/vendor/` holds what `package.json` says; at once if it does already."""
    wanted = digest(MANIFEST, LOCK)
    if FETCHED.exists() and FETCHED.read_text() == wanted:
        return
    say("获取页面资源与字体", "fetching stylesheets, scripts and fonts")
    with node_modules("--omit=dev") as (modules, _node):
        shutil.rmtree(VENDOR, ignore_errors=True)
        for source, target in json.loads(MANIFEST.read_text())["assets"].items():
            (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(modules / source, VENDOR / target)
    FETCHED.write_text(wanted)


@contextmanager
def node_modules(*options: str) -> Iterator[tuple[Path, str]]:
    """What `package-lock.json` names, in a directory for one use, and the `node` that goes with it."""
    with _node() as commands, tempfile.TemporaryDirectory(prefix="jiangbang-") as directory:
        for file in (MANIFEST, LOCK, NPM_SETTINGS):
            shutil.copy(file, directory)
        npm(commands, "ci", *options, cwd=Path(directory))
        yield Path(directory) / "node_modules", str(commands / "node")


def npm(commands: Path, *arguments: str, cwd: Path) -> None:
    attempt(
        [commands / "npm", *arguments, "--no-progress", "--loglevel=error"],
        cwd=cwd,
        environment={
            "PATH": f"{commands}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "NODE_USE_SYSTEM_CA": os.environ.get("NODE_USE_SYSTEM_CA", "1"),  # an intranet's own certificate authority counts
        },
        failing="npm could not fetch the packages. / npm 获取资源失败。",
        advice="Check the network; for a mirror set npm_config_registry, for a proxy HTTPS_PROXY. "
        "/ 请检查网络；镜像用 npm_config_registry，代理用 HTTPS_PROXY。",
    )


@contextmanager
def _node() -> Iterator[Path]:
    """The directory of `npm` and `node`: the machine's own, or from PyPI for as long as they are needed."""
    own = shutil.which("npm")
    if own and shutil.which("node", path=str(Path(own).parent)):
        yield Path(own).parent
        return
    say("本机没有 npm，临时取用", "no npm on this machine, borrowing one")
    with temporary_environment("node") as commands:
        yield commands
