"""The one way in and out of Excel and CSV.

A `Column` says what a column is called (and what else people call it), what it holds and whether it must be there.  From the same
columns come the template people download, the reading of what they send back, and exports.  `read` either understands the file or
raises `Unreadable` with one reason; a row it does not accept is named with its column, its value and why, and nothing is guessed: an
ID number that Excel turned into a number has lost its last digits and is refused.
"""

from app.web.spreadsheets.columns import MAX_COLUMNS, MAX_ROWS, Column, Kind, Value
from app.web.spreadsheets.opening import MAX_BYTES, MAX_UNPACKED_BYTES, Unreadable
from app.web.spreadsheets.reading import Parsed, Problem, read
from app.web.spreadsheets.writing import Table, template, workbook

__all__ = [
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "MAX_UNPACKED_BYTES",
    "Column",
    "Kind",
    "Parsed",
    "Problem",
    "Table",
    "Unreadable",
    "Value",
    "read",
    "template",
    "workbook",
]
