"""Tablets, network, power cuts and people in random order: what comes of it is what the oracle says.  `run.py faults` follows many more."""

from __future__ import annotations

import pytest

from app.competitions.marking.recording import Conflict, record
from tests.faults.interleavings import office
from tests.faults.interleavings.running import failures

COURSES = range(1, 101)


@pytest.fixture
def database_kind():
    return "sqlite"


def test_no_confirmed_mark_is_lost_none_counts_twice_and_the_places_are_the_oracles():
    assert [str(each) for each in failures(COURSES) if each is not None] == []


def last_one_wins(session, sheet, actor, marks, now):
    try:
        return record(session, sheet, actor, marks, now)
    except Conflict as conflict:
        there = {each.sent.id: each.number for each in conflict.differences}
        return record(session, sheet, actor, [mark._replace(seen=there.get(mark.id, mark.seen)) for mark in marks], now)


def test_a_server_on_which_the_last_one_wins_is_found_out_by_a_course_of_few_steps(monkeypatch):
    monkeypatch.setattr(office, "record", last_one_wins)
    found = next(each for each in failures(COURSES, stop_after=1) if each is not None)
    assert "conflict" in found.what
    assert {step.what for step in found.steps} <= {"tap", "send"}
    assert len(found.steps) <= 4
