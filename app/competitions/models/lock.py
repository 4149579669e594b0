"""What is locked and accepted together: the sheets of one sub criterion on one day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship, selectinload

from app.accounts.models import Account
from app.competitions.models.entry import Entry
from app.competitions.models.marking import COMPETING, Sheet
from app.competitions.models.plan import OfSkill, Skill
from app.competitions.models.scheme import SubCriterion
from app.core.append_only import AppendOnly
from app.core.db import Base, UtcDateTime
from app.core.files import StoredFile
from workflows.competition.lock_flow import LockFlow, needs_acceptance, of_a_sheet
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.text import Text


class LockUnit(OfSkill, Base):
    """`paper_digest` is what the sheets said when the signed paper form was taken in."""

    __tablename__ = "lock_unit"
    __table_args__ = (sa.UniqueConstraint("skill_id", "sub_criterion_id", "day"),)
    workflow = LockFlow

    skill_id: Mapped[int] = mapped_column(sa.ForeignKey("skill.id"), index=True)
    sub_criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("sub_criterion.id"))
    day: Mapped[int]
    paper_file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    paper_digest: Mapped[str | None] = mapped_column(sa.String(64))

    skill: Mapped[Skill] = relationship(back_populates="units")
    sub_criterion: Mapped[SubCriterion] = relationship()
    paper: Mapped[StoredFile | None] = relationship()
    signatures: Mapped[list[AcceptanceSignature]] = relationship(back_populates="unit", order_by="AcceptanceSignature.number")

    @property
    def title(self) -> str:
        return f"{self.sub_criterion.code} {self.sub_criterion.name} · 第 {self.day} 天"

    @property
    def is_marking_open(self) -> bool:
        return self.skill.is_in(SkillFlow.marking)

    @property
    def sheets(self) -> list[Sheet]:
        """The sheets of everyone who competes, by code."""
        session = object_session(self)
        assert session is not None
        query = counted_sheets(self.skill_id).where(Sheet.sub_criterion_id == self.sub_criterion_id)
        return sorted(session.scalars(query), key=lambda sheet: sheet.code)

    @property
    def missing(self) -> Iterable[Text]:
        return missing_in(self.sheets)

    @property
    def digest(self) -> str:
        return digest_of(self.sheets)

    @property
    def team(self) -> list[Account]:
        """The judges who score its sheets, by their seats."""
        held = {seat: account for sheet in self.sheets for seat, account in sheet.held_by.items()}
        by_id = {seat.account_id: seat.account for seat in self.skill.panel}
        return [by_id[held[seat]] for seat in sorted(held) if held[seat] in by_id]

    @property
    def valid_signatures(self) -> list[AcceptanceSignature]:
        digest = self.digest
        return [signature for signature in self.signatures if signature.digest == digest]

    @property
    def is_signed_on_paper(self) -> bool:
        return self.paper_digest is not None and self.paper_digest == self.digest

    @property
    def not_signed(self) -> Iterable[str]:
        if self.is_signed_on_paper:
            return []
        signed = {signature.account_id for signature in self.valid_signatures}
        return [judge.name for judge in self.team if judge.id not in signed]

    @property
    def needs_acceptance(self) -> bool:
        return bool(self.sheets) and needs_acceptance(self.skill.acceptance, len(self.team))

    @property
    def has_wrong_sheets(self) -> bool:
        wrong = set(self.skill.wrong_sheets)
        return any(sheet.id in wrong for sheet in self.sheets)


def counted_sheets(skill_id: int) -> sa.Select[Sheet]:
    """The sheets of everyone who competes in a skill, with all that their state rests on; each competitor's codes are opened once."""
    query = sa.select(Sheet).join(Entry, Entry.id == Sheet.entry_id).where(Sheet.skill_id == skill_id, Entry.is_in(*COMPETING))
    parts = (Sheet.entry, Sheet.marks, Sheet.signatures, Sheet.rounds)
    return query.where(~Sheet.is_in(SheetFlow.superseded)).options(*(selectinload(each) for each in parts))


def digest_of(sheets: Iterable[Sheet]) -> str:
    """SHA-256 of one line for each of *sheets*, which come by their codes: its code, a tab, its own digest."""
    return hashlib.sha256("".join(f"{sheet.code}\t{sheet.digest}\n" for sheet in sheets).encode()).hexdigest()


def missing_in(sheets: Iterable[Sheet]) -> Iterator[Text]:
    """Why each of *sheets* cannot be locked with its unit, one line for each that cannot."""
    for sheet in sheets:
        reasons = [] if sheet.is_in(SheetFlow.locked) else [*sheet.missing_marks, *sheet.open_differences]
        if sheet.is_in(SheetFlow.open) and not reasons:
            reasons = [Text("尚未签字", "not signed yet")]
        elif sheet.is_in(SheetFlow.signed) and not reasons and sheet.unsigned_seats:
            seats = "、".join(map(str, sheet.unsigned_seats))
            reasons = [Text("第 {seats} 位裁判尚未签字", "not signed by judge {seats}").format(seats=seats)]
        elif sheet.is_in(SheetFlow.signed) and not reasons:
            reasons = [each.words for each in sheet.inherited]
        if reasons:
            yield of_a_sheet(sheet.code, reasons)


class AcceptanceSignature(AppendOnly, Base):
    """A judge's signature under a unit.  Each carries the hash of the one before, so that none can be taken out or put in between."""

    __tablename__ = "acceptance_signature"
    __table_args__ = (sa.UniqueConstraint("unit_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("lock_unit.id"), index=True)
    number: Mapped[int]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(sa.String(64))
    previous: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))

    unit: Mapped[LockUnit] = relationship(back_populates="signatures")
    account: Mapped[Account] = relationship()

    @property
    def is_sound(self) -> bool:
        """Whether the row says what its hash says."""
        return self.hash == chained(self.previous, self.account_id, self.at, self.digest)


def chained(previous: str, account_id: int, at: datetime, digest: str) -> str:
    """The hash of a signature, given the one before it."""
    return hashlib.sha256(f"{previous}\n{account_id}\n{at.isoformat(timespec='seconds')}\n{digest}".encode()).hexdigest()
