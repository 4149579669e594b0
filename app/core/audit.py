"""The record of who did what: append-only, each row chained to the one before by its hash.

Rows of one competition, one organisation or the system's own business form a chain of their own, so that
two competitions never wait for each other.  The database refuses to update or delete a row (`app.core.append_only`);
`verify` recomputes every chain and names the first row that does not fit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.actor import Actor
from app.core.append_only import AppendOnly
from app.core.db import Base, Json, UtcDateTime, upsert
from app.core.prepared import Change, Prepared, Question, Row, ask, write

SYSTEM_CHAIN = "system"
_FIRST = "0" * 64


class AuditEvent(AppendOnly, Base):
    """One thing that happened.  `version` is the subject's version after it."""

    __tablename__ = "audit_event"
    __table_args__ = (sa.UniqueConstraint("chain", "number"), sa.Index("ix_audit_event_subject", "subject_kind", "subject_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[str] = mapped_column(sa.String(60))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(sa.String(80))
    subject_kind: Mapped[str] = mapped_column(sa.String(60))
    subject_id: Mapped[int]
    version: Mapped[int | None]
    action: Mapped[str] = mapped_column(sa.String(60))
    source: Mapped[str | None] = mapped_column(sa.String(40))
    target: Mapped[str | None] = mapped_column(sa.String(40))
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))

    def digest(self) -> str:
        """The hash this row must carry, given the row before it."""
        return digest_of({column: getattr(self, column) for column in _COLUMNS})


def digest_of(row: Mapping[str, Any]) -> str:
    """SHA-256 over what a row of the record says and the hash of the row before it."""
    content = {
        "chain": row["chain"],
        "number": row["number"],
        "at": row["at"].isoformat(timespec="microseconds"),
        "account": row["account_id"],
        "actor": row["actor_name"],
        "subject": [row["subject_kind"], row["subject_id"], row["version"]],
        "action": row["action"],
        "states": [row["source"], row["target"]],
        "comment": row["comment"],
        "detail": row["detail"],
    }
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((row["previous_hash"] + text).encode()).hexdigest()


class AuditHead(Base):
    """The end of each chain: its lock, and the proof that nothing was cut off."""

    __tablename__ = "audit_head"

    chain: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))


_COLUMNS = tuple(column.key for column in AuditEvent.__table__.columns if column.key not in ("id", "hash"))

# Statements of every step there is: built once.
_LOOK = Prepared(sa.select(AuditHead.number, AuditHead.hash).where(AuditHead.chain == sa.bindparam("chain")).with_for_update())
_APPEND = Prepared(
    sa.insert(cast(sa.Table, AuditEvent.__table__)).values({name: sa.bindparam(name) for name in (*_COLUMNS, "hash")}).inline()
)
_ADVANCE = Prepared(
    sa.update(AuditHead).where(AuditHead.chain == sa.bindparam("of")).values(number=sa.bindparam("to"), hash=sa.bindparam("by"))
)


def chain_of(subject: Any) -> str:
    """The chain a subject's events belong to: its competition's or organisation's, or the system's."""
    for scope, id_ in getattr(subject, "scopes", ()):
        return f"{scope.value}:{id_}"
    return SYSTEM_CHAIN


def record(
    session: Session,
    subject: Any,
    actor: Actor,
    action: str,
    now: datetime,
    *,
    source: str | None = None,
    target: str | None = None,
    comment: str = "",
    detail: dict[str, Any] | None = None,
    head: Head | None = None,
    is_last: bool = False,
) -> None:
    """Append one event about *subject* in the caller's transaction.  *detail* is JSON and names no secret.

    *head*: the end of the subject's chain, where the caller has locked it already and recorded nothing since.  *is_last*: the caller's
    transaction ends with it (see `app.core.prepared.write`).
    """
    session.flush()
    said = {"action": action, "source": source, "target": target, "comment": comment, "detail": _plain(detail)}
    rows = [_said_of(subject, actor, now) | said]
    write(session.connection(), *_behind(head or _end_of(session, chain_of(subject)), rows), is_last=is_last)


def record_all(session: Session, subjects: Iterable[Any], actor: Actor, action: str, now: datetime, *, target: str | None = None) -> None:
    """Append one event about each of *subjects*, for work on thousands at once: each chain is locked once, and all is written together."""
    session.flush()
    said: dict[str, Any] = {"action": action, "source": None, "target": target, "comment": "", "detail": {}}
    by_chain: dict[str, list[dict[str, Any]]] = {}
    for subject in subjects:
        by_chain.setdefault(chain_of(subject), []).append(_said_of(subject, actor, now) | said)
    for chain, rows in by_chain.items():
        write(session.connection(), *_behind(_end_of(session, chain), rows))


def _said_of(subject: Any, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "at": now,
        "account_id": actor.account_id,
        "actor_name": actor.name,
        "subject_kind": subject.__tablename__,
        "subject_id": subject.id,
        "version": getattr(subject, "version", None),
    }


def _plain(detail: dict[str, Any] | None) -> Any:
    return json.loads(json.dumps(detail, default=str)) if detail else {}


def look_at(chain: str) -> Question:
    """What has to be asked to read and lock the end of *chain*; `head_from` its answer."""
    return _LOOK, {"chain": chain}


def head_from(chain: str, answer: Sequence[Row]) -> Head | None:
    """The end of *chain*; None where nothing was ever recorded in it."""
    return Head(chain, *answer[0]) if answer else None


def _end_of(session: Session, chain: str) -> Head:
    """The end of *chain*, locked."""
    (answer,) = ask(session.connection(), look_at(chain))
    if not answer:
        open_chain(session, chain)
        (answer,) = ask(session.connection(), look_at(chain))
    return Head(chain, *answer[0])


def _behind(head: Head, rows: list[dict[str, Any]]) -> tuple[Change, ...]:
    """What has to be written to put *rows* behind *head*: the rows, and the new end."""
    _chain, number, last = head
    for row in rows:
        number += 1
        row |= {"chain": head.chain, "number": number, "previous_hash": last}
        row["hash"] = last = digest_of(row)
    return (_APPEND, rows), (_ADVANCE, ({"of": head.chain, "to": number, "by": last},))


class Head(NamedTuple):
    """The end of a chain as it was read and locked."""

    chain: str
    number: int
    hash: str


def open_chain(session: Session, chain: str) -> None:
    """Make sure that *chain* has an end to be locked."""
    session.connection().execute(upsert(session, AuditHead).values(chain=chain, number=0, hash=_FIRST).on_conflict_do_nothing())


def next_event(head: Head, subject: Any, actor: Actor, action: str, now: datetime, detail: dict[str, Any]) -> tuple[Change, ...]:
    """What has to be written to append one event to a chain whose end the caller has locked: for what happens many times a second.

    *detail* is made of what JSON itself knows.
    """
    said = {"action": action, "source": None, "target": None, "comment": "", "detail": detail}
    return _behind(head, [_said_of(subject, actor, now) | said])


def history(session: Session, subject: Any) -> list[AuditEvent]:
    """All that happened to *subject*, oldest first."""
    return list(
        session.scalars(
            sa.select(AuditEvent)
            .where(AuditEvent.subject_kind == subject.__tablename__, AuditEvent.subject_id == subject.id)
            .order_by(AuditEvent.id)
        )
    )


def accounts_that_did(session: Session, subject: Any, actions: Collection[str]) -> set[int | None]:
    """Who has taken one of *actions* on *subject*, ever."""
    return set(
        session.scalars(
            sa.select(AuditEvent.account_id).where(
                AuditEvent.subject_kind == subject.__tablename__,
                AuditEvent.subject_id == subject.id,
                AuditEvent.action.in_(list(actions)),
            )
        )
    )


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row of a chain that does not fit, and how."""

    chain: str
    number: int
    event_id: int | None
    fault: str


def verify(session: Session) -> Iterator[Broken]:
    """Recompute every chain; yield the first fault of each."""
    heads = {head.chain: head for head in session.scalars(sa.select(AuditHead).order_by(AuditHead.chain))}
    chains = sorted({*heads, *session.scalars(sa.select(AuditEvent.chain).distinct())})
    for chain in chains:
        fault = _fault_in(session, chain, heads.get(chain))
        if fault:
            yield fault


def _fault_in(session: Session, chain: str, head: AuditHead | None) -> Broken | None:
    number, last = 0, _FIRST
    ordered = sa.select(AuditEvent).where(AuditEvent.chain == chain).order_by(AuditEvent.number)
    with closing(session.scalars(ordered.execution_options(yield_per=500))) as rows:
        for row in rows:
            number += 1
            if row.number != number:
                return Broken(chain, number, row.id, "a row is missing")
            if row.previous_hash != last:
                return Broken(chain, number, row.id, "the row before it was changed")
            if row.digest() != row.hash:
                return Broken(chain, number, row.id, "the row was changed")
            last = row.hash
    if head is None or (head.number, head.hash) != (number, last):
        return Broken(chain, number + 1, None, "rows at the end are missing")
    return None
