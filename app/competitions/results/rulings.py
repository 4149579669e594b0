"""Taking a ruling on a tie back, while names are still sealed: the tie stands open again, and may be ruled on anew."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.competitions.models import Skill
from app.competitions.results import commands
from app.core import audit
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

NO_RULING = Text("没有这条裁定，或已撤回", "There is no such ruling, or it was taken back already")


def withdraw_ruling(session: Session, skill: Skill, actor: Actor, number: int, reason: str, now: datetime) -> None:
    """Take the ruling of that number (from 1) back, with the reason; it stays on record, and the results are tallied again at once."""
    if Role.CHIEF_JUDGE not in actor.roles_on(skill):
        raise Refused(commands.NOT_CHIEF)
    if not skill.is_in(SkillFlow.provisional):
        raise Refused(commands.NOT_TALLIED)
    if not reason.strip():
        raise Refused(commands.REASON)
    rulings = [dict(ruling) for ruling in skill.tie_rulings]
    if not 1 <= number <= len(rulings) or "withdrawn" in rulings[number - 1]:
        raise Refused(NO_RULING)
    taken_back = {"reason": reason.strip(), "by": actor.account_id, "name": actor.name, "at": now.isoformat()}
    rulings[number - 1]["withdrawn"] = taken_back
    skill.tie_rulings = rulings
    commands.make_tally(session, skill, Step(now, actor, reason))
    audit.record(session, skill, actor, "withdraw_ruling", now, comment=reason.strip(), detail={"ruling": number})
