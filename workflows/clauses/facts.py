"""What a policy can ask about a case: attributes, declared in the pack, read from plain values.

Facts come from forms, spreadsheets, other programs, and are read generously: `3`, "3" and "三级" are the same level, "5,000" is money,
an ISO text is a date.  What cannot be read is a reason for refusal that names the fact, never a crash; only a float is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from workflows.clauses.money import read_money
from workflows.text import Text

Facts = Mapping[str, Any]

Refusal = Callable[[], Text]
"""Why not.  Worded only when somebody asks, so that a million outcomes cost no sentences."""

YES_NO = {"true": True, "yes": True, "是": True, "1": True, "false": False, "no": False, "否": False, "0": False}

KINDS = ("word", "name", "money", "number", "date", "yes_no", "members")


class Unreadable(ValueError):
    """A fact is there but cannot be understood."""

    def __init__(self, attribute: Attribute, value: object) -> None:
        super().__init__(f"{attribute.name}: {value!r}")
        self.attribute, self.value = attribute, value

    def reason(self) -> Text:
        return Text("“{title}”的值无法识别：{value}", "The value of {name} ({title}) is not understood: {value}").format(
            title=self.attribute.title, name=self.attribute.name, value=str(self.value)
        )


@dataclass(frozen=True, slots=True)
class Member:
    """One of a team, with the share the table gives them; None where the table names no shares."""

    name: str
    share: Decimal | None


@dataclass(frozen=True, eq=False)
class Attribute:
    """A fact a policy may ask for.

    `words` are the values a *word* may take with their captions; `order` ranks them from lowest to highest; `aliases` are other spellings.
    `also` are other keys under which the fact may stand; a dot goes one mapping down ("competition.level").
    `of(facts)` answers with the value, the default, or None where the fact is missing, and raises `Unreadable`.
    """

    name: str
    title: Text
    kind: str
    words: Mapping[str, Text] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    default: Any = None
    rank: Mapping[str, int] = field(init=False, repr=False)
    of: Callable[[Facts], Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}, not {self.kind!r}")
        if (self.kind == "word") != bool(self.words):
            raise ValueError("a word lists the values it may take, and only a word does")
        if self.order and set(self.order) != set(self.words):
            raise ValueError("the order names every value once")
        if self.default is not None and self.kind == "word" and self.default not in self.words:
            raise ValueError(f"the default {self.default!r} is not among the values")
        object.__setattr__(self, "rank", {word: place for place, word in enumerate(self.order)})
        object.__setattr__(self, "of", self._compiled())

    def _compiled(self) -> Callable[[Facts], Any]:
        """The reading, made once: facts that are already spelt as the pack spells them take the short way."""
        name, default, words = self.name, self.default, frozenset(self.words)
        read: Callable[[Any], Any] = getattr(self, f"_read_{self.kind}")
        other_keys = tuple(key for key in self.also if "." not in key)
        deeper = tuple(tuple(path.split(".")) for path in self.also if "." in path)

        def elsewhere(facts: Facts) -> Any:
            for key in other_keys:
                if not _is_blank(facts.get(key)) and not isinstance(facts[key], Mapping):
                    return facts[key]
            for path in deeper:
                value: Any = facts
                for part in path:
                    value = value.get(part) if isinstance(value, Mapping) else None
                if not _is_blank(value):
                    return value
            return None

        def of(facts: Facts) -> Any:
            value = facts.get(name)
            if value.__class__ is str and value in words:
                return value
            if _is_blank(value):
                value = elsewhere(facts) if self.also else None
                if value is None:
                    return default
            try:
                return read(value)
            except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError):
                raise Unreadable(self, value) from None

        return of

    def missing(self) -> Text:
        return Text("缺少事实：{title}（{name}）", "Missing fact: {title} ({name})").format(title=self.title, name=self.name)

    def shown(self, value: Any) -> Text:
        """A value in words."""
        if value is None:
            return Text("未提供", "not given")
        if self.kind == "word":
            return self.words[value]
        if self.kind == "yes_no":
            return Text("是", "yes") if value else Text("否", "no")
        if self.kind == "members":
            return Text("{n} 人", "{n} people").format(n=len(value))
        return Text(str(value), str(value))

    def _read_word(self, value: Any) -> str:
        word = str(value).strip().lower()
        return word if word in self.words else self.aliases[word]

    def _read_name(self, value: Any) -> str:
        if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
            raise ValueError(value)
        return str(value).strip()

    def _read_money(self, value: Any) -> Decimal:
        return read_money(value)

    def _read_number(self, value: Any) -> int:
        if isinstance(value, bool):
            raise ValueError(value)
        if int(value) != Decimal(str(value)):
            raise ValueError(value)
        return int(value)

    def _read_date(self, value: Any) -> date:
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else date.fromisoformat(value[:10])

    def _read_yes_no(self, value: Any) -> bool:
        return YES_NO[str(value).strip().lower()]

    def _read_members(self, value: Any) -> tuple[Member, ...]:
        if isinstance(value, str | Mapping):
            raise ValueError(value)
        return tuple(_member(entry) for entry in value)


def _is_blank(value: object) -> bool:
    """Whether nothing was said: a field left empty, or with a blank in it."""
    return value is None or (isinstance(value, str) and not value.strip())


def _member(entry: Any) -> Member:
    """A name, a share, a (name, share) pair, or a mapping with `person` (or `name`) and perhaps `share` (or `amount`)."""
    if isinstance(entry, Mapping):
        share = next((entry[key] for key in ("share", "amount") if entry.get(key) is not None), None)
        name = next((entry[key] for key in ("person", "name", "id") if entry.get(key) is not None), "")
        return Member(str(name), None if share is None else read_money(share))
    if isinstance(entry, tuple | list):
        name, share = entry
        return Member(str(name), read_money(share))
    if isinstance(entry, Decimal):
        return Member("", entry)
    return Member(str(entry), None)


def refuse_floats(values: object, path: str = "facts") -> None:
    """Raise `TypeError` naming the first float anywhere in *values*: money and shares must arrive exactly as written."""
    if isinstance(values, float):
        raise TypeError(f"{path} is the float {values!r}: give Decimal, int or text, so that no digit is lost")
    if isinstance(values, dict) or (not isinstance(values, str | int | Decimal | date) and isinstance(values, Mapping)):
        for key, value in values.items():
            if type(value) not in (str, int, Decimal):
                refuse_floats(value, f"{path}.{key}")
    elif isinstance(values, list | tuple):
        for index, value in enumerate(values):
            refuse_floats(value, f"{path}[{index}]")


def known(attribute: Attribute, values: Mapping[str, Any]) -> Any:
    """The value, or None where it is missing or cannot be read."""
    try:
        return attribute.of(values)
    except Unreadable:
        return None
