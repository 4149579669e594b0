"""Work for later: a row per job in the business transaction, a queue only to wake a worker.

The queue (Huey) delivers at most once, so a worker killed in the middle would lose its task.  The row does
not: whoever takes a job holds it on a lease, and `sweep` hands out again what was left lying.  Two shapes:

*delivery*: `handler(session, payload, now)`; its effects and the job's end are one transaction.
*long job*: `handler(run)`, listed in a slice's `jobs`; it commits in steps of its own and reports progress.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock, slices
from app.core.db import Base, Json, UtcDateTime, db, transaction
from app.core.logs import log

LEASE = timedelta(seconds=60)
ATTEMPTS = 6

QUEUED, RUNNING, DONE, FAILED = "queued", "running", "done", "failed"


class Job(Base):
    """A piece of work, its progress and its end."""

    __tablename__ = "job"
    __table_args__ = (
        sa.CheckConstraint(f"state IN ('{QUEUED}', '{RUNNING}', '{DONE}', '{FAILED}')", name="state"),
        sa.Index("ix_job_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(sa.String(10), default=QUEUED)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any] | None] = mapped_column(Json)
    error: Mapped[str | None] = mapped_column(sa.Text)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None]

    @property
    def is_over(self) -> bool:
        return self.state in (DONE, FAILED)


class Run:
    """A long job at work: what it was asked, how far a worker before this one came with it, and how it reports."""

    def __init__(self, job: Job) -> None:
        self.job_id, self.payload, self.account_id, self.done = job.id, job.payload, job.account_id, job.done

    def progress(self, done: int, total: int) -> None:
        """Tell the watching page how far it is, and keep the lease."""
        with transaction() as session:
            session.execute(sa.update(Job).where(Job.id == self.job_id).values(done=done, total=total, lease_until=clock.now() + LEASE))


_wake: list[Callable[[int], None]] = []


def wake_with(waker: Callable[[int], None] | None) -> None:
    """How a committed job gets a worker's attention; None leaves it to the sweep."""
    _wake[:] = [waker] if waker else []


def enqueue(session: Session, name: str, payload: dict[str, Any], now: datetime, *, account_id: int | None = None) -> Job:
    """Add a job in the caller's transaction; a worker is woken when it is committed."""
    job = Job(name=name, payload=payload, created_at=now, due_at=now, account_id=account_id)
    session.add(job)
    session.info.setdefault("new_jobs", []).append(job)
    return job


@event.listens_for(Session, "after_commit")
def _after_commit(session: Session) -> None:
    for job in session.info.pop("new_jobs", ()):
        for waker in _wake:
            try:
                waker(job.id)
            except Exception:  # the sweep will find it; the business is committed and must not seem to fail
                log().warning("worker not woken", job=job.id, exc_info=True)


@event.listens_for(Session, "after_rollback")
def _after_rollback(session: Session) -> None:
    session.info.pop("new_jobs", None)


def run(job_id: int, now: datetime | None = None) -> bool:
    """Take the job if nobody holds it, and do it.  Whether it was done here."""
    now = now or clock.now()
    with transaction() as session:
        job = session.get(Job, job_id, with_for_update={"skip_locked": True}, populate_existing=True)
        if job is None or job.state in (DONE, FAILED) or job.due_at > now or (job.lease_until and job.lease_until > now):
            return False
        job.state, job.lease_until, job.attempts = RUNNING, now + LEASE, job.attempts + 1
    try:
        long_job = slices.job_named(job.name)
        if long_job:
            result = long_job(Run(job))
            with transaction() as session:
                _finish(session, job_id, result)
        else:
            with transaction() as session:
                held = session.get(Job, job_id, with_for_update=True, populate_existing=True)
                if held is None or held.state != RUNNING or held.attempts != job.attempts:
                    return False  # the lease ran out and another worker has it
                slices.delivery_named(job.name)(session, job.payload, now)
                _finish(session, job_id, None)
    except Exception as error:
        _give_back(job_id, error, now)
        return False
    return True


def _finish(session: Session, job_id: int, result: Any) -> None:
    session.execute(
        sa.update(Job).where(Job.id == job_id).values(state=DONE, lease_until=None, ended_at=clock.now(), result=result, error=None)
    )


def _give_back(job_id: int, error: Exception, now: datetime) -> None:
    log().error("job failed", job=job_id, exc_info=error)
    with transaction() as session:
        job = session.get(Job, job_id, populate_existing=True)
        if job is None:
            return
        job.error, job.lease_until = "".join(traceback.format_exception(error))[-4000:], None
        job.state = FAILED if job.attempts >= ATTEMPTS else QUEUED
        job.due_at = now + timedelta(seconds=2**job.attempts)


def due_jobs(session: Session, now: datetime, limit: int = 200) -> list[int]:
    """Jobs that wait, or whose worker has let its lease run out."""
    return list(
        session.scalars(
            sa.select(Job.id)
            .where(Job.state.in_([QUEUED, RUNNING]), Job.due_at <= now, sa.or_(Job.lease_until.is_(None), Job.lease_until <= now))
            .order_by(Job.id)
            .limit(limit)
        )
    )


def sweep(now: datetime | None = None) -> int:
    """Do everything that is due, here and now, until nothing is left; how many jobs were done."""
    count = 0
    while True:
        moment = now or clock.now()
        waiting = due_jobs(db.session, moment)
        db.session.rollback()
        done = sum(run(job_id, moment) for job_id in waiting)
        count += done
        if not done:
            return count


def retry(session: Session, job_id: int, now: datetime) -> None:
    """Give a failed job another round of attempts."""
    session.execute(sa.update(Job).where(Job.id == job_id, Job.state == FAILED).values(state=QUEUED, attempts=0, due_at=now, error=None))
