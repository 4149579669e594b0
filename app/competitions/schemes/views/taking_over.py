"""How a scheme comes to be: begun on a page, taken over from a workbook, copied from elsewhere."""

from __future__ import annotations

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.competitions.models import SchemeDraft
from app.competitions.schemes import commands, forms, queries, workbooks
from app.competitions.schemes.views.blueprint import KEEP, pages
from app.core import clock
from app.core.db import db, transaction
from app.web.forms import text
from app.web.viewer import viewer


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
    """Choose a workbook of either kind; it is read, and kept until its sender has seen what it says."""
    form = forms.ImportScheme()
    _offer_organisations(form)
    if not form.is_submitted():
        return render_template("schemes/import.html", form=form)
    if not form.file.data:
        form.file.errors = [_("请选择文件")]
        return render_template("schemes/import.html", form=form), 422
    if not form.validate():
        return render_template("schemes/import.html", form=form), 422
    content, filename = form.file.data.read(), form.file.data.filename or ""
    workbooks.read(content, filename)  # a file that is no workbook at all is refused before it is kept
    with transaction() as session:
        session.execute(sa.delete(SchemeDraft).where(SchemeDraft.account_id == viewer().account_id))
        draft = SchemeDraft(
            account_id=viewer().account_id,
            organisation_id=form.organisation_id.data,
            name=text(form.name)[:160],
            filename=filename[-200:],
            content=content,
            is_partial=bool(form.is_partial.data),
            created_at=clock.now(),
        )
        session.add(draft)
    return redirect(url_for("schemes.draft", id=draft.id), 303)


@pages.get("/imports/<int:id>", access=KEEP)
def draft(id: int) -> str:
    """What the workbook says, and every finding; nothing is kept as a scheme yet."""
    found = queries.draft(db.session, viewer(), id)
    return render_template("schemes/draft.html", draft=found, reading=workbooks.read(found.content, found.filename))


@pages.post("/imports/<int:id>", access=KEEP)
def decide(id: int) -> ResponseReturnValue:
    """Take the workbook over as a scheme, or let it go."""
    with transaction() as session:
        found = queries.draft(session, viewer(), id)
        if request.form.get("choice") != "keep":
            session.delete(found)
            flash(_("已取消导入，什么都没有改"), "info")
            return redirect(url_for("schemes.schemes"))
        made = commands.import_draft(session, viewer(), found, clock.now())
    flash(_("已导入 %(count)s 个评分项。", count=len(made.aspects)), "success")
    return redirect(url_for("schemes.scheme", id=made.id))


@pages.get("/earlier", access=KEEP)
def earlier() -> str:
    """The schemes of earlier competitions, to copy one."""
    return render_template("schemes/earlier.html", skills=queries.held_before(db.session, viewer()))


@pages.form("/<int:id>/copy", access=KEEP)
def copy(id: int) -> ResponseReturnValue:
    """A scheme of one's own from one that may be read: of an earlier competition or from the library."""
    found = queries.scheme(db.session, viewer(), id)
    form = forms.CopyScheme(name=found.name)
    _offer_organisations(form)
    if form.validate_on_submit():
        with transaction() as session:
            source = queries.scheme(session, viewer(), id)
            made = commands.copy_as(session, viewer(), source, form.organisation_id.data, text(form.name), clock.now())
        flash(_("已复制，可以编辑。"), "success")
        return redirect(url_for("schemes.scheme", id=made.id))
    return render_template("schemes/copy.html", scheme=found, form=form)


def _offer_organisations(form: forms.NewScheme | forms.CopyScheme) -> None:
    form.organisation_id.choices = [(each.id, each.name) for each in queries.organisations(db.session, viewer())]
