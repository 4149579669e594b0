"""The public's pages: notices, objections; and the staff's: objections to examine, the calendar."""

from __future__ import annotations

import io

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit, clock, engine
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.notices import commands, printing, queries
from app.notices.forms import EnterCalendar, FileObjection, days_in
from app.notices.models import Objection
from app.seals import commands as sealing
from app.seals import queries as seals
from app.web.door import PUBLIC, SIGNED_IN, Pages, roles
from app.web.forms import text
from app.web.limits import limiter
from app.web.paging import page_of
from app.web.viewer import viewer
from workflows.publicity.notice_flow import NoticeFlow
from workflows.roles import Role

pages = Pages("notices", __name__)


@pages.get("/notices", access=PUBLIC)
def notices() -> str:
    """What is before the public now, or was (`?past=1`)."""
    now, shows_past = clock.now(), request.args.get("past") == "1"
    query = queries.past(viewer(), now) if shows_past else queries.current(viewer(), now)
    page = page_of(db.session, query, request.args.get("page", type=int))
    return render_template("notices/notices.html", page=page, shows_past=shows_past, calendar=queries.holidays_for(db.session, now))


@pages.get("/notices/<int:id>", access=PUBLIC)
def notice(id: int) -> str:
    now = clock.now()
    found = queries.notice(db.session, viewer(), id, now)
    return render_template(
        "notices/notice.html",
        notice=found,
        is_open=engine.state_now(found, now) is NoticeFlow.published,
        days_left=found.working_days_left(clock.today(now), queries.holidays_for(db.session, now)),
        objections=db.session.scalars(queries.objections(viewer()).where(Objection.notice_id == id)).all() if viewer().is_signed_in else [],
        seals=seals.kept_for(db.session, viewer(), found.organisation_id) if found.organisation_id else [],
        sealed=seals.seals_on(db.session, found.__tablename__, [id]).get(id, []),
    )


@pages.get("/notices/<int:id>/paper", access=PUBLIC)
def paper(id: int) -> ResponseReturnValue:
    """The notice to hang up, with the seal that was put on it."""
    found = queries.notice(db.session, viewer(), id, clock.now())
    content = printing.paper_of(db.session, found, current_app.config["INSTANCE"])
    return send_file(io.BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=f"{found.title[:60]}.pdf")


@pages.post("/notices/<int:id>/seal", access=roles(Role.SEAL_KEEPER))
def use_seal(id: int) -> ResponseReturnValue:
    """The keeper puts a seal on the notice, or takes it off."""
    with transaction() as session:
        seal = seals.seal(session, viewer(), request.form.get("seal", 0, type=int))
        found = queries.notice(session, viewer(), id, clock.now())
        if found.organisation_id != seal.organisation_id:
            raise NotFound
        act = sealing.take_off if request.form.get("act") == "off" else sealing.put_on
        act(session, seal, [found], viewer(), clock.now(), found.title)
    flash(_("已记录用印。"), "success")
    return redirect(url_for("notices.notice", id=id))


@pages.form("/notices/<int:id>/object", access=PUBLIC)
@limiter.limit("10 per hour", methods=["POST"])
def file_objection(id: int) -> ResponseReturnValue:
    """Anybody may say that a list is wrong; the receipt leads back to what became of it."""
    now = clock.now()
    form = FileObjection(name=viewer().name if viewer().is_signed_in else None)
    if form.validate_on_submit():
        with transaction() as session:
            found = queries.notice(session, viewer(), id, now)
            objection = commands.file_objection(
                session, found, viewer(), now, name=text(form.name), contact=text(form.contact), reason=text(form.reason)
            )
        flash(_("异议已提交，公示在核查期间延期。请记下回执号。"), "success")
        return redirect(url_for("notices.by_receipt", receipt=objection.receipt))
    found = queries.notice(db.session, viewer(), id, now)
    is_open = engine.state_now(found, now) is NoticeFlow.published
    return render_template("notices/object.html", form=form, notice=found, is_open=is_open), 422 if form.is_submitted() else 200


@pages.get("/objections/receipt", access=PUBLIC)
@limiter.limit("60 per hour", exempt_when=lambda: not request.args.get("receipt"))
def by_receipt() -> str:
    """What became of an objection, for whoever holds its receipt."""
    receipt = request.args.get("receipt", "").strip()
    objection = queries.objection_by_receipt(db.session, receipt) if receipt else None
    answer = _answer_to(objection) if objection else ""
    return render_template("notices/receipt.html", receipt=receipt, objection=objection, answer=answer)


def _answer_to(objection: Objection) -> str:
    """The reasons given with the last decision."""
    said = [event.comment for event in audit.history(db.session, objection) if event.comment]
    return said[-1] if said else ""


@pages.get("/objections", access=SIGNED_IN)
def objections() -> str:
    """What I examine, and what I raised."""
    page = page_of(db.session, queries.objections(viewer()), request.args.get("page", type=int))
    return render_template("notices/objections.html", page=page)


@pages.get("/objections/<int:id>", access=SIGNED_IN)
def objection(id: int) -> str:
    return render_template("notices/objection.html", objection=queries.objection(db.session, viewer(), id))


@pages.form("/calendar", access=roles(Role.ADMINISTRATOR))
def calendar() -> ResponseReturnValue:
    """The State Council's notice on days off, entered once a year; publicity periods are counted by it."""
    form = EnterCalendar()
    if form.validate_on_submit():
        with transaction() as session:
            commands.enter_calendar(
                session,
                viewer(),
                clock.now(),
                year=form.year.data or 0,
                source=text(form.source),
                off=days_in(text(form.off)),
                working=days_in(text(form.working)),
            )
        flash(_("已录入。此后发布的公示按它计算；已经发布的公示期限不变。"), "success")
        return redirect(url_for("notices.calendar"))
    known = db.session.scalars(queries.calendar_notices()).all()
    table = queries.holidays_for(db.session, clock.now())
    return render_template("notices/calendar.html", form=form, known=known, table=table), 422 if form.is_submitted() else 200
