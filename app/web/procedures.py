"""The procedures themselves, for whoever wants to know who may do what: drawn and tabled from the declarations."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core.errors import NotFound
from app.web.door import PUBLIC, Pages
from app.web.viewer import language
from workflows import chart
from workflows.catalogue import ALL
from workflows.text import Text
from workflows.workflow import Kind

KINDS = {
    Kind.OPEN: Text("办理中", "Open"),
    Kind.SETTLED: Text("已定", "Settled"),
    Kind.DONE: Text("办结", "Done"),
    Kind.ENDED: Text("终止", "Ended"),
}

pages = Pages("procedures", __name__, url_prefix="/procedures")


@pages.get("", access=PUBLIC)
def procedures() -> ResponseReturnValue:
    """All of them."""
    return render_template("procedures/procedures.html", workflows=ALL)


@pages.get("/<name>", access=PUBLIC)
def procedure(name: str) -> ResponseReturnValue:
    """One procedure: its diagram, its transitions with who takes them, its states with who may edit in them."""
    workflow = next((workflow for workflow in ALL if workflow.name == name), None)
    if workflow is None:
        raise NotFound
    drawing = Markup(chart.svg(workflow, language()))
    return render_template("procedures/procedure.html", workflow=workflow, drawing=drawing, kinds=KINDS)
