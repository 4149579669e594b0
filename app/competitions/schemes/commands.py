"""Keeping schemes: made, imported, edited while nobody marks with them, copied to a new version when somebody does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import Aspect, Criterion, MarkingScheme, SubCriterion
from app.competitions.models.scheme import new_key
from app.core import audit
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition import scheme as rulebook
from workflows.competition.aspects import AspectType, Method
from workflows.competition.methods import FULL_OR_ZERO, PARTIAL
from workflows.roles import Role
from workflows.text import Text

LOCKED = Text("评分方案已用于评分，不能再改；请复制为新版本", "The scheme is being marked with and cannot change; copy it to a new version")
NOT_YOURS = Text("评分方案由承办方管理", "Schemes are kept by the organiser")
NAMELESS = Text("请填写方案名称", "Give the scheme a name")


@dataclass(frozen=True, slots=True)
class AspectDraft:
    """An aspect as it was filled in on the page."""

    method: Method
    description: str
    max_mark: Decimal
    section: str = ""
    extra: str = ""
    requirement: str = ""
    benchmarks: tuple[str, ...] = ()


def create(session: Session, actor: Actor, organisation_id: int, name: str, now: datetime, source: str = "") -> MarkingScheme:
    """A scheme with nothing in it, as the next version of its name."""
    if organisation_id not in actor.ids(Role.ORGANISER):
        raise Refused(NOT_YOURS)
    if not name.strip():
        raise Refused(NAMELESS)
    made = MarkingScheme(
        organisation_id=organisation_id,
        name=name.strip()[:160],
        number=_next_number(session, organisation_id, name.strip()[:160]),
        source=source[:160],
        created_at=now,
    )
    session.add(made)
    session.flush()
    audit.record(session, made, actor, "begin", now, detail={"source": source} if source else None)
    return made


def _next_number(session: Session, organisation_id: int, name: str) -> int:
    query = sa.select(sa.func.max(MarkingScheme.number)).where(MarkingScheme.organisation_id == organisation_id, MarkingScheme.name == name)
    return (session.scalar(query) or 0) + 1


def import_scheme(
    session: Session,
    actor: Actor,
    organisation_id: int,
    name: str,
    known: rulebook.MarkingScheme,
    now: datetime,
    *,
    partial: bool,
    source: str,
) -> MarkingScheme:
    """Keep a scheme that was read from a workbook.  *partial*: its measurements may earn part of the maximum."""
    made = create(session, actor, organisation_id, name, now, source)
    _fill(made, _with_parts(known) if partial else known)
    session.flush()
    return made


def copy(session: Session, actor: Actor, scheme: MarkingScheme, now: datetime) -> MarkingScheme:
    """The same scheme as a new version, free to be edited."""
    made = create(session, actor, scheme.organisation_id, scheme.name, now, scheme.source)
    _fill(made, scheme.rules)
    session.flush()
    return made


def _with_parts(known: rulebook.MarkingScheme) -> rulebook.MarkingScheme:
    """The scheme with measurements that may earn part of the maximum, where the workbook says no more than "measurement"."""

    def partly(aspect: rulebook.Aspect) -> rulebook.Aspect:
        return replace(aspect, method=PARTIAL) if aspect.method == FULL_OR_ZERO else aspect

    return replace(
        known,
        criteria=tuple(
            replace(criterion, sub_criteria=tuple(replace(sub, aspects=tuple(map(partly, sub.aspects))) for sub in criterion.sub_criteria))
            for criterion in known.criteria
        ),
    )


def _fill(scheme: MarkingScheme, known: rulebook.MarkingScheme) -> None:
    scheme.max_aspect_mark, scheme.max_variation = known.max_aspect_mark, known.max_variation
    scheme.standards = [
        {"id": section.id, "name": section.name, "marks": None if section.marks is None else str(section.marks)}
        for section in known.sections
    ]
    scheme.criteria = [
        Criterion(
            position=place,
            letter=criterion.letter,
            name=criterion.name[:200],
            mark=criterion.max_mark if criterion.stated_mark is None else criterion.stated_mark,
            weight=criterion.weight,
            sub_criteria=[
                SubCriterion(
                    position=position,
                    code=sub.id,
                    name=sub.name[:300],
                    day=sub.day or 1,
                    team=sub.team[:60],
                    marked_at=sub.marked_at,
                    key=sub.key or new_key(),
                    aspects=[_aspect(number, aspect) for number, aspect in enumerate(sub.aspects, start=1)],
                )
                for position, sub in enumerate(criterion.sub_criteria, start=1)
            ],
        )
        for place, criterion in enumerate(known.criteria, start=1)
    ]


def _aspect(position: int, known: rulebook.Aspect) -> Aspect:
    return Aspect(
        position=position,
        method=known.method,
        description=known.description,
        extra=known.extra,
        requirement=known.requirement,
        section=known.section[:10],
        max_mark=known.max_mark,
        benchmarks=list(known.meanings) if known.type is AspectType.JUDGEMENT else [],
        reference=known.reference,
        reference_note=known.reference_note,
        key=known.key or new_key(),
    )


def require_editable(scheme: MarkingScheme, actor: Actor) -> None:
    """Raise `Refused` unless *actor* may change *scheme*, and nobody marks with it."""
    if Role.ORGANISER not in actor.roles_on(scheme):
        raise Refused(NOT_YOURS)
    if scheme.is_locked:
        raise Refused(LOCKED)


def set_criteria(session: Session, scheme: MarkingScheme, actor: Actor, lines: Sequence[tuple[str, str, Decimal]], now: datetime) -> None:
    """The criteria by letter, name and mark, in that order; one that is left out goes, with all that is in it."""
    require_editable(scheme, actor)
    letters = [letter for letter, _, _ in lines]
    if len(set(letters)) != len(letters):
        raise Refused(Text("模块编号重复", "A criterion's letter stands twice"))
    known = {criterion.letter: criterion for criterion in scheme.criteria}
    kept = []
    for position, (letter, name, mark) in enumerate(lines, start=1):
        criterion = known.get(letter) or Criterion(letter=letter)
        criterion.position, criterion.name, criterion.mark = position, name, mark
        kept.append(criterion)
    scheme.criteria = kept
    session.flush()
    audit.record(session, scheme, actor, "edit", now, detail={"criteria": letters})


def set_sub_criterion(
    session: Session,
    criterion: Criterion,
    sub: SubCriterion | None,
    actor: Actor,
    now: datetime,
    *,
    code: str,
    name: str,
    day: int,
    aspects: Sequence[AspectDraft],
) -> SubCriterion:
    """A marking form with its aspects, new or replaced as a whole."""
    scheme = criterion.scheme
    require_editable(scheme, actor)
    if any(other.code == code and other is not sub for other in scheme.sub_criteria):
        raise Refused(Text("评分表编号 {code} 已存在", "Sub criterion {code} already exists").format(code=code))
    if sub is None:
        sub = SubCriterion(position=len(criterion.sub_criteria) + 1, code=code, name=name, day=day)
        criterion.sub_criteria.append(sub)
    sub.code, sub.name, sub.day = code, name, day
    sub.aspects.clear()
    session.flush()  # the old positions are free before the new ones take them
    sub.aspects.extend(
        Aspect(
            position=position,
            method=draft.method,
            description=draft.description,
            extra=draft.extra,
            requirement=draft.requirement,
            section=draft.section,
            max_mark=draft.max_mark,
            benchmarks=list(draft.benchmarks) if draft.method.type is AspectType.JUDGEMENT else [],
        )
        for position, draft in enumerate(aspects, start=1)
    )
    session.flush()
    audit.record(session, scheme, actor, "edit", now, detail={"sub_criterion": code, "aspects": len(aspects)})
    return sub


def remove_sub_criterion(session: Session, sub: SubCriterion, actor: Actor, now: datetime) -> None:
    """Take a marking form out of a scheme nobody marks with."""
    scheme, code = sub.criterion.scheme, sub.code
    require_editable(scheme, actor)
    sub.criterion.sub_criteria.remove(sub)
    session.flush()
    audit.record(session, scheme, actor, "edit", now, detail={"removed": code})
