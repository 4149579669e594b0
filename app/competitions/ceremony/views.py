"""Preparing a ceremony, leading it from a tablet, and the hall's screen, which knows only what was revealed."""

from __future__ import annotations

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.competitions.ceremony import commands, queries
from app.competitions.ceremony.forms import CeremonyForm
from app.core import audit, clock
from app.core.db import db, transaction
from app.web.door import PUBLIC, Pages, roles
from app.web.forms import text
from app.web.shared import Shared
from app.web.viewer import viewer
from workflows.competition.ceremony import FULL, MASKED, NAMES, as_data
from workflows.competition.ceremony_flow import CeremonyFlow
from workflows.roles import Role

pages = Pages("ceremony", __name__)

ORGANISER = roles(Role.ORGANISER)
IN_THE_HALL = Shared(queries.version_of_ceremony)
AHEAD = 3  # scenes that the presenter sees before they are stepped to


@pages.form("/competitions/<int:id>/ceremonies", access=ORGANISER)
def ceremonies(id: int) -> ResponseReturnValue:
    """The ceremonies of a competition, and the next one to prepare."""
    competition = queries.own_competition(db.session, viewer(), id)
    skills = queries.skills_to_reveal(db.session, competition)
    form = CeremonyForm(
        data={"skills": [skill.id for skill in skills], "order": "by_skill", "names": MASKED} if request.method == "GET" else None
    )
    form.offer(skills)
    if form.validate_on_submit():
        with transaction() as session:
            made = commands.prepare(
                session,
                queries.own_competition(session, viewer(), id),
                viewer(),
                clock.now(),
                title=text(form.title),
                order=form.order.data,
                skills=form.skills.data or [],
                full_names=form.names.data == FULL,
            )
        flash(_("已准备好，在主持页开始揭晓。"), "success")
        return redirect(url_for("ceremony.presenter", id=made.id))
    page = render_template(
        "ceremony/ceremonies.html",
        competition=competition,
        form=form,
        skills=skills,
        ceremonies=queries.of_competition(db.session, viewer(), id),
        is_decided=queries.is_decided,
    )
    return page, 422 if form.is_submitted() else 200


@pages.get("/ceremonies/<int:id>", access=ORGANISER)
def presenter(id: int) -> str:
    """The tablet of whoever leads it: what the hall sees now, what comes next, and the buttons."""
    ceremony = queries.ceremony(db.session, viewer(), id)
    script = ceremony.script
    if ceremony.is_in(CeremonyFlow.prepared):
        script = [as_data(scene) for scene in commands.scenes_of(db.session, ceremony)]
    return render_template(
        "ceremony/presenter.html",
        ceremony=ceremony,
        length=len(script),
        coming=script[ceremony.position : ceremony.position + AHEAD],
        is_running=ceremony.is_in(CeremonyFlow.running),
        is_over=ceremony.is_in(CeremonyFlow.over),
        undecided=list(ceremony.undecided_skills),
        names=NAMES[FULL if ceremony.shows_full_names else MASKED],
        milestones=[event for event in audit.history(db.session, ceremony) if event.action != commands.STEP],
    )


@pages.get("/ceremonies/<int:id>/version", access=ORGANISER)
def version(id: int) -> Response:
    """Whether another tablet has stepped meanwhile."""
    return jsonify({"version": queries.ceremony(db.session, viewer(), id).version})


@pages.post("/ceremonies/<int:id>/step", access=ORGANISER)
def step(id: int) -> ResponseReturnValue:
    """Forth, back, or cover the screen."""
    with transaction() as session:
        ceremony = queries.ceremony(session, viewer(), id)
        commands.step(
            session,
            ceremony,
            viewer(),
            clock.now(),
            to=request.form.get("to", ceremony.position, type=int),
            is_paused=request.form.get("paused") == "1",
            version=request.form.get("version", type=int),
        )
    return redirect(url_for("ceremony.presenter", id=id))


@pages.get("/ceremony/<code>", access=PUBLIC, shared=IN_THE_HALL)
def hall(code: str) -> str:
    """The screen in the hall: the scene that was stepped to, without a trace of what is to come."""
    return render_template("ceremony/hall.html", ceremony=queries.in_the_hall(db.session, code))


@pages.get("/ceremony/<code>.json", access=PUBLIC, shared=IN_THE_HALL)
def hall_data(code: str) -> Response:
    """The same as data, for a screen of one's own."""
    ceremony = queries.in_the_hall(db.session, code)
    return jsonify({"title": ceremony.title, "competition": ceremony.competition, "over": ceremony.is_over, **ceremony.audience})
