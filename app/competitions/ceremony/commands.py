"""Preparing a ceremony, beginning it, and stepping through it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.competitions.board import commands as boards
from app.competitions.ceremony import queries
from app.competitions.models import Ceremony, Competition, Skill
from app.competitions.results import commands as publishing
from app.competitions.results import queries as results
from app.core import audit, engine
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition import ceremony as rulebook
from workflows.competition import showing
from workflows.competition.board_flow import BoardFlow
from workflows.competition.ceremony import Winner
from workflows.competition.ceremony_flow import CeremonyFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

NOT_ORGANISER = Text("颁奖揭晓由承办方主持", "The ceremony is led by the organiser")
NO_SKILL = Text("请选择要揭晓的赛项", "Choose the skills to reveal")
UNKNOWN_ORDER = Text("没有这种揭晓顺序", "There is no such order")
NOT_RUNNING = Text("揭晓尚未开始或已经结束", "The ceremony has not begun, or is over")
NO_SUCH_STEP = Text("没有第 {n} 步", "There is no step {n}")
STEP = "step"
RELEASED = "颁奖揭晓结束，公示成绩"


def prepare(
    session: Session,
    competition: Competition,
    actor: Actor,
    now: datetime,
    *,
    title: str,
    order: str,
    skills: Sequence[int],
    full_names: bool = False,
) -> Ceremony:
    """Prepare a ceremony over *skills* of *competition*, in that order; *full_names*: on the lists its end may publish."""
    if Role.ORGANISER not in actor.roles_on(competition):
        raise Refused(NOT_ORGANISER)
    if order not in rulebook.ORDERS:
        raise Refused(UNKNOWN_ORDER)
    chosen = [skill.id for skill in queries.skills_to_reveal(session, competition) if skill.id in set(skills)]
    if not chosen:
        raise Refused(NO_SKILL)
    made = Ceremony(
        competition=competition,
        title=title.strip() or competition.name,
        code=secrets.token_urlsafe(12),
        order=order,
        skills=chosen,
        script=[],
        audience=_seen(None, is_paused=False),
        shows_full_names=full_names,
    )
    engine.begin(session, made, actor, now, detail={"skills": chosen, "order": order})
    return made


def write_script(session: Session, ceremony: Ceremony, step: Step) -> None:
    """Effect of beginning: the script is written from the results as they stand, and no board gives away what is to be revealed."""
    ceremony.script = [rulebook.as_data(scene) for scene in scenes_of(session, ceremony)]
    ceremony.position, ceremony.is_paused = 0, False
    ceremony.audience = _seen(None, is_paused=False)
    for skill in ceremony.in_order:
        board = boards.board_of(session, skill, step.now)
        if board.is_in(BoardFlow.live) and not skill.is_in(*showing.RELEASED):
            engine.fire(session, board, BoardFlow.freeze, step.actor, step.now)


def publish_results(session: Session, ceremony: Ceremony, step: Step) -> None:
    """Effect of ending it with the results: each board thaws, each list is drawn up and put before the public; all of them, or none."""
    session.flush()
    for skill in ceremony.to_release:
        board = boards.board_of(session, skill, step.now)
        if board.is_in(BoardFlow.frozen):
            engine.fire(session, board, BoardFlow.unfreeze, step.actor, step.now, RELEASED)
        if skill.notice is None:
            publishing.draw_up_list(session, skill, step.actor, step.now, full_names=ceremony.shows_full_names)
        engine.fire(session, skill, SkillFlow.publish, step.actor, step.now)


def scenes_of(session: Session, ceremony: Ceremony) -> list[rulebook.Scene]:
    """What would be revealed now, in its order."""
    return rulebook.script([winners_of(session, skill) for skill in ceremony.in_order if queries.is_decided(skill)], ceremony.order)


def winners_of(session: Session, skill: Skill) -> list[Winner]:
    """Who won an award in a decoded skill, by their full names: they are called to the stage."""
    return [
        Winner(skill.name, line.result.place, line.result.award, line.name, line.organisation, str(line.result.total))
        for line in results.lines(session, skill)
        if line.result.award and line.result.place
    ]


def step(session: Session, ceremony: Ceremony, actor: Actor, now: datetime, *, to: int, is_paused: bool, version: int | None) -> None:
    """Go to scene *to* (0 is the title), or cover the screen; every screen follows.

    Raises `Stale` where another tablet has stepped since *version*: of two clicks at the same moment one counts.
    """
    if Role.ORGANISER not in actor.roles_on(ceremony):
        raise Refused(NOT_ORGANISER)
    engine.expect_version(ceremony, version)
    if not ceremony.is_in(CeremonyFlow.running):
        raise Refused(NOT_RUNNING)
    if not 0 <= to <= len(ceremony.script):
        raise Refused(NO_SUCH_STEP.format(n=to))
    ceremony.position, ceremony.is_paused = to, is_paused
    ceremony.audience = _seen(ceremony.scene, is_paused=is_paused)
    audit.record(session, ceremony, actor, STEP, now, detail={"to": to, "paused": is_paused})


def _seen(scene: dict[str, Any] | None, *, is_paused: bool) -> dict[str, Any]:
    """What the hall sees; while it is paused, the title and no name."""
    return {"scene": None if is_paused else scene, "paused": is_paused}
