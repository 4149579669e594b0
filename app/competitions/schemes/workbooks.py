"""Schemes as workbooks: the import sheet of WorldSkills' information system, and our own, one row an aspect, in Chinese or English."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from app.competitions.schemes.lines import Line
from app.core.lazily import lazily
from app.web import spreadsheets
from app.web.spreadsheets import Column, Table, Unreadable, Value
from app.web.spreadsheets.opening import Sheet, sheets_of
from workflows.competition import cis_extras, cis_workbook, method_fields
from workflows.competition.cis_workbook import CALCULATION_SHEET, IMPORT_SHEET
from workflows.competition.mark_tables import Row
from workflows.competition.method_fields import PARAMS
from workflows.competition.methods import METHODS, Add, Band, Banded, Deduct, Errors, Judgement, Numeric, Scores, Timed
from workflows.competition.scheme import PLACES, SCORES, Aspect, Criterion, MarkingScheme, Problem, Section, SubCriterion, problems
from workflows.exact import has_at_most, plain
from workflows.text import Text

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = lazily("xlsxwriter")

_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  a fixed date in the file, so that the same scheme gives the same bytes
TITLE = Text("评分方案", "Marking scheme")
STANDARD = Text("职业标准", "Occupational standard")
NOT_A_LIMIT = Text("应在 0 到 100 之间，最多两位小数", "From 0 to 100, with at most two decimals")
LIMITS = Text("方案限值", "Limits")


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong in a workbook, or remarked upon: row as the spreadsheet counts, column, and why."""

    row: int
    column: Text
    reason: Text
    is_error: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """What a workbook says: which kind it is, the scheme as far as it could be read, and all findings in row order."""

    kind: Text
    scheme: MarkingScheme | None
    findings: Sequence[Finding]

    @property
    def is_importable(self) -> bool:
        return self.scheme is not None and not any(finding.is_error for finding in self.findings)


CIS = Text("世赛信息系统（CIS）工作簿", "CIS workbook")
OWN = Text("匠榜评分方案表", "Jiangbang scheme sheet")


def read(content: bytes, filename: str) -> Reading:
    """What a workbook of either kind says; raises `Unreadable` where the file is no workbook at all."""
    known = _read_cis(content, filename)
    if known.scheme is not None:
        return known
    try:
        return _read_own(content, filename)
    except Unreadable:
        return known  # neither: the reason why it is no CIS workbook names the sheet to look for


# --- the workbook of the information system -------------------------------------------------------------------------


def _read_cis(content: bytes, filename: str) -> Reading:
    """The import sheet is the one in which the most rows could be read as a scheme, whatever it is called."""
    sheets = sheets_of(content, filename)
    readings = [cis_workbook.read(_rows(sheet)) for sheet in sheets]
    best = max(readings, key=lambda reading: len(list(reading.scheme.aspects())) if reading.scheme else -1)
    others = [sheet for sheet, reading in zip(sheets, readings, strict=True) if reading is not best]
    if others:
        best = cis_workbook.read(_rows(sheets[readings.index(best)]), _rows(others[0]))
    found = [Finding(each.row, Text(each.column, each.column), each.reason, each.is_error) for each in best.findings]
    return Reading(CIS, best.scheme, found)


def _rows(sheet: Sheet) -> list[list[object]]:
    return [list(row) for row in sheet.cells]


def cis(scheme: MarkingScheme) -> bytes:
    """The scheme as the import workbook; reading it gives the scheme back."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _CREATED})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(IMPORT_SHEET)
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 28)
    sheet.set_column(4, 7, 40, wrapped)
    for number, row in enumerate(cis_workbook.rows_of(scheme)):
        for place, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                sheet.write_string(number, place, value)
            else:
                sheet.write_number(number, place, value)
    calculations = book.add_worksheet(CALCULATION_SHEET)
    for number, row in enumerate(cis_extras.rows_of(scheme)):
        for place, value in enumerate(row):
            calculations.write_string(number, place, str(value))
    book.close()
    return buffer.getvalue()


# --- our own --------------------------------------------------------------------------------------------------------

MARKED_AT = {"work": PLACES[""], "seat": PLACES["seat"]}  # a cell with nothing in it says nothing
METHOD_TITLES = {key: kind.title for key, kind in METHODS.items()}

COLUMNS: tuple[Column, ...] = (
    Column("letter", Text("模块", "Module"), ("模块编号", "criterion"), width=8),
    Column("module", Text("模块名称", "Module name"), ("criterion name",), "prose", width=18),
    Column("weight", Text("模块权重", "Module weight"), ("权重", "weight"), "decimal", width=10),
    Column("code", Text("评分表", "Sub criterion"), ("评分表编号", "sub criterion id"), width=10),
    Column("name", Text("评分表名称", "Sub criterion name"), (), "prose", width=18),
    Column("day", Text("第几天评分", "Day of marking"), ("天", "day"), "integer", width=10),
    Column("team", Text("评分小组", "Marking team"), ("team",), "prose", width=12),
    Column("marked_at", Text("在哪里评", "Marked where"), ("评分地点", "marked at"), "choice", choices=MARKED_AT, width=14),
    Column("description", Text("评分项", "Aspect"), ("评分项说明", "评分要点", "description"), "prose", required=True, width=36),
    Column("method", Text("评分方法", "Method"), ("方法", "类型"), "choice", required=True, choices=METHOD_TITLES, width=16),
    Column("max", Text("最高分", "Maximum mark"), ("分值", "配分", "max mark"), "decimal", required=True, width=10),
    Column("section", Text("标准部分", "Section"), ("职业标准部分", "wsos section"), width=10),
    Column("requirement", Text("要求", "Requirement"), (), "prose", width=24),
    Column("extra", Text("补充说明", "Further description"), (), "prose", width=24),
    *(Column(f"benchmark-{score}", Text(f"{score} 分的表现", f"Benchmark {score}"), (), "prose", width=20) for score in SCORES),
    *(Column(f"p-{param.name}", param.title, (), "prose", width=14) for param in PARAMS.values()),
    Column("reference", Text("参考答案", "Reference value"), (), "prose", width=12),
    Column("note", Text("参考答案说明", "Note on the reference"), (), "prose", width=24),
)
SECTION_COLUMNS: tuple[Column, ...] = (
    Column("id", Text("标准部分编号", "Section number"), required=True),
    Column("name", Text("标准部分名称", "Section name"), (), "prose", width=40),
    Column("marks", Text("应占分值", "Marks it should have"), (), "decimal"),
)
LIMIT_COLUMNS: tuple[Column, ...] = (
    Column("max_aspect_mark", Text("每个评分项最高分上限", "Highest mark of an aspect"), (), "decimal", width=28),
    Column("max_variation", Text("与职业标准权重允许的偏差", "Variation allowed from the standard"), (), "decimal", width=32),
)
NOTES = (
    Text(
        "一行一个评分项。模块、评分表与上一行相同时可以不填。",
        "One aspect a row. Module and sub criterion may be left out where they are the same.",
    ),
    Text(
        "各方法只看自己的参数列：如“从满分扣”看“每项（处、次）分值”，“实测值”看名义值、偏差、单位和分值表。",
        "Each method reads its own columns: deductions the marks for each, a measured value the nominal value, deviations, unit and table.",
    ),
    Text(
        "分值表写作 0.02 = 4; 0.05 = 2; 以上 = 0；各档写作 2 = 无缺陷 | 0 = 开裂。",
        "A table: 0.02 = 4; 0.05 = 2; above = 0. Bands: 2 = no defect | 0 = cracked.",
    ),
    Text(
        "模块权重要么都填，要么都不填。",
        "Give every module a weight (each is then out of its own maximum), or none.",
    ),
    Text(
        "“方案限值”表可填每个评分项最高分上限（不填即不限）和与职业标准权重允许的偏差。",
        "The sheet of limits: the highest mark of an aspect (no limit if left out) and the variation allowed from the standard's weights.",
    ),
)
EXAMPLES: tuple[Aspect, ...] = (
    Aspect(METHODS["full_or_zero"](), "劳保用品穿戴齐全", Decimal(2)),
    Aspect(METHODS["partial"](), "工艺卡填写", Decimal(4)),
    Aspect(Add(Decimal("0.5"), 8), "八处定位焊合格", Decimal(4)),
    Aspect(Deduct(Decimal("0.5")), "飞溅未清理，每处扣分", Decimal(3)),
    Aspect(Banded((Band(Decimal(6), "无缺陷"), Band(Decimal(3), "轻微咬边"), Band(Decimal(0), "开裂"))), "焊缝背面", Decimal(6)),
    Aspect(
        Numeric(Decimal(60), Decimal("-0.02"), Decimal("0.02"), "mm", (Row(Decimal("0.01"), Decimal(3)), Row(Decimal("0.03"), Decimal(1)))),
        "外形尺寸",
        Decimal(6),
    ),
    Aspect(Judgement(), "焊缝外观", Decimal(3)),
    Aspect(Scores(), "整体工艺", Decimal(10)),
    Aspect(Timed(Decimal(3600)), "限时完成", Decimal(2)),
    Aspect(Errors(Decimal(1), 1), "操作失误", Decimal(5)),
)


def template(language: str) -> bytes:
    """The empty sheet to fill in, with an example of every method beside it."""
    example = MarkingScheme("", (Criterion("A", "焊接", (SubCriterion("A1", "过程与结果", 1, EXAMPLES, "第一组"),)),))
    return spreadsheets.template(COLUMNS, TITLE, list(_own_rows(example, language)), NOTES, language, further=(_limits_table(example),))


def own(scheme: MarkingScheme, language: str) -> bytes:
    """The scheme as our own workbook; reading it gives the scheme back."""
    sections = [{"id": section.id, "name": section.name, "marks": section.marks} for section in scheme.sections]
    standard = ((SECTION_COLUMNS, sections, STANDARD),) if sections else ()
    return spreadsheets.workbook(COLUMNS, _own_rows(scheme, language), TITLE, language, further=(*standard, _limits_table(scheme)))


def _limits_table(scheme: MarkingScheme) -> Table:
    return LIMIT_COLUMNS, [{"max_aspect_mark": scheme.max_aspect_mark, "max_variation": scheme.max_variation}], LIMITS


def _own_rows(scheme: MarkingScheme, language: str) -> Iterator[dict[str, Value]]:
    for criterion in scheme.criteria:
        for sub in criterion.sub_criteria:
            for aspect in sub.aspects:
                yield {
                    "letter": criterion.letter,
                    "module": criterion.name,
                    "weight": criterion.weight,
                    "code": sub.id,
                    "name": sub.name,
                    "day": sub.day,
                    "team": sub.team,
                    "marked_at": sub.marked_at or "work",
                    "description": aspect.description,
                    "method": aspect.method.key,
                    "max": aspect.max_mark,
                    "section": aspect.section,
                    "requirement": aspect.requirement,
                    "extra": aspect.extra,
                    **{f"benchmark-{score}": words for score, words in zip(SCORES, aspect.meanings, strict=True)},
                    **{f"p-{name}": text for name, text in method_fields.write(aspect.method, language).items()},
                    "reference": None if aspect.reference is None else plain(aspect.reference),
                    "note": aspect.reference_note,
                }


@dataclass
class _Form:
    """A marking form while its rows are being read."""

    sub: SubCriterion
    rows: list[int]
    aspects: list[Aspect] = field(default_factory=list)


def _read_own(content: bytes, filename: str) -> Reading:
    parsed = spreadsheets.read(content, filename, COLUMNS)
    titles = {column.key: column.title for column in COLUMNS}
    findings = [Finding(each.row, each.column, each.reason) for each in parsed.problems]
    findings += [Finding(1, TITLE, warning, is_error=False) for warning in parsed.warnings]
    modules: dict[str, tuple[Criterion, dict[str, _Form], int]] = {}
    letter = code = ""
    for row, values in parsed.rows:
        letter = (_said(values, "letter") or letter).upper()
        code = (_said(values, "code") or code).upper()
        if not letter or not code:
            missing = "code" if letter else "letter"
            findings.append(Finding(row, titles[missing], Text("必填", "Must be filled in")))
            continue
        aspect, reasons = _line(values).read()
        findings += [Finding(row, titles["description"], reason) for reason in reasons]
        criterion, forms, _ = modules.setdefault(letter, (Criterion(letter, "", ()), {}, row))
        modules[letter] = (_named(criterion, values), forms, modules[letter][2])
        form = forms.setdefault(code, _Form(SubCriterion(code, "", None, ()), []))
        form.sub = _headed(form.sub, values)
        if aspect is not None:
            form.aspects.append(aspect)
            form.rows.append(row)
    sections, of_sections = _sections(content, filename)
    scheme, of_limits = _limited(_scheme(modules, sections), content, filename)
    findings += of_sections + of_limits
    if not any(finding.is_error for finding in findings):
        findings += _problems(scheme, modules, titles)
    return Reading(OWN, scheme, sorted(findings, key=lambda finding: finding.row))


def _said(values: Mapping[str, Value], key: str) -> str:
    value = values.get(key)
    return "" if value is None else plain(value) if isinstance(value, Decimal) else str(value)


def _line(values: Mapping[str, Value]) -> Line:
    return Line(
        "",
        _said(values, "method"),
        _said(values, "description"),
        _said(values, "max"),
        _said(values, "section"),
        _said(values, "extra"),
        _said(values, "requirement"),
        _said(values, "reference"),
        _said(values, "note"),
        params={name: _said(values, f"p-{name}") for name in PARAMS},
        benchmarks=tuple(_said(values, f"benchmark-{score}") for score in SCORES),
    )


def _named(criterion: Criterion, values: Mapping[str, Value]) -> Criterion:
    weight = values.get("weight")
    return replace(
        criterion,
        name=criterion.name or _said(values, "module"),
        weight=weight if criterion.weight is None and isinstance(weight, Decimal) else criterion.weight,
    )


def _headed(sub: SubCriterion, values: Mapping[str, Value]) -> SubCriterion:
    day = values.get("day")
    return replace(
        sub,
        name=sub.name or _said(values, "name"),
        day=sub.day or (day if isinstance(day, int) else None),
        team=sub.team or _said(values, "team"),
        marked_at=sub.marked_at or ("seat" if values.get("marked_at") == "seat" else ""),
    )


def _scheme(modules: Mapping[str, tuple[Criterion, dict[str, _Form], int]], sections: tuple[Section, ...]) -> MarkingScheme:
    criteria = (
        replace(criterion, sub_criteria=tuple(replace(form.sub, aspects=tuple(form.aspects)) for form in forms.values()))
        for criterion, forms, _ in modules.values()
    )
    return MarkingScheme("", tuple(criteria), sections)


def _further(content: bytes, filename: str, columns: tuple[Column, ...], title: Text) -> tuple[list[Mapping[str, Value]], list[Finding]]:
    """The rows of one of the other sheets, and what is wrong there; nothing of either where there is no such sheet."""
    try:
        parsed = spreadsheets.read(content, filename, columns)
    except Unreadable:
        return [], []
    named = Text("{sheet}：{column}", "{sheet}: {column}")
    found = [Finding(each.row, named.format(sheet=title, column=each.column), each.reason) for each in parsed.problems]
    return [values for _, values in parsed.rows], found


def _sections(content: bytes, filename: str) -> tuple[tuple[Section, ...], list[Finding]]:
    rows, findings = _further(content, filename, SECTION_COLUMNS, STANDARD)
    return tuple(Section(_said(values, "id"), _said(values, "name"), _number(values, "marks")) for values in rows), findings


def _limited(scheme: MarkingScheme, content: bytes, filename: str) -> tuple[MarkingScheme, list[Finding]]:
    """*scheme* with the limits that its sheet of limits gives; a sheet without one leaves the usual ones."""
    rows, findings = _further(content, filename, LIMIT_COLUMNS, LIMITS)
    if not rows:
        return scheme, findings
    highest, variation = _number(rows[0], "max_aspect_mark"), _number(rows[0], "max_variation")
    for value, column in ((highest, LIMIT_COLUMNS[0]), (variation, LIMIT_COLUMNS[1])):
        if value is not None and not (0 <= value <= 100 and has_at_most(2, value)):
            findings.append(Finding(3, column.title, NOT_A_LIMIT))
    return replace(scheme, max_aspect_mark=highest, max_variation=scheme.max_variation if variation is None else variation), findings


def _number(values: Mapping[str, Value], key: str) -> Decimal | None:
    value = values.get(key)
    return value if isinstance(value, Decimal) else None


def _problems(
    scheme: MarkingScheme, modules: Mapping[str, tuple[Criterion, dict[str, _Form], int]], titles: Mapping[str, Text]
) -> Iterator[Finding]:
    rows = {"": 1, **{letter: row for letter, (_, _, row) in modules.items()}}
    for _, forms, first in modules.values():
        for code, form in forms.items():
            rows[code] = form.rows[0] if form.rows else first
            rows.update({f"{code}.{number}": row for number, row in enumerate(form.rows, start=1)})
    for problem in problems(scheme):
        yield Finding(rows.get(problem.where, 1), titles.get(_COLUMN_OF.get(problem.field, ""), TITLE), _reason(problem), problem.is_error)


_COLUMN_OF = {"max_mark": "max", "letter": "letter", "id": "code", "benchmarks": "benchmark-0"}
_COLUMN_OF |= {name: name for name in ("description", "section", "method", "weight", "reference")}


def _reason(problem: Problem) -> Text:
    return problem.as_text if problem.where else problem.reason
