"""The check-in desk: a tablet at the door, big buttons, who has come and who is missing."""

from __future__ import annotations

from flask import render_template, request

from app.competitions.entries import queries
from app.competitions.planning import queries as plans
from app.core.db import db
from app.core.errors import NotFound
from app.web.door import Pages, roles
from app.web.viewer import viewer
from workflows.competition.entry_flow import EntryFlow
from workflows.roles import Role

pages = Pages("desk", __name__)

AT_THE_DESK = (EntryFlow.accepted, EntryFlow.checked_in, EntryFlow.absent)
SHOWN = 30


@pages.get("/skills/<int:id>/check-in", access=roles(Role.CHECK_IN))
def desk(id: int) -> str:
    """Search by number or name; the answer to a search alone where htmx asks."""
    skill = plans.skill(db.session, viewer(), id)
    if Role.CHECK_IN not in viewer().roles_on(skill):
        raise NotFound
    words = request.args.get("words", "").strip()
    state = EntryFlow.states.get(request.args.get("state", ""))
    query = queries.of_skill(viewer(), skill, *((state,) if state in AT_THE_DESK else AT_THE_DESK), words=words)
    rows = db.session.scalars(query.limit(SHOWN + 1)).unique().all()
    counted = queries.counts(db.session, viewer(), skill)
    return render_template(
        "entries/_desk_rows.html" if request.headers.get("HX-Request") else "entries/desk.html",
        skill=skill,
        words=words,
        state=state,
        lines=[queries.line(viewer(), row) for row in rows[:SHOWN]],
        has_more=len(rows) > SHOWN,
        counts=[(each, counted.get(each, 0)) for each in AT_THE_DESK],
    )
