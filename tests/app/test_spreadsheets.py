"""What people send as Excel or CSV is understood, or refused with the row, the column and the reason."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import identity
from app.web import spreadsheets
from app.web.spreadsheets import Column, Parsed, Unreadable
from workflows.text import Text

SPECIMEN = "11010519491231002X"
COLUMNS = (
    Column("name", Text("姓名", "Name"), aliases=("选手姓名",), required=True),
    Column("id_number", Text("身份证号", "ID number"), aliases=("证件号码", "身份证号码"), kind="id_number", required=True, width=22),
    Column("phone", Text("手机", "Mobile"), aliases=("手机号码", "联系电话"), kind="phone"),
    Column("employer", Text("工作单位", "Employer"), aliases=("单位", "代表队")),
    Column("years", Text("从事本职业年限", "Years in the occupation"), kind="integer"),
    Column("mark", Text("理论成绩", "Theory mark"), kind="decimal"),
    Column("hired", Text("入职日期", "Hired on"), kind="date"),
    Column(
        "group", Text("组别", "Group"), kind="choice", choices={"worker": Text("职工组", "Workers"), "student": Text("学生组", "Students")}
    ),
    Column("code", Text("统一社会信用代码", "Credit code"), check=identity.credit_code),
)


def xlsx(*rows: list[Any], **options: Any) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    for top, left, bottom, right, value in options.get("merge", ()):
        sheet.merge_range(top, left, bottom, right, value)
    book.close()
    return buffer.getvalue()


def read(*rows: list[Any], **options: Any) -> Parsed:
    return spreadsheets.read(xlsx(*rows, **options), "名单.xlsx", COLUMNS)


def unreadable(content: bytes, filename: str = "名单.xlsx") -> str:
    with pytest.raises(Unreadable) as refusal:
        spreadsheets.read(content, filename, COLUMNS)
    return refusal.value.reason.zh


def test_rows_arrive_with_the_number_the_person_sees_and_typed_values() -> None:
    parsed = read(
        ["桐庐县竞赛报名表"],
        [],
        ["选手姓名", "证件号码（必填）", " 手机 号码", "单 位：", "从事本职业年限", "理论成绩", "入职日期", "组别*", "统一社会信用代码"],
        [" 张　三 ", SPECIMEN.lower(), 13800138000, "＝甲厂", 5, 86.1, date(2020, 1, 31), "职工组", "91110000600037341l"],
        [],
        ["李四", " 110105 19491231 002X", "138-0013-8000", "", "", "1,086.50", "2020年1月31日", "Students", ""],
    )
    assert parsed.problems == []
    assert parsed.rows == [
        (
            4,
            {
                "name": "张 三",
                "id_number": SPECIMEN,
                "phone": "13800138000",
                "employer": "=甲厂",
                "years": 5,
                "mark": Decimal("86.1"),
                "hired": date(2020, 1, 31),
                "group": "worker",
                "code": "91110000600037341L",
            },
        ),
        (
            6,
            {
                "name": "李四",
                "id_number": SPECIMEN,
                "phone": "13800138000",
                "employer": None,
                "years": None,
                "mark": Decimal("1086.50"),
                "hired": date(2020, 1, 31),
                "group": "student",
                "code": None,
            },
        ),
    ]


def test_an_id_number_stored_as_a_number_is_refused_because_digits_are_lost() -> None:
    parsed = read(["姓名", "身份证号"], ["张三", 330122199001010011], ["李四", "3.30122E+17"])
    assert parsed.rows == []
    assert [(problem.row, problem.column.zh) for problem in parsed.problems] == [(2, "身份证号"), (3, "身份证号")]
    assert all("丢失" in problem.reason.zh and "文本" in problem.reason.zh for problem in parsed.problems)


def test_three_bad_rows_of_many_are_named_and_the_good_ones_stay() -> None:
    good = [f"人{n}" for n in range(497)]
    rows = [[name, SPECIMEN, "", "", 1, "80", "2020-01-01", "职工组"] for name in good]
    bad = [["", SPECIMEN], ["王五", "110105194912310021"], ["赵六", SPECIMEN, "12345", "", 1.5, "九十", "2020-02-30", "领导组"]]
    parsed = read(["姓名", "身份证号", "手机", "单位", "从事本职业年限", "理论成绩", "入职日期", "组别"], *rows, *bad)
    assert len(parsed.rows) == 497
    assert parsed.bad_rows == 3
    assert [(problem.row, problem.column.zh, problem.value) for problem in parsed.problems] == [
        (499, "姓名", ""),
        (500, "身份证号", "110105194912310021"),
        (501, "手机", "12345"),
        (501, "从事本职业年限", "1.5"),
        (501, "理论成绩", "九十"),
        (501, "入职日期", "2020-02-30"),
        (501, "组别", "领导组"),
    ]
    assert "职工组；学生组" in parsed.problems[-1].reason.zh


def test_a_long_account_in_a_numeric_cell_is_refused_and_a_short_number_is_text() -> None:
    parsed = read(["姓名", "身份证号", "单位"], ["张三", SPECIMEN, 12], ["李四", SPECIMEN, 6222020000000000018])
    assert [values["employer"] for _, values in parsed.rows] == ["12"]
    assert "丢失" in parsed.problems[0].reason.zh


def test_unknown_columns_are_passed_over_with_a_warning() -> None:
    parsed = read(["姓名", "身份证号", "属相"], ["张三", SPECIMEN, "牛"])
    assert len(parsed.rows) == 1
    assert "属相" in parsed.warnings[0].zh


def test_an_employer_merged_over_rows_holds_for_each_and_a_merged_number_does_not() -> None:
    rows = [["姓名", "身份证号", "单位"], ["张三", SPECIMEN], ["李四", SPECIMEN]]
    assert [values["employer"] for _, values in read(*rows, merge=[(1, 2, 2, 2, "甲厂")]).rows] == ["甲厂", "甲厂"]
    rows = [["姓名", "身份证号", "单位"], ["张三"], ["李四"]]
    parsed = read(*rows, merge=[(1, 1, 2, 1, SPECIMEN)])
    assert [problem.row for problem in parsed.problems] == [3]
    assert "合并" in parsed.problems[0].reason.zh


def test_a_formula_that_was_never_calculated_is_named() -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "身份证号", "理论成绩"])  # type: ignore[union-attr]
    book.active.append(["张三", SPECIMEN, "=1+1"])  # type: ignore[union-attr]
    buffer = io.BytesIO()
    book.save(buffer)
    parsed = spreadsheets.read(buffer.getvalue(), "a.xlsx", COLUMNS)
    assert "公式" in parsed.problems[0].reason.zh


def test_a_column_twice_or_missing_makes_the_file_unreadable() -> None:
    assert "A 列和 C 列" in unreadable(xlsx(["姓名", "身份证号", "选手姓名"], ["张三", SPECIMEN, "张三"]))
    assert "缺少必需的列：身份证号" in unreadable(xlsx(["姓名", "单位"], ["张三", "甲厂"]))
    assert "没有找到表头" in unreadable(xlsx(["甲", "乙"], ["张三", SPECIMEN]))
    assert "没有数据" in unreadable(xlsx(["姓名", "身份证号"]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_is_read_in_every_encoding_offices_use(encoding: str, delimiter: str) -> None:
    text = f'姓名,身份证号,单位\r\n张三,{SPECIMEN},"甲厂\n二车间"\r\n'.replace(",", delimiter)
    (row,) = spreadsheets.read(text.encode(encoding), "名单.csv", COLUMNS).rows
    assert row[1]["name"] == "张三"
    assert row[1]["employer"] == "甲厂 二车间"


def test_what_cannot_be_read_says_why_and_what_to_do() -> None:
    assert "空的" in unreadable(b"")
    assert "旧版" in unreadable(b"\xd0\xcf\x11\xe0" + bytes(600))
    assert "密码" in unreadable(b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"))
    assert "损坏" in unreadable(xlsx(["姓名"])[:900])
    assert "损坏" in unreadable(b"%PDF-1.7")
    assert "编码" in unreadable(b"\xff\x00\x80", "a.csv")
    assert "10 MB" in unreadable(b"a" * (spreadsheets.MAX_BYTES + 1), "a.csv")


def tampered(part: str, change: Any) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(xlsx(["姓名", "身份证号"], ["张三", SPECIMEN])))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, change(content) if name == part else content)
    return buffer.getvalue()


def test_a_small_file_that_would_fill_the_memory_is_refused() -> None:
    sheet = "xl/worksheets/sheet1.xml"
    assert "过大" in unreadable(tampered(sheet, lambda xml: xml + b" " * (spreadsheets.MAX_UNPACKED_BYTES + 1)))
    assert "过大" in unreadable(tampered(sheet, lambda xml: xml.replace(b'r="B2"', b'r="XFD1048576"')))
    assert "过大" in unreadable("姓名,身份证号\n".encode() + b"a,b\n" * (spreadsheets.MAX_ROWS + 30), "a.csv")


@given(st.binary(max_size=400), st.sampled_from(["a.xlsx", "a.csv", "a", "a.xls"]))
@settings(max_examples=150)
def test_random_bytes_are_unreadable_and_nothing_worse(content: bytes, filename: str) -> None:
    try:
        spreadsheets.read(content, filename, COLUMNS)
    except Unreadable as refusal:
        assert refusal.reason.en  # noqa: PT017


VALID = xlsx(["姓名", "身份证号", "理论成绩"], ["张三", SPECIMEN, 86.5])


@given(st.lists(st.tuples(st.integers(0, len(VALID) - 1), st.integers(0, 255)), min_size=1, max_size=12), st.integers(0, len(VALID)))
@settings(max_examples=150, deadline=None)
def test_a_damaged_workbook_is_unreadable_and_nothing_worse(changes: list[tuple[int, int]], length: int) -> None:
    damaged = bytearray(VALID)
    for place, byte in changes:
        damaged[place] = byte
    for content in (bytes(damaged), VALID[:length]):
        try:
            spreadsheets.read(content, "a.xlsx", COLUMNS)
        except Unreadable as refusal:
            assert refusal.reason.en  # noqa: PT017


@given(st.binary(max_size=60))
@settings(max_examples=100, deadline=None)
def test_rubbish_inside_a_workbook_is_unreadable_and_nothing_worse(rubbish: bytes) -> None:
    for part in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml"):
        try:
            spreadsheets.read(tampered(part, lambda xml: xml[: len(xml) // 2] + rubbish + xml[len(xml) // 2 :]), "a.xlsx", COLUMNS)
        except Unreadable as refusal:
            assert refusal.reason.en  # noqa: PT017


def test_the_template_forces_text_offers_choices_and_is_read_back() -> None:
    example = {"name": "张三", "id_number": SPECIMEN, "group": "worker", "mark": Decimal("86.5")}
    content = spreadsheets.template(COLUMNS, Text("报名表", "Entries"), [example], [Text("每人一行", "One row each")])
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["姓名 *", "身份证号 *", "手机"]
    assert sheet.column_dimensions["B"].width == pytest.approx(22, abs=1)
    assert '"职工组,学生组"' in [validation.formula1 for validation in sheet.data_validations.dataValidation]
    explained = [cell.value for row in book.worksheets[1].iter_rows() for cell in row]
    assert {"ID number", "每人一行\nOne row each", SPECIMEN} <= set(explained)
    assert "没有数据" in unreadable(content)
    sheet.append(["李四", SPECIMEN])
    assert sheet["B3"].number_format == "General" or sheet["B2"].number_format == "@"
    buffer = io.BytesIO()
    book.save(buffer)
    assert spreadsheets.read(buffer.getvalue(), "报名表.xlsx", COLUMNS).rows[0][1]["name"] == "李四"


def test_an_export_holds_the_same_values_never_a_formula_and_always_the_same_bytes() -> None:
    rows: list[dict[str, Any]] = [
        {
            "name": "=cmd|'/c calc'!A1",
            "id_number": SPECIMEN,
            "employer": "+86",
            "mark": Decimal("86.50"),
            "hired": date(2020, 1, 31),
            "group": "worker",
        },
        {"name": "@SUM(A1)", "id_number": SPECIMEN, "employer": "-1", "years": 5, "group": "student"},
    ]
    content = spreadsheets.workbook(COLUMNS, rows, Text("名单", "Roster"))
    parsed = spreadsheets.read(content, "名单.xlsx", COLUMNS)
    assert [{key: value for key, value in values.items() if value is not None} for _, values in parsed.rows] == rows
    assert all(cell.data_type != "f" for row in openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows() for cell in row)  # type: ignore[union-attr]
    assert spreadsheets.workbook(COLUMNS, rows, Text("名单", "Roster")) == content
