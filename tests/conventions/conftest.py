"""Conventions are about the source and the routes, not about storage: one database will do."""

from __future__ import annotations

import pytest


@pytest.fixture
def database_kind() -> str:
    return "sqlite"
