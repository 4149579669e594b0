"""Reading a legal document written as TOML, section by section.

An error names the file, the rule and the field.  Unknown keys are refused, so a misspelt limit is an error and not a limit that never was.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from workflows.clauses.conditions import Condition
from workflows.clauses.facts import Attribute
from workflows.clauses.money import FEN
from workflows.clauses.sources import OpenQuestion
from workflows.text import Text

REQUIRED: Any = object()


class PackError(ValueError):
    """A pack cannot be read: where, and why."""


class Section:
    """One table of the file, taken apart key by key; what is left over at the end was not understood."""

    def __init__(self, where: str, values: Any) -> None:
        if not isinstance(values, dict):
            raise PackError(f"{where}: a table is expected, not {values!r}")
        self.where, self._left = where, dict(values)

    def __contains__(self, key: str) -> bool:
        return key in self._left

    def keys_left(self) -> list[str]:
        return list(self._left)

    def take(self, key: str, *kinds: type, default: Any = REQUIRED) -> Any:
        """The value of *key*, which must be of one of *kinds*; raises `PackError` where it is missing, empty or of another kind."""
        if key not in self._left:
            if default is REQUIRED:
                raise PackError(f"{self.where}: {key}: is missing")
            return default
        value = self._left.pop(key)
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise PackError(f"{self.where}: {key}: {' or '.join(kind.__name__ for kind in kinds)} is expected, not {value!r}")
        if value in ("", [], {}):
            raise PackError(f"{self.where}: {key}: is empty")
        return value

    def text(self, key: str) -> Text:
        """A `{ zh = "…", en = "…" }` table."""
        both = self.section(key)
        with both.errors(key):
            text = Text(both.take("zh", str), both.take("en", str))
        both.end()
        return text

    def yuan(self, key: str, default: Any = REQUIRED) -> Any:
        value = self.take(key, int, Decimal, default=default)
        return value if value is default else yuan_of(value, f"{self.where}: {key}")

    def words(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty where the key is not there."""
        listed = self.take(key, list, default=[])
        if not all(isinstance(word, str) for word in listed):
            raise PackError(f"{self.where}: {key}: a list of texts is expected")
        return tuple(listed)

    def section(self, key: str) -> Section:
        return Section(f"{self.where}: {key}", self.take(key, dict))

    def sections(self, key: str, named_by: str | None = None) -> Iterator[Section]:
        """The tables of an array of tables, none where the key is not there; named in errors by their *named_by* or their number."""
        for number, values in enumerate(self.take(key, list, default=[]), start=1):
            name = values.get(named_by, number) if isinstance(values, dict) and named_by else number
            yield Section(f"{self.where}: {key} {name}", values)

    def end(self) -> None:
        if self._left:
            raise PackError(f"{self.where}: unknown keys: {', '.join(sorted(self._left))}")

    @contextmanager
    def errors(self, field: str = "") -> Iterator[None]:
        """What a value says of itself when it is made, with the place it came from."""
        try:
            yield
        except PackError:
            raise
        except ValueError as error:
            raise PackError(": ".join(part for part in (self.where, field, str(error)) if part)) from None


def parsed(content: bytes, name: str) -> Section:
    """The whole of a file, called *name* in errors.  Raises `PackError` where it is no TOML; numbers are exact."""
    try:
        return Section(name, tomllib.loads(content.decode("utf-8"), parse_float=Decimal))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"{name}: {error}") from None


def read_attribute(section: Section) -> Attribute:
    """An attribute; its values are `key = { zh, en, also = [other spellings] }`, from lowest to highest where `ordered`."""
    words: dict[str, Text] = {}
    aliases: dict[str, str] = {}
    if "values" in section:
        values = section.section("values")
        for word in values.keys_left():
            value = values.section(word)
            words[word] = Text(value.take("zh", str), value.take("en", str))
            for spelling in (*value.words("also"), words[word].zh):
                if aliases.setdefault(spelling.lower(), word) != word:
                    raise PackError(f"{value.where}: {spelling!r} already stands for {aliases[spelling.lower()]!r}")
            value.end()
    ordered = section.take("ordered", bool, default=False)
    with section.errors():
        attribute = Attribute(
            name=section.take("name", str),
            title=section.text("title"),
            kind=section.take("kind", str),
            words=words,
            aliases=aliases,
            order=tuple(words) if ordered else (),
            also=section.words("also"),
            default=section.take("default", str, int, bool, default=None),
        )
    section.end()
    return attribute


def read_condition(where: str, attribute: Attribute, wanted: Any) -> Condition:
    """A value, a list, `{ at_least }`, `{ at_most }`, `{ from, to }`, or "present"."""
    value = value_of(attribute, where)
    if wanted == "present":
        return Condition(attribute)
    if isinstance(wanted, list):
        return Condition(attribute, values=tuple(map(value, wanted)))
    if not isinstance(wanted, dict):
        return Condition(attribute, values=(value(wanted),))
    bounds = Section(where, wanted)
    low = next((bounds.take(key, object) for key in ("at_least", "from") if key in bounds), None)
    high = next((bounds.take(key, object) for key in ("at_most", "to") if key in bounds), None)
    bounds.end()
    if low is None and high is None:
        raise PackError(f'{where}: a value, a list, at_least, at_most, from and to, or "present" is expected')
    return Condition(attribute, low=None if low is None else value(low), high=None if high is None else value(high))


def read_question(section: Section) -> OpenQuestion:
    question = OpenQuestion(section.take("id", str), section.take("clause", str), section.text("question"), section.text("default"))
    section.end()
    return question


def value_of(attribute: Attribute, where: str) -> Callable[[Any], Any]:
    """The pack's own values are held to the exact words: other spellings are for facts."""

    def value(declared: Any) -> Any:
        if attribute.kind == "word" and declared not in attribute.words:
            raise PackError(f"{where}: {declared!r} is none of {', '.join(attribute.words)}")
        try:
            return attribute.of({attribute.name: declared})
        except ValueError:
            raise PackError(f"{where}: {declared!r} is no {attribute.kind}") from None

    return value


def yuan_of(value: Any, where: str) -> Decimal:
    """An amount in the pack: positive, and exact to the fen."""
    amount = Decimal(value)
    if not amount.is_finite() or amount <= 0 or amount != amount.quantize(FEN):
        raise PackError(f"{where}: a positive amount in yuan and fen is expected, not {value}")
    return amount
