"""An enterprise with its programme on file, its people and its workers, for tests of recognitions and certificates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from stdnum.cn import ric

from app.accounts.models import Account, RoleGrant
from app.core import engine, files
from app.core.actor import Actor, Grant
from app.core.db import transaction
from app.recognition import commands
from app.recognition.commands import Content
from app.recognition.models import DirectRecognition, Programme
from app.registry.commands import find_or_create_person
from app.registry.models import Occupation, Organisation, Person
from workflows.recognition import direct
from workflows.recognition.direct_flow import DirectFlow
from workflows.recognition.programme_flow import ProgrammeFlow
from workflows.roles import Role

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
ELECTRICIAN, FITTER, COOK = "6-31-01-03", "6-31-01-01", "4-03-02-01"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def id_number(n: int) -> str:
    """A well-formed ID number of nobody in particular, another for each *n*."""
    number = f"330122{1970 + n % 30}{1 + n % 12:02d}{1 + n % 28:02d}{n:03d}"
    return number + ric.calc_check_digit(number + "0")


@dataclass
class Enterprise:
    """A company with a clerk and three assessors, a county reviewer, and a programme on file."""

    organisation: Organisation
    programme: Programme
    clerk: Actor
    assessors: tuple[Actor, ...]
    reviewer: Actor
    instance: Path

    def worker(self, session: Session, n: int, name: str = "") -> Person:
        return find_or_create_person(
            session, self.clerk, NOW, name=name or f"职工{n}", id_number=id_number(n), employer_id=self.organisation.id
        )

    def draft(self, n: int, *, name: str = "", proved: bool = True, **content: Any) -> DirectRecognition:
        """A recognition of worker *n*, by default an outstanding front-line electrician for level 3, with its evidence."""
        said = {"kind": "B", "occupation_code": ELECTRICIAN, "level": 3, "is_front_line": True, "basis": "完成配电改造"} | content
        with transaction() as session:
            person = self.worker(session, n, name)
            recognition = commands.begin_recognition(session, self.programme, person, Content(**said), self.clerk, NOW)
            for evidence in direct.GROUNDS[said["kind"]].required if proved else ():
                proof = files.keep(
                    session, self.instance, BytesIO(PDF), "proof.pdf", allowed=files.PROOFS, account_id=self.clerk.account_id, now=NOW
                )
                commands.attach(session, recognition, evidence.key, proof, self.clerk, NOW)
        return recognition

    def submitted(self, n: int, **content: Any) -> DirectRecognition:
        recognition = self.draft(n, **content)
        self.fire(recognition, DirectFlow.submit, self.clerk)
        return recognition

    def passed(self, n: int, **content: Any) -> DirectRecognition:
        recognition = self.submitted(n, **content)
        for assessor in self.assessors:
            with transaction() as session:
                commands.vote(session, recognition, True, "技能达到要求", assessor, NOW)
        self.fire(recognition, DirectFlow.decide, self.assessors[0])
        return recognition

    def before_the_public(self, *recognitions: DirectRecognition) -> Any:
        with transaction() as session:
            return commands.open_publicity(session, self.programme, recognitions, "0571-64212345", self.clerk, NOW)

    def issued(self, n: int, **content: Any) -> DirectRecognition:
        """A recognition whose publicity has ended and whose certificate is out."""
        recognition = self.passed(n, **content)
        notice = self.before_the_public(recognition)
        with transaction() as session:
            engine.settle(session, recognition, notice.ends_at + timedelta(minutes=1))
        return recognition

    def fire(self, recognition: Any, transition: Any, actor: Actor, comment: str = "", now: datetime = NOW) -> None:
        with transaction() as session:
            engine.fire(session, recognition, transition, actor, now, comment)


def occupations(session: Session) -> None:
    for code, name in ((ELECTRICIAN, "电工"), (FITTER, "钳工"), (COOK, "中式烹调师")):
        if session.get(Occupation, code) is None:
            session.add(Occupation(code=code, name=name))
    session.flush()


def account(session: Session, login: str, name: str, *held: Grant, person: Person | None = None) -> Actor:
    """An account that holds these roles, as an actor."""
    row = Account(login=login, name=name, password_hash="-", must_change_password=False, created_at=NOW, person_id=person and person.id)
    session.add(row)
    session.flush()
    for grant in held:
        session.add(RoleGrant(account_id=row.id, role=grant.role.key, on_id=grant.on_id, granted_at=NOW))
    session.flush()
    return Actor(row.id, row.person_id, name, frozenset(held))


def an_enterprise(app: Flask, number: int = 1, *, station: str = "000123") -> Enterprise:
    """Enterprise *number*, with electricians at every level and fitters up to level 3 on file."""
    with transaction() as session:
        occupations(session)
        code = ("91330122MA2AAAAA00", "91330122MA2BBBBB00")[number - 1]
        organisation = Organisation(name=f"桐庐精工{number}厂", credit_code=code, kind="enterprise", created_at=NOW)
        session.add(organisation)
        session.flush()
        clerk = account(session, f"clerk{number}", "赵经办", Grant(Role.CLERK, organisation.id))
        assessors = tuple(account(session, f"assessor{number}{n}", f"考评{n}", Grant(Role.ASSESSOR, organisation.id)) for n in range(1, 4))
        reviewer = account(session, f"reviewer{number}", "王人社", Grant(Role.REVIEWER))
        programme = commands.begin_programme(session, organisation, clerk, NOW)
        for occupation, levels in ((ELECTRICIAN, (5, 4, 3, 2, 1)), (FITTER, (5, 4, 3))):
            commands.cover(session, programme, session.get_one(Occupation, occupation), levels, clerk, NOW)
        commands.describe_programme(
            session,
            programme,
            clerk,
            NOW,
            arrangements="设评价领导小组",
            certificates_a_year=1,
            panel_minimum=3,
            publicity_days=5,
        )
        engine.fire(session, programme, ProgrammeFlow.submit, clerk, NOW)
        commands.assign_station(session, programme, reviewer, NOW, agency="0000", province="33", station=station)
        engine.fire(session, programme, ProgrammeFlow.accept, reviewer, NOW)
    return Enterprise(organisation, programme, clerk, assessors, reviewer, app.config["INSTANCE"])


def sign_in(client: FlaskClient, session: Session, actor: Actor) -> None:
    """Go on as *actor*."""
    row = session.get_one(Account, actor.account_id)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = row.get_id(), True
    for kept in ("viewer", "_login_user"):  # a request inside the test's own context would still find the last one
        g.pop(kept, None)
    session.rollback()
