"""Settings: from the environment, with defaults that suit one machine."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def default_instance() -> Path:
    """Where an installation keeps its own files: keys, uploads, the embedded database."""
    return Path(os.environ.get("JIANGBANG_INSTANCE") or ROOT / "instance")


def settings(instance: Path, overrides: dict[str, Any] | None = None) -> dict[str, Any]:
    """The settings of an installation whose own files live in *instance*."""
    instance.mkdir(parents=True, exist_ok=True)
    asked = overrides or {}
    database_url = asked.get("DATABASE_URL") or os.environ.get("DATABASE_URL") or f"sqlite:///{instance / 'jiangbang.sqlite'}"
    values: dict[str, Any] = {
        "INSTANCE": instance,
        "DATABASE_URL": database_url,
        "SECRET_KEY": os.environ.get("SECRET_KEY") or _kept_secret(instance / "secret_key"),
        "SQLALCHEMY_ENGINES": {"default": engine_options(database_url)},
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": os.environ.get("HTTPS_ONLY", "") == "1",
        "PERMANENT_SESSION_LIFETIME": 12 * 3600,
        "MAX_CONTENT_LENGTH": 32 * 1024 * 1024,
        "WTF_CSRF_TIME_LIMIT": None,
        "PUBLIC_URL": os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000"),
        "ISSUER": os.environ.get("ISSUER", "桐庐县人力资源和社会保障局"),
        "WAKE_WORKERS": True,
        "QUEUE_URL": os.environ.get("QUEUE_URL"),
        "REQUIRE_TOTP": os.environ.get("REQUIRE_TOTP", "") == "1",
        "MARKING_IDLE_MINUTES": int(os.environ.get("MARKING_IDLE_MINUTES", "20")),
        "CLOCK_CAN_MOVE": os.environ.get("CLOCK_CAN_MOVE", "") == "1",
        "SHARED_ASKED_AGAIN": 0.25,  # seconds; see app.web.shared
        "RATELIMIT_STORAGE_URI": os.environ.get("RATE_LIMIT_STORE", "memory://"),
    }
    return values | asked


# What a season asks is 550 different statements, most of them once in a while; to keep every one compiled takes 22 MiB of each worker and
# saves no time that could be measured.  What happens many times a second is prepared by itself (`app.core.prepared`).
STATEMENTS_KEPT = 128


def engine_options(database_url: str) -> dict[str, Any]:
    every = {"url": database_url, "query_cache_size": STATEMENTS_KEPT}
    if database_url.startswith("sqlite"):
        return every | {"connect_args": {"timeout": 15}}
    return every | {"pool_size": 10, "max_overflow": 20}


def _kept_secret(path: Path) -> str:
    """A random secret made once and kept where only the owner reads it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secret := secrets.token_urlsafe(48))
    return secret
