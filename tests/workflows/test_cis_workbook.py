"""The CIS import workbook: every trap of real files, and each fault named by row and column."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.test_aspects import ANY
from tests.workflows.test_scheme import real_scheme
from workflows.competition import cis_extras
from workflows.competition.cis_workbook import Finding, Reading, read, rows_of
from workflows.competition.methods import FULL_OR_ZERO, JUDGEMENT, Deduct
from workflows.competition.scheme import Aspect, Benchmark, Criterion, MarkingScheme, Section, SubCriterion

J = JUDGEMENT


HEADINGS_OF_TODAY = [
    "Sub \nCriterion\nID",
    "Sub Criterion\nName or Description",
    "Day of Marking",
    "Aspect\nType\nM = Meas\nJ = Judg",
    "Aspect - Description",
    "Judg Score (0,1,2,3)",
    "Extra Aspect Description (Meas or Judg)\nOR\nJudgement Score Description (Judg only)",
    "Requirement\n(Measurement Only)",
    "WSOS Section",
    "Calculation Row (Export only)",
    "Max\nMark",
    "Criterion A",
    "Total Mark",
]
HEADINGS_OF_BEFORE = [
    "Sub Criteria ID",
    "Sub Criteria Name",
    "Day of Marking",
    "Aspect Type\nO = Obj\nS = Sub\nJ = Judg",
    "Aspect - Description",
    "Judg Score",
    "Extra Aspect Description",
    "Requirement or Nominal Size",
    "WSSS Section",
    "Calculation Row (Export only)",
    "Max Mark",
    "Criterion B",
]


def a_sheet() -> list[list[Any]]:
    """A small file with the habits of real ones: moved rows, nine letters, line breaks, floats, commas, missing values."""
    return [
        ["CIS Marking Scheme Import", None],
        [],
        ["WorldSkills Occupational Standards"],
        ["Section", "Name", "", "", "", "", "", "", "WSOS\nMarks", "Aspect Marks", "Variation"],
        [1.0, "Work organisation", "", "", "", "", "", "", 40.0, None, None],
        [2.0, "Making", "", "", "", "", "", "", "60,00", "=SUMIF(I:I,2,K:K)", "=ABS(I6-J6)"],
        [None, None, None, None, None, None, None, None, None, "Total Variation", None],
        ["Criteria", ""],
        ["ID", "Name", None, None, None, None, None, None, None, None, "Mark"],
        ["A", "Modul A", "", "", "", "", "", "", "", "", None],
        ["B", "Modul B", "", "", "", "", "", "", "", "", 60],
        *([letter, "", "", "", "", "", "", "", "", "", ""] for letter in "CDEFGHI"),
        ["Total", "", "", "", "", "", "", "", "", "", 100],
        [*HEADINGS_OF_TODAY],
        ["A1", "Plan", 1.0],
        ["", "", "", "M", "Plan handed in", "", "on time", "before noon", 1.0, "", "39,00"],
        ["", "", "", "J", "Plan is clear", "", "", "", "1", "", 1.0],
        ["", "", "", "", "", 0.0, "cannot be followed"],
        ["", "", "", "", "", 1, "can be followed"],
        ["", "", "", "", "", "2", "is clear"],
        ["", "", "", "", "", 3, "could be published"],
        [],
        [*HEADINGS_OF_BEFORE],
        ["B1", "Build", "C2"],
        [None, None, None, "O", "Length", None, "with the caliper", "50 mm", 2, None, Decimal("59.70")],
        [None, None, None, None, None, None, "at both ends"],
        [None, None, None, "o", "Width", None, None, "20 mm", 2, None, 0.1 + 0.2],
    ]


FIRST_ASPECT, FIRST_BENCHMARK, SECOND_BLOCK = 22, 24, 29
COLUMNS = "ABCDEFGHIJKLMN"


def changed(row: int, column: str, value: object) -> Reading:
    sheet = a_sheet()
    cells = sheet[row - 1]
    cells += [None] * (COLUMNS.index(column) + 1 - len(cells))
    cells[COLUMNS.index(column)] = value
    return read(sheet)


def the_finding(reading: Reading, row: int, column: str) -> Finding:
    (finding,) = [each for each in reading.findings if (each.row, each.column) == (row, column)]
    return finding


def test_a_file_with_the_habits_of_real_ones_is_read_whole() -> None:
    reading = read(a_sheet())
    assert reading.scheme is not None
    assert [(each.row, str(each.reason)) for each in reading.findings if each.is_error] == []
    assert reading.is_importable
    scheme = reading.scheme
    assert [(section.id, section.marks) for section in scheme.sections] == [("1", 40), ("2", 60)]
    assert [(each.letter, each.name, each.stated_mark, each.max_mark) for each in scheme.criteria] == [
        ("A", "Modul A", None, 40),
        ("B", "Modul B", 60, 60),
    ]
    assert [(sub.id, sub.name, sub.day) for sub in scheme.sub_criteria()] == [("A1", "Plan", 1), ("B1", "Build", 2)]
    aspects = dict(scheme.aspects())
    assert aspects["A1.1"] == Aspect(FULL_OR_ZERO, "Plan handed in", Decimal(39), "1", "on time", "before noon")
    assert [(each.score, each.description) for each in aspects["A1.2"].benchmarks] == [
        (0, "cannot be followed"),
        (1, "can be followed"),
        (2, "is clear"),
        (3, "could be published"),
    ]
    assert aspects["B1.1"].extra == "with the caliper\nat both ends"
    assert aspects["B1.2"].max_mark == Decimal("0.3")


def test_a_mark_above_the_usual_limit_is_remarked_upon_in_its_row() -> None:
    finding = the_finding(read(a_sheet()), FIRST_ASPECT, "K")
    assert "39" in finding.reason.zh
    assert not finding.is_error


@pytest.mark.parametrize(
    ("row", "column", "value", "found_at", "reason"),
    [
        (FIRST_ASPECT, "K", "zwei", "K", "“zwei”不是数字"),
        (FIRST_ASPECT, "K", "=SUM(K1:K3)", "K", "公式没有存储结果"),
        (FIRST_ASPECT, "K", "", "K", "最高分为空"),
        (FIRST_ASPECT, "K", "0.333", "K", "超过两位小数"),
        (FIRST_ASPECT, "K", -1, "K", "应大于零"),
        (FIRST_ASPECT, "D", "Q", "D", "类型“Q”应为 M"),
        (FIRST_ASPECT, "D", "", "D", "没有类型"),
        (FIRST_ASPECT, "E", " ", "E", "没有说明"),
        (FIRST_ASPECT, "I", 9.0, "I", "没有第 9 部分"),
        (FIRST_ASPECT, "F", 2, "F", "应写在评分项下面的行"),
        (FIRST_BENCHMARK, "F", 7, None, "分档 7 应为 0 至 3"),
        (FIRST_BENCHMARK, "F", "0.5", "F", "0.5 应为 0 至 3"),
        (FIRST_ASPECT - 1, "A", "", "A", "没有编号"),
        (FIRST_ASPECT - 1, "A", "C1", "A", "不属于模块 A"),
        (FIRST_ASPECT - 1, "C", "Monday", "C", "“Monday”不是数字"),
        (11, "K", 61, "K", "标明 61 分，评分项合计 60"),
        (12, "K", 5, "A", "模块 C 没有评分项"),
        (12, "A", "C2", "A", "模块编号“C2”应为一个字母"),
        (6, "I", "sixty", "I", "“sixty”不是数字"),
        (SECOND_BLOCK, "K", "Weight", "K", "表头缺少“Max Mark”"),
    ],
)
def test_a_fault_is_named_by_row_column_and_reason(row: int, column: str, value: object, found_at: str | None, reason: str) -> None:
    reading = changed(row, column, value)
    assert not reading.is_importable
    found = [each for each in reading.findings if reason in each.reason.zh]
    assert found, [str(each.reason) for each in reading.findings]
    # A wrong benchmark score is a fault of its aspect, so it stands in the row of the aspect.
    assert (found[0].row, found[0].column) == ((row, found_at) if found_at else (FIRST_ASPECT + 1, "F"))


def test_all_faults_are_found_in_one_look() -> None:
    sheet = a_sheet()
    sheet[FIRST_ASPECT - 1][10] = "zwei"
    sheet[FIRST_ASPECT][3] = "Q"
    sheet[-1][4] = ""
    errors = [(each.row, each.column) for each in read(sheet).findings if each.is_error]
    assert {(FIRST_ASPECT, "K"), (FIRST_ASPECT + 1, "D"), (len(sheet), "E")} <= set(errors)
    assert errors == sorted(errors, key=lambda place: place[0])


def test_a_missing_benchmark_is_named_in_the_row_of_its_aspect() -> None:
    sheet = a_sheet()
    del sheet[FIRST_BENCHMARK - 1]
    finding = the_finding(read(sheet), FIRST_ASPECT + 1, "F")
    assert finding.reason.zh == "缺少评判分档 0 的说明"


def test_a_sum_other_than_100_is_an_error() -> None:
    reading = changed(FIRST_ASPECT, "K", "38,50")
    assert any("合计为 99.5" in str(each.reason) and each.is_error for each in reading.findings)


def test_the_rows_may_stand_anywhere() -> None:
    moved = [*a_sheet()[:1], [], ["", ""], [], *a_sheet()[1:]]
    assert read(moved).scheme == read(a_sheet()).scheme


def test_another_sheet_is_answered_with_the_name_of_the_right_one() -> None:
    reading = read([["姓名", "成绩"], ["张三", 90]])
    assert reading.scheme is None
    assert not reading.is_importable
    assert "CIS Marking Scheme Import" in reading.findings[0].reason.zh
    assert read([]).scheme is None


def test_a_calculation_row_that_does_not_exist_is_remarked_upon() -> None:
    sheet = a_sheet()
    sheet[FIRST_ASPECT - 1][9] = 2
    assert "没有第 2 行" in the_finding(read(sheet, [["only one row"]]), FIRST_ASPECT, "J").reason.zh
    assert not [each for each in read(sheet, [["one"], ["two"]]).findings if each.column == "J"]


def test_the_real_scheme_survives_the_round_trip_unchanged() -> None:
    scheme = real_scheme()
    reading = read(rows_of(scheme))
    assert reading.findings == ()
    assert reading.scheme == scheme


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)
MARKS = st.integers(1, 400).map(lambda cents: Decimal(cents).scaleb(-2))
ASPECTS = st.builds(
    Aspect,
    method=st.sampled_from([FULL_OR_ZERO, JUDGEMENT]) | ANY,
    description=WORDS,
    max_mark=MARKS,
    section=st.sampled_from(["", "1", "2"]),
    extra=st.just("") | WORDS,
    requirement=st.just("") | WORDS,
    calculation_row=st.none() | st.integers(1, 99),
    reference=st.none() | MARKS,
    reference_note=st.just("") | WORDS,
).flatmap(
    lambda aspect: st.lists(st.builds(Benchmark, st.integers(0, 3), WORDS), max_size=4 if aspect.method is J else 0).map(
        lambda benchmarks: replace(aspect, benchmarks=tuple(benchmarks))
    )
)


@st.composite
def schemes(draw: st.DrawFn) -> MarkingScheme:
    criteria = []
    for letter in "ABC"[: draw(st.integers(1, 3))]:
        forms = tuple(
            SubCriterion(
                f"{letter}{n}",
                draw(WORDS),
                draw(st.none() | st.integers(1, 4)),
                tuple(draw(st.lists(ASPECTS, max_size=3))),
                draw(st.just("") | WORDS),
            )
            for n in range(1, draw(st.integers(1, 3)) + 1)
        )
        criteria.append(Criterion(letter, draw(WORDS), forms, draw(st.none() | MARKS), draw(st.none() | MARKS)))
    sections = (Section("1", draw(WORDS), draw(MARKS)), Section("2", draw(WORDS), None))
    return MarkingScheme(draw(WORDS), tuple(criteria), sections, draw(st.none() | MARKS), draw(MARKS))


@settings(max_examples=50)
@given(schemes())
def test_any_scheme_survives_the_round_trip_unchanged(scheme: MarkingScheme) -> None:
    assert read(rows_of(scheme), cis_extras.rows_of(scheme)).scheme == scheme


def test_a_scheme_made_for_that_system_needs_nothing_beside_the_sheet() -> None:
    assert cis_extras.rows_of(real_scheme()) == []


def test_a_method_whose_aspect_was_moved_is_not_given_to_another() -> None:
    aspects = (Aspect(Deduct(Decimal("0.25")), "weld", Decimal(60)), Aspect(FULL_OR_ZERO, "size", Decimal(40)))
    scheme = MarkingScheme("", (Criterion("A", "A", (SubCriterion("A1", "A1", 1, aspects),)),))
    swapped = MarkingScheme("", (Criterion("A", "A", (SubCriterion("A1", "A1", 1, aspects[::-1]),)),))
    reading = read(rows_of(swapped), cis_extras.rows_of(scheme))
    assert reading.scheme is not None
    assert [aspect.method for _, aspect in reading.scheme.aspects()] == [FULL_OR_ZERO, FULL_OR_ZERO]
    assert "A1.1" in reading.findings[0].reason.zh


@settings(max_examples=50)
@given(st.lists(st.lists(st.sampled_from(["Jiangbang", "A1.1", "A", "", "method", "weight", "team", "{}", "[]", "9", None]), max_size=6)))
def test_no_content_of_the_calculation_sheet_breaks_the_reader(rows: list[list[object]]) -> None:
    assert read(a_sheet(), rows).scheme is not None


CELLS = (
    st.none()
    | st.floats()
    | st.integers()
    | st.text(max_size=6)
    | st.sampled_from(["M", "J", "A1", "Criteria", "Criterion A", "=K1", "1,5"])
)


@settings(max_examples=100)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 13), CELLS), max_size=12))
def test_no_content_of_cells_breaks_the_reader(changes: list[tuple[int, int, object]]) -> None:
    sheet = a_sheet()
    for row, column, value in changes:
        cells = sheet[row % len(sheet)]
        cells += [None] * (column + 1 - len(cells))
        cells[column] = value
    reading = read(sheet)
    assert all(1 <= finding.row <= len(sheet) for finding in reading.findings)
