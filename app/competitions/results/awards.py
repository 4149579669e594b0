"""When the results stand: each award becomes a fact for others to build on, and a certificate in its winner's name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.achievements import commands as achievements
from app.certificates import commands as certificates
from app.certificates.models import AWARD
from app.competitions.models import Entry, EntryMember, Result, Revision, Skill
from app.competitions.results import queries
from app.core import clock
from workflows.competition import levels
from workflows.competition.levels import Tier
from workflows.competition.prizes import AWARDS
from workflows.text import Text
from workflows.workflow import Step

CENT = Decimal("0.01")
KIND = "competition_award"


def publish_awards(session: Session, skill: Skill, step: Step) -> None:
    """Effect of the results becoming final.  Doing it again publishes nothing twice: each fact is named by its source."""
    on = clock.today(step.now)
    for line in queries.lines(session, skill):
        for source, fact in _facts_of(skill, line.result, on):
            achievements.publish(session, step.now, source=source, **fact)
        if line.result.award is not None:
            for member in line.result.entry.members:
                _certify(session, skill, line.result, member, on, step.now)


def revise_awards(session: Session, skill: Skill, revision: Revision, step: Step) -> None:
    """Let facts and papers follow a new version of final results.

    What is as it was stays; what changed is replaced by another that names it; what is lost is taken back; nothing is deleted.  An award
    is won on the day the results stood, also by whom a revision gives it; a paper carries the day on which it is issued.
    """
    won_on, version = clock.today(skill.state_since), f"v{revision.tally}"
    reason = f"成绩更正（{revision.number}）：{revision.reason}"
    lines = queries.lines(session, skill)
    due = {source: fact for line in lines for source, fact in _facts_of(skill, line.result, won_on)}
    achievements.follow(session, _prefix(skill), due, version, reason, step.now)
    _revise_papers(session, skill, [line.result for line in lines], version, reason, clock.today(step.now), step)


def _revise_papers(session: Session, skill: Skill, results: list[Result], version: str, reason: str, on: date, step: Step) -> None:
    won = [(result, member) for result in results if result.award is not None for member in result.entry.members]
    named = {source_of(skill, result.entry, f"person:{member.person_id}"): (result, member) for result, member in won}
    for paper in certificates.standing_of(session, _prefix(skill)):
        if paper.source.partition("/v")[0] not in named:
            certificates.take_back(session, paper, reason, step.actor, step.now)
    for source, (result, member) in named.items():
        last = certificates.latest(session, source)
        if last is None:
            _certify(session, skill, result, member, on, step.now)
        elif not last.stands or last.face != _face(skill, result):
            number, face = _number(session, skill, on), _face(skill, result)
            certificates.replace(
                session, last, reason, step.actor, step.now, number=number, issued_on=on, face=face, source=f"{source}/{version}"
            )


def _prefix(skill: Skill) -> str:
    return f"skill_result:{skill.id}/"


def hold_awards(session: Session, skill: Skill, why: Text | None) -> None:
    """Let nothing be built on the awards of *skill* while *why* is so; None lets go."""
    for achievement in achievements.standing_of(session, _prefix(skill)):
        achievements.hold(session, achievement, why)
    for paper in certificates.standing_of(session, _prefix(skill)):
        certificates.hold(session, paper, why)


def _facts_of(skill: Skill, result: Result, on: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every fact that one result makes, by its source: one for each competitor, and for the experts behind a world medal."""
    if result.award is None:
        return
    entry = result.entry
    parts = list(zip(entry.members, shares(result.prize, len(entry.members)), strict=True))
    for member, share in parts:
        facts = _facts(skill, result, share)
        if len(parts) > 1:
            facts["members"] = [{"person": f"person:{each.person_id}", "share": str(part)} for each, part in parts]
        fact = _fact(skill, result, on, facts) | {"person_id": member.person_id, "prize_received": share}
        yield source_of(skill, entry, f"person:{member.person_id}"), fact
    if levels.level(skill.competition.level).tier is Tier.WORLD and entry.organisation_id is not None:
        # World Skills: the team of experts behind the medal is rewarded as well (团队一份); who is in it, the claim says.
        yield (
            source_of(skill, entry, "expert_team"),
            _fact(skill, result, on, _facts(skill, result, Decimal(0)) | {"beneficiary": "expert_team"}),
        )


def _fact(skill: Skill, result: Result, on: date, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": KIND,
        "organisation_id": result.entry.organisation_id,
        "title": _title(skill, result),
        "on": on,
        "level": facts["level"],
        "award": result.award or "",
        "occupation_code": skill.occupation_code,
        "facts": facts,
    }


def shares(prize: Decimal, members: int) -> list[Decimal]:
    """A team's prize in equal parts; the last takes what rounding left over."""
    each = (prize / members).quantize(CENT, ROUND_DOWN)
    return [each] * (members - 1) + [prize - each * (members - 1)]


def source_of(skill: Skill, entry: Entry, whom: str) -> str:
    return f"skill_result:{skill.id}/entry:{entry.id}/{whom}"


def _facts(skill: Skill, result: Result, prize: Decimal) -> dict[str, Any]:
    """What policies and recognitions ask about an award, in the keys they read."""
    competition = skill.competition
    level = levels.level(competition.level)
    return {
        "achievement": KIND,
        "level": level.tier.value,
        "class": competition.level_class or level.grade,
        "award": result.award,
        "place": result.place,
        "prize_received": str(prize),
        "beneficiary": "competitor",
        "competition": competition.name,
        "skill": skill.name,
        "group": skill.group,
        "form": skill.form,
        "occupation": skill.occupation_code,
    }


def _title(skill: Skill, result: Result) -> str:
    return f"{skill.competition.name}“{skill.name}”{AWARDS[result.award or '']}"[:200]


def _certify(session: Session, skill: Skill, result: Result, member: EntryMember, on: date, now: datetime) -> None:
    competition = skill.competition
    certificates.issue(
        session,
        kind=AWARD,
        number=_number(session, skill, on),
        person=member.person,
        issuer=competition.organiser.name,
        organisation=competition.organiser,
        issued_on=on,
        face=_face(skill, result),
        source=source_of(skill, result.entry, f"person:{member.person_id}"),
        now=now,
    )


def _number(session: Session, skill: Skill, on: date) -> str:
    serial = certificates.next_serial(session, f"award:{skill.competition_id}")
    return f"JS{on.year}-{skill.competition_id:04d}-{serial:04d}"


def _face(skill: Skill, result: Result) -> dict[str, Any]:
    competition = skill.competition
    return certificates.award_face(
        Text(competition.name, competition.name_en or competition.name),
        Text(skill.name, skill.name),
        AWARDS[result.award or ""],
        group=skill.conditions.group.title,
    )
