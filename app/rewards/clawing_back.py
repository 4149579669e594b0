"""A claw-back case as the bureau, finance and the payee work on it: the hearing, money that comes back, an offset, what is written off."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit, clock, engine
from app.core.actor import Actor
from app.core.errors import Refused
from app.notices.queries import holidays_for
from app.rewards.models import Claim, Clawback
from app.rewards.models.clawback import OFFSET, REPAID, WRITTEN_OFF, ClawbackEntry
from workflows.calendar import publicity_window
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.clawback_flow import HEARING_DAYS, ClawbackFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

NOT_ORDERED = Text("决定追回后才能登记", "Nothing is booked before the recovery is ordered")
NOT_FINANCE = Text("由财政登记", "This is booked by finance")
TOO_MUCH = Text("超过尚未返还的 {amount} 元", "More than the {amount} yuan outstanding")
NOTHING = Text("金额应大于零，最多两位小数", "The amount must be more than nothing, with two places at most")
NO_REFERENCE = Text("请填写银行流水号或收据号", "Give the bank's reference or the number of the receipt")
IN_THE_FUTURE = Text("日期不能在今天之后", "The day cannot lie in the future")
NOT_WAITING = Text("只能用同一收款人待发放的申领抵扣", "Only a claim of the same payee that waits for payment can be offset")
MORE_THAN_DUE = Text("该申领应付 {amount} 元，抵扣不能超过此数", "No more than the {amount} yuan of that claim can be offset")
ALREADY_OFFSET = Text("该申领已用于抵扣", "That claim is offset already")
NOT_YOURS = Text("只有收款人可以答复", "Only the payee replies")
CENT = Decimal("0.01")


# ── effects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def begin_hearing(session: Session, case: Clawback, step: Step) -> None:
    """Effect of notifying the payee: so many working days to reply."""
    window = publicity_window(clock.today(step.now), HEARING_DAYS, holidays_for(session, step.now))
    case.reply_until = clock.at_local(window.is_over_on)


def write_off_rest(session: Session, case: Clawback, step: Step) -> None:
    """Effect of writing off, and of dropping a case: what is outstanding is booked as given up, so that it is not asked for again."""
    if case.outstanding > 0:
        _book(session, case, WRITTEN_OFF, case.outstanding, clock.today(step.now), step.actor, step.now, reason=step.comment)
    release_offsets(session, case, step)


def release_offsets(session: Session, case: Clawback, step: Step) -> None:
    """Effect of every end of a case: what was kept back on claims that are not paid yet is paid after all.

    What is at the bank stays: less was sent, and that is booked when the bank has answered.
    """
    booked = {entry.claim_id for entry in case.entries}
    for claim in list(case.reserved):
        if claim.id not in booked and not claim.is_in(ClaimFlow.paid) and not claim.is_at_the_bank:
            let_go(session, claim, step)


def let_go(_session: Session, claim: Claim, _step: Step) -> None:
    """Effect of every step by which a claim goes back or ends: nothing is kept back on it any more, and the debt is open again."""
    claim.offset, claim.offset_case, claim.offset_by_id = Decimal(0), None, None


# ── what people do ──────────────────────────────────────────────────────────────────────────────────────────────────


def keep_reply(session: Session, case: Clawback, actor: Actor, now: datetime, reply: str, version: int | None = None) -> None:
    """What the payee has to say; it can be changed until it is handed in."""
    engine.require_editable(case, actor, now, version)
    case.reply = reply.strip()
    engine.edited(session, case, actor, now, {"reply": len(case.reply)})


def book_repayment(
    session: Session, case: Clawback, actor: Actor, now: datetime, *, amount: Decimal, on: date, reference: str
) -> ClawbackEntry:
    """Money came back, in whole or in part."""
    _require_bookable(case, actor, amount)
    if not reference.strip():
        raise Refused(NO_REFERENCE)
    if on > clock.today(now):
        raise Refused(IN_THE_FUTURE)
    if amount > case.outstanding - case.still_to_be_offset:
        raise Refused(TOO_MUCH.format(amount=f"{case.outstanding - case.still_to_be_offset:.2f}"))
    return _book(session, case, REPAID, amount, on, actor, now, reference=reference.strip())


def reserve_offset(session: Session, case: Clawback, claim: Claim, actor: Actor, now: datetime, amount: Decimal) -> None:
    """Keep *amount* back when *claim* of the same payee is paid; it is booked with that payment and not before.

    Where it is all of it nothing goes through the bank: somebody else of finance settles the claim as it is.
    """
    _require_bookable(case, actor, amount)
    same = (claim.person_id, claim.organisation_id) == (case.claim.person_id, case.claim.organisation_id)
    if not same or not claim.is_in(ClaimFlow.approved) or claim.payable is None:
        raise Refused(NOT_WAITING)
    if claim.offset:
        raise Refused(ALREADY_OFFSET)
    if amount > case.outstanding - case.still_to_be_offset:
        raise Refused(TOO_MUCH.format(amount=f"{case.outstanding - case.still_to_be_offset:.2f}"))
    if amount > claim.payable:
        raise Refused(MORE_THAN_DUE.format(amount=f"{claim.payable:.2f}"))
    claim.offset, claim.offset_case, claim.offset_by_id = amount, case, actor.account_id
    engine.edited(session, claim, actor, now, {"offset": str(amount), "clawback": case.id})
    audit.record(session, case, actor, "reserve_offset", now, detail={"claim": claim.id, "amount": str(amount)})


def book_offset(session: Session, claim: Claim, on: date, step: Step) -> None:
    """A claim on which a debt was kept back is paid: the debt is paid with it, once, says the database."""
    _book(session, case_of(claim), OFFSET, claim.offset, on, step.actor, step.now, claim=claim)


def case_of(claim: Claim) -> Clawback:
    """The case for which something is kept back on *claim*."""
    if claim.offset_case is None:
        raise RuntimeError("an offset names the case it pays")
    return claim.offset_case


def _require_bookable(case: Clawback, actor: Actor, amount: Decimal) -> None:
    if Role.FINANCE not in actor.roles_on(case):
        raise Refused(NOT_FINANCE)
    if not case.is_in(ClawbackFlow.ordered):
        raise Refused(NOT_ORDERED)
    if amount <= 0 or amount != amount.quantize(CENT):
        raise Refused(NOTHING)


def _book(
    session: Session,
    case: Clawback,
    kind: str,
    amount: Decimal,
    on: date,
    actor: Actor,
    now: datetime,
    *,
    reference: str = "",
    reason: str = "",
    claim: Claim | None = None,
) -> ClawbackEntry:
    entry = ClawbackEntry(
        kind=kind,
        amount=amount,
        on=on,
        reference=reference[:80],
        reason=reason,
        claim_id=claim.id if claim else None,
        booked_at=now,
        account_id=actor.account_id,
    )
    case.entries.append(entry)
    session.flush()
    audit.record(session, case, actor, f"book_{kind}", now, comment=reason, detail={"amount": str(amount), "reference": reference})
    return entry


def offsettable(session: Session, case: Clawback) -> list[Claim]:
    """Claims of the same payee that wait for payment."""
    same = (
        Claim.person_id == case.claim.person_id if case.claim.person_id is not None else Claim.organisation_id == case.claim.organisation_id
    )
    query = sa.select(Claim).where(same, Claim.is_in(ClaimFlow.approved), Claim.offset == 0, Claim.amount.is_not(None))
    return list(session.scalars(query.order_by(Claim.id)))
