"""The one clock.  Views and jobs ask it once and pass `now` on; nobody below asks again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")


class Clock:
    """The time in UTC.  A shifted clock (rehearsals, the demonstration season) reads its shift in seconds from a file."""

    def __init__(self, shift_file: Path | None = None) -> None:
        self._shift_file = shift_file

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift()

    def move_to(self, moment: datetime) -> None:
        """Set a shifted clock to *moment*; an unshifted one refuses."""
        if self._shift_file is None:
            raise RuntimeError("this clock tells the real time and cannot be moved")
        self._shift_file.write_text(str((moment - datetime.now(UTC)).total_seconds()))

    def _shift(self) -> timedelta:
        if self._shift_file is None or not self._shift_file.exists():
            return timedelta()
        return timedelta(seconds=float(self._shift_file.read_text() or 0))


_clock = Clock()


def use(clock: Clock) -> None:
    """Make *clock* the clock of this process."""
    global _clock  # noqa: PLW0603  one process, one time
    _clock = clock


def now() -> datetime:
    return _clock.now()


def move_to(moment: datetime) -> None:
    _clock.move_to(moment)


def local(moment: datetime) -> datetime:
    """*moment* as the wall clocks of Zhejiang show it."""
    return moment.astimezone(LOCAL)


def today(moment: datetime) -> date:
    return local(moment).date()


def at_local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """The UTC moment at which Zhejiang's clocks show *day*, *hour*:*minute*."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL).astimezone(UTC)
