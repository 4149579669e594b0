"""What this slice adds to the office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.slices import Hit, NavigationEntry, Panel, Slice, Subject
from app.rewards import clawing_back, commands, following, paying, proposing, queries
from app.rewards.models import Claim, Clawback, PaymentBatch
from app.rewards.views import claim_pages, clawback_pages, payment_pages, reward_pages
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.clawback_flow import ClawbackFlow
from workflows.rewards.payment_flow import PaymentBatchFlow
from workflows.roles import Role
from workflows.text import Text

MONEY = Text("奖补", "Rewards")
BUREAU = (Role.REVIEWER, Role.APPROVER)
SHOWN = 8


def panels(session: Session, actor: Actor, _now: datetime) -> Iterable[Panel]:
    """For a person their claims and what brought nothing; for the bureau, finance and audit the claims by state."""
    if actor.holds(*queries.SEE_EVERYTHING):
        is_checked = actor.holds(*BUREAU, Role.AUDITOR)
        content = {"counts": queries.counts(session, actor), "paid": queries.total_paid(session), "is_checked": is_checked}
        yield Panel("rewards/panel_counts.html", content)
    elif actor.person_id is not None or actor.holds(Role.CLERK):
        claims = session.scalars(queries.claims(actor).limit(SHOWN)).unique().all()
        yield Panel("rewards/panel_mine.html", {"claims": claims, "without": queries.without_claims(session, actor)})


def dossier(session: Session, actor: Actor, person_id: int) -> Iterable[Panel]:
    """A person's rewards, as far as *actor* may see them."""
    own = queries.claims(actor).where(Claim.person_id == person_id)
    claims = session.scalars(own).unique().all()
    if claims:
        yield Panel("rewards/panel_mine.html", {"claims": claims, "without": []})


def search(session: Session, actor: Actor, words: str) -> Iterable[Hit]:
    """Claims whose payee or achievement the words name, among those that *actor* may see."""
    for claim in session.scalars(queries.found(actor, words=words).limit(10)).unique():
        title = f"{claim.title_zh} · {claim.payee_name}"
        yield Hit(ClaimFlow.title, title, claim.achievement.title, url_for("claims.claim", id=claim.id))


REWARDS = Slice(
    "rewards",
    blueprints=(claim_pages, payment_pages, clawback_pages, reward_pages),
    subjects=(
        Subject(Claim, queries.claims, "claims.claim", lambda claim: f"{claim.title_zh} · {claim.payee_name}"),
        Subject(Clawback, queries.clawbacks, "clawbacks.clawback", lambda case: f"{case.claim.title_zh} · {case.claim.payee_name}"),
        Subject(PaymentBatch, queries.batches, "payments.batch", lambda batch: batch.title),
    ),
    effects={
        ClaimFlow.send_back: (commands.leave_notice, clawing_back.let_go),
        ClaimFlow.refuse: (clawing_back.let_go,),
        ClaimFlow.withdraw: (clawing_back.let_go,),
        ClaimFlow.lapse: (clawing_back.let_go, following.follow_lapse),
        ClaimFlow.revise: (commands.leave_notice, following.rest_on_revised),
        ClaimFlow.join_batch: (paying.add_line,),
        ClaimFlow.leave_batch: (paying.take_out,),
        ClaimFlow.book_payment: (paying.book,),
        ClaimFlow.settle_by_offset: (paying.book_without_bank,),
        ClaimFlow.bounce: (paying.bounce,),
        PaymentBatchFlow.cancel: (paying.empty,),
        PaymentBatchFlow.send_back: (paying.reopen,),
        ClawbackFlow.notify: (clawing_back.begin_hearing,),
        ClawbackFlow.write_off: (clawing_back.write_off_rest,),
        ClawbackFlow.drop: (clawing_back.write_off_rest,),
        ClawbackFlow.settle: (clawing_back.release_offsets,),
        ClawbackFlow.supersede: (clawing_back.release_offsets,),
    },
    deliveries={
        "achievement.published": (proposing.propose_claims,),
        "achievement.withdrawn": (following.end_claims,),
        "achievement.replaced": (following.follow_replacement,),
        "policy.activated": (proposing.propose_waiting,),
    },
    navigation=(
        NavigationEntry(Text("申领", "Claims"), "claims.claims", "cash-coin", group=MONEY, signed_in=True),
        NavigationEntry(Text("列入公示", "Publicity of claims"), "claims.publicity", "megaphone", BUREAU, MONEY),
        NavigationEntry(Text("追回", "Claw-backs"), "clawbacks.clawbacks", "arrow-return-left", queries.SEE_EVERYTHING, MONEY),
        NavigationEntry(Text("发放批次", "Payments"), "payments.batches", "bank", queries.SEE_EVERYTHING, MONEY),
        NavigationEntry(
            Text("奖励办法", "Policies"), "rewards.all_policies", "journal-text", (Role.ADMINISTRATOR, *queries.SEE_EVERYTHING), MONEY
        ),
    ),
    search=search,
    panels=panels,
    dossier=dossier,
    action_titles={
        "activate_policy": Text("启用政策文本", "Policy switched on"),
        "end_policy": Text("停用政策文本", "Policy switched off"),
        "reserve_offset": Text("安排抵扣", "Offset arranged"),
        "book_repaid": Text("登记返还", "Repayment booked"),
        "book_offset": Text("登记抵扣", "Offset booked"),
        "book_written_off": Text("登记核销", "Written off"),
        "set_objection_aside": Text("认定异议与本申领无关", "Objection found not to concern it"),
        "export_bank_list": Text("导出银行清单", "Bank list exported"),
        "book_results": Text("登记银行回执", "Bank results booked"),
    },
)
