"""What this slice adds to the office."""

from __future__ import annotations

from app.core.slices import Slice, Subject
from app.rewards import commands, paying, proposing, queries
from app.rewards.models import Claim, PaymentBatch
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.payment_flow import PaymentBatchFlow
from workflows.text import Text

REWARDS = Slice(
    "rewards",
    subjects=(
        Subject(Claim, queries.claims, "claims.claim", lambda claim: f"{claim.title_zh} · {claim.payee_name}"),
        Subject(PaymentBatch, queries.batches, "payments.batch", lambda batch: batch.title),
    ),
    effects={
        ClaimFlow.send_back: (commands.leave_notice,),
        ClaimFlow.join_batch: (paying.add_line,),
        ClaimFlow.leave_batch: (paying.take_out,),
        ClaimFlow.book_payment: (paying.book,),
        ClaimFlow.bounce: (paying.bounce,),
        PaymentBatchFlow.cancel: (paying.empty,),
    },
    deliveries={
        "achievement.published": (proposing.propose_claims,),
        "achievement.withdrawn": (proposing.end_claims,),
        "policy.activated": (proposing.propose_waiting,),
    },
    action_titles={
        "activate_policy": Text("启用政策文本", "Policy switched on"),
        "end_policy": Text("停用政策文本", "Policy switched off"),
        "note_clawback": Text("注明须追回", "To be clawed back"),
        "set_objection_aside": Text("认定异议与本申领无关", "Objection found not to concern it"),
        "export_bank_list": Text("导出银行清单", "Bank list exported"),
        "book_results": Text("登记银行回执", "Bank results booked"),
    },
)
