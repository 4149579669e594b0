"""Appointing and relieving.  A judge gets the role in the competition and a seat on the panel of a skill."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import commands as accounts
from app.accounts.models import Account, RoleGrant
from app.competitions.models import Competition, PanelSeat, Skill
from app.competitions.officials import queries
from app.competitions.panel import finding
from app.core import engine
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition import conflicts
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text

SKILL_MISSING = Text("指派裁判员须选定赛项", "Say which skill the judge sits on")
SEATED = Text("{name} 已在「{skill}」的裁判组", "{name} already sits on the panel of “{skill}”")
PANEL_IS_FIXED = Text("「{skill}」已开始评分，裁判席不能撤", "“{skill}” is being marked; its panel stands")
REASON_MISSING = Text("不回避须写明理由", "Say why the conflict may stand")


def appoint(
    session: Session,
    actor: Actor,
    competition: Competition,
    account: Account,
    role: Role,
    now: datetime,
    *,
    skill: Skill | None = None,
    is_reserve: bool = False,
    reason: str = "",
    despite_concerns: bool = False,
) -> None:
    """Give *account* the *role* in *competition*; a judge also the next seat on the panel of *skill*, or none yet if they are in reserve.

    Raises `Refused` with every obstacle, and with every concern unless *despite_concerns* and a *reason* are given.
    """
    if role is Role.JUDGE and skill is None and not is_reserve:
        raise Refused(SKILL_MISSING)
    candidate = queries.candidate(session, competition, account, skill)
    reasons = conflicts.obstacles(role, candidate)
    concerns = conflicts.concerns(role, candidate)
    if concerns and not despite_concerns:
        reasons += concerns
    elif concerns and not reason.strip():
        reasons.append(REASON_MISSING)
    if reasons:
        raise Refused(*reasons)
    if role is not Role.JUDGE or role not in candidate.roles:
        accounts.grant(session, actor, account, role, competition.id, now, reason)
    if role is Role.JUDGE and skill is not None:
        _seat(session, skill, account)
        detail = {"seated": account.id, "despite": [concern.zh for concern in concerns]}
        engine.edited(session, skill, actor, now, detail)
        finding.look(session, skill, now)
    elif role is Role.JUDGE:
        session.flush()
        finding.look_for_judge(session, account.id, now)


def _seat(session: Session, skill: Skill, account: Account) -> None:
    if session.scalar(sa.select(PanelSeat.id).where(PanelSeat.skill_id == skill.id, PanelSeat.account_id == account.id)) is not None:
        raise Refused(SEATED.format(name=account.name, skill=skill.name))
    last = session.scalar(sa.select(sa.func.max(PanelSeat.position)).where(PanelSeat.skill_id == skill.id)) or 0
    session.add(PanelSeat(skill=skill, position=last + 1, account=account))
    session.flush()


def relieve(session: Session, actor: Actor, grant: RoleGrant, competition: Competition, now: datetime, reason: str) -> None:
    """Take a role back.  A judge leaves the panels that have not begun to mark; a seat that has marked stays."""
    if grant.what is Role.JUDGE:
        _leave_panels(session, actor, grant.account, competition, now)
    accounts.end_grant(session, actor, grant, now, reason)


def _leave_panels(session: Session, actor: Actor, account: Account, competition: Competition, now: datetime) -> None:
    for skill in competition.skills:
        for seat in [seat for seat in skill.panel if seat.account_id == account.id]:
            if not skill.is_in(SkillFlow.planned, SkillFlow.drawn, SkillFlow.cancelled):
                raise Refused(PANEL_IS_FIXED.format(skill=skill.name))
            skill.panel.remove(seat)
            session.delete(seat)
            engine.edited(session, skill, actor, now, {"left": account.id})
