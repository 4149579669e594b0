"""A workflow step through the one door, beside the row updated by hand, and beside `transitions` alone."""

from __future__ import annotations

import itertools
from datetime import timedelta
from types import SimpleNamespace

import sqlalchemy as sa

from app.competitions.models import Entry
from app.core import engine
from app.core.db import db, prepare_sqlite, transaction
from bench.harness import Effort, Row, Target, in_turns, microseconds, timed
from bench.office import KINDS, office
from tests.support.competitions import DURING, Season
from workflows.competition.entry_flow import EntryFlow
from workflows.roles import Role

THERE_AND_BACK = (EntryFlow.check_in, EntryFlow.undo_check_in)
BY_HAND = (
    "one door asks state, roles, clock and guards, reads what they rest on, and writes an audit row whose hash continues the chain, "
    "with its lock; the reference is a single UPDATE with the same commit"
)
ALONE = "the library moves a word in memory; everything else, the commit above all, is what makes the step count"


def rows(effort: Effort) -> list[Row]:
    return [row for kind in KINDS for row in _rows(kind, effort)]


def _rows(kind: str, effort: Effort) -> list[Row]:
    with office(kind):
        with transaction() as session:
            season = Season(session)
            season.announce()
            entry, _competitor = season.accepted()
            desk, id_ = season.appoint(Role.CHECK_IN).actor, entry.id
        own = _own_engine()
        now = DURING + timedelta(hours=1)
        ways, words = itertools.cycle(THERE_AND_BACK), itertools.cycle(("checked_in", "accepted"))
        alone = SimpleNamespace(_state="accepted")
        moves = itertools.cycle([EntryFlow.machine.events[way.name] for way in THERE_AND_BACK])

        def through_the_door() -> None:
            with transaction() as session:
                engine.fire(session, session.get_one(Entry, id_, populate_existing=True), next(ways), desk, now, "点错了", is_last=True)

        def by_hand() -> None:
            with own.begin() as connection:
                changed = {"state": next(words), "state_since": now, "version": Entry.version + 1}
                connection.execute(sa.update(Entry).where(Entry.id == id_).values(changed))

        fired, updated, moved = in_turns(
            (
                timed(through_the_door, 2 * effort.of(50)),
                timed(by_hand, 2 * effort.of(50)),
                timed(lambda: next(moves).trigger(alone), 2 * effort.of(2000)),
            ),
            effort.rounds,
        )
        own.dispose()
    found = [
        microseconds("workflow step", f"engine.fire and commit, {kind}", "UPDATE by hand and commit", fired, updated, BY_HAND, Target(2))
    ]
    if kind == "SQLite":
        found.append(
            microseconds("workflow step", f"engine.fire and commit, {kind}", "`transitions` alone, no database", fired, moved, ALONE)
        )
    return found


def _own_engine() -> sa.Engine:
    """The same database as somebody would open it who has only this one row to write; as durable as the office."""
    engine = sa.create_engine(db.engine.url)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    return engine
