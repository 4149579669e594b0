"""A journey is a story through HTTP; where it is stored is not its subject."""

import pytest


@pytest.fixture
def database_kind() -> str:
    return "sqlite"
