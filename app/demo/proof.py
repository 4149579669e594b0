"""A proof to attach: a real PDF that says it is only for the demonstration."""

from __future__ import annotations

import io
from datetime import date, datetime
from functools import cache

from flask import current_app
from sqlalchemy.orm import Session

from app.certificates import paper
from app.core import files
from app.core.actor import Actor
from app.core.files import StoredFile


@cache
def document(title: str) -> bytes:
    """One page with *title*; the same bytes every time."""
    columns = [paper.TableColumn("说明 Note")]
    note = [["演示用材料，不是真实证明。For the demonstration only."]]
    return paper.table_document(title, columns, note, dated=date(2026, 1, 4))


def attached(session: Session, title: str, actor: Actor, now: datetime) -> StoredFile:
    """*title* as a stored file, brought by *actor*."""
    content, instance = io.BytesIO(document(title)), current_app.config["INSTANCE"]
    return files.keep(session, instance, content, f"{title}.pdf", allowed=files.PROOFS, account_id=actor.account_id, now=now)
