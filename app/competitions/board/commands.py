"""Freezing, and keeping what may be shown in step with what happened: in the same transaction, or not at all."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.board import queries
from app.competitions.board.content import Content, content_of, digest_of
from app.competitions.models import Board, BoardSnapshot, Entry, Sheet, Skill
from app.core import engine
from app.core.actor import CLOCK, Actor
from app.core.errors import Refused
from app.core.prepared import Prepared, ask, write
from workflows.competition import showing
from workflows.competition.board_flow import BoardFlow
from workflows.text import Text
from workflows.workflow import Step

FROZEN = Text(
    "成绩展示已冻结，解冻（或颁奖揭晓结束）后才能公示成绩",
    "The board is frozen: results are published after it is unfrozen, or after the ceremony",
)
UNKNOWN_CHOICE = Text("没有「{choice}」这种展示方式", "There is no such way of showing: {choice}")
IN_THE_PAST = Text("冻结时间应晚于现在", "The moment of the freeze must lie ahead")

_board = cast(sa.Table, Board.__table__)
_one_more = sa.update(_board).values(changes=_board.c.changes + 1)
_no_freeze_is_due = (_board.c.state != BoardFlow.live.name) | _board.c.freezes_at.is_(None) | (_board.c.freezes_at > sa.bindparam("now"))
_COUNT = Prepared(_one_more.where(_board.c.id == sa.bindparam("of")))
_COUNT_UNLESS_A_FREEZE_IS_DUE = Prepared(_one_more.where(_board.c.skill_id == sa.bindparam("of"), _no_freeze_is_due).returning(_board.c.id))


def board_of(session: Session, skill: Skill, now: datetime) -> Board:
    """The board of *skill*; the first to ask for it begins it."""
    found = session.scalar(sa.select(Board).where(Board.skill_id == skill.id))
    if found is None:
        found = Board(skill=skill, shows=showing.DEFAULT, snapshot=0, changes=0)
        engine.begin(session, found, CLOCK, now)
    return found


def renew(session: Session, skill: Skill, step: Step) -> None:
    """Effect of every step of a skill: what its stage allows to be shown stands on the board from now on.

    A frozen board keeps what it shows, unless that was results which have just been withdrawn: nobody may go on reading those.
    """
    board = board_of(session, skill, step.now)
    _count_a_change(session, board)
    freeze_if_due(session, board, step.now)
    if board.is_in(BoardFlow.frozen) and not _shows_withdrawn_results(session, board):
        return
    _keep(session, board, content_of(session, skill, board.shows), step.now)


def _shows_withdrawn_results(session: Session, board: Board) -> bool:
    shown = session.scalar(sa.select(BoardSnapshot).where(BoardSnapshot.board_id == board.id, BoardSnapshot.number == board.snapshot))
    return shown is not None and shown.content["kind"] == showing.RESULTS and not board.skill.is_in(*showing.RELEASED)


def note_progress(session: Session, sheet: Sheet, step: Step) -> None:
    """Effect of a sheet being signed, locked or opened again: counted from here on, but by no freeze that was due before it."""
    if ask(session.connection(), (_COUNT_UNLESS_A_FREEZE_IS_DUE, {"of": sheet.skill_id, "now": step.now}))[0]:
        return
    board = board_of(session, sheet.skill, step.now)
    freeze_if_due(session, board, step.now, later=sheet)
    _count_a_change(session, board)


def note_entry(session: Session, entry: Entry, step: Step) -> None:
    """Effect of an entry dropping out while it is being marked: its sheets count no longer."""
    if entry.skill.is_in(*showing.UNDER_WAY):
        freeze_before(session, entry.skill_id, step.now)
        _count_a_change(session, board_of(session, entry.skill, step.now))


def freeze_before(session: Session, skill_id: int, now: datetime) -> None:
    """Called before the standings of a skill change: what a freeze that is due has to keep is what they were."""
    board = session.scalar(sa.select(Board).where(Board.skill_id == skill_id))
    if board is not None:
        freeze_if_due(session, board, now)


def _count_a_change(session: Session, board: Board) -> None:
    """Counted by the database: two judges who sign at the same moment do not wait to be told who was first."""
    write(session.connection(), (_COUNT, ({"of": board.id},)))


def freeze_if_due(session: Session, board: Board, now: datetime, *, later: Sheet | None = None) -> None:
    """Freeze a board whose moment has come.  *later* is a sheet that has just taken a step, which the freeze does not see."""
    if board.is_in(BoardFlow.live) and board.is_frozen_at(now):
        board.later = later
        engine.fire(session, board, BoardFlow.freeze_on_time, CLOCK, now)


def keep_what_stands(session: Session, board: Board, step: Step) -> None:
    """Effect of a freeze: what is shown this moment is kept, and marked as standing still."""
    at = board.freezes_at if step.actor.is_clock and board.freezes_at else step.now
    content = content_of(session, board.skill, board.shows, later=board.later)
    _keep(session, board, queries.frozen(content, at), step.now, is_frozen=True)


def show_what_is_now(session: Session, board: Board, step: Step) -> None:
    """Effect of lifting a freeze, and of putting a board up again: it shows what may be shown, and no moment is set any more."""
    board.freezes_at = None
    _keep(session, board, content_of(session, board.skill, board.shows), step.now)


def _keep(session: Session, board: Board, content: Content, now: datetime, *, is_frozen: bool = False) -> None:
    board.snapshot += 1
    session.add(
        BoardSnapshot(
            board_id=board.id, number=board.snapshot, made_at=now, is_frozen=is_frozen, content=content, digest=digest_of(content)
        )
    )
    session.flush()


def choose(
    session: Session, board: Board, actor: Actor, now: datetime, *, shows: str, freezes_at: datetime | None, version: int | None = None
) -> None:
    """What is shown during the marking, and the moment at which it freezes by itself (None: none is set)."""
    engine.require_editable(board, actor, now, version)
    if shows not in showing.CHOICES:
        raise Refused(UNKNOWN_CHOICE.format(choice=shows))
    if freezes_at is not None and freezes_at != board.freezes_at and freezes_at <= now:
        raise Refused(IN_THE_PAST)
    detail = {"shows": shows, "freezes_at": freezes_at.isoformat() if freezes_at else None}
    board.shows, board.freezes_at = shows, freezes_at
    if board.is_in(BoardFlow.live):
        _keep(session, board, content_of(session, board.skill, shows), now)
    engine.edited(session, board, actor, now, detail=detail)


def choose_for_others(session: Session, skill: Skill, actor: Actor, now: datetime, *, shows: str, freezes_at: datetime | None) -> None:
    """The same for the other skills of the competition; boards that were taken down stay as they are."""
    for other in skill.competition.live_skills:
        board = board_of(session, other, now) if other is not skill else None
        if board is not None and board.is_editable_by(actor):
            choose(session, board, actor, now, shows=shows, freezes_at=freezes_at)


def require_unfrozen(session: Session, skill: Skill, now: datetime) -> None:
    """Refuse to put results before the public while the board is frozen: the notice would say what the board must not."""
    board = session.scalar(sa.select(Board).where(Board.skill_id == skill.id))
    if board is not None and board.is_frozen_at(now):
        raise Refused(FROZEN)
