"""The practice sheet of a scheme: marked by anybody who may see the scheme, kept by nobody."""

from __future__ import annotations

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from app.competitions.schemes import queries
from app.competitions.schemes.practice import Practice, practice
from app.competitions.schemes.views.blueprint import READ, pages
from app.core.db import db
from app.core.errors import NotFound
from app.web.viewer import viewer
from app.web.words import say


@pages.form("/<int:id>/practice/<int:sub_id>", access=READ)
def practise(id: int, sub_id: int) -> ResponseReturnValue:
    """One marking form for an imaginary competitor, with what each value comes to and the author's own."""
    found = queries.scheme(db.session, viewer(), id)
    sub = next((each for each in found.sub_criteria if each.id == sub_id), None)
    if sub is None:
        raise NotFound
    tried = practice(sub, request.form)
    if request.method == "POST" and request.accept_mimetypes.best == "application/json":
        return _marks_of(tried)
    forms = found.sub_criteria
    place = forms.index(sub)
    return render_template(
        "schemes/practice.html",
        scheme=found,
        sub=sub,
        practice=tried,
        is_marked=request.method == "POST",
        following=forms[place + 1] if place + 1 < len(forms) else None,
    )


def _marks_of(tried: Practice) -> ResponseReturnValue:
    """What the values come to so far, for a page that shows the total while one marks."""
    aspects = [
        {"aspect": each.aspect.id, "mark": str(each.mark), "refusal": None if each.refusal is None else say(each.refusal)}
        for each in tried.tried
    ]
    return jsonify({"aspects": aspects})
