"""The files a tablet keeps to open the desk without a network, and one digest over all of them: another digest, another set."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from app.config import ROOT

STATIC = ROOT / "static"
WORKER = STATIC / "js" / "marking" / "worker.js"
OF_THE_DESK = (
    *("desk", "device", "dialogs", "handover", "idle", "keys", "outdated", "photos"),
    *("picture", "queue", "seal", "shell", "sheet", "show", "store"),
)
FILES = (
    "vendor/bootstrap/css/bootstrap.min.css",
    "vendor/bootstrap-icons/bootstrap-icons.min.css",
    "vendor/bootstrap-icons/fonts/bootstrap-icons.woff2",
    "vendor/bootstrap/js/bootstrap.bundle.min.js",
    "vendor/qr/index.js",
    "css/jiangbang.css",
    "css/marking.css",
    "img/favicon.svg",
    "js/jiangbang.js",
    *(f"js/marking/{name}.js" for name in OF_THE_DESK),
)


def version(shell: str) -> str:
    """What changes when a file, the worker or the *shell* page does."""
    paths = [WORKER, *(STATIC / name for name in FILES)]
    return _digest(tuple((path, path.stat().st_mtime_ns) for path in paths if path.exists()), shell)


@functools.lru_cache(maxsize=8)
def _digest(files: tuple[tuple[Path, int], ...], shell: str) -> str:
    made = hashlib.sha256(shell.encode())
    for path, _ in files:
        made.update(hashlib.sha256(path.read_bytes()).digest())
    return made.hexdigest()[:16]
