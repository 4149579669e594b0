"""Who may not serve in a competition, and who should not: found by the program, not left to be declared.

A competitor cannot judge, and whoever knows which name has which seat cannot mark.  Avoidance (回避: the same employer as a
competitor) can be overruled with a reason that stays on record, because in a small county there may be nobody else.  What ties a judge to
one competitor keeps them from that competitor's sheets (`ties`); how strongly, is data of the level and of the skill.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from workflows.competition.levels import Tier
from workflows.roles import Role
from workflows.text import Text

# Those who must not know whose work they see, and those who know it.
BLIND = frozenset((Role.JUDGE, Role.CHIEF_JUDGE, Role.SCORER))
KNOWING = frozenset((Role.ENCRYPTION_JUDGE, Role.ARBITER, Role.CHECK_IN))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is to serve: the roles already held in this competition, and what ties them to its competitors.

    `entered_in` names the skills they are entered in; `colleagues` how many competitors, among those they would judge, belong
    to the same `employer`.
    """

    name: str
    roles: Collection[Role] = ()
    entered_in: Collection[str] = ()
    employer: str = ""
    colleagues: int = 0


def obstacles(role: Role, candidate: Candidate) -> list[Text]:
    """Why *candidate* cannot take *role* at all."""
    found = []
    if candidate.entered_in:
        found.append(
            Text("{name} 已报名参加「{skills}」，不能担任{role}", "{name} is entered in “{skills}” and cannot serve: {role}").format(
                name=candidate.name, skills="、".join(candidate.entered_in), role=role.title
            )
        )
    other_side = KNOWING if role in BLIND else BLIND if role in KNOWING else frozenset()
    found += [
        Text(
            "{name} 已任{held}，不能再任{role}：知道身份的人不能打分",
            "{name} already serves ({held}); who knows the names cannot mark: {role}",
        ).format(name=candidate.name, held=held.title, role=role.title)
        for held in sorted(set(candidate.roles) & other_side, key=lambda held: held.key)
    ]
    return found


def concerns(role: Role, candidate: Candidate) -> list[Text]:
    """Why *candidate* should not take *role*, unless somebody says for what reason they may."""
    if role not in BLIND or not candidate.colleagues:
        return []
    return [
        Text(
            "应予回避：{name} 与 {n} 名选手同在「{employer}」", "To be avoided: {name} and {n} of the competitors belong to “{employer}”"
        ).format(name=candidate.name, n=candidate.colleagues, employer=candidate.employer)
    ]


# --- ties between a judge and one competitor -------------------------------------------------------------------------


class Strength(enum.Enum):
    """What a kind of tie does in a skill."""

    title: Text

    REFUSES = ("refuses", Text("不得评分", "Keeps the judge away"))
    NOTES = ("notes", Text("仅提示", "Worth knowing"))
    IGNORED = ("ignored", Text("不计", "Not looked at"))

    def __new__(cls, key: str, title: Text) -> Self:
        member = object.__new__(cls)
        member._value_, member.title = key, title
        return member


KINDS: Mapping[str, Text] = {
    "entered": Text("同一竞赛的选手", "Entered in the same competition"),
    "same_employer": Text("与选手同单位", "Same employer"),
    "same_delegation": Text("同一代表队", "Same delegation"),
    "same_region": Text("同一地区", "Same region"),
    "same_member": Text("同一世赛成员", "Same Member of WorldSkills"),
    "coach": Text("本次参赛的指导教师", "Coach of this entry"),
    "past_pupil": Text("曾指导过的选手", "Coached in an earlier competition"),
    "family": Text("亲属", "Family"),
    "teacher": Text("师徒", "Teacher and pupil"),
    "other": Text("其他可能影响公正的关系", "Another tie"),
}
RELATIONS: Mapping[str, Text] = {key: KINDS[key] for key in ("family", "teacher", "other")}
"""Ties that no register shows and somebody has to record."""

# How many digits of the division code (GB/T 2260) make a region: what the delegations of that tier are.
REGION_DIGITS: Mapping[Tier, int] = {Tier.NATIONAL: 2, Tier.PROVINCIAL: 4, Tier.MUNICIPAL: 6}


@dataclass(frozen=True, slots=True)
class TieRules:
    """Which ties count in a skill, and how much of a division code makes a region (0: regions are not compared)."""

    strengths: Mapping[str, Strength]
    region_digits: int = 0


def tie_rules(tier: Tier, changed: Mapping[str, str] | None = None) -> TieRules:
    """The rules of a tier, with what the skill has *changed*.

    By default every tie keeps a judge away: 与选手同单位、师徒、亲属、指导关系应回避; no delegation is marked by its own judges.  Regions
    are compared where delegations are regions: in national and provincial competitions they keep away, in a municipal one they are a
    note (everybody knows everybody), below that they say nothing.  A WorldSkills Member is compared in world events.
    """
    strengths = dict.fromkeys(KINDS, Strength.REFUSES)
    if tier is not Tier.WORLD:
        strengths["same_member"] = Strength.IGNORED
    if tier is Tier.MUNICIPAL:
        strengths["same_region"] = Strength.NOTES
    elif tier not in REGION_DIGITS:
        strengths["same_region"] = Strength.IGNORED
    strengths |= {kind: Strength(value) for kind, value in (changed or {}).items() if kind in KINDS}  # type: ignore[call-arg]
    return TieRules(strengths, REGION_DIGITS.get(tier, 6))


@dataclass(frozen=True, slots=True)
class JudgeFacts:
    """What the registers know of a judge.  `led`: delegations they lead; `relations`: recorded ties, by the person they are to;
    `coached`: persons they coached earlier, with the entry that says so."""

    name: str
    person_id: int | None = None
    employer_id: int | None = None
    led: frozenset[int] = frozenset()
    division: str = ""
    member: str = ""
    relations: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    coached: Mapping[int, int] = field(default_factory=dict)
    is_entered: bool = False


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What the registers know of an entry.  `coach` is what was written, `coaches` are those whose ID number was given, by person."""

    person_ids: frozenset[int]
    employer_ids: frozenset[int] = frozenset()
    organisation_id: int | None = None
    divisions: frozenset[str] = frozenset()
    member: str = ""
    coach: str = ""
    coaches: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """A tie that was found: its kind, whether it keeps the judge away, and the ids of what it rests on."""

    kind: str
    refuses: bool
    facts: Mapping[str, int | str]

    def as_data(self) -> dict[str, Any]:
        return {"kind": self.kind, "refuses": self.refuses, "facts": dict(self.facts)}


def ties(judge: JudgeFacts, entry: EntryFacts, rules: TieRules) -> list[Reason]:
    """Everything that ties *judge* to *entry*, the kinds in the order of `KINDS`."""
    found: dict[str, Mapping[str, int | str]] = {}
    if judge.is_entered or judge.person_id in entry.person_ids:
        found["entered"] = {}
    if judge.employer_id is not None and judge.employer_id in entry.employer_ids:
        found["same_employer"] = {"organisation": judge.employer_id}
    delegation = entry.organisation_id
    if delegation is not None and (delegation == judge.employer_id or delegation in judge.led):
        found["same_delegation"] = {"organisation": delegation}
    region = judge.division[: rules.region_digits]
    if region and any(division.startswith(region) for division in entry.divisions):
        found["same_region"] = {"division": region}
    if judge.member and judge.member == entry.member:
        found["same_member"] = {"member": judge.member}
    if (coaching := coached_by(judge.name, judge.person_id, entry.coach, entry.coaches)) is not None:
        found["coach"] = coaching
    for person_id in sorted(entry.person_ids):
        if person_id in judge.coached:
            found.setdefault("past_pupil", {"entry": judge.coached[person_id]})
        if person_id in judge.relations:
            kind, relation = judge.relations[person_id]
            found.setdefault(kind, {"relation": relation})
    return [
        Reason(kind, rules.strengths[kind] is Strength.REFUSES, found[kind])
        for kind in KINDS
        if kind in found and rules.strengths[kind] is not Strength.IGNORED
    ]


def coached_by(name: str, person_id: int | None, written: str, coaches: Mapping[int, str]) -> Mapping[str, int | str] | None:
    """What says that somebody of that *name* coaches an entry: their ID number, or, where none was given, the name alone.

    Somebody known who has the name of another known coach is not that coach.
    """
    if person_id in coaches:
        return {"person": person_id} if person_id is not None else None
    others = set(coaches.values()) if person_id is not None else set()
    return {"name": name} if name in names_in(written) - others else None


def names_in(text: str) -> frozenset[str]:
    """The names in a field where people write one or several: 「张三、李四」, "张三 李四"."""
    return frozenset(name for name in re.split(r"[、，,;；/\s]+", text) if name)
