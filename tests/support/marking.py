"""A skill at the point where it is marked: a scheme, competitors with seat codes, a panel, and whoever else has a hand in it."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.locks import commands as locks
from app.competitions.marking import commands
from app.competitions.marking.recording import NewMark, Recorded, record_marks
from app.competitions.models import (
    Aspect,
    Competition,
    Criterion,
    Entry,
    EntryMember,
    MarkingScheme,
    PanelSeat,
    Sheet,
    Skill,
    SubCriterion,
)
from app.core import engine
from app.core.actor import CLOCK, Actor
from app.core.secrets import index_of
from app.registry.models import Occupation, Organisation, Person
from tests.support.competitions import account
from workflows.competition import prizes
from workflows.competition.lock_flow import LockFlow
from workflows.competition.methods import FULL_OR_ZERO, JUDGEMENT, PARTIAL
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
BENCHMARKS = ["接线松动", "接线牢固", "接线牢固且横平竖直", "堪称样板"]

_numbers = itertools.count(1)
_mark_ids = itertools.count(1)


def person(session: Session, name: str) -> Person:
    number = next(_numbers)
    id_number = f"33012219900101{number:04d}"
    made = Person(
        name=name,
        id_number=id_number,
        id_number_index=index_of("person.id_number", id_number),
        id_number_masked="33*************000",
        created_at=NOW,
    )
    session.add(made)
    session.flush()
    return made


def small_scheme(session: Session, organisation: Organisation) -> MarkingScheme:
    """A1: two measurements (40, 30, the second partial) · B1: a judgement of 30.  Sum 100."""
    scheme = MarkingScheme(organisation=organisation, name=f"电工评分方案{next(_numbers)}", created_at=NOW)
    scheme.criteria = [
        Criterion(
            position=1,
            letter="A",
            name="安装",
            mark=Decimal(70),
            sub_criteria=[
                SubCriterion(
                    position=1,
                    code="A1",
                    name="配电箱",
                    aspects=[
                        Aspect(position=1, method=FULL_OR_ZERO, description="绝缘电阻合格", max_mark=Decimal(40)),
                        Aspect(position=2, method=PARTIAL, description="导线长度", max_mark=Decimal(30)),
                    ],
                )
            ],
        ),
        Criterion(
            position=2,
            letter="B",
            name="工艺",
            mark=Decimal(30),
            sub_criteria=[
                SubCriterion(
                    position=1,
                    code="B1",
                    name="外观",
                    aspects=[
                        Aspect(position=1, method=JUDGEMENT, description="接线工艺", max_mark=Decimal(30), benchmarks=list(BENCHMARKS))
                    ],
                )
            ],
        ),
    ]
    session.add(scheme)
    session.flush()
    return scheme


class Workshop:
    """A drawn skill with `competitors` at their seats and three judges; `start()` opens the marking."""

    def __init__(self, session: Session, competitors: int = 2, *, judges: int = 3, **skill: Any) -> None:
        self.session = session
        number = next(_numbers)
        self.organisation = Organisation(
            name=f"桐庐县总工会{number}", credit_code=f"9133012200000{number:05d}", kind="institution", created_at=NOW
        )
        if session.get(Occupation, "6-31-01-03") is None:
            session.add(Occupation(code="6-31-01-03", name="电工"))
        plan = {"name": "杭州市职业技能大赛", "level": "municipal_1", "level_class": 1, "announced_at": NOW}
        self.competition = Competition(**plan, organiser=self.organisation)
        engine.begin(session, self.competition, CLOCK, NOW)
        scheme = small_scheme(session, self.organisation)
        values = {
            "occupation_code": "6-31-01-03",
            "scheme_id": scheme.id,
            "theory_weight": Decimal(0),
            "practice_weight": Decimal(100),
            "prizes": prizes.fixed(1, 1, 1, money=(5000, 3000, 1000)).as_data(),
            **skill,
        }
        self.skill = Skill(competition=self.competition, code="A", name="电工", **values)
        engine.begin(session, self.skill, CLOCK, NOW)
        self.scheme = scheme
        self.organiser_account = account(session, (Role.ORGANISER, self.organisation.id), name="承办方")
        self.chief_account, self.scorer_account, self.arbiter_account = (
            account(session, (role, self.competition.id), name=role.title.zh) for role in (Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)
        )
        self.judge_accounts = [account(session, (Role.JUDGE, self.competition.id), name=f"裁判{n}") for n in range(1, judges + 1)]
        session.add_all(
            PanelSeat(skill_id=self.skill.id, position=n, account_id=judge.id) for n, judge in enumerate(self.judge_accounts, start=1)
        )
        self.entries = [self._entry(n) for n in range(1, competitors + 1)]
        self.put(Entry, "checked_in")
        self.put(Skill, "drawn")

    def _entry(self, number: int) -> Entry:
        who = person(self.session, f"选手名{number}")
        entry = Entry(skill=self.skill, organisation=self.organisation, number=f"C{number:03d}", seat_code=f"{number:02d}")
        entry.members = [EntryMember(person=who, position=1)]
        engine.begin(self.session, entry, CLOCK, NOW)
        return entry

    def put(self, model: Any, state: str) -> None:
        """Bring rows to where they stand when this part of the story begins."""
        owner = model.skill_id if model is Entry else model.id
        self.session.execute(sa.update(model).where(owner == self.skill.id).values({model._state: state}))
        self.session.expire_all()

    @property
    def organiser(self) -> Actor:
        return self.organiser_account.actor

    @property
    def chief(self) -> Actor:
        return self.chief_account.actor

    @property
    def scorer(self) -> Actor:
        return self.scorer_account.actor

    @property
    def arbiter(self) -> Actor:
        return self.arbiter_account.actor

    @property
    def judges(self) -> list[Actor]:
        return [judge.actor for judge in self.judge_accounts]

    def mark_by(self, scheme: MarkingScheme) -> Workshop:
        """Another scheme than the small one, before the marking begins."""
        self.scheme = scheme
        self.session.add(scheme)
        self.session.flush()
        self.skill.scheme_id = scheme.id
        self.session.flush()
        self.session.expire(self.skill, ["scheme"])
        return self

    def start(self) -> Workshop:
        engine.fire(self.session, self.skill, SkillFlow.start_marking, self.chief, NOW)
        return self

    def sheet(self, seat_code: str, sub: str) -> Sheet:
        query = sa.select(Sheet).join(SubCriterion, SubCriterion.id == Sheet.sub_criterion_id)
        query = query.where(Sheet.skill_id == self.skill.id, SubCriterion.code == sub)
        return next(sheet for sheet in self.session.scalars(query) if sheet.code == seat_code)

    def aspect(self, code: str) -> Aspect:
        sub, _, position = code.partition(".")
        return next(a for a in self.scheme.aspects if a.sub_criterion.code == sub and a.position == int(position))

    def new(self, code: str, value: Any, *, seat: int = 0, seen: int = 0, id: str = "", reason: str = "") -> NewMark:
        """A mark as a tablet would send it."""
        known = None if value is None else Decimal(str(value))
        return NewMark(id or f"mark-{next(_mark_ids):06d}", self.aspect(code).id, seat, seen, known, NOW, "tablet", reason)

    def give(self, seat_code: str, code: str, value: Any, judge: int = 1, now: datetime = NOW, **more: Any) -> list[Recorded]:
        """One judge gives one value; a judgement goes to that judge's own seat."""
        seat = judge if self.aspect(code).kind == "judgement" else 0
        sheet = self.sheet(seat_code, code.partition(".")[0])
        mark = self.new(code, value, **{"seat": seat, **more})
        return record_marks(self.session, sheet, self.judges[judge - 1], [mark], now)

    def mark_all(self, seat_code: str, first: Any, second: Any, scores: tuple[Any, ...]) -> None:
        """All values of one competitor."""
        self.give(seat_code, "A1.1", first)
        self.give(seat_code, "A1.2", second)
        for judge, score in enumerate(scores, start=1):
            self.give(seat_code, "B1.1", score, judge)

    def sign(self, seat_code: str, sub: str, judge: int = 1) -> None:
        sheet = self.sheet(seat_code, sub)
        self.session.expire(sheet, ["marks"])
        commands.sign(self.session, sheet, self.judges[judge - 1], NOW, digest=sheet.digest)

    def finish(self, **marks: tuple[Any, Any, tuple[Any, ...]]) -> None:
        """Mark, sign and lock everything: `finish(s01=(40, 25, (2, 2, 3)))`."""
        for key, values in marks.items():
            code = key.removeprefix("s")
            self.mark_all(code, *values)
            self.sign(code, "A1")
            for judge in range(1, len(values[2]) + 1):
                self.sign(code, "B1", judge)
        commands.lock_signed(self.session, self.skill, self.chief, NOW)
        self.accept()

    def accept(self) -> None:
        """Every unit of which nothing is missing is locked, signed by its judges, and accepted."""
        self.session.expire(self.skill, ["units"])
        locks.lock_complete(self.session, self.skill, self.chief, NOW)
        for unit in self.skill.units:
            if unit.is_in(LockFlow.locked):
                for judge in self.judges:
                    locks.sign(self.session, unit, judge, NOW, digest=unit.digest)
                engine.fire(self.session, unit, LockFlow.accept, self.chief, NOW)

    def tally(self) -> None:
        self.session.expire(self.skill)
        engine.fire(self.session, self.skill, SkillFlow.tally, self.scorer, NOW)

    def decode(self) -> None:
        later = NOW + timedelta(hours=1)
        engine.fire(self.session, self.skill, SkillFlow.request_decoding, self.chief, later)
        engine.fire(self.session, self.skill, SkillFlow.decode, self.arbiter, later)
