"""An award ceremony: its script, the step it is at, and, kept apart, what the hall may see of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from app.competitions.models.plan import Competition, Skill
from app.competitions.models.result import Result
from app.core.actor import Within
from app.core.db import Base, Json
from app.core.flowing import Flowing
from workflows.competition.ceremony_flow import CeremonyFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.text import Text

DECIDED = (SkillFlow.decoded, SkillFlow.publicity, SkillFlow.final)


class Ceremony(Flowing, Base):
    """One ceremony over some skills of a competition.  `code` is the hall's address, which cannot be guessed.

    `position` is how many scenes of the `script` were stepped to.  `audience` is all that the hall's screen is made of: it holds the
    present scene and nothing that is still to come.
    """

    __tablename__ = "ceremony"
    workflow = CeremonyFlow

    competition_id: Mapped[int] = mapped_column(sa.ForeignKey("competition.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(160))
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    order: Mapped[str] = mapped_column(sa.String(12))
    skills: Mapped[list[int]] = mapped_column(Json, default=list)
    script: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    position: Mapped[int] = mapped_column(default=0)
    is_paused: Mapped[bool] = mapped_column(default=False)
    shows_full_names: Mapped[bool] = mapped_column(default=False)  # on the lists that its end puts before the public
    audience: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    competition: Mapped[Competition] = relationship()

    @property
    def scopes(self) -> tuple[Within, ...]:
        return self.competition.scopes

    @property
    def in_order(self) -> Sequence[Skill]:
        """Its skills in the order they are revealed in."""
        session = object_session(self)
        if session is None:
            return []
        found = {skill.id: skill for skill in session.scalars(sa.select(Skill).where(Skill.id.in_(self.skills)))}
        return [found[id_] for id_ in self.skills if id_ in found]

    @property
    def undecided_skills(self) -> Iterable[str]:
        return [skill.name for skill in self.in_order if not skill.is_in(*DECIDED)]

    @property
    def has_winners(self) -> bool:
        session = object_session(self)
        won = sa.select(Result.id).join(Skill, sa.and_(Skill.id == Result.skill_id, Skill.tally_number == Result.tally))
        won = won.where(Skill.id.in_(self.skills), Result.award.is_not(None))
        return session is not None and session.scalar(won.limit(1)) is not None

    @property
    def steps_left(self) -> int:
        return len(self.script) - self.position

    @property
    def to_release(self) -> Sequence[Skill]:
        """The skills whose results its end can put before the public: decoded, and not published yet."""
        return [skill for skill in self.in_order if skill.is_in(SkillFlow.decoded)]

    @property
    def release_problems(self) -> Iterable[Text]:
        waiting = self.to_release
        if not waiting:
            yield Text("成绩都已公示，直接结束即可", "All its results are before the public already; simply end it")
        for skill in waiting:
            for hold in skill.holds:
                yield Text("「{name}」：{hold}", "“{name}”: {hold}").format(name=skill.name, hold=hold)
        names = {skill.id: skill.name for skill in waiting}
        for title, skills in self._others_under_way():
            for id_ in names.keys() & set(skills):
                yield Text(
                    "「{name}」还在另一场揭晓「{title}」中，该场结束后才能公示",
                    "“{name}” is also in the ceremony “{title}”, which has not ended yet",
                ).format(name=names[id_], title=title)

    def _others_under_way(self) -> Iterable[tuple[str, list[int]]]:
        session = object_session(self)
        if session is None:
            return []
        others = Ceremony.competition_id == self.competition_id, Ceremony.id != self.id, Ceremony.is_in(CeremonyFlow.running)
        rows = session.execute(sa.select(Ceremony.title, Ceremony.skills).where(*others).order_by(Ceremony.id))
        return [(title, skills) for title, skills in rows]

    @property
    def scene(self) -> dict[str, Any] | None:
        """The scene that was stepped to; None before the first."""
        return self.script[self.position - 1] if self.position else None
