"""`python3 run.py check`, as tests: whoever runs the tests has run the checks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tools.checks import CHECKS


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_source_passes_the_check(check: Callable[[], str]) -> None:
    found = check()
    assert not found, f"not so: {check.__doc__}\n{found}"
