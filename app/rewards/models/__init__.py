"""What the reward slice remembers: policies switched on, determinations, claims, payments."""

from app.rewards.models.claim import Claim, ClaimList, Proof, TeamShare
from app.rewards.models.clawback import Clawback, ClawbackEntry
from app.rewards.models.payment import Payment, PaymentBatch, PaymentLine
from app.rewards.models.policy import Determination, GrantedAmount, PolicyVersion

__all__ = [
    "Claim",
    "ClaimList",
    "Clawback",
    "ClawbackEntry",
    "Determination",
    "GrantedAmount",
    "Payment",
    "PaymentBatch",
    "PaymentLine",
    "PolicyVersion",
    "Proof",
    "TeamShare",
]
