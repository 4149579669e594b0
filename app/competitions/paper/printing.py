"""Marking sheets as PDF: blank, to be filled in by hand, or with what stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from app.certificates import paper
from app.certificates.paper import SheetPaper, SheetRow
from app.competitions.models import Aspect, Sheet
from workflows.competition.aspects import Marked, entry_of, seats_of
from workflows.exact import plain
from workflows.text import Text

NOT_ATTEMPTED = Text("未作答", "n/a")
JUDGE = Text("裁判 {n}", "Judge {n}")


def number_of(sheet: Sheet) -> str:
    """What stands on the paper and finds the sheet again."""
    return f"{sheet.id:05d}"


def printed(sheets: Sequence[Sheet], *, with_marks: bool, address: str, dated: date, language: str) -> bytes:
    """*sheets* as one PDF; *address* is the installation's, for the codes on them."""
    return paper.marking_sheets([_paper(sheet, with_marks, address, language) for sheet in sheets], dated=dated, language=language)


def _paper(sheet: Sheet, with_marks: bool, address: str, language: str) -> SheetPaper:
    seats = list(sheet.panel)
    rows = [
        _row(aspect, marked, seats, with_marks, language) for aspect, marked in zip(sheet.sub_criterion.aspects, sheet.marked, strict=True)
    ]
    return SheetPaper(
        code=sheet.code,
        number=number_of(sheet),
        url=f"{address}/marking/sheets/{sheet.id}",
        sub=f"{sheet.sub_criterion.code} {sheet.sub_criterion.name}",
        skill=sheet.skill.name,
        competition=sheet.skill.competition.name,
        judges=[JUDGE.format(n=seat).within(language) for seat in seats],
        rows=rows,
        digest=sheet.digest if with_marks else "",
    )


def _row(aspect: Aspect, marked: Marked, seats: Sequence[int], with_marks: bool, language: str) -> SheetRow:
    asked = entry_of(aspect)
    wanted = seats_of(marked, seats)
    details = [line for line in (aspect.extra, aspect.requirement) if line]
    details += [f"{plain(value)}　{label.within(language)}" for value, label in asked.choices if marked.is_judgement]
    if not asked.choices or not marked.is_judgement:
        details.append(asked.label.within(language))
    return SheetRow(
        code=marked.code,
        aspect=aspect.description,
        details=details,
        max_mark=aspect.max_mark,
        is_scored_by_each=marked.is_scored_by_each,
        options=[*(plain(value) for value, _ in asked.choices), "—"] if asked.choices else [],
        given=[_given(marked, seat, language) if with_marks else "" for seat in wanted],
        unit=asked.unit.within(language) if asked.unit else "",
    )


def _given(marked: Marked, seat: int, language: str) -> str:
    if seat not in marked.values:
        return ""
    value: Decimal | None = marked.values[seat]
    return NOT_ATTEMPTED.within(language) if value is None else plain(value)
