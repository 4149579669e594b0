"""The enterprise's programme on file: what it may recognise, and as which station."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.db import db, transaction
from app.recognition import commands, queries
from app.recognition.forms import (
    Begin,
    CoverForm,
    ProgrammeForm,
    StationForm,
    level_choices,
)
from app.recognition.models import Programme
from app.recognition.views.blueprint import CLERKS, READERS, pages
from app.web.door import roles
from app.web.forms import text
from app.web.paging import page_of
from app.web.viewer import viewer
from workflows.recognition import direct
from workflows.roles import Role
from workflows.text import Text


@pages.get("/programmes", access=READERS)
def programmes() -> str:
    """The programmes of one's enterprise; for the bureau, of all."""
    page = page_of(db.session, queries.visible_programmes(viewer()), request.args.get("page", type=int))
    return render_template("recognition/programmes.html", page=page, form=_begin_form())


def _begin_form() -> Begin:
    form = Begin()
    form.organisation.choices = [(it.id, it.name) for it in queries.enterprises(db.session, viewer())]
    return form


@pages.post("/programmes", access=CLERKS)
def begin_programme() -> ResponseReturnValue:
    form = _begin_form()
    if not form.validate_on_submit():
        page = page_of(db.session, queries.visible_programmes(viewer()), 1)
        return render_template("recognition/programmes.html", page=page, form=form), 422
    with transaction() as session:
        organisation = next(it for it in queries.enterprises(session, viewer()) if it.id == form.organisation.data)
        programme = commands.begin_programme(session, organisation, viewer(), clock.now())
    return redirect(url_for("recognition.programme", id=programme.id))


@pages.get("/programmes/<int:id>", access=READERS)
def programme(id: int) -> str:
    """What is on file, and for whoever may change it, the forms."""
    return _programme_page(queries.programme(db.session, viewer(), id))


def _programme_page(found: Programme, **refilled: object) -> str:
    form = ProgrammeForm(formdata=None, obj=found)
    forms = {"form": form, "cover_form": _cover_form(None), "station_form": StationForm(formdata=None, obj=found)} | refilled
    mine = viewer().roles_on(found) & set(found.state.editable_by)
    return render_template(
        "recognition/programme.html",
        programme=found,
        by_occupation=_by_occupation(found),
        defaults=(direct.CERTIFICATES_A_YEAR, direct.PANEL_MINIMUM, direct.PUBLICITY_DAYS),
        is_filed_by_me=Role.CLERK in mine,
        is_coded_by_me=Role.REVIEWER in mine,
        is_clerk=Role.CLERK in viewer().roles_on(found),
        **forms,
    )


def _by_occupation(found: Programme) -> list[tuple[str, list[Text]]]:
    grouped: dict[str, list[Text]] = {}
    for scope in found.covers:
        grouped.setdefault(scope.occupation.label, []).append(scope.skill_level.title)
    return list(grouped.items())


def _cover_form(formdata: object) -> CoverForm:
    form = CoverForm(formdata=formdata)
    form.levels.choices = [(int(digit), title) for digit, title in level_choices()]
    return form


@pages.post("/programmes/<int:id>/content", access=CLERKS)
def describe_programme(id: int) -> ResponseReturnValue:
    form = ProgrammeForm()
    if not form.validate_on_submit():
        return _programme_page(queries.programme(db.session, viewer(), id), form=form), 422
    with transaction() as session:
        commands.describe_programme(
            session,
            queries.programme(session, viewer(), id),
            viewer(),
            clock.now(),
            arrangements=text(form.arrangements),
            certificates_a_year=form.certificates_a_year.data or 0,
            panel_minimum=form.panel_minimum.data or 0,
            publicity_days=form.publicity_days.data or 0,
            version=request.form.get("version", type=int),
        )
    flash(_("已保存。"), "success")
    return redirect(url_for("recognition.programme", id=id))


@pages.post("/programmes/<int:id>/scope", access=CLERKS)
def cover(id: int) -> ResponseReturnValue:
    """The levels of one occupation."""
    form = _cover_form(request.form)
    if not form.validate():
        return _programme_page(queries.programme(db.session, viewer(), id), cover_form=form), 422
    occupation = commands.occupation_named(db.session, text(form.occupation))
    if occupation is None:
        form.occupation.errors = [_("职业目录中没有，或不止一个：请填职业编码")]
        return _programme_page(queries.programme(db.session, viewer(), id), cover_form=form), 422
    with transaction() as session:
        found = queries.programme(session, viewer(), id)
        commands.cover(session, found, occupation, form.levels.data or [], viewer(), clock.now())
    return redirect(url_for("recognition.programme", id=id, _anchor="scope"))


@pages.post("/programmes/<int:id>/station", access=roles(Role.REVIEWER))
def assign_station(id: int) -> ResponseReturnValue:
    form = StationForm()
    if not form.validate_on_submit():
        return _programme_page(queries.programme(db.session, viewer(), id), station_form=form), 422
    with transaction() as session:
        commands.assign_station(
            session,
            queries.programme(session, viewer(), id),
            viewer(),
            clock.now(),
            agency=text(form.agency),
            province=text(form.province),
            station=text(form.station),
        )
    flash(_("已保存。"), "success")
    return redirect(url_for("recognition.programme", id=id))
