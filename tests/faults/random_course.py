"""A random course of events through the real engine: anybody tries anything at any time, and what must hold is asked after each step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from app.core import audit, engine, jobs
from app.core.actor import CLOCK, Actor
from app.core.db import Base, db, transaction
from app.core.errors import OfficeError
from workflows.workflow import Transition

COURSES, STEPS = 8, 30
REMARKS = st.sampled_from(("", " ", "材料齐全", "与名单不符"))
PICKS = st.integers(0, 10_000)
T = TypeVar("T")


def follow(course: Callable[[], Course]) -> None:
    """Follow several courses, the same ones every time."""
    everything = settings(
        max_examples=COURSES,
        stateful_step_count=STEPS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),  # a course that fails says enough; making it shorter takes minutes
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(course, settings=everything)  # type: ignore[no-untyped-call]


def one_of(things: Sequence[T], pick: int) -> T:
    return things[pick % len(things)]


class Course(RuleBasedStateMachine):
    """Subjects, people and a clock; a course adds its own rules for what is not a transition."""

    subjects: list[tuple[type[Any], int]]
    people: list[Actor]
    now: datetime

    def __init__(self) -> None:
        super().__init__()
        self.first_seen: dict[tuple[type[Any], int], tuple[int, str]] = {}

    # ── what can happen in every course ──

    @rule(which=PICKS, who=PICKS, what=PICKS, remark=REMARKS, is_up_to_date=st.booleans())
    def try_a_transition(self, which: int, who: int, what: int, remark: str, is_up_to_date: bool) -> None:
        """Anybody tries any transition out of the present state, or out of any other."""
        model, id_ = one_of(self.subjects, which)
        actor = one_of(self.people, who)
        with self.refused_without_a_trace(), transaction() as session:
            row = session.get_one(model, id_, populate_existing=True)
            ways = [*row.workflow.leaving(row.state)] * 4 + [*row.workflow.transitions.values()]
            transition = one_of(ways, what)
            engine.fire(session, row, transition, actor, self.now, remark, version=row.version - (not is_up_to_date))
            assert row.state is transition.target
            assert is_up_to_date

    @rule(which=PICKS, who=PICKS)
    def take_what_is_offered(self, which: int, who: int) -> None:
        """Somebody presses a button that is not greyed; it must work."""
        with transaction() as session:
            row = self.row(session, *one_of(self.subjects, which))
            allowed = self.allowed(row)
            if allowed:
                actor, transition = one_of(allowed, who)
                engine.fire(session, row, transition, actor, self.now, "理由")

    @rule(times=st.integers(2, 6))
    def things_go_their_way(self, times: int) -> None:
        """Everybody does what they are there for, so that a course comes to its later states as well."""
        for _ in range(times):
            self.do_what_is_next()
            for subject in self.subjects:
                with transaction() as session:
                    row = self.row(session, *subject)
                    forward = [way for way in self.allowed(row) if way[1].target is not row.state and not way[1].needs_comment]
                    if forward:
                        engine.fire(session, row, forward[0][1], forward[0][0], self.now)

    def do_what_is_next(self) -> None:
        """What the course needs besides transitions to go on."""

    def row(self, session: Session, model: type[Any], id_: int) -> Any:
        row = session.get_one(model, id_, populate_existing=True)
        engine.settle(session, row, self.now)
        return row

    def allowed(self, row: Any) -> list[tuple[Actor, Transition]]:
        """Who may take what now, in the order of the declaration; what ends the procedure only where nothing else is left."""
        ways = [(actor, offer.transition) for actor in self.people for offer in engine.offers(row, actor, self.now) if offer.allowed]
        order = list(row.workflow.transitions.values())
        return sorted([way for way in ways if not way[1].is_adverse] or ways, key=lambda way: order.index(way[1]))

    @rule(days=st.sampled_from((0, 1, 8, 40)))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days, minutes=1)
        while engine.tick(self.now) or jobs.sweep(self.now):
            pass

    # ── what must hold ──

    @contextmanager
    def refused_without_a_trace(self) -> Iterator[None]:
        before = self.traces()
        try:
            yield
        except OfficeError:
            db.session.rollback()
            assert self.traces() == before

    def traces(self) -> dict[str, Any]:
        """How many rows every table has, and how every subject stands."""
        db.session.rollback()
        found = {name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) for name, table in Base.metadata.tables.items()}
        rows = {model: db.session.execute(sa.select(model.id, model._state, model.version)).all() for model, _ in self.subjects}
        db.session.rollback()
        return {**found, **{model.__tablename__ + " states": tuple(map(tuple, each)) for model, each in rows.items()}}

    @invariant()
    def every_history_is_a_way_through_the_declaration(self) -> None:
        db.session.rollback()
        for model, id_ in self.subjects:
            row = db.session.get_one(model, id_, populate_existing=True)
            events = [event for event in audit.history(db.session, row) if event.target is not None]
            first, state = self.first_seen.setdefault((model, id_), (len(events), row._state))
            done = [(event.action, event.account_id) for event in events[:first]]
            for event in events[first:]:
                transition = row.workflow.transitions[event.action]
                assert event.source == state
                assert row.workflow.states[state] in transition.source
                assert event.target == transition.target.name
                assert event.comment.strip() or not transition.needs_comment or event.actor_name == CLOCK.name
                assert not {(before.name, event.account_id) for before in transition.separate_from} & set(done)
                state = event.target
                done.append((event.action, event.account_id))
            assert state == row._state

    def teardown(self) -> None:
        db.session.rollback()
        assert list(audit.verify(db.session)) == []
        db.session.rollback()
