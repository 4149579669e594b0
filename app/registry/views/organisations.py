"""Organisations: enterprises, schools, training institutions, bureaus."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Forbidden
from app.registry import commands, queries
from app.registry.commands import OrganisationData
from app.registry.forms import OrganisationForm
from app.registry.models import ORGANISATION_KINDS
from app.registry.views.blueprint import pages
from app.web.door import SIGNED_IN, roles
from app.web.forms import choices, text
from app.web.paging import page_of
from app.web.viewer import viewer

ENTERING = roles(*queries.REGISTRARS)


@pages.get("/organisations", access=SIGNED_IN)
def organisations() -> str:
    words, kind = request.args.get("words", "").strip(), request.args.get("kind", "")
    page = page_of(db.session, queries.organisations(words, kind), request.args.get("page", type=int))
    return render_template(
        "registry/organisations.html",
        page=page,
        words=words,
        kind=kind,
        kinds=ORGANISATION_KINDS,
        may_enter=ENTERING.admits(viewer()),
    )


@pages.get("/organisations/<int:id>", access=SIGNED_IN)
def organisation(id: int) -> str:
    """One organisation; its staff only for those whose business it is."""
    found = queries.organisation(db.session, id)
    sees_staff = queries.may_see_employees(viewer(), found)
    page = page_of(db.session, queries.employees(viewer(), found), request.args.get("page", type=int)) if sees_staff else None
    return render_template(
        "registry/organisation.html",
        organisation=found,
        path=queries.division_path(db.session, found.division_code),
        kinds=ORGANISATION_KINDS,
        staff=page,
        may_edit=queries.may_edit_organisation(viewer(), found),
    )


@pages.form("/organisations/new", access=ENTERING)
def create_organisation() -> ResponseReturnValue:
    form = _form(OrganisationForm())
    if form.validate_on_submit():
        with transaction() as session:
            made = commands.create_organisation(session, viewer(), clock.now(), _data(form))
        flash(_("已登记。"), "success")
        return redirect(url_for("registry.organisation", id=made.id))
    return render_template("registry/edit_organisation.html", form=form, organisation=None), 422 if form.is_submitted() else 200


@pages.form("/organisations/<int:id>/edit", access=SIGNED_IN)
def edit_organisation(id: int) -> ResponseReturnValue:
    """Closed numbers are not shown: an empty field keeps what is there."""
    found = queries.organisation(db.session, id)
    if not queries.may_edit_organisation(viewer(), found):
        raise Forbidden
    form = OrganisationForm(obj=found) if not request.form else OrganisationForm()
    if not form.is_submitted():
        form.phone.data = form.bank_account.data = ""
    _form(form)
    if form.validate_on_submit():
        with transaction() as session:
            commands.edit_organisation(session, viewer(), queries.organisation(session, id), clock.now(), _data(form))
        flash(_("已保存。"), "success")
        return redirect(url_for("registry.organisation", id=id))
    return render_template("registry/edit_organisation.html", form=form, organisation=found), 422 if form.is_submitted() else 200


def _form(form: OrganisationForm) -> OrganisationForm:
    form.kind.choices = choices(ORGANISATION_KINDS.items())
    divisions = db.session.scalars(queries.divisions())
    form.division_code.choices = choices([("", "—"), *((row.code, f"{row.name} {row.code}") for row in divisions)])
    return form


def _data(form: OrganisationForm) -> OrganisationData:
    return OrganisationData(
        name=text(form.name),
        credit_code=text(form.credit_code),
        kind=text(form.kind),
        division_code=text(form.division_code) or None,
        address=text(form.address),
        contact=text(form.contact),
        phone=text(form.phone),
        bank_name=text(form.bank_name),
        bank_account=text(form.bank_account),
        member=text(form.member),
    )
