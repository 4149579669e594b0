"""Looking at schemes: one's own, the library, one scheme with its sum and what is wrong with it; the workbooks it goes out in."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.competitions.schemes import commands, queries, workbooks
from app.competitions.schemes.views.blueprint import KEEP, READ, XLSX, pages
from app.core import clock
from app.core.db import db, transaction
from app.web.paging import page_of
from app.web.viewer import language, viewer
from workflows.competition import cis_extras, method_fields
from workflows.competition import scheme as rulebook
from workflows.competition.modules import weighed
from workflows.competition.scheme_versions import compare
from workflows.roles import Role

pages.app_template_filter("method_summary")(method_fields.summary)


@pages.get("", access=READ)
def schemes() -> str:
    """Every scheme that is mine to see, by organisation and name."""
    found = page_of(db.session, queries.as_lines(queries.own_schemes(viewer())), request.args.get("page", type=int), size=50)
    return render_template(
        "schemes/schemes.html", page=found, sizes=queries.sizes(db.session, found.rows), may_keep=viewer().holds(Role.ORGANISER)
    )


@pages.get("/library", access=READ)
def library() -> str:
    """What organisations have released to everybody, by occupation."""
    words, occupation = request.args.get("words", "").strip(), request.args.get("occupation", "")
    query = queries.as_lines(queries.library(words, occupation))
    found = page_of(db.session, query, request.args.get("page", type=int), size=50)
    return render_template(
        "schemes/library.html",
        page=found,
        sizes=queries.sizes(db.session, found.rows),
        occupations=queries.library_occupations(db.session),
        words=words,
        occupation=occupation,
        may_keep=viewer().holds(Role.ORGANISER),
    )


@pages.get("/<int:id>", access=READ)
def scheme(id: int) -> str:
    """One scheme: criteria, marking forms, aspects, the sum, and what is wrong with it."""
    found = queries.scheme(db.session, viewer(), id)
    rules = found.rules
    keeps = Role.ORGANISER in viewer().roles_on(found)
    return render_template(
        "schemes/scheme.html",
        scheme=found,
        rules=rules,
        problems=rulebook.problems(rules),
        section_marks=rules.marks_by_section(),
        weighed=weighed,
        skills=queries.used_by(db.session, found),
        versions=queries.versions(db.session, viewer(), found),
        change=compare(found.previous.rules, rules) if found.previous is not None else None,
        applicable=queries.marked_by(db.session, viewer(), found),
        keeps=keeps,
        beside_cis=len(cis_extras.rows_of(rules)),
        may_edit=keeps and not found.is_locked,
        may_take=viewer().holds(Role.ORGANISER),
    )


@pages.get("/<int:id>.xlsx", access=READ)
def export(id: int) -> Response:
    """The scheme as the workbook it can be imported from."""
    found = queries.scheme(db.session, viewer(), id)
    return _download(workbooks.cis(found.rules), f"scheme-{found.id}-v{found.number}.xlsx")


@pages.get("/<int:id>/sheet.xlsx", access=READ)
def export_own(id: int) -> Response:
    """The scheme as our own workbook, one row an aspect, in the reader's language."""
    found = queries.scheme(db.session, viewer(), id)
    return _download(workbooks.own(found.rules, language()), f"scheme-{found.id}-v{found.number}-sheet.xlsx")


@pages.get("/template.xlsx", access=KEEP)
def template() -> Response:
    """The empty sheet to fill in, with an example of every method."""
    return _download(workbooks.template(language()), "scheme-template.xlsx")


def _download(content: bytes, name: str) -> Response:
    return Response(content, mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@pages.post("/<int:id>/release", access=KEEP)
def release(id: int) -> ResponseReturnValue:
    """Put the scheme into the library."""
    with transaction() as session:
        commands.release(session, queries.scheme(session, viewer(), id), viewer(), clock.now())
    flash(_("已放入方案库，所有单位都能查看、练习和复制。"), "success")
    return redirect(url_for("schemes.scheme", id=id))


@pages.post("/<int:id>/withdraw", access=KEEP)
def withdraw(id: int) -> ResponseReturnValue:
    """Take it out of the library again."""
    with transaction() as session:
        commands.withdraw(session, queries.scheme(session, viewer(), id), viewer(), clock.now())
    flash(_("已撤出方案库；别的单位已复制的不受影响。"), "success")
    return redirect(url_for("schemes.scheme", id=id))
