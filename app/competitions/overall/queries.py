"""The overall tables of a competition, for its staff once skills are decoded, for everybody once they are published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.competitions.models import Competition, Entry, EntryMember, Result, Skill
from app.competitions.results import queries as results
from app.core.errors import NotFound
from app.core.masking import mask_name
from app.registry.models import Division, Organisation
from workflows.competition import overall
from workflows.competition.overall import OverallRules, Scored, TeamLine
from workflows.competition.scale import worldskills_scale
from workflows.competition.skill_flow import SkillFlow

DECODED = (SkillFlow.decoded, *results.PUBLISHED)


@dataclass(frozen=True, slots=True)
class Who:
    """One entry in an overall table, as it may be named."""

    name: str
    organisation: str
    skill: str
    points: int | None
    award: str | None


@dataclass(frozen=True, slots=True)
class Tables:
    """Everything over all skills that are counted.  `skills` are counted, `waiting` are not there yet."""

    rules: OverallRules
    skills: list[Skill]
    waiting: list[Skill]
    scored: list[Scored]
    who: dict[int, Who]
    best: list[Scored]
    best_of_each: list[tuple[str, list[Scored]]]
    best_of_regions: list[tuple[str, list[Scored]]]
    teams: list[TeamLine]
    medals: list[TeamLine]


def rules_of(competition: Competition) -> OverallRules:
    return OverallRules.from_data(competition.overall)


def tables(session: Session, competition: Competition, *, for_public: bool) -> Tables:
    """The tables over the skills that may be counted: decoded for the staff, published (and names masked) for everybody."""
    states = results.PUBLISHED if for_public else DECODED
    counted = [skill for skill in competition.live_skills if skill.is_in(*states)]
    waiting = [skill for skill in competition.live_skills if not skill.is_in(*states)]
    return _tables(rules_of(competition), counted, waiting, _lines(session, counted), for_public=for_public)


def public_competition(session: Session, id: int) -> Competition:
    """A competition of which at least one skill is published."""
    competition = session.get(Competition, id, options=[joinedload(Competition.skills)])
    if competition is None or not competition.is_public or not any(skill.is_in(*results.PUBLISHED) for skill in competition.live_skills):
        raise NotFound
    return competition


def _lines(session: Session, skills: Sequence[Skill]) -> list[tuple[Result, str]]:
    """The results that count, of all *skills*, each with its region; a fixed number of queries."""
    if not skills:
        return []
    counting = sa.or_(*(sa.and_(Result.skill_id == skill.id, Result.tally == skill.tally_number) for skill in skills))
    query = (
        sa.select(Result, Division.name)
        .join(Entry, Entry.id == Result.entry_id)
        .outerjoin(Organisation, Organisation.id == Entry.organisation_id)
        .outerjoin(Division, Division.code == Organisation.division_code)
        .where(counting)
        .order_by(Result.skill_id, Result.order)
        .options(
            joinedload(Result.entry).joinedload(Entry.organisation),
            joinedload(Result.entry).selectinload(Entry.members).joinedload(EntryMember.person),
        )
    )
    return [(result, region or "") for result, region in session.execute(query).unique()]


def _tables(rules: OverallRules, skills: list[Skill], waiting: list[Skill], lines: list[tuple[Result, str]], *, for_public: bool) -> Tables:
    codes = {skill.id: skill for skill in skills}
    points = _points(lines)
    scored, who = [], {}
    for result, region in lines:
        entry, skill = result.entry, codes[result.skill_id]
        organisation = entry.organisation.name if entry.organisation else ""
        delegation = region if rules.delegation == overall.BY_REGION else organisation
        scored.append(Scored(entry.id, skill.code, delegation, region, points[entry.id], result.award))
        who[entry.id] = Who(_named(entry, masked=for_public), organisation, skill.name, points[entry.id], result.award)
    return Tables(
        rules,
        skills,
        waiting,
        scored,
        who,
        overall.best(scored, rules.left_out),
        overall.best_of_each(scored, lambda each: each.delegation, rules.left_out),
        overall.best_of_each(scored, lambda each: each.region, rules.left_out),
        overall.team_table(scored, rules.team),
        overall.medal_table(scored, rules.medals),
    )


def _points(lines: Sequence[tuple[Result, str]]) -> dict[int, int | None]:
    """Scale points by entry: of every skill, whichever method placed it, because only they compare one skill with another."""
    by_skill: dict[int, list[Result]] = {}
    for result, _ in lines:
        by_skill.setdefault(result.skill_id, []).append(result)
    points: dict[int, int | None] = {}
    for found in by_skill.values():
        points |= dict(zip((result.entry_id for result in found), worldskills_scale([result.total for result in found]), strict=True))
    return points


def _named(entry: Entry, *, masked: bool) -> str:
    if entry.team_name:
        return entry.team_name
    return "、".join(mask_name(member.person.name) if masked else member.person.name for member in entry.members)
