"""Templates to fill in, and exports: the same columns as for reading."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from app.core.lazily import lazily
from app.web.spreadsheets.columns import EXACT_NUMBER, MAX_ROWS, Column, Kind, Value
from workflows.text import Text

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter import utility
else:
    xlsxwriter = lazily("xlsxwriter")
    utility = lazily("xlsxwriter.utility")

_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  a fixed date in the file, so that the same rows give the same bytes
_FORMATS: Mapping[Kind, str] = {"integer": "0", "decimal": "#,##0.00", "date": "yyyy-mm-dd"}
_HELD: Mapping[Kind, Text] = {
    "text": Text("文字", "Text"),
    "prose": Text("文字，可分行", "Text, of several lines if need be"),
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


Table = tuple[Sequence[Column], Iterable[Mapping[str, Value]], Text]
"""Columns, their rows, and the title of the sheet."""


def template(
    columns: Sequence[Column],
    sheet_title: Text,
    example_rows: Sequence[Mapping[str, Value]] = (),
    notes: Sequence[Text] = (),
    language: str = "zh",
    *,
    further: Sequence[Table] = (),
) -> bytes:
    """An empty sheet to fill in: text columns forced, choices as lists; a second sheet explains each column and shows the examples.

    *further* tables stand on sheets of their own with what they hold.
    """
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
    for table in further:
        _table_sheet(book, table, language)
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
    letter = utility.xl_col_to_name(place)
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


def workbook(
    columns: Sequence[Column], rows: Iterable[Mapping[str, Value]], title: Text, language: str = "zh", *, further: Sequence[Table] = ()
) -> bytes:
    """*rows* as a sheet under its title, and *further* tables on sheets of their own.

    The same rows give the same bytes; text is text, whatever character it begins with.
    """
    book = _Book()
    for table in ((columns, rows, title), *further):
        _table_sheet(book, table, language)
    return book.bytes()


def _table_sheet(book: _Book, table: Table, language: str) -> None:
    columns, rows, title = table
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
