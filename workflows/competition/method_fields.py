"""A method as it is filled in: on the small form of an aspect, in a row of our own workbook.

One declaration of what each parameter is called, what it holds and how it is written; a method is read from such texts with a reason
for each that cannot be read, and written as texts that read back as the same method.

A table is written "0.02 = 4; 0.05 = 2; above = 0" (a line for each row will do as well), bands as "2 = no defect" line by line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from decimal import Decimal
from typing import Any, Literal

from workflows.competition.aspects import Method, value_from
from workflows.competition.mark_tables import Row, Table
from workflows.competition.methods import METHODS, Band
from workflows.exact import exact, plain
from workflows.text import Text

Kind = Literal["decimal", "whole", "words", "yes", "table", "bands"]

ABOVE = ("以上", "above", "其余", "其他", "*")
YES = ("是", "yes", "y", "true", "1", "√")
NO = ("", "否", "no", "n", "false", "0")


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a method: its name there, what people call it, what it holds, and a word of help."""

    name: str
    title: Text
    kind: Kind
    help: Text | None = None


PARAMS: dict[str, Param] = {
    param.name: param
    for param in (
        Param(
            "each",
            Text("每项（处、次）分值", "Marks for each"),
            "decimal",
            Text("做对一项加、错一处扣", "Added or taken off for each"),
        ),
        Param("items", Text("项数", "Number of items"), "whole"),
        Param("bands", Text("各档", "Bands"), "bands", Text("一行一档：分值 = 说明", "One band a line: mark = description")),
        Param(
            "nominal",
            Text("名义值", "Nominal value"),
            "decimal",
            Text("不填则分值表直接说实测值", "Else the table is of the value itself"),
        ),
        Param("lower", Text("下偏差", "Lower deviation"), "decimal", Text("如 -0.02", "such as -0.02")),
        Param("upper", Text("上偏差", "Upper deviation"), "decimal", Text("如 0.02", "such as 0.02")),
        Param("unit", Text("单位", "Unit"), "words", Text("如 mm、℃、MPa", "such as mm, °C, MPa")),
        Param("judges", Text("裁判人数", "Number of judges"), "whole"),
        Param("drop_highest", Text("去掉最高分个数", "Highest scores dropped"), "whole"),
        Param("drop_lowest", Text("去掉最低分个数", "Lowest scores dropped"), "whole"),
        Param("highest", Text("打分上限", "Highest score"), "decimal"),
        Param("step", Text("打分档距", "Step of the scores"), "decimal"),
        Param(
            "limit",
            Text("限时（秒）", "Limit (seconds)"),
            "decimal",
            Text("也可写 60:00；超过不得分", "60:00 will do; nothing beyond it"),
        ),
        Param("free", Text("不扣分次数", "Errors that cost nothing"), "whole"),
        Param(
            "table",
            Text("分值表", "Table"),
            "table",
            Text(
                "一行一档：上限 = 得分，如 0.02 = 4；最后可写 以上 = 0。有名义值时，上限是超出公差的量",
                "One row a line: up to = mark, such as 0.02 = 4; the last may be above = 0. With a nominal value, of what lies outside",
            ),
        ),
        Param("is_linear", Text("两档之间按直线折算", "On a line between the rows"), "yes"),
    )
}
"""Every parameter that some method has, in the order of the workbook's columns."""


class Unreadable(ValueError):
    """Texts that make no method; `reasons` by the name of the parameter."""

    def __init__(self, reasons: Mapping[str, Text]) -> None:
        super().__init__(", ".join(reasons))
        self.reasons = dict(reasons)


def params_of(key: str) -> list[Param]:
    """The parameters of the method of that key, in its own order."""
    return [PARAMS[field.name] for field in fields(METHODS[key])]


def method_named(words: str) -> str | None:
    """The key of the method that people call so, in either language, or by its key."""
    told = words.strip().casefold()
    return next((key for key, kind in METHODS.items() if told in {key, kind.title.zh.casefold(), kind.title.en.casefold()}), None)


def read(key: str, texts: Mapping[str, str]) -> Method:
    """The method of that key from what was written for its parameters; what is left empty is as the method has it by itself.

    Raises `Unreadable` with a reason for each parameter that is needed and missing, or cannot be understood.
    """
    given: dict[str, Any] = {}
    reasons: dict[str, Text] = {}
    for field in fields(METHODS[key]):
        text = texts.get(field.name, "").strip()
        if not text:
            if field.default is MISSING:
                reasons[field.name] = Text("必填", "Must be filled in")
            continue
        try:
            given[field.name] = _READERS[PARAMS[field.name].kind](text)
        except (ValueError, ArithmeticError) as error:
            part = str(error) if isinstance(error, _Part) else text
            reasons[field.name] = Text("看不懂“{part}”", "“{part}” is not understood").format(part=part[:60])
    if reasons:
        raise Unreadable(reasons)
    return METHODS[key](**given)


def write(method: Method, language: str = "zh") -> dict[str, str]:
    """The parameters of *method* as text in *language*, by name; "" for one that is not set."""
    above, yes = (ABOVE[1], YES[1]) if language.startswith("en") else (ABOVE[0], YES[0])
    return {field.name: _written(getattr(method, field.name), above, yes) for field in fields(method)}


def summary(method: Method) -> Text:
    """The method in one line: its title and what its parameters say."""
    english = write(method, "en")
    told = [
        Text("{title} {value}", "{title} {value}").format(title=PARAMS[name].title, value=Text(value, english[name]))
        for name, value in write(method).items()
        if value and value != "0"
    ]
    if not told:
        return method.title
    zh, en = "，".join(each.zh for each in told), ", ".join(each.en for each in told)
    return Text(f"{method.title.zh}：{zh}".replace("\n", "；"), f"{method.title.en}: {en}".replace("\n", "; "))


class _Part(ValueError):
    """The part of a table that could not be read."""


def _number(text: str) -> Decimal:
    return value_from(text)


def _whole(text: str) -> int:
    value = exact(text)
    if value != value.to_integral_value():
        raise ValueError(text)
    return int(value)


def _yes(text: str) -> bool:
    told = text.casefold()
    if told in YES:
        return True
    if told in NO:
        return False
    raise ValueError(text)


def _table(text: str) -> Table:
    rows = []
    for line in re.split(r"[\n;；]", text):
        if not line.strip():
            continue
        bound, _, mark = (part.strip() for part in re.sub("[＝→]", "=", line).partition("="))
        try:
            rows.append(Row(None if bound.casefold() in ABOVE else _number(bound.removeprefix("≤").strip()), exact(mark)))
        except (ValueError, ArithmeticError):
            raise _Part(line.strip()) from None
    return tuple(rows)


def _bands(text: str) -> tuple[Band, ...]:
    bands = []
    for line in re.split(r"[\n|｜]", text):
        if not line.strip():
            continue
        mark, _, words = (part.strip() for part in line.replace("＝", "=").partition("="))
        try:
            bands.append(Band(exact(mark), words))
        except (ValueError, ArithmeticError):
            raise _Part(line.strip()) from None
    return tuple(bands)


_READERS: dict[Kind, Any] = {"decimal": _number, "whole": _whole, "words": str, "yes": _yes, "table": _table, "bands": _bands}


def _written(value: Any, above: str, yes: str) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return yes
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, tuple):
        return "\n".join(_line(row, above) for row in value)
    return str(value)


def _line(row: Row | Band, above: str) -> str:
    if isinstance(row, Row):
        return f"{above if row.up_to is None else plain(row.up_to)} = {plain(row.mark)}"
    return f"{plain(row.mark)} = {row.words}"
