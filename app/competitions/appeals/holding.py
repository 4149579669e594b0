"""While an appeal or a revision is open, awards, certificates and what is built on them are held, and say why."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.competitions.board import commands as boards
from app.competitions.honours import commands as honours
from app.competitions.models import Appeal, Revision
from app.competitions.models.appeal import PUBLISHED
from app.competitions.results import awards
from workflows.text import joined
from workflows.workflow import Step


def refresh(session: Session, case: Appeal | Revision, step: Step) -> None:
    """Effect of every step of an appeal or a revision: the awards of its skill are held for what is open now, or let go."""
    session.flush()
    skill = case.skill
    session.expire(skill, ["appeals", "revisions"])
    reasons = list(skill.holds)
    why = joined(reasons) if reasons else None
    awards.hold_awards(session, skill, why)
    honours.hold_honours(session, skill, why)
    if skill.is_in(*PUBLISHED):
        boards.renew(session, skill, step)  # what holds the results, and what was revised, stands beside them
