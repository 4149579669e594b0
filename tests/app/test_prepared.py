"""Statements that go past the session are within its transaction all the same, and whatever happens to the line is noticed."""

from __future__ import annotations

import psycopg
import pytest
import sqlalchemy as sa

from app.core.audit import AuditHead
from app.core.db import db, transaction
from app.core.prepared import Prepared, PreparedRows, ask, ask_alone, write

HEADS = PreparedRows(AuditHead.__table__)
SAID = Prepared(sa.select(sa.bindparam("said", type_=sa.Text).label("said")))
NUMBERS = Prepared(sa.select(AuditHead.number).where(AuditHead.chain == sa.bindparam("chain")))


def head(chain, number=1):
    return {"chain": chain, "number": number, "hash": "0" * 64}


def chains(session):
    return set(session.scalars(sa.select(AuditHead.chain)))


def test_of_changes_that_travel_together_none_is_kept_where_one_fails(session):
    with pytest.raises(sa.exc.IntegrityError), transaction() as s:
        write(s.connection(), (HEADS, [head("one")]), (HEADS, [head("two")]), (HEADS, [head("one")]), is_last=True)
    assert chains(session) == set()
    with transaction() as s:  # and the connection goes on as before
        write(s.connection(), (HEADS, [head("one"), head("two")]), is_last=True)
    assert chains(session) == {"one", "two"}


def test_what_is_written_is_undone_with_the_rest_of_the_transaction(session):
    with transaction() as s:
        s.add(AuditHead(**head("mapped")))
        s.flush()
        write(s.connection(), (HEADS, [head("prepared")]))
        s.rollback()
    assert chains(session) == set()


def test_a_question_sees_what_the_session_has_written_and_nothing_is_left_open_by_one_asked_alone(session):
    with transaction() as s:
        s.add(AuditHead(**head("mapped", 7)))
        s.flush()
        assert ask(s.connection(), (NUMBERS, {"chain": "mapped"}), (NUMBERS, {"chain": "other"})) == [[(7,)], []]
    for _ in range(30):  # more than there are connections
        assert ask_alone(db.engine, NUMBERS, {"chain": "mapped"}) == [(7,)]


def test_what_was_prepared_is_there_after_the_driver_has_rolled_back(session):
    for _ in range(3):
        assert ask(session.connection(), (NUMBERS, {"chain": "none"})) == [[]]
        for _ in range(8):  # often enough for a driver to prepare it as well
            chains(session)
        session.rollback()


def test_large_values_pass_in_both_directions_at_once(session):
    said = ["评" * 700_000 + str(number) for number in range(6)]  # more than the buffers of both ends hold
    answers = ask(session.connection(), *((SAID, {"said": each}) for each in said))
    assert [rows[0][0] for rows in answers] == said
    session.rollback()


def write_after_the_server_has_hung_up(session):
    pid = session.scalar(sa.text("SELECT pg_backend_pid()"))
    with psycopg.connect(db.engine.url.render_as_string(hide_password=False), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
    write(session.connection(), (HEADS, [head("lost")]), is_last=True)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_connection_that_was_cut_is_not_used_again(session):
    with pytest.raises(psycopg.OperationalError), transaction() as s:
        write_after_the_server_has_hung_up(s)
    with transaction() as s:
        write(s.connection(), (HEADS, [head("kept")]), is_last=True)
    assert chains(session) == {"kept"}


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_an_exchange_that_is_broken_off_closes_its_connection(session, monkeypatch):
    def interrupted(_line, _what):
        raise KeyboardInterrupt

    driver = session.connection().connection.driver_connection
    with monkeypatch.context() as broken:
        broken.setattr("app.core.pipeline._wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            ask(session.connection(), (SAID, {"said": "x"}))
    assert driver.closed
    session.close()
    assert ask(session.connection(), (SAID, {"said": "x"})) == [[("x",)]]
    session.rollback()
