"""The ways the office says no.  Raised anywhere, answered in one place (`app.web.errors`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workflows.text import Text, joined


class OfficeError(Exception):
    """Base of the refusals a user may meet."""


class Refused(OfficeError):
    """The rules do not allow it; every reason is given."""

    def __init__(self, *reasons: Text) -> None:
        super().__init__(str(joined(list(reasons))))
        self.reasons: Sequence[Text] = reasons


class Stale(OfficeError):
    """Somebody else changed the row since this page was opened."""

    def __init__(self, row: Any, seen: int | None = None) -> None:
        super().__init__(f"{row!r} has changed since version {seen}")
        self.row, self.seen = row, seen


class NotFound(OfficeError):
    """There is no such thing, or not for this person: the two look alike on purpose."""


class Forbidden(OfficeError):
    """Signed in, but holding no role that may come in here."""

    def __init__(self, needed: Sequence[Any] = ()) -> None:
        super().__init__("no role that may come in here")
        self.needed = needed
