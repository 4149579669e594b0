"""The ranking of a large skill from all its marks, and after one changed mark, beside what the database can add up at all.

NumPy would have to fetch the marks first, so the fetch alone stands for it: no calculation over the rows can be faster than reading them.
"""

from __future__ import annotations

import itertools
import random
import time
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal

import sqlalchemy as sa
from flask import Flask

from app.competitions.marking.recording import NewMark, record
from app.competitions.models import Aspect, Criterion, Mark, MarkingScheme, Sheet, Skill, SubCriterion
from app.competitions.standings.commands import rebuild
from app.competitions.standings.queries import computed, current, order_of
from app.core.db import db, transaction
from bench.harness import Effort, Round, Row, Target, in_turns, milliseconds, timed
from bench.office import KINDS, office
from tests.support.marking import BENCHMARKS, NOW, Workshop
from workflows.competition.methods import JUDGEMENT
from workflows.competition.places import Totals, places

COMPETITORS, CRITERIA, SHEETS_EACH, ASPECTS_EACH, JUDGES = 500, 10, 2, 10, 3
ASPECTS = CRITERIA * SHEETS_EACH * ASPECTS_EACH
MARKS = COMPETITORS * ASPECTS * JUDGES
WHOLE = f"{COMPETITORS} competitors × {ASPECTS} aspects × {JUDGES} judges"
CHANGED = "changed: new totals and places, commit included"
WHY_ALL = (
    "what counts of every aspect is put together by the database and looked up by what was entered; who sits on which sheet, rounds and "
    "differences are looked at, and the places go through the whole chain with their reasons; the reference only adds"
)
WHY_ONE = "the sheet's own competitor is counted by the difference; then five hundred totals are read and put in order"

# The same totals, as one statement: an aspect to the hundredth, halves up, in whole numbers; a value is kept in hundred millionths.
_AGGREGATE = sa.text("""
    SELECT entry_id, SUM(mark) AS total FROM (
        SELECT sheet.entry_id AS entry_id,
               (2 * (CAST(SUM(mark.value) AS BIGINT) / 100000000) * aspect.max_mark + 3 * COUNT(*)) / (6 * COUNT(*)) AS mark
        FROM mark JOIN sheet ON sheet.id = mark.sheet_id JOIN aspect ON aspect.id = mark.aspect_id
        WHERE sheet.skill_id = :skill GROUP BY mark.sheet_id, sheet.entry_id, mark.aspect_id, aspect.max_mark
    ) AS aspects GROUP BY entry_id ORDER BY total DESC
""")
_FETCH = sa.text("""
    SELECT sheet.entry_id, mark.aspect_id, mark.value FROM mark JOIN sheet ON sheet.id = mark.sheet_id WHERE sheet.skill_id = :skill
""")


CHANGES = 10  # in a round: marks come one after another, not each after a ranking of everything


def rows(effort: Effort) -> list[Row]:
    return [row for kind in KINDS for row in _rows(kind, effort)]


def _rows(kind: str, effort: Effort) -> list[Row]:
    competitors = effort.of(COMPETITORS)
    with office(kind) as app:
        skill_id, shop = _marked_skill(app, competitors)
        if kind == "PostgreSQL":
            _take_stock()
        skill = db.session.get_one(Skill, skill_id)
        assert _added(skill_id) == _ranked(skill), "the aggregate and the ranking differ"
        db.session.rollback()
        whole, added, fetched, one = in_turns(
            (
                _timed(lambda: _ranked(skill)),
                _timed(lambda: _added(skill_id)),
                _timed(lambda: _fetched(skill_id)),
                _changed(shop, skill_id),
            ),
            effort.rounds,
        )
    what = WHOLE if competitors == COMPETITORS else WHOLE.replace(str(COMPETITORS), str(competitors))
    beside = "one SQL aggregate" if added <= fetched else "the fetch that NumPy would need"
    return [
        milliseconds("ranking", f"{what}, {kind}", f"{beside}, same marks", whole, min(added, fetched), WHY_ALL, Target(3)),
        milliseconds(
            "one mark", f"changed: new totals and places, commit included, {kind}", "full ranking", one, whole, WHY_ONE, Target(1 / 100)
        ),
    ]


def _take_stock() -> None:
    """Let PostgreSQL count its rows, as it does by itself some time after so many have come."""
    db.session.execute(sa.text("ANALYZE"))
    db.session.commit()


def _timed(operation: Callable[[], object]) -> Round:
    def once() -> float:
        begun = time.perf_counter()
        operation()
        db.session.rollback()
        return time.perf_counter() - begun

    return once


def _ranked(skill: Skill) -> dict[int, int]:
    """Total in hundredths by entry, everybody placed."""
    found = computed(db.session, skill)
    totals = [Totals(id_, Decimal(each.total).scaleb(-2)) for id_, each in found.items()]
    assert len(places(totals, order_of(skill))) == len(found)
    return {id_: each.total for id_, each in found.items()}


def _added(skill_id: int) -> dict[int, int]:
    return {row.entry_id: int(row.total) for row in db.session.execute(_AGGREGATE, {"skill": skill_id})}


def _fetched(skill_id: int) -> int:
    """How many rows there are, all of them handed over by the driver as they are."""
    return len(db.session.execute(_FETCH, {"skill": skill_id}).all())


def _changed(shop: Workshop, skill_id: int) -> Round:
    """A judge changes a score from 1 to 2 or back, where the others gave no other, and everybody's new place is known."""
    judge = shop.judges[0]
    first = sa.select(Mark.sheet_id, sa.func.min(Mark.aspect_id)).join(Sheet, Sheet.id == Mark.sheet_id).where(Sheet.skill_id == skill_id)
    agreed = sa.select(Mark.sheet_id, Mark.aspect_id).where(Mark.seat > 1).group_by(Mark.sheet_id, Mark.aspect_id)
    agreed = agreed.having(sa.func.min(Mark.value) >= 1, sa.func.max(Mark.value) <= 2)
    fits = sa.tuple_(Mark.sheet_id, Mark.aspect_id).in_(agreed)
    aspect_of = {row[0]: row[1] for row in db.session.execute(first.where(fits).group_by(Mark.sheet_id).order_by(Mark.sheet_id))}
    turns: Iterator[int] = itertools.cycle(aspect_of)
    seen: dict[int, int] = {}

    def change() -> None:
        sheet = next(turns)
        number = seen.get(sheet, 1)
        seen[sheet] = number + 1
        mark = NewMark(str(uuid.uuid4()), aspect_of[sheet], 1, number, Decimal(number % 2 + 1), NOW)
        with transaction() as session:
            record(session, sheet, judge, [mark], NOW)
            assert current(session, session.get_one(Skill, skill_id))

    return timed(change, CHANGES)


def _marked_skill(app: Flask, competitors: int) -> tuple[int, Workshop]:
    """Everything scored by everybody, the judges never more than one apart."""
    with transaction() as session:
        shop = Workshop(session, competitors, judges=JUDGES, tie_break=["module:A", "module:B"])
        shop.mark_by(_scheme(shop.organisation.id)).start()
        pairs = session.execute(
            sa.select(Sheet.id, Sheet.entry_id, Aspect.id)
            .join(Aspect, Aspect.sub_criterion_id == Sheet.sub_criterion_id)
            .where(Sheet.skill_id == shop.skill.id)
            .order_by(Sheet.id, Aspect.id)
        ).all()
        accounts = [judge.account_id for judge in shop.judges]
        words = {"device": "", "reason": "", "note": "", "made_at": NOW, "recorded_at": NOW}
        fixed = {"number": 1, "round": 1, "is_not_attempted": False, **words}
        chance = random.Random(1)
        gift = {entry.id: chance.uniform(0, 2) for entry in shop.entries}
        marks = (
            {**fixed, "id": f"{sheet}-{aspect}-{seat}", "sheet_id": sheet, "aspect_id": aspect, "seat": seat, "account_id": account}
            | {"value": Decimal(min(2, int(gift[entry] + 0.5)) + (chance.random() < gift[entry] / 2))}
            for sheet, entry, aspect in pairs
            for seat, account in enumerate(accounts, start=1)
        )
        while some := list(itertools.islice(marks, 20_000)):
            session.connection().execute(sa.insert(Mark.__table__), some)  # type: ignore[arg-type]  # a mapped class's table
        rebuild(session, shop.skill)
        return shop.skill.id, shop


def _scheme(organisation_id: int) -> MarkingScheme:
    mark = Decimal(100) / ASPECTS
    criteria = []
    for position in range(1, CRITERIA + 1):
        letter = chr(ord("A") + position - 1)
        subs = [
            SubCriterion(
                position=n,
                code=f"{letter}{n}",
                name=f"{letter}{n}",
                aspects=[
                    Aspect(position=k, method=JUDGEMENT, description=f"第{k}项", max_mark=mark, benchmarks=list(BENCHMARKS))
                    for k in range(1, ASPECTS_EACH + 1)
                ],
            )
            for n in range(1, SHEETS_EACH + 1)
        ]
        criteria.append(Criterion(position=position, letter=letter, name=letter, mark=mark * SHEETS_EACH * ASPECTS_EACH, sub_criteria=subs))
    return MarkingScheme(organisation_id=organisation_id, name="两百项", created_at=NOW, criteria=criteria)
