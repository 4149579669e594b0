"""Notes and photos from the desk, and the photo itself."""

from __future__ import annotations

from flask import Response, current_app, jsonify, request, url_for

from app.competitions.marking import queries as marked
from app.competitions.models import AspectPhoto
from app.competitions.remarks import commands, forms
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.web.door import Pages, roles
from app.web.viewer import viewer
from workflows.roles import Role

pages = Pages("remarks", __name__, url_prefix="/marking")

MARKING = roles(Role.JUDGE, Role.CHIEF_JUDGE)
LOOKING = roles(Role.JUDGE, Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER, Role.AUDITOR, Role.REVIEWER, Role.APPROVER)


@pages.post("/sheets/<int:id>/notes", access=MARKING)
def notes(id: int) -> Response:
    """Notes as a JSON list from the device."""
    actor, now = viewer(), clock.now()
    given = forms.notes_from_json(request.get_json(silent=True), now)
    with transaction() as session:
        commands.write_notes(session, marked.sheet_for(session, actor, id), actor, given, now)
    return jsonify({"recorded": [remark.id for remark, _ in given]})


@pages.post("/sheets/<int:id>/photos", access=MARKING)
def photos(id: int) -> Response:
    """One photo as a form with a file."""
    actor, now = viewer(), clock.now()
    upload = request.files.get("file")
    if upload is None:
        raise Refused(forms.MALFORMED.format(what="file"))
    content = upload.read(commands.LARGEST_PHOTO + 1)
    with transaction() as session:
        sheet = marked.sheet_for(session, actor, id)
        instance = current_app.config["INSTANCE"]
        photo = commands.keep_photo(session, instance, sheet, actor, forms.remark(request.form, now), content, now)
    return jsonify({"id": photo.id, "url": url_for("remarks.photo", id=photo.id)})


@pages.get("/photos/<id>", access=LOOKING)
def photo(id: str) -> Response:
    """The picture, for whoever may see its sheet; covered ones like a score are not shown before one's own is given."""
    found = _visible(id)
    if found.withdrawn_at is not None:
        raise NotFound
    return Response(found.file.path(current_app.config["INSTANCE"]).read_bytes(), mimetype=found.file.media_type)


@pages.post("/photos/<id>/withdraw", access=MARKING)
def withdraw(id: str) -> Response:
    """Take one's own photo off the sheet."""
    with transaction() as session:
        found = session.get(AspectPhoto, id)
        if found is None:
            raise NotFound
        marked.sheet_for(session, viewer(), found.sheet_id)
        commands.withdraw_photo(session, found, viewer(), clock.now())
    return jsonify({"withdrawn": id})


def _visible(id: str) -> AspectPhoto:
    found = db.session.get(AspectPhoto, id)
    if found is None:
        raise NotFound
    sheet = marked.sheet_for(db.session, viewer(), found.sheet_id)
    if found.account_id != viewer().account_id and marked.is_covered(sheet, viewer(), found.aspect.key):
        raise NotFound
    return found
