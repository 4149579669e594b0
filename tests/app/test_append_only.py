"""What was written once stays as it was: the database refuses, whoever asks and however."""

from __future__ import annotations

from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.competitions.appeals import commands as appealing
from app.competitions.marking import commands
from app.core import append_only, engine
from app.core.db import transaction
from tests.support.appeals import LATER, Disputed
from tests.support.marking import NOW, Workshop
from tests.support.rewards import Bureau
from workflows.rewards.payment_flow import PaymentBatchFlow

NEVER_CHANGED = {
    "acceptance_signature",
    "appeal_vote",
    "aspect_note",
    "audit_event",
    "board_snapshot",
    "clawback_entry",
    "determination",
    "granted_amount",
    "hand_over",
    "honour",
    "honour_text",
    "mark",
    "payment",
    "result_publication",
    "seal_use",
    "seat_term",
    "sheet_signature",
    "theory_mark",
}

TRIGGERS = {
    "sqlite": "SELECT tbl_name, upper(sql) FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT event_object_table, event_manipulation FROM information_schema.triggers",
}


def test_what_must_never_change_is_declared_so():
    assert set(append_only.tables()) == NEVER_CHANGED


@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_the_migrations_protect_every_table_that_is_declared_so(session, verb):
    found = session.execute(sa.text(TRIGGERS[session.get_bind().dialect.name])).all()
    assert {table for table, does in found if verb in does} == NEVER_CHANGED


def refuses(session, table, change):
    """Whether the database refuses to overwrite and to delete the rows of *table*, of which there are some."""
    assert session.scalar(sa.text(f"SELECT count(*) FROM {table}")) > 0
    for statement in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}"):
        with pytest.raises(DBAPIError, match=f"{table}: rows are never changed"), transaction() as s:
            s.execute(sa.text(statement))
    return True


def test_a_mark_a_theory_mark_and_a_signature_stay_as_they_were_given(session):
    with transaction() as s:
        shop = Workshop(s).start()
        shop.mark_all("01", 40, 30, (2, 2, 2))
        shop.sign("01", "A1")
        commands.enter_theory(s, shop.skill, shop.scorer, {shop.entries[0].id: Decimal(80)}, "", NOW)
    assert refuses(session, "mark", "value = 0")
    assert refuses(session, "theory_mark", "mark = 10000")
    assert refuses(session, "sheet_signature", "account_id = 1")


def test_a_determination_its_amounts_and_a_payment_stay_as_they_were_made(session):
    bureau = Bureau(session)
    batch = bureau.sent(bureau.approved(bureau.claims(bureau.award(bureau.person()))[0]))
    bureau.book(batch, bureau.result_file(batch))
    bureau.take(batch, PaymentBatchFlow.settle, bureau.finance)
    assert refuses(session, "determination", "record = '{}'")
    assert refuses(session, "granted_amount", "amount = 900000")
    assert refuses(session, "payment", "amount = 1")


def test_a_published_version_and_a_vote_of_the_committee_stay_as_they_were(session):
    with transaction() as s:
        shop = Disputed(s)
        shop.publish()
        appeal = shop.lodged()
        engine.settle(s, appeal, LATER)
        appealing.vote(s, appeal, shop.committee[0].actor, LATER, upholds=True, reasons="录像可见")
    assert refuses(session, "result_publication", "tally = 9")
    assert refuses(session, "appeal_vote", "account_id = 1")
