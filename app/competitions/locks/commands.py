"""Making the units, locking their sheets, signing for them on the screen or on paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.marking.queries import loaded
from app.competitions.models import AcceptanceSignature, LockUnit, Skill, SubCriterion
from app.competitions.models.lock import chained, digest_of
from app.core import audit, engine
from app.core.actor import Actor
from app.core.errors import Refused
from app.core.files import StoredFile
from app.seals import commands as sealing
from app.seals.models import Seal
from workflows.competition.lock_flow import LockFlow
from workflows.competition.sheet_flow import SheetFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

FIRST = "0" * 64
NOT_LOCKED = Text("锁定后才能确认成绩", "The marks are accepted once they are locked")
NOT_ACCEPTED = Text("成绩确认后才能用印", "A seal is put on once the marks are accepted")
NOT_ON_THE_TEAM = Text("您没有评这一单元的评分表", "You score none of its sheets")
CHANGED = Text("评分已有变化，请核对后再签字", "The marks have changed; look at them again before you sign")
NOT_CHIEF = Text("签好字的确认表由裁判长收存", "The signed form is taken in by the chief judge")


def make_units(session: Session, skill: Skill, step: Step) -> None:
    """Effect of starting to mark: a unit for every sub criterion on its day."""
    for sub in skill.scheme.sub_criteria if skill.scheme else []:
        if not any(unit.sub_criterion_id == sub.id for unit in skill.units):
            engine.begin(session, LockUnit(skill=skill, sub_criterion=sub, day=sub.day), step.actor, step.now)


def follow_scheme(session: Session, skill: Skill, forms: Mapping[str, SubCriterion], step: Step) -> None:
    """The skill is marked by another version of its scheme: each unit goes on under the form that bears its form's key, a form that is
    new gets a unit; one whose form is gone stays as it was, without sheets."""
    for unit in skill.units:
        unit.sub_criterion = forms.get(unit.sub_criterion.key, unit.sub_criterion)
    session.flush()
    session.expire(skill, ["scheme"])
    make_units(session, skill, step)


def lock_sheets(session: Session, unit: LockUnit, step: Step) -> None:
    """Effect of locking: every sheet that is signed and not locked yet."""
    for sheet in loaded(session, [sheet.id for sheet in unit.sheets if sheet.state is not SheetFlow.locked]):
        engine.fire(session, sheet, SheetFlow.lock, step.actor, step.now)


def lock_complete(session: Session, skill: Skill, actor: Actor, now: datetime) -> int:
    """Lock every unit of which nothing is missing; how many were."""
    ready = [unit for unit in skill.units if unit.is_in(LockFlow.open) and not engine.refusals(unit, LockFlow.lock, actor, now)]
    for unit in ready:
        engine.fire(session, unit, LockFlow.lock, actor, now)
    return len(ready)


def sign(session: Session, unit: LockUnit, actor: Actor, now: datetime, *, digest: str) -> None:
    """Accept what the sheets of *unit* say; *digest* is of what the page showed."""
    session.execute(sa.select(LockUnit.id).where(LockUnit.id == unit.id).with_for_update())
    session.expire(unit, ["signatures", "_state"])
    if not unit.is_in(LockFlow.locked):
        raise Refused(NOT_LOCKED)
    sheets = unit.sheets
    if actor.account_id not in {judge.id for judge in unit.judges_of(sheets)}:
        raise Refused(NOT_ON_THE_TEAM)
    if digest != digest_of(sheets):
        raise Refused(CHANGED)
    if actor.account_id in unit.signed_by(digest):
        return
    last = unit.signatures[-1] if unit.signatures else None
    previous = last.hash if last else FIRST
    at = now.replace(microsecond=0)
    hash_ = chained(previous, actor.account_id or 0, at, digest)
    number = last.number + 1 if last else 1
    unit.signatures.append(
        AcceptanceSignature(number=number, account_id=actor.account_id, at=at, digest=digest, previous=previous, hash=hash_)
    )
    audit.record(session, unit, actor, "accept_marks", now, detail={"digest": digest, "hash": hash_})


def take_in_paper(session: Session, unit: LockUnit, actor: Actor, now: datetime, file: StoredFile) -> None:
    """The form came back signed on paper; it stands for everybody as long as the sheets say what they say now."""
    if Role.CHIEF_JUDGE not in actor.roles_on(unit):
        raise Refused(NOT_CHIEF)
    if not unit.is_in(LockFlow.locked):
        raise Refused(NOT_LOCKED)
    unit.paper, unit.paper_digest = file, unit.digest
    audit.record(session, unit, actor, "take_in_acceptance", now, detail={"digest": unit.paper_digest, "file": file.digest})


def use_seal(session: Session, unit: LockUnit, seal: Seal, actor: Actor, now: datetime, *, is_removed: bool) -> int:
    """Put *seal* on the acceptance form of an accepted unit, for what its sheets say now, or take it off; 1 where that changed anything.

    `Refused` before it is accepted.  Where the unit is unlocked and marked differently the form is bare again.
    """
    if not unit.is_in(LockFlow.accepted):
        raise Refused(NOT_ACCEPTED)
    act = sealing.take_off if is_removed else sealing.put_on
    purpose = f"{unit.skill.name} {unit.sub_criterion.code} 成绩确认表用印"
    return act(session, seal, [unit], actor, now, purpose, digest=unit.digest)


def chain_is_sound(unit: LockUnit) -> bool:
    """Whether every signature follows from the one before it."""
    previous = FIRST
    for signature in unit.signatures:
        if signature.previous != previous or not signature.is_sound:
            return False
        previous = signature.hash
    return True
