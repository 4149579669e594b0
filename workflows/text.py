"""Words in the two languages of the product.  Chinese is the text of record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """One label or reason, in Chinese and in English: both or neither."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        if not self.zh or not self.en:
            raise ValueError(f"a text needs both languages: {self.zh!r}, {self.en!r}")

    def __str__(self) -> str:
        return self.zh

    def within(self, language: str) -> str:
        """The words in *language* (`zh…` or `en…`)."""
        return self.en if language.startswith("en") else self.zh

    def format(self, **values: Any) -> Text:
        """Fill the named gaps; a value that is itself a `Text` enters each language in its own words."""
        return Text(
            self.zh.format(**{name: _in(value, "zh") for name, value in values.items()}),
            self.en.format(**{name: _in(value, "en") for name, value in values.items()}),
        )


def _in(value: Any, language: str) -> Any:
    return value.within(language) if isinstance(value, Text) else value


def joined(texts: list[Text]) -> Text:
    """Several texts as one enumeration."""
    return Text("；".join(t.zh for t in texts), "; ".join(t.en for t in texts))


def listed(values: Iterable[object]) -> Text:
    """Numbers or codes one after the other, as each language separates them."""
    named = [str(value) for value in values]
    return Text("、".join(named) or "—", ", ".join(named) or "—")
