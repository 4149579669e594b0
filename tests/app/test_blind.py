"""Blind means blind: nothing that a judge, a chief judge or a scorer can reach gives a name away, nor who stands behind a code.

The same competition is held twice.  In the second the entries were accepted in the opposite order, so that behind every code stands
somebody else: other names, organisations, coaches, ID numbers, and another place in the order in which they entered.  Whatever is marked
is marked by the code, alike in both.  Then every address of the URL map is asked for, as each of those who must not know, with the ids
there are and with names and numbers to search for, and everything that takes something in is sent with nothing in it: the answers must be
the same to the last byte, and none may hold or open an entry's id, which tells who entered first.
"""

from __future__ import annotations

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.routing.converters import NumberConverter

from app.accounts.models import Account
from app.competitions.corrections import commands as correcting
from app.competitions.draw import commands as drawing
from app.competitions.locks import commands as locking
from app.competitions.marking import commands as marking
from app.competitions.marking import recording
from app.competitions.models import (
    Appeal,
    Aspect,
    Board,
    Ceremony,
    CodeLayer,
    Competition,
    Correction,
    Entry,
    JudgeConflict,
    LockUnit,
    PanelSeat,
    Recheck,
    Revision,
    SeatVacancy,
    Sheet,
    Skill,
    SubCriterion,
)
from app.core import clock, engine
from app.core.db import db
from app.registry.models import Organisation
from app.web.door import access_to
from tests.support import competitions as of_competitions
from tests.support import marking as of_marking
from tests.support.competitions import AFTER, DURING, Season, account, organisation
from tests.support.databases import SQLite
from tests.support.marking import small_scheme
from tests.support.people import sign_in
from workflows.competition.code_flow import CodeLayerFlow
from workflows.competition.codes import Layer
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.lock_flow import LockFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role

NAMES = ("欧阳一鸣", "诸葛小妹", "司马相如", "上官婉儿")
COACHES = ("独孤教练", "令狐教练", "东方教练", "西门教练")
FIRMS = ("富春江精密机械", "分水制笔", "横村针织", "快递装备")
TEAMS = ("富春队", "分水队", "横村队", "快递队")
SECRETS = (*NAMES, *COACHES, *FIRMS, *TEAMS)
MARKERS = {
    "judge": (Role.JUDGE,),
    "chief": (Role.CHIEF_JUDGE,),
    "scorer": (Role.SCORER,),
    "judge and organiser": (Role.JUDGE, Role.ORGANISER),
}


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


class World:
    """A skill with three layers of codes, drawn and marked by code, whose entries were accepted in the order given."""

    def __init__(self, session: Session, order: tuple[int, ...]) -> None:
        self.session = session
        self.season = Season(session, code_layers=3, seat_prefix="S", theory_weight=Decimal(30))
        self.skill.scheme_id = small_scheme(session, self.season.organisation).id
        self.season.announce()
        entered = [self._enter(n) for n in range(len(NAMES))]
        for n in order:
            engine.fire(session, entered[n], EntryFlow.accept, self.season.organiser, DURING)
        desk = self.season.appoint(Role.CHECK_IN).actor
        for n in order:
            engine.fire(session, entered[n], EntryFlow.check_in, desk, DURING)
        self.arbiter = self.season.appoint(Role.ARBITER)
        self.drawers = [self.season.appoint(Role.ENCRYPTION_JUDGE) for _ in Layer]
        self.markers = {who: self._marker(who, roles) for who, roles in MARKERS.items()}
        self.panel = [self.markers["judge"], self.markers["judge and organiser"]]
        session.add_all(PanelSeat(skill_id=self.skill.id, position=n, account_id=a.id) for n, a in enumerate(self.panel, start=1))
        session.commit()
        self._draw()
        self._mark()

    @property
    def skill(self) -> Skill:
        return self.season.skill

    def _enter(self, n: int) -> Entry:
        entry, _actor = self.season.enter(NAMES[n])
        firm = organisation(self.session, FIRMS[n])
        entry.members[0].person.employer = entry.organisation = firm
        entry.coach, entry.team_name = COACHES[n], TEAMS[n]
        return entry

    def _marker(self, who: str, roles: tuple[Role, ...]) -> Account:
        held = {Role.ORGANISER: self.season.organisation.id}
        return account(self.session, *((role, held.get(role, self.season.competition.id)) for role in roles), name=who)

    def _draw(self) -> None:
        session, skill = self.session, self.skill
        for kind, drawer in zip(Layer, self.drawers, strict=True):
            drawing.begin(session, skill, kind, drawer.actor, DURING, f"a seed of {kind.key}")
        session.expire(skill, ["layers"])
        for layer, drawer in zip(skill.layers, self.drawers, strict=True):
            subject, step = (skill, SkillFlow.draw) if layer.kind is Layer.SEAT else (layer, CodeLayerFlow.draw)
            engine.fire(session, subject, step, drawer.actor, AFTER)
            engine.fire(session, layer, CodeLayerFlow.seal, self.arbiter.actor, AFTER)
        engine.fire(session, skill, SkillFlow.start_marking, self.markers["chief"].actor, AFTER)
        session.commit()
        session.expire_all()

    def _mark(self) -> None:
        """Marks by the code on the sheet; a difference is left nowhere."""
        for sheet in sorted(self.skill.sheets, key=lambda sheet: sheet.title):
            good = int(sheet.code[1:]) % 2
            for seat, judge in enumerate(self.panel, start=1):
                marks = list(self._marks(sheet, seat, good))
                if marks:
                    recording.record_marks(self.session, sheet, judge.actor, marks, AFTER)
            self.session.expire(sheet, ["marks"])
        papers = {entry.id: Decimal(60 + int(entry.code[1:])) for entry in self.skill.entries}
        marking.enter_theory(self.session, self.skill, self.markers["scorer"].actor, papers, "", AFTER)
        self.session.commit()

    def _marks(self, sheet: Sheet, seat: int, good: int) -> Iterator[recording.NewMark]:
        for aspect in sheet.sub_criterion.aspects:
            is_judged = aspect.kind == "judgement"
            if not is_judged and seat > 1:
                continue
            value = Decimal(2 + good) if is_judged else Decimal(aspect.max_mark if good else 0)
            id_ = f"{sheet.code}-{aspect.description}-{seat}"[:36].encode("ascii", "replace").decode() + str(aspect.id)
            yield recording.NewMark(id_, aspect.id, seat if is_judged else 0, 0, value, AFTER, "tablet")

    def tally(self) -> None:
        session, chief = self.session, self.markers["chief"].actor
        session.expire_all()
        for sheet in sorted(self.skill.sheets, key=lambda sheet: sheet.title):
            for judge in self.panel:
                marking.sign(session, sheet, judge.actor, AFTER, digest=sheet.digest)
        marking.lock_signed(session, self.skill, chief, AFTER)
        locking.lock_complete(session, self.skill, chief, AFTER)
        for unit in self.skill.units:
            for judge in self.panel:
                locking.sign(session, unit, judge.actor, AFTER, digest=unit.digest)
            engine.fire(session, unit, LockFlow.accept, chief, AFTER)
        said = correcting.Proposal("penalty", "Z02", "", Decimal(1), "违规")
        correcting.propose(session, self.skill, self.markers["scorer"].actor, said, AFTER)
        engine.fire(session, self.skill, SkillFlow.tally, self.markers["scorer"].actor, AFTER)
        session.commit()


# ── asking for everything ───────────────────────────────────────────────────────────────────────────────────────────

ELSEWHERE = (  # chapters that know no entry; what they hold of people and accounts is theirs to keep
    "static", "accounts", "claims", "payments", "rewards", "clawbacks", "recognition", "certificates", "registry", "schemes", "procedures",
    "operations", "seals", "home.styleguide", "home.healthz",
)  # fmt: skip
ROWS: dict[str, type[Any]] = {  # what an id in an address is of, by the word before it
    "competitions": Competition,
    "skills": Skill,
    "results": Skill,
    "overall": Competition,
    "entries": Entry,
    "sheets": Sheet,
    "units": LockUnit,
    "corrections": Correction,
    "rechecks": Recheck,
    "conflicts": JudgeConflict,
    "vacancies": SeatVacancy,
    "board": Board,
    "appeals": Appeal,
    "revisions": Revision,
    "ceremonies": Ceremony,
}
FURTHER: dict[str, type[Any]] = {  # a second one in the same address, by its own name
    "account_id": Account,
    "aspect_id": Aspect,
    "sub_id": SubCriterion,
    "organisation_id": Organisation,
}
EVERY_ROW = ("marking.sheet", "actions.show", "entries.entry", "report.report")  # elsewhere the first and the last row stand for all
WORDS: dict[str, tuple[str, ...]] = {
    "layer": tuple(kind.key for kind in Layer),
    "format": ("xlsx", "csv", "json"),
    "kind": ("xlsx", "pdf"),
    "code": ("Z01", "Z02", "S01", "K01"),
    "letter": ("A",),
    "size": ("large",),
    "name": ("sign", "disqualify", "tally"),
}
SUBJECTS = {  # of the addresses that take a kind of row as a word
    "actions.show": ("skill", "entry", "sheet", "competition", "code_layer", "lock_unit", "correction", "recheck", "judge_conflict"),
    "actions.take": ("skill", "entry", "sheet", "lock_unit"),
    "actions.take_by_api": ("entry", "sheet"),
}
SEARCHED = (NAMES[0], "K01")
BLIND_TO = re.compile(
    rb'csrf[-_]token"[^>]*|"csrf":"[^"]*"|name="request_id"[^>]*|nonce-[\w-]+|why-do-[\w-]+|<time id="clock"[^>]*|"request": "[^"]*"'
)
NAMES_AN_ENTRY = re.compile(rb"/(?:entries|(?:api|do)/entry)/\d+")
Told = dict[tuple[str, ...], bytes]


class Held:
    """The ids there are: what an address may hold, asked for once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[type[Any], list[int]] = {}

    def of(self, model: type[Any]) -> list[int]:
        if model not in self._known:
            self._known[model] = list(self._session.scalars(sa.select(model.id).order_by(model.id)))
        return self._known[model]

    def ids(self, rule: Rule, name: str, words: dict[str, Any]) -> list[int]:
        """Which ids the number *name* of an address takes; an id of nothing of ours is asked for once, as 1."""
        if rule.endpoint in SUBJECTS:
            model = next((model for model in (*ROWS.values(), CodeLayer) if model.__tablename__ == words["kind"]), None)
        elif name in FURTHER:
            model = FURTHER[name]
        else:
            before = [word for word in rule.rule.split("<")[0].split("/") if word in ROWS]
            model = ROWS[before[-1]] if before else None
        found = [1] if model is None else self.of(model)
        return found if rule.endpoint in EVERY_ROW else sorted({*found[:1], *found[-1:]})


def addresses(app: Flask, actor: Any, held: Held, method: str = "GET") -> Iterator[str]:
    """Every address of the URL map that the door opens to *actor*, with the ids and the words that could stand in it."""
    for rule in app.url_map.iter_rules():
        access = access_to(app, rule.endpoint)
        if (
            method not in (rule.methods or ())
            or access is None
            or not access.admits(actor)
            or {rule.endpoint, rule.endpoint.split(".")[0]} & set(ELSEWHERE)
        ):
            continue
        yield from _filled(rule, held)


def _filled(rule: Rule, held: Held) -> Iterator[str]:
    names = sorted(rule.arguments)
    numbers = [name for name in names if isinstance(rule._converters[name], NumberConverter)]
    wordy = [name for name in names if name not in numbers]
    words_of = {**WORDS, "kind": SUBJECTS.get(rule.endpoint, WORDS["kind"])}
    for chosen in itertools.product(*(words_of.get(name, ("x",)) for name in wordy)):
        words = dict(zip(wordy, chosen, strict=True))
        for ids in itertools.product(*(held.ids(rule, name, words) for name in numbers)):
            address = rule.build(words | dict(zip(numbers, ids, strict=True)))
            if address is not None:
                yield address[1]


def pressed(app: Flask, actor: Any, held: Held) -> list[str]:
    """Every address that takes something in, once for each kind of row, those last that end one's session."""
    once: dict[str, str] = {}
    for address in addresses(app, actor, held, "POST"):
        once.setdefault(re.sub(r"\d+", "#", address), address)
    return sorted(once.values(), key=lambda address: (any(f"/{word}" in address for word in ("pin", "leave", "switch", "device")), address))


def searches(skill: int) -> Iterator[str]:
    """What searches, with a name, a number and a code that is not theirs to know."""
    for path in ("/search?q=", f"/skills/{skill}/entries?words=", f"/marking/skills/{skill}?words=", "/competitions?words="):
        for word in SEARCHED:
            yield path + quote(word)


def said(client: FlaskClient, address: str, method: str = "GET") -> bytes:
    """An answer: status, what the headers say of content and file name, the body; tokens and packing left aside."""
    with client.open(address, method=method) as answer:
        assert answer.status_code < 500, (method, address)
        body = answer.data
        if body.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(body)) as book:
                body = b"\n".join(name.encode() + b"\n" + book.read(name) for name in book.namelist())
        heads = [f"{name}: {answer.headers.get(name)}" for name in ("Content-Type", "Content-Disposition", "Location")]
        return "\n".join([str(answer.status_code), *heads]).encode() + b"\n" + BLIND_TO.sub(b"", body)


def crawl(app: Flask, world: World, *asked: str) -> Told:
    """What each of those who must not know is told: every address read, then every one that takes something in, sent with nothing."""
    answers: Told = {}
    held = Held(world.session)
    for who, marker in ((who, marker) for who, marker in world.markers.items() if who in asked):
        client = sign_in(app.test_client(), marker)
        for address in [*addresses(app, marker.actor, held), *searches(world.skill.id)]:
            answers[who, "GET", address] = said(client, address)
        for address in pressed(app, marker.actor, held):
            answers[who, "POST", address] = said(client, address, "POST")
    world.session.rollback()  # what it read must not keep the next step from writing
    return answers


class Still(clock.Clock):
    """A clock that stands: two runs are told apart by nothing but what they hold."""

    def now(self) -> datetime:
        return AFTER


@pytest.fixture
def held(app: Flask, databases: SQLite, monkeypatch: pytest.MonkeyPatch) -> Callable[[tuple[int, ...]], AbstractContextManager[World]]:
    """The competition from the first entry on, in a database of its own."""
    monkeypatch.setattr("app.core.clock._clock", Still())

    @contextmanager
    def hold(order: tuple[int, ...]) -> Iterator[World]:
        with app.app_context():
            db.engine.dispose()
        databases.renew()
        for module in (of_competitions, of_marking):
            monkeypatch.setattr(module, "_numbers", itertools.count(1))
        with app.app_context():
            yield World(db.session, order)

    return hold


def test_whoever_stands_behind_a_code_judges_and_scorers_are_told_the_same(
    app: Flask, held: Callable[[tuple[int, ...]], AbstractContextManager[World]]
) -> None:
    told: list[Told] = []
    behind: list[dict[str, str]] = []
    for order in ((0, 1, 2, 3), (3, 2, 0, 1)):
        with held(order) as world:
            answers = {("marking", *key): answer for key, answer in crawl(app, world, "judge").items()}
            world.tally()
            answers |= {("tallied", *key): answer for key, answer in crawl(app, world, "judge and organiser", "chief", "scorer").items()}
            world.session.expire_all()
            behind.append({entry.code: entry.title for entry in world.skill.entries})
            told.append(answers)
    first, second = told
    assert all(behind[0][code] != behind[1][code] for code in behind[0])
    named = {key for key, answer in first.items() for secret in SECRETS if secret.encode() in answer and quote(secret) not in key[-1]}
    assert named == set()
    of_an_entry = {key for key in first if NAMES_AN_ENTRY.match(key[-1].encode())}  # they answer with their own address at most
    assert {key for key in of_an_entry if first[key].startswith(b"200")} == set()
    assert {key for key, answer in first.items() if key not in of_an_entry and NAMES_AN_ENTRY.search(answer)} == set()
    assert {key for key in first if first[key] != second[key]} == set()
    assert any(b"Z01" in answer for answer in first.values())


def test_whoever_draws_a_layer_learns_nothing_of_the_layers_further_out_nor_a_name_behind_a_code(
    app: Flask, held: Callable[[tuple[int, ...]], AbstractContextManager[World]]
) -> None:
    told: dict[tuple[str, str], str] = {}
    with held((0, 1, 2, 3)) as world:
        for kind, drawer in zip(Layer, world.drawers, strict=True):
            client = sign_in(app.test_client(), drawer)
            for address in addresses(app, drawer.actor, Held(world.session)):
                told[kind.key, address] = said(client, address).decode("utf-8", "replace")
    codes = re.compile(r"\b([KSZ])0[1-4]\b")
    told = {key: answer for key, answer in told.items() if answer.startswith("200") and not codes.search(key[1])}  # nor an echo
    seen = {(layer, code) for (layer, _), answer in told.items() for code in codes.findall(answer)}
    assert seen == {("start", "K"), ("seat", "K"), ("seat", "S"), ("work", "S"), ("work", "Z")}
    behind = {key for key, answer in told.items() if codes.search(answer) and any(secret in answer for secret in SECRETS)}
    assert {layer for layer, _ in behind} == {"start"}
