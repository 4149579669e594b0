"""Giving out numbers and papers, and revoking them."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.certificates.models import Certificate, Serial
from app.registry.models import Person


def next_serial(session: Session, series: str) -> int:
    """The next number of *series*, from 1, held until the caller commits: no gap and no double.

    A transaction that rolls back gives its number back, because the row it raised rolls back with it.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    raised = insert(Serial).values(series=series, last=1)
    raised = raised.on_conflict_do_update(index_elements=[Serial.series], set_={"last": Serial.last + 1})
    return session.scalars(raised.returning(Serial.last), execution_options={"populate_existing": True}).one()


def issue(
    session: Session,
    *,
    kind: str,
    number: str,
    person: Person,
    issuer: str,
    issued_on: date,
    face: dict[str, Any],
    source: str,
    now: datetime,
) -> Certificate:
    """Issue the paper that *source* stands for; a second time finds the first."""
    known = session.scalar(sa.select(Certificate).where(Certificate.source == source))
    if known is not None:
        return known
    certificate = Certificate(
        kind=kind,
        number=number,
        check_code=secrets.token_urlsafe(12),
        person=person,
        holder_name=person.name,
        issuer=issuer,
        issued_on=issued_on,
        face=face,
        source=source,
        created_at=now,
    )
    session.add(certificate)
    session.flush()
    return certificate


def revoke(certificate: Certificate, reason: str, now: datetime) -> None:
    """The paper no longer stands; its check page says since when and why."""
    certificate.revoked_at, certificate.revoked_reason = now, reason
