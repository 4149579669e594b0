"""Choosing the documents, and putting down what they say when the results stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.achievements import commands as achievements
from app.competitions.honours import queries
from app.competitions.honours.queries import Found, record_of
from app.competitions.models import Competition, Honour, HonourText, Result, Revision, Skill
from app.competitions.results import queries as results
from app.core import audit, clock
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition.honours.attributes import as_record
from workflows.competition.honours.rules import Finding
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

NOT_ORGANISER = Text("荣誉与晋级办法由承办方选定", "The documents about honours are chosen by the organiser")
DECIDED = Text("赛项「{name}」成绩已定，不能再改荣誉与晋级办法", "The results of “{name}” are final: the documents stand")
UNKNOWN = Text("没有这个办法：{pack}", "There is no such document: {pack}")


def choose(session: Session, competition: Competition, actor: Actor, ids: Sequence[str], now: datetime) -> None:
    """Name the documents a competition is held under.  Raises `Refused` once a result of it is final."""
    if Role.ORGANISER not in actor.roles_on(competition):
        raise Refused(NOT_ORGANISER)
    final = next((skill for skill in competition.skills if skill.is_in(SkillFlow.final)), None)
    if final is not None:
        raise Refused(DECIDED.format(name=final.name))
    known = {pack.id for pack in queries.packs()}
    if unknown := [id_ for id_ in ids if id_ not in known]:
        raise Refused(UNKNOWN.format(pack=unknown[0]))
    competition.honour_packs = sorted(set(ids))
    audit.record(session, competition, actor, "choose_honours", now, detail={"packs": competition.honour_packs})


def decide(session: Session, skill: Skill, results: Sequence[Result], on: date, now: datetime) -> list[Found]:
    """Apply the documents to a version of the results and keep every answer with the text it was given by; again changes nothing."""
    decided = queries.found(session, skill, results, on)
    stored = sa.select(Honour.tally, Honour.entry_id, Honour.person_id, Honour.pack, Honour.rule).where(Honour.skill_id == skill.id)
    known = {tuple(row) for row in session.execute(stored)}
    packs = {pack.id: pack for pack in queries.packs_of(skill)}
    texts = set(session.scalars(sa.select(HonourText.digest)))
    for pack in packs.values():
        if pack.digest and pack.digest not in texts:
            session.add(HonourText(digest=pack.digest, pack=pack.id, text=queries.text_of(pack), kept_at=now))
    for each in decided:
        for finding in each.findings:
            key = (each.result.tally, each.result.entry_id, each.member.person_id, finding.pack, finding.rule.id)
            if key not in known:
                session.add(_row(skill, each, finding, packs[finding.pack].digest, now))
    session.flush()
    return decided


def _row(skill: Skill, found: Found, finding: Finding, digest: str, now: datetime) -> Honour:
    return Honour(
        skill_id=skill.id,
        tally=found.result.tally,
        entry_id=found.result.entry_id,
        person_id=found.member.person_id,
        pack=finding.pack,
        digest=digest,
        rule=finding.rule.id,
        kind=finding.rule.kind.value,
        granted=finding.granted,
        level=finding.level.digit if finding.level else None,
        facts={name: as_record(value) for name, value in found.facts.items()} | {"history": [_earlier(each) for each in found.history]},
        record=record_of(finding),
        at=now,
    )


def _earlier(given: dict[str, Any]) -> dict[str, Any]:
    """What somebody was given before, as far as a rule about giving it only once asks; the person is the same one."""
    return {name: given.get(name) for name in ("kind", "gives", "occupation")}


def publish_honours(session: Session, skill: Skill, step: Step) -> None:
    """Effect of the results becoming final: what is given becomes a fact for others.  Doing it again publishes nothing twice."""
    on = clock.today(step.now)
    decided = decide(session, skill, [line.result for line in results.lines(session, skill)], on, step.now)
    for source, fact in facts_of(skill, decided, on):
        achievements.publish(session, step.now, source=source, **fact)


def revise_honours(session: Session, skill: Skill, revision: Revision, step: Step) -> None:
    """Decide anew about a new version of final results, for the day they stood, and let what was published follow."""
    on = clock.today(skill.state_since)
    decided = decide(session, skill, [line.result for line in results.lines(session, skill)], on, step.now)
    reason = f"成绩更正（{revision.number}）：{revision.reason}"
    achievements.follow(session, prefix(skill), dict(facts_of(skill, decided, on)), f"v{revision.tally}", reason, step.now)


def hold_honours(session: Session, skill: Skill, why: Text | None) -> None:
    """Let nothing be built on the honours of *skill* while *why* is so; None lets go."""
    for achievement in achievements.standing_of(session, prefix(skill)):
        achievements.hold(session, achievement, why)


# --- as facts for others --------------------------------------------------------------------------------------------


def prefix(skill: Skill) -> str:
    """How the sources of all facts begin that the honours of a skill make."""
    return f"skill_honour:{skill.id}/"


def facts_of(skill: Skill, decided: Sequence[Found], on: date) -> Iterator[tuple[str, dict[str, Any]]]:
    """What was given, as achievements by their source.  A promotion carries the level that recognition offers (`promotes_to_level`)."""
    for each in decided:
        for finding in each.given:
            source = f"{prefix(skill)}entry:{each.result.entry_id}/person:{each.member.person_id}/{finding.pack}:{finding.rule.id}"
            yield source, _fact(skill, each, finding, on)


def _fact(skill: Skill, found: Found, finding: Finding, on: date) -> dict[str, Any]:
    competition, level = skill.competition, finding.level
    gives = str(level.digit) if level is not None else finding.gives.zh
    facts: dict[str, Any] = {
        "achievement": finding.rule.kind.value,
        "kind": finding.rule.kind.value,
        "gives": gives,
        "person": f"person:{found.member.person_id}",
        "occupation": skill.occupation_code,
        "competition": competition.name,
        "skill": skill.name,
        "place": found.result.place,
        "award": found.result.award,
        "document": finding.rule.source.document,
        "clause": finding.rule.source.clause,
    }
    if level is not None:
        facts["promotes_to_level"] = str(level.digit)
    return {
        "kind": finding.rule.kind.value,
        "person_id": found.member.person_id,
        "organisation_id": found.result.entry.organisation_id,
        "title": f"{competition.name}“{skill.name}”{finding.gives.zh}"[:200],
        "on": on,
        "level": competition.level,
        "occupation_code": skill.occupation_code,
        "facts": facts,
    }
