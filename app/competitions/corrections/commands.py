"""Proposing a correction; what follows when it counts, or counts no longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from app.competitions.corrections import queries
from app.competitions.models import Correction, Skill
from app.competitions.models.correction import takes_corrections
from app.core import engine
from app.core.actor import Actor
from app.core.errors import Refused
from app.core.files import StoredFile
from workflows.competition import corrections as rulebook
from workflows.competition.entry_flow import EntryFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

PROPOSERS = (Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)
NOT_YOURS = Text("更正由裁判长、计分裁判或监督仲裁提出", "Corrections are proposed by the chief judge, the scorer or the arbiter")
REASON = Text("更正须写明理由", "A correction needs a reason")
UNKNOWN_CODE = Text("没有编码「{code}」", "There is no code “{code}”")
UNKNOWN_ASPECT = Text("评分方案中没有评分项「{code}」", "The scheme has no aspect “{code}”")
NOT_NOW = Text("解密前或成绩更正期间才能提出", "Corrections are proposed before the decoding, or while results are being revised")
FOR_ALL = Text("「{kind}」对全体选手，不填编码", "“{kind}” is for every competitor and names no code")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A correction as it is put: the kind's key, whose mark by code (empty for everybody), which aspect, what value, and why."""

    kind: str
    code: str
    aspect: str
    value: Decimal | None
    reason: str


def propose(session: Session, skill: Skill, actor: Actor, said: Proposal, now: datetime, *, file: StoredFile | None = None) -> Correction:
    """Put a correction before the second person.  Raises `Refused` where it cannot be meant like this."""
    if not actor.roles_on(skill) & set(PROPOSERS):
        raise Refused(NOT_YOURS)
    if not takes_corrections(skill):
        raise Refused(NOT_NOW)
    if not said.reason.strip():
        raise Refused(REASON)
    what = rulebook.kind(said.kind)
    known = {f"{a.sub_criterion.code}.{a.position}": a for a in (skill.scheme.aspects if skill.scheme else [])}
    aspect = known.get(said.aspect)
    if said.aspect and aspect is None:
        raise Refused(UNKNOWN_ASPECT.format(code=said.aspect))
    if what.for_all and said.code:
        raise Refused(FOR_ALL.format(kind=what.title))
    entry = queries.by_code(session, skill, said.code)
    if entry is None and not what.for_all:
        raise Refused(UNKNOWN_CODE.format(code=said.code))
    refusal = rulebook.why_not(what, said.aspect or None, said.value, aspect.max_mark if aspect else None)
    if refusal is not None:
        raise Refused(refusal)
    correction = Correction(
        skill=skill,
        entry=entry,
        aspect=aspect,
        kind=said.kind,
        value=said.value,
        reason=said.reason.strip()[:300],
        file=file,
        proposed_by_id=actor.account_id,
    )
    engine.begin(session, correction, actor, now, {"kind": said.kind, "aspect": said.aspect, "value": str(said.value)})
    return correction


def disqualify(session: Session, skill: Skill, actor: Actor, code: str, reason: str, now: datetime) -> None:
    """Take whoever competes under *code* out of the race.  Whoever decides it knows the code alone, and learns nothing more by it."""
    entry = queries.by_code(session, skill, code.strip())
    if entry is None:
        raise Refused(UNKNOWN_CODE.format(code=code.strip()))
    engine.fire(session, entry, EntryFlow.disqualify, actor, now, reason)


# ── effects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def note_decision(session: Session, correction: Correction, step: Step) -> None:
    correction.decided_by_id = step.actor.account_id
