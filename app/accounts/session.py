"""From the cookie back to the account: a session is good as long as the account's session key is."""

from __future__ import annotations

import sqlalchemy as sa

from app.accounts.models import Account
from app.core.db import db


def load_account(session_id: str) -> Account | None:
    """The account a signed cookie names, unless its sessions were ended or it was disabled."""
    id_, _, key = session_id.partition(":")
    if not id_.isdecimal():
        return None
    return db.session.scalar(sa.select(Account).where(Account.id == int(id_), Account.session_key == key, Account.disabled_at.is_(None)))
