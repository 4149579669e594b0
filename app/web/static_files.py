"""Style sheets, scripts, pictures and fonts: asked for once.

Their address holds a digest of all of them, so what a browser has it keeps for good; when one file changes, all have new addresses.
An address of an earlier release still answers, with the file of today: a page that was open meanwhile goes on.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, Response

ADDRESS = "/static/<release>"
ONE_YEAR = 365 * 24 * 60 * 60  # seconds; RFC 9111 has no "for ever", a year is what browsers take for it


def release_of(folder: Path) -> str:
    """Another text when any file below *folder* was changed, added or taken away."""
    made = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        facts = path.stat()
        made.update(f"{path.relative_to(folder)}\0{facts.st_size}\0{facts.st_mtime_ns}\n".encode())
    return made.hexdigest()[:12]


class WithStaticFiles(Flask):
    """An application whose static files are below `ADDRESS`."""

    def __init__(self, name: str, *, root_path: str, static_folder: Path, template_folder: str) -> None:
        super().__init__(name, root_path=root_path, template_folder=template_folder, static_folder=static_folder, static_url_path=ADDRESS)
        self.release = release_of(static_folder)
        self.url_defaults(lambda endpoint, values: values.setdefault("release", self.release) if endpoint == "static" else None)

    def send_static_file(self, filename: str, release: str = "") -> Response:
        """The file *filename*; kept for good where the address is of this *release*, else asked for again each time."""
        response = super().send_static_file(filename)
        if release == self.release:
            response.cache_control.no_cache = None
            response.cache_control.public = True
            response.cache_control.max_age = ONE_YEAR
            response.cache_control.immutable = True
        return response
