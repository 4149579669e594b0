"""A new version of published results: what is marked anew, counted anew, shown, and put in force."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.appeals import telling
from app.competitions.honours import commands as honours
from app.competitions.models import Appeal, RemarkOrder, Revision, RevisionEvidence, Sheet, Skill
from app.competitions.models.appeal import PUBLISHED, standing
from app.competitions.panel import rounds
from app.competitions.results import awards
from app.competitions.results import commands as results
from app.core import engine, files
from app.core.actor import CLOCK, Actor
from app.core.errors import Refused
from app.notices import commands as notices
from workflows.competition.revision import changes
from workflows.competition.revision_flow import FINDERS, HOLDING, RevisionFlow
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.publicity.notice_flow import NoticeFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, Step

NOT_PUBLISHED = Text("成绩尚未公布，可直接退回评分更正", "The results are not published: they can go back to marking")
NOT_A_FINDER = Text(
    "更正由承办方、监督仲裁、裁判长或审计提请", "A revision is asked for by the organiser, an arbiter, the chief judge or an auditor"
)
ANOTHER_IS_OPEN = Text("成绩更正 {number} 正在办理，请在其中一并更正", "Revision {number} is open: correct it there")
NOT_CORRECTING = Text("更正现在是「{state}」，不能安排重评", "The revision is “{state}”; no sheet can be opened")
NOT_FOR_YOU = Text("重评由监督仲裁或裁判长安排", "Sheets are opened by an arbiter or the chief judge")
OTHER_SKILL = Text("评分表不属于该赛项", "The sheet belongs to another skill")
NOT_LOCKED = Text("评分表「{sheet}」现在是「{state}」，不须另行打开", "The sheet “{sheet}” is “{state}”; it need not be opened")
NO_REASON = Text("请写明为什么重评", "Say why it is marked again")
ALREADY_ORDERED = Text("评分表「{sheet}」已安排重评", "The sheet “{sheet}” was opened already")
NOT_COUNTED = Text("重新汇总后才能裁定并列", "A tie is decided once everything is counted anew")

Upload = tuple[BinaryIO, str]


# ── opening a case ──────────────────────────────────────────────────────────────────────────────────────────────────


def begin_revision(
    session: Session, skill: Skill, actor: Actor, now: datetime, reason: str, uploads: Iterable[Upload], instance: Path
) -> Revision:
    """A draft by whoever found an error, without an appeal; also in a competition that was archived."""
    if not skill.is_in(*PUBLISHED):
        raise Refused(NOT_PUBLISHED)
    if not actor.roles_on(skill) & set(FINDERS):
        raise Refused(NOT_A_FINDER)
    refuse_second(session, skill)
    revision = Revision(skill=skill, reason=reason.strip(), account_id=actor.account_id)
    engine.begin(session, revision, actor, now)
    add_evidence(session, revision, uploads, instance, actor, now)
    return revision


def refuse_second(session: Session, skill: Skill) -> None:
    """One revision of a skill at a time: two new versions could not both follow the published one."""
    other = _unfinished(skill)
    if other is not None:
        raise Refused(ANOTHER_IS_OPEN.format(number=other.number))


def _unfinished(skill: Skill) -> Revision | None:
    return next((each for each in skill.revisions if each.state.kind is Kind.OPEN), None)


def edit_revision(session: Session, revision: Revision, actor: Actor, now: datetime, reason: str, version: int | None = None) -> None:
    engine.require_editable(revision, actor, now, version)
    if reason.strip() != revision.reason:
        revision.reason = reason.strip()
        engine.edited(session, revision, actor, now, {"changed": ["reason"]})


def add_evidence(session: Session, revision: Revision, uploads: Iterable[Upload], instance: Path, actor: Actor, now: datetime) -> None:
    """Files that show the error, while the case is drafted or corrected."""
    known = {each.file.digest for each in revision.evidence}
    names = []
    for stream, name in uploads:
        file = files.keep(session, instance, stream, name, allowed=files.PROOFS, account_id=actor.account_id, now=now)
        if file.digest not in known:
            known.add(file.digest)
            revision.evidence.append(RevisionEvidence(file=file, added_at=now))
            names.append(file.name)
    if names:
        engine.edited(session, revision, actor, now, {"evidence": names})


def open_for(session: Session, appeal: Appeal, step: Step) -> Revision:
    """The case of an appeal that was upheld: opened by the clock, for the decision was taken already.

    Where another revision of the skill is being corrected, the appeal's errors are put right in that one.
    """
    other = _unfinished(appeal.skill)
    if other is not None and other.appeal_id is None and other.is_in(*HOLDING):
        other.appeal = appeal
        return other
    revision = Revision(skill=appeal.skill, appeal=appeal, reason=step.comment, account_id=step.actor.account_id, ordered_at=step.now)
    engine.begin(session, revision, step.actor, step.now)
    engine.settle(session, revision, step.now)
    return revision


# ── marking anew ────────────────────────────────────────────────────────────────────────────────────────────────────


def order_remark(
    session: Session, revision: Revision, sheets: Sequence[Sheet], aspects: Collection[int], actor: Actor, now: datetime, reason: str
) -> None:
    """Open locked sheets again for the judges; *aspects* are those to be marked anew, none for all of them."""
    if not revision.is_in(RevisionFlow.correcting):
        raise Refused(NOT_CORRECTING.format(state=revision.state.title))
    if not actor.roles_on(revision) & {Role.ARBITER, Role.CHIEF_JUDGE}:
        raise Refused(NOT_FOR_YOU)
    if not reason.strip():
        raise Refused(NO_REASON)
    for sheet in sheets:
        if sheet.skill_id != revision.skill_id:
            raise Refused(OTHER_SKILL)
        if any(order.sheet_id == sheet.id for order in revision.orders) and not sheet.is_in(SheetFlow.locked):
            raise Refused(ALREADY_ORDERED.format(sheet=sheet.title))
        if not sheet.is_in(SheetFlow.locked):
            raise Refused(NOT_LOCKED.format(sheet=sheet.title, state=sheet.state.title))
        own = [aspect.id for aspect in sheet.sub_criterion.aspects if aspect.id in aspects]
        order = next((order for order in revision.orders if order.sheet_id == sheet.id), None)
        if order is None:
            order = RemarkOrder(sheet=sheet, aspects=own, reason=reason.strip()[:200], at=now, account_id=actor.account_id)
            revision.orders.append(order)
        sheet.ordered_anew_at = now
        session.flush()
        engine.fire(session, sheet, SheetFlow.open_anew, CLOCK, now, reason)
        rounds.order(session, sheet, own, reason, now)
    engine.edited(
        session, revision, actor, now, {"sheets": [sheet.title for sheet in sheets], "aspects": sorted(aspects), "reason": reason}
    )


# ── effects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def forget_order(session: Session, sheet: Sheet, step: Step) -> None:
    """Effect of locking: what was ordered to be marked anew has been."""
    if sheet.ordered_anew_at is not None:  # the session would look at every sheet that is locked
        sheet.ordered_anew_at = None


def count_anew(session: Session, revision: Revision, step: Step) -> None:
    """Effect of counting: a version of its own, beside the published one, seen by nobody outside the case."""
    skill = revision.skill
    revision.base, revision.tally, revision.counted_at = skill.published_tally, results.next_number(session, skill), step.now
    results.count(session, skill, revision.tally)


def rule_tie(session: Session, revision: Revision, actor: Actor, entries: Sequence[int], reason: str, now: datetime) -> None:
    """The chief judge decides a tie in the new version; it is counted again at once."""
    if not revision.is_in(RevisionFlow.computed):
        raise Refused(NOT_COUNTED)
    results.keep_ruling(session, revision.skill, actor, entries, reason, now, among=revision.results)
    count_anew(session, revision, Step(now, actor, reason))
    engine.edited(session, revision, actor, now, {"rule_tie": list(entries)})


def publish(session: Session, revision: Revision, step: Step) -> None:
    """Effect of putting the new version before the public: its list takes the place of the old one, and runs its full time."""
    skill = revision.skill
    results.open_list(session, skill, _tally(revision), step.actor, step.now, body=_because(revision))
    revision.notice, revision.publicity_ends_at = skill.notice, skill.publicity_ends_at
    _make_public(session, revision, step)


def adopt(session: Session, revision: Revision, step: Step) -> None:
    """Effect of publishing without another publicity: in force at once."""
    _make_public(session, revision, step)
    put_in_force(session, revision, step)


def put_in_force(session: Session, revision: Revision, step: Step) -> None:
    """Effect of a revision coming into force: awards, certificates and facts follow it; the appeal it was made for is closed."""
    if revision.skill.is_in(SkillFlow.final):
        awards.revise_awards(session, revision.skill, revision, step)
        honours.revise_honours(session, revision.skill, revision, step)
    close_appeal(session, revision, step)


def close_appeal(session: Session, revision: Revision, step: Step) -> None:
    """The appeal a revision was made for is put right; also the effect of closing a revision that another has put in force already."""
    if revision.appeal is not None:
        revision.appeal.remedied_at = step.now
        session.flush()
        engine.settle(session, revision.appeal, step.now)


def take_down(session: Session, revision: Revision, step: Step) -> None:
    """Effect of going back to correcting: what is still before the public is taken down, and the version that was to be replaced stands
    again.  Awards, certificates and claims rest on that one; whoever had been told of another place is told."""
    skill, base = revision.skill, _base(revision)
    back = changes([standing(it) for it in revision.results], [standing(it) for it in skill.results_of(base)])
    if revision.notice is not None and engine.state_now(revision.notice, step.now) is NoticeFlow.published:
        notices.withdraw_notice(session, revision.notice, step.actor, step.now, step.comment)
    revision.notice, revision.publicity_ends_at = None, None
    results.restore_version(session, skill, base, step, revision=revision)
    telling.tell_who_moved(session, revision, back, step.comment, step.now)


def _make_public(session: Session, revision: Revision, step: Step) -> None:
    moved, counted_at = revision.changes, revision.counted_at or step.now
    tally, reason = _tally(revision), revision.reason
    results.publish_version(session, revision.skill, tally, step, counted_at=counted_at, reason=reason, revision=revision)
    telling.tell_who_moved(session, revision, moved, reason, step.now)


def _base(revision: Revision) -> int:
    if revision.base is None:
        raise RuntimeError("what is before the public replaces another version")
    return revision.base


def _tally(revision: Revision) -> int:
    if revision.tally is None:
        raise RuntimeError("a revision is published once it is counted")
    return revision.tally


def _because(revision: Revision) -> str:
    appeal = f"（申诉 {revision.appeal.number}）" if revision.appeal else ""
    return f"成绩更正公示{appeal}：{revision.reason}"


def sheets_to_open(session: Session, revision: Revision) -> list[Sheet]:
    """The locked sheets of the skill, for whoever chooses what is marked anew; of an appeal's own entry first."""
    own = revision.appeal.entry_id if revision.appeal else 0
    query = sa.select(Sheet).where(Sheet.skill_id == revision.skill_id, Sheet.is_in(SheetFlow.locked))
    return list(session.scalars(query.order_by(Sheet.entry_id != own, Sheet.entry_id, Sheet.id)))
