"""The panel of the competition being marked: judges with their qualification, a conflict let stand, a judge replaced, a round open."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa

from app.competitions.marking.recording import NewMark, record_marks
from app.competitions.models import Competition, JudgeConflict, Sheet, Skill
from app.competitions.officials.commands import appoint
from app.competitions.panel import commands as panel
from app.competitions.panel.commands import JudgeData
from app.core import engine
from app.core.db import transaction
from app.demo.cast import EMPLOYERS, Cast
from workflows.competition.aspects import AspectType
from workflows.competition.conflict_flow import ConflictFlow
from workflows.competition.seating import Duty
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.vacancy_flow import VacancyFlow
from workflows.roles import Role

# login, level, title, years, terms, number of the certificate, and where they work: the second in a firm that sends competitors.
CARDS = (
    ("judge1", "senior_technician", "associate_senior", 16, 5, "浙裁 2021-0117", "organiser"),
    ("judge2", "technician", "", 9, 3, "浙裁 2023-0342", EMPLOYERS[2]),
    ("judge3", "", "intermediate", 7, 2, "浙裁 2022-0208", "organiser"),
    ("judge4", "senior_technician", "", 12, 4, "浙裁 2020-0065", ""),
    ("judge5", "technician", "", 6, 1, "浙裁 2024-0511", ""),
)
VALID_UNTIL = date(2027, 12, 31)
DISCUSSED = (Decimal(0), Decimal(2), Decimal(2))  # more than one apart: the aspect is marked again


def make_up_panel(cast: Cast, competition_id: int, moment: datetime) -> None:
    """A fourth judge who coordinates, a fifth in reserve; cards for all, and who scores what."""
    organiser = cast.actor("organiser")
    with transaction() as session:
        competition = session.get_one(Competition, competition_id)
        (skill,) = competition.live_skills
        appoint(session, organiser, competition, cast.accounts["judge4"], Role.JUDGE, moment, skill=skill)
        appoint(session, organiser, competition, cast.accounts["judge5"], Role.JUDGE, moment, is_reserve=True)
        for login, level, title, years, terms, number, works_at in CARDS:
            employer = cast.organisations[works_at].id if works_at else None
            occupations = (skill.occupation_code,) if skill.occupation_code else ()
            data = JudgeData(title, level, years, terms, number, VALID_UNTIL, occupations, employer)
            panel.register(session, organiser, cast.accounts[login], competition, data, moment)
        panel.set_days_off(session, organiser, competition, cast.accounts["judge5"], [1], moment)
        session.refresh(skill, ["panel"])
        subs = skill.scheme.sub_criteria if skill.scheme else []
        duties = {(sub.id, seat): Duty.SCORES if seat < 4 else Duty.COORDINATES for sub in subs for seat in (1, 2, 3, 4)}
        panel.assign(session, cast.actor("chief"), skill, duties, moment)
        for login in ("judge4", "judge5"):
            session.refresh(cast.accounts[login], ["grants"])


def override_one_conflict(cast: Cast, competition_id: int, moment: datetime) -> None:
    """Of the colleagues of the second judge one may be scored by them, as the arbiter allows; for the others the fourth judge stands in."""
    with transaction() as session:
        found = sa.select(JudgeConflict).join(Skill, Skill.id == JudgeConflict.skill_id).where(Skill.competition_id == competition_id)
        conflict = session.scalars(found.where(JudgeConflict.keeps_away).order_by(JudgeConflict.entry_id).limit(1)).one()
        engine.fire(session, conflict, ConflictFlow.ask, cast.actor("organiser"), moment, "虽属同一企业，分属两地车间，互不相识")
        engine.fire(session, conflict, ConflictFlow.override, cast.actor("arbiter"), moment, "经核实同意，评分全程录像")


def go_on_with_another_judge(cast: Cast, skill_id: int, moment: datetime) -> None:
    """The third judge falls ill in the middle; the one in reserve takes the seat."""
    chief = cast.actor("chief")
    with transaction() as session:
        skill = session.get_one(Skill, skill_id)
        vacancy = panel.report_missing(session, chief, skill, 3, moment, day=None, code="", reason="突发急病，已送医")
        panel.name_successor(session, chief, vacancy, cast.accounts["judge5"].id, vacancy.version, moment)
        engine.fire(session, vacancy, VacancyFlow.hand_over, chief, moment)


def differ(cast: Cast, skill_id: int, moment: datetime) -> None:
    """On the next sheet with a judgement the judges lie too far apart: a re-mark round opens, and waits for them."""
    actors = {account.id: account.actor for account in cast.accounts.values()}
    with transaction() as session:
        for sheet in session.scalars(sa.select(Sheet).where(Sheet.skill_id == skill_id, Sheet.is_in(SheetFlow.open)).order_by(Sheet.id)):
            judged = [aspect for aspect in sheet.sub_criterion.aspects if aspect.type is AspectType.JUDGEMENT]
            if judged and not sheet.marks and len(sheet.held_by) == len(DISCUSSED):
                break
        for (seat, account_id), score in zip(sheet.held_by.items(), DISCUSSED, strict=True):
            mark_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo/{sheet.id}/{seat}"))
            mark = NewMark(mark_id, judged[0].id, seat, 0, score, moment, device=f"平板 {seat}")
            record_marks(session, sheet, actors[account_id], [mark], moment)
