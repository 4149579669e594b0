"""Writing an appeal, signing it, answering it, and the clocks that each step starts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.appeals import revising
from app.competitions.models import Appeal, AppealEvidence, AppealVote, Entry, Skill
from app.competitions.models.appeal import NOT_HELD, PUBLISHED, speaks_for
from app.core import audit, engine, files
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition.appeal_flow import SECOND_INSTANCE, AppealFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

NOT_YOURS = Text("只能就本队的参赛单元申诉", "You can only appeal about your own entry")
NOT_BEGUN = Text("该赛项尚未开赛或已取消，不能申诉", "The skill has not begun or was cancelled; there is nothing to appeal against")
NO_VOTE_NOW = Text("现在不是委员会表决的时候", "The committee is not voting now")
NOT_AN_ARBITER = Text("由监督仲裁人员表决", "The arbiters vote")
DECIDED_FIRST = Text("参与初次答复的仲裁员不参加委员会表决", "Whoever gave the first answer does not vote on the committee")
IS_PARTIAL = Text("您与申诉方同一单位，应当回避", "You belong to the appellant's organisation and may not vote")
VOTED = Text("您已表决，不能更改", "You have voted; a vote is not changed")
NO_REASONS = Text("表决须写明理由", "A vote needs its reasons")
NOT_FOR_YOU = Text("比赛结束时间由裁判长或承办方登记", "The chief judge or the organiser records the end of the competition")
IN_THE_FUTURE = Text("结束时间不能在现在之后", "The end cannot lie in the future")
WHY_AGAIN = Text("更改已登记的结束时间须写明理由", "Changing a recorded end needs a reason")
FILES_TOO_MANY = Text("一件申诉最多 {most} 份材料", "An appeal takes at most {most} files")
MOST_FILES = 20

Upload = tuple[BinaryIO, str]


# ── writing it ──────────────────────────────────────────────────────────────────────────────────────────────────────


def begin_appeal(session: Session, entry: Entry, actor: Actor, now: datetime, values: Mapping[str, Any]) -> Appeal:
    """A draft about one's own entry, kept until it is signed.  Raises `Refused` for anybody else's."""
    if not speaks_for(entry, actor):
        raise Refused(NOT_YOURS)
    if entry.skill.is_in(*NOT_HELD):
        raise Refused(NOT_BEGUN)
    appeal = Appeal(skill=entry.skill, entry=entry, account_id=actor.account_id, **values)
    engine.begin(session, appeal, actor, now)
    return appeal


def edit_appeal(
    session: Session, appeal: Appeal, actor: Actor, now: datetime, values: Mapping[str, Any], version: int | None = None
) -> None:
    engine.require_editable(appeal, actor, now, version)
    if not appeal.speaks_for_entry(actor):
        raise Refused(NOT_YOURS)
    changed = [name for name, value in values.items() if getattr(appeal, name) != value]
    for name in changed:
        setattr(appeal, name, values[name])
    if changed:
        engine.edited(session, appeal, actor, now, {"changed": changed})


def add_evidence(session: Session, appeal: Appeal, uploads: Iterable[Upload], instance: Path, actor: Actor, now: datetime) -> None:
    """Put files beside the appeal while it is written.  Raises `Refused` where one is no picture and no PDF."""
    engine.require_editable(appeal, actor, now)
    known = {each.file.digest for each in appeal.evidence}
    names = []
    for stream, name in uploads:
        file = files.keep(session, instance, stream, name, allowed=files.PROOFS, account_id=actor.account_id, now=now)
        if file.digest not in known:  # the same photograph taken up twice is one piece of evidence
            known.add(file.digest)
            appeal.evidence.append(AppealEvidence(file=file, added_at=now))
            names.append(file.name)
    if len(appeal.evidence) > MOST_FILES:
        raise Refused(FILES_TOO_MANY.format(most=MOST_FILES))
    if names:
        engine.edited(session, appeal, actor, now, {"evidence": names})


def remove_evidence(session: Session, appeal: Appeal, evidence: AppealEvidence, actor: Actor, now: datetime) -> None:
    """Take a file out of a draft again; what was signed keeps what it was signed with."""
    engine.require_editable(appeal, actor, now)
    name = evidence.file.name
    appeal.evidence.remove(evidence)
    session.delete(evidence)
    session.flush()
    engine.edited(session, appeal, actor, now, {"removed": name})


def digest_of(appeal: Appeal) -> str:
    """What the signature is under: the words and the evidence, as they are."""
    content = {
        "entry": appeal.entry_id,
        "ground": appeal.ground,
        "happened_at": appeal.happened_at.isoformat() if appeal.happened_at else None,
        "facts": appeal.facts,
        "request": appeal.request,
        "evidence": sorted(each.file.digest for each in appeal.evidence),
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


# ── effects: each step starts its clock ─────────────────────────────────────────────────────────────────────────────


def take_up(session: Session, appeal: Appeal, step: Step) -> None:
    """Effect of lodging: the number, the signature, and the clock of the answer.  One that came too late has none: it is declined."""
    last = session.scalar(sa.select(sa.func.max(Appeal.serial)).where(Appeal.skill_id == appeal.skill_id)) or 0
    appeal.serial, appeal.lodged_at = last + 1, step.now
    appeal.window_closed_at = appeal.skill.appeals_close_at
    appeal.signed_name, appeal.signed_digest = step.actor.name, digest_of(appeal)
    if not appeal.is_late:
        appeal.answer_due_at = step.now + _minutes(appeal.rules.answer)


def open_way_further(session: Session, appeal: Appeal, step: Step) -> None:
    """Effect of a first answer that rejects: the appellant has so long to go on to the committee."""
    appeal.further_until = step.now + _minutes(appeal.rules.further)


def call_committee(session: Session, appeal: Appeal, step: Step) -> None:
    """Effect of the second instance: the committee has so long to decide."""
    appeal.committee_due_at = step.now + _minutes(appeal.rules.committee_answer)


def order_remedy(session: Session, appeal: Appeal, step: Step) -> None:
    """Effect of upholding: published results are revised in a case of their own; others go back to marking by their own way."""
    if appeal.skill.is_in(*PUBLISHED):
        revising.open_for(session, appeal, step)


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


# ── the committee ───────────────────────────────────────────────────────────────────────────────────────────────────


def why_no_vote(session: Session, appeal: Appeal, actor: Actor) -> Text | None:
    """Why *actor* may not vote on *appeal* now, or None where they may."""
    if not appeal.is_in(*SECOND_INSTANCE):
        return NO_VOTE_NOW
    if Role.ARBITER not in actor.roles_on(appeal):
        return NOT_AN_ARBITER
    if appeal.is_partial(actor):
        return IS_PARTIAL
    if actor.account_id in audit.accounts_that_did(session, appeal, [AppealFlow.uphold.name, AppealFlow.reject.name]):
        return DECIDED_FIRST
    return VOTED if any(vote.account_id == actor.account_id for vote in appeal.votes) else None


def vote(session: Session, appeal: Appeal, actor: Actor, now: datetime, *, upholds: bool, reasons: str) -> None:
    """One member's word, once, with its reasons."""
    engine.settle(session, appeal, now)
    refusal = why_no_vote(session, appeal, actor)
    if refusal is not None:
        raise Refused(refusal)
    if not reasons.strip():
        raise Refused(NO_REASONS)
    appeal.votes.append(AppealVote(account_id=actor.account_id, upholds=upholds, reasons=reasons.strip(), at=now))
    engine.edited(session, appeal, actor, now, {"vote": upholds})


# ── the start of the clock ──────────────────────────────────────────────────────────────────────────────────────────


def record_end(session: Session, skill: Skill, actor: Actor, now: datetime, ended_at: datetime, reason: str = "") -> None:
    """Record when the competition in this skill was over: the clock of appeals runs from there."""
    if not actor.roles_on(skill) & {Role.CHIEF_JUDGE, Role.ORGANISER}:
        raise Refused(NOT_FOR_YOU)
    if ended_at > now:
        raise Refused(IN_THE_FUTURE)
    if skill.ended_at is not None and not reason.strip():
        raise Refused(WHY_AGAIN)
    before, skill.ended_at = skill.ended_at, ended_at
    detail = {"ended_at": ended_at.isoformat(), "before": before.isoformat() if before else None}
    audit.record(session, skill, actor, "record_end", now, comment=reason.strip(), detail=detail)
