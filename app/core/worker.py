"""The worker: Huey wakes it for new jobs, and each minute it sweeps up what was left and lets the clock act.

The queue lies beside the database it serves: a file for SQLite, tables of its own for PostgreSQL, or Redis where
`QUEUE_URL` names one.  Losing the queue loses nothing: the job rows are in the database (`app.core.jobs`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import make_url

from app.core import clock, engine, jobs
from app.core.lazily import lazily

if TYPE_CHECKING:
    import huey
    from huey import consumer
else:
    huey, consumer = lazily("huey"), lazily("huey.consumer")


def wake_workers(app: Flask) -> None:
    """Let every committed job wake a worker, unless the setting WAKE_WORKERS leaves them to the sweep."""
    jobs.wake_with((lambda job_id: queue_of(app).run_job(job_id)) if app.config["WAKE_WORKERS"] else None)


def queue_of(app: Flask) -> huey.Huey:
    """The queue of this installation, opened when it is first needed, with the tasks a worker runs."""
    if "huey" not in app.extensions:
        app.extensions["huey"] = _with_tasks(_queue(app), app)
    return app.extensions["huey"]


def _with_tasks(queue: huey.Huey, app: Flask) -> huey.Huey:

    @queue.task()
    def run_job(job_id: int) -> None:
        with app.app_context():
            jobs.run(job_id)

    @queue.periodic_task(huey.crontab(minute="*"))
    def every_minute() -> None:
        with app.app_context():
            engine.tick(clock.now())
            jobs.sweep()

    queue.run_job = run_job
    return queue


def _queue(app: Flask) -> huey.Huey:
    asked, database = app.config.get("QUEUE_URL"), make_url(app.config["DATABASE_URL"])
    if asked:
        return huey.RedisHuey("jiangbang", url=asked, results=False)
    if database.get_backend_name() == "postgresql":
        dsn = database.set(drivername="postgresql").render_as_string(hide_password=False)
        with _left_out("redis"):
            return huey.PostgresHuey("jiangbang", dsn=dsn, results=False)
    with _left_out("redis", "psycopg"):
        return huey.SqliteHuey("jiangbang", filename=str(app.config["INSTANCE"] / "queue.sqlite"), results=False)


@contextmanager
def _left_out(*drivers: str) -> Iterator[None]:
    """Huey loads the driver of every kind of queue that is installed, 12 MiB for good; without *drivers* it is content with the others."""
    absent = [name for name in drivers if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]  # None: "there is no such module" (the import system's own sign)
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def start_embedded(app: Flask, **options: Any) -> consumer.Consumer:
    """Start a worker on threads of this process; whoever starts it also stops it."""
    worker = consumer.Consumer(queue_of(app), **({"workers": 1, "max_delay": 0.5} | options))
    worker._set_signal_handlers = _leave_them_to_the_host
    worker.start()
    with app.app_context():
        engine.tick(clock.now())
        jobs.sweep()
    return worker


def _leave_them_to_the_host() -> None:
    """What a worker inside another process does about signals."""


def work(app: Flask) -> None:
    """Do jobs until told to stop: the worker of an installation that runs it beside the web server."""
    consumer.Consumer(queue_of(app), workers=4).run()
