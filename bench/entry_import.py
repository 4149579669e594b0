"""Entries from a delegation's workbook, read, planned and applied, beside a Core bulk insert of the rows that come of it."""

from __future__ import annotations

import gc
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from stdnum.cn import ric

from app.competitions.entries import importing
from app.competitions.models import Entry, EntryMember
from app.core.db import Base, db, transaction, writing
from app.registry.models import Person
from app.web import spreadsheets
from bench.harness import Effort, Row, in_turns, milliseconds
from bench.office import office
from tests.support.competitions import DURING, Season, account, organisation
from workflows.roles import Role
from workflows.text import Text

ENTRIES = 5000
TABLES: tuple[type[Base], ...] = (Person, Entry, EntryMember)
REFERENCE = "Core bulk insert of the same rows"
WHY = (
    "the workbook is opened and every cell checked, ID numbers by their check digit, each person looked up, every rule of eligibility "
    "asked, and each entry put on the hash-chained record; the reference knows the rows already and writes three tables"
)


def id_number(n: int) -> str:
    body = f"3301{n // 1000 + 1:02d}19900307{n % 1000:03d}"
    return body + ric.calc_check_digit(body + "0")


def workbook(entries: int) -> bytes:
    people = [{"name": f"选手{n}", "id_number": id_number(n), "phone": f"138{n:08d}", "position": "电工"} for n in range(entries)]
    return spreadsheets.workbook(importing.COLUMNS, people, Text("报名表", "Entries"))


def rows(effort: Effort) -> list[Row]:
    entries = effort.of(ENTRIES)
    content = workbook(entries)
    with office():
        with transaction() as session:
            season = Season(session)
            season.announce()
            firm = organisation(session, "富春江机械")
            leader = account(session, (Role.TEAM_LEADER, firm.id)).actor

        def imported(session: Session) -> None:
            plan = importing.plan(session, season.skill, firm, importing.read(content, "entries.xlsx"))
            applied = importing.apply(session, leader, season.skill, firm, plan, "skip", DURING)
            if applied.created != entries:
                raise AssertionError(f"{applied.created} of {entries} came in: {plan.problems[:3]}")

        with writing():
            imported(db.session)
            same = [(model.__table__, _rows_of(db.session, model)) for model in TABLES]
            db.session.rollback()

        def inserted(session: Session) -> None:
            for table, values in same:
                session.execute(sa.insert(table), values)  # type: ignore[arg-type]  # a mapped class's table

        def undone(work: Any) -> float:
            """Both sides end in a rollback, so that every round begins alike."""
            gc.collect()
            with writing():
                begun = time.perf_counter()
                work(db.session)
                taken = time.perf_counter() - begun
                db.session.rollback()
            return taken

        ours, bulk = in_turns((lambda: undone(imported), lambda: undone(inserted)), max(2, effort.rounds // 3))
    return [milliseconds("entry import", f"{entries} entries: read, plan, apply (SQLite)", REFERENCE, ours, bulk, WHY)]


def _rows_of(session: Session, model: type[Base]) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in session.execute(sa.select(model.__table__))]
