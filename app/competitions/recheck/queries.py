"""Which rechecks there are, and who looks at them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from app.competitions.models import Recheck, RecheckItem, Sheet, Skill
from app.core.actor import Actor
from app.core.errors import NotFound
from workflows.roles import Role

READERS = (Role.ARBITER, Role.CHIEF_JUDGE, Role.SCORER)


def visible(actor: Actor) -> sa.Select[Recheck]:
    """The rechecks of the competitions one answers for."""
    query = sa.select(Recheck).order_by(Recheck.id)
    if actor.reads_everything:
        return query
    return query.where(Recheck.skill_id.in_(sa.select(Skill.id).where(Skill.competition_id.in_(actor.ids(*READERS)))))


def recheck(session: Session, actor: Actor, id: int) -> Recheck:
    """One recheck with its sheets."""
    sheets = selectinload(Recheck.items).joinedload(RecheckItem.sheet).joinedload(Sheet.entry)
    found = session.scalars(visible(actor).where(Recheck.id == id).options(sheets)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def shown(found: Recheck, only: str) -> list[RecheckItem]:
    """The sheets of *found*: all of them, or *only* those that are "left" to be rechecked or were found "wrong"."""
    if only == "left":
        return [item for item in found.items if item.checked_at is None]
    return found.wrong if only == "wrong" else found.items


def item(session: Session, actor: Actor, id: int) -> RecheckItem:
    """One sheet of a recheck, for whoever sees the recheck."""
    found = session.get(RecheckItem, id)
    if found is None:
        raise NotFound
    recheck(session, actor, found.recheck_id)
    return found
