"""What a tally is made of, what it came to, and who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from app.competitions.corrections import queries as corrections
from app.competitions.marking import queries as marking
from app.competitions.models import Entry, EntryMember, Honour, Result, ResultPublication, Sheet, Skill
from app.competitions.models.marking import COMPETING, seated
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.masking import mask_name
from workflows.competition import bands
from workflows.competition.aspects import PANEL
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.prizes import PrizeScheme
from workflows.competition.skill_flow import CODED, SkillFlow
from workflows.competition.tally import Competitor, Rules
from workflows.roles import Role

STAFF = (Role.ORGANISER, Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)
PUBLISHED = (SkillFlow.publicity, SkillFlow.final)
ENTERED = (EntryFlow.accepted, EntryFlow.checked_in, EntryFlow.completed, EntryFlow.absent, EntryFlow.disqualified)


# --- what goes into a tally -----------------------------------------------------------------------------------------


def rules_of(session: Session, skill: Skill) -> Rules:
    """The rules of *skill* as the rulebook reads them."""
    return Rules(
        skill.theory_weight,
        skill.practice_weight,
        PrizeScheme.from_data(skill.prizes),
        skill.method,
        skill.medal_rule,
        tuple(skill.tie_break),
        bands.from_data(skill.unshared_places),
        tuple(tuple(ruling["entries"]) for ruling in skill.tie_rulings if "withdrawn" not in ruling),
        entered=_count(session, skill, *ENTERED),
        checked_in=_count(session, skill, *COMPETING, EntryFlow.disqualified),
        theory_pass=skill.theory_pass,
        practice_pass=skill.practice_pass,
    )


def _count(session: Session, skill: Skill, *states: Any) -> int:
    query = sa.select(sa.func.count()).select_from(Entry).where(Entry.skill_id == skill.id, Entry.is_in(*states))
    return session.scalar(query) or 0


def competitors(session: Session, skill: Skill) -> list[Competitor]:
    """Everyone who is ranked, with what counts for each aspect: three queries for any number."""
    codes = {
        aspect.id: f"{sub.code}.{aspect.position}" for sub in (skill.scheme.sub_criteria if skill.scheme else []) for aspect in sub.aspects
    }
    counting = marking.counting_marks(session, skill.id)
    theory = marking.theory_marks(session, [skill.id])
    values: dict[int, dict[str, dict[int, Decimal | None]]] = {}
    panel = [seat.position for seat in skill.panel]
    sheets = sa.select(Sheet.id, Sheet.entry_id, Sheet.seating).where(Sheet.skill_id == skill.id)
    for sheet_id, entry_id, seating in session.execute(sheets):
        scoring = {PANEL, *seated(seating, panel).seats}
        for aspect_id, given in counting.get(sheet_id, {}).items():
            if aspect_id in codes:  # else it was given under an earlier version of the scheme
                own = {seat: value for seat, value in given.items() if seat in scoring}
                values.setdefault(entry_id, {})[codes[aspect_id]] = own
    entries = session.execute(sa.select(Entry.id, Entry.code).where(Entry.skill_id == skill.id, Entry.is_in(*COMPETING))).all()
    entries = sorted(entries, key=lambda row: (row.code, row.id))
    corrected = corrections.counting(session, skill.id)
    for_all = corrected.get(None, [])
    return [
        Competitor(id_, code, values.get(id_, {}), (theory.get(id_) or (None, 0))[0], (*for_all, *corrected.get(id_, [])))
        for id_, code in entries
    ]


# --- what it came to ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ResultLine:
    """A result as a page shows it.  `name` and `organisation` are empty while names are sealed, and masked before the public."""

    result: Result
    code: str
    name: str
    organisation: str


def staff_skill(session: Session, actor: Actor, id: int, *roles: Role) -> Skill:
    """The skill, for whoever works on its results, or reads everything."""
    skill = session.get(Skill, id, options=[joinedload(Skill.competition)])
    if skill is None or not (actor.roles_on(skill) & set(roles or STAFF) or actor.reads_everything):
        raise NotFound
    return skill


def lines(
    session: Session, skill: Skill, *, tally: int | None = None, explained: bool = True, entry_id: int | None = None
) -> list[ResultLine]:
    """The results of the tally that counts (or of another) in order, or one entry's.  Names appear when they have been decoded.

    A list that shows no steps asks for them not to be *explained*: what lies behind a result is longer than all the rest of it.
    """
    is_named = not skill.is_in(*CODED)
    query = _results(skill, tally, names=is_named, explained=explained)
    found = session.scalars(query if entry_id is None else query.where(Result.entry_id == entry_id)).unique()
    if not is_named:
        return [ResultLine(result, result.entry.code, "", "") for result in found]
    return [ResultLine(result, result.entry.code, result.entry.title, _organisation(result.entry)) for result in found]


def _organisation(entry: Entry) -> str:
    return entry.organisation.name if entry.organisation else ""


def _results(skill: Skill, tally: int | None, *, names: bool, explained: bool) -> sa.Select[Result]:
    number = skill.tally_number if tally is None else tally
    query = sa.select(Result).where(Result.skill_id == skill.id, Result.tally == number).order_by(Result.order)
    loaded = joinedload(Result.entry)
    if not explained:
        query = query.options(defer(Result.why))
    if names:
        query = query.options(
            loaded.selectinload(Entry.members).joinedload(EntryMember.person), joinedload(Result.entry).joinedload(Entry.organisation)
        )
    return query.options(loaded)


def publications(session: Session, skill: Skill) -> list[ResultPublication]:
    """Every version that was put before the public, the newest first."""
    query = sa.select(ResultPublication).where(ResultPublication.skill_id == skill.id).options(joinedload(ResultPublication.revision))
    return list(session.scalars(query.order_by(ResultPublication.number.desc())))


def result_of(session: Session, skill: Skill, entry_id: int) -> ResultLine:
    """One entry's result in the last tally."""
    found = lines(session, skill, entry_id=entry_id)
    if not found:
        raise NotFound
    return found[0]


def result_by_code(session: Session, skill: Skill, code: str) -> ResultLine:
    """The result of whoever competes under *code*, in the last tally."""
    coded = sa.select(Entry.id, Entry.code).join(Result, Result.entry_id == Entry.id)
    ranked = session.execute(coded.where(Result.skill_id == skill.id, Result.tally == skill.tally_number))
    entry_id = next((id_ for id_, known in ranked if known == code), None)
    if entry_id is None:
        raise NotFound
    return result_of(session, skill, entry_id)


def honours_kept(session: Session, skill: Skill, entry_id: int | None = None) -> Sequence[Honour]:
    """What was decided about the version of the results that counts, given first."""
    query = sa.select(Honour).where(Honour.skill_id == skill.id, Honour.tally == skill.tally_number)
    if entry_id is not None:
        query = query.where(Honour.entry_id == entry_id)
    return session.scalars(query.order_by(Honour.granted.desc(), Honour.entry_id, Honour.id)).all()


def own_entry(session: Session, actor: Actor, id: int) -> Entry:
    """An entry, for its competitors and those who entered them; for staff too."""
    entry = session.get(Entry, id, options=[selectinload(Entry.members)])
    mine = (Role.COMPETITOR, Role.TEAM_LEADER, *STAFF)
    if entry is None or not (actor.roles_on(entry) & set(mine) or actor.reads_everything):
        raise NotFound
    if not entry.skill.is_in(*PUBLISHED):
        raise NotFound
    return entry


def public_name(entry: Entry, *, full: bool) -> str:
    """The name for a public list: the team's as it is, people's masked (张*三) unless the rules ask for full names."""
    if entry.team_name:
        return entry.team_name
    return "、".join(member.person.name if full else mask_name(member.person.name) for member in entry.members)
