"""The one way in and out of Excel and CSV.

A `Column` says what a column is called (and what else people call it), what it holds and whether it must be there.  From the same
columns come the template people download, the reading of what they send back, and exports.  `read` either understands the file or
raises `Unreadable` with one reason; a row it does not accept is named with its column, its value and why, and nothing is guessed: an
ID number that Excel turned into a number has lost its last digits and is refused.

Limits guard the server: a file is measured before it is parsed, and the parser only ever sees the bytes that were measured.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

import python_calamine
import xlsxwriter
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from app.core import identity
from workflows.text import Text, joined

Kind = Literal["text", "id_number", "phone", "integer", "decimal", "date", "choice"]
Value = str | int | Decimal | date | None

MAX_BYTES = 10 * 2**20
MAX_UNPACKED_BYTES = 200 * 2**20
MAX_ROWS = 20_000
MAX_COLUMNS = 200
HEADER_WITHIN_ROWS = 20
EXACT_NUMBER = 10**15  # Excel keeps fifteen significant digits; a longer number in a numeric cell is not what was typed


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key in the row's dictionary, its title, other headers it is known by, and what it holds.

    `choices` maps the value kept to what people read and write.  `check` takes the text and returns what is kept, or raises a
    `ValueError` whose `reason` (a `Text`) is shown; ID numbers and mobile numbers are checked without being told.
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


class Unreadable(Exception):
    """The file as a whole cannot be used; `reason` says why and what to do."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


# ── in ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Cells from A1 on; `merged` and `valueless` hold (row, column) from 0."""

    cells: list[list[Any]]
    merged: dict[tuple[int, int], tuple[int, int]]  # each covered cell of a vertical merge → the cell that holds its value
    valueless: frozenset[tuple[int, int]]  # formulas that were never calculated


def read(content: bytes, filename: str, columns: Sequence[Column]) -> Parsed:
    """What *content* says in terms of *columns*; `Unreadable` where it cannot be understood as a whole."""
    if len(content) > MAX_BYTES:
        raise Unreadable(
            Text("文件超过 {limit} MB，请分成几份上传", "The file is larger than {limit} MB: please split it").format(limit=MAX_BYTES >> 20)
        )
    if not content.strip(b"\0 \t\r\n"):
        raise Unreadable(Text("文件是空的", "The file is empty"))
    sheets = _workbook_sheets(content) if content.startswith(b"PK") else [_csv_sheet(content, filename)]
    return _parsed(*_with_header(sheets, columns), columns)


def _workbook_sheets(content: bytes) -> list[_Sheet]:
    measured = _measured(content)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(_packed(measured))) as book:
            visible = [
                index
                for index, sheet in enumerate(book.sheets_metadata)
                if sheet.visible == python_calamine.SheetVisibleEnum.Visible and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
            return [_sheet(book, index, measured.get(f"xl/worksheets/sheet{index + 1}.xml", b"")) for index in visible]
    except (KeyboardInterrupt, SystemExit, MemoryError, Unreadable):
        raise
    except BaseException as damage:  # a panic of the parser arrives as a BaseException of its own
        raise _damaged() from damage


def _damaged() -> Unreadable:
    return Unreadable(
        Text(
            "文件已损坏或不是 Excel 工作簿，请用 Excel 或 WPS 打开后另存为 .xlsx 再上传",
            "The file is damaged or not an Excel workbook: open it in Excel or WPS, save it as .xlsx and upload that",
        )
    )


def _too_large() -> Unreadable:
    return Unreadable(
        Text(
            "表格过大：最多 {rows} 行、{columns} 列，请删去多余的空行空列或分成几份",
            "The sheet is too large: at most {rows} rows and {columns} columns; delete what is empty or split it",
        ).format(rows=MAX_ROWS, columns=MAX_COLUMNS)
    )


def _measured(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook, unpacked within the limits; a small file that would grow without end is refused."""
    parts: dict[str, bytes] = {}
    left = MAX_UNPACKED_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist():
                if part.flag_bits & 1:
                    raise _encrypted()
                if not part.filename.endswith((".xml", ".rels")):
                    continue  # pictures and macros are not read
                with archive.open(part) as stream:
                    parts[part.filename] = stream.read(left + 1)
                left -= len(parts[part.filename])
                if left < 0:
                    raise _too_large()
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, OverflowError) as damage:
        raise _damaged() from damage
    if "xl/workbook.xml" not in parts:
        raise _damaged()
    shared = [len(text) for text in re.findall(rb"<si\b.*?</si>", parts.get("xl/sharedStrings.xml", b""), re.DOTALL)]
    for name, sheet in parts.items():
        if name.startswith("xl/worksheets/"):
            _refuse_sprawl(sheet, shared)
    return parts


_PLACE = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]*)(\d+)""")
_SHARED = re.compile(rb"""t\s*=\s*["']s["'][^>]*>\s*<v>(\d{1,9})</v>""")


def _refuse_sprawl(sheet: bytes, shared: list[int]) -> None:
    """The parser makes a cell of every place up to the last, and a copy of a shared text each time it is used: bound both."""
    for column, row in _PLACE.findall(sheet):
        if len(row) > 7 or int(row) > MAX_ROWS + HEADER_WITHIN_ROWS or len(column) > 3:
            raise _too_large()
        if len(column) > 1 and xl_cell_to_rowcol(column.decode().upper() + "1")[1] >= MAX_COLUMNS:
            raise _too_large()
    if sum(shared[int(place)] for place in _SHARED.findall(sheet) if int(place) < len(shared)) > MAX_UNPACKED_BYTES:
        raise _too_large()


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """The measured parts as a workbook again."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


_UNCALCULATED = re.compile(rb"""<c\b[^>]*\br=["']([A-Z]+\d+)["'][^>]*><f\b(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>""")


def _sheet(book: python_calamine.CalamineWorkbook, index: int, xml: bytes) -> _Sheet:
    sheet = book.get_sheet_by_index(index)
    merged = {
        (row, left): (top, left)
        for (top, left), (bottom, _) in sheet.merged_cell_ranges or []
        for row in range(top + 1, min(bottom, MAX_ROWS) + 1)
    }
    valueless = frozenset(xl_cell_to_rowcol(place.decode()) for place in _UNCALCULATED.findall(xml)) if b"<f" in xml else frozenset()
    return _Sheet(sheet.to_python(skip_empty_area=False), merged, valueless)


def _encrypted() -> Unreadable:
    return Unreadable(
        Text("文件设有打开密码，请去掉密码后再上传", "The file is protected by a password: please remove it and upload again")
    )


def _csv_sheet(content: bytes, filename: str) -> _Sheet:
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise _encrypted()
        raise Unreadable(
            Text(
                "这是旧版 .xls 文件，请在 Excel 或 WPS 中另存为 .xlsx 再上传", "This is an old .xls file: save it as .xlsx in Excel or WPS"
            )
        )
    if filename.lower().endswith((".xlsx", ".xlsm")):
        raise _damaged()
    text = _decoded(content)
    first = "\n".join(text.splitlines()[:HEADER_WITHIN_ROWS])
    delimiter = max(",\t;，", key=first.count)
    try:
        rows: list[list[Any]] = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(list(row))
            if len(rows) > MAX_ROWS + HEADER_WITHIN_ROWS or len(row) > MAX_COLUMNS:
                raise _too_large()
    except csv.Error as damage:
        raise _damaged() from damage
    return _Sheet(rows, {}, frozenset())


def _decoded(content: bytes) -> str:
    """Text in UTF-8 (with or without mark), UTF-16 with mark, or GB 18030, which Excel writes on a Chinese system."""
    encodings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(unicodedata.category(c) in ("Cc", "Co", "Cs") and c not in "\t\r\n" for c in text):
            return text
    raise Unreadable(
        Text(
            "无法识别文件的编码或格式，请上传 .xlsx，或以 UTF-8 保存的 .csv",
            "Neither the encoding nor the format can be told: please upload .xlsx, or .csv saved as UTF-8",
        )
    )


def _header_key(text: object) -> str:
    """A header without what people put around it: width, case, blanks, stars, colons, and a bracketed remark."""
    folded = unicodedata.normalize("NFKC", str(text)).casefold()
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】", "", folded)
    return re.sub(r"[\s*:·、\-_'\"]", "", bare or folded)


def _with_header(sheets: Sequence[_Sheet], columns: Sequence[Column]) -> tuple[_Sheet, int]:
    """The sheet whose first rows name the most columns, and that row; `Unreadable` where none does."""
    known = {_header_key(header) for column in columns for header in column.headers}
    best: tuple[int, _Sheet, int] | None = None
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


def _parsed(sheet: _Sheet, header: int, columns: Sequence[Column]) -> Parsed:
    places, warnings = _places(sheet.cells[header], columns)
    after_header = max([row for row, column in sheet.merged if sheet.merged[row, column][0] == header], default=header) + 1
    if len(sheet.cells) - after_header > MAX_ROWS:
        raise _too_large()
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
                ).format(title=column.title, first=xl_col_to_name(places[column.key]), second=xl_col_to_name(place))
            )
        else:
            places[column.key] = place
    missing = [column.title for column in columns if column.required and column.key not in places]
    if missing:
        raise Unreadable(Text("缺少必需的列：{titles}", "Required columns are missing: {titles}").format(titles=joined(missing)))
    return places, warnings


def _is_blank(cells: Sequence[object], place: int) -> bool:
    return place >= len(cells) or not str(cells[place]).strip()


def _cell(sheet: _Sheet, row: int, place: int) -> object:
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


_REPEATABLE: frozenset[Kind] = frozenset({"text", "choice", "date"})
_DIGITS_LOST = Text(
    "该单元格是数字格式，末尾几位已经丢失。请先把整列设为“文本”格式，再重新录入原号码",
    "The cell holds a number, and its last digits are lost. Set the column's format to “Text”, then type the number again",
)


def _value(sheet: _Sheet, column: Column, row: int, place: int | None, cell: object) -> Value:
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
    "id_number": _id_number,
    "phone": _phone,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "choice": _choice,
}


# ── out ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  a fixed date in the file, so that the same rows give the same bytes
_FORMATS: Mapping[Kind, str] = {"integer": "0", "decimal": "#,##0.00", "date": "yyyy-mm-dd"}
_HELD: Mapping[Kind, Text] = {
    "text": Text("文字", "Text"),
    "id_number": Text("18位身份证号，文本格式", "18-character ID number, as text"),
    "phone": Text("11位手机号", "11-digit mobile number"),
    "integer": Text("整数", "Whole number"),
    "decimal": Text("数字", "Number"),
    "date": Text("日期，如 2026-11-21", "Date, such as 2026-11-21"),
    "choice": Text("从下拉列表中选择", "Choose from the list"),
}
_LIST_LENGTH = 255  # the longest list Excel takes in a validation itself; a longer one is kept on a hidden sheet


class _Book:
    """A workbook in the making, with the few looks all of ours share."""

    def __init__(self) -> None:
        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self.buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        )
        self.book.set_properties({"created": _CREATED})
        self.head = self.book.add_format(
            {
                "bold": True,
                "bg_color": "#1F3A5F",
                "font_color": "#FFFFFF",
                "border": 1,
                "align": "center",
                "valign": "vcenter",
                "text_wrap": True,
            }
        )
        self.title = self.book.add_format({"bold": True, "font_size": 14, "align": "left", "valign": "vcenter"})
        self.note = self.book.add_format({"text_wrap": True, "valign": "top", "border": 1, "border_color": "#C9CED6"})
        self.text = self.book.add_format({"num_format": "@"})
        self.formats = {kind: self.book.add_format({"num_format": pattern}) for kind, pattern in _FORMATS.items()}

    def sheet(self, title: str) -> Any:
        """A new sheet; what a sheet's name may not hold is left out."""
        return self.book.add_worksheet(re.sub(r"[\[\]:*?/\\']", "", title)[:31] or None)

    def format_of(self, kind: Kind) -> Any:
        return self.formats.get(kind, self.text)

    def table(self, sheet: Any, first: int, columns: Sequence[Column], rows: Iterable[Mapping[str, Value]], *, language: str) -> None:
        """The columns' titles in the row *first*, and *rows* below it."""
        for place, column in enumerate(columns):
            sheet.write_string(first, place, column.title.within(language), self.head)
        for number, row in enumerate(rows, start=first + 1):
            for place, column in enumerate(columns):
                value = row.get(column.key)
                if str(value) in column.choices:
                    value = column.choices[str(value)].within(language)
                self.cell(sheet, (number, place), column, value)

    def cell(self, sheet: Any, place: tuple[int, int], column: Column, value: Value) -> None:
        """Numbers and dates as such where they stay exact; all else as a string, which never becomes a formula (`=`, `+`, `-`, `@`)."""
        if value is None:
            return
        if isinstance(value, date):
            sheet.write_datetime(*place, value, self.formats["date"])
        elif column.kind in self.formats and not isinstance(value, str) and -EXACT_NUMBER < value < EXACT_NUMBER:
            sheet.write_number(*place, value, self.format_of(column.kind))
        elif sheet.write_string(*place, str(value), self.format_of(column.kind)) != 0:
            raise ValueError(f"{column.key}: {len(str(value))} characters do not fit into a cell")

    def bytes(self) -> bytes:
        self.book.close()
        return self.buffer.getvalue()


def template(
    columns: Sequence[Column],
    sheet_title: Text,
    example_rows: Sequence[Mapping[str, Value]] = (),
    notes: Sequence[Text] = (),
    language: str = "zh",
) -> bytes:
    """An empty sheet to fill in: text columns forced, choices as lists; a second sheet explains each column and shows the examples."""
    book = _Book()
    sheet = book.sheet(sheet_title.within(language))
    explained = book.sheet("填写说明 How to fill in")
    choices = book.sheet("选项")
    choices.hide()
    sheet.set_row(0, 30)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width, book.format_of(column.kind))
        sheet.write_string(0, place, _heading(column, language), book.head)
        validation = _validation(column, choices, place, language)
        if validation:
            sheet.data_validation(1, place, MAX_ROWS, place, validation)
    _explain(book, explained, columns, example_rows, notes)
    return book.bytes()


def _heading(column: Column, language: str) -> str:
    return column.title.within(language) + (" *" if column.required else "")


def _validation(column: Column, choices: Any, place: int, language: str) -> dict[str, Any] | None:
    if column.kind == "id_number":
        return {
            "validate": "length",
            "criteria": "==",
            "value": 18,
            "error_type": "warning",
            "error_title": "18",
            "error_message": "身份证号应为18位 An ID number has 18 characters",
        }
    if column.kind != "choice":
        return None
    names = [title.within(language) for title in column.choices.values()]
    if len(",".join(names)) <= _LIST_LENGTH and not any("," in name for name in names):
        return {"validate": "list", "source": names}
    choices.write_column(0, place, names)
    letter = xl_col_to_name(place)
    return {"validate": "list", "source": f"=选项!${letter}$1:${letter}${len(names)}"}


def _explain(
    book: _Book, sheet: Any, columns: Sequence[Column], example_rows: Sequence[Mapping[str, Value]], notes: Sequence[Text]
) -> None:
    sheet.set_column(0, 5, 24)
    row = 0
    for note in notes:
        sheet.merge_range(row, 0, row, 5, "", book.note)
        sheet.write_string(row, 0, f"{note.zh}\n{note.en}", book.note)
        sheet.set_row(row, 34)
        row += 1
    for place, heading in enumerate(("列 Column", "English", "必填 Required", "内容 Holds", "可选值 Choices", "也认作 Also read as")):
        sheet.write_string(row, place, heading, book.head)
    for number, column in enumerate(columns, start=row + 1):
        held = _HELD[column.kind]
        cells = (
            column.title.zh,
            column.title.en,
            "是 Yes" if column.required else "否 No",
            f"{held.zh}\n{held.en}",
            "\n".join(f"{title.zh} {title.en}" for title in column.choices.values()),
            "、".join(column.aliases),
        )
        for place, cell in enumerate(cells):
            sheet.write_string(number, place, cell, book.note)
    if example_rows:
        first = row + len(columns) + 2
        sheet.write_string(first, 0, "示例 Example", book.title)
        book.table(sheet, first + 1, columns, example_rows, language="zh")


def workbook(columns: Sequence[Column], rows: Iterable[Mapping[str, Value]], title: Text, language: str = "zh") -> bytes:
    """*rows* as a sheet under its title.  The same rows give the same bytes; text is text, whatever character it begins with."""
    book = _Book()
    sheet = book.sheet(title.within(language))
    sheet.set_row(0, 28)
    sheet.write_string(0, 0, title.within(language), book.title)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    book.table(sheet, 1, columns, rows, language=language)
    return book.bytes()
