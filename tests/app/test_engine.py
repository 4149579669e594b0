"""The only door to a state: what it lets through, what it refuses and why, what it writes down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.core import audit, engine, slices
from app.core.actor import CLOCK, Actor, Grant
from app.core.db import transaction
from app.core.errors import Refused, Stale
from app.core.slices import Slice
from app.notices.models import Notice, Objection
from app.recognition.models import Programme
from tests.support import people
from workflows.publicity.notice_flow import NoticeFlow
from workflows.recognition.programme_flow import ProgrammeFlow
from workflows.roles import Role

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
REVIEWER = Actor(1, None, "王经办", frozenset({Grant(Role.REVIEWER)}))
STRANGER = Actor(2, None, "路人")


@pytest.fixture
def notice(session):
    with transaction() as s:
        row = Notice(title="成绩公示", body="见附表", subject_kind="skill", subject_id=1, ends_at=NOW + timedelta(days=7))
        engine.begin(s, row, REVIEWER, NOW)
    return row


def publish(notice, actor=REVIEWER, **more):
    with transaction() as s:
        engine.fire(s, notice, NoticeFlow.publish, actor, NOW, **more)


def test_a_subject_begins_in_the_first_state_and_on_the_record(session, notice):
    assert notice.state is NoticeFlow.draft
    assert [e.action for e in audit.history(session, notice)] == ["begin"]


def test_the_state_cannot_be_set_by_assignment(notice):
    with pytest.raises(AttributeError):
        notice.state = NoticeFlow.ended


def test_taking_a_transition_moves_the_subject_and_says_who_did_it(session, notice):
    publish(notice, comment="  同意 ")
    last = audit.history(session, notice)[-1]
    assert notice.state is NoticeFlow.published
    assert (last.action, last.actor_name, last.source, last.target, last.comment) == ("publish", "王经办", "draft", "published", "同意")


def test_who_holds_no_role_is_offered_nothing_and_refused_with_the_roles_named(notice):
    assert engine.offers(notice, STRANGER, NOW) == []
    with pytest.raises(Refused) as refusal:
        publish(notice, STRANGER)
    assert "人社经办" in refusal.value.reasons[0].zh
    assert "Reviewer" in refusal.value.reasons[0].en


def test_a_guard_that_refuses_is_shown_beside_the_button_and_stops_the_transition(session, notice):
    with transaction():
        notice.rows = [["张三", "330102199003078031"]]
    offer = next(o for o in engine.offers(notice, REVIEWER, NOW) if o.transition is NoticeFlow.publish)
    with pytest.raises(Refused) as refusal:
        publish(notice)
    assert not offer.allowed
    assert tuple(refusal.value.reasons) == offer.refusals
    assert notice.state is NoticeFlow.draft


def test_a_refused_transition_leaves_no_trace(session, notice):
    with pytest.raises(Refused):
        publish(notice, STRANGER)
    assert len(audit.history(session, notice)) == 1


def test_a_reason_that_is_required_cannot_be_blank(notice):
    publish(notice)
    with pytest.raises(Refused, match="理由"), transaction() as s:
        engine.fire(s, notice, NoticeFlow.withdraw, REVIEWER, NOW, "   ")


def test_the_second_of_two_people_on_one_page_is_told(notice):
    seen = notice.version
    publish(notice, version=seen)
    with pytest.raises(Stale):
        publish(notice, version=seen)


def test_before_its_moment_the_clock_does_nothing_and_after_it_the_page_already_tells_the_truth(notice):
    publish(notice)
    assert engine.refusals(notice, NoticeFlow.end, CLOCK, NOW)
    assert engine.state_now(notice, NOW) is NoticeFlow.published
    assert engine.state_now(notice, NOW + timedelta(days=8)) is NoticeFlow.ended


def test_the_clock_ends_what_is_due_and_only_that(app, session, notice):
    publish(notice)
    assert engine.tick(NOW + timedelta(days=6)) == 0
    assert engine.tick(NOW + timedelta(days=8)) == 1
    session.refresh(notice)
    assert notice.state is NoticeFlow.ended


def test_an_open_objection_holds_the_publicity_open(session, notice):
    publish(notice)
    with transaction() as s:
        objection = Objection(notice=notice, name="李四", contact="x", reason="名次有误", receipt="r1")
        engine.begin(s, objection, STRANGER, NOW)
    assert engine.tick(NOW + timedelta(days=8)) == 0
    assert engine.state_now(notice, NOW + timedelta(days=8)) is NoticeFlow.published


def test_a_subject_that_cannot_be_moved_keeps_nobody_else_waiting(app, session, notice):
    publish(notice)
    with transaction() as s:
        second = Notice(title="另一份公示", body="见附表", subject_kind="skill", subject_id=2, ends_at=NOW + timedelta(days=7))
        engine.begin(s, second, REVIEWER, NOW)
        engine.fire(s, second, NoticeFlow.publish, REVIEWER, NOW)

    def break_down(_session, row, _step):
        if row.id == notice.id:
            raise RuntimeError("an effect breaks down")

    before = list(slices.installed())
    slices.install([*before, Slice("breaking", effects={NoticeFlow.end: (break_down,)})])
    try:
        assert engine.tick(NOW + timedelta(days=8)) == 1
    finally:
        slices.install(before)
    session.refresh(notice)
    session.refresh(second)
    assert (notice.state, second.state) == (NoticeFlow.published, NoticeFlow.ended)
    assert engine.tick(NOW + timedelta(days=8)) == 1


def test_what_could_only_be_undone_waits_for_nobody(session):
    """A filed programme may be suspended with a reason at any time; that is no work that waits."""
    organisation = people.organisation(session, "甲厂")
    with transaction() as s:
        programme = Programme(organisation_id=organisation.id)
        engine.begin(s, programme, REVIEWER, NOW)
        programme._state = ProgrammeFlow.accepted.name
    assert ProgrammeFlow.suspend in [offer.transition for offer in engine.offers(programme, REVIEWER, NOW)]
    assert engine.waiting_for(session, REVIEWER, NOW) == []
