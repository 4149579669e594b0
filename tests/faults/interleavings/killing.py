"""Interleavings against servers that run and are killed: kill -9 of the web server, the worker, and the database, in the middle of it all.

Several courses go on at once over HTTP, each with sheets of its own.  Who gets no answer asks the database whether it was done, which is
all that may be open: a request is kept whole or not at all, and what was confirmed is there.
"""

from __future__ import annotations

import http.client
import itertools
import os
import random
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock
from time import sleep
from typing import Any

import sqlalchemy as sa
from flask import Flask

from app import create_app
from app.accounts.models import Notification
from app.competitions.marking.recording import altered_sheets
from app.core import audit, clock, jobs
from app.core.audit import AuditEvent
from app.core.db import db
from app.core.jobs import Job
from app.core.worker import queue_of
from tests.faults.interleavings.course import Course, steps_of
from tests.faults.interleavings.office import WHY, Answer, Cut, Ground, Lost, Seen, Sent, look
from tests.faults.interleavings.oracle import JUDGED, JUDGES, SheetPlace
from tests.faults.interleavings.running import ENTRIES_EACH, prepared
from tests.support import postgres
from tests.support.databases import migrate
from tests.support.granian import PATIENCE_SECONDS, Sender, environment_of, free_port, kill, serving_at, started, until
from tests.support.postgres import Cluster, children_of

SERVER, WORKER, DATABASE, ONE_OF_ITS_PROCESSES = "server", "worker", "database", "process of the database"
COURSES_A_SKILL = 10  # a larger one would hold the write lock for long
AT_ONCE = 4
BETWEEN_KILLS = range(2, 60)  # requests
LOOK_AGAIN_SECONDS = 0.005
MOST_SAID = 6000  # characters of the servers' errors


@dataclass
class Report:
    """What was done, and what was found."""

    courses: int = 0
    requests: int = 0
    unanswered: int = 0
    jobs: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kills = ", ".join(f"{who} {count}" for who, count in sorted(self.kills.items()))
        asked = f"{self.requests} requests, {self.unanswered} unanswered, {self.jobs} jobs done"
        return f"{self.courses} interleavings, {self.kills.total()} kills ({kills}), {asked}, {len(self.faults)} failed"


@contextmanager
def installation(kind: str) -> Iterator[tuple[Flask, Cluster | None]]:
    """An office of its own over a SQLite file or a PostgreSQL of its own, on a disk, as careful as one in use."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(TemporaryDirectory(prefix="jiangbang-killed-")))
        cluster = stack.enter_context(postgres.cluster(careless=False)) if kind == "postgresql" else None
        url = cluster.url if cluster else f"sqlite:///{directory / 'office.sqlite'}"
        migrate(url, directory)
        app = create_app(directory / "instance", DATABASE_URL=url, WAKE_WORKERS=False)
        with app.app_context():
            yield app, cluster
            db.session.close()
            db.engine.dispose()


def killings(app: Flask, cluster: Cluster | None, kills: int, seed: int = 0, tell: Callable[[Report], None] = lambda _: None) -> Report:
    """Follow courses until *kills* were made, and look what it came to."""
    with Town(app, cluster, random.Random(seed), seed) as town:
        for _ in range(kills):
            town.work_until_a_kill_is_due()
            if town.report.faults:
                break
            town.kill_somebody()
            tell(town.report)
    town.take_stock()
    return town.report


class Town:
    """Server, worker and database with the courses that go on; a context: when it is left, the courses have come to their end."""

    def __init__(self, app: Flask, cluster: Cluster | None, chance: random.Random, seed: int) -> None:
        self.app, self.cluster, self.report = app, cluster, Report()
        self.port, self.disturbed = free_port(), 0
        self.is_up, self.is_over = Event(), Event()
        self._chance, self._seeds, self._lock = chance, itertools.count(seed), Lock()
        self._free: deque[tuple[Ground, Sequence[int]]] = deque()
        self._stack, self._life = ExitStack(), {SERVER: ExitStack(), WORKER: ExitStack()}
        self._processes: dict[str, Any] = {}
        self._log = self._stack.enter_context((app.config["INSTANCE"] / "killed.log").open("wb"))  # of errors while the database is gone

    def __enter__(self) -> Town:
        self._prepare()
        self._start(SERVER)
        self._start(WORKER)
        self.is_up.set()
        people = self._stack.enter_context(ThreadPoolExecutor(AT_ONCE))
        self._work = [people.submit(self._go_on) for _ in range(AT_ONCE)]
        return self

    def __exit__(self, *_error: object) -> None:
        self.is_over.set()
        try:
            for each in self._work:
                each.result()
        finally:
            for life in self._life.values():
                life.close()
            self._stack.close()

    # ── killing ──

    def work_until_a_kill_is_due(self) -> None:
        due = self.report.requests + self._chance.choice(BETWEEN_KILLS)
        while self.report.requests < due and not self.report.faults:
            if any(each.done() for each in self._work):
                raise RuntimeError("somebody stopped working")
            if len(self._free) < AT_ONCE:
                self._prepare()
            sleep(LOOK_AGAIN_SECONDS)

    def kill_somebody(self) -> None:
        """Kill one of them, and start it again."""
        may_die = [SERVER, SERVER, WORKER, *([DATABASE, ONE_OF_ITS_PROCESSES] if self.cluster else [])]
        who = self._chance.choice(may_die)
        self.disturbed += 1
        if who in self._processes:
            kill(self._processes[who])
            if who == SERVER:
                self.is_up.clear()
            self._start(who)
        else:
            self._kill_database(whole=who == DATABASE)
        self.report.kills[who] += 1
        self.disturbed += 1
        self.is_up.set()

    def _kill_database(self, *, whole: bool) -> None:
        if self.cluster is None or self.cluster.server is None:
            raise RuntimeError("there is no database to kill")
        if whole:
            self.cluster.kill()
            self.is_up.clear()
            self.cluster.start()
        else:
            before = children_of(self.cluster.server.pid)
            with suppress(ProcessLookupError):
                os.kill(self._chance.choice(before), signal.SIGKILL)
            self.is_up.clear()
            self._wait_until_all_are_others(before)
        patiently(lambda: (db.session.execute(sa.text("SELECT 1")), db.session.rollback()))

    def _wait_until_all_are_others(self, before: Sequence[int]) -> None:
        """Where one of its processes dies PostgreSQL ends all others, and recovers."""
        pid = self.cluster.server.pid if self.cluster and self.cluster.server else 0
        until(lambda: not set(before) & set(children_of(pid)), "PostgreSQL to start anew")

    def _start(self, who: str) -> None:
        life = self._life[who]
        life.close()
        environment = environment_of(self.app)
        if who == SERVER:
            self._processes[who] = life.enter_context(serving_at(self.port, "wsgi:app", environment, log=self._log)).process
        else:
            self._processes[who] = life.enter_context(started(["-m", "app.cli", "worker"], environment, self._log))

    # ── working ──

    def _prepare(self) -> None:
        ground = patiently(lambda: prepared(ENTRIES_EACH * COURSES_A_SKILL))
        db.session.close()
        for n in range(0, len(ground.entries), ENTRIES_EACH):
            self._free.append((ground, ground.entries[n : n + ENTRIES_EACH]))

    def _go_on(self) -> None:
        """One course after the other."""
        with self.app.app_context():
            while not self.is_over.is_set():
                if not self._free:
                    sleep(LOOK_AGAIN_SECONDS)
                    continue
                with self._lock:
                    (ground, entries), seed = self._free.popleft(), next(self._seeds)
                self._follow(ground, entries, seed)

    def _follow(self, ground: Ground, entries: Sequence[int], seed: int) -> None:
        steps = steps_of(seed)
        office = OverHttp(self, ground)
        try:
            course = Course(office, ground, entries, f"{seed}-{entries[0]}")
            course.follow(steps)
            patiently(course.check)
        except Exception as error:  # whatever it is, it is what this looks for
            self.report.faults.append(f"seed {seed}: {type(error).__name__}: {error}\n" + "\n".join(f"    {step}" for step in steps))
        finally:
            office.close()
            db.session.close()
        with self._lock:
            self.report.courses += 1

    def count(self, **more: int) -> None:
        with self._lock:
            for name, number in more.items():
                setattr(self.report, name, getattr(self.report, name) + number)

    def last_errors(self) -> str:
        return Path(self._log.name).read_text(errors="replace")[-MOST_SAID:]

    # ── what it came to ──

    def take_stock(self) -> None:
        """Every job is done, and once; the record is whole, and the marks are what it says."""
        session, faults = db.session, self.report.faults
        queue_of(self.app).storage.close()
        jobs.sweep(clock.now() + jobs.LEASE * 2)
        session.rollback()
        states = Counter(session.scalars(sa.select(Job.state)))
        self.report.jobs = states[jobs.DONE]
        if set(states) - {jobs.DONE}:
            faults.append(f"jobs were left: {dict(states)}")
        reopened = sa.select(AuditEvent.subject_id).where(AuditEvent.subject_kind == "sheet", AuditEvent.action == "reopen")
        said = sa.select(Notification.subject_id).where(Notification.subject_kind == "sheet")
        expected = {id_: times * len(JUDGES) for id_, times in Counter(session.scalars(reopened)).items()}
        if Counter(session.scalars(said)) != expected:
            faults.append("judges were not told once of every sheet that was reopened")
        if broken := [*audit.verify(session), *altered_sheets(session)]:
            faults.append(f"the record is not whole: {broken[:3]}")
        session.rollback()


@dataclass
class OverHttp:
    """The office as browsers reach it."""

    town: Town
    ground: Ground
    _senders: dict[int | None, Sender] = field(default_factory=dict)

    def send(self, judge: int, place: SheetPlace, marks: Sequence[Sent], cut: Cut | None) -> Answer:
        content = [
            {
                "id": mark.id,
                "aspect": self.ground.aspects[mark.aspect],
                "seat": mark.seat,
                "seen": mark.seen,
                "value": mark.value,
                "device": mark.device,
                "made_at": mark.made_at.isoformat(),
            }
            for mark in marks
        ]
        path = f"/marking/sheets/{self.ground.sheets[place]}/marks"
        status, answer = self._ask(self.ground.judges[judge].account_id, lambda sender: sender.post(path, content), cut)
        if status == 200:
            return Answer("recorded", {mark["id"]: mark["number"] for mark in answer["recorded"]})
        assert status == 409, (status, answer)
        if answer["error"] == "conflict":
            return Answer("conflict", {each["id"]: each["number"] for each in answer["conflicts"]})
        return Answer("refused", refused=frozenset(answer["refused"]))

    def act(self, what: str, judge: int, place: SheetPlace, cut: Cut | None) -> bool:
        id_, aspect = self.ground.sheets[place], self.ground.aspects[JUDGED]
        who, chief = self.ground.judges[judge].account_id, self.ground.chief.account_id
        if what == "sign":
            _, answer = self._ask(who, lambda sender: sender.get(f"/marking/sheets/{id_}/standing"), None)
            digest = answer["sheet"]["digest"]
            status, _ = self._ask(who, lambda sender: sender.fill_in(f"/marking/sheets/{id_}/sign", digest=digest), cut)
        elif what == "note":
            status, _ = self._ask(who, lambda sender: sender.fill_in(f"/sheets/{id_}/rounds/{aspect}/note", note="已讨论"), cut)
        elif what == "decide":
            status, _ = self._ask(chief, lambda sender: sender.fill_in(f"/sheets/{id_}/rounds/{aspect}/decision", reason=WHY), cut)
        else:
            status, _ = self._ask(chief, lambda sender: sender.post(f"/api/sheet/{id_}/{what}", {"comment": WHY}), cut)
        assert status in (200, 302, 404, 409), (what, status)
        return status in (200, 302)

    def look(self, place: SheetPlace) -> Seen:
        seen: Seen = patiently(lambda: look(db.session, self.ground, place))
        return seen

    def close(self) -> None:
        for sender in self._senders.values():
            sender.close()
        self._senders.clear()

    def _ask(self, account: int | None, ask: Callable[[Sender], tuple[int, Any]], cut: Cut | None) -> tuple[int, Any]:
        """Status and answer.  `Lost` where the server is gone, or is meant to be; nobody begins while it is not there."""
        if not self.town.is_up.wait(PATIENCE_SECONDS):
            raise TimeoutError("the server to be there again")
        before = self.town.disturbed
        try:
            status, answer = ask(self._sender(account))
        except (OSError, http.client.HTTPException):
            self._lose(account)
        self.town.count(requests=1)
        if status >= 500:
            assert before % 2 or before != self.town.disturbed, f"a fault of the server's own: {status}\n{self.town.last_errors()}"
            self._lose(account)
        if cut is not None:
            raise Lost(None)
        return status, answer

    def _sender(self, account: int | None) -> Sender:
        if account not in self._senders:
            self._senders[account] = Sender(self.town.app, self.ground.sessions[account], self.town.port)
        return self._senders[account]

    def _lose(self, account: int | None) -> None:
        self._senders.pop(account).close()
        self.town.count(requests=1, unanswered=1)
        raise Lost(None)


def patiently(what: Callable[[], Any]) -> Any:
    """Ask the database until it answers."""
    found: list[Any] = []

    def asked() -> bool:
        try:
            found.append(what())
        except sa.exc.DBAPIError:
            db.session.close()
            return False
        return True

    until(asked, f"the database to answer within {PATIENCE_SECONDS} s")
    return found[0]
