"""Facts revised, money paid, claimed back, offset and written off in random order: the books add up, and nobody is paid twice."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.achievements import commands as achievements
from app.core import engine
from app.core.db import transaction
from app.core.errors import Refused
from app.rewards import clawing_back, commands, following, paying
from app.rewards.models import Claim, Clawback, Payment, PaymentBatch
from app.rewards.models.clawback import OFFSET, ClawbackEntry
from app.rewards.models.payment import PENDING
from tests.support.rewards import CARD, Bureau
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.clawback_flow import ClawbackFlow
from workflows.rewards.payment_flow import PaymentBatchFlow
from workflows.text import Text
from workflows.workflow import Kind

COURSES, STEPS = 4, 30
AWARDS = {"市赛": "5000", "省赛": "2000"}
PRIZES = ("1000", "2000", "3000", "5000", "8000")
WHAT = (*("go_on",) * 10, *("revise",) * 3, "take_back", *("hold",) * 2, *("bank",) * 4, *("repay",) * 2, *("offset",) * 6, "a_week")


class Books:
    """A worker with two awards, the bureau, finance and the bank."""

    def __init__(self, session, chance):
        self.session, self.chance, self.bureau = session, chance, Bureau(session)
        worker = self.bureau.person()
        self.threads = [
            self.bureau.award(worker, prize=prize, competition=f"2026赛{n}", skill="车工").thread
            for n, prize in enumerate(("5000", "2000"))
        ]
        bureau = self.bureau
        self.people = [bureau.reviewer, bureau.approver, bureau.finance, bureau.second_finance, bureau.applicant(bureau.claims()[0])]

    # ── what happens ──

    def go_on(self):
        """Whoever may take a claim, a case or a batch a step further does, mostly forward."""
        for model in (Claim, Clawback, PaymentBatch):
            for id_ in self.session.scalars(sa.select(model.id).order_by(model.id)).all():
                self.session.rollback()
                with transaction() as s:
                    row = s.get_one(model, id_, populate_existing=True)
                    if model is Claim and row.is_in(ClaimFlow.second_reviewed):
                        if row.hold is None:
                            commands.open_publicity(s, [row], self.bureau.reviewer, self.bureau.now, title="公示", days=5, contact="0571")
                        continue
                    if model is PaymentBatch and row.is_in(PaymentBatchFlow.approved) and row.bank_list_hash is None:
                        paying.export_bank_list(s, row, self.bureau.finance, self.bureau.now)
                    offers = [(who, each) for who in self.people for each in engine.offers(row, who, self.bureau.now) if each.allowed]
                    forward = [each for each in offers if not each[1].transition.is_adverse] or offers
                    if forward:
                        who, offer = self.chance.choice(offers if self.chance.random() < 0.1 else forward)
                        engine.fire(s, row, offer.transition, who, self.bureau.now, "理由")
                        assert not (model is PaymentBatch and offer.transition is PaymentBatchFlow.send) or not any(
                            line.claim.hold for line in row.payments
                        ), "a claim that is held was sent to the bank"

    def revise(self):
        with transaction() as s:
            last = achievements.latest(s, self.chance.choice(self.threads))
            achievements.replace(
                s,
                last,
                "成绩更正",
                self.bureau.now,
                source=f"{last.thread}/v{last.id + 1}",
                kind=last.kind,
                person_id=last.person_id,
                title=last.title,
                on=last.on,
                level=last.level,
                award=self.chance.choice(("first", "second")),
                prize_received=Decimal(self.chance.choice(PRIZES)),
                facts=last.facts,
            )
        self.bureau.deliver()

    def take_back(self):
        with transaction() as s:
            last = achievements.latest(s, self.chance.choice(self.threads))
            if last.withdrawn_at is None:
                achievements.withdraw(s, last, "名次取消", self.bureau.now)
        self.bureau.deliver()

    def hold(self):
        with transaction() as s:
            last = achievements.latest(s, self.chance.choice(self.threads))
            achievements.hold(s, last, None if last.hold else Text("申诉正在处理", "Held by an appeal"))

    def bank(self):
        """The bank answers, and now and then sends something back."""
        for batch in self.rows(PaymentBatch, PaymentBatchFlow.sent):
            numbers = [line.number for line in batch.payments if line.status == PENDING]
            bounced = {number: "账号有误" for number in numbers if self.chance.random() < 0.3}
            if numbers:
                self.bureau.book(batch, self.bureau.result_file(batch, bounced))
        for claim in self.rows(Claim, ClaimFlow.bounced):
            with transaction() as s:
                row = s.get_one(Claim, claim.id)
                commands.set_account(s, row, self.bureau.applicant(row), self.bureau.now, bank_name="农商银行", account=CARD)

    def repay(self):
        for case in self.rows(Clawback, ClawbackFlow.ordered):
            part = self.chance.choice((Decimal(100), case.outstanding - case.still_to_be_offset))
            self.tried(
                lambda s, row, part=part: clawing_back.book_repayment(
                    s, row, self.bureau.finance, self.bureau.now, amount=part, on=self.bureau.now.date(), reference="R"
                ),
                case,
            )

    def offset(self):
        for case in self.rows(Clawback, ClawbackFlow.ordered):
            for claim in clawing_back.offsettable(self.session, case):
                most = min(claim.payable, case.outstanding - case.still_to_be_offset)
                part = self.chance.choice((most, most / 2, claim.payable + 1)).quantize(Decimal("0.01"))
                self.tried(
                    lambda s, row, id_=claim.id, part=part: clawing_back.reserve_offset(
                        s, row, s.get_one(Claim, id_), self.bureau.finance, self.bureau.now, part
                    ),
                    case,
                )

    def a_week(self):
        self.bureau.now += timedelta(days=8)
        engine.tick(self.bureau.now)
        self.bureau.deliver()

    def tried(self, act, row):
        try:
            with transaction() as s:
                act(s, s.get_one(type(row), row.id, populate_existing=True))
        except Refused:
            self.session.rollback()

    def rows(self, model, *states):
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(sa.select(model).where(model.is_in(*states)).order_by(model.id)).all()

    # ── what must hold ──

    def check(self):
        session = self.session
        session.rollback()
        session.expire_all()
        for payment in session.scalars(sa.select(Payment)):
            claim = session.get_one(Claim, payment.claim_id)
            assert (payment.amount, claim.state) == (claim.payable, ClaimFlow.paid), "what was paid is not what the claim is about"
            assert payment.amount - payment.offset == (payment.line.amount if payment.line else 0)
            booked = session.scalar(sa.select(ClawbackEntry.amount).where(ClawbackEntry.claim_id == claim.id, ClawbackEntry.kind == OFFSET))
            assert (booked or 0) == payment.offset, "an offset is not on the books of both"
        for thread in self.threads:
            self.check_case(thread)

    def check_case(self, thread):
        claims = self.session.scalars(
            sa.select(Claim).join(Claim.achievement).where(sa.text("achievement.thread = :t")).params(t=thread)
        ).all()
        paid = [claim for claim in sorted(claims, key=lambda claim: claim.id) if claim.is_in(ClaimFlow.paid)]
        if not paid or any(claim.is_in(ClaimFlow.in_batch) or claim.lapses_at or claim.revised_at for claim in claims if claim not in paid):
            return  # nothing on the books yet, or it is put right when it comes back from the bank
        books = following.books_of(self.session, paid[-1])
        cases = [case for claim in claims for case in claim.clawbacks if case.state.kind is Kind.OPEN]
        assert sum((case.outstanding for case in cases), Decimal(0)) == books.overpaid, "what is claimed back is not what is too much"
        open_ = [claim for claim in claims if claim.state.kind is Kind.OPEN]
        ended = [claim for claim in claims if claim.state.kind is Kind.ENDED]
        assert sum((claim.payable for claim in open_), Decimal(0)) == books.underpaid or ended, "what is missing is not claimed"


@pytest.mark.parametrize("seed", range(COURSES))
def test_the_books_add_up_after_every_step_of_a_random_course(session, seed):
    chance = random.Random(seed)
    course = Books(session, chance)
    done = []
    for _ in range(STEPS):
        done.append(chance.choice(WHAT))
        getattr(course, done[-1])()
        try:
            course.check()
        except AssertionError as error:
            raise AssertionError(f"{error}\nafter {done}") from error
