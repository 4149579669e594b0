"""A recheck of a skill's marks, and what the arbiter found on each sheet."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.competitions.models.marking import Sheet
from app.competitions.models.plan import OfSkill, Skill
from app.competitions.models.scheme import Aspect
from app.core.db import Base, Json, Scaled, UtcDateTime
from app.core.secrets import Sealed
from workflows.competition import recheck as rulebook
from workflows.competition.aspects import mark_of
from workflows.competition.recheck_flow import RecheckFlow
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.text import Text


class Recheck(OfSkill, Base):
    """`ranked` is what the sample was drawn from, codes and places in the order of the tally, so that it can be drawn again."""

    __tablename__ = "recheck"
    workflow = RecheckFlow

    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    rule: Mapped[dict[str, Any]] = mapped_column(Json)
    commitment: Mapped[str] = mapped_column(sa.String(64))
    seed: Mapped[str] = mapped_column(Sealed("recheck.seed"))
    drawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ranked: Mapped[list[list[Any]]] = mapped_column(Json, default=list)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))

    skill: Mapped[Skill] = relationship(back_populates="rechecks")
    account: Mapped[Account] = relationship()
    items: Mapped[list[RecheckItem]] = relationship(back_populates="recheck", order_by="RecheckItem.position")

    @property
    def title(self) -> str:
        return f"{self.skill.title} · {RecheckFlow.title.zh}"

    @property
    def rules(self) -> rulebook.Rule:
        return rulebook.Rule.from_data(self.rule)

    @property
    def is_tallied(self) -> bool:
        return self.skill.is_in(SkillFlow.provisional)

    @property
    def wrong(self) -> list[RecheckItem]:
        return [item for item in self.items if item.is_wrong]

    @property
    def wrong_count(self) -> int:
        return len(self.wrong)

    @property
    def left_to_put_right(self) -> int:
        return sum(1 for _ in self.not_put_right)

    @property
    def ranked_now(self) -> list[rulebook.Ranked]:
        """Everybody as the tally places them now, best first."""
        ranked = [rulebook.Ranked(result.entry.code, result.place) for result in self.skill.results]
        return sorted(ranked, key=lambda each: (each.place is None, each.place or 0, each.code))

    @property
    def risen(self) -> list[str]:
        known = {item.code for item in self.items}
        return [code for code in rulebook.best(self.ranked_now, self.rules) if code not in known]

    @property
    def unchecked(self) -> int:
        return sum(item.checked_at is None for item in self.items)

    @property
    def outcome(self) -> rulebook.Outcome:
        return rulebook.outcome([rulebook.Checked(item.code, bool(item.is_wrong)) for item in self.items if item.checked_at], self.rules)

    @property
    def is_above_threshold(self) -> bool:
        return self.outcome.is_above

    @property
    def not_put_right(self) -> Iterable[Text]:
        for item in self.wrong:
            if not item.is_put_right:
                yield Text("{title} 的 {aspect} 应为 {value}", "{title}: {aspect} should be {value}").format(
                    title=item.sheet.title, aspect=item.aspect_code, value=item.right_mark
                )
            elif not item.sheet.is_in(SheetFlow.locked):
                yield Text("{title} 尚未锁定", "{title} is not locked").format(title=item.sheet.title)


class RecheckItem(Base):
    """One sheet of a recheck.  A wrong one names the aspect and the mark it should have, with a reason."""

    __tablename__ = "recheck_item"
    __table_args__ = (
        sa.UniqueConstraint("recheck_id", "sheet_id"),
        sa.CheckConstraint("(checked_at IS NULL) = (is_wrong IS NULL)", name="checked"),
        sa.CheckConstraint("is_wrong IS NOT TRUE OR (aspect_id IS NOT NULL AND right_mark IS NOT NULL AND reason <> '')", name="wrong"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recheck_id: Mapped[int] = mapped_column(sa.ForeignKey("recheck.id"), index=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id"), index=True)
    position: Mapped[int]
    why: Mapped[str] = mapped_column(sa.String(8))
    code: Mapped[str] = mapped_column(sa.String(20))
    is_wrong: Mapped[bool | None]
    aspect_id: Mapped[int | None] = mapped_column(sa.ForeignKey("aspect.id"))
    right_mark: Mapped[Decimal | None] = mapped_column(Scaled(2))
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    recheck: Mapped[Recheck] = relationship(back_populates="items")
    sheet: Mapped[Sheet] = relationship()
    aspect: Mapped[Aspect | None] = relationship()

    @property
    def aspect_code(self) -> str:
        return f"{self.aspect.sub_criterion.code}.{self.aspect.position}" if self.aspect else ""

    @property
    def is_put_right(self) -> bool:
        """Whether the sheet now says what the arbiter found."""
        marked = {each.code: mark_of(each) for each in self.sheet.marked}
        return marked.get(self.aspect_code) == self.right_mark
