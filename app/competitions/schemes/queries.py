"""Which marking schemes somebody sees, what a version would change, and the drafts that wait."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload, lazyload

from app.competitions.models import (
    Aspect,
    Competition,
    Criterion,
    LockUnit,
    Mark,
    MarkingScheme,
    PanelSeat,
    SchemeDraft,
    Sheet,
    Skill,
    SubCriterion,
)
from app.core.actor import Actor
from app.core.errors import NotFound
from app.registry.models import Occupation, Organisation
from workflows.competition.lock_flow import LockFlow
from workflows.competition.scheme_versions import reopened
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role

READERS = (Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)


def visible_schemes(actor: Actor) -> sa.Select[MarkingScheme]:
    """Schemes of one's organisations, of the skills one judges, of those one oversees with all their versions, and those released.

    A name's newest version stands first.
    """
    query = (
        sa.select(MarkingScheme)
        .options(joinedload(MarkingScheme.organisation), joinedload(MarkingScheme.occupation))
        .order_by(MarkingScheme.organisation_id, MarkingScheme.name, MarkingScheme.number.desc())
    )
    if actor.reads_everything:
        return query
    used = aliased(MarkingScheme)
    is_overseen = (
        sa.exists()
        .where(used.organisation_id == MarkingScheme.organisation_id, used.name == MarkingScheme.name)
        .where(Skill.scheme_id == used.id, Skill.competition_id.in_(actor.ids(*READERS)))
    )
    seats = sa.select(PanelSeat.skill_id).where(PanelSeat.account_id == actor.account_id)
    judged = sa.select(Skill.scheme_id).where(
        Skill.competition_id.in_(actor.ids(Role.JUDGE)), Skill.id.in_(seats), Skill.scheme_id.is_not(None)
    )
    own = MarkingScheme.organisation_id.in_(actor.ids(Role.ORGANISER))
    return query.where(sa.or_(own, is_overseen, MarkingScheme.id.in_(judged), MarkingScheme.released_at.is_not(None)))


def own_schemes(actor: Actor) -> sa.Select[MarkingScheme]:
    """The visible ones without those that are only seen because they are released."""
    query = visible_schemes(actor)
    if actor.reads_everything:
        return query
    released_elsewhere = sa.and_(MarkingScheme.released_at.is_not(None), MarkingScheme.organisation_id.not_in(actor.ids(Role.ORGANISER)))
    return query.where(~released_elsewhere)


def library(words: str = "", occupation: str = "") -> sa.Select[MarkingScheme]:
    """What is released to everybody, by occupation and name; *words* in the name of the scheme, its owner or its occupation."""
    query = (
        sa.select(MarkingScheme)
        .join(Organisation, Organisation.id == MarkingScheme.organisation_id)
        .outerjoin(Occupation, Occupation.code == MarkingScheme.occupation_code)
        .options(joinedload(MarkingScheme.organisation), joinedload(MarkingScheme.occupation))
        .where(MarkingScheme.released_at.is_not(None))
        .order_by(MarkingScheme.occupation_code, MarkingScheme.name, MarkingScheme.number.desc(), MarkingScheme.id)
    )
    if occupation:
        query = query.where(MarkingScheme.occupation_code == occupation)
    if words:
        fields = (MarkingScheme.name, Organisation.name, Occupation.name)
        query = query.where(sa.or_(*(field.contains(words, autoescape=True) for field in fields)))
    return query


def library_occupations(session: Session) -> Sequence[Occupation]:
    """The occupations of which something is released."""
    used = sa.select(MarkingScheme.occupation_code).where(MarkingScheme.released_at.is_not(None))
    return session.scalars(sa.select(Occupation).where(Occupation.code.in_(used)).order_by(Occupation.code)).all()


def as_lines(schemes: sa.Select[MarkingScheme]) -> sa.Select[MarkingScheme]:
    """For lists: *schemes* without what is in them."""
    return schemes.options(lazyload(MarkingScheme.criteria))


def scheme(session: Session, actor: Actor, id: int) -> MarkingScheme:
    found = session.scalars(visible_schemes(actor).where(MarkingScheme.id == id)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def versions(session: Session, actor: Actor, scheme: MarkingScheme) -> Sequence[MarkingScheme]:
    """Every version of that name that *actor* may see, the newest first."""
    same = (MarkingScheme.organisation_id == scheme.organisation_id, MarkingScheme.name == scheme.name)
    return session.scalars(visible_schemes(actor).where(*same)).unique().all()


def organisations(session: Session, actor: Actor) -> list[Organisation]:
    """For whom *actor* may keep schemes."""
    own = sa.select(Organisation).where(Organisation.id.in_(actor.ids(Role.ORGANISER)))
    return list(session.scalars(own.order_by(Organisation.name)))


def used_by(session: Session, scheme: MarkingScheme) -> Sequence[Skill]:
    """The skills that are marked by *scheme*."""
    query = sa.select(Skill).options(joinedload(Skill.competition)).join(Competition, Competition.id == Skill.competition_id)
    return session.scalars(query.where(Skill.scheme_id == scheme.id).order_by(Competition.id, Skill.code)).all()


def held_before(session: Session, actor: Actor) -> Sequence[Skill]:
    """Skills of earlier competitions whose scheme *actor* may copy, the latest first."""
    seen = visible_schemes(actor).with_only_columns(MarkingScheme.id).order_by(None)
    query = (
        sa.select(Skill)
        .options(joinedload(Skill.competition), joinedload(Skill.scheme))
        .join(Competition, Competition.id == Skill.competition_id)
        .where(Skill.scheme_id.in_(seen), ~Skill.is_in(SkillFlow.cancelled))
        .order_by(Competition.starts_at.desc(), Competition.id.desc(), Skill.code)
        .limit(200)
    )
    return session.scalars(query).unique().all()


def draft(session: Session, actor: Actor, id: int) -> SchemeDraft:
    """A workbook that *actor* sent and has not decided about yet."""
    found = session.scalar(sa.select(SchemeDraft).where(SchemeDraft.id == id, SchemeDraft.account_id == (actor.account_id or 0)))
    if found is None:
        raise NotFound
    return found


# --- applying a version ---------------------------------------------------------------------------------------------


def marked_by(session: Session, actor: Actor, scheme: MarkingScheme) -> Sequence[Skill]:
    """Skills being marked by an earlier version of *scheme*, whose chief judge *actor* is."""
    earlier = sa.select(MarkingScheme.id).where(
        MarkingScheme.organisation_id == scheme.organisation_id, MarkingScheme.name == scheme.name, MarkingScheme.number < scheme.number
    )
    query = sa.select(Skill).options(joinedload(Skill.competition), joinedload(Skill.scheme))
    query = query.where(Skill.scheme_id.in_(earlier), Skill.is_in(SkillFlow.marking), Skill.competition_id.in_(actor.ids(Role.CHIEF_JUDGE)))
    return session.scalars(query.order_by(Skill.competition_id, Skill.code)).unique().all()


def locked_in_the_way(skill: Skill, new: MarkingScheme, again: Iterable[str] = ()) -> list[LockUnit]:
    """The units of *skill* that have to be unlocked before it can be marked by *new*: their sheets would have to be opened again."""
    if skill.scheme is None:
        return []
    forms = reopened(skill.scheme.rules, new.rules, frozenset(again))
    return [unit for unit in skill.units if unit.sub_criterion.key in forms and not unit.is_in(LockFlow.open)]


@dataclass(frozen=True, slots=True)
class Touched:
    """How many marks were given to an aspect, on how many sheets."""

    marks: int
    sheets: int


def touched(session: Session, skill: Skill) -> Mapping[str, Touched]:
    """By the key of the aspect, what was given for it in *skill* so far."""
    return touched_by(session, skill.scheme, skill.id) if skill.scheme is not None else {}


def touched_by(session: Session, scheme: MarkingScheme, skill_id: int | None = None) -> Mapping[str, Touched]:
    """By the key of the aspect, what was given for it by *scheme*: in one skill, or in all that are marked by it."""
    keys = {aspect.id: aspect.key for aspect in scheme.aspects}
    counted = sa.select(Mark.aspect_id, sa.func.count(), sa.func.count(Mark.sheet_id.distinct())).where(Mark.aspect_id.in_(keys))
    if skill_id is not None:
        counted = counted.join(Sheet, Sheet.id == Mark.sheet_id).where(Sheet.skill_id == skill_id)
    return {keys[id_]: Touched(marks, sheets) for id_, marks, sheets in session.execute(counted.group_by(Mark.aspect_id))}


@dataclass(frozen=True, slots=True)
class Size:
    """How large a scheme is, for lists that do not read it whole."""

    aspects: int = 0
    max_mark: Decimal = Decimal("0.00")


def sizes(session: Session, schemes: Sequence[MarkingScheme]) -> Mapping[int, Size]:
    """The size of each of *schemes*, by its id; one question for all of them."""
    counted = (
        sa.select(Criterion.scheme_id, sa.func.count(), sa.type_coerce(sa.func.sum(Aspect.max_mark), Aspect.max_mark.type))
        .join(SubCriterion, SubCriterion.criterion_id == Criterion.id)
        .join(Aspect, Aspect.sub_criterion_id == SubCriterion.id)
        .where(Criterion.scheme_id.in_([scheme.id for scheme in schemes]))
        .group_by(Criterion.scheme_id)
    )
    found = {id_: Size(aspects, most) for id_, aspects, most in session.execute(counted)}
    return {scheme.id: found.get(scheme.id, Size()) for scheme in schemes}
