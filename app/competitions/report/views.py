"""The report on one's own result: on the screen, and as a paper to keep."""

from __future__ import annotations

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from app.competitions.entries.lists import PDF, download
from app.competitions.report import queries
from app.competitions.report.paper import report_paper
from app.competitions.results import queries as results
from app.core import clock
from app.core.db import db
from app.web.door import SIGNED_IN, Pages
from app.web.viewer import language, viewer

pages = Pages("report", __name__)


@pages.get("/entries/<int:id>/result/report", access=SIGNED_IN)
def report(id: int) -> ResponseReturnValue:
    """By criterion, aspect and section of the standard, with one's place in the field; only once the results are before the public."""
    entry = results.own_entry(db.session, viewer(), id)
    line = results.result_of(db.session, entry.skill, entry.id)
    made = queries.report(db.session, entry.skill, line.result)
    return render_template("report/report.html", entry=entry, skill=entry.skill, line=line, report=made)


@pages.get("/entries/<int:id>/result/report.pdf", access=SIGNED_IN)
def paper(id: int) -> Response:
    """The same to keep."""
    entry = results.own_entry(db.session, viewer(), id)
    line = results.result_of(db.session, entry.skill, entry.id)
    made = queries.report(db.session, entry.skill, line.result)
    content = report_paper(entry.skill, line, made, clock.today(clock.now()), language())
    return download(content, f"{entry.skill.name} {line.name}.pdf", PDF)
