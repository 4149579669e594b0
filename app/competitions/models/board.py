"""What the public is shown of a skill: the board's settings, and everything it ever showed that was not read live."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from app.competitions.models.ceremony import Ceremony
from app.competitions.models.marking import Sheet
from app.competitions.models.plan import OfSkill, Skill
from app.core.append_only import AppendOnly
from app.core.db import Base, Json, UtcDateTime
from workflows.competition import showing
from workflows.competition.board_flow import BoardFlow
from workflows.competition.ceremony_flow import CeremonyFlow


class Board(OfSkill, Base):
    """The board of one skill.  `shows` is a key of `showing.CHOICES`; `snapshot` the number of the newest snapshot; `changes` counts
    what moved in the marking, so that a reader knows by one number whether to look again."""

    __tablename__ = "board"
    workflow = BoardFlow

    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), unique=True)
    shows: Mapped[str] = mapped_column(sa.String(12), default=showing.DEFAULT)
    freezes_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    snapshot: Mapped[int] = mapped_column(default=0)
    changes: Mapped[int] = mapped_column(default=0)

    skill: Mapped[Skill] = relationship()

    later = cast("Sheet | None", None)
    """The sheet whose step comes after the freeze that is being written; set on the instance, kept nowhere."""

    @property
    def has_open_ceremony(self) -> bool:
        session = object_session(self)
        if session is None:
            return False
        under_way = sa.select(Ceremony.skills).where(
            Ceremony.competition_id == self.skill.competition_id, Ceremony.is_in(CeremonyFlow.running)
        )
        return any(self.skill_id in skills for skills in session.scalars(under_way))

    def is_frozen_at(self, now: datetime) -> bool:
        """Frozen, also where the clock has not come round to writing it down: whatever changes anything freezes it first."""
        return self.is_in(BoardFlow.frozen) or (self.is_in(BoardFlow.live) and self.freezes_at is not None and self.freezes_at <= now)


class BoardSnapshot(AppendOnly, Base):
    """What stood on the board from `made_at` on.  Pages, exports and API read this and nothing else."""

    __tablename__ = "board_snapshot"
    __table_args__ = (sa.UniqueConstraint("board_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(sa.ForeignKey("board.id"), index=True)
    number: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    is_frozen: Mapped[bool] = mapped_column(default=False)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(sa.String(64))
