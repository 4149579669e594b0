"""What a course acts through: the office as it is asked, how it may be lost in the middle, and the office in this very process.

Here a power cut is exact: the loss of everything that was not committed, in the middle of a statement, before the commit, or after it
with the answer lost.  What cannot be said so exactly, a process that is really killed, stands in `killing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.competitions.marking import commands
from app.competitions.marking.recording import Conflict, NewMark, NotAccepted, record
from app.competitions.models import Mark, RemarkRound, Sheet
from app.competitions.panel import rounds
from app.core import engine
from app.core.actor import Actor
from app.core.db import db, transaction
from app.core.errors import OfficeError
from tests.faults.interleavings.oracle import JUDGED, SheetPlace
from workflows.competition.sheet_flow import SheetFlow

CUTS = ("statement", "before commit", "after commit")
WHY = "复核"


class PowerCut(Exception):
    """The process is gone, and with it whatever it had not committed."""


class Lost(Exception):
    """Nobody hears an answer.  `kept`: whether it was done; None where only the database can tell."""

    def __init__(self, kept: bool | None) -> None:
        super().__init__(kept)
        self.kept = kept


class Cut(NamedTuple):
    """Where the power is cut, and in a statement after how many steps of the database's machine."""

    where: str
    after: int = 0


class Sent(NamedTuple):
    """A mark as it is sent."""

    id: str
    aspect: str
    seat: int
    seen: int
    value: Any
    device: str
    made_at: datetime


class Answer(NamedTuple):
    """What a tablet reads in an answer: `said` is "recorded", "conflict" or "refused"; the numbers that stand, by id; who is refused."""

    said: str
    numbers: Mapping[str, int] = {}
    refused: frozenset[str] = frozenset()


class Seen(NamedTuple):
    """What the database says of a sheet."""

    ids: frozenset[str]
    is_open: bool
    is_noted: bool
    is_decided: bool


@dataclass(frozen=True)
class Ground:
    """Where courses run: a skill that is being marked, its judges, and the sheets of some competitors."""

    skill_id: int
    judges: Sequence[Actor]
    chief: Actor
    entries: Sequence[int]
    sheets: dict[SheetPlace, int]
    aspects: dict[str, int]
    now: datetime
    sessions: Mapping[int | None, str] = field(default_factory=dict)
    """What a browser signed in by that account holds."""


class Office(Protocol):
    """Everything a course asks for.  Raises `Lost` where no answer comes."""

    def send(self, judge: int, place: SheetPlace, marks: Sequence[Sent], cut: Cut | None) -> Answer: ...

    def act(self, what: str, judge: int, place: SheetPlace, cut: Cut | None) -> bool:
        """sign, lock, reopen, note or decide; whether it was done."""

    def look(self, place: SheetPlace) -> Seen: ...


@dataclass
class InProcess:
    """The office's own functions, called here."""

    ground: Ground

    def send(self, judge: int, place: SheetPlace, marks: Sequence[Sent], cut: Cut | None) -> Answer:
        ground = self.ground
        new = [
            NewMark(
                mark.id,
                ground.aspects[mark.aspect],
                mark.seat,
                mark.seen,
                None if mark.value is None else Decimal(mark.value),
                mark.made_at,
                mark.device,
            )
            for mark in marks
        ]
        try:
            with power(cut), transaction() as session:
                outcome = record(session, ground.sheets[place], ground.judges[judge], new, ground.now)
        except Conflict as conflict:
            return Answer("conflict", {each.sent.id: each.number for each in conflict.differences})
        except NotAccepted as refusal:
            return Answer("refused", refused=frozenset(refusal.refused))
        return Answer("recorded", {mark.id: mark.number for mark in outcome.recorded})

    def act(self, what: str, judge: int, place: SheetPlace, cut: Cut | None) -> bool:
        try:
            with power(cut), transaction() as session:
                sheet = session.get_one(Sheet, self.ground.sheets[place], populate_existing=True)
                self._do(what, session, sheet, self.ground.judges[judge])
        except OfficeError:
            return False
        finally:
            db.session.expire_all()
        return True

    def _do(self, what: str, session: Session, sheet: Sheet, judge: Actor) -> None:
        chief, now, judged = self.ground.chief, self.ground.now, self.ground.aspects[JUDGED]
        if what == "sign":
            commands.sign(session, sheet, judge, now, digest=sheet.digest)
        elif what == "note":
            rounds.note(session, sheet, judged, judge, "已讨论", now)
        elif what == "decide":
            rounds.decide(session, sheet, judged, chief, WHY, now)
        else:
            engine.fire(session, sheet, {"lock": SheetFlow.lock, "reopen": SheetFlow.reopen}[what], chief, now, WHY)

    def look(self, place: SheetPlace) -> Seen:
        return look(db.session, self.ground, place)


def look(session: Session, ground: Ground, place: SheetPlace) -> Seen:
    """The sheet as the database has it.  It is locked for a moment: what the dead have sent to the database is over then."""
    id_ = ground.sheets[place]
    state = session.execute(sa.select(Sheet._state).where(Sheet.id == id_).with_for_update()).scalar_one()
    ids = session.scalars(sa.select(Mark.id).where(Mark.sheet_id == id_)).all()
    latest = sa.select(RemarkRound).where(RemarkRound.sheet_id == id_).order_by(RemarkRound.number.desc()).limit(1)
    round_ = session.scalar(latest.execution_options(populate_existing=True))
    seen = Seen(
        frozenset(ids),
        state == SheetFlow.open.name,
        round_ is not None and bool(round_.note),
        round_ is not None and round_.decided_at is not None,
    )
    session.rollback()
    return seen


@contextmanager
def power(cut: Cut | None) -> Iterator[None]:
    """Run with the power cut at that boundary; `Lost` where it was."""
    if cut is None:
        yield
        return
    driver: Any = None
    is_kept = cut.where == "after commit"

    def go_dark(_session: Session) -> None:
        raise PowerCut

    def begin(_session: Session, _transaction: Any, connection: sa.Connection) -> None:
        nonlocal driver
        driver = connection.connection.driver_connection
        driver.set_progress_handler(lambda: 1, 200 + cut.after)

    if not is_kept:
        event.listen(Session, "before_commit", go_dark)
    if cut.where == "statement":
        event.listen(Session, "after_begin", begin)
    try:
        yield
        raise Lost(is_kept)  # committed, and nobody hears of it
    except (PowerCut, sa.exc.OperationalError) as error:
        raise Lost(kept=False) from error
    except Exception as error:
        if type(error).__module__ == "sqlite3":
            raise Lost(kept=False) from error
        raise
    finally:
        if not is_kept:
            event.remove(Session, "before_commit", go_dark)
        if cut.where == "statement":
            event.remove(Session, "after_begin", begin)
            if driver is not None:
                driver.set_progress_handler(None, 0)
        db.session.close()
        db.engine.dispose()  # what the process held is gone; who comes next opens the file anew
