"""The record cannot be changed, and a change made behind the program's back shows."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.core import audit, engine
from app.core.actor import Actor
from app.core.db import db, transaction
from app.notices.models import Notice

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
SOMEBODY = Actor(1, None, "王经办")


def begin_notice(competition_id=None):
    with transaction() as session:
        notice = Notice(title="公示", subject_kind="skill", subject_id=1, competition_id=competition_id)
        engine.begin(session, notice, SOMEBODY, NOW)
    return notice


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET comment = 'x'", "DELETE FROM audit_event"])
def test_the_database_refuses_to_change_the_record(session, statement):
    begin_notice()
    with pytest.raises(DBAPIError, match="never changed"), transaction() as s:
        s.execute(sa.text(statement))


def without_triggers(session, statement):
    """What somebody with the database's own password could do."""
    dialect = session.get_bind().dialect.name
    with transaction() as s:
        if dialect == "sqlite":
            for verb in ("update", "delete"):
                s.execute(sa.text(f"DROP TRIGGER audit_event_no_{verb}"))
        else:
            s.execute(sa.text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
        s.execute(sa.text(statement))


@pytest.mark.parametrize(
    ("tampering", "number"),
    [
        ("UPDATE audit_event SET actor_name = '别人' WHERE number = 2", 2),
        ("DELETE FROM audit_event WHERE number = 2", 2),
        ("DELETE FROM audit_event WHERE number = 3", 3),
    ],
)
def test_verification_names_the_first_row_that_does_not_fit(session, tampering, number):
    for _ in range(3):
        begin_notice()
    assert list(audit.verify(session)) == []
    without_triggers(session, tampering)
    session.expire_all()
    (broken,) = audit.verify(session)
    assert (broken.chain, broken.number) == ("system", number)


def test_each_competition_has_a_chain_of_its_own(session):
    begin_notice(7), begin_notice(8), begin_notice(7)
    numbers = session.execute(sa.select(audit.AuditEvent.chain, audit.AuditEvent.number).order_by(audit.AuditEvent.id)).all()
    assert [tuple(row) for row in numbers] == [("competition:7", 1), ("competition:8", 1), ("competition:7", 2)]


def test_thirty_two_at_once_leave_one_unbroken_chain(app, session):
    def write(_number):
        with app.app_context():
            begin_notice()

    with ThreadPoolExecutor(32) as threads:
        list(threads.map(write, range(32)))
    assert list(audit.verify(db.session)) == []
    assert session.scalar(sa.select(sa.func.count(audit.AuditEvent.id))) == 32
