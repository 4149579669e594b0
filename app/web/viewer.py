"""Who is looking, and in which language: asked by views and templates, and by nobody below them."""

from __future__ import annotations

from flask import g, has_request_context, request, session
from flask_login import current_user

from app.core.actor import NOBODY, Actor

LANGUAGES = ("zh", "en")


def viewer() -> Actor:
    """The actor of this request."""
    if not has_request_context():
        return NOBODY
    if "viewer" not in g:
        g.viewer = current_user.actor if current_user.is_authenticated else NOBODY
    actor: Actor = g.viewer
    return actor


def language() -> str:
    """The language of this page: asked for, chosen before, the account's, or Chinese."""
    if not has_request_context():
        return "zh"
    if "language" not in g:  # asked some hundred times a page
        g.language = _language()
    chosen: str = g.language
    return chosen


def _language() -> str:
    asked = request.args.get("lang") or session.get("language")
    if asked not in LANGUAGES and current_user.is_authenticated:
        asked = current_user.language
    return asked if asked in LANGUAGES else "zh"


def remember_language() -> None:
    """Keep the language a link asked for."""
    asked = request.args.get("lang")
    if asked in LANGUAGES and session.get("language") != asked:
        session["language"] = asked
