"""What one has been told."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import queries
from app.accounts.views.blueprint import pages
from app.core import clock, slices
from app.core.db import db, transaction
from app.web.actions import subject_url
from app.web.door import SIGNED_IN
from app.web.paging import page_of
from app.web.viewer import viewer


@pages.get("/notifications", access=SIGNED_IN)
def notifications() -> str:
    """The newest first; `?unread=1` leaves out what was read."""
    unread = request.args.get("unread") == "1"
    page = page_of(db.session, queries.notifications(viewer(), unread), request.args.get("page", type=int))
    return render_template("accounts/notifications.html", page=page, unread=unread)


@pages.post("/notifications/<int:id>/open", access=SIGNED_IN)
def open_notification(id: int) -> ResponseReturnValue:
    """To the case it is about; it counts as read."""
    with transaction() as session:
        line = queries.notification(session, viewer(), id)
        line.read_at = line.read_at or clock.now()
        spec = slices.subject_of(line.subject_kind)
        subject = session.get(spec.model, line.subject_id) if spec else None
        return redirect(subject_url(subject) if subject is not None else url_for("accounts.notifications"))


@pages.post("/notifications/read", access=SIGNED_IN)
def read_all() -> ResponseReturnValue:
    """All of it has been read."""
    with transaction() as session:
        for line in session.scalars(queries.notifications(viewer(), unread=True)):
            line.read_at = clock.now()
    return redirect(url_for("accounts.notifications"))
