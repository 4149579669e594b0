"""Whatever stands in the address bar, the office answers: it shows, it leads elsewhere, or it says no.  It never breaks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import cycle
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.config import ROOT
from tests.faults.inhabited import EVERYTHING, browser, settle_in
from workflows.roles import Role

IDS = (("1", "x"), ("0", "%00"), ("2147483648", "%ED%A0%80"), ("9" * 40, "..%2f..%2fetc"), ("999999999", "x" * 3000))
VALUES = ("", "-1", "9" * 40, "NaN", "1e999", "'%22%3E%3Cb%3E%25", "%00", "%ED%A0%80", "２０２６", "张" * 500, "2026-02-30", "//x.org")
ROUNDS = 2


def parameters() -> list[str]:
    """Every name that a view reads from the query string, and `next`, which forms carry."""
    sources = "\n".join(path.read_text("utf-8") for path in Path(ROOT, "app").rglob("*.py"))
    return sorted({"next", *re.findall(r"request\.args(?:\.get|\.getlist)?[(\[]\s*\"(\w+)\"", sources)})


@pytest.fixture
def people(app: Flask, session: Session) -> dict[str, str]:
    """An office in which something of everything is there; who can sign in to it."""
    return settle_in(app, session)


def pages(app: Flask) -> list[Rule]:
    return sorted((rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())), key=str)


def filled(rule: Rule, number: str, word: str) -> str:
    """The rule's address with these values in its gaps."""
    return re.sub(r"<(?:(\w+):)?\w+>", lambda gap: number if gap.group(1) == "int" else word, rule.rule)


def odd_addresses(rule: Rule) -> Iterator[str]:
    """The page itself, with odd ids, and with odd values for everything it may be asked, each round with other ones."""
    yield from (filled(rule, number, word) for number, word in (IDS if rule.arguments else IDS[:1]))
    for first in range(ROUNDS):
        values = cycle(VALUES[first * len(VALUES) // ROUNDS :] + VALUES)
        yield filled(rule, "1", "x") + "?" + "&".join(f"{name}={value}" for name, value in zip(parameters(), values, strict=False))


def broken(client: FlaskClient, addresses: Iterable[str]) -> list[str]:
    """Those of *addresses* at which the office breaks down."""
    found = []
    for address in addresses:
        with client.get(address) as answer:
            if answer.status_code >= 500:
                found.append(address)
    return found


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_no_address_breaks_the_office(app, session, people):
    """On PostgreSQL, which refuses what SQLite swallows."""
    client = browser(app, people[EVERYTHING])
    assert [address for rule in pages(app) for address in broken(client, odd_addresses(rule))] == []


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("role", [None, Role.JUDGE, Role.CLERK, Role.AUDITOR])
def test_no_page_breaks_for_one_role_alone(app, session, people, role):
    client = browser(app, role and people[role.key])
    assert broken(client, (filled(rule, "1", "x") for rule in pages(app))) == []


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("name", ["张\0三", "x" * 100_000])
def test_words_that_cannot_be_kept_are_turned_away(app, session, people, name):
    answer = browser(app, people[EVERYTHING]).post("/organisations/new", data={"name": name})
    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("database_kind", ["postgresql"])
@pytest.mark.parametrize("comment", ["\0", "\ud800"])
def test_json_that_cannot_be_kept_is_turned_away(app, session, people, comment):
    answer = browser(app, people[EVERYTHING]).post("/api/notice/1/publish", json={"comment": comment})
    assert answer.status_code == 400
