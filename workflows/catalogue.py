"""Every workflow there is, in the order a reader would meet them.  Charts, permission tables and structural tests run over it."""

from __future__ import annotations

from workflows.publicity.notice_flow import NoticeFlow
from workflows.publicity.objection_flow import ObjectionFlow
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.payment_flow import PaymentBatchFlow
from workflows.workflow import Workflow

ALL: tuple[type[Workflow], ...] = (
    NoticeFlow,
    ObjectionFlow,
    ClaimFlow,
    PaymentBatchFlow,
)
