"""Tallying, ruling on ties, and putting the list before the public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.competitions.board import commands as boards
from app.competitions.models import Result, Skill
from app.competitions.results import queries
from app.core import audit, clock, engine
from app.core.actor import Actor
from app.core.errors import Refused
from app.notices import commands as notices
from app.notices.models import Notice
from workflows.competition.prizes import AWARDS
from workflows.competition.skill_flow import SkillFlow
from workflows.competition.tally import Line, tally
from workflows.exact import plain
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

NOT_TALLIED = Text("成绩汇总后、解密前才能裁定并列", "A tie is decided after the tally and before the decoding")
NOT_CHIEF = Text("并列由裁判长裁定", "Ties are decided by the chief judge")
NOT_TIED = Text("所选参赛单元并不并列", "These entries do not share a place")
REASON = Text("裁定须写明理由", "A ruling needs a reason")
NOT_DECODED = Text("解密后才能生成公示名单", "The public list is drawn up after the decoding")
NOT_ORGANISER = Text("公示名单由承办方生成", "The public list is drawn up by the organiser")
NO_RESULTS = Text("没有可公示的成绩", "There is no result to publish")

LIST_COLUMNS = (
    Text("名次", "Place"),
    Text("姓名（队名）", "Name (team)"),
    Text("单位", "Organisation"),
    Text("总成绩", "Total mark"),
    Text("奖项", "Award"),
)


def make_tally(session: Session, skill: Skill, step: Step) -> None:
    """Effect of the tally: what the rulebook makes of all marks, kept under the next number."""
    scheme = skill.scheme.rules if skill.scheme else None
    _keep(session, skill, tally(scheme, queries.competitors(session, skill), queries.rules_of(session, skill)))


def _keep(session: Session, skill: Skill, lines: Sequence[Line]) -> None:
    skill.tally_number += 1
    session.add_all(_result(skill, order, line) for order, line in enumerate(lines, start=1))
    session.flush()
    session.expire(skill, ["results"])


def _result(skill: Skill, order: int, line: Line) -> Result:
    return Result(
        skill_id=skill.id,
        tally=skill.tally_number,
        entry_id=line.id,
        order=order,
        theory=line.theory,
        practice=line.practice,
        total=line.total,
        modules={letter: str(mark) for letter, mark in line.modules.items()},
        scale_points=line.points,
        place=line.place,
        decided_by=line.decided_by,
        is_shared=line.is_shared,
        needs_decision=line.needs_decision,
        why={
            "steps": [{"zh": step.zh, "en": step.en} for step in line.steps],
            "aspects": {code: str(mark) for code, mark in line.aspects.items()},
            "recorded": {key: plain(value) for key, value in line.recorded.items()},
            "fails": [{"zh": reason.zh, "en": reason.en} for reason in line.fails],
        },
        award=line.award,
        prize=line.prize,
    )


def rule_tie(session: Session, skill: Skill, actor: Actor, entries: Sequence[int], reason: str, now: datetime) -> None:
    """The chief judge sets the order of those who share a place, with the reason; the results are tallied again at once."""
    if Role.CHIEF_JUDGE not in actor.roles_on(skill):
        raise Refused(NOT_CHIEF)
    if not skill.is_in(SkillFlow.provisional):
        raise Refused(NOT_TALLIED)
    if not reason.strip():
        raise Refused(REASON)
    places = {result.entry_id: result.place for result in skill.results}
    chosen = {places.get(entry) for entry in entries}
    if len(entries) < 2 or len(set(entries)) != len(entries) or len(chosen) != 1 or None in chosen:
        raise Refused(NOT_TIED)
    if {entry for entry, place in places.items() if place in chosen} != set(entries):
        raise Refused(NOT_TIED)
    ruling = {"entries": list(entries), "reason": reason.strip(), "by": actor.account_id, "name": actor.name, "at": now.isoformat()}
    skill.tie_rulings = [*skill.tie_rulings, ruling]
    make_tally(session, skill, Step(now, actor, reason))
    audit.record(session, skill, actor, "rule_tie", now, comment=reason.strip(), detail={"entries": list(entries)})


def draw_up_list(session: Session, skill: Skill, actor: Actor, now: datetime, *, full_names: bool, body: str = "") -> None:
    """Put the list of results before the public, names masked unless *full_names*; the publicity runs from here.

    A list that would show an ID number or a telephone is refused.  The state moves when the organiser takes the step itself.
    """
    if Role.ORGANISER not in actor.roles_on(skill):
        raise Refused(NOT_ORGANISER)
    if not skill.is_in(SkillFlow.decoded):
        raise Refused(NOT_DECODED)
    boards.require_unfrozen(session, skill, now)
    lines = queries.lines(session, skill)
    if not lines:
        raise Refused(NO_RESULTS)
    if skill.notice is not None:
        _take_down(session, skill.notice, actor, now, "重新生成名单")
    rows = [
        [
            str(line.result.place),
            queries.public_name(line.result.entry, full=full_names),
            line.organisation,
            str(line.result.total),
            str(AWARDS[line.result.award]) if line.result.award else "",
        ]
        for line in lines
    ]
    notice = notices.open_notice(
        session,
        skill,
        actor,
        now,
        title=f"{skill.competition.name}“{skill.name}”赛项成绩公示",
        columns=LIST_COLUMNS,
        rows=rows,
        days=skill.publicity_days,
        body=body,
        contact=skill.competition.contact,
    )
    skill.notice, skill.publicity_ends_at = notice, notice.ends_at
    audit.record(session, skill, actor, "draw_up_list", now, detail={"notice": notice.id, "ends_on": clock.today(notice.ends_at or now)})


def _take_down(session: Session, notice: Notice, actor: Actor, now: datetime, reason: str) -> None:
    """Withdraw what is before the public; what has run its time stands as it ended."""
    if engine.state_now(notice, now).is_publicity:
        notices.withdraw_notice(session, notice, actor, now, reason)


def let_go_of_notice(session: Session, skill: Skill, step: Step) -> None:
    """Effect of going back to marking: what was published no longer stands, and the next list starts afresh."""
    notice = skill.notice
    if notice is None:
        return
    _take_down(session, notice, step.actor, step.now, step.comment)
    skill.notice, skill.publicity_ends_at = None, None
