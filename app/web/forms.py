"""Reading what a form brought, where WTForms only knows that it may be missing."""

from __future__ import annotations

from wtforms import Field


def text(field: Field) -> str:
    """What was filled in, as it was; nothing as an empty text."""
    return field.data or ""
