"""Claims follow the facts they rest on: a fact that was revised or taken back changes what is due, and the books are made to agree.

What is not paid is determined again, or ends; what was paid too much becomes a claw-back case, what was paid too little a supplementary
claim for the difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import queries as accounts
from app.accounts.notifying import tell
from app.achievements.models import Achievement
from app.core import engine
from app.core.actor import CLOCK
from app.rewards import clawing_back
from app.rewards.determining import determine_and_keep, facts_of, history_of
from app.rewards.models import Claim, Clawback, Determination, Payment
from app.rewards.proposing import begin_claims, consider, rest_on, use_account_on_file
from workflows.rewards.books import Books
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.clawback_flow import ClawbackFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Kind, Step

TAKEN_BACK = Text("所依据的事实已撤销", "What it rests on was taken back")
DETERMINED_ANEW = Text(
    "「{claim}」因所依据的成绩更正重新核算：{old} 元改为 {new} 元。理由：{reason}",
    "“{claim}” was determined anew, because the results it rests on were revised: {old} yuan became {new} yuan. Reason: {reason}",
)
REVIEWED = ClaimFlow.revise.source
"""The states in which somebody has already looked at the amount: it goes back to be looked at again."""


# ── what the messages of achievements lead to ───────────────────────────────────────────────────────────────────────


def follow_replacement(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Delivery of `achievement.replaced`: what the policies said of the old version is asked again of the new one, for the same day."""
    new = session.get_one(Achievement, payload["achievement"])
    before = _last_determinations(session, new)
    if not before:
        consider(session, new, now)
    for earlier in before:
        facts = _carried_over(earlier, new) | {"history": history_of(session, new, but_own_thread=True)}
        after = determine_and_keep(
            session, new, earlier.beneficiary, earlier.policy_version, facts, earlier.on, CLOCK, now, payload["reason"]
        )
        for claims in _cases(session, new, after):
            _bring_in_line(session, claims, after, payload["reason"], now)
        begin_claims(session, after, CLOCK, now, is_proposed=True)


def end_claims(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Delivery of `achievement.withdrawn`: what is not paid yet ends, what is in a batch is held there, what was paid is claimed back.

    A batch that holds such a claim can be neither approved nor sent until finance has taken it out; then it ends as well.
    """
    achievement = session.get_one(Achievement, payload["achievement"])
    reason = achievement.withdrawn_reason or str(TAKEN_BACK)
    for claim in _claims_of(session, achievement):
        if claim.is_in(ClaimFlow.in_batch):
            claim.lapses_at = claim.lapses_at or now
        elif not claim.is_in(ClaimFlow.paid, ClaimFlow.refused, ClaimFlow.withdrawn):
            _let_lapse(session, claim, reason, now)
    for claim in _claims_of(session, achievement):
        if claim.is_in(ClaimFlow.paid):
            claim.due_determination = None
            make_even(session, claim, reason, now)


def _claims_of(session: Session, achievement: Achievement) -> Sequence[Claim]:
    """Every claim on any version of a fact, the oldest first."""
    own = sa.select(Claim).join(Claim.achievement).where(Achievement.thread == achievement.thread)
    return session.scalars(own.order_by(Claim.rule, Claim.beneficiary, Claim.id)).all()


def _last_determinations(session: Session, achievement: Achievement) -> list[Determination]:
    """What each policy last said of each side of a fact, in any of its versions."""
    rows = session.scalars(
        sa.select(Determination).join(Determination.achievement).where(Achievement.thread == achievement.thread).order_by(Determination.id)
    )
    last = {(row.beneficiary, row.policy_version_id): row for row in rows}
    return [last[key] for key in sorted(last)]


def _cases(session: Session, achievement: Achievement, after: Determination) -> list[list[Claim]]:
    """The claims that what *after* says is about, those of one rule and payee together."""
    own = [
        claim
        for claim in _claims_of(session, achievement)
        if claim.determination.beneficiary == after.beneficiary and claim.determination.policy_version_id == after.policy_version_id
    ]
    return [list(claims) for _, claims in groupby(own, key=_case_of)]


def _carried_over(before: Determination, new: Achievement) -> dict[str, Any]:
    """The facts of the new version; what an applicant or the bureau had corrected or added stays as they said it."""
    old_facts = facts_of(before.achievement, before.beneficiary)
    said = {key: value for key, value in before.facts.items() if key != "history" and value != old_facts.get(key)}
    return facts_of(new, before.beneficiary) | said


# ── one case ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _bring_in_line(session: Session, claims: Sequence[Claim], after: Determination, reason: str, now: datetime) -> None:
    """Let a case rest on *after*: its open claim, or what was paid of it."""
    paid = [claim for claim in claims if claim.is_in(ClaimFlow.paid)]
    open_ = next((claim for claim in reversed(claims) if claim.state.kind is Kind.OPEN), None)
    for claim in paid:
        claim.due_determination = after
    if open_ is not None:
        _revise_unpaid(session, open_, after, reason, now)
    if paid and (open_ is None or not open_.is_in(ClaimFlow.in_batch)):
        make_even(session, paid[-1], reason, now)


def _revise_unpaid(session: Session, claim: Claim, after: Determination, reason: str, now: datetime) -> None:
    due = after.amount_of(claim.rule) or Decimal(0)
    claim.due_determination = after
    if claim.is_in(ClaimFlow.in_batch):  # the bank may have it already: it is put right when it comes out of the batch, or was paid
        claim.revised_at, claim.lapses_at = (now, None) if due > _held(session, claim) else (None, now)
        return
    if due <= _held(session, claim):
        _let_lapse(session, claim, reason, now)
        return
    old = claim.payable
    if claim.is_in(*REVIEWED):
        claim.revised_at = now
        engine.fire(session, claim, ClaimFlow.revise, CLOCK, now, reason)
    else:
        rest_on_revised(session, claim, Step(now, CLOCK, reason))
        amounts = [str(old), str(claim.payable)]
        engine.edited(session, claim, CLOCK, now, {"reason": reason, "determination": after.digest, "amount": amounts})
    _tell(session, claim, old, reason, now)


def rest_on_revised(session: Session, claim: Claim, step: Step) -> None:
    """Effect of `revise`: the claim rests on the new version of its fact, and on what is still due of it."""
    after = claim.due_determination
    if after is None:
        return
    held = _held(session, claim)
    claim.shares.clear()
    session.flush()
    with session.no_autoflush:  # amount and what was paid before change together
        claim.achievement = after.achievement
        claim.paid_before = held
        rest_on(claim, after)
        claim.due_determination, claim.revised_at = None, None
        clawing_back.let_go(session, claim, step)
    session.flush()


def _let_lapse(session: Session, claim: Claim, reason: str, now: datetime) -> None:
    claim.lapses_at = claim.lapses_at or now
    engine.fire(session, claim, ClaimFlow.lapse, CLOCK, now, reason)


def _tell(session: Session, claim: Claim, old: Decimal | None, reason: str, now: datetime) -> None:
    words = DETERMINED_ANEW.format(claim=claim.title, old=_yuan(old), new=_yuan(claim.payable), reason=reason)
    for account_id in sorted(accounts.concerned(session, claim, (Role.APPLICANT, Role.REVIEWER))):
        tell(session, account_id, words, claim, now)


def _yuan(amount: Decimal | None) -> str:
    return "0.00" if amount is None else f"{amount:,.2f}"


# ── the books ───────────────────────────────────────────────────────────────────────────────────────────────────────


def books_of(session: Session, claim: Claim) -> Books:
    """What was paid, came back and is due in the case of *claim*, over all its claims."""
    same = (
        sa.select(Claim.id)
        .join(Claim.achievement)
        .where(Achievement.thread == claim.achievement.thread, Claim.rule == claim.rule, Claim.beneficiary == claim.beneficiary)
    )
    paid = session.scalar(sa.select(sa.func.coalesce(sa.func.sum(Payment.amount), 0)).where(Payment.claim_id.in_(same))) or Decimal(0)
    cases = session.scalars(sa.select(Clawback).where(Clawback.claim_id.in_(same))).all()
    recovered = sum((case.recovered for case in cases), Decimal(0))
    written_off = sum((case.written_off for case in cases), Decimal(0))
    return Books(paid, recovered, written_off, claim.due)


def _held(session: Session, claim: Claim) -> Decimal:
    return books_of(session, claim).held


def make_even(session: Session, claim: Claim, reason: str, now: datetime) -> None:
    """Let the books of a paid claim agree with what is due: claim back what is too much, propose what is missing.

    A case that is open already stays where it is about just this; otherwise the new one takes its place.  What came back stays booked.
    """
    session.flush()
    books = books_of(session, claim)
    case = _open_case(session, claim)
    if case is not None and case.outstanding != books.overpaid:
        case.lapses_at = now
        session.flush()
        engine.fire(session, case, ClawbackFlow.supersede, CLOCK, now, reason)
        case = None
    if books.overpaid and case is None:
        made = Clawback(
            claim=claim, determination=claim.due_determination, paid=books.held, due=books.due, amount=books.overpaid, reason=reason
        )
        engine.begin(session, made, CLOCK, now, {"amount": str(books.overpaid), "paid": str(books.held), "due": str(books.due)})
        for account_id in sorted(accounts.concerned(session, made, (Role.REVIEWER, Role.FINANCE))):
            tell(session, account_id, OPENED.format(claim=claim.title, payee=claim.payee_name, amount=_yuan(books.overpaid)), made, now)
    elif books.underpaid and claim.due_determination is not None:
        _supplement(session, claim, claim.due_determination, books, now)


OPENED = Text("「{claim}」{payee}：应追回 {amount} 元，已立案", "“{claim}”, {payee}: {amount} yuan to be claimed back; a case is open")


def follow_lapse(session: Session, claim: Claim, step: Step) -> None:
    """Effect of `lapse`: what was paid before a supplementary claim came to nothing is looked at again."""
    paid = [each for each in _claims_of(session, claim.achievement) if _case_of(each) == _case_of(claim) and each.is_in(ClaimFlow.paid)]
    if paid:
        make_even(session, paid[-1], step.comment or str(TAKEN_BACK), step.now)


def _case_of(claim: Claim) -> tuple[str, str]:
    return claim.rule, claim.beneficiary


def _open_case(session: Session, claim: Claim) -> Clawback | None:
    return session.scalar(sa.select(Clawback).where(Clawback.claim_id == claim.id, Clawback.is_in(*ClawbackFlow.supersede.source)))


def _supplement(session: Session, claim: Claim, after: Determination, books: Books, now: datetime) -> None:
    """A claim for the difference, to be confirmed, reviewed and put before the public like any other; one at a time, says the database."""
    if session.scalar(sa.select(Claim.id).where(Claim.supplements_id == claim.id, ~Claim.is_in(ClaimFlow.refused, ClaimFlow.withdrawn))):
        return
    payee = claim.person or claim.organisation
    more = Claim(
        achievement=after.achievement,
        rule=claim.rule,
        pays=claim.pays,
        title_zh=claim.title_zh,
        title_en=claim.title_en,
        beneficiary=claim.beneficiary,
        person=claim.person,
        organisation=claim.organisation,
        proposed_at=now,
        supplements=claim,
        paid_before=books.held,
    )
    rest_on(more, after)
    if payee is not None:
        use_account_on_file(more, payee)
    engine.begin(session, more, CLOCK, now, {"determination": after.digest, "amount": str(more.payable), "supplements": claim.id})
    engine.settle(session, more, now)
