"""What of the recognitions somebody may see.  Each first asks who is looking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.core.actor import Actor
from app.core.errors import NotFound
from app.recognition.models import DirectRecognition, Programme, RecognitionOffer
from app.registry.models import Organisation, Person
from workflows.recognition.direct_flow import DirectFlow
from workflows.recognition.offer_flow import OfferFlow
from workflows.recognition.programme_flow import ProgrammeFlow
from workflows.roles import Role
from workflows.workflow import State

_Row = TypeVar("_Row")


def visible_programmes(actor: Actor) -> sa.Select[Programme]:
    """The enterprise's own people see all of theirs, the bureau what was submitted."""
    look = sa.select(Programme).order_by(Programme.id.desc())
    own = Programme.organisation_id.in_(actor.ids(Role.CLERK, Role.ASSESSOR))
    if actor.reads_everything:
        return look.where(sa.or_(own, ~Programme.is_in(ProgrammeFlow.draft)))
    return look.where(own)


def visible_recognitions(actor: Actor) -> sa.Select[DirectRecognition]:
    """Clerks see their enterprise's, assessors and the bureau what was submitted, and everybody their own."""
    submitted = ~DirectRecognition.is_in(DirectFlow.draft)
    reasons = [
        Programme.organisation_id.in_(actor.ids(Role.CLERK)),
        sa.and_(submitted, Programme.organisation_id.in_(actor.ids(Role.ASSESSOR))),
        sa.and_(submitted, DirectRecognition.person_id == (actor.person_id or 0)),
    ]
    if actor.reads_everything:
        reasons.append(submitted)
    return (
        sa.select(DirectRecognition)
        .join(Programme, DirectRecognition.programme_id == Programme.id)
        .where(sa.or_(*reasons))
        .order_by(DirectRecognition.id.desc())
    )


def visible_offers(actor: Actor) -> sa.Select[RecognitionOffer]:
    """The employer's clerk, the winner, and the bureau."""
    look = sa.select(RecognitionOffer).order_by(RecognitionOffer.id.desc())
    if actor.reads_everything:
        return look
    return look.where(
        sa.or_(RecognitionOffer.organisation_id.in_(actor.ids(Role.CLERK)), RecognitionOffer.person_id == (actor.person_id or 0))
    )


def programme(session: Session, actor: Actor, id: int) -> Programme:
    """One programme.  Raises NotFound."""
    return _one(session, visible_programmes(actor).where(Programme.id == id))


def recognition(session: Session, actor: Actor, id: int) -> DirectRecognition:
    """One recognition.  Raises NotFound."""
    return _one(session, visible_recognitions(actor).where(DirectRecognition.id == id))


def offer(session: Session, actor: Actor, id: int) -> RecognitionOffer:
    """One offer.  Raises NotFound."""
    return _one(session, visible_offers(actor).where(RecognitionOffer.id == id))


def recognitions(
    actor: Actor, *, state: State | None = None, programme_id: int | None = None, words: str = ""
) -> sa.Select[DirectRecognition]:
    """The recognitions *actor* may see, the newest first."""
    look = visible_recognitions(actor).options(
        selectinload(DirectRecognition.certificate),
        selectinload(DirectRecognition.person),
        selectinload(DirectRecognition.occupation),
        selectinload(DirectRecognition.programme),
    )
    if state is not None:
        look = look.where(DirectRecognition.is_in(state))
    if programme_id is not None:
        look = look.where(DirectRecognition.programme_id == programme_id)
    if words:
        look = look.join(Person, DirectRecognition.person_id == Person.id).where(Person.name.contains(words, autoescape=True))
    return look


def count_by_state(session: Session, actor: Actor) -> dict[State, int]:
    """How many recognitions stand where, in the order of the procedure."""
    rows = visible_recognitions(actor).order_by(None).subquery()
    counts: dict[str, int] = dict(session.execute(sa.select(rows.c.state, sa.func.count()).group_by(rows.c.state)).all())
    return {state: counts[name] for name, state in DirectFlow.states.items() if name in counts}


def on_file(session: Session, actor: Actor) -> Sequence[Programme]:
    """The programmes in force for which *actor* prepares recognitions."""
    return session.scalars(
        visible_programmes(actor).where(Programme.organisation_id.in_(actor.ids(Role.CLERK)), Programme.is_in(ProgrammeFlow.accepted))
    ).all()


def open_offers(session: Session, actor: Actor) -> Sequence[RecognitionOffer]:
    """What competitions offer to the enterprises that *actor* works for."""
    return session.scalars(
        visible_offers(actor).where(RecognitionOffer.organisation_id.in_(actor.ids(Role.CLERK)), RecognitionOffer.is_in(OfferFlow.proposed))
    ).all()


def enterprises(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The enterprises that *actor* is clerk of."""
    return session.scalars(sa.select(Organisation).where(Organisation.id.in_(actor.ids(Role.CLERK))).order_by(Organisation.name)).all()


def _one(session: Session, look: sa.Select[_Row]) -> _Row:
    row = session.scalars(look).unique().one_or_none()
    if row is None:
        raise NotFound
    return row
