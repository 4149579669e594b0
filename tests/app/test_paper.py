"""Papers carry what they must, in an embedded font, byte for byte the same each time, or are refused before anything is printed."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from app.certificates import paper
from app.certificates.paper import Award, CannotPrint, FontMissing, LevelCertificate, SheetPaper, SheetRow, TableColumn
from workflows.text import Text

AWARD = Award(
    number="TLJS-2026-0017",
    name="欧阳小华",
    competition=Text("2026年桐庐县“匠心杯”职业技能竞赛", "2026 Tonglu County Vocational Skills Competition"),
    skill=Text("电工", "Electrician"),
    award=Text("一等奖", "First Prize"),
    issuer=Text("桐庐县人力资源和社会保障局", "Human Resources and Social Security Bureau of Tonglu County"),
    issued_on=date(2026, 11, 21),
    check_url="http://127.0.0.1:8000/check/9f3a7c21",
    group=Text("职工组", "Workers"),
    honorific=Text("同志", "Comrade"),
)
LEVEL = LevelCertificate(
    number="Y000033123456263000017",
    name="张𬭎",
    id_kind=Text("居民身份证", "Resident ID card"),
    id_number="11010519491231002X",
    occupation="电工",
    specialty=None,
    level=Text("三级/高级工", "Level 3 / Senior worker"),
    issuer="桐庐县富春江精密机械有限公司",
    issued_on=date(2026, 11, 21),
    check_url="http://127.0.0.1:8000/check/9f3a7c21",
)
COLUMNS = (TableColumn("序号", 0.5, "center"), TableColumn("姓名"), TableColumn("金额（元）", 1, "right"))


def roster(rows: int = 3, *, language: str = "zh") -> bytes:
    return paper.table_document(
        "拟奖励名单的公示",
        COLUMNS,
        [[str(n), "张*三", "5,000.00"] for n in range(rows)],
        dated=date(2026, 11, 21),
        issuer="桐庐县人力资源和社会保障局",
        language=language,
    )


def sheet(given: str = "") -> bytes:
    rows = [
        SheetRow("A1.1", "导线敷设横平竖直", ["0　低于行业标准"], Decimal(2), True, ["0", "1", "2", "3", "—"], [given] * 3),
        SheetRow("A1.2", "绝缘电阻", [], Decimal(1), False, [], [given], "兆欧"),
    ]
    page = SheetPaper("07", "00041", "http://127.0.0.1:8000/marking/sheets/41", "A1 线路安装", "电工", "职业技能竞赛", ["裁判 1"] * 3, rows)
    return paper.marking_sheets([page], dated=date(2026, 11, 21))


PAPERS: dict[str, Callable[[], bytes]] = {
    "award": lambda: paper.award_certificate(AWARD),
    "level": lambda: paper.level_certificate(LEVEL),
    "roster": roster,
    "marking sheet": sheet,
}


def unpacked(pdf: bytes) -> bytes:
    """The document with its compressed streams beside it in the clear."""
    parts = [pdf]
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(parts)


def shows(pdf: bytes, text: str) -> bool:
    """Whether every character of *text* is among those the document maps its glyphs to."""
    mapped = unpacked(pdf).upper()
    return all(c.encode("utf-16-be").hex().upper().encode() in mapped for c in text)


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", unpacked(pdf)))


def png(width: int = 25, height: int = 35) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\xff\xff\xff" * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("make", PAPERS.values(), ids=PAPERS)
def test_every_paper_is_pdf_a_with_its_fonts_inside(make: Callable[[], bytes]) -> None:
    content = unpacked(make())
    assert content.startswith(b"%PDF-1.7")
    assert b"pdfaid:part>2<" in content
    assert b"pdfaid:conformance>B<" in content
    assert len(re.findall(rb"/FontFile2", content)) >= 2
    assert b"NotoSansSC-Bold" in content


@pytest.mark.parametrize("make", PAPERS.values(), ids=PAPERS)
def test_the_same_content_gives_the_same_bytes_in_any_thread(make: Callable[[], bytes]) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: make(), range(8))) == {make()}


def test_an_award_shows_who_won_what_in_both_languages() -> None:
    pdf = paper.award_certificate(AWARD)
    assert shows(pdf, "欧阳小华同志在2026年桐庐县匠心杯职业技能竞赛电工赛项职工组荣获一等奖")
    assert shows(pdf, "First Prize TLJS-2026-0017 21 November 2026 http://127.0.0.1:8000/check/9f3a7c21")
    assert not shows(pdf, "李四")
    assert pages(pdf) == 1


def test_a_level_certificate_shows_every_field_of_the_norm() -> None:
    pdf = paper.level_certificate(LEVEL)
    assert shows(pdf, "职业技能等级证书姓名证件类型居民身份证号码职业名称工种职业方向三级/高级工证书编号发证日期评价机构查询网址照片")
    assert shows(pdf, "张𬭎 11010519491231002X Y000033123456263000017 -- http://jndj.osta.org.cn")
    assert pages(pdf) == 1


def test_a_photo_takes_the_place_of_the_empty_box() -> None:
    assert b"/Subtype/Image" not in unpacked(paper.level_certificate(LEVEL))
    assert b"/Subtype/Image" in unpacked(paper.level_certificate(replace(LEVEL, photo=png())))
    with pytest.raises(ValueError, match="JPEG or PNG"):
        paper.level_certificate(replace(LEVEL, photo=b"<svg/>"))


def test_rare_characters_of_names_can_be_printed_and_others_are_named_beforehand() -> None:
    assert paper.missing_glyphs("𬭎䶮㛃堃翀犇·ABC 123\n") == ""
    assert paper.missing_glyphs("张\ue000三😀😀") == "\ue000😀"
    with pytest.raises(CannotPrint) as refusal:
        paper.award_certificate(replace(AWARD, name="张😀"))
    assert "😀" in refusal.value.reasons[0].zh
    assert "😀" in refusal.value.reasons[0].en


@pytest.mark.parametrize("name", ["#panic()", "*粗*", "$x$", "\\", "@a", '"', "]", "//", "{{7*7}}"])
def test_a_name_is_never_taken_for_markup(name: str) -> None:
    assert shows(paper.award_certificate(replace(AWARD, name=name)), name)


def test_words_that_do_not_fit_on_the_certificate_are_refused() -> None:
    long = replace(AWARD, competition=Text("中华人民共和国" * 8 + "职业技能竞赛", "The " * 40))
    assert pages(paper.award_certificate(long)) == 1
    with pytest.raises(CannotPrint, match="一页"):
        paper.award_certificate(replace(AWARD, competition=Text("竞赛" * 400, "Competition")))


def test_a_long_list_runs_over_pages_and_says_so_in_the_readers_language() -> None:
    assert pages(roster(3)) == 1
    assert pages(roster(100)) > 2
    assert shows(roster(100), "第页共")
    assert shows(roster(100, language="en"), "Page of")
    assert not shows(roster(100, language="en"), "页")


def test_a_row_with_a_cell_too_few_is_refused() -> None:
    with pytest.raises(ValueError, match="one cell for each column"):
        paper.table_document("名单", COLUMNS, [["1", "张*三"]], dated=date(2026, 11, 21))


def test_a_marking_sheet_has_its_code_and_number_and_a_box_for_every_value() -> None:
    assert shows(sheet(), "07 00041 A1.1 裁判 裁判长 未作答 兆欧 0 1 2 3 —")


def test_a_marking_sheet_with_marks_shows_them_instead_of_boxes() -> None:
    assert shows(sheet("玖"), "玖")
    assert not shows(sheet(), "玖")


def test_without_the_font_the_error_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "FONTS", tmp_path)
    with pytest.raises(FontMissing, match=r"run\.py"):
        paper.font_dir()
