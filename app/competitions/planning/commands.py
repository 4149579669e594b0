"""Putting a competition and its skills on paper, and what follows when one is announced or cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import Competition, Entry, Skill
from app.competitions.models.entry import first_in_line
from app.core import engine
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition import planning
from workflows.competition.entry_flow import EntryFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, Step

NOT_YOUR_ORGANISATION = Text("您不是该单位的承办方，不能为它立项竞赛", "You do not organise competitions for this organisation")
NOT_NOW = Text("竞赛现在是「{state}」，不能再添赛项", "The competition is “{state}”; no skill can be added")
CODE_TAKEN = Text("赛项代码 {code} 已被「{name}」使用", "The code {code} belongs to “{name}”")


def plan(session: Session, actor: Actor, now: datetime, organiser_id: int, values: Mapping[str, Any]) -> Competition:
    """A new competition in the name of an organisation.  Raises `Refused` unless the actor organises for it."""
    if organiser_id not in actor.ids(Role.ORGANISER):
        raise Refused(NOT_YOUR_ORGANISATION)
    competition = Competition(organiser_id=organiser_id, **values)
    engine.begin(session, competition, actor, now)
    return competition


def edit(
    session: Session, competition: Competition, actor: Actor, now: datetime, values: Mapping[str, Any], version: int | None = None
) -> None:
    engine.require_editable(competition, actor, now, version)
    changed = _fill_in(competition, values)
    if changed:
        engine.edited(session, competition, actor, now, {"changed": changed})


def plan_skill(session: Session, competition: Competition, actor: Actor, now: datetime, values: Mapping[str, Any]) -> Skill:
    """A new skill of *competition*, as long as its plan can still be changed."""
    if not competition.is_editable_by(actor):
        raise Refused(NOT_NOW.format(state=competition.state.title))
    _refuse_taken_code(session, competition, values["code"])
    skill = Skill(competition=competition, **values)
    engine.begin(session, skill, actor, now)
    return skill


def edit_skill(session: Session, skill: Skill, actor: Actor, now: datetime, values: Mapping[str, Any], version: int | None = None) -> None:
    """Change a skill's plan.  Raises `Refused` for what people have already been told, `Stale` for an older page."""
    engine.require_editable(skill, actor, now, version)
    _refuse_taken_code(session, skill.competition, values["code"], but=skill.id)
    changed = [name for name, value in values.items() if getattr(skill, name) != value]
    refusal = planning.refused_changes(changed, is_announced=skill.competition.announced_at is not None)
    if refusal:
        raise Refused(refusal)
    _fill_in(skill, values)
    if changed:
        engine.edited(session, skill, actor, now, {"changed": changed})
        fill_free_places(session, skill, now)


def _fill_in(row: Any, values: Mapping[str, Any]) -> list[str]:
    """Set what differs, and name it."""
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _refuse_taken_code(session: Session, competition: Competition, code: str, but: int | None = None) -> None:
    other = session.scalar(sa.select(Skill).where(Skill.competition_id == competition.id, Skill.code == code, Skill.id != (but or 0)))
    if other is not None:
        raise Refused(CODE_TAKEN.format(code=code, name=other.name))


def fill_free_places(session: Session, skill: Skill, now: datetime) -> None:
    """Let the waiting list move up into whatever places are free."""
    session.flush()
    while skill.has_free_place:
        first = first_in_line(session, skill.id)
        if first is None:
            return
        engine.settle(session, first, now)
        if first.is_in(EntryFlow.waiting):
            return


# ── effects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def note_announcement(session: Session, competition: Competition, step: Step) -> None:
    """From here on the public knows of it, also if it is cancelled later."""
    competition.announced_at = step.now


def call_off_skills(session: Session, competition: Competition, step: Step) -> None:
    """The skills fall with their competition; those that are final stand."""
    for skill in competition.skills:
        if skill.state.kind is Kind.OPEN:
            skill.called_off_at = step.now
            engine.settle(session, skill, step.now)


def call_off_entries(session: Session, skill: Skill, step: Step) -> None:
    """The entries fall with their skill: the clock moves each in a transaction of its own, for there may be thousands."""
    session.execute(
        sa.update(Entry).where(Entry.skill_id == skill.id, Entry.is_in(*EntryFlow.call_off.source)).values(called_off_at=step.now)
    )
