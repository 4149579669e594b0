"""Many recognitions from one spreadsheet: uploaded, looked at row by row, taken in or dropped."""

from __future__ import annotations

import io

from flask import flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock, files
from app.core.db import db, transaction
from app.recognition import importing, queries
from app.recognition.forms import (
    DecideImport,
    ImportForm,
)
from app.recognition.views.blueprint import CLERKS, pages
from app.web.forms import text
from app.web.viewer import language, viewer
from app.web.words import say

XLSX = files.XLSX.media_type


@pages.get("/directs/template.xlsx", access=CLERKS)
def template() -> ResponseReturnValue:
    content = importing.template(language())
    return send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=f"{say(importing.TITLE)}.xlsx")


@pages.form("/programmes/<int:id>/directs/import", access=CLERKS)
def upload(id: int) -> ResponseReturnValue:
    """Hand in a spreadsheet; it is looked at before anything is taken in."""
    programme = queries.programme(db.session, viewer(), id)
    form = ImportForm()
    if form.validate_on_submit():
        sheet = form.file.data
        content = sheet.read()
        with transaction() as session:
            programme = queries.programme(session, viewer(), id)
            kept = importing.keep(session, programme, content, sheet.filename or "", viewer(), clock.now())
        return redirect(url_for("recognition.preview", id=kept.id))
    return render_template("recognition/upload.html", form=form, programme=programme), 422 if form.is_submitted() else 200


@pages.form("/directs/imports/<int:id>", access=CLERKS)
def preview(id: int) -> ResponseReturnValue:
    """What the file would do, row by row; then the decision."""
    form = DecideImport()
    form.present.choices = [(importing.SKIP, _("跳过，保留原来的内容")), (importing.OVERWRITE, _("用表格内容覆盖"))]
    if form.validate_on_submit():
        with transaction() as session:
            kept = importing.waiting(session, viewer(), id)
            outcome = importing.take_in(
                session, kept, viewer(), clock.now(), present=text(form.present), leave_bad_rows=bool(form.leave_bad_rows.data)
            )
        flash(
            _(
                "新建 %(created)s 人，覆盖 %(overwritten)s 人，跳过 %(skipped)s 人。请逐人上传材料后提交。",
                created=outcome.created,
                overwritten=outcome.overwritten,
                skipped=outcome.skipped,
            ),
            "success",
        )
        return redirect(url_for("recognition.recognitions", state="draft"))
    kept = importing.waiting(db.session, viewer(), id)
    looked = importing.preview(db.session, kept, clock.now())
    page = render_template("recognition/preview.html", kept=kept, looked=looked, form=form)
    return page, 422 if form.is_submitted() else 200


@pages.post("/directs/imports/<int:id>/discard", access=CLERKS)
def discard(id: int) -> ResponseReturnValue:
    with transaction() as session:
        kept = importing.waiting(session, viewer(), id)
        programme_id = kept.programme_id
        importing.discard(kept, clock.now())
    flash(_("已放弃，没有导入任何一行。"), "success")
    return redirect(url_for("recognition.upload", id=programme_id))
