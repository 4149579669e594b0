"""A claim's whole thread, and all of them, as JSON: enough to check every amount without this program.

People appear by number; no ID number and no account is in it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.core import audit
from app.core.actor import Actor
from app.rewards import queries
from app.rewards.models import Claim, Clawback, Determination

FORMAT = "jiangbang-evidence/1"


def everything(session: Session, actor: Actor, now: datetime) -> dict[str, Any]:
    """The policies as they were applied, and every claim that *actor* may see."""
    claims = session.scalars(queries.claims(actor).order_by(None).order_by(Claim.id)).unique().all()
    return {
        "format": FORMAT,
        "exported_at": now.isoformat(),
        "policies": [
            {"pack": version.pack, "digest": version.digest, "text": version.text, "activated_at": version.activated_at.isoformat()}
            for version in queries.policy_versions(session)
        ],
        "claims": [thread_of(session, claim) for claim in claims],
        "total_paid": f"{queries.total_paid(session):.2f}",
    }


def thread_of(session: Session, claim: Claim) -> dict[str, Any]:
    """From the achievement by way of its determinations and the notice to the payment, and who did what on the way."""
    achievement, notice, payment = claim.achievement, claim.notice, queries.payment_of(session, claim)
    return {
        "claim": claim.id,
        "state": claim.state.name,
        "rule": claim.rule,
        "pays": claim.pays,
        "beneficiary": claim.beneficiary,
        "amount": f"{claim.amount:.2f}" if claim.amount is not None else None,
        "paid_before": f"{claim.paid_before:.2f}",
        "supplements": claim.supplements_id,
        "due": f"{claim.due:.2f}",
        "determination": claim.determination.digest,
        "achievement": {
            "id": achievement.id,
            "kind": achievement.kind,
            "title": achievement.title,
            "on": achievement.on.isoformat(),
            "source": achievement.source,
            "is_outside": achievement.is_outside,
            "withdrawn": achievement.withdrawn_reason or None,
        },
        "determinations": [_determination(row) for row in _determinations_of(session, claim)],
        "shares": [{"name": share.name, "amount": f"{share.amount:.2f}"} for share in claim.shares],
        "proofs": [{"name": proof.file.name, "sha256": proof.file.digest} for proof in claim.proofs],
        "notice": None
        if notice is None
        else {"id": notice.id, "title": notice.title, "from": _iso(notice.published_at), "until": _iso(notice.ends_at)},
        "payment": None
        if payment is None
        else {
            "amount": f"{payment.amount:.2f}",
            "offset": f"{payment.offset:.2f}",
            "paid_on": payment.paid_on.isoformat(),
            "bank_reference": payment.bank_reference,
            "batch": payment.line.batch_id if payment.line else None,
            "bank_list_sha256": payment.line.batch.bank_list_hash if payment.line else None,
        },
        "clawbacks": [_clawback(case) for case in claim.clawbacks],
        "record": [_event(event) for event in audit.history(session, claim)],
    }


def _clawback(case: Clawback) -> dict[str, Any]:
    return {
        "id": case.id,
        "state": case.state.name,
        "paid": f"{case.paid:.2f}",
        "due": f"{case.due:.2f}",
        "amount": f"{case.amount:.2f}",
        "reason": case.reason,
        "entries": [
            {"kind": entry.kind, "amount": f"{entry.amount:.2f}", "on": entry.on.isoformat(), "claim": entry.claim_id}
            for entry in case.entries
        ],
    }


def _determinations_of(session: Session, claim: Claim) -> list[Determination]:
    own = claim.determination
    return list(
        session.scalars(
            sa.select(Determination)
            .where(
                Determination.achievement_id == claim.achievement_id,
                Determination.beneficiary == own.beneficiary,
                Determination.policy_version_id == own.policy_version_id,
            )
            .order_by(Determination.id)
        )
    )


def _determination(row: Determination) -> dict[str, Any]:
    return {
        "id": row.id,
        "policy": row.policy_version.digest,
        "on": row.on.isoformat(),
        "sha256": row.digest,
        "reason": row.reason,
        "record": row.record,
    }


def _event(event: audit.AuditEvent) -> dict[str, Any]:
    return {
        "at": event.at.isoformat(),
        "action": event.action,
        "from": event.source,
        "to": event.target,
        "account": event.account_id,
        "comment": event.comment,
        "hash": event.hash,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
