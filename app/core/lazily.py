"""Libraries that are loaded when they are first used.

PDF, spreadsheets, the queue and two-factor codes are heavy, and most workers never need all of them: loading them only then halves
the time to the first page and keeps a worker small.  Type checkers see an ordinary import:

    if TYPE_CHECKING:
        import typst
    else:
        typst = lazily("typst")
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """Stands for a module until one of its names is asked for; from then on it has that name itself."""

    def __getattr__(self, name: str) -> Any:
        found = getattr(importlib.import_module(self.__name__), name)
        setattr(self, name, found)
        return found


def lazily(name: str) -> Any:
    """The module *name*, imported when one of its names is first asked for; a missing one raises ImportError then."""
    return _Later(name)
