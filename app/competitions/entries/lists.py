"""The start list in Excel and on paper, from the same lines as on the screen."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from flask import Response, send_file
from sqlalchemy.orm import Session

from app.certificates.paper import TableColumn, seat_labels, table_document
from app.certificates.printing import mark_of
from app.competitions.entries.queries import Line
from app.competitions.models import Skill
from app.core import clock
from app.seals import queries as seals
from app.seals.models import SEAL, SIGNATURE
from app.web import spreadsheets
from app.web.spreadsheets import Column, Value
from workflows.calendar import ONE_DAY
from workflows.competition.entry_flow import EntryFlow
from workflows.text import Text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"

STARTING = (EntryFlow.accepted, EntryFlow.checked_in, EntryFlow.absent, EntryFlow.disqualified, EntryFlow.completed)
COLUMNS = (
    Column("number", Text("参赛号", "Number"), width=10),
    Column("seat", Text("赛位号", "Seat"), width=10),
    Column("title", Text("选手（队）", "Competitor"), width=24),
    Column("organisation", Text("单位", "Organisation"), width=30),
    Column("coach", Text("教练", "Coach"), width=12),
    Column("state", Text("状态", "State"), width=14),
)
SHARES = (1.0, 1.0, 2.0, 3.0, 1.0, 1.2)


def in_starting_order(lines: Sequence[Line]) -> list[Line]:
    """Before the draw by delegation, each by number; once seats are known, by seat.  Whoever sees no seats keeps the delegations."""
    if any(line.seat for line in lines):
        return sorted(lines, key=lambda line: (not line.seat, line.seat, line.number))
    return sorted(lines, key=lambda line: (not line.organisation, line.organisation, line.number))


def labels(skill: Skill, seats: Sequence[str], per_sheet: int, today: date, language: str) -> bytes:
    """A label for every seat (工位号): a code and no name."""
    return seat_labels(skill.competition.name, skill.name, seats, per_sheet=per_sheet, dated=today, language=language)


def start_workbook(skill: Skill, lines: Sequence[Line], language: str) -> bytes:
    title = Text(f"{skill.name} 参赛名单", f"{skill.name}: start list")
    rows: list[dict[str, Value]] = [dict(zip((c.key for c in COLUMNS), _cells(line, language), strict=True)) for line in lines]
    return spreadsheets.workbook(COLUMNS, rows, title, language)


def sessions(skill: Skill) -> list[tuple[Text, Text]]:
    """When and where it begins, and what is done on each day (场次), as far as the plan and the marking scheme say it.

    Everybody is in every session: a plan knows days, and no hours of one competitor.
    """
    starts = skill.competition.starts_at
    found = []
    if starts is not None:
        found.append((Text("开赛", "Begins"), _same(f"{clock.local(starts):%Y-%m-%d %H:%M}")))
    if skill.competition.place:
        found.append((Text("地点", "Place"), _same(skill.competition.place)))
    by_day: dict[int, dict[str, None]] = {}
    for criterion in skill.scheme.criteria if skill.scheme else []:
        for sub in criterion.sub_criteria:
            by_day.setdefault(sub.day, {})[f"{criterion.letter} {criterion.name}"] = None
    for day, modules in sorted(by_day.items()):
        on = f" {clock.today(starts) + (day - 1) * ONE_DAY:%m-%d}" if starts is not None else ""
        found.append((Text(f"第 {day} 天{on}", f"Day {day}{on}"), Text("、".join(modules), ", ".join(modules))))
    return found


def _same(words: str) -> Text:
    """What stands there as it is in both languages: a name, a date."""
    return Text(words, words)


def start_paper(session: Session, skill: Skill, lines: Sequence[Line], today: date, language: str, instance: Path) -> bytes:
    """The start list on paper, with the sessions it is for, and the seal and the signature that were put on it."""
    marks = seals.marks_on(session, skill)
    return table_document(
        Text("参赛名单", "Start list").within(language),
        [TableColumn(column.title.within(language), share) for column, share in zip(COLUMNS, SHARES, strict=True)],
        [_cells(line, language) for line in lines],
        dated=today,
        subtitle=f"{skill.competition.name} · {skill.name}",
        facts=[(when.within(language), what.within(language)) for when, what in sessions(skill)],
        issuer=skill.competition.organiser.name,
        seal=mark_of(marks.get(SEAL), instance),
        signature=mark_of(marks.get(SIGNATURE), instance),
        landscape=True,
        language=language,
    )


def _cells(line: Line, language: str) -> list[str]:
    title = line.title.within(language) if isinstance(line.title, Text) else line.title
    return [line.number, line.seat, title, line.organisation, line.coach, line.state.title.within(language)]


def download(content: bytes, filename: str, media_type: str) -> Response:
    """*content* as a file to keep."""
    return send_file(io.BytesIO(content), media_type, as_attachment=True, download_name=filename)
