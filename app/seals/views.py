"""The keeper's page: the seals, their pictures, every use."""

from __future__ import annotations

from flask import Response, current_app, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.db import db, transaction
from app.registry.models import Organisation
from app.seals import commands, queries
from app.seals.forms import SealForm, WithdrawalForm
from app.web.door import Pages, roles
from app.web.forms import text
from app.web.paging import page_of
from app.web.viewer import viewer
from workflows.roles import Role

pages = Pages("seals", __name__)

KEEPERS = roles(Role.SEAL_KEEPER)
READERS = roles(Role.SEAL_KEEPER, Role.AUDITOR)


@pages.form("/seals", access=READERS)
def seals() -> ResponseReturnValue:
    """The seals one keeps, and a form to hand another in."""
    organisations = queries.organisations(db.session, viewer())
    form = SealForm()
    form.offer(organisations)
    if organisations and form.validate_on_submit():
        with transaction() as session:
            organisation = session.get_one(Organisation, form.organisation.data)
            picture = form.picture.data
            commands.hand_in(
                session,
                current_app.config["INSTANCE"],
                viewer(),
                organisation,
                clock.now(),
                kind=form.kind.data,
                title=text(form.title),
                stream=picture.stream,
                filename=picture.filename or "",
                width=form.width.data,
            )
        flash(_("已保存，可以用在证书和公示上。"), "success")
        return redirect(url_for("seals.seals"))
    kept = db.session.scalars(queries.seals(viewer())).all()
    page = render_template("seals/seals.html", seals=kept, kinds=commands.KINDS, form=form if organisations else None)
    return page, 422 if form.is_submitted() else 200


@pages.form("/seals/<int:id>", access=READERS)
def seal(id: int) -> ResponseReturnValue:
    """One seal with every use of it; the keeper withdraws it here."""
    found = queries.seal(db.session, viewer(), id)
    form = WithdrawalForm()
    if form.validate_on_submit():
        with transaction() as session:
            commands.withdraw(session, queries.seal(session, viewer(), id), viewer(), clock.now(), text(form.reason))
        flash(_("已停用；已盖在证件上的不受影响。"), "success")
        return redirect(url_for("seals.seal", id=id))
    page = page_of(db.session, queries.uses(found), None)
    may_withdraw = found.is_in_use and found.organisation_id in viewer().ids(Role.SEAL_KEEPER)
    body = render_template(
        "seals/seal.html",
        seal=found,
        kinds=commands.KINDS,
        papers=commands.PAPERS,
        page=page,
        subjects=queries.sealed_subjects(db.session, viewer(), page.rows),
        form=form,
        may_withdraw=may_withdraw,
    )
    return body, 422 if form.is_submitted() else 200


@pages.get("/seals/<int:id>.png", access=READERS)
def picture(id: int) -> Response:
    """The image itself, for its keepers alone."""
    found = queries.seal(db.session, viewer(), id)
    return send_file(found.file.path(current_app.config["INSTANCE"]), mimetype=found.file.media_type)
