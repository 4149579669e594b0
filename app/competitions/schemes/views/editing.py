"""Changing a scheme that nobody marks with: its settings, its criteria, a marking form with its aspects."""

from __future__ import annotations

from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.competitions.models import Criterion, MarkingScheme, SubCriterion
from app.competitions.planning import queries as plans
from app.competitions.schemes import commands, forms, lines, queries
from app.competitions.schemes.lines import Line
from app.competitions.schemes.views.blueprint import KEEP, pages
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.web.forms import text
from app.web.viewer import language, viewer
from workflows.competition import scheme as rulebook
from workflows.competition.method_fields import PARAMS, params_of
from workflows.competition.methods import METHODS
from workflows.text import Text

GONE = Text("这张评分表已被删除", "This marking form has been removed")


@pages.form("/<int:id>/settings", access=KEEP)
def settings(id: int) -> ResponseReturnValue:
    """The occupation, the limits of the checks, the sections of the occupational standard."""
    found = _editable(id)
    form = forms.SettingsForm(max_aspect_mark=found.max_aspect_mark, max_variation=found.max_variation)
    if request.method == "GET":
        form.occupation_label.data = found.occupation.label if found.occupation else ""
    if form.validate_on_submit():
        label = text(form.occupation_label).strip()
        occupation = plans.occupation(db.session, label) if label else None
        if label and occupation is None:
            form.occupation_label.errors = [_("没有这个职业，请从列表中选")]
            return render_template("schemes/settings.html", scheme=found, form=form, blank=forms.BLANK_LINES), 422
        code = occupation.code if occupation is not None else None
        with transaction() as session:
            found = queries.scheme(session, viewer(), id)
            told = commands.Settings(
                code, form.max_aspect_mark.data, form.max_variation.data or Decimal(0), forms.sections_from(request.form)
            )
            commands.set_settings(session, found, viewer(), told, clock.now())
        flash(_("已保存"), "success")
        return redirect(url_for("schemes.scheme", id=id))
    return render_template("schemes/settings.html", scheme=found, form=form, blank=forms.BLANK_LINES)


@pages.form("/<int:id>/criteria", access=KEEP)
def criteria(id: int) -> ResponseReturnValue:
    """The criteria: letter, name, mark, weight."""
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
    """A marking form: its aspects, how each is marked, what a value would come to."""
    return _sub_criterion(id, letter, sub_id)


def _sub_criterion(id: int, letter: str, sub_id: int | None) -> ResponseReturnValue:
    found = _editable(id)
    criterion, sub = _parts(found, letter, sub_id)
    if request.method == "GET":
        known = (
            [lines.line_of(aspect.rules, language()) for aspect in sub.aspects] if sub else [Line() for _line in range(forms.BLANK_LINES)]
        )
        return _form_page(criterion, sub, known, {})
    if sub is not None and request.form.get("remove"):
        return _remove(id, letter, sub.id)
    told = request.form.get("do", "")
    known = lines.arranged(lines.lines_from(request.form), told)
    if told:
        return _form_page(criterion, sub, known, {})
    wrong = {place: reasons for place, line in enumerate(known) if not line.is_blank and (reasons := line.read()[1])}
    if wrong:
        return _form_page(criterion, sub, known, wrong), 422
    _keep(id, letter, sub_id, known)
    flash(_("已保存"), "success")
    return redirect(url_for("schemes.scheme", id=id))


def _keep(id: int, letter: str, sub_id: int | None, known: list[Line]) -> None:
    aspects = tuple(aspect for line in known if not line.is_blank and (aspect := line.read()[0]) is not None)
    with transaction() as session:
        criterion, sub = _parts(queries.scheme(session, viewer(), id), letter, sub_id)
        told = rulebook.SubCriterion(
            forms.code_from(request.form, criterion.letter),
            request.form.get("name", "").strip()[:300],
            request.form.get("day", 1, type=int),
            aspects,
            request.form.get("team", "").strip()[:60],
            place if (place := request.form.get("marked_at", "")) in rulebook.PLACES else "",
        )
        commands.set_sub_criterion(session, criterion, sub, viewer(), clock.now(), told, seen=request.form.get("stamp"))


def _form_page(criterion: Criterion, sub: SubCriterion | None, known: list[Line], wrong: dict[int, list[Text]]) -> str:
    return render_template(
        "schemes/sub_criterion.html",
        scheme=criterion.scheme,
        criterion=criterion,
        sub=sub,
        lines=known,
        wrong=wrong,
        methods=METHODS,
        params=PARAMS,
        places=rulebook.PLACES,
        methods_with={name: [key for key in METHODS if name in {param.name for param in params_of(key)}] for name in PARAMS},
        stamp=request.form.get("stamp", commands.stamp(sub)),
        sent=request.form,
    )


def _remove(id: int, letter: str, sub_id: int) -> ResponseReturnValue:
    with transaction() as session:
        _criterion, sub = _parts(queries.scheme(session, viewer(), id), letter, sub_id)
        assert sub is not None
        commands.remove_sub_criterion(session, sub, viewer(), clock.now())
    flash(_("已保存"), "success")
    return redirect(url_for("schemes.scheme", id=id))


@pages.post("/<int:id>/<letter>/<int:sub_id>/arrange", access=KEEP)
def arrange(id: int, letter: str, sub_id: int) -> ResponseReturnValue:
    """Move a marking form up or down in its criterion, or duplicate it."""
    told = request.form.get("do", "")
    with transaction() as session:
        _criterion, sub = _parts(queries.scheme(session, viewer(), id), letter, sub_id)
        assert sub is not None
        if told == "copy":
            sub = commands.duplicate_sub_criterion(session, sub, viewer(), clock.now())
        else:
            commands.move_sub_criterion(session, sub, viewer(), clock.now(), up=told == "up")
    flash(_("已保存"), "success")
    return redirect(url_for("schemes.scheme", id=id, _anchor=f"sub-{sub.id}"))


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
        raise Refused(GONE)
    return criterion, sub
