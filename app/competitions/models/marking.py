"""Judges, their sheets, and every mark that was ever given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Account
from app.competitions.models.entry import Entry
from app.competitions.models.plan import OfSkill, Skill
from app.competitions.models.reading import Reading
from app.competitions.models.scheme import Aspect, SubCriterion
from app.core.actor import Actor
from app.core.append_only import AppendOnly
from app.core.db import Base, Json, Scaled, UtcDateTime
from workflows.competition import codes, remarking
from workflows.competition.aspects import PLACES, Marked
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.lock_flow import LockFlow
from workflows.competition.seating import Inherited, Seating
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text

COMPETING = (EntryFlow.checked_in, EntryFlow.completed)
"""The states of an entry that is marked and ranked."""


class PanelSeat(Base):
    """A judge's place on the panel of a skill.  The place is kept; who sits on it may change."""

    __tablename__ = "panel_seat"
    __table_args__ = (sa.UniqueConstraint("skill_id", "position"), sa.UniqueConstraint("skill_id", "account_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    position: Mapped[int]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)

    skill: Mapped[Skill] = relationship(back_populates="panel")
    account: Mapped[Account] = relationship()


class Sheet(OfSkill, Base):
    """One competitor in one sub criterion.  Judges find it by its code; nothing here names anybody.

    `seating`: `Seating.as_data()` of who scores it, kept by `app.competitions.panel`; None while the whole panel does.
    """

    __tablename__ = "sheet"
    __table_args__ = (sa.UniqueConstraint("entry_id", "sub_criterion_id"),)
    workflow = SheetFlow

    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    sub_criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("sub_criterion.id"), index=True)
    seating: Mapped[dict[str, Any] | None] = mapped_column(Json)
    ordered_anew_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    skill: Mapped[Skill] = relationship(back_populates="sheets")
    entry: Mapped[Entry] = relationship()
    sub_criterion: Mapped[SubCriterion] = relationship()
    marks: Mapped[list[Mark]] = relationship(back_populates="sheet", order_by="Mark.number")
    signatures: Mapped[list[SheetSignature]] = relationship(back_populates="sheet", order_by="SheetSignature.id")
    rounds: Mapped[list[RemarkRound]] = relationship(back_populates="sheet", order_by="RemarkRound.number")

    @property
    def code(self) -> str:
        """What this sheet is found by: the seat's code where the process is marked at the bench, else the outermost."""
        return codes.of_sheet(self.skill.code_layers, self.sub_criterion.marked_at, self.entry.seat_code, self.entry.work_code)

    @property
    def title(self) -> str:
        """Found by the code alone: no name comes near a sheet."""
        return f"{self.code} · {self.sub_criterion.code} {self.sub_criterion.name}"

    @property
    def seated(self) -> Seating:
        """Who scores this sheet, with what is out of the ordinary about it."""
        return seated(self.seating, [seat.position for seat in self.skill.panel])

    @property
    def panel(self) -> Sequence[int]:
        """The seats that must score every judgement of this sheet."""
        return self.seated.seats

    @property
    def held_by(self) -> dict[int, int]:
        """Seat → account: who may score on each seat of this sheet, and signs it.  A seat that nobody can hold is not there."""
        return self.seated.held_by({seat.position: seat.account_id for seat in self.skill.panel})

    @property
    def latest_rounds(self) -> dict[int, RemarkRound]:
        """By aspect, the re-mark round that counts now; an aspect that is not there is in its first marking."""
        return {each.aspect_id: each for each in self.rounds}

    @property
    def reading(self) -> Reading:
        """What it says now, put together once for whoever asks about several things."""
        return Reading(self.id, self.skill, self.sub_criterion, self.seated, self.marks, self.latest_rounds, self.signatures)

    @property
    def marked(self) -> list[Marked]:
        return self.reading.marked

    @property
    def missing_marks(self) -> Iterable[Text]:
        return self.reading.missing_marks

    @property
    def open_differences(self) -> Iterable[Text]:
        """Aspects whose scores cannot be accepted yet: a re-mark round is due, open, without its note, or waits for the chief judge."""
        return self.reading.open_differences

    @property
    def differences(self) -> list[remarking.Difference | None]:
        return self.reading.differences

    @property
    def is_form_gone(self) -> bool:
        return self.sub_criterion.criterion.scheme_id != self.skill.scheme_id

    @property
    def is_marking_open(self) -> bool:
        """While the skill is being marked, and afterwards where a revision of its results ordered this sheet to be marked anew."""
        return self.skill.is_in(SkillFlow.marking) or self.ordered_anew_at is not None

    @property
    def digest(self) -> str:
        return self.reading.digest

    @property
    def valid_signatures(self) -> list[SheetSignature]:
        """The signatures under what the sheet says now; a changed mark leaves earlier ones behind."""
        digest = self.digest
        return [signature for signature in self.signatures if signature.digest == digest]

    @property
    def unsigned_seats(self) -> list[int]:
        return self.reading.unsigned_seats

    @property
    def inherited(self) -> list[Inherited]:
        return self.reading.inherited

    @property
    def mark(self) -> Decimal:
        return self.reading.mark

    @property
    def is_sent_back(self) -> bool:
        """The recheck found it wrong, and it is to be put right."""
        return self.id in self.skill.wrong_sheets

    @property
    def is_unit_locked(self) -> bool:
        """The unit it belongs to is locked or accepted: the unit is unlocked first."""
        return any(unit.sub_criterion_id == self.sub_criterion_id and not unit.is_in(LockFlow.open) for unit in self.skill.units)

    @staticmethod
    def count_unlocked(skill_id: int) -> sa.Select[int]:
        """How many sheets of competitors still in are not locked; the database counts, there may be thousands."""
        query = sa.select(sa.func.count()).select_from(Sheet).join(Entry, Entry.id == Sheet.entry_id)
        return query.where(Sheet.skill_id == skill_id, ~Sheet.is_in(SheetFlow.locked, SheetFlow.superseded), Entry.is_in(*COMPETING))

    @staticmethod
    def count_without_theory(skill_id: int) -> sa.Select[int]:
        """How many competitors still in have no theory mark."""
        marked = sa.exists().where(TheoryMark.entry_id == Entry.id)
        return sa.select(sa.func.count()).select_from(Entry).where(Entry.skill_id == skill_id, Entry.is_in(*COMPETING), ~marked)

    def has_seat(self, actor: Actor) -> bool:
        """Whether *actor* scores this sheet."""
        return actor.account_id in self.held_by.values()

    def takes_signature_of(self, actor: Actor) -> bool:
        """Whether *actor* may put their name beneath: whoever scores it, and the chief judge where the recheck sent it back.

        Under a sheet that a judge has signed, the chief judge also signs for a seat that nobody holds any more.
        """
        if self.has_seat(actor):
            return True
        is_the_chiefs = self.is_sent_back or (self.is_in(SheetFlow.signed) and any(not each.has_holder for each in self.inherited))
        return is_the_chiefs and Role.CHIEF_JUDGE in actor.roles_on(self)

    def is_locked_by(self, actor: Actor) -> bool:
        """Whether *actor* may lock it: the chief judge, and the arbiter where the recheck sent it back."""
        roles = actor.roles_on(self)
        return Role.CHIEF_JUDGE in roles or (self.is_sent_back and Role.ARBITER in roles)


def seated(data: dict[str, Any] | None, whole_panel: Sequence[int]) -> Seating:
    """Who scores a sheet, from its column `seating`; without it the whole panel."""
    return Seating(tuple(whole_panel)) if data is None else Seating.from_data(data)


OF_THE_FORM = Aspect.sub_criterion_id == Sheet.sub_criterion_id
"""Holds between the aspect of a mark and its sheet as it is now; marks given under an earlier version of the scheme stay out."""


class RemarkRound(Base):
    """That an aspect is marked again: which round it is (2 for the first re-marking), why, what was said, and who decided.

    `reason`: the words of the hit; `settled_at`: when nothing stood in the way of its scores any more; a decision says that they stand
    although the judges differ.
    """

    __tablename__ = "remark_round"
    __table_args__ = (
        sa.UniqueConstraint("sheet_id", "aspect_id", "number"),
        sa.CheckConstraint("(decided_at IS NULL) = (decision = '')", name="decision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id"), index=True)
    aspect_id: Mapped[int] = mapped_column(sa.ForeignKey("aspect.id"))
    number: Mapped[int]
    reason: Mapped[dict[str, str]] = mapped_column(Json)
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    noted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    decision: Mapped[str] = mapped_column(sa.String(500), default="")
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    sheet: Mapped[Sheet] = relationship(back_populates="rounds")
    aspect: Mapped[Aspect] = relationship()

    @property
    def standing(self) -> remarking.Round:
        return remarking.Round(self.number, self.words, bool(self.note), self.decided_at is not None)

    @property
    def words(self) -> Text:
        return Text(self.reason["zh"], self.reason["en"])


class Mark(AppendOnly, Base):
    """A value given to an aspect; append-only.  `id` is made on the device, so that sending it twice counts it once.

    `value` is what was entered, as the aspect's method asks for it (a score, an agreed mark, a measured value, seconds, a count); the mark
    is always computed.  The highest `number` of a judge and an aspect counts, of the latest `round` in which the judges scored it.  A
    non-attempt has no value.
    """

    __tablename__ = "mark"
    __table_args__ = (
        sa.UniqueConstraint("sheet_id", "aspect_id", "seat", "number"),
        sa.CheckConstraint("(value IS NULL) = is_not_attempted", name="value_or_non_attempt"),
    )

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id"))
    aspect_id: Mapped[int] = mapped_column(sa.ForeignKey("aspect.id"))
    seat: Mapped[int]  # the judge's place on the panel; 0 for the panel's agreed measurement
    number: Mapped[int]
    round: Mapped[int] = mapped_column(default=remarking.FIRST)
    value: Mapped[Decimal | None] = mapped_column(Scaled(PLACES))
    is_not_attempted: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    device: Mapped[str] = mapped_column(sa.String(60), default="")
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    sheet: Mapped[Sheet] = relationship(back_populates="marks")
    aspect: Mapped[Aspect] = relationship()


class SheetSignature(AppendOnly, Base):
    """That a judge signed a sheet, and the digest of the marks they signed."""

    __tablename__ = "sheet_signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(sa.ForeignKey("sheet.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(sa.String(64))

    sheet: Mapped[Sheet] = relationship(back_populates="signatures")
    account: Mapped[Account] = relationship()


class TheoryMark(AppendOnly, Base):
    """The theory paper's mark of 100 for one entry; append-only, the highest `number` counts."""

    __tablename__ = "theory_mark"
    __table_args__ = (sa.UniqueConstraint("entry_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("entry.id"), index=True)
    number: Mapped[int]
    mark: Mapped[Decimal] = mapped_column(Scaled(2))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    entry: Mapped[Entry] = relationship()
