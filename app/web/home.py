"""The first page: what waits for whoever is looking, and the search over everything they may see."""

from __future__ import annotations

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.core import clock, engine, slices
from app.core.db import db
from app.web.door import PUBLIC, SIGNED_IN, Pages
from app.web.styleguide import specimens
from app.web.viewer import viewer
from app.web.way_back import way_back

pages = Pages("home", __name__)


@pages.get("/", access=PUBLIC)
def home() -> ResponseReturnValue:
    """What waits for me; for a visitor, what is before the public."""
    actor = viewer()
    now = clock.now()
    waiting = engine.waiting_for(db.session, actor, now) if actor.is_signed_in else []
    panels = [panel for s in slices.installed() for panel in s.panels(db.session, actor, now)]
    return render_template("home/home.html", waiting=waiting, panels=panels)


@pages.get("/search", access=PUBLIC)
def search() -> str:
    """Everything the person may see that the words occur in."""
    words = request.args.get("q", "").strip()
    hits = [hit for s in slices.installed() if s.search for hit in s.search(db.session, viewer(), words)] if len(words) >= 2 else []
    return render_template("home/search.html", words=words, hits=hits)


@pages.get("/text-size/<size>", access=PUBLIC)
def text_size(size: str) -> ResponseReturnValue:
    """Larger or normal letters, kept for this browser."""
    session["text_size"] = "large" if size == "large" else "normal"
    return redirect(way_back(request.referrer, url_for("home.home")))


@pages.get("/healthz", access=PUBLIC)
def healthz() -> ResponseReturnValue:
    """Alive, and the database answers."""
    db.session.connection()
    return {"status": "ok"}


@pages.get("/styleguide", access=SIGNED_IN)
def styleguide() -> str:
    """Every element of the visual language on one page."""
    return render_template("styleguide.html", **specimens())
