"""Seats filled: who scores each sheet, kept on the sheet itself, and seats handed over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import (
    Aspect,
    JudgeConflict,
    Mark,
    PanelAssignment,
    PanelSeat,
    RemarkRound,
    SeatTerm,
    SeatVacancy,
    Sheet,
    Skill,
    SubCriterion,
)
from app.competitions.models.marking import OF_THE_FORM
from app.competitions.standings import commands as standings
from app.core import engine
from workflows.competition.aspects import seats_of
from workflows.competition.seating import Duty, Seat, Seating, Vacancy, seating
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.competition.vacancy_flow import VacancyFlow
from workflows.workflow import Step

MISSING = (VacancyFlow.vacant, VacancyFlow.asked, VacancyFlow.substituted, VacancyFlow.waived)


def fill(session: Session, skill: Skill, *, entry_ids: Collection[int] | None = None) -> int:
    """Write onto every open sheet (of *entry_ids*) who scores it; how many changed.

    Called after anything that changes who may: assignments, conflicts, missing judges.  A signed sheet keeps what it was signed with.
    """
    if not skill.is_in(SkillFlow.marking):
        return 0
    session.flush()
    seats = {seat.position: seat.account_id for seat in session.scalars(sa.select(PanelSeat).where(PanelSeat.skill_id == skill.id))}
    teams = _teams(session, skill.id, seats)
    query = sa.select(Sheet.id, Sheet.entry_id, Sheet.sub_criterion_id, Sheet.seating, SubCriterion.day)
    query = query.join(SubCriterion, SubCriterion.id == Sheet.sub_criterion_id).where(
        Sheet.skill_id == skill.id, Sheet.is_in(SheetFlow.open)
    )
    if entry_ids is not None:
        query = query.where(Sheet.entry_id.in_(entry_ids))
    rows = session.execute(query).all()
    if not rows:
        return 0
    refused: dict[int, set[int]] = defaultdict(set)
    for entry_id, account_id in session.execute(
        sa.select(JudgeConflict.entry_id, JudgeConflict.account_id).where(JudgeConflict.skill_id == skill.id, JudgeConflict.keeps_away)
    ):
        refused[entry_id].add(account_id)
    vacancies = list(session.scalars(_vacancies(skill.id)))
    finished = _finished(session, skill) if refused or vacancies else {}
    whole = [Seat(position, account) for position, account in sorted(seats.items())]
    plain = Seating(tuple(sorted(seats)))
    changed = []
    for id_, entry_id, sub_id, data, day in rows:
        here = seating(
            teams.get(sub_id, whole),
            refused.get(entry_id, ()),
            [_as_vacancy(each) for each in vacancies if _applies(each, entry_id, day)],
            finished.get(id_, ()),
        )
        wanted = None if here == plain else here.as_data()
        if wanted != data:
            changed.append({"b_id": id_, "b_seating": wanted})
    if changed:
        table = cast(sa.Table, Sheet.__table__)
        here_now = {"seating": sa.bindparam("b_seating"), "version": table.c.version + 1}
        session.connection().execute(sa.update(table).where(table.c.id == sa.bindparam("b_id")).values(here_now), changed)
        for sheet in [each for each in session.identity_map.values() if isinstance(each, Sheet)]:
            session.expire(sheet, ["seating", "version"])
        _count_anew(session, skill, entry_ids)
    return len(changed)


def _count_anew(session: Session, skill: Skill, entry_ids: Collection[int] | None) -> None:
    """Whom a sheet waits for is part of what its competitor's standing says."""
    if entry_ids is None:
        standings.rebuild(session, skill)
    else:
        for entry_id in entry_ids:
            standings.note_entry(session, skill, entry_id)


def _teams(session: Session, skill_id: int, seats: dict[int, int]) -> dict[int, list[Seat]]:
    """Who is assigned to each sub criterion that has an assignment."""
    teams: dict[int, list[Seat]] = defaultdict(list)
    for each in session.scalars(sa.select(PanelAssignment).where(PanelAssignment.skill_id == skill_id).order_by(PanelAssignment.position)):
        if each.position in seats:
            teams[each.sub_criterion_id].append(Seat(each.position, seats[each.position], each.does))
    return {sub: team for sub, team in teams.items() if any(seat.duty is Duty.SCORES for seat in team)}


def _vacancies(skill_id: int) -> sa.Select[SeatVacancy]:
    stands_in = sa.and_(SeatVacancy.is_in(VacancyFlow.handed_over), SeatVacancy.entry_id.is_not(None))
    return sa.select(SeatVacancy).where(SeatVacancy.skill_id == skill_id, SeatVacancy.is_in(*MISSING) | stands_in).order_by(SeatVacancy.id)


def _applies(vacancy: SeatVacancy, entry_id: int, day: int) -> bool:
    return (vacancy.entry_id is None or vacancy.entry_id == entry_id) and (vacancy.day is None or vacancy.day <= day)


def _as_vacancy(vacancy: SeatVacancy) -> Vacancy:
    why = "conflict" if vacancy.entry_id is not None else "absence"
    return Vacancy(vacancy.position, vacancy.outcome, vacancy.successor_id, why)


def _finished(session: Session, skill: Skill) -> dict[int, set[int]]:
    """By sheet, the seats that have given every value asked of each judge; none where an aspect is being marked again."""
    if skill.scheme is None:
        return {}
    everyone = [0]
    needed = {sub.id: sum(seats_of(aspect, everyone) is everyone for aspect in sub.aspects) for sub in skill.scheme.sub_criteria}
    again = sa.select(RemarkRound.sheet_id).where(RemarkRound.settled_at.is_(None))
    rows = session.execute(
        sa.select(Mark.sheet_id, Sheet.sub_criterion_id, Mark.seat, sa.func.count(Mark.aspect_id.distinct()))
        .join(Sheet, Sheet.id == Mark.sheet_id)
        .join(Aspect, Aspect.id == Mark.aspect_id)
        .where(OF_THE_FORM, Sheet.skill_id == skill.id, Sheet.is_in(SheetFlow.open), Mark.seat > 0, Sheet.id.not_in(again))
        .group_by(Mark.sheet_id, Sheet.sub_criterion_id, Mark.seat)
    )
    finished: dict[int, set[int]] = defaultdict(set)
    for sheet_id, sub_id, seat, given in rows:
        if given == needed.get(sub_id):
            finished[sheet_id].add(seat)
    return finished


# ── effects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def fill_for_vacancy(session: Session, vacancy: SeatVacancy, step: Step) -> None:
    fill(session, vacancy.skill)


def hand_over(session: Session, vacancy: SeatVacancy, step: Step) -> None:
    """The successor takes the seat: for one competitor, or from now on.  What was given stays with who gave it."""
    if vacancy.entry_id is None and vacancy.successor_id is not None:
        seat = session.scalars(
            sa.select(PanelSeat).where(PanelSeat.skill_id == vacancy.skill_id, PanelSeat.position == vacancy.position)
        ).one()
        seat.account_id = vacancy.successor_id
        session.add(
            SeatTerm(
                skill_id=vacancy.skill_id,
                position=vacancy.position,
                account_id=vacancy.successor_id,
                begins_at=step.now,
                reason=vacancy.reason,
                by_id=step.actor.account_id,
            )
        )
        session.flush()
        session.expire(seat, ["account"])
        session.expire(vacancy.skill, ["terms"])
        engine.edited(session, vacancy.skill, step.actor, step.now, {"seat": vacancy.position, "successor": vacancy.successor_id})
    fill(session, vacancy.skill)


def fill_for_sheet(session: Session, sheet: Sheet, step: Step) -> None:
    """A sheet that is opened again is scored by whoever may score it now."""
    fill(session, sheet.skill, entry_ids=(sheet.entry_id,))


def whole_teams(assignments: Sequence[PanelAssignment]) -> dict[int, dict[int, Duty]]:
    """Sub criterion → seat → what the judge there does."""
    teams: dict[int, dict[int, Duty]] = defaultdict(dict)
    for each in assignments:
        teams[each.sub_criterion_id][each.position] = each.does
    return teams
