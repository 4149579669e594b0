"""What is shown, to anybody: read from the snapshot, or live where the organiser lets it move and nothing is frozen."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from app.competitions.board.content import Content, content_of
from app.competitions.models import Board, BoardSnapshot, Competition, Skill, Standing
from app.core import clock
from app.core.actor import Actor
from app.core.errors import NotFound
from workflows.competition import showing
from workflows.competition.board_flow import HOLDERS, BoardFlow
from workflows.competition.skill_flow import SkillFlow

PATIENCE = 5
"""How often a live board is read again where something changed between two of its questions."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on the board of one skill, and since when."""

    content: Content
    is_frozen: bool
    made_at: datetime | None

    @property
    def kind(self) -> str:
        return str(self.content["kind"])


def boards(actor: Actor) -> sa.Select[Board]:
    """The boards whose settings are the actor's business."""
    query = sa.select(Board).join(Skill, Skill.id == Board.skill_id).join(Competition, Competition.id == Skill.competition_id)
    query = query.options(joinedload(Board.skill).joinedload(Skill.competition)).order_by(Board.id)
    if actor.reads_everything:
        return query
    held = (role for transition in BoardFlow.transitions.values() for role in transition.by)
    roles = tuple(held)
    return query.where(sa.or_(Competition.organiser_id.in_(actor.ids(*roles)), Competition.id.in_(actor.ids(*roles))))


def settings_of(session: Session, actor: Actor, skill: Skill) -> Board:
    """The board of *skill* as it is set up, for whoever may know; where nothing was set yet, what would be."""
    if not (actor.roles_on(skill) & set(HOLDERS) or actor.reads_everything):
        raise NotFound
    return session.scalar(sa.select(Board).where(Board.skill_id == skill.id)) or not_set_up(skill)


def not_set_up(skill: Skill) -> Board:
    """A board as it begins, in no session."""
    board = Board(shows=showing.DEFAULT, snapshot=0, changes=0, version=1)
    board._state = BoardFlow.initial.name
    set_committed_value(board, "skill", skill)
    return board


def shown(session: Session, skill_id: int, now: datetime) -> Shown:
    """What everybody sees of a skill of a public competition.  Raises `NotFound` where there is nothing to see."""
    for _ in range(PATIENCE):
        before = version_of_skill(session.connection(), skill_id, at=now)
        found = _shown(session, skill_id, now)
        if version_of_skill(session.connection(), skill_id, at=now) == before:
            return found
        session.rollback()  # a freeze or a mark came between: look again
    raise TimeoutError(f"the board of skill {skill_id} changes faster than it can be read")


def _shown(session: Session, skill_id: int, now: datetime) -> Shown:
    board = session.scalar(
        sa.select(Board)
        .join(Skill, Skill.id == Board.skill_id)
        .join(Competition, Competition.id == Skill.competition_id)
        .where(Board.skill_id == skill_id, _is_public())
        .options(joinedload(Board.skill).joinedload(Skill.competition))
        .execution_options(populate_existing=True)
    )
    if board is None or board.is_in(BoardFlow.taken_down):
        raise NotFound
    snapshot = session.scalar(sa.select(BoardSnapshot).where(BoardSnapshot.board_id == board.id, BoardSnapshot.number == board.snapshot))
    if board.is_in(BoardFlow.live) and showing.is_moving(showing.shown(board.skill.state, board.shows)):
        content = content_of(session, board.skill, board.shows)
        if board.is_frozen_at(now) and board.freezes_at:
            return Shown(frozen(content, board.freezes_at), True, board.freezes_at)
        return Shown(content, False, now)
    if snapshot is None:
        return Shown(content_of(session, board.skill, board.shows), False, None)
    return Shown(snapshot.content, snapshot.is_frozen, snapshot.made_at)


def frozen(content: Content, at: datetime) -> Content:
    """*content* marked as standing still since *at*."""
    return content | {"frozen_at": clock.local(at).isoformat(timespec="minutes")}


def released(session: Session, skill_id: int, now: datetime) -> Shown:
    """The published results of a skill.  Raises `NotFound` until they are on its board."""
    found = shown(session, skill_id, now)
    if found.kind != showing.RESULTS or found.content["notice"] is None:
        raise NotFound
    return found


def found_rows(content: Content, words: str) -> list[tuple[list[str], str | None]]:
    """The rows of published results with the key of their award; those whose name has *words* in it, where any are asked for."""
    rows = zip(content["rows"], content["awards"], strict=True)
    keys = [column["key"] for column in content["columns"]]
    if not words or "name" not in keys:
        return list(rows)
    place = keys.index("name")
    return [(row, award) for row, award in rows if words.casefold() in row[place].casefold()]


def public_competition(session: Session, id: int) -> Competition:
    found = session.scalar(sa.select(Competition).where(Competition.id == id, _is_public()))
    if found is None:
        raise NotFound
    return found


def skills_on_show(session: Session, competition_id: int) -> list[int]:
    """The skills of a competition whose boards rotate in the hall, in their order."""
    query = (
        sa.select(Skill.id)
        .join(Board, Board.skill_id == Skill.id)
        .where(Skill.competition_id == competition_id, ~Skill.is_in(SkillFlow.cancelled), ~Board.is_in(BoardFlow.taken_down))
    )
    return list(session.scalars(query.order_by(Skill.code, Skill.id)))


def _is_public() -> sa.ColumnElement[bool]:
    return sa.and_(Competition.is_public, Competition.announced_at.is_not(None))


# --- versions -------------------------------------------------------------------------------------------------------

_STANDINGS = sa.select(sa.func.sum(Standing.version)).where(Standing.skill_id == Board.skill_id).scalar_subquery()
_OF_A_SKILL = (
    sa.select(
        Board.id,
        Board.version,
        Board.snapshot,
        Board.changes,
        sa.case((Board.shows == showing.STANDINGS, _STANDINGS), else_=None),
        Board._state,
        Board.freezes_at,
        Skill.version,
        Competition.version,
    )
    .join(Skill, Skill.id == Board.skill_id)
    .join(Competition, Competition.id == Skill.competition_id)
)


def version_of_skill(connection: sa.Connection, id: int, *, at: datetime | None = None, **_arguments: object) -> Hashable:
    """What the content of a skill's board is known by: the rows it rests on, one indexed read.

    While it is frozen the marking may change what it likes: changes and standings count only where the board is live.
    """
    row = connection.execute(_OF_A_SKILL.where(Board.skill_id == id)).one_or_none()
    return _known_by(row, at or clock.now()) if row else None


def version_of_competition(connection: sa.Connection, id: int, **_arguments: object) -> Hashable:
    """The same for all boards of a competition together."""
    now = clock.now()
    return tuple(_known_by(row, now) for row in connection.execute(_OF_A_SKILL.where(Skill.competition_id == id).order_by(Board.id)))


def _known_by(row: Sequence[Any], now: datetime) -> Hashable:
    board, version, snapshot, changes, standings, state, freezes_at, skill, competition = row
    is_due = freezes_at is not None and freezes_at <= now
    moves = (changes, standings) if state == BoardFlow.live.name and not is_due else None
    return board, version, snapshot, moves, state, is_due, skill, competition
