"""What is locked and accepted together: the sheets of one sub criterion on one day."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session, relationship

from app.accounts.models import Account
from app.competitions.models.entry import Entry
from app.competitions.models.marking import COMPETING, Mark, RemarkRound, Sheet, SheetSignature, seated
from app.competitions.models.plan import OfSkill, Skill
from app.competitions.models.reading import Given, Reading, Signed
from app.competitions.models.scheme import SubCriterion
from app.core.append_only import AppendOnly
from app.core.db import Base, UtcDateTime
from app.core.files import StoredFile
from workflows.competition.codes import of_sheet as code_of_sheet
from workflows.competition.lock_flow import LockFlow, needs_acceptance, of_a_sheet
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.text import Text
from workflows.workflow import State


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
    def sheets(self) -> list[UnitSheet]:
        """The sheets of everyone who competes, by code, as they are now."""
        session = object_session(self)
        assert session is not None
        return sheets_of(session, self.skill, [self.sub_criterion])[self.sub_criterion_id]

    @property
    def missing(self) -> Iterable[Text]:
        return missing_in(self.sheets)

    @property
    def digest(self) -> str:
        return digest_of(self.sheets)

    @property
    def team(self) -> list[Account]:
        return self.judges_of(self.sheets)

    def judges_of(self, sheets: Iterable[UnitSheet]) -> list[Account]:
        """The judges who score *sheets*, by their seats."""
        held = {seat: account for sheet in sheets for seat, account in sheet.reading.held_by.items()}
        by_id = {seat.account_id: seat.account for seat in self.skill.panel}
        return [by_id[held[seat]] for seat in sorted(held) if held[seat] in by_id]

    def signed_by(self, digest: str) -> dict[int, AcceptanceSignature]:
        """The signatures under what *digest* stands for, by account."""
        return {signature.account_id: signature for signature in self.signatures if signature.digest == digest}

    @property
    def not_signed(self) -> Iterable[str]:
        return self.unsigned_among(self.sheets)

    def unsigned_among(self, sheets: Sequence[UnitSheet]) -> list[str]:
        """The judges of *sheets*, which are its own, who have not signed what they say; nobody where it was signed on paper."""
        digest = digest_of(sheets)
        signed = self.signed_by(digest)
        return [] if digest == self.paper_digest else [judge.name for judge in self.judges_of(sheets) if judge.id not in signed]

    @property
    def needs_acceptance(self) -> bool:
        session = object_session(self)
        assert session is not None
        panel = [seat.position for seat in self.skill.panel]
        usual = {seat.position: seat.account_id for seat in self.skill.panel}
        seatings = session.scalars(_counted(self.skill_id, [self.sub_criterion_id]).with_only_columns(Sheet.seating)).all()
        judges = {account for seating in seatings for account in seated(seating, panel).held_by(usual).values()}
        return bool(seatings) and needs_acceptance(self.skill.acceptance, len(judges & set(usual.values())))

    @property
    def has_wrong_sheets(self) -> bool:
        wrong = set(self.skill.wrong_sheets)
        return bool(wrong) and any(sheet.id in wrong for sheet in self.sheets)


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """A sheet of a unit as it is at one moment."""

    id: int
    code: str
    state: State
    reading: Reading


def sheets_of(session: Session, skill: Skill, subs: Iterable[SubCriterion]) -> dict[int, list[UnitSheet]]:
    """By sub criterion, the sheets of everyone who competes, by code: thousands of them in four questions, each code opened once."""
    by_id = {sub.id: sub for sub in subs}
    counted = _counted(skill.id, by_id).with_only_columns(Sheet.id, Sheet.sub_criterion_id, Sheet.entry_id, Sheet._state, Sheet.seating)
    ids = counted.with_only_columns(Sheet.id)
    marks: dict[int, list[Given]] = defaultdict(list)
    of_marks = sa.select(Mark.sheet_id, Mark.aspect_id, Mark.seat, Mark.round, Mark.value, Mark.account_id)
    for mark in session.execute(of_marks.where(Mark.sheet_id.in_(ids)).order_by(Mark.number)):
        marks[mark.sheet_id].append(mark)
    rounds: dict[int, dict[int, RemarkRound]] = defaultdict(dict)
    for each in session.scalars(sa.select(RemarkRound).where(RemarkRound.sheet_id.in_(ids)).order_by(RemarkRound.number)):
        rounds[each.sheet_id][each.aspect_id] = each
    signatures: dict[int, list[Signed]] = defaultdict(list)
    of_signatures = sa.select(SheetSignature.sheet_id, SheetSignature.account_id, SheetSignature.digest)
    for signature in session.execute(of_signatures.where(SheetSignature.sheet_id.in_(ids)).order_by(SheetSignature.id)):
        signatures[signature.sheet_id].append(signature)
    codes = {
        id_: (seat, work)
        for id_, seat, work in session.execute(
            sa.select(Entry.id, Entry.seat_code, Entry.work_code).where(Entry.skill_id == skill.id, Entry.is_in(*COMPETING))
        )
    }
    panel = [seat.position for seat in skill.panel]
    found: dict[int, list[UnitSheet]] = {id_: [] for id_ in by_id}
    for id_, sub_id, entry_id, state, seating in session.execute(counted):
        sub = by_id[sub_id]
        reading = Reading(id_, skill, sub, seated(seating, panel), marks[id_], rounds[id_], signatures[id_])
        code = code_of_sheet(skill.code_layers, sub.marked_at, *codes[entry_id])
        found[sub_id].append(UnitSheet(id_, code, SheetFlow.states[state], reading))
    return {sub_id: sorted(sheets, key=lambda sheet: sheet.code) for sub_id, sheets in found.items()}


def _counted(skill_id: int, sub_ids: Iterable[int]) -> sa.Select[Any]:
    """The sheets of everyone who competes that are part of the scheme."""
    query = sa.select(Sheet.id).join(Entry, Entry.id == Sheet.entry_id).where(Entry.is_in(*COMPETING), ~Sheet.is_in(SheetFlow.superseded))
    return query.where(Sheet.skill_id == skill_id, Sheet.sub_criterion_id.in_(list(sub_ids)))


def digest_of(sheets: Iterable[UnitSheet]) -> str:
    """SHA-256 of one line for each sheet: its code, a tab, its own digest."""
    return hashlib.sha256("".join(f"{sheet.code}\t{sheet.reading.digest}\n" for sheet in sheets).encode()).hexdigest()


def missing_in(sheets: Iterable[UnitSheet]) -> Iterator[Text]:
    """Why each of *sheets* cannot be locked with its unit, one line for each that cannot."""
    for sheet in sheets:
        said = sheet.reading
        reasons = [] if sheet.state is SheetFlow.locked else [*said.missing_marks, *said.open_differences]
        if sheet.state is SheetFlow.open and not reasons:
            reasons = [Text("尚未签字", "not signed yet")]
        elif sheet.state is SheetFlow.signed and not reasons and (unsigned := said.unsigned_seats):
            seats = "、".join(map(str, unsigned))
            reasons = [Text("第 {seats} 位裁判尚未签字", "not signed by judge {seats}").format(seats=seats)]
        elif sheet.state is SheetFlow.signed and not reasons:
            reasons = [each.words for each in said.inherited]
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
