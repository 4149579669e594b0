"""The buttons of a subject, and the two addresses (page and API) that take a transition."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.core import clock, engine, slices
from app.core.actor import Actor
from app.core.db import db, transaction
from app.core.engine import Offer
from app.core.errors import NotFound, Refused
from app.web.door import PUBLIC, SIGNED_IN, Pages
from app.web.viewer import viewer
from app.web.way_back import way_back
from app.web.words import say
from workflows.text import Text
from workflows.workflow import Transition

pages = Pages("actions", __name__)

NO_SUCH_TRANSITION = Text("没有「{name}」这个环节", "There is no transition “{name}”")


def offers(subject: Any) -> list[Offer]:
    """What the person looking may do with *subject*, for the `actions` macro."""
    return engine.offers(subject, viewer(), clock.now())


def action_url(offer: Offer) -> str:
    return url_for("actions.take", kind=offer.subject.__tablename__, id=offer.subject.id, name=offer.transition.name)


def subject_url(subject: Any) -> str:
    """The page of one subject."""
    spec = slices.subject_of(subject)
    return url_for(spec.endpoint, **spec.address(subject)) if spec else url_for("home.home")


def subject_title(subject: Any) -> str:
    spec = slices.subject_of(subject)
    return spec.title(subject) if spec else f"{subject.__tablename__} {subject.id}"


def load(session: Session, kind: str, id: int, actor: Actor) -> Any:
    """The subject, if it exists and *actor* may see it; `NotFound` otherwise."""
    spec = slices.subject_of(kind)
    if spec is None:
        raise NotFound
    subject = session.scalars(spec.visible(actor).where(spec.model.id == id)).unique().one_or_none()
    if subject is None:
        raise NotFound
    return subject


def _transition(subject: Any, name: str) -> Transition:
    transition: Transition | None = subject.workflow.transitions.get(name)
    if transition is None:
        raise Refused(NO_SUCH_TRANSITION.format(name=name))
    return transition


@pages.post("/do/<kind>/<int:id>/<name>", access=SIGNED_IN)
def take(kind: str, id: int, name: str) -> ResponseReturnValue:
    """A button was pressed."""
    with transaction() as session:
        subject = load(session, kind, id, viewer())
        transition = _transition(subject, name)
        engine.fire(
            session,
            subject,
            transition,
            viewer(),
            clock.now(),
            request.form.get("comment", ""),
            version=request.form.get("version", type=int),
            is_last=True,
        )
    flash(say(Text("已办理：{title}", "Done: {title}").format(title=transition.title)), "success")
    return redirect(way_back(request.form.get("next"), subject_url(subject)))


@pages.get("/api/<kind>/<int:id>", access=PUBLIC)
def show(kind: str, id: int) -> Response:
    """The subject's state and what the caller may do with it, with the reasons where not."""
    subject = load(db.session, kind, id, viewer())
    return jsonify(_answer(subject))


@pages.post("/api/<kind>/<int:id>/<name>", access=SIGNED_IN)
def take_by_api(kind: str, id: int, name: str) -> Response:
    """The same transition by API: the same refusals, as 409 with the reasons."""
    content = request.get_json(silent=True) or {}
    comment, version = content.get("comment", ""), content.get("version")
    if not isinstance(comment, str) or not (version is None or isinstance(version, int)):
        raise Refused(Text("comment 应为文字，version 应为整数", "comment must be text and version a whole number"))
    with transaction() as session:
        subject = load(session, kind, id, viewer())
        engine.fire(session, subject, _transition(subject, name), viewer(), clock.now(), comment, version=version, is_last=True)
    return jsonify(_answer(subject))


def _answer(subject: Any) -> dict[str, Any]:
    return {
        "kind": subject.__tablename__,
        "id": subject.id,
        "title": subject_title(subject),
        "state": {"name": subject.state.name, "zh": subject.state.title.zh, "en": subject.state.title.en},
        "version": subject.version,
        "offers": [
            {
                "name": offer.transition.name,
                "zh": offer.transition.title.zh,
                "en": offer.transition.title.en,
                "needs_comment": offer.transition.needs_comment,
                "refusals": [{"zh": reason.zh, "en": reason.en} for reason in offer.refusals],
            }
            for offer in offers(subject)
        ],
    }
