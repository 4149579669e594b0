"""One interleaving: what happens, in an order that a seed decides, on a real file; and whether it came to what the oracle says.

A power cut is the loss of everything that was not committed: in the middle of a statement, before the commit, or after it with the
acknowledgement lost.  What is sent may arrive twice, late and out of order; tablets are switched off for hours, and their clocks are wrong.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.competitions.marking import commands
from app.competitions.marking.recording import Conflict, NewMark, NotAccepted, Outcome, record
from app.competitions.models import Mark, Sheet, Skill
from app.competitions.standings.queries import computed, lines, order_of
from app.core import engine
from app.core.actor import Actor
from app.core.db import db, transaction
from app.core.errors import OfficeError
from tests.faults.interleavings.oracle import JUDGED, MEASURED, Oracle
from tests.faults.interleavings.tablet import Item, Tablet
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.standing import placed
from workflows.workflow import Transition

VALUES = {MEASURED: ("0", "7.25", "12", "70", None), JUDGED: ("0", "1", "2", "3")}
CUTS = ("statement", "before commit", "after commit")
FATES = ("arrives",) * 8 + ("lost", "unanswered", "twice", "late", *CUTS)
LENGTHS = range(6, 22)


class Step(NamedTuple):
    """Something that happens; the numbers pick who and what, whichever way the others turn out."""

    what: str
    who: int
    which: int
    how: int


WHAT = ("tap",) * 9 + ("send",) * 9 + ("page", "settle", "again", "late", "sign", "lock", "reopen")


def steps_of(seed: int) -> list[Step]:
    chance = random.Random(seed)
    return [Step(chance.choice(WHAT), *(chance.randrange(1 << 16) for _ in range(3))) for _ in range(chance.choice(LENGTHS))]


class PowerCut(Exception):
    """The process is gone, and with it whatever it had not committed."""


@dataclass(frozen=True)
class Ground:
    """Where courses run: a skill that is being marked, its judges, and the sheets of some competitors."""

    skill_id: int
    judges: Sequence[Actor]
    chief: Actor
    entries: Sequence[int]
    sheets: dict[tuple[int, str], int]
    aspects: dict[str, int]
    now: datetime


@dataclass
class Course:
    """A course over a few *entries* of the ground that nobody else uses; `counts_anew`: the standings are also compared with all marks."""

    ground: Ground
    entries: Sequence[int]
    name: str
    counts_anew: bool = True
    oracle: Oracle = field(default_factory=Oracle)
    late: list[tuple[Tablet, list[Item]]] = field(default_factory=list)
    tablets: list[Tablet] = field(init=False)

    def __post_init__(self) -> None:
        self.tablets = [Tablet(judge, f"{self.name}-{n}") for n, judge in enumerate((0, 0, 1), start=1)]

    def run(self, steps: Sequence[Step]) -> None:
        """Raises `AssertionError` where it comes to anything else than the oracle says."""
        for step in steps:
            getattr(self, f"_{step.what}")(self.tablets[step.who % len(self.tablets)], step)
        self._come_home()
        self.check()

    # ── what happens ──

    def _tap(self, tablet: Tablet, step: Step) -> None:
        aspect = (MEASURED, JUDGED)[step.which % 2]
        spot = self.entries[step.which // 2 % len(self.entries)], aspect, tablet.judge + 1 if aspect == JUDGED else 0
        tablet.tap(spot, VALUES[aspect][step.how % len(VALUES[aspect])])

    def _send(self, tablet: Tablet, step: Step) -> None:
        sent = tablet.batch()
        fate = FATES[step.how % len(FATES)]
        if not sent or fate == "lost":
            return
        if fate == "late":
            self.late.append((tablet, sent))
            return
        if fate == "twice":
            self._arrive(tablet, sent, None)
        answer = self._arrive(tablet, sent, fate if fate in CUTS else None, after=step.which % 3000)
        if fate in ("unanswered", *CUTS):
            return
        self._hear(tablet, sent, answer)

    def _late(self, _tablet: Tablet, step: Step) -> None:
        """What was under way for hours arrives at last, out of order; nobody hears the answer any more."""
        if self.late:
            tablet, sent = self.late.pop(step.which % len(self.late))
            self._arrive(tablet, sent, None)

    def _page(self, tablet: Tablet, _step: Step) -> None:
        tablet.open_page({spot: len(given) for spot, given in self.oracle.kept.items()})

    def _settle(self, tablet: Tablet, step: Step) -> None:
        tablet.settle(keeps_own=step.how % 2 == 0)

    def _again(self, tablet: Tablet, _step: Step) -> None:
        tablet.send_again()

    def _sign(self, tablet: Tablet, step: Step) -> None:
        place, judge, now = self._sheet_of(step), self.ground.judges[tablet.judge], self.ground.now
        if self._done(place, lambda session, sheet: commands.sign(session, sheet, judge, now, digest=sheet.digest)):
            assert place in self.oracle.closed or self.oracle.is_complete(*place)
            self.oracle.closed.add(place)

    def _lock(self, _tablet: Tablet, step: Step) -> None:
        place = self._sheet_of(step)
        if self._moved(place, SheetFlow.lock):
            assert place in self.oracle.closed

    def _reopen(self, _tablet: Tablet, step: Step) -> None:
        place = self._sheet_of(step)
        if self._moved(place, SheetFlow.reopen):
            self.oracle.closed.discard(place)

    def _sheet_of(self, step: Step) -> tuple[int, str]:
        return self.entries[step.which % len(self.entries)], ("A1", "B1")[step.how % 2]

    def _moved(self, place: tuple[int, str], transition: Transition) -> bool:
        chief, now = self.ground.chief, self.ground.now
        return self._done(place, lambda session, sheet: engine.fire(session, sheet, transition, chief, now, "复核"))

    def _done(self, place: tuple[int, str], act: Any) -> bool:
        try:
            with transaction() as session:
                act(session, session.get_one(Sheet, self.ground.sheets[place], populate_existing=True))
        except OfficeError:
            return False
        finally:
            db.session.expire_all()
        return True

    # ── a request ──

    def _arrive(self, tablet: Tablet, sent: list[Item], cut: str | None, after: int = 0) -> Any:
        """*sent* reaches the server, which may be cut off on the way; what it answers, or None."""
        place = sent[0].sheet
        skew = timedelta(hours=len(tablet.name) + len(sent) - 9)
        marks = [
            NewMark(
                item.id,
                self.ground.aspects[item.spot[1]],
                item.spot[2],
                item.seen or 0,
                None if item.value is None else Decimal(item.value),
                self.ground.now + skew,
                tablet.name,
            )
            for item in sent
        ]
        answer: Any = None
        try:
            with power(cut, after), transaction() as session:
                answer = record(session, self.ground.sheets[place], self.ground.judges[tablet.judge], marks, self.ground.now)
            said = "recorded"
        except Conflict as conflict:
            answer, said = conflict, "conflict"
        except NotAccepted as refusal:
            answer, said = refusal, "refused"
        except PowerCut:
            if cut != "after commit":
                return None
            said = "recorded"
        expected = self.oracle.receive(
            *place, [(item.id, item.spot[1], item.spot[2], item.seen or 0, _number(item.value)) for item in sent]
        )
        assert said == expected, (said, expected, sent)
        return answer

    def _hear(self, tablet: Tablet, sent: list[Item], answer: Any) -> None:
        if isinstance(answer, Conflict):
            tablet.differed({each.sent.id: each.number for each in answer.differences})
        elif isinstance(answer, NotAccepted):
            tablet.refused(sent, set(answer.refused))
        elif isinstance(answer, Outcome):
            spots = {item.id: item.spot for item in sent}
            tablet.recorded(sent, {spots[mark.id]: mark.number for mark in answer.recorded})

    def _come_home(self) -> None:
        """In the evening every tablet is in the network again, and every judge has chosen."""
        while self.late:
            self._late(self.tablets[0], Step("late", 0, 0, 0))
        for tablet in self.tablets:
            for _ in range(40):
                sent = tablet.batch()
                if not sent:
                    if not any(item.state == "conflict" for item in tablet.queue):
                        break
                    tablet.settle(keeps_own=True)
                    continue
                self._hear(tablet, sent, self._arrive(tablet, sent, None))
            assert all(item.state == "refused" for item in tablet.queue), "a tablet never came to rest"

    # ── what it came to ──

    def check(self) -> None:
        session = db.session
        session.rollback()
        kept: dict[tuple[int, str, int], list[tuple[str, Any]]] = {}
        codes = {id_: code for code, id_ in self.ground.aspects.items()}
        sheets = [self.ground.sheets[entry, sub] for entry in self.entries for sub in ("A1", "B1")]
        rows = session.execute(
            sa.select(Sheet.entry_id, Mark.aspect_id, Mark.seat, Mark.number, Mark.id, Mark.value)
            .join(Mark, Mark.sheet_id == Sheet.id)
            .where(Sheet.id.in_(sheets))
            .order_by(Mark.number)
        )
        for entry, aspect, seat, number, id_, value in rows:
            given = kept.setdefault((entry, codes[aspect], seat), [])
            assert number == len(given) + 1, "a number was given twice or left out"
            given.append((id_, None if value is None else Fraction(value)))
        assert kept == self.oracle.kept, "what is kept is not what was received"
        known = {id_ for given in kept.values() for id_, _ in given} | self.oracle.said_before
        assert all(tablet.confirmed <= known for tablet in self.tablets), "a confirmed mark was lost"
        skill = session.get_one(Skill, self.ground.skill_id, populate_existing=True)
        mine = [line for line in lines(session, skill) if line.id in self.entries]
        assert {line.id: Fraction(line.hundredths, 100) for line in mine} == {entry: self.oracle.total(entry) for entry in self.entries}
        assert {place.id: place.place for place in placed(mine, order_of(skill))} == self.oracle.places(list(self.entries))
        for line in mine if self.counts_anew else ():
            assert computed(session, skill, line.id)[line.id].total == line.hundredths, "kept by difference and counted anew differ"
        session.rollback()


def _number(value: Any) -> Any:
    return None if value is None else Fraction(value)


@contextmanager
def power(cut: str | None, after: int) -> Iterator[None]:
    """Run with the power cut at that boundary: within a statement (*after* so many steps of the database's machine) or at the commit."""
    if cut is None:
        yield
        return
    driver: Any = None

    def go_dark(_session: Session) -> None:
        raise PowerCut

    def begin(_session: Session, _transaction: Any, connection: sa.Connection) -> None:
        nonlocal driver
        driver = connection.connection.driver_connection
        driver.set_progress_handler(lambda: 1, 200 + after)

    if cut != "after commit":
        event.listen(Session, "before_commit", go_dark)
    if cut == "statement":
        event.listen(Session, "after_begin", begin)
    try:
        yield
        raise PowerCut  # committed, and nobody hears of it
    except sa.exc.OperationalError as error:
        raise PowerCut from error
    except Exception as error:
        if type(error).__module__ == "sqlite3":
            raise PowerCut from error
        raise
    finally:
        if cut != "after commit":
            event.remove(Session, "before_commit", go_dark)
        if cut == "statement":
            event.remove(Session, "after_begin", begin)
            if driver is not None:
                driver.set_progress_handler(None, 0)
        db.session.close()
        db.engine.dispose()  # what the process held is gone; who comes next opens the file anew
