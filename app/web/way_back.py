"""Where a page asked to be led back to, if that is a page of this office and nowhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request


def way_back(asked: str | None, otherwise: str) -> str:
    """The local address in *asked*, or *otherwise*.  Another host, another scheme, or a trick with slashes leads nowhere."""
    if not asked or any(c in asked for c in "\\\r\n\t\0"):
        return otherwise
    parts = urlsplit(asked)
    if parts.netloc and (parts.scheme not in ("http", "https") or parts.netloc != request.host):
        return otherwise
    if (parts.scheme and not parts.netloc) or not parts.path.startswith("/") or parts.path.startswith("//"):
        return otherwise
    return parts.path + (f"?{parts.query}" if parts.query else "")
