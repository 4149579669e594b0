"""Conflicts found from the registers and stored with the facts they rest on; seats filled accordingly.

`look` is called in the transaction of whatever changed: an entry accepted, a judge seated, a relation recorded, a rule changed.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Account, RoleGrant
from app.competitions.models import Entry, EntryMember, Judge, JudgeConflict, JudgeRelation, PanelSeat, Skill
from app.competitions.models.entry import OUT_OF_THE_RACE
from app.competitions.panel import seats
from app.core import engine
from app.core.actor import CLOCK
from app.core.secrets import index_of
from app.registry.models import Organisation, Person
from workflows.competition import conflicts, levels
from workflows.competition.conflicts import EntryFacts, JudgeFacts, TieRules
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.workflow import Step

LOOKED_AT = (SkillFlow.planned, SkillFlow.drawn, SkillFlow.marking)
"""States of a skill in which it still matters who may score whom."""


def look(session: Session, skill: Skill, now: datetime, *, entry_ids: Sequence[int] | None = None) -> int:
    """Find what ties the judges of *skill* to its competitors (all, or those of *entry_ids*) and seat them again; how many keep away."""
    if not skill.is_in(*LOOKED_AT):
        return 0
    session.flush()
    judges = judge_facts(session, skill)
    if not judges:
        return 0
    entries = entry_facts(session, skill, entry_ids)
    rules = rules_of(skill)
    found = {
        (account_id, entry_id): reasons
        for account_id, judge in judges.items()
        for entry_id, entry in entries.items()
        if (reasons := conflicts.ties(judge, entry, rules))
    }
    query = sa.select(JudgeConflict).where(JudgeConflict.skill_id == skill.id)
    if entry_ids is not None:
        query = query.where(JudgeConflict.entry_id.in_(entry_ids))
    known = {(each.account_id, each.entry_id): each for each in session.scalars(query)}
    fresh = []
    for place, reasons in found.items():
        data = [reason.as_data() for reason in reasons]
        row = known.get(place)
        if row is None:
            row = JudgeConflict(
                id=_number(session, skill.id, *place),
                skill=skill,
                account_id=place[0],
                entry_id=place[1],
                reasons=data,
                covered=[],
                found_at=now,
            )
            fresh.append(row)
        elif row.reasons != data or row.gone_at is not None:
            row.reasons, row.gone_at = data, None
        row.weigh()
    for place, row in known.items():
        if place not in found and row.gone_at is None:
            row.gone_at = now
            row.weigh()
    engine.begin_all(session, fresh, CLOCK, now)
    session.flush()
    seats.fill(session, skill, entry_ids=entry_ids)
    return sum(row.keeps_away for row in [*known.values(), *fresh])


def _number(session: Session, skill_id: int, account_id: int, entry_id: int) -> int:
    """An id that does not tell in which order people entered: it stands in addresses that a chief judge opens beside a code."""
    for attempt in itertools.count():
        drawn = index_of("judge_conflict.id", f"{skill_id}/{account_id}/{entry_id}/{attempt}")
        number = int.from_bytes(drawn[:4]) % 2**31
        if number and session.get(JudgeConflict, number) is None:
            return number
    raise AssertionError("counting does not end")


def rules_of(skill: Skill) -> TieRules:
    return conflicts.tie_rules(levels.level(skill.competition.level).tier, skill.panel_rule.conflicts)


def judge_facts(session: Session, skill: Skill) -> dict[int, JudgeFacts]:
    """What is known of everybody who judges in the competition, or sits on the panel of *skill*, by account."""
    appointed = sa.select(RoleGrant.account_id).where(
        RoleGrant.role == Role.JUDGE.key, RoleGrant.on_id == skill.competition_id, RoleGrant.ended_at.is_(None)
    )
    seated = sa.select(PanelSeat.account_id).where(PanelSeat.skill_id == skill.id)
    ids = list(session.scalars(appointed.union(seated)))
    if not ids:
        return {}
    rows = session.execute(
        sa.select(
            Account.id,
            Account.name,
            Account.person_id,
            sa.func.coalesce(Person.employer_id, Judge.employer_id),
            sa.func.coalesce(Judge.member, ""),
        )
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Judge, Judge.account_id == Account.id)
        .where(Account.id.in_(ids))
        .order_by(Account.id)
    ).all()
    divisions = _divisions(session, {employer for *_, employer, _member in rows if employer is not None})
    led: dict[int, set[int]] = defaultdict(set)
    leads = sa.select(RoleGrant.account_id, RoleGrant.on_id).where(
        RoleGrant.role == Role.TEAM_LEADER.key, RoleGrant.account_id.in_(ids), RoleGrant.ended_at.is_(None)
    )
    for account_id, organisation_id in session.execute(leads):
        led[account_id].add(organisation_id)
    relations: dict[int, dict[int, tuple[str, int]]] = defaultdict(dict)
    recorded = sa.select(JudgeRelation).where(JudgeRelation.account_id.in_(ids), JudgeRelation.ended_at.is_(None))
    for relation in session.scalars(recorded.order_by(JudgeRelation.id)):
        relations[relation.account_id].setdefault(relation.person_id, (relation.kind, relation.id))
    coached = _coached(session, skill, {id_: (name, person_id) for id_, name, person_id, *_ in rows})
    entered = _entered(session, skill, {person_id for *_, person_id, _e, _m in rows if person_id is not None})
    return {
        id_: JudgeFacts(
            name,
            person_id,
            employer,
            frozenset(led[id_]),
            divisions.get(employer or 0, ""),
            member,
            relations[id_],
            coached.get(id_, {}),
            person_id in entered,
        )
        for id_, name, person_id, employer, member in rows
    }


def entry_facts(session: Session, skill: Skill, entry_ids: Sequence[int] | None = None) -> dict[int, EntryFacts]:
    """What is known of every entry of *skill* that stands."""
    coach = aliased(Person)
    query = (
        sa.select(
            Entry.id,
            Entry.organisation_id,
            sa.func.coalesce(Organisation.member, ""),
            Entry.coach,
            coach.id,
            coach.name,
            EntryMember.person_id,
            Person.employer_id,
        )
        .join(EntryMember, EntryMember.entry_id == Entry.id)
        .join(Person, Person.id == EntryMember.person_id)
        .outerjoin(coach, coach.id == Entry.coach_id)
        .outerjoin(Organisation, Organisation.id == Entry.organisation_id)
        .where(Entry.skill_id == skill.id, ~Entry.is_in(EntryFlow.draft, *OUT_OF_THE_RACE))
        .order_by(Entry.id)
    )
    if entry_ids is not None:
        query = query.where(Entry.id.in_(entry_ids))
    rows = session.execute(query).all()
    organisations = {each for _id, organisation, *_rest, employer in rows for each in (organisation, employer) if each is not None}
    divisions = _divisions(session, organisations)
    members: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    heads = {}
    for id_, organisation, member, written, coach_id, coach_name, person, employer in rows:
        members[id_].append((person, employer))
        heads[id_] = organisation, member, written, {coach_id: coach_name} if coach_id is not None else {}
    return {
        id_: EntryFacts(
            frozenset(person for person, _employer in people),
            frozenset(employer for _person, employer in people if employer is not None),
            heads[id_][0],
            frozenset(filter(None, (divisions.get(each or 0) for each in (heads[id_][0], *(employer for _p, employer in people))))),
            *heads[id_][1:],
        )
        for id_, people in members.items()
    }


def _divisions(session: Session, organisations: Iterable[int]) -> dict[int, str]:
    query = sa.select(Organisation.id, Organisation.division_code).where(
        Organisation.id.in_(list(organisations)), Organisation.division_code.is_not(None)
    )
    return {id_: code or "" for id_, code in session.execute(query)}


def _coached(session: Session, skill: Skill, judges: Mapping[int, tuple[str, int | None]]) -> dict[int, dict[int, int]]:
    """By judge, given with name and person, the persons entered now whom they coached in another competition, each with that entry."""
    here = sa.select(EntryMember.person_id).join(Entry, Entry.id == EntryMember.entry_id).where(Entry.skill_id == skill.id)
    coach = aliased(Person)
    rows = session.execute(
        sa.select(Entry.id, Entry.coach, coach.id, coach.name, EntryMember.person_id)
        .join(EntryMember, EntryMember.entry_id == Entry.id)
        .join(Skill, Skill.id == Entry.skill_id)
        .outerjoin(coach, coach.id == Entry.coach_id)
        .where(Entry.coach != "", Skill.competition_id != skill.competition_id, EntryMember.person_id.in_(here))
        .order_by(Entry.id)
    )
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for entry_id, written, coach_id, coach_name, person_id in rows:
        coaches = {coach_id: coach_name} if coach_id is not None else {}
        for account_id, (name, own_id) in judges.items():
            if conflicts.coached_by(name, own_id, written, coaches) is not None:
                found[account_id].setdefault(person_id, entry_id)
    return found


def _entered(session: Session, skill: Skill, persons: Iterable[int]) -> frozenset[int]:
    """Which of *persons* are entered in any skill of the competition."""
    query = (
        sa.select(EntryMember.person_id)
        .join(Entry, Entry.id == EntryMember.entry_id)
        .join(Skill, Skill.id == Entry.skill_id)
        .where(
            Skill.competition_id == skill.competition_id,
            EntryMember.person_id.in_(list(persons)),
            ~Entry.is_in(EntryFlow.draft, *OUT_OF_THE_RACE),
        )
    )
    return frozenset(session.scalars(query))


# ── effects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def look_at_entry(session: Session, entry: Entry, step: Step) -> None:
    """An entry that now stands, or no longer does, is looked at alone."""
    if session.scalar(sa.select(PanelSeat.id).where(PanelSeat.skill_id == entry.skill_id).limit(1)) is not None:
        look(session, entry.skill, step.now, entry_ids=(entry.id,))


def look_at_skill(session: Session, skill: Skill, step: Step) -> None:
    """Everybody is looked at again when seats are drawn and when marking starts, whatever changed in between."""
    look(session, skill, step.now)


def let_stand(session: Session, conflict: JudgeConflict, step: Step) -> None:
    """An override covers the kinds that were known; a new one keeps the judge away again."""
    conflict.covered = conflict.kinds
    conflict.weigh()
    session.flush()
    seats.fill(session, conflict.skill, entry_ids=(conflict.entry_id,))


def keep_away_again(session: Session, conflict: JudgeConflict, step: Step) -> None:
    conflict.covered = []
    conflict.weigh()
    session.flush()
    seats.fill(session, conflict.skill, entry_ids=(conflict.entry_id,))


def look_for_judge(session: Session, account_id: int, now: datetime) -> None:
    """Something about a judge changed: every skill is looked at in which they may still score."""
    role = sa.select(RoleGrant.on_id).where(
        RoleGrant.role == Role.JUDGE.key, RoleGrant.account_id == account_id, RoleGrant.ended_at.is_(None)
    )
    for skill in session.scalars(sa.select(Skill).where(Skill.competition_id.in_(role), Skill.is_in(*LOOKED_AT)).order_by(Skill.id)):
        look(session, skill, now)
