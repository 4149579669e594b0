"""An organisation with an organiser, a competition with a skill, people who enter it: arranged in a line each."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.models import Account, RoleGrant
from app.competitions.entries import commands as entering
from app.competitions.models import Competition, Entry, Skill
from app.core import engine
from app.core.actor import Actor
from app.core.secrets import index_of
from app.registry.models import Occupation, Organisation, Person
from workflows.competition import prizes
from workflows.competition.competition_flow import CompetitionFlow
from workflows.competition.entry_flow import EntryFlow
from workflows.roles import Role

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
OPENS, CLOSES, STARTS = NOW + timedelta(days=1), NOW + timedelta(days=11), NOW + timedelta(days=20)
DURING = OPENS + timedelta(days=1)
AFTER = CLOSES + timedelta(hours=1)

_numbers = itertools.count(1)


def organisation(session: Session, name: str = "", kind: str = "enterprise") -> Organisation:
    number = next(_numbers)
    made = Organisation(name=name or f"单位{number}", credit_code=f"9133012200100{number:05d}", kind=kind, created_at=NOW)
    session.add(made)
    session.flush()
    return made


def person(session: Session, name: str = "", employer: Organisation | None = None, born: date = date(1990, 1, 1)) -> Person:
    number = next(_numbers)
    id_number = f"33012219910101{number:04d}"
    made = Person(
        name=name or f"选手{number}",
        id_number=id_number,
        id_number_index=index_of("person.id_number", id_number),
        id_number_masked="33*************000",
        birth_date=born,
        employer=employer,
        created_at=NOW,
    )
    session.add(made)
    session.flush()
    return made


def account(session: Session, *grants: tuple[Role, int], person: Person | None = None, name: str = "") -> Account:
    number = next(_numbers)
    made = Account(
        login=f"entrant{number}",
        name=name or (person.name if person else f"人员{number}"),
        password_hash="!",
        must_change_password=False,
        person_id=person.id if person else None,
        created_at=NOW,
    )
    session.add(made)
    session.flush()
    session.add_all(RoleGrant(account_id=made.id, role=role.key, on_id=on_id, granted_at=NOW) for role, on_id in grants)
    session.flush()
    session.expire(made, ["grants"])
    return made


class Season:
    """A public competition of one skill, planned by `organiser`, whose registration opens on `OPENS` and closes on `CLOSES`."""

    def __init__(self, session: Session, *, quota: int | None = None, **skill: Any) -> None:
        self.session = session
        self.organisation = organisation(session, kind="bureau")
        self.organiser_account = account(session, (Role.ORGANISER, self.organisation.id))
        self.reviewer_account = account(session, (Role.REVIEWER, 0))
        self.organiser, self.reviewer = self.organiser_account.actor, self.reviewer_account.actor
        self.competition = Competition(
            name="桐庐县职业技能大赛",
            level="county_1",
            level_class=1,
            organiser=self.organisation,
            registration_opens_at=OPENS,
            registration_closes_at=CLOSES,
            starts_at=STARTS,
        )
        engine.begin(session, self.competition, self.organiser, NOW)
        self.skill = self.add_skill("A", "电工", quota=quota, **skill)

    def add_skill(self, code: str, name: str, **more: Any) -> Skill:
        if self.session.get(Occupation, "6-31-01-03") is None:
            self.session.add(Occupation(code="6-31-01-03", name="电工"))
            self.session.flush()
        values = {"occupation_code": "6-31-01-03", "prizes": prizes.fixed(1, 3, 6).as_data(), "practice_weight": Decimal(70), **more}
        made = Skill(competition=self.competition, code=code, name=name, **values)
        engine.begin(self.session, made, self.organiser, NOW)
        return made

    def announce(self) -> None:
        for transition, actor in (
            (CompetitionFlow.submit, self.organiser),
            (CompetitionFlow.approve, self.reviewer),
            (CompetitionFlow.announce, self.organiser),
        ):
            engine.fire(self.session, self.competition, transition, actor, NOW)
        engine.settle(self.session, self.competition, DURING)

    def appoint(self, *roles: Role) -> Account:
        """An account that serves in the competition."""
        return account(self.session, *((role, self.competition.id) for role in roles))

    def enter(self, name: str = "", skill: Skill | None = None) -> tuple[Entry, Actor]:
        """Somebody enters, alone; the entry is submitted."""
        who = person(self.session, name)
        actor = account(self.session, person=who).actor
        entry = entering.enter(self.session, actor, skill or self.skill, [who], DURING)
        engine.fire(self.session, entry, EntryFlow.submit, actor, DURING)
        return entry, actor

    def accepted(self, name: str = "", skill: Skill | None = None) -> tuple[Entry, Actor]:
        entry, actor = self.enter(name, skill)
        engine.fire(self.session, entry, EntryFlow.accept, self.organiser, DURING)
        return entry, actor

    def checked_in(self, name: str = "") -> Entry:
        """Registration is over and the competitor stands at the desk."""
        entry, _actor = self.accepted(name)
        engine.fire(self.session, entry, EntryFlow.check_in, self.appoint(Role.CHECK_IN).actor, DURING)
        return entry
