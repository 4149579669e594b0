"""A claim: somebody's right to an amount that a clause grants for what they achieved."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, object_session, relationship

from app.accounts.models import RoleGrant
from app.achievements.models import Achievement
from app.core.actor import Actor, Within
from app.core.db import Base, Money, UtcDateTime
from app.core.files import StoredFile
from app.core.flowing import Flowing
from app.core.secrets import Sealed
from app.notices.models import Notice, Objection
from app.registry.models import Organisation, Person
from app.rewards.models.clawback import Clawback
from app.rewards.models.payment import PAID, STANDING, PaymentLine
from app.rewards.models.policy import Determination
from workflows.publicity.notice_flow import NoticeFlow
from workflows.publicity.objection_flow import ObjectionFlow
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.payment_flow import PaymentBatchFlow
from workflows.roles import Role, Scope
from workflows.text import Text

_STANDS = sa.text(f"state NOT IN ('{ClaimFlow.refused.name}', '{ClaimFlow.withdrawn.name}')")


class Claim(Flowing, Base):
    """Who claims what under which rule, on the strength of which achievement.

    Whoever is paid is `person` or `organisation`; of an expert team `person` is the one who stands for it and `shares`
    says who gets how much.  The amount is that of a determination and of nothing else: the database compares the two.
    """

    __tablename__ = "claim"
    __table_args__ = (
        sa.UniqueConstraint("achievement_id", "rule", "beneficiary"),
        sa.CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="one_payee"),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name="amount"),
        sa.CheckConstraint("state <> 'paid' OR amount IS NOT NULL", name="paid_has_an_amount"),
        sa.CheckConstraint("state <> 'publicity' OR notice_id IS NOT NULL", name="publicity_has_a_notice"),
        sa.Index("uq_claim_supplements", "supplements_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
        sa.CheckConstraint("paid_before >= 0 AND (amount IS NULL OR paid_before < amount)", name="something_is_due"),
        sa.CheckConstraint("paid_before = 0 OR supplements_id IS NOT NULL", name="paid_before_names_the_claim"),
        sa.CheckConstraint('"offset" >= 0 AND (amount IS NULL OR "offset" <= amount - paid_before)', name="offset_is_of_what_is_due"),
        sa.CheckConstraint('"offset" = 0 OR offset_case_id IS NOT NULL', name="offset_names_a_case"),
        sa.CheckConstraint('"offset" = 0 OR offset_by_id IS NOT NULL', name="offset_names_who_arranged_it"),
        sa.ForeignKeyConstraint(
            ["determination_id", "rule", "amount"],
            ["granted_amount.determination_id", "granted_amount.rule", "granted_amount.amount"],
            name="fk_claim_amount_granted_amount",
        ),
    )
    workflow = ClaimFlow

    achievement_id: Mapped[int] = mapped_column(sa.ForeignKey("achievement.id"))
    rule: Mapped[str] = mapped_column(sa.String(80))
    pays: Mapped[str] = mapped_column(sa.String(20))  # whom the rule pays: competitor, expert_team, enterprise, person, studio
    title_zh: Mapped[str] = mapped_column(sa.String(120))
    title_en: Mapped[str] = mapped_column(sa.String(120))
    beneficiary: Mapped[str] = mapped_column(sa.String(40))  # person:3, organisation:2, expert_team:3
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    determination_id: Mapped[int] = mapped_column(sa.ForeignKey("determination.id"), index=True)
    amount: Mapped[Decimal | None] = mapped_column(Money())
    proposed_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    lapses_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    notice_id: Mapped[int | None] = mapped_column(sa.ForeignKey("notice.id"), index=True)
    objections_seen: Mapped[int] = mapped_column(default=0)  # the last objection of the notice found not to concern this claim
    account_name: Mapped[str] = mapped_column(sa.String(120), default="")
    bank_name: Mapped[str] = mapped_column(sa.String(120), default="")
    bank_account: Mapped[str | None] = mapped_column(Sealed("claim.bank_account"))
    bank_account_masked: Mapped[str] = mapped_column(sa.String(40), default="")
    account_bounced_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revised_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)  # its fact was revised; it is yet to follow
    due_determination_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("determination.id")
    )  # what is due by the last version, where it differs
    supplements_id: Mapped[int | None] = mapped_column(sa.ForeignKey("claim.id"))  # the paid claim of which it pays the difference
    paid_before: Mapped[Decimal] = mapped_column(Money(), default=Decimal(0))
    offset: Mapped[Decimal] = mapped_column(Money(), default=Decimal(0))  # what of it is kept back for a debt
    offset_case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("clawback.id", use_alter=True))
    offset_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    achievement: Mapped[Achievement] = relationship()
    person: Mapped[Person | None] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    determination: Mapped[Determination] = relationship(foreign_keys=[determination_id])
    due_determination: Mapped[Determination | None] = relationship(foreign_keys=[due_determination_id])
    supplements: Mapped[Claim | None] = relationship(remote_side="Claim.id", foreign_keys=[supplements_id])
    clawbacks: Mapped[list[Clawback]] = relationship(back_populates="claim", foreign_keys="Clawback.claim_id", order_by="Clawback.id")
    offset_case: Mapped[Clawback | None] = relationship(foreign_keys=[offset_case_id], back_populates="reserved")
    notice: Mapped[Notice | None] = relationship()
    proofs: Mapped[list[Proof]] = relationship(back_populates="claim", order_by="Proof.id")
    shares: Mapped[list[TeamShare]] = relationship(back_populates="claim", order_by="TeamShare.place", cascade="all, delete-orphan")
    lines: Mapped[list[PaymentLine]] = relationship(back_populates="claim", order_by="PaymentLine.id")

    @property
    def title(self) -> Text:
        """What the rule is called."""
        return Text(self.title_zh, self.title_en)

    @property
    def payee_name(self) -> str:
        payee = self.person or self.organisation
        return payee.name if payee else ""

    @property
    def payable(self) -> Decimal | None:
        """What is to be paid: the amount, less what was paid for the same before."""
        return None if self.amount is None else self.amount - self.paid_before

    @property
    def is_offset_in_full(self) -> bool:
        return self.offset > 0 and self.offset == self.payable

    @property
    def due(self) -> Decimal:
        """What the payee is due in this case by the last version of the fact it rests on."""
        if self.due_determination is not None:
            return self.due_determination.amount_of(self.rule) or Decimal(0)
        return Decimal(0) if self.achievement.withdrawn_at is not None else self.amount or Decimal(0)

    # ── what the rulebook asks of a claim ──

    @property
    def hold(self) -> Text | None:
        return self.achievement.hold

    @property
    def has_evidence(self) -> bool:
        return not self.achievement.is_outside or bool(self.proofs)

    @property
    def determined_amount(self) -> Decimal | None:
        return self.amount

    @property
    def split_total(self) -> Decimal | None:
        return sum((share.amount for share in self.shares), Decimal(0)) if self.shares else None

    @property
    def has_payee_account(self) -> bool:
        return self.bank_account is not None and self.account_bounced_at is None

    @hybrid_property
    def publicity_ends_at(self) -> datetime | None:
        """When the notice that names it ends; a notice taken down ends nothing."""
        if self.notice is None or self.notice.is_in(NoticeFlow.withdrawn):
            return None
        return self.notice.ends_at

    @publicity_ends_at.inplace.expression
    @classmethod
    def _publicity_ends_at(cls) -> sa.ColumnElement[datetime | None]:
        ends = sa.select(Notice.ends_at).where(Notice.id == cls.notice_id, ~Notice.is_in(NoticeFlow.withdrawn))
        return ends.scalar_subquery()

    @property
    def objections(self) -> list[Objection]:
        """Objections to its notice that nobody has found to concern others only."""
        return [o for o in self.notice.objections if o.id > self.objections_seen] if self.notice else []

    @property
    def has_open_objection(self) -> bool:
        return any(objection.is_open for objection in self.objections)

    @property
    def has_upheld_objection(self) -> bool:
        return any(objection.is_in(ObjectionFlow.upheld) for objection in self.objections)

    @property
    def is_payment_confirmed(self) -> bool:
        line = self.standing_line
        return line is not None and line.status == PAID

    # ── payment ──

    @property
    def standing_line(self) -> PaymentLine | None:
        """The line that pays it, or has paid it; there is one at most."""
        return next((line for line in self.lines if line.status in STANDING), None)

    @property
    def is_at_the_bank(self) -> bool:
        """Its line was sent and waits for the bank's answer: its amount is fixed."""
        line = self.standing_line
        return self.is_in(ClaimFlow.in_batch) and line is not None and line.batch.is_in(PaymentBatchFlow.sent)

    # ── whose it is ──

    @property
    def scopes(self) -> tuple[Within, ...]:
        return ((Scope.ORGANISATION, self.organisation_id),) if self.organisation_id else ()

    def own_roles(self, actor: Actor) -> tuple[Role, ...]:
        if self.person_id is not None:
            return (Role.APPLICANT,) if actor.person_id == self.person_id else ()
        return (Role.APPLICANT,) if self.organisation_id in actor.ids(Role.CLERK) else ()

    @property
    def interested_person_ids(self) -> tuple[int, ...]:
        return (self.person_id,) if self.person_id else ()

    @property
    def interested_account_ids(self) -> tuple[int, ...]:
        """Of an organisation's claim, its clerks."""
        session = object_session(self)
        if self.organisation_id is None or session is None:
            return ()
        clerks = sa.select(RoleGrant.account_id).where(
            RoleGrant.role == Role.CLERK.key, RoleGrant.on_id == self.organisation_id, RoleGrant.ended_at.is_(None)
        )
        return tuple(session.scalars(clerks))


class TeamShare(Base):
    """One line of a team's table.  The table adds up, because the determination that made it refuses one that does not."""

    __tablename__ = "team_share"
    __table_args__ = (sa.UniqueConstraint("claim_id", "place"), sa.CheckConstraint("amount >= 0", name="amount"))

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claim.id"))
    place: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(80))
    amount: Mapped[Decimal] = mapped_column(Money())

    claim: Mapped[Claim] = relationship(back_populates="shares")


class Proof(Base):
    """A file handed in to prove what an award won elsewhere, or a payment received, says of itself."""

    __tablename__ = "claim_proof"
    __table_args__ = (sa.UniqueConstraint("claim_id", "file_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claim.id"), index=True)
    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    claim: Mapped[Claim] = relationship(back_populates="proofs")
    file: Mapped[StoredFile] = relationship()


class ClaimList(Base):
    """Claims put before the public together: what their notice is about."""

    __tablename__ = "claim_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))

    @property
    def scopes(self) -> tuple[Within, ...]:
        return ()
