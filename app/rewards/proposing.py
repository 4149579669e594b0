"""免申即享: a published achievement becomes proposed claims by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.achievements.models import Achievement
from app.core import clock, engine, masking
from app.core.actor import CLOCK, Actor
from app.registry.models import Organisation, Person
from app.rewards.determining import COMPETITOR, EXPERT_TEAM, determine_and_keep, facts_of, history_of, sides_of
from app.rewards.models import Claim, Determination, PolicyVersion, TeamShare
from app.rewards.policies import pack_of, versions_in_force
from workflows.rewards.claim_flow import ClaimFlow

Payee = Person | Organisation


def propose_claims(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Delivery of `achievement.published`: every rule that grants something becomes a claim that waits for a word."""
    achievement = session.get(Achievement, payload["achievement"])
    if achievement is not None:
        consider(session, achievement, now)


def propose_waiting(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """Delivery of `policy.activated`: what was published before the policy was switched on is looked at now."""
    version = session.get_one(PolicyVersion, payload["version"])
    looked_at = sa.select(Determination.achievement_id).where(Determination.policy_version_id == version.id)
    waiting = session.scalars(
        sa.select(Achievement).where(Achievement.on >= version.effective_from, Achievement.id.not_in(looked_at)).order_by(Achievement.id)
    )
    for achievement in waiting.all():
        consider(session, achievement, now)


def consider(session: Session, achievement: Achievement, now: datetime) -> list[Claim]:
    """Determine what *achievement* is due and propose it; doing it again adds nothing.

    What somebody says of an award won elsewhere is for them to claim and is not proposed.
    """
    if achievement.withdrawn_at is not None or achievement.is_outside:
        return []
    claims = []
    for version in versions_in_force(session, achievement.on):
        for side in sides_of(achievement):
            facts = facts_of(achievement, side)
            if not pack_of(version).speaks_of(facts) or _is_determined(session, achievement, side, version):
                continue
            facts |= {"history": history_of(session, achievement)}
            determination = determine_and_keep(session, achievement, side, version, facts, clock.today(now), CLOCK, now)
            claims += begin_claims(session, determination, CLOCK, now, is_proposed=True)
    return claims


def _is_determined(session: Session, achievement: Achievement, side: str, version: PolicyVersion) -> bool:
    return bool(
        session.scalar(
            sa.select(Determination.id).where(
                Determination.achievement_id == achievement.id,
                Determination.beneficiary == side,
                Determination.policy_version_id == version.id,
            )
        )
    )


def begin_claims(session: Session, determination: Determination, actor: Actor, now: datetime, *, is_proposed: bool) -> list[Claim]:
    """A claim for each rule that grants something to somebody we know, unless there is one already."""
    pack = pack_of(determination.policy_version)
    begun = []
    for granted in determination.granted:
        rule = pack.rule(granted.rule)
        payee = payee_of(session, determination, rule.pays)
        if payee is None:
            continue
        beneficiary = f"{EXPERT_TEAM if rule.pays == EXPERT_TEAM else payee.__tablename__}:{payee.id}"
        thread = determination.achievement.thread
        stands = sa.or_(Claim.achievement_id == determination.achievement_id, ~Claim.is_in(ClaimFlow.refused, ClaimFlow.withdrawn))
        known = (
            sa.select(Claim.id)
            .join(Claim.achievement)
            .where(Achievement.thread == thread, stands, Claim.rule == rule.id, Claim.beneficiary == beneficiary)
        )
        if session.scalar(known):
            continue
        claim = Claim(
            achievement=determination.achievement,
            rule=rule.id,
            pays=rule.pays,
            title_zh=rule.title.zh,
            title_en=rule.title.en,
            beneficiary=beneficiary,
            person=payee if isinstance(payee, Person) else None,
            organisation=payee if isinstance(payee, Organisation) else None,
            proposed_at=now if is_proposed else None,
        )
        rest_on(claim, determination)
        use_account_on_file(claim, payee)
        engine.begin(session, claim, actor, now, {"determination": determination.digest, "amount": str(claim.amount)})
        engine.settle(session, claim, now)
        begun.append(claim)
    return begun


def rest_on(claim: Claim, determination: Determination) -> None:
    """The one way an amount gets onto a claim: from a determination, with the team's table that it makes."""
    claim.determination = determination
    claim.amount = determination.amount_of(claim.rule)
    claim.shares = [
        TeamShare(place=place, name=name, amount=amount)
        for place, (name, amount) in enumerate(determination.finding(claim.rule)["shares"], start=1)
    ]


def payee_of(session: Session, determination: Determination, pays: str) -> Payee | None:
    """Who is paid by a rule that pays *pays*: the enterprise, the person, or who stands for a team (the first it names)."""
    achievement = determination.achievement
    if pays == "enterprise":
        return achievement.organisation
    if pays == EXPERT_TEAM and determination.facts.get("beneficiary") == EXPERT_TEAM:
        leader = next((m.get("person_id") for m in determination.facts.get("members") or [] if isinstance(m, dict)), None)
        return session.get(Person, leader) if leader else achievement.person or achievement.organisation
    if pays == "studio":
        return achievement.person or achievement.organisation
    return achievement.person if determination.beneficiary == COMPETITOR else None


def use_account_on_file(claim: Claim, payee: Payee) -> None:
    """Where a person or an organisation has told its account before, the claim needs no more than a word."""
    if payee.bank_account:
        claim.account_name, claim.bank_name, claim.bank_account = payee.name, payee.bank_name, payee.bank_account
        claim.bank_account_masked = masking.mask_bank_account(payee.bank_account)
