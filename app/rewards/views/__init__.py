"""The pages of the rewards.  Importing them declares their routes."""

from app.rewards.views import applying, bureau, claims, clawbacks, payments, policies
from app.rewards.views.blueprints import claim_pages, clawback_pages, payment_pages, reward_pages

__all__ = [
    "applying",
    "bureau",
    "claim_pages",
    "claims",
    "clawback_pages",
    "clawbacks",
    "payment_pages",
    "payments",
    "policies",
    "reward_pages",
]
