"""A new version of a scheme taken up while marking is under way.

Sheets go on as they are, under the form that bears their form's key; so a tablet in use keeps its sheet.  Marks are never moved or
changed: where an aspect is marked as before, every mark it was given is written down again for the aspect's new row, with its number and
round, and counts as it did.  Where it is not, the old marks stay on the sheet as they were given, and the judges mark again.  A sheet
that says something else than what was signed is opened again; one whose form is gone is set aside, with all that is on it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.locks import commands as locks
from app.competitions.marking import commands as marking
from app.competitions.models import Aspect, Mark, MarkingScheme, PanelAssignment, PaperEntry, RemarkRound, Sheet, Skill, SubCriterion
from app.competitions.panel import seats
from app.competitions.schemes import queries
from app.competitions.standings import commands as standings
from app.core import audit, engine
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition import scheme as rulebook
from workflows.competition import scheme_versions
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text, joined, listed
from workflows.workflow import Step

NOT_CHIEF = Text("评分中更换方案版本由裁判长决定", "The chief judge decides on a new version while marking is under way")
NOT_MARKING = Text("该赛项不在评分阶段；评分前请在赛项中直接选用新版本", "This skill is not being marked; choose the version in its plan")
NOT_LATER = Text("只能换成同一方案的更新版本", "Only a later version of the same scheme can be taken up")
UNFIT = Text("新版本还不能使用：{why}", "The new version cannot be used yet: {why}")
NO_REASON = Text("请写明更换的原因", "Say why the version is changed")
UNLOCK_FIRST = Text("{units} 已锁定，换用后须重新签字，请先解锁", "{units} would have to be signed again and is locked: unlock it first")
CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Applied:
    """What taking the version up came to."""

    carried: int
    reopened: int
    set_aside: int
    opened: int


def apply(session: Session, skill: Skill, new: MarkingScheme, actor: Actor, reason: str, again: Iterable[str], now: datetime) -> Applied:
    """Mark *skill* by *new* from now on.  *again*: keys of aspects to be marked again although only their words changed."""
    session.execute(sa.select(Skill.id).where(Skill.id == skill.id).with_for_update())
    session.expire(skill, ["_state", "scheme_id", "scheme"])
    old = skill.scheme
    marked_again = frozenset(again)
    _require_fit(skill, old, new, actor, reason)
    if locked := queries.locked_in_the_way(skill, new, marked_again):
        raise Refused(UNLOCK_FIRST.format(units=listed(unit.sub_criterion.code for unit in locked)))
    assert old is not None
    kept = scheme_versions.kept(old.rules, new.rules, marked_again)
    sheets = session.scalars(
        sa.select(Sheet).where(Sheet.skill_id == skill.id, ~Sheet.is_in(SheetFlow.superseded)).order_by(Sheet.id)
    ).all()
    said = {sheet: sheet.digest for sheet in sheets if not sheet.is_in(SheetFlow.open)}
    forms = {sub.key: sub for sub in new.sub_criteria}
    gone = [sheet for sheet in sheets if sheet.sub_criterion.key not in forms]
    known = {sub.key for sub in old.sub_criteria}
    _carry_forms(session, skill, old, forms)
    opened = marking.open_sheets(session, skill, [sub for key, sub in forms.items() if key not in known], now)
    carried = _carry_marks(session, skill, old, _kept(old, new, kept), now)
    _carry_paper(session, skill, _kept(old, new, kept), now)
    again_from_now = {aspect.key: new.number for aspect in new.aspects if aspect.key not in kept}
    skill.marked_again = {**skill.marked_again, **again_from_now}
    skill.scheme_id, new.locked_at = new.id, new.locked_at or now
    locks.follow_scheme(session, skill, forms, Step(now, actor, reason))
    session.expire_all()
    for sheet in gone:
        engine.fire(session, sheet, SheetFlow.supersede, actor, now, reason)
    reopened = [sheet for sheet, digest in said.items() if sheet not in gone and sheet.digest != digest]
    for sheet in reopened:
        engine.fire(session, sheet, SheetFlow.reopen, actor, now, reason)
    seats.fill(session, skill)
    standings.rebuild(session, skill)
    outcome = Applied(carried, len(reopened), len(gone), opened)
    detail = {"from": old.number, "to": new.number, "carried": carried, "reopened": len(reopened), "set_aside": len(gone)}
    audit.record(session, skill, actor, "change_scheme", now, comment=reason.strip(), detail=detail)
    return outcome


def _require_fit(skill: Skill, old: MarkingScheme | None, new: MarkingScheme, actor: Actor, reason: str) -> None:
    if Role.CHIEF_JUDGE not in actor.roles_on(skill):
        raise Refused(NOT_CHIEF)
    if not skill.is_in(SkillFlow.marking):
        raise Refused(NOT_MARKING)
    if old is None or (old.organisation_id, old.name) != (new.organisation_id, new.name) or new.number <= old.number:
        raise Refused(NOT_LATER)
    if wrong := [problem.as_text for problem in rulebook.problems(new.rules) if problem.is_error]:
        raise Refused(UNFIT.format(why=joined(wrong[:3])))
    if not reason.strip():
        raise Refused(NO_REASON)


def _kept(old: MarkingScheme, new: MarkingScheme, kept: frozenset[str]) -> dict[int, Aspect]:
    """By the id of an aspect of the old version whose marks stay good, the same aspect in the new one."""
    later = {aspect.key: aspect for aspect in new.aspects if aspect.key in kept}
    return {aspect.id: later[aspect.key] for aspect in old.aspects if aspect.key in later}


def _carry_marks(session: Session, skill: Skill, old: MarkingScheme, same: dict[int, Aspect], now: datetime) -> int:
    """Write every mark of an aspect that is marked as before down again for its new row, and its rounds with it; how many marks.

    Where the aspect has moved to another form they go to the same competitor's sheet there.
    """
    places = sa.select(Sheet.entry_id, Sheet.sub_criterion_id, Sheet.id).where(Sheet.skill_id == skill.id)
    homes = {(entry, sub): id_ for entry, sub, id_ in session.execute(places)}
    given = sa.select(Mark, Sheet.entry_id).join(Sheet, Sheet.id == Mark.sheet_id).where(Sheet.skill_id == skill.id)
    rows = [
        _again(mark, homes.get((entry, same[mark.aspect_id].sub_criterion_id), mark.sheet_id), same[mark.aspect_id], now)
        for mark, entry in session.execute(given.where(Mark.aspect_id.in_(same)).order_by(Mark.id))
    ]
    for start in range(0, len(rows), CHUNK):
        session.execute(sa.insert(Mark), rows[start : start + CHUNK])
    rounds = sa.select(RemarkRound, Sheet.entry_id).join(Sheet, Sheet.id == RemarkRound.sheet_id)
    before = [aspect.id for aspect in old.aspects]
    for each, entry in session.execute(rounds.where(Sheet.skill_id == skill.id, RemarkRound.aspect_id.in_(before))):
        if each.aspect_id in same:
            later = same[each.aspect_id]
            each.sheet_id, each.aspect_id = homes.get((entry, later.sub_criterion_id), each.sheet_id), later.id
        else:
            each.settled_at = each.settled_at or now  # nobody marks that aspect again any more
    return len(rows)


def _again(mark: Mark, sheet_id: int, aspect: Aspect, now: datetime) -> dict[str, Any]:
    columns = {column.key: getattr(mark, column.key) for column in sa.inspect(Mark).column_attrs}
    id_ = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{mark.id}:{aspect.id}"))
    return {**columns, "id": id_, "sheet_id": sheet_id, "aspect_id": aspect.id, "recorded_at": now}


def _carry_paper(session: Session, skill: Skill, same: dict[int, Aspect], now: datetime) -> None:
    """A paper sheet that was typed once goes on where its form asks for the same as before; else it is typed again, from the new form."""
    waiting = sa.select(PaperEntry).join(Sheet, Sheet.id == PaperEntry.sheet_id).where(Sheet.skill_id == skill.id)
    for entry in session.scalars(waiting.where(PaperEntry.recorded_at.is_(None), PaperEntry.dropped_at.is_(None))):
        asked = {aspect.id for aspect in session.get_one(Sheet, entry.sheet_id, populate_existing=True).sub_criterion.aspects}
        typed = {int(place.partition("-")[0]) for place in entry.first}
        if typed <= same.keys() and {same[id_].id for id_ in typed} == asked:
            entry.first = _renamed(entry.first, same)
            entry.second = _renamed(entry.second, same)
        else:
            entry.dropped_at = now


def _renamed(typed: dict[str, str], same: dict[int, Aspect]) -> dict[str, str]:
    """What was typed by place, "<aspect>-<seat>", for the aspects as they are now."""
    places = ((place.partition("-"), value) for place, value in typed.items())
    return {f"{same[int(aspect)].id}-{seat}": value for (aspect, _dash, seat), value in places}


def _carry_forms(session: Session, skill: Skill, old: MarkingScheme, forms: dict[str, SubCriterion]) -> None:
    """The sheets, and who is assigned to score them, go on under the form with the same key."""
    for sub in old.sub_criteria:
        if (later := forms.get(sub.key)) is not None:
            for model in (Sheet, PanelAssignment):
                of_skill = (model.skill_id == skill.id, model.sub_criterion_id == sub.id)
                session.execute(sa.update(model).where(*of_skill).values(sub_criterion_id=later.id))
