"""Messages from one part of the office to others, written in the same transaction as what they tell of.

Each handler of a topic gets a job row of its own.  The job and what the handler does are committed together,
so a message is acted on once, also when a worker dies in the middle.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core import jobs, slices


def publish(session: Session, topic: str, payload: dict[str, Any], now: datetime) -> None:
    """Tell every handler of *topic*, after this transaction is committed."""
    for name, _handler in slices.deliveries_of(topic):
        jobs.enqueue(session, name, payload, now)
