"""A sheet of marks written through the whole path, beside Flask and SQLAlchemy Core inserting the same rows as durably."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Iterator
from decimal import Decimal

import sqlalchemy as sa
from flask import Flask

from app.competitions.models import Aspect, Criterion, MarkingScheme, Sheet, SubCriterion
from app.core.db import db, transaction
from bench.harness import Effort, Row, in_turns, milliseconds, share
from bench.load import asked, request
from bench.office import KINDS, office
from tests.support.granian import cookie_of, environment_of, serving, token_of
from tests.support.marking import NOW, Workshop
from workflows.competition.methods import PARTIAL

ASPECTS, CLIENTS, EACH = 13, 20, 5
REFERENCE = "bare Flask + Core, same rows"
WHY = (
    "who is there and what roles they hold is read, the token checked; the sheet, its competitor's standing and the end of the judge's "
    "record are locked in one question and what was given before is read in a second; every value is checked against its aspect, the "
    "standing carried on, the record continued, and the answer says how the sheet stands: four questions and four writes in one commit, "
    "where the reference asks nothing and writes once"
)


def scheme(organisation_id: int) -> MarkingScheme:
    maxima = [Decimal(101 - ASPECTS), *[Decimal(1)] * (ASPECTS - 1)]
    aspects = [Aspect(position=n, method=PARTIAL, description=f"尺寸{n}", max_mark=maximum) for n, maximum in enumerate(maxima, start=1)]
    sub = SubCriterion(position=1, code="A1", name="尺寸", aspects=aspects)
    criterion = Criterion(position=1, letter="A", name="加工", mark=Decimal(100), sub_criteria=[sub])
    return MarkingScheme(organisation_id=organisation_id, name="十三项", created_at=NOW, criteria=[criterion])


def sheet_of_marks(aspects: list[int]) -> bytes:
    return json.dumps(
        [{"id": str(uuid.uuid4()), "aspect": aspect, "seat": 0, "seen": 0, "value": "0.50", "device": "tablet"} for aspect in aspects]
    ).encode()


def rows(effort: Effort) -> list[Row]:
    found = []
    for kind in KINDS:
        with office(kind) as app:
            found.append(_row(app, kind, effort))
    return found


def _row(app: Flask, kind: str, effort: Effort) -> Row:
    each = effort.of(EACH)
    needed = 2 * CLIENTS * each * (effort.rounds + 1)
    with transaction() as session:
        shop = Workshop(session, needed, judges=CLIENTS)
        shop.mark_by(scheme(shop.organisation.id)).start()
        aspects = [aspect.id for aspect in shop.scheme.aspects]
        judges = [judge.get_id() for judge in shop.judge_accounts]
    sheets = iter(db.session.scalars(sa.select(Sheet.id).order_by(Sheet.id)).all())
    db.session.rollback()
    environment = environment_of(app)
    headers = [{"Content-Type": "application/json", "Cookie": cookie_of(app, judge), "X-CSRFToken": token_of(app)} for judge in judges]

    def shares(prefix: str) -> list[list[bytes]]:
        return [
            [request("POST", f"{prefix}/sheets/{next(sheets)}/marks", own, sheet_of_marks(aspects)) for _ in range(each)] for own in keyed()
        ]

    def keyed() -> Iterator[dict[str, str]]:
        return ({**own, "Idempotency-Key": uuid.uuid4().hex} for own in itertools.islice(headers, CLIENTS))

    with serving("wsgi:app", environment) as ours, serving("bench.bare:app", environment) as bare:
        whole, inserted = in_turns(
            (lambda: asked(ours.port, shares("/marking")), lambda: asked(bare.port, shares(""))),
            effort.rounds,
        )
    return milliseconds("marks", f"a sheet of {ASPECTS} marks, {CLIENTS} clients, {kind}", REFERENCE, whole, inserted, WHY, share(0.5))
