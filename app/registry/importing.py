"""Taking in the official lists: occupations (大典) and administrative divisions, from Excel or CSV.

What a file brings is compared with what is there before anything is written: the plan says what is new, what changes and what stays.
A code that the file leaves out is left alone, because lists come in parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.config import ROOT
from app.registry.models import Division, Occupation
from app.web.spreadsheets import Column, Problem, Value, read
from workflows.text import Text

STARTERS = ROOT / "app" / "registry" / "data"
TWICE = Text("与第 {row} 行重复", "The same as row {row}")


class _Wrong(ValueError):
    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


def _occupation_code(text: str) -> str:
    if not re.fullmatch(r"\d-\d{2}-\d{2}-\d{2}", text):
        raise _Wrong(Text("职业编码应如 6-20-01-01", "An occupation's code looks like 6-20-01-01"))
    return text


def _division_code(text: str) -> str:
    if not re.fullmatch(r"\d{6}", text):
        raise _Wrong(Text("行政区划代码为六位数字", "A division's code has six digits"))
    return text


def _yes(text: str) -> str:
    return "1" if text.strip() not in ("", "0", "否", "no") else ""


@dataclass(frozen=True, slots=True)
class List:
    """One official list: its name, the table it fills, and its columns; the first column is the key."""

    key: str
    title: Text
    model: type[Occupation] | type[Division]
    columns: tuple[Column, ...]
    flags: tuple[str, ...] = ()  # columns that hold yes or nothing

    @property
    def starter(self) -> str:
        """The file with what a new installation begins with."""
        return f"{self.key}.csv"


OCCUPATIONS = List(
    "occupations",
    Text("职业", "Occupations"),
    Occupation,
    (
        Column("code", Text("职业编码", "Code"), ("编码", "职业代码"), required=True, check=_occupation_code),
        Column("name", Text("职业名称", "Name"), ("职业", "名称"), required=True),
        Column("minor_name", Text("小类名称", "Minor group"), ("小类",)),
        Column("major_code", Text("大类编码", "Major group code")),
        Column("major_name", Text("大类名称", "Major group"), ("大类",)),
        Column("trades", Text("含工种", "Trades"), ("工种",)),
        Column("is_digital", Text("数字职业S", "Digital"), ("数字职业",), check=_yes),
        Column("is_green", Text("绿色职业L", "Green"), ("绿色职业",), check=_yes),
        Column("source", Text("来源类别", "Source"), ("来源",)),
    ),
    flags=("is_digital", "is_green"),
)
DIVISIONS = List(
    "divisions",
    Text("行政区划", "Administrative divisions"),
    Division,
    (
        Column("code", Text("代码", "Code"), ("代码6位", "区划代码", "行政区划代码"), required=True, check=_division_code),
        Column("name", Text("名称", "Name"), ("单位名称", "区划名称"), required=True),
        Column("parent_code", Text("上级代码", "Lies in"), check=_division_code),
    ),
)
LISTS = {one.key: one for one in (OCCUPATIONS, DIVISIONS)}


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do: rows to add, rows to change (with what changes), how many stay, and what is wrong with the file."""

    of: List
    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    changes: list[tuple[str, str, Any, Any]] = field(default_factory=list)  # code, column, old, new
    unchanged: int = 0
    problems: Sequence[Problem] = ()
    warnings: Sequence[Text] = ()

    @property
    def can_be_done(self) -> bool:
        return not self.problems and bool(self.new or self.changed)


def plan(session: Session, of: List, content: bytes, filename: str) -> Plan:
    """Compare the file with what is there.  Raises `Unreadable` where the file as a whole cannot be understood."""
    parsed = read(content, filename, of.columns)
    rows, repeated = _once_each(of, parsed.rows)
    present: Iterable[Occupation | Division] = session.scalars(sa.select(of.model))
    known = {row.code: row for row in present}
    made = Plan(of, problems=[*parsed.problems, *repeated], warnings=parsed.warnings)
    unchanged = 0
    for row in rows:
        old = known.get(row["code"])
        if old is None:
            made.new.append(row)
        elif differences := [(row["code"], key, getattr(old, key), value) for key, value in row.items() if getattr(old, key) != value]:
            made.changed.append(row)
            made.changes.extend(differences)
        else:
            unchanged += 1
    return Plan(of, made.new, made.changed, made.changes, unchanged, made.problems, made.warnings)


def carry_out(session: Session, planned: Plan) -> None:
    """Write what *planned* says, in the caller's transaction; a file with a problem is not written at all."""
    if planned.problems:
        raise ValueError("a file with problems is not imported")
    if planned.new:
        session.execute(sa.insert(planned.of.model), planned.new)
    if planned.changed:
        session.execute(sa.update(planned.of.model), planned.changed)
    session.expire_all()


def load_starters(session: Session) -> None:
    """Fill empty lists with what a new installation begins with."""
    for one in LISTS.values():
        if session.scalar(sa.select(sa.func.count()).select_from(one.model)) == 0:
            carry_out(session, plan(session, one, (STARTERS / one.starter).read_bytes(), one.starter))


def _once_each(of: List, rows: Sequence[tuple[int, Mapping[str, Value]]]) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Each code once; a code that comes again is a problem of the later row."""
    first: dict[object, int] = {}
    kept: list[dict[str, Any]] = []
    repeated: list[Problem] = []
    for number, values in rows:
        code = values["code"]
        if code in first:
            repeated.append(Problem(number, of.columns[0].title, str(code), TWICE.format(row=first[code])))
            continue
        first[code] = number
        kept.append({column.key: _kept(of, column, values.get(column.key)) for column in of.columns})
    return kept, repeated


def _kept(of: List, column: Column, value: Value) -> Any:
    if column.key in of.flags:
        return bool(value)
    if value is None:
        return None if getattr(of.model, column.key).nullable else ""
    return value
