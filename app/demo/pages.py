"""The demonstration's own address: its clock, which can be moved so that a publicity period need not be sat out."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.errors import Refused
from app.demo import passing
from app.web.door import SIGNED_IN, Pages
from app.web.words import moment, say
from workflows.text import Text

pages = Pages("demo", __name__, url_prefix="/demo")

MOVED = Text("演示时钟已拨到 {when}，到时事项办理 {moved} 件", "The demonstration's clock is at {when}; {moved} things fell due")
NO_DAYS = Text("天数应为 0 到 400 之间的整数", "The days must be a whole number from 0 to 400")


@pages.post("/clock", access=SIGNED_IN)
def move_clock() -> ResponseReturnValue:
    """Move the clock on by some days, let everything that falls due happen, and do the jobs."""
    days = request.form.get("days", type=int)
    if days is None or not 0 <= days <= 400:
        raise Refused(NO_DAYS)
    clock.move_to(clock.now() + timedelta(days=days))
    moved = passing.until(clock.now())
    flash(say(MOVED.format(when=moment(clock.now()), moved=moved)), "info")
    return redirect(request.referrer or url_for("home.home"))
