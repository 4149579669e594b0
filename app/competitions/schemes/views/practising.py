"""The practice sheet of a scheme: marked by anybody who may see the scheme, kept by nobody."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.competitions.schemes import queries
from app.competitions.schemes.practice import practice
from app.competitions.schemes.views.blueprint import READ, pages
from app.core.db import db
from app.core.errors import NotFound
from app.web.viewer import viewer


@pages.form("/<int:id>/practice/<int:sub_id>", access=READ)
def practise(id: int, sub_id: int) -> ResponseReturnValue:
    """One marking form for an imaginary competitor, with what each value comes to and the author's own."""
    found = queries.scheme(db.session, viewer(), id)
    sub = next((each for each in found.sub_criteria if each.id == sub_id), None)
    if sub is None:
        raise NotFound
    forms = found.sub_criteria
    place = forms.index(sub)
    return render_template(
        "schemes/practice.html",
        scheme=found,
        sub=sub,
        practice=practice(sub, request.form),
        is_marked=request.method == "POST",
        following=forms[place + 1] if place + 1 < len(forms) else None,
    )
