"""Which corrections there are, and which count."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.competitions.models import Aspect, Correction, Entry, Skill, SubCriterion
from app.competitions.models.marking import COMPETING
from app.core.actor import Actor
from workflows.competition import corrections as rulebook
from workflows.competition.correction_flow import CorrectionFlow
from workflows.competition.entry_flow import EntryFlow
from workflows.roles import Role

READERS = (Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)


def visible(actor: Actor) -> sa.Select[Correction]:
    """The corrections of the skills whose results one answers for."""
    query = sa.select(Correction).options(joinedload(Correction.entry), joinedload(Correction.aspect).joinedload(Aspect.sub_criterion))
    query = query.order_by(Correction.id)
    if actor.reads_everything:
        return query
    return query.where(Correction.skill_id.in_(sa.select(Skill.id).where(Skill.competition_id.in_(actor.ids(*READERS)))))


def of_skill(session: Session, skill: Skill) -> Sequence[Correction]:
    """Every correction ever proposed, the latest first."""
    query = sa.select(Correction).where(Correction.skill_id == skill.id).order_by(Correction.id.desc())
    return session.scalars(query.options(joinedload(Correction.aspect).joinedload(Aspect.sub_criterion))).all()


def counting(session: Session, skill_id: int) -> dict[int | None, list[rulebook.Correction]]:
    """The approved corrections of a skill by entry id, in the order of their approval; under None those for everybody."""
    query = (
        sa.select(Correction.entry_id, Correction.kind, Correction.value, Correction.reason, SubCriterion.code, Aspect.position)
        .outerjoin(Aspect, Aspect.id == Correction.aspect_id)
        .outerjoin(SubCriterion, SubCriterion.id == Aspect.sub_criterion_id)
        .where(Correction.skill_id == skill_id, Correction.is_in(CorrectionFlow.approved))
        .order_by(Correction.state_since, Correction.id)
    )
    found: dict[int | None, list[rulebook.Correction]] = {}
    for entry_id, kind, value, reason, sub, position in session.execute(query):
        aspect = None if sub is None else f"{sub}.{position}"
        found.setdefault(entry_id, []).append(rulebook.Correction(kind, value, reason, aspect))
    return found


def of_sheet(session: Session, entry_id: int, sub_criterion_id: int) -> Sequence[Correction]:
    """The approved corrections that touch one sheet."""
    query = (
        sa.select(Correction)
        .join(Aspect, Aspect.id == Correction.aspect_id)
        .where(
            Aspect.sub_criterion_id == sub_criterion_id,
            Correction.is_in(CorrectionFlow.approved),
            sa.or_(Correction.entry_id == entry_id, Correction.entry_id.is_(None)),
        )
    )
    skill_of_entry = sa.select(Entry.skill_id).where(Entry.id == entry_id).scalar_subquery()
    return session.scalars(query.where(Correction.skill_id == skill_of_entry).order_by(Correction.state_since, Correction.id)).all()


def disqualified_codes(session: Session, skill: Skill) -> list[str]:
    """The codes that were drawn for those who are disqualified now."""
    query = sa.select(Entry.code).where(Entry.skill_id == skill.id, Entry.is_in(EntryFlow.disqualified), Entry.seat_code.is_not(None))
    return sorted(session.scalars(query))


def competing_codes(session: Session, skill: Skill) -> list[str]:
    """The codes of everyone who is still in."""
    query = sa.select(Entry.code).where(Entry.skill_id == skill.id, Entry.is_in(*COMPETING), Entry.seat_code.is_not(None))
    return sorted(session.scalars(query))


def by_code(session: Session, skill: Skill, code: str) -> Entry | None:
    """Whoever competes under *code*."""
    query = sa.select(Entry).where(Entry.skill_id == skill.id, Entry.is_in(*COMPETING))
    return next((entry for entry in session.scalars(query) if code and entry.code == code), None)
