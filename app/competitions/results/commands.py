"""Tallying, ruling on ties, and putting the list before the public."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.board import commands as boards
from app.competitions.models import Correction, Entry, Result, ResultPublication, Revision, Skill
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
    """Effect of the tally: what the rulebook makes of all marks, kept under the next number, which counts from here on.

    Where nobody has recorded when the competition in this skill was over, it was over now: the clock of appeals begins.
    """
    skill.tally_number = next_number(session, skill)
    count(session, skill, skill.tally_number)
    skill.ended_at = skill.ended_at or step.now
    session.expire(skill, ["results"])


def tally_again(session: Session, correction: Correction, step: Step) -> None:
    """Effect of a correction that counts, or counts no longer: a tally that is there already is made again at once."""
    session.flush()
    if correction.skill.is_in(SkillFlow.provisional):
        make_tally(session, correction.skill, step)


def tally_without(session: Session, entry: Entry, step: Step) -> None:
    """Effect of a disqualification: results that are tallied and not published yet are tallied again without that entry."""
    session.flush()
    if entry.skill.is_in(SkillFlow.provisional, SkillFlow.decoding, SkillFlow.decoded):
        make_tally(session, entry.skill, step)


def next_number(session: Session, skill: Skill) -> int:
    """The number of the version to be counted next; none is ever used twice."""
    return (session.scalar(sa.select(sa.func.max(Result.tally)).where(Result.skill_id == skill.id)) or 0) + 1


def count(session: Session, skill: Skill, number: int) -> None:
    """Count everything anew and keep it as version *number*; which version counts is not touched."""
    scheme = skill.scheme.rules if skill.scheme else None
    lines = tally(scheme, queries.competitors(session, skill), queries.rules_of(session, skill))
    session.add_all(_result(skill, number, order, line) for order, line in enumerate(lines, start=1))
    session.flush()


def _result(skill: Skill, number: int, order: int, line: Line) -> Result:
    return Result(
        skill_id=skill.id,
        tally=number,
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
            "calculated": {name: str(mark) for name, mark in line.calculated.items()},
            "fails": [{"zh": reason.zh, "en": reason.en} for reason in line.fails],
        },
        award=line.award,
        prize=line.prize,
    )


def rule_tie(session: Session, skill: Skill, actor: Actor, entries: Sequence[int], reason: str, now: datetime) -> None:
    """The chief judge sets the order of those who share a place, with the reason; the results are tallied again at once."""
    if not skill.is_in(SkillFlow.provisional):
        raise Refused(NOT_TALLIED)
    keep_ruling(session, skill, actor, entries, reason, now, among=skill.results)
    make_tally(session, skill, Step(now, actor, reason))


def keep_ruling(
    session: Session, skill: Skill, actor: Actor, entries: Sequence[int], reason: str, now: datetime, *, among: Sequence[Result]
) -> None:
    """Put a ruling about those who share a place in *among* beside the earlier ones.  Raises `Refused` where they share none."""
    if Role.CHIEF_JUDGE not in actor.roles_on(skill):
        raise Refused(NOT_CHIEF)
    if not reason.strip():
        raise Refused(REASON)
    places = {result.entry_id: result.place for result in among}
    chosen = {places.get(entry) for entry in entries}
    if len(entries) < 2 or len(set(entries)) != len(entries) or len(chosen) != 1 or None in chosen:
        raise Refused(NOT_TIED)
    if {entry for entry, place in places.items() if place in chosen} != set(entries):
        raise Refused(NOT_TIED)
    ruling = {"entries": list(entries), "reason": reason.strip(), "by": actor.account_id, "name": actor.name, "at": now.isoformat()}
    skill.tie_rulings = [*skill.tie_rulings, ruling]
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
    skill.shows_full_names = full_names
    notice = open_list(session, skill, skill.tally_number, actor, now, body=body)
    audit.record(session, skill, actor, "draw_up_list", now, detail={"notice": notice.id, "ends_on": clock.today(notice.ends_at or now)})


def open_list(session: Session, skill: Skill, number: int, actor: Actor, now: datetime, *, body: str = "") -> Notice:
    """Put one version of the results before the public in the place of what is there, for the skill's number of days."""
    rows = public_rows(session, skill, number)
    if not rows:
        raise Refused(NO_RESULTS)
    if skill.notice is not None:
        _take_down(session, skill.notice, actor, now, "重新生成名单")
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
    return notice


def public_rows(session: Session, skill: Skill, number: int) -> list[list[str]]:
    """The cells of a published list, names as the skill shows them."""
    return [
        [
            str(line.result.place),
            queries.public_name(line.result.entry, full=skill.shows_full_names),
            line.organisation,
            str(line.result.total),
            str(AWARDS[line.result.award]) if line.result.award else "",
        ]
        for line in queries.lines(session, skill, tally=number)
    ]


def note_publication(session: Session, skill: Skill, step: Step) -> None:
    """Effect of publishing the results: the version people see from here on, kept as they saw it.

    What would change it is counted at once until here, so it was counted from what is on record now.
    """
    reason = "" if skill.published_tally is None else step.comment
    publish_version(session, skill, skill.tally_number, step, counted_at=step.now, reason=reason)


def restore_version(session: Session, skill: Skill, number: int, step: Step, *, revision: Revision) -> None:
    """A version that was published before stands again, under the reason of the step, with the list that was its own.

    A list that is still to run its time before the public runs it from here, in full.
    """
    query = sa.select(ResultPublication).where(ResultPublication.skill_id == skill.id, ResultPublication.tally == number)
    before = session.scalars(query.order_by(ResultPublication.number).limit(1)).one()
    if skill.is_in(SkillFlow.publicity):
        open_list(session, skill, number, step.actor, step.now, body=step.comment)
    else:
        skill.notice_id, skill.publicity_ends_at = before.notice_id, before.notice.ends_at if before.notice else None
        session.flush()
        session.expire(skill, ["notice"])
    publish_version(session, skill, number, step, counted_at=before.counted_at, reason=step.comment, revision=revision)


def publish_version(
    session: Session,
    skill: Skill,
    number: int,
    step: Step,
    *,
    counted_at: datetime,
    reason: str = "",
    revision: Revision | None = None,
) -> ResultPublication:
    """Make a version, counted from what was on record at `counted_at`, the one that counts and that people see.

    What was published before stays as it was.
    """
    last = session.scalar(sa.select(sa.func.max(ResultPublication.number)).where(ResultPublication.skill_id == skill.id)) or 0
    published = ResultPublication(
        skill_id=skill.id,
        number=last + 1,
        tally=number,
        counted_at=counted_at,
        at=step.now,
        account_id=step.actor.account_id,
        reason=reason,
        revision_id=revision.id if revision else None,
        notice_id=skill.notice_id,
        columns=[{"zh": column.zh, "en": column.en} for column in LIST_COLUMNS],
        rows=public_rows(session, skill, number),
    )
    session.add(published)
    skill.tally_number = skill.published_tally = number
    skill.published_at = step.now
    session.flush()
    session.expire(skill, ["results"])
    return published


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
