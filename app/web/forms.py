"""Reading what a form brought, where WTForms only knows that it may be missing."""

from __future__ import annotations

from collections.abc import Iterable

from wtforms import Field
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from app.web.words import say
from workflows.text import Text


def text(field: Field) -> str:
    """What was filled in, as it was; nothing as an empty text."""
    return field.data or ""


def choices(pairs: Iterable[tuple[str | int, Text | str]]) -> list[SelectChoice]:
    """What a list offers: values and their words, in the reader's language."""
    return [SelectChoice(value, say(words) if isinstance(words, Text) else words) for value, words in pairs]
