"""The panel's votes, the list before the public, and the level offered to a competition's winner."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Refused
from app.recognition import commands, queries
from app.recognition.forms import (
    PublicityForm,
)
from app.recognition.models import DirectRecognition
from app.recognition.views.blueprint import ASSESSORS, CLERKS, pages
from app.recognition.views.recognitions import passed, recognition_page, vote_form
from app.web.door import SIGNED_IN
from app.web.forms import text
from app.web.paging import page_of
from app.web.viewer import viewer
from workflows.recognition import direct
from workflows.recognition.direct_flow import DirectFlow
from workflows.text import Text


@pages.get("/panel", access=ASSESSORS)
def panel() -> str:
    """What the panel has before it, and how far the voting is."""
    look = (
        queries.recognitions(viewer(), state=DirectFlow.submitted)
        .order_by(None)
        .order_by(DirectRecognition.state_since, DirectRecognition.id)
    )
    page = page_of(db.session, look, request.args.get("page", type=int))
    lines = [
        (it, direct.count(it.votes, it.panel_minimum), any(vote.account_id == viewer().account_id for vote in it.present_votes))
        for it in page.rows
    ]
    return render_template("recognition/panel.html", page=page, lines=lines)


@pages.post("/directs/<int:id>/vote", access=ASSESSORS)
def vote(id: int) -> ResponseReturnValue:
    form = vote_form()
    if not form.validate_on_submit():
        return recognition_page(queries.recognition(db.session, viewer(), id), vote_form=form), 422
    with transaction() as session:
        found = queries.recognition(session, viewer(), id)
        commands.vote(session, found, form.in_favour.data == "yes", text(form.reason), viewer(), clock.now())
    flash(_("已记下您的意见；评审结束前可以修改。"), "success")
    return redirect(url_for("recognition.recognition", id=id, _anchor="votes"))


@pages.post("/programmes/<int:id>/publicity", access=CLERKS)
def open_publicity(id: int) -> ResponseReturnValue:
    """One notice for everybody who has passed."""
    form = PublicityForm()
    if not form.validate_on_submit():
        raise Refused(Text("请填写受理异议的联系方式", "Say how objections reach you"))
    with transaction() as session:
        programme = queries.programme(session, viewer(), id)
        notice = commands.open_publicity(session, programme, passed(programme), text(form.contact), viewer(), clock.now())
    flash(_("公示已发布，期满无异议将自动发证。"), "success")
    return redirect(url_for("recognition.recognitions", state="publicity", notice=notice.id))


@pages.get("/offers/<int:id>", access=SIGNED_IN)
def offer(id: int) -> str:
    """A level a competition's award leads to."""
    return render_template("recognition/offer.html", offer=queries.offer(db.session, viewer(), id))
