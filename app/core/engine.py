"""The only door to a state.

`refusals` says why a transition may not be taken now; buttons, API and `fire` all ask it, so they cannot
disagree.  `fire` moves the subject, runs its slice's effects, and writes the audit row and the messages to
be delivered, all in the caller's transaction.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, object_session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from app.core import audit, outbox, slices
from app.core.actor import CLOCK, Actor
from app.core.db import db, transaction
from app.core.errors import Refused, Stale
from app.core.logs import log
from app.core.prepared import Prepared, ask
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, State, Step, Transition

WRONG_STATE = Text("现在是「{state}」，不能「{title}」", "It is now “{state}”; “{title}” is not possible")
WRONG_ROLE = Text("「{title}」由{roles}办理", "“{title}” is for: {roles}")
SEPARATE = Text("办理过「{earlier}」的人不能再办「{title}」", "Whoever did “{earlier}” cannot also do “{title}”")
COMMENT_MISSING = Text("「{title}」须写明理由", "“{title}” needs a reason")
NOT_YET = Text("到 {when} 自动办理", "Happens by itself at {when}")


@dataclass(frozen=True, slots=True)
class Offer:
    """A transition shown to somebody: with no refusals, it is theirs to take."""

    subject: Any
    transition: Transition
    refusals: tuple[Text, ...]

    @property
    def allowed(self) -> bool:
        return not self.refusals


def begin(session: Session, subject: Any, actor: Actor, now: datetime, detail: dict[str, Any] | None = None) -> None:
    """Put a new subject into its first state and on the record."""
    subject._state = subject.workflow.initial.name
    subject.state_since = subject.created_at = now
    session.add(subject)
    session.flush()
    audit.record(session, subject, actor, "begin", now, target=subject._state, detail=detail)


def begin_all(session: Session, subjects: Sequence[Any], actor: Actor, now: datetime) -> None:
    """`begin` for thousands of one kind at once: the same rows and the same record, written together."""
    if not subjects:
        return
    initial = subjects[0].workflow.initial.name
    for subject in subjects:
        subject._state = initial
        subject.state_since = subject.created_at = now
    session.add_all(subjects)
    audit.record_all(session, subjects, actor, "begin", now, target=initial)


def state_now(subject: Any, now: datetime) -> State:
    """The state that is true at *now*, also where the clock has not come round to writing it down yet."""
    state: State = subject.state
    for transition in subject.workflow.timed():
        if state in transition.source and not _clock_refusals(subject, transition, now):
            state = transition.target
    return state


def refusals(subject: Any, transition: Transition, actor: Actor, now: datetime, comment: str | None = None) -> list[Text]:
    """Why *actor* may not take *transition* on *subject* now: state, role, separation of duties, guards.

    A missing comment counts only when *comment* is given: a button is offered before anybody has typed.
    """
    if subject.state not in transition.source:
        return [WRONG_STATE.format(state=subject.state.title, title=transition.title)]
    if not actor.has_role_on(subject, transition.by):
        return [WRONG_ROLE.format(title=transition.title, roles=_role_names(transition.by))]
    if actor.is_clock:
        return _clock_refusals(subject, transition, now)
    reasons = list(_separation(subject, transition, actor))
    step = Step(now, actor, comment or "")
    reasons += [reason for guard in transition.guards if (reason := guard(subject, step)) is not None]
    if comment is not None and transition.needs_comment and not comment.strip():
        reasons.append(COMMENT_MISSING.format(title=transition.title))
    return reasons


def offers(subject: Any, actor: Actor, now: datetime) -> list[Offer]:
    """The transitions out of the present state that are this actor's business, each with what stands in its way."""
    roles = actor.roles_on(subject)
    return [
        Offer(subject, transition, tuple(refusals(subject, transition, actor, now)))
        for transition in subject.workflow.leaving(subject.state)
        if roles & set(transition.by)
    ]


def expect_version(subject: Any, seen: int | None) -> None:
    """Refuse to go on from a page that shows an older version of *subject*."""
    if seen is not None and seen != subject.version:
        raise Stale(subject, seen)


def fire(
    session: Session,
    subject: Any,
    transition: Transition,
    actor: Actor,
    now: datetime,
    comment: str = "",
    *,
    version: int | None = None,
    detail: dict[str, Any] | None = None,
    is_last: bool = False,
) -> None:
    """Take *transition*.  Raises `Refused` with every reason, or `Stale` when *version* is not the present one.

    *is_last*: the caller's transaction ends with it (see `app.core.prepared.write`).
    """
    expect_version(subject, version)
    if not actor.is_clock:
        settle(session, subject, now)
    reasons = refusals(subject, transition, actor, now, comment)
    if reasons:
        raise Refused(*reasons)
    source, seen = subject._state, subject.version
    step = Step(now, actor, comment.strip())
    with _told_who_was_first(subject, seen):
        effects = slices.effects_of(transition)
        head = _move(session, subject, transition, now, is_all=not effects)
        for effect in effects:
            effect(session, subject, step)
        audit.record(
            session,
            subject,
            actor,
            transition.name,
            now,
            source=source,
            target=subject._state,
            comment=step.comment,
            detail=detail,
            head=head,
            is_last=is_last and not transition.notifies,
        )
    if transition.notifies:
        outbox.publish(
            session,
            "notify",
            {
                "kind": subject.__tablename__,
                "id": subject.id,
                "transition": transition.name,
                "comment": step.comment,
                "actor": actor.account_id,
            },
            now,
        )


def _move(session: Session, subject: Any, transition: Transition, now: datetime, *, is_all: bool) -> audit.Head | None:
    """Put *subject* into the state *transition* leads to, unless somebody else has written it since it was read.

    The row is updated directly: of what the session does for a changed object nothing is needed here, and it costs as much as all the rest.
    Where that *is_all* there is to do before the step is recorded, the end of the record is asked for on the same way.
    """
    session.flush()  # what was filled in before the step
    position = _Position(subject._state)
    subject.workflow.machine.events[transition.name].trigger(position)
    moved = {"of": subject.id, "seen": subject.version, "to": position._state, "since": now}
    chain = audit.chain_of(subject)
    written, *ends = ask(session.connection(), (_statement_of(subject.__table__), moved), *([audit.look_at(chain)] if is_all else ()))
    if not written:
        raise StaleDataError(f"{subject.__tablename__} {subject.id} was written by somebody else")
    for name, value in (("_state", position._state), ("state_since", now), ("version", subject.version + 1)):
        set_committed_value(subject, name, value)
    return audit.head_from(chain, ends[0]) if ends else None


@dataclass(slots=True)
class _Position:
    """Where a subject stands, for the state machine to move."""

    _state: str


@functools.cache
def _statement_of(table: sa.Table) -> Prepared:
    found = (table.c.id == sa.bindparam("of")) & (table.c.version == sa.bindparam("seen"))
    changed = {"state": sa.bindparam("to"), "state_since": sa.bindparam("since"), "version": table.c.version + 1}
    return Prepared(sa.update(table).where(found).values(changed).returning(table.c.id))


def edited(session: Session, subject: Any, actor: Actor, now: datetime, detail: dict[str, Any] | None = None) -> None:
    """Put a change of the subject's data on the record.  The caller has asked `require_editable` before."""
    with _told_who_was_first(subject, subject.version):
        audit.record(session, subject, actor, "edit", now, detail=detail)


@contextmanager
def _told_who_was_first(subject: Any, seen: int) -> Iterator[None]:
    """Of two who write the same row at the same moment, the second hears what the first did."""
    try:
        yield
    except StaleDataError:
        raise Stale(subject, seen) from None


def require_editable(subject: Any, actor: Actor, now: datetime, version: int | None = None) -> None:
    """Raise `Refused` unless the present state lets *actor* change the subject's data."""
    expect_version(subject, version)
    if not subject.is_editable_by(actor):
        raise Refused(
            Text("现在是「{state}」，内容不能修改", "It is now “{state}”; the content cannot be changed").format(state=subject.state.title)
        )


def settle(session: Session, subject: Any, now: datetime) -> None:
    """Take the clock's transitions that are due on *subject*."""
    moved = True
    while moved:
        moved = False
        for transition in subject.workflow.timed():
            if subject.state in transition.source and not _clock_refusals(subject, transition, now):
                fire(session, subject, transition, CLOCK, now)
                moved = True


def due(session: Session, now: datetime) -> Iterator[tuple[Any, int]]:
    """Model and id of every subject with a transition whose moment has come."""
    for subject in slices.subjects():
        model = subject.model
        for transition in model.workflow.timed():
            column = getattr(model, transition.fires_at)
            for id_ in session.scalars(sa.select(model.id).where(model.is_in(*transition.source), column <= now).order_by(model.id)):
                yield model, id_


def tick(now: datetime) -> int:
    """Let the clock take every transition that is due, each subject in a transaction of its own; how many moved.

    A subject that cannot be moved keeps nobody else waiting: it is logged, and tried again at the next tick.
    """
    waiting = list(dict.fromkeys(due(db.session, now)))
    db.session.rollback()
    moved = 0
    for model, id_ in waiting:
        try:
            with transaction() as session:
                subject = session.get_one(model, id_, with_for_update={"of": model}, populate_existing=True)
                before = subject._state
                settle(session, subject, now)
                moved += subject._state != before
        except Exception:
            log().exception("the clock could not move a subject", kind=model.__tablename__, id=id_)
    return moved


def waiting_for(session: Session, actor: Actor, now: datetime, limit: int = 30) -> list[Offer]:
    """What waits for *actor*, over all subjects: the first allowed transition of each row that carries it on, oldest first."""
    found: list[Offer] = []
    for subject in slices.subjects():
        model = subject.model
        sources = [s for s in model.workflow.states.values() if s.kind is Kind.OPEN and _can_matter(model.workflow, s, actor)]
        if not sources:
            continue
        rows = session.scalars(
            subject.visible(actor).where(model.is_in(*sources)).order_by(None).order_by(model.state_since, model.id).limit(limit * 2)
        )
        for row in rows.unique():
            mine = [offer for offer in offers(row, actor, now) if offer.allowed and not offer.transition.is_setback]
            if mine:
                found.append(mine[0])
    return sorted(found, key=lambda offer: offer.subject.state_since)[:limit]


def _can_matter(workflow: Any, state: State, actor: Actor) -> bool:
    """Whether the actor's grants, or who they are, may give them something to do in *state*."""
    return any(
        not transition.is_setback and any(role in actor.roles or not role.is_granted for role in transition.by if role is not Role.CLOCK)
        for transition in workflow.leaving(state)
    )


def _clock_refusals(subject: Any, transition: Transition, now: datetime) -> list[Text]:
    moment = getattr(subject, transition.fires_at or "")
    if moment is None or moment > now:
        return [NOT_YET.format(when=moment)]
    step = Step(now, CLOCK)
    return [reason for guard in transition.guards if (reason := guard(subject, step)) is not None]


def _separation(subject: Any, transition: Transition, actor: Actor) -> Iterator[Text]:
    session = object_session(subject)
    if not transition.separate_from or session is None:
        return
    for earlier in transition.separate_from:
        if actor.account_id in audit.accounts_that_did(session, subject, [earlier.name]):
            yield SEPARATE.format(earlier=earlier.title, title=transition.title)


def _role_names(roles: tuple[Role, ...]) -> Text:
    return Text("、".join(role.title.zh for role in roles), ", ".join(role.title.en for role in roles))
