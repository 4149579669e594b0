"""Which documents a competition is held under, what they ask of its competitors, and what they say."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.achievements.models import Achievement
from app.competitions.models import Competition, EntryMember, Result, Skill
from app.competitions.results.queries import ResultLine, honours_kept
from app.registry.models import Person
from workflows.competition.eligibility import age_on
from workflows.competition.honours import attributes as asked
from workflows.competition.honours import pack_file
from workflows.competition.honours.rules import Finding, Kind, Pack, findings, own_pack
from workflows.text import Text

CERTIFICATE = "grade_certificate"
GIVEN = tuple(kind.value for kind in Kind)


@functools.cache
def packs() -> tuple[Pack, ...]:
    """The documents that come with the rulebook, read once."""
    return tuple(pack_file.load(path) for path in pack_file.files())


def text_of(pack: Pack) -> str:
    """The file a pack was read from, as it is."""
    return next(path.read_text("utf-8") for path in pack_file.files() if pack_file.load(path).id == pack.id)


def packs_of(skill: Skill) -> list[Pack]:
    """What is applied to a skill: its own plan's promotions, and the documents its competition is held under."""
    competition = skill.competition
    own = own_pack(skill.promotion, competition.document_no)
    chosen = [pack for pack in packs() if pack.id in competition.honour_packs]
    return [own, *chosen] if own else chosen


def fitting(competition: Competition) -> list[Pack]:
    """The documents that have a rule about competitions of such a level, those already chosen too."""
    facts = {asked.COMPETITION.name: competition.level}

    def speaks_of_it(pack: Pack) -> bool:
        about = [condition for rule in pack.rules for condition in rule.scope if condition.attribute is asked.COMPETITION]
        return any(condition.refusal(facts) is None for condition in about)

    return [pack for pack in packs() if speaks_of_it(pack) or pack.id in competition.honour_packs]


@dataclass(frozen=True, slots=True)
class Found:
    """One competitor of an entry, what is known of them, and what every rule that concerns them says."""

    result: Result
    member: EntryMember
    facts: dict[str, Any]
    history: Sequence[dict[str, Any]]
    findings: list[Finding]

    @property
    def given(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.granted]


def found(session: Session, skill: Skill, results: Sequence[Result], on: date) -> list[Found]:
    """What the documents say of everybody who is placed, in a fixed number of queries."""
    applied = packs_of(skill)
    if not applied:
        return []
    members = [(result, member) for result in results for member in result.entry.members]
    people = [member.person_id for _, member in members]
    held = held_levels(session, people, skill.occupation_code)
    earlier = history(session, people, but=f"skill_honour:{skill.id}/")
    n = sum(result.place is not None for result in results)
    made = []
    for result, member in members:
        facts = facts_of(skill, result, member.person, held.get(member.person_id), n, on)
        before = earlier.get(member.person_id, [])
        made.append(Found(result, member, facts, before, findings(applied, facts, on, before)))
    return made


def facts_of(skill: Skill, result: Result, person: Person, held: int | None, n: int, on: date) -> dict[str, Any]:
    """What is known of a competitor, in the words the rules ask in.  What is not known is left out, never guessed."""
    employer = person.employer
    facts: dict[str, Any] = {
        "competition": skill.competition.level,
        "group": skill.group,
        "form": skill.form,
        "place": result.place,
        "award": result.award,
        "document_level": str(skill.document_level),
        "held": asked.NONE if held is None else str(held),
        "age": age_on(person.birth_date, on) if person.birth_date else None,
        "sex": person.sex or None,
        "employee": None if employer is None else employer.kind != "school",
        "both_passed": _both_passed(skill, result),
        "occupation": skill.occupation_code,
        "person": f"person:{person.id}",
        "top_share": asked.top_share(result.place, n) if result.place is not None else None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _both_passed(skill: Skill, result: Result) -> bool | None:
    """Whether theory and practice were each passed; None where the plan of the skill sets no line for either."""
    if skill.theory_pass is None and skill.practice_pass is None:
        return None
    return not result.why.get("fails")


def record_of(finding: Finding) -> dict[str, Any]:
    """What a page says of a finding, as plain values: what it gives, the reason why not, source and words, how sure, what is open."""
    rule = finding.rule
    return {
        "gives": _both(finding.gives),
        "title": _both(rule.title),
        "reason": _both(finding.reason),
        "document": rule.source.document,
        "clause": rule.source.clause,
        "quote": rule.source.quote,
        "evidence": rule.evidence.value,
        "optional": rule.is_optional,
        "question": _both(rule.question.question) if rule.question else None,
        "default": _both(rule.question.default) if rule.question else None,
        "steps": [_both(step) for step in finding.met],
    }


def _both(text: Text | None) -> dict[str, str] | None:
    return None if text is None else {"zh": text.zh, "en": text.en}


def held_levels(session: Session, people: Sequence[int], occupation: str | None) -> dict[int, int]:
    """The highest level each holds in the occupation, by what was issued here; a lower digit is a higher level."""
    if occupation is None:
        return {}
    levels: dict[int, int] = {}
    for some in _chunks(people):
        rows = session.execute(
            sa.select(Achievement.person_id, sa.func.min(Achievement.grade_level))
            .where(
                Achievement.kind == CERTIFICATE,
                Achievement.person_id.in_(some),
                Achievement.occupation_code == occupation,
                Achievement.withdrawn_at.is_(None),
                Achievement.is_outside.is_(False),
                Achievement.grade_level.between(1, 5),
            )
            .group_by(Achievement.person_id)
        )
        levels |= {person: digit for person, digit in rows if person is not None and digit is not None}
    return levels


def history(session: Session, people: Sequence[int], *, but: str) -> dict[int, list[dict[str, Any]]]:
    """What each was given before, as rules ask about it; what comes from the results *but* names is not "before"."""
    given: dict[int, list[dict[str, Any]]] = {}
    for some in _chunks(people):
        rows = session.execute(
            sa.select(Achievement.person_id, Achievement.facts)
            .where(
                Achievement.kind.in_(GIVEN),
                Achievement.person_id.in_(some),
                Achievement.withdrawn_at.is_(None),
                ~Achievement.source.startswith(but, autoescape=True),
            )
            .order_by(Achievement.id)
        )
        for person, facts in rows:
            given.setdefault(person or 0, []).append(facts)
    return given


def _chunks(ids: Iterable[int], size: int = 500) -> Iterable[list[int]]:
    """A database takes only so many values in one question."""
    known = list(ids)
    return (known[start : start + size] for start in range(0, len(known), size))


@dataclass(frozen=True, slots=True)
class Row:
    """One answer as a page shows it: about whom, given or not, and everything that stands in its record."""

    code: str
    place: int | None
    name: str
    organisation: str
    kind: Kind
    granted: bool
    record: dict[str, Any]


def rows(session: Session, skill: Skill, lines: Sequence[ResultLine], on: date, *, is_final: bool) -> list[Row]:
    """What is given, best place first, then what is not; decided ones as they were kept, others as they would be today."""
    by_entry = {line.result.entry_id: line for line in lines}
    if is_final:
        kept_ones = [(row.entry_id, row.person.name, Kind(row.kind), row.granted, row.record) for row in honours_kept(session, skill)]  # type: ignore[call-arg]  # looked up by its value
    else:
        kept_ones = [
            (each.result.entry_id, each.member.person.name, finding.rule.kind, finding.granted, record_of(finding))
            for each in found(session, skill, [line.result for line in lines], on)
            for finding in each.findings
        ]
    made = [
        Row(by_entry[entry].code, by_entry[entry].result.place, name, by_entry[entry].organisation, kind, granted, record)
        for entry, name, kind, granted, record in kept_ones
        if entry in by_entry
    ]
    return sorted(made, key=lambda row: (not row.granted, row.place or 10**6, row.code))
