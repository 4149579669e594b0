"""When the results stand: each award becomes a fact for others to build on, and a certificate in its winner's name."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.achievements import commands as achievements
from app.certificates import commands as certificates
from app.certificates.models import AWARD
from app.competitions.models import Entry, EntryMember, Result, Skill
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
        if line.result.award is None:
            continue
        entry = line.result.entry
        for member, share in zip(entry.members, shares(line.result.prize, len(entry.members)), strict=True):
            _publish(session, skill, line.result, member, share, on, step.now)
            _certify(session, skill, line.result, member, on, step.now)
        if levels.level(skill.competition.level).tier is Tier.WORLD and entry.organisation_id is not None:
            _publish_experts(session, skill, line.result, entry, on, step.now)


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


def _publish(session: Session, skill: Skill, result: Result, member: EntryMember, prize: Decimal, on: date, now: datetime) -> None:
    entry = result.entry
    facts = _facts(skill, result, prize)
    if len(entry.members) > 1:
        parts = zip(entry.members, shares(result.prize, len(entry.members)), strict=True)
        facts["members"] = [{"person": f"person:{each.person_id}", "share": str(share)} for each, share in parts]
    achievements.publish(
        session,
        now,
        source=source_of(skill, entry, f"person:{member.person_id}"),
        kind=KIND,
        person_id=member.person_id,
        organisation_id=entry.organisation_id,
        title=_title(skill, result),
        on=on,
        level=facts["level"],
        award=result.award or "",
        occupation_code=skill.occupation_code,
        prize_received=prize,
        facts=facts,
    )


def _publish_experts(session: Session, skill: Skill, result: Result, entry: Entry, on: date, now: datetime) -> None:
    """World Skills: the team of experts behind the medal is rewarded as well (团队一份); who is in it, the claim says."""
    facts = _facts(skill, result, Decimal(0)) | {"beneficiary": "expert_team"}
    achievements.publish(
        session,
        now,
        source=source_of(skill, entry, "expert_team"),
        kind=KIND,
        organisation_id=entry.organisation_id,
        title=_title(skill, result),
        on=on,
        level=facts["level"],
        award=result.award or "",
        occupation_code=skill.occupation_code,
        facts=facts,
    )


def _title(skill: Skill, result: Result) -> str:
    return f"{skill.competition.name}“{skill.name}”{AWARDS[result.award or '']}"[:200]


def _certify(session: Session, skill: Skill, result: Result, member: EntryMember, on: date, now: datetime) -> None:
    competition = skill.competition
    serial = certificates.next_serial(session, f"award:{competition.id}")
    certificates.issue(
        session,
        kind=AWARD,
        number=f"JS{on.year}-{competition.id:04d}-{serial:04d}",
        person=member.person,
        issuer=competition.organiser.name,
        organisation=competition.organiser,
        issued_on=on,
        face=certificates.award_face(
            Text(competition.name, competition.name_en or competition.name),
            Text(skill.name, skill.name),
            AWARDS[result.award or ""],
            group=skill.conditions.group.title,
        ),
        source=source_of(skill, result.entry, f"person:{member.person_id}"),
        now=now,
    )
