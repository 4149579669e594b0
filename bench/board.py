"""The board of a skill with 1,000 entrants, as HTML, as JSON and unchanged, beside bare Flask views that return the same bytes.

While it is measured a mark comes in every second: the board that is asked for is never older than that, and is made anew each time.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import sqlalchemy as sa
from flask import Flask

from app.competitions.board import commands as boards
from app.competitions.models import Board, ResultPublication, Skill
from app.competitions.results.commands import LIST_COLUMNS
from app.core import engine
from app.core.db import db, transaction
from app.notices import commands as notices
from bench.harness import Effort, Round, Row, in_turns, milliseconds, share
from bench.load import asked, etag_of, get, repeated, request
from bench.office import office
from tests.support.granian import environment_of, serving
from tests.support.marking import NOW, Workshop
from workflows.competition.skill_flow import SkillFlow
from workflows.workflow import Step

ENTRANTS = 1000
CLIENTS, EACH = 8, 250
A_MARK_EVERY = 1.0  # seconds
SAME_BYTES = "bare Flask view, same bytes"
BARE_304 = "bare Flask view, 304"
WHY = (
    "the answer is kept under the version of what it shows and the database is asked for that version four times a second; the "
    "rest is copying bytes, before Flask is entered. A version that changed makes it anew, once for all who wait"
)


def published(entrants: int) -> Skill:
    """A skill whose list of *entrants* is before the public."""
    with transaction() as session:
        shop = Workshop(session, 1)
        shop.put(Skill, "decoded")
        listed = [[str(n), f"选**{n}", shop.organisation.name, f"{100 - n / 20:.2f}", ""] for n in range(1, entrants + 1)]
        columns = [{"zh": column.zh, "en": column.en} for column in LIST_COLUMNS]
        notice = notices.open_notice(session, shop.skill, shop.organiser, NOW, title="成绩公示", columns=LIST_COLUMNS, rows=listed, days=5)
        shop.skill.notice, shop.skill.publicity_ends_at = notice, notice.ends_at
        engine.fire(session, shop.skill, SkillFlow.publish, shop.organiser, NOW)
        told = {"at": NOW, "counted_at": NOW, "notice_id": notice.id, "columns": columns, "rows": listed}
        session.add(ResultPublication(skill_id=shop.skill.id, number=2, tally=1, **told))
        boards.renew(session, shop.skill, Step(NOW, shop.organiser))
    return shop.skill


def rows(effort: Effort) -> list[Row]:
    with office() as app, tempfile.TemporaryDirectory(prefix="jiangbang-bench-") as pages, marks_coming_in(app):
        skill = published(ENTRANTS)
        addresses = (
            (f"/board/skills/{skill.id}", "page.html", "hall board, HTML"),
            (f"/board/skills/{skill.id}.json", "page.json", "hall board, JSON"),
            (f"/results/{skill.id}", "page.html", "public results, HTML"),
        )
        return [row for path, name, what in addresses for row in _rows(app, Path(pages), path, name, what, effort)]


def _rows(app: Flask, pages: Path, path: str, name: str, what: str, effort: Effort) -> list[Row]:
    each = effort.of(EACH)
    with serving("wsgi:app", environment_of(app)) as ours:
        (pages / name).write_bytes(get(ours.port, path))
        etag = etag_of(ours.port, path)
        with serving("bench.bare:app", {"BARE_PAGES": str(pages)}) as bare:
            fresh, same, unchanged, bare_304 = in_turns(
                (
                    repeated(ours.port, request("GET", path), CLIENTS, each),
                    repeated(bare.port, request("GET", f"/{name}"), CLIENTS, each),
                    _unchanged(ours.port, path, etag, each),
                    _unchanged(bare.port, f"/unchanged/{name}", etag, each),
                ),
                effort.rounds,
            )
    measured = f"{what}, {ENTRANTS} entrants, {CLIENTS} clients"
    return [
        milliseconds("board", f"{measured}, fresh", SAME_BYTES, fresh, same, WHY, share(0.6)),
        milliseconds("board", f"{measured}, unchanged", BARE_304, unchanged, bare_304, WHY, share(0.8)),
    ]


def _unchanged(port: int, path: str, etag: str, each: int) -> Round:
    """Clients that have seen it and ask whether it is still so."""
    return lambda: asked(port, [[request("GET", path, {"If-None-Match": etag})] * each] * CLIENTS)


@contextlib.contextmanager
def marks_coming_in(app: Flask) -> Iterator[None]:
    """Every second something of the marking is counted on every board, as a signed sheet does."""
    over = Event()

    def count() -> None:
        with app.app_context():
            while not over.wait(A_MARK_EVERY - time.monotonic() % A_MARK_EVERY):
                with transaction() as session:
                    session.execute(sa.update(Board).values(changes=Board.changes + 1))
            db.session.close()

    counting = Thread(target=count)
    counting.start()
    try:
        yield
    finally:
        over.set()
        counting.join()
