"""The import workbook of WorldSkills' information system (CIS), read and written as plain rows.

Sheets: "CIS Marking Scheme Import" and "Calculations".  Nothing is found by its row number, because the rows move with the
number of sections; everything is found by its heading, whose wording changed over the years.  The reader knows the other
traps of real files: headings with line breaks, blank cells that hold an empty text, sections written 1.0, decimal commas,
formulas without a stored value, criteria listed A to I though only some are used, old letters for the aspect type.

A row that cannot be read is named with its column and reason; the rest is still read, so that one look shows all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from workflows.competition import cis_extras
from workflows.competition.aspects import AspectType, Method
from workflows.competition.methods import FULL_OR_ZERO, JUDGEMENT
from workflows.competition.scheme import (
    MAX_ASPECT_MARK,
    Aspect,
    Benchmark,
    Criterion,
    MarkingScheme,
    Problem,
    Section,
    SubCriterion,
    problems,
)
from workflows.exact import plain
from workflows.text import Text

IMPORT_SHEET = "CIS Marking Scheme Import"
CALCULATION_SHEET = "Calculations"

_ABOVE_USUAL = Text("最高分 {mark} 超过通常上限 {limit}", "maximum mark {mark} is above the usual limit of {limit}")

Row = Sequence[object]
Value = TypeVar("Value")

# What the aspect type has been called: M and J today; O(bjective) and S(ubjective) before 2015 and in later templates.
_TYPES: dict[str, AspectType] = {
    **dict.fromkeys(("m", "meas", "measurement", "o", "obj", "objective"), AspectType.MEASUREMENT),
    **dict.fromkeys(("j", "judg", "judgement", "judgment", "s", "sub", "subj", "subjective"), AspectType.JUDGEMENT),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong in the sheet: row as the spreadsheet counts (from 1), column letter, and why."""

    row: int
    column: str
    reason: Text
    is_error: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook says: the scheme as far as it could be read (None: no scheme found), and all findings in row order."""

    scheme: MarkingScheme | None
    findings: tuple[Finding, ...]

    @property
    def is_importable(self) -> bool:
        """Whether the scheme may be taken over: there is one, and nothing is wrong with it."""
        return self.scheme is not None and not any(finding.is_error for finding in self.findings)


def read(sheet: Sequence[Row], calculations: Sequence[Row] = ()) -> Reading:
    """The marking scheme in the rows of the import sheet; *calculations* are the rows of the other sheet.

    Cells may be texts, numbers or None, as a spreadsheet reader gives them; rows may have different lengths.
    """
    reader = _Reader(sheet, calculations)
    return reader.read()


# --- cells ----------------------------------------------------------------------------------------------------------


def _words(cell: object) -> str:
    """A heading as it is compared: one line, small letters, full-width characters made plain."""
    return " ".join(unicodedata.normalize("NFKC", str(cell)).split()).lower() if cell is not None else ""


def _text(cell: object) -> str:
    """What a cell says, without blanks around it; a whole number stored as 1.0 says "1"."""
    if cell is None:
        return ""
    if isinstance(cell, float | Decimal):
        return plain(_stored(cell))
    return str(cell).replace("\u00a0", " ").strip()


def _stored(number: float | Decimal) -> Decimal:
    """The decimal a spreadsheet shows for the binary number it stores (it shows no more than fifteen digits)."""
    return Decimal(format(number, ".15g")) if isinstance(number, float) else number


def _number(cell: object) -> Decimal | None:
    """The number in a cell, None where it holds none; a decimal comma is understood.  Raises ValueError for other text."""
    text = _text(cell)
    if not text or text.startswith("="):  # a formula whose value was never stored
        return None
    try:
        value = Decimal(text.replace(",", ".") if text.count(",") == 1 and "." not in text else text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not value.is_finite() or abs(value) >= 10**9:
        raise ValueError(text)
    return value


def _whole(cell: object) -> int | None:
    """The whole number in a cell, as in 2, 2.0, "C2" or "Day 2".  Raises ValueError for anything else that is not blank."""
    text = _text(cell)
    if not text or text.startswith("="):
        return None
    if found := re.fullmatch(r"(?:\D*?)(\d{1,6})(?:[.,]0+)?", text):
        return int(found[1])
    raise ValueError(text)


def _letter(index: int) -> str:
    """The spreadsheet's letter of a column (0 is A)."""
    return _letter(index // 26 - 1) + _letter(index % 26) if index >= 26 else chr(ord("A") + index)


# --- headings -------------------------------------------------------------------------------------------------------

_SUB = re.compile(r"sub[ -]?criteri")

# The columns of a block by what their heading must say; the first that fits takes the cell.
_HEADINGS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("id", lambda words: bool(_SUB.match(words)) and words.endswith(" id")),
    ("name", lambda words: bool(_SUB.match(words)) and ("name" in words or "description" in words)),
    ("day", lambda words: words.startswith("day")),
    ("type", lambda words: words.startswith("aspect") and "type" in words),
    ("extra", lambda words: words.startswith("extra aspect")),
    ("description", lambda words: words.startswith("aspect") and "description" in words),
    ("score", lambda words: words.startswith(("judg", "score")) and "score" in words),
    ("requirement", lambda words: words.startswith("requirement")),
    ("section", lambda words: ("wsos" in words or "wsss" in words) and "section" in words),
    ("calculation", lambda words: words.startswith("calculation")),
    ("max_mark", lambda words: words.startswith("max") and "mark" in words),
)

# Where a column is when no heading names it, and the heading that `rows_of` writes there.
_LAYOUT: tuple[tuple[str, str], ...] = (
    ("id", "Sub Criterion ID"),
    ("name", "Sub Criterion Name or Description"),
    ("day", "Day of Marking"),
    ("type", "Aspect Type\nM = Meas\nJ = Judg"),
    ("description", "Aspect - Description"),
    ("score", "Judg Score"),
    ("extra", "Extra Aspect Description (Meas or Judg)\nOR\nJudgement Score Description (Judg only)"),
    ("requirement", "Requirement\n(Measurement Only)"),
    ("section", "WSOS Section"),
    ("calculation", "Calculation Row (Export only)"),
    ("max_mark", "Max Mark"),
)
_COLUMNS = {name: index for index, (name, _) in enumerate(_LAYOUT)}
_NEEDED = ("id", "type", "description", "max_mark")
_MARK_COLUMN = _COLUMNS["max_mark"]


def _columns_of(row: Row) -> dict[str, int]:
    """The columns that a heading row names; empty unless it is the heading of a block."""
    columns: dict[str, int] = {}
    for index, cell in enumerate(row):
        words = re.sub(r"\s*\(.*", "", _words(cell)) if "(" in _words(cell) else _words(cell)
        for name, fits in _HEADINGS:
            if name not in columns and words and fits(words):
                columns[name] = index
                break
    return columns if {"id", "name"} <= columns.keys() else {}


# --- reading --------------------------------------------------------------------------------------------------------


@dataclass
class _Form:
    """A sub criterion while its rows are being read."""

    id: str
    name: str
    day: int | None
    row: int
    aspects: list[_Draft] = field(default_factory=list)


@dataclass
class _Draft:
    """An aspect while its rows are being read."""

    method: Method
    description: str
    max_mark: Decimal
    section: str
    extra: str
    requirement: str
    calculation_row: int | None
    row: int
    benchmarks: list[Benchmark] = field(default_factory=list)

    def done(self) -> Aspect:
        return Aspect(
            self.method,
            self.description,
            self.max_mark,
            self.section,
            self.extra,
            self.requirement,
            tuple(self.benchmarks),
            self.calculation_row,
        )


@dataclass(frozen=True)
class _Heading:
    """A row of the table of criteria."""

    letter: str
    name: str
    mark: Decimal | None
    row: int


class _Reader:
    """One pass over the sheet, collecting findings on the way."""

    def __init__(self, sheet: Sequence[Row], calculations: Sequence[Row]) -> None:
        self.sheet = [list(row) for row in sheet]
        self.calculations = calculations
        self.findings: list[Finding] = []
        self.columns = dict(_COLUMNS)
        self.rows: dict[str, int] = {}  # where each section, criterion, form and aspect stands

    def read(self) -> Reading:
        blocks = [number for number, row in enumerate(self.sheet, start=1) if _columns_of(row)]
        criteria = self._row_that_says("criteria")
        if not blocks:
            self._find(
                1,
                0,
                Text(
                    f"未找到“Sub Criterion ID”表头：请确认选择了工作表“{IMPORT_SHEET}”",
                    f'no heading "Sub Criterion ID": is this the sheet "{IMPORT_SHEET}"?',
                ),
            )
            return Reading(None, tuple(self.findings))
        first_block = blocks[0]
        self.rows[""] = criteria or first_block
        sections = self._sections(until=criteria or first_block)
        headings = self._headings(criteria, first_block) if criteria else {}
        ends = [*(start - 1 for start in blocks[1:]), len(self.sheet)]
        scheme = MarkingScheme(
            _text(self._cell(1, 0)),
            tuple(self._criterion(start, end, headings) for start, end in zip(blocks, ends, strict=True)),
            sections,
        )
        self._report_unmarked(headings, scheme)
        scheme, unused = cis_extras.applied(scheme, self.calculations)
        for row, reason in unused:
            text = Text("工作表“{sheet}”第 {row} 行：{reason}", "Sheet “{sheet}”, row {row}: {reason}")
            self._find(self.rows[""], 0, text.format(sheet=CALCULATION_SHEET, row=row, reason=reason), is_error=False)
        for problem in problems(scheme):
            self._report(problem)
        for code, aspect in scheme.aspects():
            if aspect.max_mark > MAX_ASPECT_MARK:
                self._report(Problem(code, "max_mark", _ABOVE_USUAL.format(mark=aspect.max_mark, limit=MAX_ASPECT_MARK), is_error=False))
        return Reading(scheme, tuple(sorted(self.findings, key=lambda finding: finding.row)))

    # the tables above the blocks

    def _sections(self, until: int) -> tuple[Section, ...]:
        start = next((number for number in range(1, until) if self._is_section_heading(number)), None)
        if start is None:
            return ()
        words = [_words(cell) for cell in self.sheet[start - 1]]
        marks_column = next((index for index, word in enumerate(words) if re.match(r"ws[os]s marks", word)), 8)
        sections = []
        for number in range(start + 1, until):
            id_, name = _text(self._cell(number, 0)), _text(self._cell(number, 1))
            if "total variation" in map(_words, self.sheet[number - 1]):
                break
            if not id_ and not name:
                continue
            if not id_:
                self._find(number, 0, Text("职业标准部分没有编号", "the section of the occupational standard has no number"))
                continue
            self.rows[f"§{id_}"] = number
            sections.append(Section(id_, name, self._read(number, marks_column, _number)))
        return tuple(sections)

    def _is_section_heading(self, number: int) -> bool:
        words = [_words(cell) for cell in self.sheet[number - 1]]
        return bool(words) and words[0].startswith("section") and any(re.match(r"ws[os]s marks", word) for word in words)

    def _headings(self, criteria: int, first_block: int) -> dict[str, _Heading]:
        """The table of criteria; letters that stand there with nothing beside them are not used."""
        headings: dict[str, _Heading] = {}
        mark_column = _MARK_COLUMN
        for number in range(criteria + 1, first_block):
            words = [_words(cell) for cell in self.sheet[number - 1]]
            if "id" in words[:1]:
                mark_column = next((index for index, word in enumerate(words) if word == "mark"), mark_column)
                continue
            letter, name = _text(self._cell(number, 0)).upper(), _text(self._cell(number, 1))
            mark = self._read(number, mark_column, _number)
            if not letter or letter.startswith("TOTAL"):
                continue
            if not re.fullmatch(r"[A-Z]", letter):
                self._find(number, 0, Text(f"模块编号“{letter}”应为一个字母", f'criterion "{letter}" should be one letter'))
                continue
            headings[letter] = _Heading(letter, name, mark, number)
        return headings

    def _report_unmarked(self, headings: dict[str, _Heading], scheme: MarkingScheme) -> None:
        marked = {criterion.letter for criterion in scheme.criteria}
        for heading in headings.values():
            if heading.letter not in marked and heading.mark:
                letter = heading.letter
                reason = Text(f"模块 {letter} 没有评分项", f"criterion {letter} has no block of aspects")
                self._find(heading.row, 0, reason)

    # a block

    def _criterion(self, start: int, end: int, headings: dict[str, _Heading]) -> Criterion:
        named = _columns_of(self.sheet[start - 1])
        for name in _NEEDED:
            if name not in named:
                missing = dict(_LAYOUT)[name].splitlines()[0]
                reason = Text(f"表头缺少“{missing}”一列", f'the heading "{missing}" is missing')
                self._find(start, _COLUMNS[name], reason)
        self.columns = {**_COLUMNS, **named}
        forms: list[_Form] = []
        for number in range(start + 1, end + 1):
            self._block_row(number, forms)
        letter = self._letter_of(start, forms)
        heading = headings.get(letter)
        self.rows.setdefault(letter, heading.row if heading else start)
        for form in forms:
            self.rows.setdefault(form.id, form.row)
            self.rows.update({f"{form.id}.{position}": draft.row for position, draft in enumerate(form.aspects, start=1)})
        return Criterion(
            letter,
            heading.name if heading else "",
            tuple(SubCriterion(form.id, form.name, form.day, tuple(draft.done() for draft in form.aspects)) for form in forms),
            heading.mark if heading else None,
        )

    def _letter_of(self, start: int, forms: list[_Form]) -> str:
        """The letter that the heading row names ("Criterion A"), or else the letter of the first form."""
        for cell in self.sheet[start - 1]:
            if found := re.fullmatch(r"criterion ([a-z])", _words(cell)):
                return found[1].upper()
        return forms[0].id[:1] if forms else ""

    def _block_row(self, number: int, forms: list[_Form]) -> None:
        has = {name for name in self.columns if self._says(number, name)}
        if "id" in has:
            forms.append(_Form(self._says(number, "id").upper(), self._says(number, "name"), self._of(number, "day", _whole), number))
        elif "name" in has:
            self._find_in(number, "id", Text("评分表没有编号", "the sub criterion has no id"))
        if "type" in has:
            self._aspect(number, forms)
        elif "score" in has:
            self._benchmark(number, forms)
        elif has & {"description", "max_mark"}:
            self._find_in(number, "type", Text("评分项没有类型（M 测量或 J 评判）", "the aspect has no type (M or J)"))
        elif "extra" in has and forms and forms[-1].aspects:
            draft = forms[-1].aspects[-1]  # a further line of the description above
            draft.extra = "\n".join(filter(None, (draft.extra, self._says(number, "extra"))))

    def _aspect(self, number: int, forms: list[_Form]) -> None:
        word = self._says(number, "type")
        type_ = _TYPES.get(word.lower())
        found_before = len(self.findings)
        mark = self._of(number, "max_mark", _number)
        if mark is None and len(self.findings) == found_before:
            reason = Text("最高分为空，或公式没有存储结果", "the maximum mark is empty, or a formula without a stored value")
            self._find_in(number, "max_mark", reason)
        if type_ is None:
            reason = Text(f"类型“{word}”应为 M（测量）或 J（评判）", f'type "{word}" should be M (measurement) or J (judgement)')
            self._find_in(number, "type", reason)
        if not forms:
            self._find_in(number, "id", Text("评分项之前没有评分表编号", "no sub criterion stands above this aspect"))
        if self._says(number, "score"):
            reason = Text("评判分档应写在评分项下面的行", "a benchmark belongs on a row below its aspect")
            self._find_in(number, "score", reason)
        if type_ is None or mark is None or not forms:
            return
        forms[-1].aspects.append(
            _Draft(
                JUDGEMENT if type_ is AspectType.JUDGEMENT else FULL_OR_ZERO,
                self._says(number, "description"),
                mark,
                self._says(number, "section"),
                self._says(number, "extra"),
                self._says(number, "requirement"),
                self._calculation_row(number),
                number,
            )
        )

    def _calculation_row(self, number: int) -> int | None:
        row = self._of(number, "calculation", _whole)
        if row is not None and not 1 <= row <= len(self.calculations):
            reason = Text(f"工作表“{CALCULATION_SHEET}”没有第 {row} 行", f'the sheet "{CALCULATION_SHEET}" has no row {row}')
            self._find_in(number, "calculation", reason, is_error=False)
        return row

    def _benchmark(self, number: int, forms: list[_Form]) -> None:
        if not forms or not forms[-1].aspects:
            self._find_in(number, "score", Text("评判分档上方没有评分项", "no aspect stands above this benchmark"))
            return
        score = self._of(number, "score", _number)
        if score is None:
            return
        if score != int(score):
            reason = Text(f"评判分档 {plain(score)} 应为 0 至 3", f"benchmark {plain(score)} is not one of 0 to 3")
            self._find_in(number, "score", reason)
            return
        forms[-1].aspects[-1].benchmarks.append(Benchmark(int(score), self._says(number, "extra")))

    # cells and findings

    def _cell(self, number: int, index: int) -> object:
        row = self.sheet[number - 1]
        return row[index] if index < len(row) else None

    def _says(self, number: int, name: str) -> str:
        return _text(self._cell(number, self.columns[name]))

    def _of(self, number: int, name: str, reader: Callable[[object], Value | None]) -> Value | None:
        return self._read(number, self.columns[name], reader)

    def _read(self, number: int, index: int, reader: Callable[[object], Value | None]) -> Value | None:
        try:
            return reader(self._cell(number, index))
        except ValueError as error:
            self._find(number, index, Text(f"“{error}”不是数字", f'"{error}" is not a number'))
            return None

    def _row_that_says(self, words: str) -> int | None:
        return next((number for number, row in enumerate(self.sheet, start=1) if row and _words(row[0]) == words), None)

    def _find(self, row: int, index: int, reason: Text, *, is_error: bool = True) -> None:
        self.findings.append(Finding(row, _letter(index), reason, is_error))

    def _find_in(self, row: int, name: str, reason: Text, *, is_error: bool = True) -> None:
        self._find(row, self.columns[name], reason, is_error=is_error)

    def _report(self, problem: Problem) -> None:
        """A problem of the scheme, put where the sheet has it."""
        index = {"max_mark": _MARK_COLUMN, "stated_mark": _MARK_COLUMN, "variation": _MARK_COLUMN, "benchmarks": self.columns["score"]}
        index |= {"section": self.columns["section"], "description": self.columns["description"], "marks": 8}
        self._find(self.rows[problem.where], index.get(problem.field, 0), problem.reason, is_error=problem.is_error)


# --- writing --------------------------------------------------------------------------------------------------------


def rows_of(scheme: MarkingScheme) -> list[list[object]]:
    """The rows of the import sheet for *scheme*; reading them, and those of the calculation sheet, gives the scheme back.

    Sums stand as numbers, not formulas, so that no program has to calculate before it can read them.
    """
    return [
        [scheme.title],
        [],
        ["WorldSkills Occupational Standards"],
        _line({0: "Section", 1: "Name", 8: "WSOS Marks", 9: "Aspect Marks", 10: "Variation"}),
        *_section_lines(scheme),
        _line({9: "Total Variation", 10: scheme.variation()}),
        [],
        ["Criteria"],
        _line({0: "ID", 1: "Name", _MARK_COLUMN: "Mark"}),
        *(_line({0: each.letter, 1: each.name, _MARK_COLUMN: each.stated_mark}) for each in scheme.criteria),
        [],
        *(line for criterion in scheme.criteria for line in _block(criterion)),
    ]


def _section_lines(scheme: MarkingScheme) -> Iterable[list[object]]:
    marks = scheme.marks_by_section()
    for section in scheme.sections:
        variation = None if section.marks is None else abs(section.marks - marks[section.id])
        yield _line({0: section.id, 1: section.name, 8: section.marks, 9: marks[section.id], 10: variation})


def _block(criterion: Criterion) -> Iterable[list[object]]:
    yield [*(heading for _, heading in _LAYOUT), f"Criterion {criterion.letter}", "Total Mark", criterion.max_mark]
    for sub in criterion.sub_criteria:
        yield _filled(id=sub.id, name=sub.name, day=sub.day)
        for aspect in sub.aspects:
            yield _filled(
                type=aspect.type.cis_letter,
                description=aspect.description,
                extra=aspect.extra,
                requirement=aspect.requirement,
                section=aspect.section,
                calculation=aspect.calculation_row,
                max_mark=aspect.max_mark,
            )
            for benchmark in aspect.benchmarks:
                yield _filled(score=benchmark.score, extra=benchmark.description)


def _filled(**values: object) -> list[object]:
    return _line({_COLUMNS[name]: value for name, value in values.items()})


def _line(cells: dict[int, object]) -> list[object]:
    return [cells.get(index) for index in range(max(cells) + 1)]
