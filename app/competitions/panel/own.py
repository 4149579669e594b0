"""A judge's own page: what is due, and how one's scores stand to the panel's.  Only from locked sheets, and nobody is named."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.competitions.models import Aspect, Entry, Mark, PanelSeat, SeatVacancy, Sheet, Skill, SubCriterion
from app.competitions.models.marking import COMPETING, OF_THE_FORM, seated
from app.core import clock
from app.core.actor import Actor
from workflows.competition import agreement
from workflows.competition.agreement import Agreement, Score
from workflows.competition.aspects import AspectType, seats_of
from workflows.competition.marking import HIGHEST_SCORE
from workflows.competition.methods import Scores
from workflows.competition.remarking import FIRST
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.competition.vacancy_flow import VacancyFlow


@dataclass(frozen=True, slots=True)
class Day:
    """A sub criterion one scores on a day: how many sheets are one's own, and how many are scored and signed."""

    day: int
    sub: SubCriterion
    due: int
    scored: int
    closed: int


@dataclass(frozen=True, slots=True)
class Duty:
    """What somebody has to do in one skill."""

    skill: Skill
    days: Sequence[Day]

    @property
    def due(self) -> int:
        return sum(day.due for day in self.days)

    @property
    def scored(self) -> int:
        return sum(day.scored for day in self.days)


def judged_skills(actor: Actor) -> sa.ColumnElement[bool]:
    """The skills in which *actor* has a seat, or stands in for somebody."""
    seats = sa.select(PanelSeat.skill_id).where(PanelSeat.account_id == actor.account_id)
    stands_in = sa.select(SeatVacancy.skill_id).where(
        SeatVacancy.successor_id == actor.account_id, SeatVacancy.is_in(VacancyFlow.handed_over)
    )
    return Skill.id.in_(seats.union(stands_in))


def duties(session: Session, actor: Actor) -> list[Duty]:
    """What *actor* has to score in the skills that are being marked, by day and sub criterion."""
    skills = session.scalars(
        sa.select(Skill)
        .where(judged_skills(actor), Skill.is_in(SkillFlow.marking))
        .options(joinedload(Skill.competition))
        .order_by(Skill.competition_id, Skill.code)
    ).all()
    return [_duty(session, skill, actor) for skill in skills]


def _duty(session: Session, skill: Skill, actor: Actor) -> Duty:
    usual = {seat.position: seat.account_id for seat in skill.panel}
    subs = skill.scheme.sub_criteria if skill.scheme else []
    everyone = [0]
    each = {sub.id: sum(seats_of(aspect, everyone) is everyone for aspect in sub.aspects) for sub in subs}
    given: dict[tuple[int, int], int] = {
        (sheet, seat): n
        for sheet, seat, n in session.execute(
            sa.select(Mark.sheet_id, Mark.seat, sa.func.count())
            .join(Sheet, Sheet.id == Mark.sheet_id)
            .join(Aspect, Aspect.id == Mark.aspect_id)
            .where(Sheet.skill_id == skill.id, Mark.number == 1, OF_THE_FORM)
            .group_by(Mark.sheet_id, Mark.seat)
        )
    }
    due: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for id_, sub_id, state, seating in session.execute(
        sa.select(Sheet.id, Sheet.sub_criterion_id, Sheet._state, Sheet.seating)
        .join(Entry, Entry.id == Sheet.entry_id)
        .where(Sheet.skill_id == skill.id, Entry.is_in(*COMPETING), ~Sheet.is_in(SheetFlow.superseded))
    ):
        held = seated(seating, list(usual)).held_by(usual)
        own = next((seat for seat, account in held.items() if account == actor.account_id), None)
        if own is None:
            continue
        agreed = sum(1 for sub in subs if sub.id == sub_id for _aspect in sub.aspects) - each[sub_id]
        mine = given.get((id_, own), 0) + (given.get((id_, 0), 0) if agreed else 0)
        counted = due[sub_id]
        counted[0] += 1
        counted[1] += mine >= each[sub_id] + agreed
        counted[2] += state != SheetFlow.open.name
    return Duty(skill, sorted((Day(sub.day, sub, *due[sub.id]) for sub in subs if sub.id in due), key=lambda day: (day.day, day.sub.code)))


def own_agreement(session: Session, account_id: int, skill_ids: Sequence[int] | None = None) -> Agreement:
    """How the scores of *account_id* stand to those of the others on their locked sheets, in every skill or in some.

    The first marking is compared, what each gave before anybody spoke; a re-mark round comes after a discussion.
    """
    return agreement.agreement(agreement.deviations(_scores(session, account_id, skill_ids), account_id))


def _scores(session: Session, account_id: int, skill_ids: Sequence[int] | None) -> list[Score]:
    mine = sa.select(Mark.sheet_id).where(Mark.account_id == account_id, Mark.seat > 0)
    query = (
        sa.select(Mark.sheet_id, Mark.aspect_id, Mark.seat, Mark.account_id, Mark.value, Mark.made_at)
        .join(Sheet, Sheet.id == Mark.sheet_id)
        .join(Aspect, Aspect.id == Mark.aspect_id)
        .where(
            OF_THE_FORM, Sheet.is_in(SheetFlow.locked), Mark.sheet_id.in_(mine), Mark.seat > 0, Mark.round == FIRST, Mark.value.is_not(None)
        )
        .order_by(Mark.number)
    )
    if skill_ids is not None:
        query = query.where(Sheet.skill_id.in_(skill_ids))
    latest = {(sheet, aspect, seat): (account, value, at) for sheet, aspect, seat, account, value, at in session.execute(query)}
    scales = _scales(session, {aspect for _sheet, aspect, _seat in latest})
    return [
        Score((sheet, aspect), account, value, scales[aspect], clock.local(at))
        for (sheet, aspect, _seat), (account, value, at) in latest.items()
        if aspect in scales and value is not None
    ]


def _scales(session: Session, aspects: set[int]) -> dict[int, Decimal]:
    """The highest score of each aspect that every judge scores for themselves."""
    found = {}
    for aspect in session.scalars(sa.select(Aspect).where(Aspect.id.in_(aspects))):
        if aspect.type is AspectType.JUDGEMENT:
            found[aspect.id] = Decimal(HIGHEST_SCORE)
        elif isinstance(aspect.method, Scores):
            found[aspect.id] = aspect.method.highest
    return found
