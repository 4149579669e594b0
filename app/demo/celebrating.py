"""The ceremonies of a decided competition: one that was held, and one that the visitor can lead."""

from __future__ import annotations

from datetime import datetime

from app.competitions.ceremony import commands
from app.competitions.models import Competition
from app.core import engine
from app.core.db import transaction
from app.demo.cast import Cast
from workflows.competition.ceremony_flow import CeremonyFlow


def hold_ceremonies(cast: Cast, competition_id: int, moment: datetime) -> None:
    """Reveal all skills one after the other, to the end; and prepare the same award by award."""
    organiser = cast.actor("organiser")
    with transaction() as session:
        competition = session.get_one(Competition, competition_id)
        skills = [skill.id for skill in competition.live_skills]
        held = commands.prepare(session, competition, organiser, moment, title="颁奖典礼", order="by_skill", skills=skills)
        engine.fire(session, held, CeremonyFlow.start, organiser, moment)
        for position in range(1, len(held.script) + 1):
            commands.step(session, held, organiser, moment, to=position, is_paused=False, version=None)
        engine.fire(session, held, CeremonyFlow.finish, organiser, moment)
        commands.prepare(session, competition, organiser, moment, title="颁奖典礼（彩排）", order="over_all", skills=skills)
