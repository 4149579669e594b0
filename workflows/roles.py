"""Who takes part.  A role is always held *on* something: the system, an organisation, a competition, or one's own case."""

from __future__ import annotations

import enum
from typing import Self

from workflows.text import Text


class Scope(enum.Enum):
    """What a role can be held on."""

    SYSTEM = "system"
    ORGANISATION = "organisation"
    COMPETITION = "competition"
    OWN = "own"  # follows from who one is: the competitor of this entry, the applicant of this claim
    NOBODY = "nobody"  # the clock


class Role(enum.Enum):
    """A role: its key, what it is called, what it is held on.  No other list of roles exists."""

    key: str
    title: Text
    scope: Scope
    sensitive: bool

    ADMINISTRATOR = ("administrator", Text("系统管理员", "Administrator"), Scope.SYSTEM)
    REVIEWER = ("reviewer", Text("人社经办", "Reviewer"), Scope.SYSTEM)
    APPROVER = ("approver", Text("人社审核", "Approver"), Scope.SYSTEM, True)
    FINANCE = ("finance", Text("财政", "Finance officer"), Scope.SYSTEM, True)
    AUDITOR = ("auditor", Text("审计督导", "Auditor"), Scope.SYSTEM)

    ORGANISER = ("organiser", Text("承办方", "Organiser"), Scope.ORGANISATION)
    TEAM_LEADER = ("team_leader", Text("领队", "Team leader"), Scope.ORGANISATION)
    CLERK = ("clerk", Text("企业经办", "Enterprise clerk"), Scope.ORGANISATION)
    SEAL_KEEPER = ("seal_keeper", Text("用印人", "Keeper of the seal"), Scope.ORGANISATION, True)
    ASSESSOR = ("assessor", Text("考评员", "Assessor"), Scope.ORGANISATION)

    CHIEF_JUDGE = ("chief_judge", Text("裁判长", "Chief judge"), Scope.COMPETITION)
    JUDGE = ("judge", Text("裁判员", "Judge"), Scope.COMPETITION)
    ENCRYPTION_JUDGE = ("encryption_judge", Text("加密裁判", "Encryption judge"), Scope.COMPETITION, True)
    SCORER = ("scorer", Text("计分裁判", "Scorer"), Scope.COMPETITION)
    CHECK_IN = ("check_in", Text("检录裁判", "Check-in judge"), Scope.COMPETITION)
    ARBITER = ("arbiter", Text("监督仲裁", "Arbiter"), Scope.COMPETITION, True)

    COMPETITOR = ("competitor", Text("选手", "Competitor"), Scope.OWN)
    APPLICANT = ("applicant", Text("申领人", "Applicant"), Scope.OWN)
    ANYONE = ("anyone", Text("公众", "Anyone"), Scope.OWN)
    CLOCK = ("clock", Text("到时自动", "The clock"), Scope.NOBODY)

    def __new__(cls, key: str, title: Text, scope: Scope, sensitive: bool = False) -> Self:
        role = object.__new__(cls)  # the value is set here, not in __init__, so that Role("judge") finds it on every Python
        role._value_ = key
        role.key, role.title, role.scope, role.sensitive = key, title, scope, sensitive
        return role

    @classmethod
    def of(cls, key: str) -> Role:
        """The role with that key; `KeyError` where there is none."""
        return cls._value2member_map_[key]  # type: ignore[return-value]

    @property
    def is_granted(self) -> bool:
        """Whether somebody gives and ends this role, rather than its following from the case."""
        return self.scope in (Scope.SYSTEM, Scope.ORGANISATION, Scope.COMPETITION)
