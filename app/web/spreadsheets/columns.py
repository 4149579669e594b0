"""What a column is, and the limits of a sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from workflows.text import Text

Kind = Literal["text", "prose", "id_number", "phone", "integer", "decimal", "date", "choice"]
Value = str | int | Decimal | date | None

MAX_ROWS = 20_000
MAX_COLUMNS = 200
EXACT_NUMBER = 10**15  # Excel keeps fifteen significant digits; a longer number in a numeric cell is not what was typed


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in the row's dictionary, its title, other headers it is known by, and what it holds.

    "prose" is text kept as it stands, with its line breaks and full-width characters.  `choices` maps the value kept to what people read
    and write.  `check` takes the text and returns what is kept, or raises a `ValueError` whose `reason` (a `Text`) is shown; ID numbers
    and mobile numbers are checked without being told.
    """

    key: str
    title: Text
    aliases: tuple[str, ...] = ()
    kind: Kind = "text"
    required: bool = False
    choices: Mapping[str, Text] = field(default_factory=dict)
    width: int = 16
    check: Callable[[str], Value] | None = None

    @property
    def headers(self) -> tuple[str, ...]:
        """Every header this column answers to."""
        return (self.title.zh, self.title.en, *self.aliases)
