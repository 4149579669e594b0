"""What the organiser says about the overall tables."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.competitions.models import Competition
from app.core import audit
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition.overall import OverallRules
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text

NOT_ORGANISER = Text("总榜规则由承办方设定", "The rules of the overall tables are set by the organiser")
PUBLISHED = Text("赛项「{name}」成绩已公布，总榜规则不能再改", "Results of “{name}” are published: the rules can no longer be changed")


def set_rules(session: Session, competition: Competition, actor: Actor, rules: OverallRules, now: datetime) -> None:
    """Keep the rules of the overall tables.  Raises `Refused` once any result is before the public."""
    if Role.ORGANISER not in actor.roles_on(competition):
        raise Refused(NOT_ORGANISER)
    shown = next((skill for skill in competition.live_skills if skill.is_in(SkillFlow.publicity, SkillFlow.final)), None)
    if shown is not None:
        raise Refused(PUBLISHED.format(name=shown.name))
    competition.overall = rules.as_data()
    audit.record(session, competition, actor, "set_overall_rules", now, detail=competition.overall)
