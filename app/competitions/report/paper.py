"""The report on paper."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.certificates.paper import TableColumn, table_document
from app.competitions.models import Skill
from app.competitions.report.queries import Report, ReportLine
from app.competitions.results.queries import ResultLine
from workflows.competition.prizes import AWARDS
from workflows.text import Text


def report_paper(skill: Skill, line: ResultLine, report: Report, dated: date, language: str) -> bytes:
    """Every criterion with its aspects, the own mark beside what could be had and what the field did."""

    def words(zh: str, en: str) -> str:
        return Text(zh, en).within(language)

    def row(one: ReportLine, title: str) -> list[str]:
        marks = one.marks
        field = [_mark(marks.median), _mark(marks.best)] if report.compares else []
        return [one.code, title, one.section, _mark(marks.most), _mark(marks.own), *field]

    rows = []
    for criterion in report.criteria:
        rows.append(row(criterion, f"【{criterion.title}】"))
        rows += [row(aspect, aspect.title) for aspect in report.aspects[criterion.code]]
    sections = [f"{one.code} {one.title}　{_mark(one.marks.own)} / {_mark(one.marks.most)}" for one in report.sections]
    result = line.result
    field = (TableColumn(words("中位数", "Median"), 1, "right"), TableColumn(words("最高", "Best"), 1, "right")) if report.compares else ()
    return table_document(
        words("选手成绩报告", "Report on a result"),
        (
            TableColumn(words("编号", "Code"), 0.9),
            TableColumn(words("评分项", "Aspect"), 5),
            TableColumn(words("标准", "Standard"), 0.8, "center"),
            TableColumn(words("配分", "Max"), 0.9, "right"),
            TableColumn(words("得分", "Mark"), 0.9, "right"),
            *field,
        ),
        rows,
        dated=dated,
        subtitle=f"{skill.competition.name} · {skill.name}",
        facts=(
            (words("选手", "Competitor"), line.name),
            (words("单位", "Organisation"), line.organisation or "—"),
            (words("名次", "Place"), f"{result.place or '—'} / {report.field}"),
            (words("总成绩", "Total mark"), _mark(result.total)),
            (words("奖项", "Award"), AWARDS[result.award].within(language) if result.award else "—"),
        ),
        closing=[
            *(Text(step["zh"], step["en"]).within(language) for step in result.why.get("steps", [])),
            *([words("按职业标准：", "By section of the standard: ") + "；".join(sections)] if sections else []),
        ],
        issuer=skill.competition.organiser.name,
        size=9.5,
        language=language,
    )


def _mark(mark: Decimal | None) -> str:
    return "—" if mark is None else f"{mark:.2f}"
