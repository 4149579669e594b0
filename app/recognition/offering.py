"""From a promotion won in a competition to the offer of a level (以赛代评), and from the offer to a draft."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.achievements.models import Achievement
from app.core import engine
from app.core.actor import CLOCK
from app.core.errors import Refused
from app.recognition import commands
from app.recognition.held import held_by
from app.recognition.models import RecognitionOffer, promoted_to
from workflows.recognition import direct
from workflows.recognition.offer_flow import OfferFlow
from workflows.text import Text
from workflows.workflow import Step

PROMOTION = "promotion"


def offer_promotion(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Offer the level a competition promotes to, to the winner's employer; nothing where it is held already.

    Only results published here count: an award that somebody declares from elsewhere goes by form, with its document.
    """
    award = session.get(Achievement, payload["achievement"])
    if award is None or award.kind != PROMOTION or award.withdrawn_at is not None or award.is_outside or award.person is None:
        return
    level, employer_id = promoted_to(award), award.person.employer_id
    occupation = commands.occupation_named(session, str(award.facts.get("occupation") or award.occupation_code or ""))
    if level is None or level.digit is None or employer_id is None or occupation is None:
        return
    if direct.held_refusal(held_by(session, [award.person.id])[award.person.id], occupation.code, level) is not None:
        return
    if session.scalar(sa.select(RecognitionOffer.id).where(RecognitionOffer.achievement_id == award.id)):
        return
    offer = RecognitionOffer(achievement=award, person=award.person, organisation_id=employer_id, occupation=occupation, level=level.digit)
    engine.begin(session, offer, CLOCK, now)


def withdraw_offer(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The award was taken back: an offer still open lapses; a recognition made of it is held by its own guards."""
    offer = session.scalar(sa.select(RecognitionOffer).where(RecognitionOffer.achievement_id == payload["achievement"]))
    if offer is not None and offer.is_in(OfferFlow.proposed):
        offer.lapses_at = now
        engine.settle(session, offer, now)


def replace_offer(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """The award was revised: what was offered for the old version lapses, and the new one is looked at by itself."""
    award = session.get_one(Achievement, payload["achievement"])
    withdraw_offer(session, {"achievement": award.replaces_id}, now)
    offer_promotion(session, payload, now)


def draft_recognition(session: Session, offer: RecognitionOffer, step: Step) -> None:
    """The enterprise takes the offer up: a draft that rests on the award, which is its evidence."""
    programme = offer.covering_programme
    if programme is None:
        raise Refused(Text("本企业没有覆盖该等级的备案", "No programme of the enterprise covers this level"))
    content = commands.Content(
        kind=direct.WINNER.key,
        occupation_code=offer.occupation_code,
        level=offer.level,
        employed_since=offer.person.employed_since,
        basis=offer.achievement.title,
    )
    offer.recognition = commands.begin_recognition(
        session, programme, offer.person, content, step.actor, step.now, achievement_id=offer.achievement_id
    )
