"""Which marking schemes somebody sees, and the workbook they travel in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.competitions.models import Competition, MarkingScheme, Skill
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.lazily import lazily
from app.registry.models import Organisation
from app.web.spreadsheets.opening import Sheet, sheets_of
from workflows.competition import cis_extras, cis_workbook
from workflows.competition.cis_workbook import CALCULATION_SHEET, IMPORT_SHEET, Reading
from workflows.roles import Role

if TYPE_CHECKING:
    import xlsxwriter
else:
    xlsxwriter = lazily("xlsxwriter")

READERS = (Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001  a fixed date in the file, so that the same scheme gives the same bytes


def visible_schemes(actor: Actor) -> sa.Select[MarkingScheme]:
    """The schemes of one's organisations, and of the skills whose marking one oversees; each name's newest version first."""
    query = (
        sa.select(MarkingScheme)
        .options(joinedload(MarkingScheme.organisation))
        .order_by(MarkingScheme.organisation_id, MarkingScheme.name, MarkingScheme.number.desc())
    )
    if actor.reads_everything:
        return query
    used = sa.select(Skill.scheme_id).where(Skill.competition_id.in_(actor.ids(*READERS)), Skill.scheme_id.is_not(None))
    own = MarkingScheme.organisation_id.in_(actor.ids(Role.ORGANISER))
    return query.where(sa.or_(own, MarkingScheme.id.in_(used)))


def scheme(session: Session, actor: Actor, id: int) -> MarkingScheme:
    found = session.scalars(visible_schemes(actor).where(MarkingScheme.id == id)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def organisations(session: Session, actor: Actor) -> list[Organisation]:
    """For whom *actor* may keep schemes."""
    own = sa.select(Organisation).where(Organisation.id.in_(actor.ids(Role.ORGANISER)))
    return list(session.scalars(own.order_by(Organisation.name)))


def used_by(session: Session, scheme: MarkingScheme) -> Sequence[Skill]:
    """The skills that are marked by *scheme*."""
    query = sa.select(Skill).options(joinedload(Skill.competition)).join(Competition, Competition.id == Skill.competition_id)
    return session.scalars(query.where(Skill.scheme_id == scheme.id).order_by(Competition.id, Skill.code)).all()


# --- the workbook ---------------------------------------------------------------------------------------------------


def read_workbook(content: bytes, filename: str) -> Reading:
    """What a CIS workbook says, with every finding; raises `Unreadable` where the file is no workbook at all.

    The import sheet is the one in which the most rows could be read as a scheme, whatever it is called.
    """
    sheets = sheets_of(content, filename)
    readings = [cis_workbook.read(_rows(sheet)) for sheet in sheets]
    best = max(readings, key=lambda reading: len(list(reading.scheme.aspects())) if reading.scheme else -1)
    if len(sheets) == 1:
        return best
    others = [sheet for sheet, reading in zip(sheets, readings, strict=True) if reading is not best]
    return cis_workbook.read(_rows(sheets[readings.index(best)]), _rows(others[0]))


def _rows(sheet: Sheet) -> list[list[object]]:
    return [list(row) for row in sheet.cells]


def workbook(scheme: MarkingScheme) -> bytes:
    """The scheme as the import workbook; reading it gives the scheme back."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": _CREATED})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(IMPORT_SHEET)
    sheet.set_column(0, 0, 10)
    sheet.set_column(1, 1, 28)
    sheet.set_column(4, 7, 40, wrapped)
    for number, row in enumerate(cis_workbook.rows_of(scheme.rules)):
        for place, value in enumerate(row):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                sheet.write_string(number, place, value)
            else:
                sheet.write_number(number, place, value)
    calculations = book.add_worksheet(CALCULATION_SHEET)
    for number, row in enumerate(cis_extras.rows_of(scheme.rules)):
        for place, value in enumerate(row):
            calculations.write_string(number, place, str(value))
    book.close()
    return buffer.getvalue()
