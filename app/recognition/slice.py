"""What this slice adds to the office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.slices import Hit, NavigationEntry, Panel, Slice, Subject
from app.recognition import queries
from app.recognition.commands import next_round, set_objection_aside
from app.recognition.issuing import issue_certificate, take_back
from app.recognition.models import DirectRecognition, Programme, RecognitionOffer
from app.recognition.offering import draft_recognition, offer_promotion, replace_offer, withdraw_offer
from app.recognition.views import pages
from app.web.words import say
from workflows.recognition.direct_flow import DirectFlow
from workflows.recognition.offer_flow import OfferFlow
from workflows.roles import Role
from workflows.text import Text

GROUP = Text("等级认定", "Recognition")
DIRECT = Text("直接认定", "Direct recognition")
BUREAU = (Role.REVIEWER, Role.APPROVER, Role.AUDITOR)


def panels(session: Session, actor: Actor, _now: datetime) -> Iterable[Panel]:
    """For a clerk, the levels that competitions offer the enterprise's winners; for assessors and clerks, where the recognitions stand."""
    offers = queries.open_offers(session, actor) if actor.holds(Role.CLERK) else []
    if offers:
        yield Panel("recognition/_offers.html", {"offers": offers})
    if actor.holds(Role.CLERK, Role.ASSESSOR):
        counts = queries.count_by_state(session, actor)
        if counts:
            yield Panel("recognition/_counts.html", {"counts": counts})


def search(session: Session, actor: Actor, words: str) -> Iterable[Hit]:
    """Recognitions by the worker's name."""
    if actor.is_signed_in:
        for found in session.scalars(queries.recognitions(actor, words=words).limit(20)).unique():
            yield Hit(DIRECT, direct_title(found), say(found.state.title), url_for("recognition.recognition", id=found.id))


def direct_title(recognition: DirectRecognition) -> str:
    return f"{recognition.person.name} {recognition.occupation.name} {say(recognition.skill_level.title)}"


RECOGNITION = Slice(
    "recognition",
    blueprints=(pages,),
    subjects=(
        Subject(Programme, queries.visible_programmes, "recognition.programme", lambda programme: programme.organisation.name),
        Subject(DirectRecognition, queries.visible_recognitions, "recognition.recognition", direct_title),
        Subject(
            RecognitionOffer,
            queries.visible_offers,
            "recognition.offer",
            lambda offer: f"{offer.person.name} {offer.occupation.name} {say(offer.skill_level.title)}",
        ),
    ),
    effects={
        DirectFlow.resubmit: (next_round,),
        DirectFlow.issue: (issue_certificate,),
        DirectFlow.set_objection_aside: (set_objection_aside,),
        OfferFlow.accept: (draft_recognition,),
    },
    deliveries={
        "achievement.published": (offer_promotion,),
        "achievement.withdrawn": (withdraw_offer,),
        "achievement.replaced": (replace_offer,),
        "certificate.revoked": (take_back,),
    },
    navigation=(
        NavigationEntry(
            Text("评价备案", "Programmes"), "recognition.programmes", "building-check", (Role.CLERK, Role.ASSESSOR, *BUREAU), GROUP
        ),
        NavigationEntry(DIRECT, "recognition.recognitions", "person-check", (Role.CLERK, Role.ASSESSOR, *BUREAU), GROUP),
        NavigationEntry(Text("评审", "Panel"), "recognition.panel", "clipboard2-check", (Role.ASSESSOR,), GROUP),
    ),
    search=search,
    panels=panels,
    action_titles={"vote": Text("表决", "Voted")},
)
