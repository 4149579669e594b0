"""Theory marks from a spreadsheet: each row matched to an entry by its code, or named with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.competitions.marking.forms import THEORY_COLUMNS
from app.competitions.marking.queries import TheoryLine
from app.core.errors import Refused
from app.web import spreadsheets
from app.web.spreadsheets import Problem
from workflows.exact import has_at_most, plain
from workflows.text import Text

HIGHEST = Decimal(100)


@dataclass(frozen=True)
class TheoryRow:
    """A row that can be kept: the entry it is for, its mark, and the mark it would replace."""

    row: int
    line: TheoryLine
    mark: Decimal

    @property
    def is_change(self) -> bool:
        return self.line.entered > 0 and self.line.mark != self.mark


@dataclass(frozen=True)
class TheoryPreview:
    """What a file would do: the rows that can be kept, the problems of the others, and the codes it says nothing of."""

    rows: list[TheoryRow]
    problems: list[Problem]
    warnings: list[Text]
    absent: list[str]

    @property
    def marks(self) -> dict[int, Decimal]:
        return {row.line.entry_id: row.mark for row in self.rows}


def why_not(mark: Decimal) -> Text | None:
    """Why *mark* cannot be a theory mark of 100."""
    if not 0 <= mark <= HIGHEST or not has_at_most(2, mark):
        return Text("应在 0 到 100 之间，最多两位小数", "A mark from 0 to 100 with at most two decimals")
    return None


def preview(content: bytes, filename: str, lines: Sequence[TheoryLine]) -> TheoryPreview:
    """Read *content* against the entries in *lines*; raises `Unreadable` where the file as a whole makes no sense."""
    parsed = spreadsheets.read(content, filename, THEORY_COLUMNS)
    by_code = {code.casefold(): line for line in lines for code in (line.code, line.number) if code}
    rows: list[TheoryRow] = []
    problems = list(parsed.problems)
    seen: dict[int, int] = {}
    for number, values in parsed.rows:
        code, mark = str(values["code"]), values["mark"]
        line = by_code.get(code.casefold())
        assert isinstance(mark, Decimal)
        if line is None:
            problems.append(Problem(number, THEORY_COLUMNS[0].title, code, Text("没有这个赛位号或参赛号", "No entry has this code")))
        elif line.entry_id in seen:
            reason = Text("与第 {row} 行重复", "The same as row {row}").format(row=seen[line.entry_id])
            problems.append(Problem(number, THEORY_COLUMNS[0].title, code, reason))
        elif (reason_not := why_not(mark)) is not None:
            problems.append(Problem(number, THEORY_COLUMNS[1].title, plain(mark), reason_not))
        else:
            seen[line.entry_id] = number
            rows.append(TheoryRow(number, line, mark))
    problems.sort(key=lambda problem: problem.row)
    absent = [line.code or line.number for line in lines if line.entry_id not in seen and line.mark is None]
    return TheoryPreview(rows, problems, parsed.warnings, absent)


def require_valid(marks: Iterable[Decimal]) -> None:
    """Raise `Refused` for the first mark that is none."""
    for mark in marks:
        reason = why_not(mark)
        if reason is not None:
            raise Refused(reason)
