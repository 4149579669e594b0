"""From a file's bytes to cells: what it is, in which encoding, and whether it is safe to parse.

A small file can be made to fill the memory, so it is measured before it is parsed, and the parser only ever sees what was measured.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.core.errors import Refused
from app.core.lazily import lazily
from app.web.spreadsheets.columns import MAX_COLUMNS, MAX_ROWS
from workflows.text import Text

if TYPE_CHECKING:
    import python_calamine
    from xlsxwriter import utility
else:
    python_calamine = lazily("python_calamine")
    utility = lazily("xlsxwriter.utility")

MAX_BYTES = 10 * 2**20
MAX_UNPACKED_BYTES = 200 * 2**20
HEADER_WITHIN_ROWS = 20


class Unreadable(Refused):
    """The file as a whole cannot be used; `reason` says why and what to do."""

    @property
    def reason(self) -> Text:
        return self.reasons[0]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells from A1 on; `merged` and `valueless` hold (row, column) from 0."""

    cells: list[list[Any]]
    merged: dict[tuple[int, int], tuple[int, int]]  # each covered cell of a vertical merge → the cell that holds its value
    valueless: frozenset[tuple[int, int]]  # formulas that were never calculated


def sheets_of(content: bytes, filename: str) -> list[Sheet]:
    """The visible sheets of *content*; `Unreadable` with what to do where it is no workbook and no table of text."""
    if len(content) > MAX_BYTES:
        raise Unreadable(
            Text("文件超过 {limit} MB，请分成几份上传", "The file is larger than {limit} MB: please split it").format(limit=MAX_BYTES >> 20)
        )
    if not content.strip(b"\0 \t\r\n"):
        raise Unreadable(Text("文件是空的", "The file is empty"))
    return _workbook_sheets(content) if content.startswith(b"PK") else [_csv_sheet(content, filename)]


def _workbook_sheets(content: bytes) -> list[Sheet]:
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


def too_large() -> Unreadable:
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
                    raise too_large()
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
            raise too_large()
        if len(column) > 1 and utility.xl_cell_to_rowcol(column.decode().upper() + "1")[1] >= MAX_COLUMNS:
            raise too_large()
    if sum(shared[int(place)] for place in _SHARED.findall(sheet) if int(place) < len(shared)) > MAX_UNPACKED_BYTES:
        raise too_large()


def _packed(parts: Mapping[str, bytes]) -> bytes:
    """The measured parts as a workbook again."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


_UNCALCULATED = re.compile(rb"""<c\b[^>]*\br=["']([A-Z]+\d+)["'][^>]*><f\b(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)?</c>""")


def _sheet(book: python_calamine.CalamineWorkbook, index: int, xml: bytes) -> Sheet:
    sheet = book.get_sheet_by_index(index)
    merged = {
        (row, left): (top, left)
        for (top, left), (bottom, _) in sheet.merged_cell_ranges or []
        for row in range(top + 1, min(bottom, MAX_ROWS) + 1)
    }
    uncalculated = _UNCALCULATED.findall(xml) if b"<f" in xml else ()
    valueless = frozenset(utility.xl_cell_to_rowcol(place.decode()) for place in uncalculated)
    return Sheet(sheet.to_python(skip_empty_area=False), merged, valueless)


def _encrypted() -> Unreadable:
    return Unreadable(
        Text("文件设有打开密码，请去掉密码后再上传", "The file is protected by a password: please remove it and upload again")
    )


def _csv_sheet(content: bytes, filename: str) -> Sheet:
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
                raise too_large()
    except csv.Error as damage:
        raise _damaged() from damage
    return Sheet(rows, {}, frozenset())


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
