"""The pages of marking schemes: the list, one scheme with its sum, a marking form, the workbook in and out."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.competitions.models import Criterion, MarkingScheme, SubCriterion
from app.competitions.schemes import commands, forms, queries
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.web.door import Pages, roles
from app.web.forms import text
from app.web.viewer import viewer
from workflows.competition import scheme as rulebook
from workflows.roles import Role
from workflows.text import Text

pages = Pages("schemes", __name__, url_prefix="/schemes")

READ = roles(Role.ORGANISER, Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER, Role.AUDITOR, Role.REVIEWER, Role.APPROVER)
KEEP = roles(Role.ORGANISER)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("", access=READ)
def schemes() -> str:
    """Every scheme I may see, by organisation and name."""
    found = db.session.scalars(queries.visible_schemes(viewer())).unique().all()
    return render_template("schemes/schemes.html", schemes=found, may_keep=viewer().holds(Role.ORGANISER))


@pages.get("/<int:id>", access=READ)
def scheme(id: int) -> str:
    """One scheme: criteria, marking forms, aspects, the sum, and what is wrong with it."""
    found = queries.scheme(db.session, viewer(), id)
    return render_template(
        "schemes/scheme.html",
        scheme=found,
        problems=rulebook.problems(found.rules),
        variation=found.rules.variation(),
        skills=queries.used_by(db.session, found),
        may_edit=Role.ORGANISER in viewer().roles_on(found) and not found.is_locked,
        may_copy=Role.ORGANISER in viewer().roles_on(found),
    )


@pages.form("/new", access=KEEP)
def new() -> ResponseReturnValue:
    """Begin a scheme."""
    form = forms.NewScheme()
    _offer_organisations(form)
    if form.validate_on_submit():
        with transaction() as session:
            made = commands.create(session, viewer(), form.organisation_id.data, text(form.name), clock.now())
        return redirect(url_for("schemes.criteria", id=made.id))
    return render_template("schemes/new.html", form=form)


@pages.form("/import", access=KEEP)
def take_over() -> ResponseReturnValue:
    """Read a CIS workbook, show what it says and every finding; keep it when asked to and nothing is wrong."""
    form = forms.ImportScheme()
    _offer_organisations(form)
    if not form.is_submitted():
        return render_template("schemes/import.html", form=form, reading=None)
    if not form.file.data:
        form.file.errors = [_("请选择文件")]
        return render_template("schemes/import.html", form=form, reading=None), 422
    content, filename = form.file.data.read(), form.file.data.filename or ""
    reading = queries.read_workbook(content, filename)
    if reading.scheme is not None and not text(form.name):
        form.name.data = reading.scheme.title
    if not (request.form.get("keep") and reading.is_importable and reading.scheme and form.validate()):
        return render_template("schemes/import.html", form=form, reading=reading)
    with transaction() as session:
        made = commands.import_scheme(
            session,
            viewer(),
            form.organisation_id.data,
            text(form.name),
            reading.scheme,
            clock.now(),
            partial=bool(form.is_partial.data),
            source=filename,
        )
    flash(_("已导入 %(count)s 个评分项。", count=len(made.aspects)), "success")
    return redirect(url_for("schemes.scheme", id=made.id))


def _offer_organisations(form: forms.NewScheme) -> None:
    form.organisation_id.choices = [(each.id, each.name) for each in queries.organisations(db.session, viewer())]


@pages.post("/<int:id>/copy", access=KEEP)
def copy(id: int) -> ResponseReturnValue:
    """A new version to work on."""
    with transaction() as session:
        made = commands.copy(session, viewer(), queries.scheme(session, viewer(), id), clock.now())
    flash(_("已复制为第 %(number)s 版。", number=made.number), "success")
    return redirect(url_for("schemes.scheme", id=made.id))


@pages.get("/<int:id>.xlsx", access=READ)
def export(id: int) -> Response:
    """The scheme as the workbook it can be imported from."""
    found = queries.scheme(db.session, viewer(), id)
    disposition = f'attachment; filename="scheme-{found.id}-v{found.number}.xlsx"'
    return Response(queries.workbook(found), mimetype=XLSX, headers={"Content-Disposition": disposition})


@pages.form("/<int:id>/criteria", access=KEEP)
def criteria(id: int) -> ResponseReturnValue:
    """The criteria: letter, name, mark."""
    found = _editable(id)
    if request.method == "POST":
        with transaction() as session:
            found = queries.scheme(session, viewer(), id)
            commands.set_criteria(session, found, viewer(), forms.criteria_from(request.form), clock.now())
        flash(_("已保存"), "success")
        return redirect(url_for("schemes.scheme", id=id))
    return render_template("schemes/criteria.html", scheme=found, blank=forms.BLANK_LINES)


@pages.form("/<int:id>/<letter>/new", access=KEEP)
def new_sub_criterion(id: int, letter: str) -> ResponseReturnValue:
    """A further marking form of a criterion."""
    return _sub_criterion(id, letter, None)


@pages.form("/<int:id>/<letter>/<int:sub_id>", access=KEEP)
def sub_criterion(id: int, letter: str, sub_id: int) -> ResponseReturnValue:
    """A marking form: its aspects, their marks and benchmarks."""
    return _sub_criterion(id, letter, sub_id)


def _sub_criterion(id: int, letter: str, sub_id: int | None) -> ResponseReturnValue:
    found = _editable(id)
    criterion, sub = _parts(found, letter, sub_id)
    if request.method == "POST":
        with transaction() as session:
            criterion, sub = _parts(queries.scheme(session, viewer(), id), letter, sub_id)
            if sub is not None and request.form.get("remove"):
                commands.remove_sub_criterion(session, sub, viewer(), clock.now())
            else:
                commands.set_sub_criterion(
                    session,
                    criterion,
                    sub,
                    viewer(),
                    clock.now(),
                    code=forms.code_from(request.form, criterion.letter),
                    name=request.form.get("name", "").strip()[:300],
                    day=request.form.get("day", 1, type=int),
                    aspects=forms.aspects_from(request.form),
                )
        flash(_("已保存"), "success")
        return redirect(url_for("schemes.scheme", id=id))
    return render_template("schemes/sub_criterion.html", scheme=found, criterion=criterion, sub=sub, blank=forms.BLANK_LINES)


def _editable(id: int) -> MarkingScheme:
    found = queries.scheme(db.session, viewer(), id)
    commands.require_editable(found, viewer())
    return found


def _parts(found: MarkingScheme, letter: str, sub_id: int | None) -> tuple[Criterion, SubCriterion | None]:
    criterion = next((each for each in found.criteria if each.letter == letter), None)
    if criterion is None:
        raise NotFound
    sub = next((each for each in criterion.sub_criteria if each.id == sub_id), None)
    if sub_id is not None and sub is None:
        raise Refused(Text("这张评分表已被删除", "This marking form has been removed"))
    return criterion, sub
