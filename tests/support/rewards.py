"""A county bureau with a policy, winners with awards, and claims brought as far as a test needs them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts.models import Account, RoleGrant
from app.achievements import commands as achievements
from app.achievements.models import Achievement
from app.core import engine, jobs, masking
from app.core.actor import Actor
from app.core.db import transaction
from app.core.secrets import index_of
from app.registry.models import Occupation, Organisation, Person
from app.rewards import commands, paying, policies
from app.rewards.models import Claim, PaymentBatch
from app.web.spreadsheets import workbook
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.payment_flow import PaymentBatchFlow
from workflows.roles import Role
from workflows.text import Text

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)  # a Monday morning
TONGLU = "tonglu/2021-7"
CARD = "6222021001116245702"


class Bureau:
    """The people a claim passes on its way, and the steps it takes."""

    def __init__(self, session: Session, now: datetime = NOW) -> None:
        self.session, self.now, self._people = session, now, 0
        with transaction() as s:
            self.administrator = self.account(s, "admin", Role.ADMINISTRATOR)
            self.reviewer = self.account(s, "reviewer", Role.REVIEWER)
            self.approver = self.account(s, "approver", Role.APPROVER)
            self.finance = self.account(s, "finance", Role.FINANCE)
            self.second_finance = self.account(s, "finance2", Role.FINANCE)
            self.auditor = self.account(s, "auditor", Role.AUDITOR)
            policies.activate(s, TONGLU, self.administrator, now)
        self.deliver()

    def account(self, session: Session, login: str, *roles: Role, person: Person | None = None, on_id: int = 0) -> Actor:
        """Somebody who can sign in, as the actor they are."""
        account = Account(
            login=login,
            name=login,
            password_hash="-",
            created_at=self.now,
            must_change_password=False,
            person_id=person.id if person else None,
        )
        session.add(account)
        session.flush()
        session.add_all(RoleGrant(account_id=account.id, role=role.key, on_id=on_id, granted_at=self.now) for role in roles)
        session.flush()
        session.refresh(account)
        return account.actor

    def person(self, name: str = "方文婷", *, card: str | None = CARD) -> Person:
        """A registered person, with an account on file unless *card* is None."""
        self._people += 1
        number = f"33012219900101{self._people:03d}X"
        with transaction() as s:
            person = Person(
                name=name,
                id_number=number,
                id_number_index=index_of("person.id_number", number),
                id_number_masked=masking.mask_id_number(number),
                bank_name="桐庐农商银行" if card else "",
                bank_account=card,
                bank_account_masked=masking.mask_bank_account(card) if card else "",
                created_at=self.now,
            )
            s.add(person)
        return person

    def enterprise(self, name: str = "桐庐精工机械有限公司", code: str = "91330122MA2CFL1X5T") -> Organisation:
        with transaction() as s:
            organisation = Organisation(
                name=name,
                credit_code=code,
                kind="enterprise",
                bank_name="工商银行",
                bank_account="1202024109900012345",
                created_at=self.now,
            )
            s.add(organisation)
            if s.get(Occupation, "6-18-01-07") is None:
                s.add(Occupation(code="6-18-01-07", name="数控铣工"))
        return organisation

    def award(
        self, person: Person, *, level: str = "municipal", prize: str | None = "5000", award: str = "first", **facts: Any
    ) -> Achievement:
        """An award whose results became final, and what follows from it."""
        facts = {"competition": "2026市赛", "skill": "焊接"} | facts
        with transaction() as s:
            achievement = achievements.publish(
                s,
                self.now,
                source=f"result:{person.id}/{facts['competition']}/{facts['skill']}/{level}",
                kind="competition_award",
                person_id=person.id,
                title=f"{facts['competition']} {facts['skill']}",
                on=date(2026, 2, 20),
                level=level,
                award=award,
                prize_received=Decimal(prize) if prize else None,
                facts=facts,
            )
        self.deliver()
        return achievement

    def certificate(self, person: Person, organisation: Organisation, grade: int = 3, occupation: str = "6-18-01-07") -> Achievement:
        with transaction() as s:
            achievement = achievements.publish(
                s,
                self.now,
                source=f"recognition:{person.id}/{occupation}/{grade}",
                kind="grade_certificate",
                person_id=person.id,
                organisation_id=organisation.id,
                title=f"数控铣工 {grade}级",
                on=date(2026, 2, 20),
                occupation_code=occupation,
                grade_level=grade,
                facts={"certificate_kind": "skill_level", "claimed_by": "enterprise"},
            )
        self.deliver()
        return achievement

    def deliver(self) -> None:
        """Let the jobs do what is due."""
        jobs.sweep(self.now)

    def claims(self, achievement: Achievement | None = None) -> list[Claim]:
        query = sa.select(Claim).order_by(Claim.id)
        return list(self.session.scalars(query.where(Claim.achievement_id == achievement.id) if achievement else query))

    def applicant(self, claim: Claim) -> Actor:
        return Actor(None, claim.person_id, "申领人")

    def take(self, subject: Claim | PaymentBatch, transition: Any, actor: Actor, comment: str = "") -> None:
        with transaction() as s:
            engine.fire(s, subject, transition, actor, self.now, comment)

    def approved(self, claim: Claim) -> Claim:
        """Confirmed, reviewed twice, before the public, and approved by the clock."""
        self.take(claim, ClaimFlow.confirm, self.applicant(claim))
        return self.approve_submitted(claim)

    def approve_submitted(self, claim: Claim) -> Claim:
        self.take(claim, ClaimFlow.review, self.reviewer)
        self.take(claim, ClaimFlow.second_review, self.approver)
        with transaction() as s:
            notice = commands.open_publicity(s, [claim], self.reviewer, self.now, title="奖励公示", days=5, contact="0571")
        assert notice.ends_at is not None
        self.now = notice.ends_at
        engine.tick(self.now)
        self.session.refresh(claim)
        return claim

    def sent(self, *claims: Claim) -> PaymentBatch:
        """A batch with *claims*, prepared and approved by two people, its list exported, sent to the bank."""
        with transaction() as s:
            batch = paying.collect(s, claims, self.finance, self.now)
        self.take(batch, PaymentBatchFlow.prepare, self.finance)
        self.take(batch, PaymentBatchFlow.approve, self.second_finance)
        with transaction() as s:
            paying.export_bank_list(s, batch, self.finance, self.now)
        self.take(batch, PaymentBatchFlow.send, self.finance)
        return batch

    def result_file(self, batch: PaymentBatch, bounced: dict[int, str] | None = None, **wrong: Any) -> bytes:
        """What the bank answers: every line paid but those *bounced* (line number: reason)."""
        rows = [
            {
                "number": line.number,
                "account": line.account,
                "amount": line.amount,
                "status": "bounced" if line.number in (bounced or {}) else "paid",
                "reason": (bounced or {}).get(line.number, ""),
                "reference": f"B{line.number:04d}",
            }
            | wrong
            for line in batch.payments
        ]
        return workbook(paying.RESULT_COLUMNS, rows, Text("回执", "Results"))

    def book(self, batch: PaymentBatch, content: bytes) -> None:
        with transaction() as s:
            results = paying.read_results(batch, content, "result.xlsx", self.now.date())
            paying.book_results(s, batch, results, self.finance, self.now)
