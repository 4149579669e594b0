"""A correction of a mark, from the proposal to the second person's word."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.competitions.models.entry import Entry
from app.competitions.models.plan import OfSkill, Skill
from app.competitions.models.scheme import Aspect
from app.core.actor import Actor
from app.core.db import Base, Scaled
from app.core.files import StoredFile
from workflows.competition import corrections as rulebook
from workflows.competition.correction_flow import CorrectionFlow
from workflows.competition.revision_flow import RevisionFlow
from workflows.competition.skill_flow import SkillFlow


def takes_corrections(skill: Skill) -> bool:
    """Whether the marks of *skill* can be corrected: until the decoding, and afterwards while its results are being revised."""
    is_revised = any(each.is_in(RevisionFlow.correcting) for each in skill.revisions)
    return skill.is_in(SkillFlow.marking, SkillFlow.provisional) or is_revised


class Correction(OfSkill, Base):
    """`kind` is a key of `workflows.competition.corrections`; no entry means every competitor, no aspect the total."""

    __tablename__ = "correction"
    __table_args__ = (
        sa.CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id OR state = 'withdrawn'", name="two_persons"),
    )
    workflow = CorrectionFlow

    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    aspect_id: Mapped[int | None] = mapped_column(sa.ForeignKey("aspect.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    value: Mapped[Decimal | None] = mapped_column(Scaled(2))
    reason: Mapped[str] = mapped_column(sa.String(300))
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    skill: Mapped[Skill] = relationship()
    entry: Mapped[Entry | None] = relationship()
    aspect: Mapped[Aspect | None] = relationship()
    file: Mapped[StoredFile | None] = relationship()
    proposed_by: Mapped[Account] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Account | None] = relationship(foreign_keys=[decided_by_id])

    @property
    def what(self) -> rulebook.Kind:
        return rulebook.kind(self.kind)

    @property
    def code(self) -> str:
        """Whose mark, by code; empty where it is everybody's."""
        return self.entry.code if self.entry else ""

    @property
    def aspect_code(self) -> str | None:
        return f"{self.aspect.sub_criterion.code}.{self.aspect.position}" if self.aspect else None

    @property
    def title(self) -> str:
        """A code and an aspect: no name comes near it."""
        return " · ".join(part for part in (self.what.title.zh, self.code, self.aspect_code) if part)

    @property
    def rules(self) -> rulebook.Correction:
        return rulebook.Correction(self.kind, self.value, self.reason, self.aspect_code)

    @property
    def can_count(self) -> bool:
        return takes_corrections(self.skill)

    def is_proposed_by(self, actor: Actor) -> bool:
        return self.proposed_by_id == actor.account_id
