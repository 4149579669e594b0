"""Committing to a seed, and the draw itself."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from app.competitions.draw import queries
from app.competitions.models import Skill
from app.core import audit
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition.draw import commitment, draw
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

SEED_BYTES = 16  # 32 hexadecimal digits: too many to guess, few enough to type
COMMITTED = Text("承诺值已公布，不能更换种子", "The commitment is published; the seed cannot change")
NOT_YOURS = Text("抽签种子由加密裁判设定", "The seed is set by the encryption judge")


def commit(session: Session, skill: Skill, actor: Actor, now: datetime) -> None:
    """Choose a secret seed and publish its hash: from here on nobody can pick a seed to suit the result."""
    if Role.ENCRYPTION_JUDGE not in actor.roles_on(skill):
        raise Refused(NOT_YOURS)
    if skill.draw_commitment or not skill.is_in(SkillFlow.planned):
        raise Refused(COMMITTED)
    seed = secrets.token_hex(SEED_BYTES)
    skill.draw_seed, skill.draw_commitment = seed, commitment(seed)
    audit.record(session, skill, actor, "commit_seed", now, detail={"commitment": skill.draw_commitment})


def deal_seats(session: Session, skill: Skill, step: Step) -> None:
    """The draw: each number in the drum gets its seat by the committed seed."""
    entries = queries.in_the_drum(session, skill)
    seats = draw([entry.number or "" for entry in entries], skill.draw_seed or "", prefix=skill.seat_prefix)
    for entry in entries:
        entry.seat_code = seats[entry.number or ""]
    skill.drawn_at = step.now
    session.flush()
