"""From cells to rows: the header found by its words, each value as its column says, each refusal with its reason."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from app.core import identity
from app.core.lazily import lazily
from app.web.spreadsheets.columns import EXACT_NUMBER, MAX_ROWS, Column, Kind, Value
from app.web.spreadsheets.opening import HEADER_WITHIN_ROWS, Sheet, Unreadable, sheets_of, too_large
from workflows.text import Text, joined

if TYPE_CHECKING:
    from xlsxwriter import utility
else:
    utility = lazily("xlsxwriter.utility")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a row was not accepted: its number as the person sees it, the column, what stood there, and the reason."""

    row: int
    column: Text
    value: str
    reason: Text


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file says: the acceptable rows with their numbers, the problems of the others, and what was passed over."""

    rows: list[tuple[int, dict[str, Value]]]
    problems: list[Problem]
    warnings: list[Text]

    @property
    def bad_rows(self) -> int:
        """How many rows have a problem."""
        return len({problem.row for problem in self.problems})


def read(content: bytes, filename: str, columns: Sequence[Column]) -> Parsed:
    """What *content* says in terms of *columns*; `Unreadable` where it cannot be understood as a whole."""
    return _parsed(*_with_header(sheets_of(content, filename), columns), columns)


def _header_key(text: object) -> str:
    """A header without what people put around it: width, case, blanks, stars, colons, and a bracketed remark."""
    folded = unicodedata.normalize("NFKC", str(text)).casefold()
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】", "", folded)
    return re.sub(r"[\s*:·、\-_'\"]", "", bare or folded)


def _with_header(sheets: Sequence[Sheet], columns: Sequence[Column]) -> tuple[Sheet, int]:
    """The sheet whose first rows name the most columns, and that row; `Unreadable` where none does."""
    known = {_header_key(header) for column in columns for header in column.headers}
    best: tuple[int, Sheet, int] | None = None
    for sheet in sheets:
        for number, cells in enumerate(sheet.cells[:HEADER_WITHIN_ROWS]):
            matches = len({_header_key(cell) for cell in cells} & known)
            if matches > (best[0] if best else 0):
                best = matches, sheet, number
    if best is None:
        titles = joined([column.title for column in columns if column.required] or [columns[0].title])
        raise Unreadable(
            Text(
                "前 {rows} 行中没有找到表头，表头应有：{titles}。请使用下载的模板",
                "No header in the first {rows} rows; it should name: {titles}. Please use the template",
            ).format(rows=HEADER_WITHIN_ROWS, titles=titles)
        )
    return best[1], best[2]


def _parsed(sheet: Sheet, header: int, columns: Sequence[Column]) -> Parsed:
    places, warnings = _places(sheet.cells[header], columns)
    after_header = max([row for row, column in sheet.merged if sheet.merged[row, column][0] == header], default=header) + 1
    if len(sheet.cells) - after_header > MAX_ROWS:
        raise too_large()
    rows: list[tuple[int, dict[str, Value]]] = []
    problems: list[Problem] = []
    for number in range(after_header, len(sheet.cells)):
        own = sheet.cells[number]
        if all(_is_blank(own, place) and (number, place) not in sheet.valueless for place in places.values()):
            continue
        values: dict[str, Value] = {}
        found: list[Problem] = []
        for column in columns:
            place = places.get(column.key)
            cell = None if place is None else _cell(sheet, number, place)
            try:
                values[column.key] = _value(sheet, column, number, place, cell)
            except _Refused as refusal:
                found.append(Problem(number + 1, column.title, _shown(cell), refusal.reason))
        problems += found
        if not found:
            rows.append((number + 1, values))
    if not rows and not problems:
        raise Unreadable(Text("表头下面没有数据", "There is nothing below the header"))
    return Parsed(rows, problems, warnings)


def _places(header: Sequence[object], columns: Sequence[Column]) -> tuple[dict[str, int], list[Text]]:
    """Where each column stands, and a warning for each that is not ours.  A column twice, or missing, makes the file unreadable."""
    by_header = {_header_key(name): column for column in reversed(columns) for name in column.headers}
    places: dict[str, int] = {}
    warnings: list[Text] = []
    for place, cell in enumerate(header):
        if not str(cell).strip():
            continue
        column = by_header.get(_header_key(cell))
        if column is None:
            warnings.append(
                Text("“{name}”列未被识别，已略过", "The column “{name}” is not known and was passed over").format(name=str(cell).strip())
            )
        elif column.key in places:
            raise Unreadable(
                Text(
                    "有两列都是“{title}”（{first} 列和 {second} 列），请删去一列",
                    "Two columns are “{title}” ({first} and {second}): please delete one",
                ).format(title=column.title, first=utility.xl_col_to_name(places[column.key]), second=utility.xl_col_to_name(place))
            )
        else:
            places[column.key] = place
    missing = [column.title for column in columns if column.required and column.key not in places]
    if missing:
        raise Unreadable(Text("缺少必需的列：{titles}", "Required columns are missing: {titles}").format(titles=joined(missing)))
    return places, warnings


def _is_blank(cells: Sequence[object], place: int) -> bool:
    return place >= len(cells) or not str(cells[place]).strip()


def _cell(sheet: Sheet, row: int, place: int) -> object:
    row, place = sheet.merged.get((row, place), (row, place))
    return None if _is_blank(sheet.cells[row], place) else sheet.cells[row][place]


def _shown(cell: object) -> str:
    """A cell as the person sees it in the sheet."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < EXACT_NUMBER else f"{cell:.6G}"
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    return unicodedata.normalize("NFKC", str(cell)).strip()[:200]


class _Refused(Exception):
    def __init__(self, reason: Text) -> None:
        self.reason = reason


_REPEATABLE: frozenset[Kind] = frozenset({"text", "prose", "choice", "date"})
_DIGITS_LOST = Text(
    "该单元格是数字格式，末尾几位已经丢失。请先把整列设为“文本”格式，再重新录入原号码",
    "The cell holds a number, and its last digits are lost. Set the column's format to “Text”, then type the number again",
)


def _value(sheet: Sheet, column: Column, row: int, place: int | None, cell: object) -> Value:
    if place is not None and (row, place) in sheet.valueless:
        raise _Refused(
            Text("该单元格的公式没有计算结果，请把公式粘贴为数值", "The formula in this cell has no result: please paste its value instead")
        )
    if cell is None:
        if column.required:
            raise _Refused(Text("必填", "Must be filled in"))
        return None
    if place is not None and (row, place) in sheet.merged and column.kind not in _REPEATABLE:
        raise _Refused(Text("单元格与上一行合并，请取消合并后逐行填写", "The cell is merged with the row above: please fill in each row"))
    try:
        value = _CONVERSIONS[column.kind](column, cell)
        return column.check(str(value)) if column.check else value
    except ValueError as refusal:
        reason = getattr(refusal, "reason", None)
        raise _Refused(reason if isinstance(reason, Text) else Text("填写的内容不正确", "This is not a valid value")) from None


def _text(column: Column, cell: object) -> str:
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if abs(cell) >= EXACT_NUMBER:
            raise _Refused(_DIGITS_LOST)
        return _shown(cell) if float(cell).is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, (date, datetime)):
        return cell.isoformat()[:10]
    text = "".join(c for c in unicodedata.normalize("NFKC", str(cell)) if unicodedata.category(c) not in ("Cf", "Cc") or c == "\n")
    return " ".join(text.split()).removeprefix("'")


def _prose(column: Column, cell: object) -> str:
    return cell.strip() if isinstance(cell, str) else _text(column, cell)


def _id_number(column: Column, cell: object) -> str:
    if isinstance(cell, (int, float)) or re.fullmatch(r"\d(\.\d+)?E\+\d+", _shown(cell).upper()):
        raise _Refused(_DIGITS_LOST)
    return identity.id_number(_text(column, cell))


def _phone(column: Column, cell: object) -> str:
    return identity.mobile(_text(column, cell))


def _decimal(column: Column, cell: object) -> Decimal:
    if isinstance(cell, (bool, date)):
        raise _Refused(Text("应为数字", "A number, please"))
    text = repr(cell) if isinstance(cell, (int, float)) else _text(column, cell)
    plain = re.sub(r"^[¥$]|(?<=\d),(?=\d{3}(?:\D|$))|元$", "", text)
    if not re.fullmatch(r"[+-]?\d{1,30}(\.\d{0,30})?(e[+-]?\d{1,2})?", plain, re.ASCII):
        raise _Refused(Text("应为数字", "A number, please"))
    try:
        return Decimal(plain)
    except InvalidOperation:
        raise _Refused(Text("应为数字", "A number, please")) from None


def _integer(column: Column, cell: object) -> int:
    number = _decimal(column, cell)
    if number != number.to_integral_value():
        raise _Refused(Text("应为整数", "A whole number, please"))
    if abs(number) >= EXACT_NUMBER:
        raise _Refused(Text("数字过大", "The number is too large"))
    return int(number)


_DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?: 0?0:00(:00)?)?", re.ASCII)


def _date(column: Column, cell: object) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    match = _DATE.fullmatch(_text(column, cell))
    try:
        if match:
            return date(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5]))
    except ValueError:
        pass
    raise _Refused(Text("应为日期，如 2026-11-21", "A date, please, such as 2026-11-21"))


def _choice(column: Column, cell: object) -> str:
    written = _header_key(_text(column, cell))
    for key, title in column.choices.items():
        if written in {_header_key(key), _header_key(title.zh), _header_key(title.en)}:
            return key
    raise _Refused(Text("只能填：{choices}", "Only one of: {choices}").format(choices=joined(list(column.choices.values()))))


_CONVERSIONS: Mapping[Kind, Callable[[Column, object], Value]] = {
    "text": _text,
    "prose": _prose,
    "id_number": _id_number,
    "phone": _phone,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "choice": _choice,
}
