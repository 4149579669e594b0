"""Time passing in the demonstration: what the clock and the jobs have to do, done up to a moment."""

from __future__ import annotations

from datetime import datetime

from app.core import engine, jobs


def until(moment: datetime) -> int:
    """Let the clock and the jobs take turns until nothing is due at *moment*; how many subjects moved."""
    total = 0
    while True:
        moved, done = engine.tick(moment), jobs.sweep(moment)
        total += moved
        if not moved and not done:
            return total
