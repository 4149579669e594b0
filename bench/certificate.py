"""A certificate as PDF, beside typst setting one line of the same fonts."""

from __future__ import annotations

import itertools
from datetime import date

import typst

from app.certificates import paper
from app.certificates.paper import Award, LevelCertificate
from bench.harness import Effort, Row, in_turns, milliseconds, timed
from workflows.text import Text

ONE_LINE = '#set page(paper: "a4")\n#set text(font: "Noto Sans SC")\n获奖证书 {number}'
WHY = "a laid-out page with a border, two languages and a QR code, its characters looked up in the font first; the reference is one line"
TODAY = date(2026, 11, 21)


def award(number: int) -> bytes:
    return paper.award_certificate(
        Award(
            number=f"TLJS-2026-{number:04d}",
            name="欧阳小华",
            competition=Text("2026年桐庐县“匠心杯”职业技能竞赛", "2026 Tonglu County Vocational Skills Competition"),
            skill=Text("电工", "Electrician"),
            award=Text("一等奖", "First Prize"),
            issuer=Text("桐庐县人力资源和社会保障局", "Human Resources and Social Security Bureau of Tonglu County"),
            issued_on=TODAY,
            check_url=f"http://127.0.0.1:8000/check/{number:08d}",
        )
    )


def level(number: int) -> bytes:
    return paper.level_certificate(
        LevelCertificate(
            number=f"Y000033123456263{number:06d}",
            name="张𬭎",
            id_kind=Text("居民身份证", "Resident ID card"),
            id_number="11010519491231002X",
            occupation="电工",
            specialty=None,
            level=Text("三级/高级工", "Level 3 / Senior worker"),
            issuer="桐庐县富春江精密机械有限公司",
            issued_on=TODAY,
            check_url=f"http://127.0.0.1:8000/check/{number:08d}",
        )
    )


def rows(effort: Effort) -> list[Row]:
    numbers = itertools.count(1)
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[paper.font_dir()])
    compiler = typst.Compiler(font_paths=fonts)

    def one_line() -> object:
        return compiler.compile(ONE_LINE.format(number=next(numbers)).encode(), format="pdf", pdf_standards=["a-2b"])

    awards, levels, line = in_turns(
        (
            timed(lambda: award(next(numbers)), effort.of(20)),
            timed(lambda: level(next(numbers)), effort.of(20)),
            timed(one_line, effort.of(20)),
        ),
        effort.rounds,
    )
    return [
        milliseconds("certificate", "award certificate (PDF/A)", "typst: one line, same fonts", awards, line, WHY),
        milliseconds("certificate", "certificate of level (PDF/A)", "typst: one line, same fonts", levels, line, WHY),
    ]
