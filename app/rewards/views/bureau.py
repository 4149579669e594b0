"""The bureau's own pages: a batch of claims before the public, and the evidence for whoever checks."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.db import db, transaction
from app.rewards import commands, evidence, queries
from app.rewards.forms import Publicity
from app.rewards.views.blueprints import BUREAU, RECOMPUTERS, claim_pages, reward_pages
from app.web.forms import text
from app.web.viewer import viewer
from workflows.rewards.claim_flow import ClaimFlow


@claim_pages.form("/publicity", access=BUREAU)
def publicity() -> ResponseReturnValue:
    """Claims that were reviewed twice, put before the public in one notice."""
    form = Publicity()
    if form.validate_on_submit():
        with transaction() as session:
            chosen = queries.chosen(session, viewer(), request.form.getlist("claim", type=int))
            notice = commands.open_publicity(
                session, chosen, viewer(), clock.now(), title=text(form.title), days=form.days.data or 0, contact=text(form.contact)
            )
        flash(_("公示已发布，共 %(count)s 项", count=len(chosen)), "success")
        return redirect(url_for("claims.claims", state=ClaimFlow.publicity.name, notice=notice.id))
    waiting = queries.in_state(db.session, viewer(), ClaimFlow.second_reviewed)
    if not form.is_submitted():
        form.title.data = _("奖补资金拟发放名单公示（%(day)s）", day=clock.today(clock.now()).isoformat())
    return render_template("rewards/publicity.html", form=form, claims=waiting), 422 if form.is_submitted() else 200


@reward_pages.get("/evidence.json", access=RECOMPUTERS)
def all_evidence() -> ResponseReturnValue:
    """Everything an independent recomputation needs."""
    return jsonify(evidence.everything(db.session, viewer(), clock.now()))
