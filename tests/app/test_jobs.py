"""A job is done once: also when a worker dies in the middle, and not before its transaction is committed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.achievements.commands import publish
from app.achievements.models import Achievement
from app.core import jobs, outbox, slices
from app.core.db import transaction
from app.core.errors import Refused
from app.core.jobs import ATTEMPTS, DONE, FAILED, LEASE, QUEUED, RUNNING, Job
from app.core.slices import Slice
from app.registry.models import Organisation
from workflows.text import Text

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)


def count(session, model):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def write_down(session, payload, now):
    """A handler whose effect can be counted."""
    session.add(Organisation(name=payload["name"], credit_code=payload["name"], kind="enterprise", created_at=now))


def break_down(session, payload, now):
    write_down(session, payload, now)
    raise RuntimeError("the worker breaks down")


@pytest.fixture
def hearing(app):
    """Install a slice that hears `told` with the given handlers."""
    before = list(slices.installed())

    def install(*handlers):
        slices.install([*before, Slice("listener", deliveries={"told": handlers})])

    yield install
    slices.install(before)


def tell(name="某厂"):
    with transaction() as session:
        outbox.publish(session, "told", {"name": name}, NOW)


def tell_and_fail():
    with transaction() as session:
        outbox.publish(session, "told", {"name": "某厂"}, NOW)
        raise Refused(Text("不行", "No"))


def test_what_is_told_is_acted_on_once(session, hearing):
    hearing(write_down)
    tell()
    assert jobs.sweep(NOW) == 1
    assert jobs.sweep(NOW) == 0
    assert count(session, Organisation) == 1


def test_nothing_is_told_when_the_transaction_fails(session, hearing):
    hearing(write_down)
    with pytest.raises(Refused):
        tell_and_fail()
    assert count(session, Job) == 0


def test_a_worker_that_was_killed_leaves_the_job_to_the_next_when_its_lease_is_over(session, hearing):
    hearing(write_down)
    tell()
    with transaction() as s:  # what a killed worker leaves behind
        s.execute(sa.update(Job).values(state=RUNNING, attempts=1, lease_until=NOW + LEASE))
    assert jobs.sweep(NOW + LEASE / 2) == 0
    assert jobs.sweep(NOW + LEASE) == 1
    assert count(session, Organisation) == 1


def test_a_handler_that_breaks_leaves_nothing_half_done_and_is_tried_again_later(session, hearing):
    hearing(break_down)
    tell()
    jobs.sweep(NOW)
    job = session.scalars(sa.select(Job).execution_options(populate_existing=True)).one()
    assert (job.state, count(session, Organisation)) == (QUEUED, 0)
    assert job.due_at > NOW
    assert "breaks down" in job.error


def test_a_job_that_keeps_breaking_is_given_up_and_can_be_retried_by_hand(session, hearing):
    hearing(break_down)
    tell()
    moment = NOW
    for _ in range(ATTEMPTS):
        jobs.sweep(moment)
        moment += timedelta(hours=1)
    job = session.scalars(sa.select(Job).execution_options(populate_existing=True)).one()
    assert job.state == FAILED
    slices.install([Slice("listener", deliveries={"told": (renamed(write_down, "break_down"),)})])
    with transaction() as s:
        jobs.retry(s, job.id, moment)
    assert jobs.sweep(moment) == 1
    assert session.scalars(sa.select(Job.state)).one() == DONE


def renamed(function, name):
    def mended(session, payload, now):
        function(session, payload, now)

    mended.__name__ = name
    return mended


def test_an_achievement_published_twice_is_one_achievement(session):
    with transaction() as s:
        s.add(organisation := Organisation(name="某厂", credit_code="x", kind="enterprise", created_at=NOW))
        s.flush()
        for _ in range(2):
            publish(s, NOW, source="skill:1/entry:2", kind="service", organisation_id=organisation.id, title="x", on=NOW.date())
    assert count(session, Achievement) == 1
