"""Entering, correcting, accepting; what follows when a place is taken or becomes free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from app.competitions.entries import queries
from app.competitions.models import Entry, EntryMember, Skill
from app.competitions.planning.commands import fill_free_places
from app.core import engine
from app.core.actor import Actor
from app.core.errors import Refused
from app.registry.models import Organisation, Person
from workflows.competition.entry_flow import EntryFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step, Transition

NOT_OPEN = Text("现在不在报名时间内", "Registration is not open")
NOT_YOURS = Text("只能为自己或自己带领的单位报名", "You can enter yourself, or people of an organisation you lead")
ENTERED = Text("{name} 已报名本赛项", "{name} has already entered this skill")
FULL = Text("名额刚刚被占满", "The last place has just been taken")


def enter(
    session: Session,
    actor: Actor,
    skill: Skill,
    people: Sequence[Person],
    now: datetime,
    *,
    organisation: Organisation | None = None,
    team_name: str = "",
    coach: str = "",
    coach_person: Person | None = None,
    remark: str = "",
) -> Entry:
    """A new entry, still a draft: by the competitor alone, or by a leader of *organisation*.

    Raises `Refused` outside the time of registration, for somebody else's people, and for somebody who is in this skill already.
    """
    _require_registration(skill, now)
    leads = organisation is not None and organisation.id in actor.ids(Role.TEAM_LEADER)
    if not leads and [person.id for person in people] != [actor.person_id]:
        raise Refused(NOT_YOURS)
    _refuse_entered(session, skill, people)
    entry = Entry(
        skill=skill,
        organisation=organisation,
        team_name=team_name.strip(),
        coach=coach.strip(),
        coach_person=coach_person,
        remark=remark.strip(),
        entered_by_id=actor.account_id,
        members=[EntryMember(person=person, position=position) for position, person in enumerate(people, start=1)],
    )
    engine.begin(session, entry, actor, now)
    return entry


def correct(
    session: Session,
    entry: Entry,
    actor: Actor,
    now: datetime,
    people: Sequence[Person],
    *,
    team_name: str = "",
    coach: str = "",
    coach_person: Person | None = None,
    remark: str = "",
    version: int | None = None,
) -> None:
    """Change a draft, or an entry that was sent back.  The coach's person stays known as long as the coach's name does."""
    engine.require_editable(entry, actor, now, version)
    _refuse_entered(session, entry.skill, people, but=entry)
    if coach_person is not None or coach.strip() != entry.coach:
        entry.coach_person = coach_person
    entry.team_name, entry.coach, entry.remark = team_name.strip(), coach.strip(), remark.strip()
    if [member.person_id for member in entry.members] != [person.id for person in people]:
        entry.members.clear()
        session.flush()
        entry.members = [EntryMember(person=person, position=position) for position, person in enumerate(people, start=1)]
    flag_modified(entry, "remark")  # members lie in another table, and a page that shows the old ones must become stale
    engine.edited(session, entry, actor, now, {"members": [person.id for person in people]})


def _require_registration(skill: Skill, now: datetime) -> None:
    if not skill.competition.takes_entries_at(now):
        raise Refused(NOT_OPEN)


def _refuse_entered(session: Session, skill: Skill, people: Iterable[Person], but: Entry | None = None) -> None:
    taken = [person for person in people if (found := queries.standing(session, skill, person.id)) is not None and found is not but]
    if taken:
        raise Refused(*(ENTERED.format(name=person.name) for person in taken))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of many entries taken through one transition: how many moved, and why the others did not."""

    done: int
    refused: list[tuple[Entry, Sequence[Text]]]


def take_all(session: Session, entries: Iterable[Entry], transition: Transition, actor: Actor, now: datetime) -> Outcome:
    """Take *transition* on each of *entries*, as if its button had been pressed; one that is refused stops no other."""
    done = 0
    refused: list[tuple[Entry, Sequence[Text]]] = []
    for entry in entries:
        reasons = engine.refusals(entry, transition, actor, now)
        if reasons:
            refused.append((entry, reasons))
            continue
        engine.fire(session, entry, transition, actor, now)
        done += 1
    return Outcome(done, refused)


# ── effects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def take_a_place(session: Session, entry: Entry, step: Step) -> None:
    """An accepted entry gets its number (参赛号), which it keeps.  The skill's row is the lock that guards the last place."""
    session.flush()
    session.execute(sa.select(Skill.id).where(Skill.id == entry.skill_id).with_for_update())
    skill = entry.skill
    if skill.quota is not None and skill.places_taken > skill.quota:
        raise Refused(FULL)
    if entry.number is None:
        given = session.scalar(sa.select(sa.func.count()).where(Entry.skill_id == skill.id, Entry.number.is_not(None))) or 0
        entry.number = f"{skill.code}{given + 1:03d}"


def join_the_line(session: Session, entry: Entry, step: Step) -> None:
    entry.waiting_since = step.now


def give_up_the_place(session: Session, entry: Entry, step: Step) -> None:
    """Whoever has waited longest moves up."""
    session.flush()
    fill_free_places(session, entry.skill, step.now)


def finish_entries(session: Session, skill: Skill, step: Step) -> None:
    """The results stand: whoever competed has completed it, and the clock says so of each."""
    session.execute(sa.update(Entry).where(Entry.skill_id == skill.id, Entry.is_in(EntryFlow.checked_in)).values(results_final_at=step.now))
