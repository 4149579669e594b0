"""Spreadsheets as people outside fill them in: the template's own headings, one row a person, everything typed as text."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

import xlsxwriter
from python_calamine import CalamineWorkbook

Row = Mapping[str, object]


def table(content: bytes) -> list[list[str]]:
    """The first sheet of a workbook, cell by cell, as text."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def rows_under(content: bytes, heading: str) -> list[dict[str, str]]:
    """The rows below the line that has *heading* in it, each by its headings."""
    lines = table(content)
    top = next(place for place, line in enumerate(lines) if heading in line)
    return [dict(zip(lines[top], line, strict=True)) for line in lines[top + 1 :] if any(line)]


def filled_in(template: bytes, rows: Iterable[Row]) -> bytes:
    """*template* with *rows* in it: values are found by the heading without its mark for “required”."""
    headings = [heading.removesuffix(" *") for heading in table(template)[0]]
    return workbook(headings, rows)


def workbook(headings: Iterable[str], rows: Iterable[Row]) -> bytes:
    """A plain sheet: headings in the first row, text in every cell."""
    buffer, headings = io.BytesIO(), list(headings)
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, headings)
    for line, row in enumerate(rows, start=1):
        for place, heading in enumerate(headings):
            sheet.write_string(line, place, str(row.get(heading, "")))
    book.close()
    return buffer.getvalue()
