"""When a tablet makes the chief judge ask: marks that do not arrive, silence on a day of marking, a clock that is wrong.

World Skills practice: tablets are issued in the morning and returned at night, what was not submitted is looked into by the chief expert
(WSC2026 TD14, TD49).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from workflows.text import Text

HOLDS_BACK = timedelta(minutes=10)
"""Marks that have waited this long without a word from the tablet."""

SILENT = timedelta(hours=2)
WRONG_CLOCK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a tablet stands: the words, and whether somebody should ask."""

    title: Text
    asks: bool


def standing(last_contact: datetime, pending: int, clock_offset_ms: int, now: datetime, *, is_lost: bool) -> Standing:
    """What is to be said of a tablet last heard of at *last_contact* with *pending* marks waiting.

    A wrong clock harms nothing (the server dates every mark itself), so it is said and nobody need ask.
    """
    away = now - last_contact
    if is_lost:
        return Standing(Text("已登记遗失", "declared lost"), asks=True)
    if pending and away > HOLDS_BACK:
        return Standing(Text("{n} 条评分还在设备里", "{n} marks are still on it").format(n=pending), asks=True)
    if away > SILENT:
        return Standing(Text("已久未联系", "not heard of for long"), asks=away < timedelta(days=1))
    if pending:
        return Standing(Text("正在上传 {n} 条", "sending {n}").format(n=pending), asks=False)
    if abs(timedelta(milliseconds=clock_offset_ms)) > WRONG_CLOCK:
        return Standing(Text("已全部上传；时钟不准", "all sent; its clock is wrong"), asks=False)
    return Standing(Text("已全部上传", "all sent"), asks=False)
