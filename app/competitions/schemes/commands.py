"""Keeping schemes: begun, taken over, edited while nobody marks with them, carried on as a new version when somebody does."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import PurePath

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import Aspect, Criterion, MarkingScheme, SchemeDraft, SubCriterion
from app.competitions.models.scheme import new_key
from app.competitions.schemes import workbooks
from app.core import audit
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition import scheme as rulebook
from workflows.competition.aspects import AspectType
from workflows.competition.methods import FULL_OR_ZERO, PARTIAL
from workflows.roles import Role
from workflows.text import Text, joined

LOCKED = Text("评分方案已用于评分，不能再改；请另立新版本", "The scheme is being marked with and cannot change; make a new version of it")
NOT_YOURS = Text("评分方案由承办方管理", "Schemes are kept by the organiser")
NAMELESS = Text("请填写方案名称", "Give the scheme a name")
NO_REASON = Text("请写明为什么要改", "Say why it has to change")
NOT_IMPORTABLE = Text("工作簿还有须改正之处，没有导入", "The workbook has errors to put right, so nothing was imported")
OVERTAKEN = Text("这张评分表刚被别人改过，请重新打开后再改", "Somebody has changed this form meanwhile; open it again")
UNFIT = Text("方案还不能使用，不能公开：{why}", "The scheme cannot be used yet, nor released: {why}")


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
    source: str,
    partial: bool = False,
) -> MarkingScheme:
    """Keep a scheme that was read from a workbook.  *partial*: measurements said to be no more than that may earn part of the maximum."""
    made = create(session, actor, organisation_id, name, now, source)
    _fill(made, with_parts(known) if partial else known)
    session.flush()
    return made


def import_draft(session: Session, actor: Actor, draft: SchemeDraft, now: datetime) -> MarkingScheme:
    """Take over the workbook that was looked through; `Refused` where something in it has to be put right first."""
    reading = workbooks.read(draft.content, draft.filename)
    if reading.scheme is None or not reading.is_importable:
        raise Refused(NOT_IMPORTABLE)
    name = draft.name or reading.scheme.title or PurePath(draft.filename).stem
    made = import_scheme(session, actor, draft.organisation_id, name, reading.scheme, now, source=draft.filename, partial=draft.is_partial)
    session.delete(draft)
    return made


def new_version(session: Session, actor: Actor, scheme: MarkingScheme, reason: str, now: datetime) -> MarkingScheme:
    """The same scheme as its next version, free to be edited.  Its forms and aspects keep their keys, so that marks can follow them."""
    if not reason.strip():
        raise Refused(NO_REASON)
    made = create(session, actor, scheme.organisation_id, scheme.name, now, scheme.source)
    made.previous_id, made.reason, made.occupation_code = scheme.id, reason.strip()[:300], scheme.occupation_code
    _fill(made, scheme.rules)
    session.flush()
    audit.record(session, made, actor, "new_version", now, comment=made.reason, detail={"of": scheme.number})
    return made


def copy_as(session: Session, actor: Actor, scheme: MarkingScheme, organisation_id: int, name: str, now: datetime) -> MarkingScheme:
    """A scheme of one's own from one that may be read: of an earlier competition, or of the library.  It begins a life of its own."""
    source = f"{scheme.organisation.name}《{scheme.name}》第 {scheme.number} 版"
    made = create(session, actor, organisation_id, name or scheme.name, now, source)
    made.occupation_code = scheme.occupation_code
    _fill(made, _without_keys(scheme.rules))
    session.flush()
    return made


def with_parts(known: rulebook.MarkingScheme) -> rulebook.MarkingScheme:
    """The scheme with measurements that may earn part of the maximum, where the workbook says no more than "measurement"."""

    def partly(aspect: rulebook.Aspect) -> rulebook.Aspect:
        return replace(aspect, method=PARTIAL) if aspect.method == FULL_OR_ZERO else aspect

    criteria = (
        replace(each, sub_criteria=tuple(replace(sub, aspects=tuple(map(partly, sub.aspects))) for sub in each.sub_criteria))
        for each in known.criteria
    )
    return replace(known, criteria=tuple(criteria))


def _without_keys(known: rulebook.MarkingScheme) -> rulebook.MarkingScheme:
    def bare(sub: rulebook.SubCriterion) -> rulebook.SubCriterion:
        return replace(sub, key="", aspects=tuple(replace(aspect, key="") for aspect in sub.aspects))

    return replace(known, criteria=tuple(replace(each, sub_criteria=tuple(map(bare, each.sub_criteria))) for each in known.criteria))


def _fill(scheme: MarkingScheme, known: rulebook.MarkingScheme) -> None:
    scheme.max_aspect_mark, scheme.max_variation = known.max_aspect_mark, known.max_variation
    scheme.standards = standards_of(known.sections)
    scheme.criteria = [
        Criterion(
            position=place,
            letter=criterion.letter,
            name=criterion.name[:200],
            mark=criterion.max_mark if criterion.stated_mark is None else criterion.stated_mark,
            weight=criterion.weight,
            sub_criteria=[_form(position, sub) for position, sub in enumerate(criterion.sub_criteria, start=1)],
        )
        for place, criterion in enumerate(known.criteria, start=1)
    ]


def _form(position: int, known: rulebook.SubCriterion) -> SubCriterion:
    taken: set[str] = set()
    return SubCriterion(
        position=position,
        code=known.id,
        name=known.name[:300],
        day=known.day or 1,
        team=known.team[:60],
        marked_at=known.marked_at,
        key=known.key or new_key(),
        aspects=[_written(Aspect(key=""), number, aspect, taken) for number, aspect in enumerate(known.aspects, start=1)],
    )


def _written(aspect: Aspect, position: int, known: rulebook.Aspect, taken: set[str]) -> Aspect:
    """*aspect* saying what *known* says.  No two bear one key: *taken* are those of others, and grows."""
    aspect.position = position
    aspect.method, aspect.max_mark = known.method, known.max_mark
    aspect.description, aspect.extra, aspect.requirement = known.description, known.extra, known.requirement
    aspect.section = known.section[:10]
    aspect.benchmarks = list(known.meanings) if known.type is AspectType.JUDGEMENT else []
    aspect.reference, aspect.reference_note = known.reference, known.reference_note
    aspect.key = known.key if known.key and known.key not in taken else new_key()
    taken.add(aspect.key)
    return aspect


def standards_of(sections: Sequence[rulebook.Section]) -> list[dict[str, str | None]]:
    """The sections of the occupational standard as a scheme keeps them."""
    return [
        {"id": section.id, "name": section.name, "marks": None if section.marks is None else str(section.marks)} for section in sections
    ]


# --- editing --------------------------------------------------------------------------------------------------------


def require_editable(scheme: MarkingScheme, actor: Actor) -> None:
    """Raise `Refused` unless *actor* may change *scheme*, and nobody marks with it."""
    require_keeper(scheme, actor)
    if scheme.is_locked:
        raise Refused(LOCKED)


def require_keeper(scheme: MarkingScheme, actor: Actor) -> None:
    if Role.ORGANISER not in actor.roles_on(scheme):
        raise Refused(NOT_YOURS)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a scheme says about itself: the occupation, the limits its checks use, the sections of the standard."""

    occupation_code: str | None
    max_aspect_mark: Decimal | None
    max_variation: Decimal
    sections: Sequence[rulebook.Section]


def set_settings(session: Session, scheme: MarkingScheme, actor: Actor, settings: Settings, now: datetime) -> None:
    require_editable(scheme, actor)
    ids = [section.id for section in settings.sections]
    if len(set(ids)) != len(ids):
        raise Refused(Text("职业标准部分的编号重复", "A section of the standard stands twice"))
    scheme.occupation_code = settings.occupation_code
    scheme.max_aspect_mark, scheme.max_variation = settings.max_aspect_mark, settings.max_variation
    scheme.standards = standards_of(settings.sections)
    session.flush()
    audit.record(session, scheme, actor, "edit", now, detail={"sections": ids})


@dataclass(frozen=True, slots=True)
class Module:
    """A criterion as it was filled in."""

    letter: str
    name: str
    mark: Decimal
    weight: Decimal | None = None


def set_criteria(session: Session, scheme: MarkingScheme, actor: Actor, modules: Sequence[Module], now: datetime) -> None:
    """The criteria in that order; one that is left out goes, with all that is in it."""
    require_editable(scheme, actor)
    letters = [module.letter for module in modules]
    if len(set(letters)) != len(letters):
        raise Refused(Text("模块编号重复", "A criterion's letter stands twice"))
    known = {criterion.letter: criterion for criterion in scheme.criteria}
    kept = []
    for position, module in enumerate(modules, start=1):
        criterion = known.get(module.letter) or Criterion(letter=module.letter)
        criterion.position, criterion.name, criterion.mark, criterion.weight = position, module.name, module.mark, module.weight
        kept.append(criterion)
    scheme.criteria = kept
    session.flush()
    audit.record(session, scheme, actor, "edit", now, detail={"criteria": letters})


def stamp(sub: SubCriterion | None) -> str:
    """What tells a form from what it was before it was changed."""
    return "" if sub is None else hashlib.sha256(repr(sub.rules).encode()).hexdigest()[:16]


def set_sub_criterion(
    session: Session,
    criterion: Criterion,
    sub: SubCriterion | None,
    actor: Actor,
    now: datetime,
    known: rulebook.SubCriterion,
    *,
    seen: str | None = None,
) -> SubCriterion:
    """A marking form with its aspects, new or as it is to be.  *seen* is the stamp of what the page showed; None asks nothing.

    An aspect that is still there, by its key, is the same one with new words.
    """
    scheme = criterion.scheme
    require_editable(scheme, actor)
    if seen is not None and seen != stamp(sub):
        raise Refused(OVERTAKEN)
    if any(other.code == known.id and other is not sub for other in scheme.sub_criteria):
        raise Refused(Text("评分表编号 {code} 已存在", "Sub criterion {code} already exists").format(code=known.id))
    if sub is None:
        sub = SubCriterion(position=len(criterion.sub_criteria) + 1, code=known.id, name=known.name, key=new_key())
        criterion.sub_criteria.append(sub)
    sub.code, sub.name, sub.day, sub.team, sub.marked_at = known.id, known.name, known.day or 1, known.team, known.marked_at
    there = {aspect.key: aspect for aspect in sub.aspects}
    elsewhere = {aspect.key for aspect in scheme.aspects} - there.keys()
    for place, aspect in enumerate(sub.aspects, start=1):
        aspect.position = -place
    session.flush()  # the old positions are free before the new ones are taken
    sub.aspects = [
        _written(there.pop(aspect.key, Aspect(key="")), number, aspect, elsewhere) for number, aspect in enumerate(known.aspects, start=1)
    ]
    session.flush()
    audit.record(session, scheme, actor, "edit", now, detail={"sub_criterion": known.id, "aspects": len(known.aspects)})
    return sub


def remove_sub_criterion(session: Session, sub: SubCriterion, actor: Actor, now: datetime) -> None:
    """Take a marking form out of a scheme nobody marks with."""
    scheme, code = sub.criterion.scheme, sub.code
    require_editable(scheme, actor)
    sub.criterion.sub_criteria.remove(sub)
    session.flush()
    audit.record(session, scheme, actor, "edit", now, detail={"removed": code})


def duplicate_sub_criterion(session: Session, sub: SubCriterion, actor: Actor, now: datetime) -> SubCriterion:
    """The same form once more, as the last of its criterion."""
    criterion = sub.criterion
    taken = {other.code for other in criterion.scheme.sub_criteria}
    code = next(code for n in range(1, len(taken) + 2) if (code := f"{criterion.letter}{n}") not in taken)
    known = replace(sub.rules, id=code, key="", aspects=tuple(replace(aspect, key="") for aspect in sub.rules.aspects))
    return set_sub_criterion(session, criterion, None, actor, now, known)


def move_sub_criterion(session: Session, sub: SubCriterion, actor: Actor, now: datetime, *, up: bool) -> None:
    """Change places, and numbers, with the form before or after it in its criterion; at the end nothing happens."""
    scheme, forms = sub.criterion.scheme, sub.criterion.sub_criteria
    require_editable(scheme, actor)
    place = forms.index(sub)
    other_place = place - 1 if up else place + 1
    if not 0 <= other_place < len(forms):
        return
    other = forms[other_place]
    codes, positions = (other.code, sub.code), (other.position, sub.position)
    sub.code = ""
    session.flush()  # two forms never have one number, not even on the way
    other.code, other.position = codes[1], positions[1]
    session.flush()
    sub.code, sub.position = codes[0], positions[0]
    session.flush()
    session.expire(sub.criterion, ["sub_criteria"])
    audit.record(session, scheme, actor, "edit", now, detail={"moved": list(codes)})


# --- the library ----------------------------------------------------------------------------------------------------


def release(session: Session, scheme: MarkingScheme, actor: Actor, now: datetime) -> None:
    """Let every organisation read, practise on and copy a scheme that could be marked with."""
    require_keeper(scheme, actor)
    if wrong := [problem.as_text for problem in rulebook.problems(scheme.rules) if problem.is_error]:
        raise Refused(UNFIT.format(why=joined(wrong[:3])))
    if scheme.released_at is None:
        scheme.released_at = now
        audit.record(session, scheme, actor, "release", now)


def withdraw(session: Session, scheme: MarkingScheme, actor: Actor, now: datetime) -> None:
    """Take a scheme out of the library; copies that were made stay with those who made them."""
    require_keeper(scheme, actor)
    if scheme.released_at is not None:
        scheme.released_at = None
        audit.record(session, scheme, actor, "withdraw", now)
