"""The worker: Huey wakes it for new jobs, and each minute it sweeps up what was left and lets the clock act.

The queue lies beside the database it serves: a file for SQLite, tables of its own for PostgreSQL, or Redis where
`QUEUE_URL` names one.  Losing the queue loses nothing: the job rows are in the database (`app.core.jobs`).
"""

from __future__ import annotations

from typing import Any

from flask import Flask
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from sqlalchemy import make_url

from app.core import clock, engine, jobs


def wake_workers(app: Flask) -> None:
    """Let every committed job wake a worker, unless the setting WAKE_WORKERS leaves them to the sweep."""
    jobs.wake_with((lambda job_id: queue_of(app).run_job(job_id)) if app.config["WAKE_WORKERS"] else None)


def queue_of(app: Flask) -> Huey:
    """The queue of this installation, opened when it is first needed, with the tasks a worker runs."""
    if "huey" not in app.extensions:
        app.extensions["huey"] = _with_tasks(_queue(app), app)
    return app.extensions["huey"]


def _with_tasks(huey: Huey, app: Flask) -> Huey:

    @huey.task()
    def run_job(job_id: int) -> None:
        with app.app_context():
            jobs.run(job_id)

    @huey.periodic_task(crontab(minute="*"))
    def every_minute() -> None:
        with app.app_context():
            engine.tick(clock.now())
            jobs.sweep()

    huey.run_job = run_job
    return huey


def _queue(app: Flask) -> Huey:
    asked, database = app.config.get("QUEUE_URL"), make_url(app.config["DATABASE_URL"])
    if asked:
        return RedisHuey("jiangbang", url=asked, results=False)
    if database.get_backend_name() == "postgresql":
        dsn = database.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresHuey("jiangbang", dsn=dsn, results=False)
    return SqliteHuey("jiangbang", filename=str(app.config["INSTANCE"] / "queue.sqlite"), results=False)


class EmbeddedWorker(Consumer):
    """A worker inside another process: it leaves the signals to its host."""

    def _set_signal_handlers(self) -> None:
        return


def start_embedded(app: Flask, **options: Any) -> EmbeddedWorker:
    """Start a worker on threads of this process; whoever starts it also stops it."""
    worker = EmbeddedWorker(queue_of(app), **({"workers": 1, "max_delay": 0.5} | options))
    worker.start()
    with app.app_context():
        engine.tick(clock.now())
        jobs.sweep()
    return worker
