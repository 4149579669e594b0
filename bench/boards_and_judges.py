"""Sixty judges mark every two seconds while two hundred boards in the halls ask for news, beside the same judges without the boards."""

from __future__ import annotations

import itertools
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from socket import socket
from threading import Event

import sqlalchemy as sa

from app.competitions.models import Sheet
from app.core.db import db, transaction
from bench.board import published
from bench.harness import Effort, Round, Row, Target, in_turns, milliseconds
from bench.load import ask, connected, etag_of, request
from bench.marks import scheme, sheet_of_marks
from bench.office import KINDS, office
from tests.support.granian import cookie_of, environment_of, serving, token_of
from tests.support.marking import Workshop

JUDGES, MARKS_EVERY, TIMES_EACH = 60, 2.0, 5
BOARDS, ASKED_EVERY, ENTRANTS, ASKERS = 200, 1.0, 200, 4
WHY = (
    "a board that nothing changed for is answered before the application with a 304, so that two hundred of them take a few per cent of a "
    "core; what is left is the turn they take at it"
)


def rows(effort: Effort) -> list[Row]:
    return [_row(kind, effort) for kind in KINDS]


def _row(kind: str, effort: Effort) -> Row:
    times = max(2, effort.of(TIMES_EACH))
    with office(kind) as app:
        with transaction() as session:
            shop = Workshop(session, JUDGES * times * 2 * (effort.rounds + 1), judges=JUDGES)
            shop.mark_by(scheme(shop.organisation.id)).start()
            aspects = [aspect.id for aspect in shop.scheme.aspects]
            judges = [judge.get_id() for judge in shop.judge_accounts]
        path = f"/board/skills/{published(ENTRANTS).id}.json"
        sheets = iter(db.session.scalars(sa.select(Sheet.id).where(Sheet.skill_id == shop.skill.id).order_by(Sheet.id)).all())
        db.session.rollback()
        headers = [{"Content-Type": "application/json", "Cookie": cookie_of(app, judge), "X-CSRFToken": token_of(app)} for judge in judges]
        with serving("wsgi:app", environment_of(app)) as server:
            board = request("GET", path, {"If-None-Match": etag_of(server.port, path)})

            def marking() -> float:
                sent = [
                    [request("POST", f"/marking/sheets/{next(sheets)}/marks", own, sheet_of_marks(aspects)) for _ in range(times)]
                    for own in headers
                ]
                return _slow_one(server.port, sent)

            with_boards, alone = in_turns((_while_boards_ask(server.port, board, marking), marking), effort.rounds)
    what = f"p95 of a sheet, {JUDGES} judges every {MARKS_EVERY:.0f} s, {BOARDS} boards every {ASKED_EVERY:.0f} s, {kind}"
    return milliseconds("boards and judges", what, "the same without the boards", with_boards, alone, WHY, Target(1.5))


def _slow_one(port: int, sent: Sequence[Sequence[bytes]]) -> float:
    """Every judge sends a sheet every two seconds, not all at the same moment; the seconds within which 95 of 100 are answered."""
    begun = time.perf_counter()

    def judge(number: int, sheets: Sequence[bytes]) -> Iterator[float]:
        with closing(connected(port)) as connection:
            for turn, sheet in enumerate(sheets):
                time.sleep(max(0.0, begun + (turn + number / len(sent)) * MARKS_EVERY - time.perf_counter()))
                asked_at = time.perf_counter()
                ask(connection, sheet)
                yield time.perf_counter() - asked_at

    with ThreadPoolExecutor(len(sent)) as judges:
        taken = itertools.chain.from_iterable(judges.map(lambda each: list(judge(*each)), enumerate(sent)))
        return statistics.quantiles(taken, n=20)[-1]


def _while_boards_ask(port: int, board: bytes, marking: Round) -> Round:
    """The same round with every board asking once a second over a connection of its own."""

    def boards(connections: Sequence[socket], is_over: Event) -> None:
        for turn in itertools.count():
            if is_over.is_set():
                return
            connection = connections[turn % len(connections)]
            ask(connection, board)
            time.sleep(ASKED_EVERY / len(connections))

    def once() -> float:
        is_over = Event()
        with ExitStack() as stack, ThreadPoolExecutor(ASKERS) as askers:
            connections = [stack.enter_context(closing(connected(port))) for _ in range(BOARDS)]
            work = [askers.submit(boards, connections[n::ASKERS], is_over) for n in range(ASKERS)]
            try:
                return marking()
            finally:
                is_over.set()
                for each in work:
                    each.result()

    return once
