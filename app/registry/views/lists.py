"""The official lists: occupations, divisions, the ladder of levels; and taking new editions in."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit, clock, files
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.core.files import StoredFile
from app.registry import importing, queries
from app.registry.forms import ListFile
from app.registry.importing import List, Plan
from app.registry.views.blueprint import pages
from app.web.door import PUBLIC, roles
from app.web.paging import page_of
from app.web.viewer import viewer
from workflows.ladder import LADDER
from workflows.roles import Role
from workflows.text import Text

ADMINISTRATOR = roles(Role.ADMINISTRATOR)
NOTHING_TO_DO = Text("文件有问题，或与现有内容一样，没有可导入的", "The file has problems or brings nothing new")


@pages.get("/occupations", access=PUBLIC)
def occupations() -> str:
    words = request.args.get("words", "").strip()
    page = page_of(db.session, queries.occupations(words), request.args.get("page", type=int))
    return render_template("registry/occupations.html", page=page, words=words, may_import=ADMINISTRATOR.admits(viewer()))


@pages.get("/divisions", access=PUBLIC)
def divisions() -> str:
    page = page_of(db.session, queries.divisions(), request.args.get("page", type=int), size=200)
    return render_template("registry/divisions.html", page=page, may_import=ADMINISTRATOR.admits(viewer()))


@pages.get("/levels", access=PUBLIC)
def levels() -> str:
    """The ladder of eight levels, as the rulebook has it."""
    return render_template("registry/levels.html", ladder=LADDER)


@pages.form("/lists/<key>/import", access=ADMINISTRATOR)
def import_list(key: str) -> ResponseReturnValue:
    """First the file, which is looked at and compared; nothing is written yet."""
    of, form = _list(key), ListFile()
    if form.validate_on_submit():
        with transaction() as session:
            kept = files.keep(
                session,
                current_app.config["INSTANCE"],
                form.file.data.stream,
                form.file.data.filename or "",
                allowed=files.TABLES,
                account_id=viewer().account_id,
                now=clock.now(),
            )
        return redirect(url_for("registry.preview_list", key=key, file_id=kept.id))
    return render_template("registry/import.html", of=of, form=form), 422 if form.is_submitted() else 200


@pages.form("/lists/<key>/import/<int:file_id>", access=ADMINISTRATOR)
def preview_list(key: str, file_id: int) -> ResponseReturnValue:
    """What the file would change; the button does it."""
    of = _list(key)
    if request.method == "GET":
        return render_template("registry/preview.html", plan=_plan(of, file_id))
    with transaction() as session:
        planned = _plan(of, file_id)
        if not planned.can_be_done:
            raise Refused(NOTHING_TO_DO)
        importing.carry_out(session, planned)
        counts = {"list": key, "new": len(planned.new), "changed": len(planned.changed), "unchanged": planned.unchanged}
        audit.record(session, session.get_one(StoredFile, file_id), viewer(), "import_list", clock.now(), detail=counts)
    flash(_("已导入：新增 %(new)s，修改 %(changed)s。", new=len(planned.new), changed=len(planned.changed)), "success")
    return redirect(url_for(f"registry.{key}"))


def _list(key: str) -> List:
    if key not in importing.LISTS:
        raise NotFound
    return importing.LISTS[key]


def _plan(of: List, file_id: int) -> Plan:
    kept = db.session.get(StoredFile, file_id)
    if kept is None or kept.account_id != viewer().account_id:
        raise NotFound
    return importing.plan(db.session, of, kept.path(current_app.config["INSTANCE"]).read_bytes(), kept.name)
