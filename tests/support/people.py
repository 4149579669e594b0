"""Accounts, people and organisations for tests, in one call each."""

from __future__ import annotations

import itertools

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from stdnum.cn import ric, uscc

from app.accounts.models import Account, RoleGrant
from app.core import clock
from app.core.actor import Actor, Grant
from app.core.db import transaction
from app.registry import commands
from app.registry.commands import OrganisationData, PersonData
from app.registry.models import Organisation, Person
from workflows.roles import Role

PASSWORD = "correct horse battery"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # a hash says its own cost, so verifying is cheap too
REGISTRAR = Actor(name="登记", grants=frozenset({Grant(Role.REVIEWER)}))

_numbers = itertools.count(1)


def account(session: Session, *held: Grant, login: str = "", name: str = "", person: Person | None = None, is_new: bool = False) -> Account:
    """An account with its roles; its password is `PASSWORD`, and must be changed where it *is_new*."""
    number = next(_numbers)
    with transaction():
        made = Account(
            login=login or f"account{number}",
            name=name or f"账号{number}",
            password_hash=CHEAP.hash(PASSWORD),
            must_change_password=is_new,
            person_id=person.id if person else None,
            created_at=clock.now(),
        )
        session.add(made)
        session.flush()
        session.add_all(RoleGrant(account_id=made.id, role=g.role.key, on_id=g.on_id, granted_at=clock.now()) for g in held)
    session.refresh(made)
    return made


def sign_in(client: FlaskClient, who: Account) -> FlaskClient:
    """As if *who* had signed in with *client*."""
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = who.get_id(), True
    return client


def id_number(number: int, born: str = "19900101") -> str:
    """The *number*-th valid ID number of Tonglu for that birthday."""
    digits = f"330122{born}{number:03d}"
    return digits + ric.calc_check_digit(digits + "0")


def credit_code(number: int) -> str:
    digits = f"91330122MA{number:07d}"
    return digits + uscc.calc_check_digit(digits)


def organisation(session: Session, name: str = "") -> Organisation:
    number = next(_numbers)
    data = OrganisationData(name or f"单位{number}", credit_code(number), "enterprise")
    with transaction():
        return commands.create_organisation(session, REGISTRAR, clock.now(), data)


def person(session: Session, name: str = "", *, employer: Organisation | None = None, number: str = "", phone: str = "") -> Person:
    count = next(_numbers)
    data = PersonData(name or f"人员{count}", number or id_number(count), phone=phone, employer_id=employer.id if employer else None)
    with transaction():
        return commands.create_person(session, REGISTRAR, clock.now(), data)
