"""Killed in the middle, like at a power cut: whatever was confirmed is there, nothing is half there, and every job is done once."""

from __future__ import annotations

import http.client
import itertools
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import date
from threading import Event

import pytest
import sqlalchemy as sa

from app.achievements import commands as achievements
from app.competitions.models import Entry, Mark
from app.core import audit, clock, jobs
from app.core.db import transaction
from app.core.jobs import Job
from app.core.worker import queue_of, wake_workers
from app.rewards.models import Claim
from tests.faults.interleavings.killing import killings
from tests.support.granian import Sender, cookie_of, environment_of, kill, serving, started, until
from tests.support.marking import Workshop
from tests.support.rewards import Bureau
from workflows.competition.entry_flow import EntryFlow

CONFIRMED_BEFORE_THE_END = 40
COMPETITORS = 30
JUDGES = 4
AWARDS = 60
SERVER_AND_WORKER = 1  # a seed by which each of them is killed once


@pytest.fixture
def workshop(session):
    with transaction() as s:
        return Workshop(s, COMPETITORS, judges=JUDGES).start()


def judge_at_work(sender, path, aspect, sent, confirmed, is_over):
    """Mark the same aspect anew and anew, until the server is gone."""
    for number in itertools.count():
        if is_over.is_set():
            return
        mark = {"id": str(uuid.uuid4()), "aspect": aspect, "seat": 0, "seen": number, "value": 40 * (number % 2)}
        sent.append((path, mark))
        try:
            status, _answer = sender.post(path, [mark], key=mark["id"])
        except (OSError, http.client.HTTPException):
            return
        assert status == 200
        confirmed.append(mark["id"])


def arbiter_at_work(sender, entries, confirmed):
    """Disqualify one after the other; each tells several people."""
    for entry in entries:
        try:
            status, _answer = sender.post(f"/api/entry/{entry}/disqualify", {"comment": "携带违禁工具"})
        except (OSError, http.client.HTTPException):
            return
        assert status == 200
        confirmed.append(entry)


def count(session, query):
    session.rollback()
    return session.scalar(sa.select(sa.func.count()).select_from(query.subquery()))


def test_a_killed_server_has_kept_everything_it_confirmed(app, session, workshop):
    sheets = [workshop.sheet(f"{n:02d}", "A1").id for n in range(1, JUDGES + 1)]
    aspect, entries = workshop.aspect("A1.1").id, [entry.id for entry in workshop.entries[JUDGES:]]
    ids = [account.get_id() for account in (*workshop.judge_accounts, workshop.arbiter_account)]
    session.rollback()
    sent, marked, disqualified, is_over = [], [], [], Event()
    with serving("wsgi:app", environment_of(app)) as server, ThreadPoolExecutor(JUDGES + 1) as people, ExitStack() as open_connections:
        senders = [open_connections.enter_context(closing(Sender(app, id_, server.port))) for id_ in ids]
        work = [
            people.submit(judge_at_work, sender, f"/marking/sheets/{sheet}/marks", aspect, sent, marked, is_over)
            for sender, sheet in zip(senders, sheets, strict=False)
        ]
        work.append(people.submit(arbiter_at_work, senders[-1], entries, disqualified))
        try:
            until(
                lambda: (len(marked) >= CONFIRMED_BEFORE_THE_END and len(disqualified) >= 3) or any(each.done() for each in work),
                "enough to be confirmed",
            )
            kill(server.process)
        finally:
            is_over.set()
        for each in work:
            each.result()

    session.rollback()
    kept = set(session.scalars(sa.select(Mark.id)))
    assert set(marked) <= kept
    assert kept <= {mark["id"] for _, mark in sent}
    out = set(session.scalars(sa.select(Entry.id).where(Entry.is_in(EntryFlow.disqualified))))
    assert set(disqualified) <= out
    recorded = set(session.scalars(sa.select(audit.AuditEvent.subject_id).where(audit.AuditEvent.action == "disqualify")))
    assert recorded == out
    assert list(audit.verify(session)) == []
    session.rollback()

    tablet = app.test_client()  # which comes back, and sends everything again
    tablet.set_cookie(*cookie_of(app, ids[0]).split("=", 1), domain="localhost")
    assert {tablet.post(path, json=[mark]).status_code for path, mark in sent if mark["id"] in marked} == {200}
    assert count(session, sa.select(Mark.id).where(Mark.id.in_(marked))) == len(marked)


def test_a_killed_worker_leaves_its_jobs_to_the_next_which_does_each_once(app, session):
    bureau = Bureau(session, clock.now())
    people = [bureau.person(f"选手{n}") for n in range(AWARDS)]
    session.rollback()
    app.config["WAKE_WORKERS"] = True
    wake_workers(app)
    try:
        with started(["-m", "app.cli", "worker"], environment_of(app)) as worker:
            for n, person in enumerate(people):
                with transaction() as s:
                    achievements.publish(
                        s,
                        clock.now(),
                        source=f"result:{n}",
                        kind="competition_award",
                        person_id=person.id,
                        title="焊接 一等奖",
                        on=date(2026, 2, 20),
                        level="municipal",
                        award="first",
                        prize_received=5000,
                        facts={"competition": "市赛", "skill": f"赛项{n}"},
                    )
            until(lambda: count(session, sa.select(Job.id).where(Job.state == jobs.DONE)) >= AWARDS // 4, "the worker to be in the middle")
            kill(worker)
    finally:
        jobs.wake_with(None)
        queue_of(app).storage.close()
    assert count(session, sa.select(Job.id).where(Job.state != jobs.DONE)) > 0, "the worker was killed too late to show anything"
    jobs.sweep(clock.now() + jobs.LEASE * 2)
    session.rollback()
    assert set(session.scalars(sa.select(Job.state))) == {jobs.DONE}
    claims = Counter(session.scalars(sa.select(Claim.person_id)))
    assert claims == {person.id: 1 for person in people}
    assert list(audit.verify(session)) == []


def test_interleavings_of_several_judges_come_out_right_although_server_and_worker_are_killed(app, session):
    report = killings(app, None, kills=2, seed=SERVER_AND_WORKER)
    assert report.faults == []
    assert set(report.kills) == {"server", "worker"}
    assert report.courses > 0
