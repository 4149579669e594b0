"""Values given for an earlier version of the scheme that reach the office only now: what each is a value for today, or why for nothing.

A tablet without a network goes on under the form it has.  What it sends later names aspects of a version that is not in force any more;
each is known by its key, and follows it as the marks followed that were there when the version was taken up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.competitions.models import Aspect, Criterion, Mark, MarkingScheme, Skill, SubCriterion
from workflows.competition.scheme_versions import Stood, why_not_continued
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Earlier:
    """By the id of an aspect of an earlier version: `now`, the aspect it has become, or `why_not`.  `kept`: marks known already, by id."""

    now: Mapping[int, int] = field(default_factory=dict)
    why_not: Mapping[int, Text] = field(default_factory=dict)
    kept: Mapping[str, Mark] = field(default_factory=dict)


NOTHING_EARLIER = Earlier()


def earlier_of(session: Session, sheet_id: int, skill_id: int, aspect_ids: Collection[int]) -> Earlier:
    """What *aspect_ids*, which the form of the sheet does not have, are in the version in force; an id of another scheme is left out."""
    skill = session.get_one(Skill, skill_id, options=[joinedload(Skill.scheme)])
    if skill.scheme is None:
        return NOTHING_EARLIER
    later = {aspect.key: aspect for aspect in skill.scheme.aspects}
    now, why_not = {}, {}
    for old in session.scalars(_of_versions(skill.scheme, aspect_ids)):
        since = skill.marked_again.get(old.key, 0)
        new = later.get(old.key)
        is_again = since > old.sub_criterion.criterion.scheme.number
        reason = why_not_continued(_stood(old), _stood(new) if new else None, is_marked_again=is_again)
        if reason is not None:
            why_not[old.id] = reason
        elif new is not None:
            now[old.id] = new.id
    marks = session.scalars(sa.select(Mark).where(Mark.sheet_id == sheet_id, Mark.aspect_id.in_(aspect_ids)))
    return Earlier(now, why_not, {mark.id: mark for mark in marks})


def _of_versions(scheme: MarkingScheme, aspect_ids: Collection[int]) -> sa.Select[Aspect]:
    """Those of *aspect_ids* that belong to a version of *scheme*."""
    same = (MarkingScheme.organisation_id == scheme.organisation_id, MarkingScheme.name == scheme.name)
    return (
        sa.select(Aspect)
        .join(SubCriterion, SubCriterion.id == Aspect.sub_criterion_id)
        .join(Criterion, Criterion.id == SubCriterion.criterion_id)
        .join(MarkingScheme, MarkingScheme.id == Criterion.scheme_id)
        .where(Aspect.id.in_(aspect_ids), *same)
    )


def _stood(aspect: Aspect) -> Stood:
    return Stood(aspect.sub_criterion.key, aspect.code, aspect.rules)
