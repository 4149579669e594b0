"""What a tablet fetches to go on without a network: the day's work, the empty page that shows it, and the worker."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from flask import Response, render_template, request, url_for

from app.competitions.marking.queries import AspectView
from app.competitions.marking.sheet_page import blank_cards
from app.competitions.models import Skill, SubCriterion
from app.competitions.offline import assets, queries
from app.core.db import db
from app.web.door import PUBLIC, Pages, roles
from app.web.viewer import viewer
from workflows.roles import Role

pages = Pages("offline", __name__, url_prefix="/marking")


@pages.get("/day", access=roles(Role.JUDGE, Role.CHIEF_JUDGE))
def day() -> Response:
    """Every sheet of the judge's, with blank forms to draw them; answered 304 where nothing has changed."""
    content = json.dumps(asdict(queries.day_of(db.session, viewer(), _drawn)), ensure_ascii=False, separators=(",", ":"))
    response = Response(content, mimetype="application/json")
    response.set_etag(hashlib.sha256(content.encode()).hexdigest()[:32])
    response.make_conditional(request)
    return response


def _drawn(skill: Skill, sub: SubCriterion, aspects: list[AspectView]) -> str:
    return render_template("marking/_blank.html", skill=skill, sub=sub, cards=blank_cards(aspects))


@pages.get("/shell", access=PUBLIC)
def shell() -> str:
    """The page that a tablet opens without a network.  It holds nobody's data: what it shows, the tablet itself has kept."""
    return render_template("marking/shell.html")


@pages.get("/worker.js", access=PUBLIC)
def worker() -> Response:
    """The worker for everything below /marking, with the list of what it keeps; another language is another version."""
    files = [url_for("static", filename=name) for name in assets.FILES]
    version = assets.version(render_template("marking/shell.html"))
    head = f"const VERSION = {json.dumps(version)};\nconst FILES = {json.dumps(files)};\n"
    response = Response(head + assets.WORKER.read_text("utf-8"), mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = "/marking"
    response.headers["Cache-Control"] = "no-cache"
    return response
