"""Who may not serve in a competition, and who should not: found by the program, not left to be declared.

A competitor cannot judge, and whoever knows which name has which seat cannot mark.  Avoidance (回避: the same employer as a
competitor) can be overruled with a reason that stays on record, because in a small county there may be nobody else.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

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
