"""The table of days off and make-up working days that the rulebook's calendar counts with.

What the `holidays` package knows of China (statutory days for every year; the State Council's moved days for the years whose
notice was out when it was released), and over it what an administrator entered from a later notice.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from app.core.lazily import lazily
from workflows.calendar import Holidays

if TYPE_CHECKING:
    import holidays
else:
    holidays = lazily("holidays")


def holiday_table(years: Iterable[int], *, entered: Mapping[date, bool] | None = None, announced: Iterable[int] = ()) -> Holidays:
    """The table for *years*.

    *entered* are an administrator's days: True where offices work, False where they do not; they win over the package's.
    *announced* are the years whose official notice the administrator has entered completely; those of the package are known.
    """
    off, working, known = _published(tuple(sorted(set(years))))
    works = {day for day, is_worked in (entered or {}).items() if is_worked}
    rests = (entered or {}).keys() - works
    return Holidays((off - works) | rests, (working - rests) | works, known | frozenset(announced))


@functools.lru_cache(maxsize=32)
def _published(years: tuple[int, ...]) -> tuple[frozenset[date], frozenset[date], frozenset[int]]:
    """Days off, weekends worked, and the years with an official notice: every notice has moved at least one weekend."""
    known = _china().China(years=years)
    working = frozenset(day for day in known.weekend_workdays if day.year in years)
    off = frozenset(day for day in known if day.year in years) - working
    return off, working, frozenset(day.year for day in working)


@functools.cache
def _china() -> ModuleType:
    """The package's module for China alone.  Asked by name, the package loads two hundred countries to find it, and keeps them."""
    path = Path(holidays.__path__[0]) / "countries" / "china.py"
    specification = spec_from_file_location("holidays.countries.china", path)
    if specification is None or specification.loader is None:
        raise ImportError(f"no such module: {path}")
    module = module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
