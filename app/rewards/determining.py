"""From an achievement to what the policies say of it: the facts, the earlier grants, and the determination that is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.achievements.models import Achievement
from app.core.actor import Actor
from app.registry.models import Person
from app.rewards.models import Claim, Determination, GrantedAmount, PolicyVersion
from app.rewards.policies import pack_of
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.policy import determine

COMPETITOR, EXPERT_TEAM = "competitor", "expert_team"
CERTIFICATES = ("certificate", "grade_certificate")
# What tells one earlier grant from another: the keys by which the packs' limits compare.
HISTORY_KEYS = ("person", "competition", "skill", "level", "occupation", "grade_level", "studio", "activity")
# Paid for the case and not for a person, so that anybody's earlier claim counts.
PAID_FOR_THE_CASE = ("expert_team", "studio")
NOT_GRANTED = (ClaimFlow.draft, ClaimFlow.refused, ClaimFlow.withdrawn)

Facts = dict[str, Any]


def facts_of(achievement: Achievement, side: str = COMPETITOR) -> Facts:
    """What a policy may ask about *achievement*, as plain JSON values: what it says of itself, then what its columns say.

    People are named by their number here, not by their ID number.  Of an expert team the members are those that the
    achievement names under `expert_team`.
    """
    facts = {key: value for key, value in achievement.facts.items() if key not in ("expert_team", "history")}
    day = "certificate_issued_on" if achievement.kind in CERTIFICATES else "awarded_on"
    known = {
        "achievement": achievement.kind,
        "level": achievement.level,
        "award": achievement.award,
        "occupation": achievement.occupation_code,
        "grade_level": achievement.grade_level,
        "prize_received": achievement.prize_received,
        day: achievement.on,
    }
    facts |= {key: value for key, value in known.items() if value not in (None, "") and facts.get(key) in (None, "")}
    if achievement.person_id is not None:
        facts["person"] = f"person:{achievement.person_id}"
        facts.pop("members", None)  # each of a team has an achievement of their own, with their own part of the prize
    if side == EXPERT_TEAM:
        facts |= {"beneficiary": EXPERT_TEAM, "members": achievement.facts.get("expert_team", [])}
        facts.pop("person", None)
    return {key: plain(value) for key, value in facts.items()}


def sides_of(achievement: Achievement) -> list[str]:
    """Who may be rewarded for it: the competitor, and the experts behind them where the achievement names them."""
    return [COMPETITOR, EXPERT_TEAM] if achievement.facts.get("expert_team") else [COMPETITOR]


def plain(value: Any) -> Any:
    """*value* as JSON carries it: amounts and days as text.  A determination made of it can be made again from its record."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, bool | int | str) or value is None:
        return value
    if isinstance(value, Decimal | date):
        return str(value)
    raise TypeError(f"{value!r} is no fact")


def history_of(session: Session, achievement: Achievement, *, but: Claim | None = None, but_own_thread: bool = False) -> list[Facts]:
    """The earlier grants that may stand in the way: of the same person, or of the same kind of case where it is paid once for all.

    A case counts once, with what is due in it by the last version of its fact; *but_own_thread* leaves every version of this one out.

    Whoever determines for a person holds their row, so that two determinations at a time cannot both find nothing.
    """
    if achievement.person_id is not None:
        session.get(Person, achievement.person_id, with_for_update=True)
    for_the_case = sa.and_(Claim.pays.in_(PAID_FOR_THE_CASE), Achievement.kind == achievement.kind)
    query = (
        sa.select(Claim)
        .join(Claim.achievement)
        .options(joinedload(Claim.determination), joinedload(Claim.achievement))
        .where(~Claim.is_in(*NOT_GRANTED), Claim.amount.is_not(None))
        .where(sa.or_(Achievement.person_id == (achievement.person_id or 0), for_the_case))
        .order_by(Claim.id)
    )
    if but is not None:
        query = query.where(Claim.id != but.id)
    if but_own_thread:
        query = query.where(Achievement.thread != achievement.thread)
    last = {(claim.achievement.thread, claim.rule, claim.beneficiary): claim for claim in session.scalars(query)}
    return [_grant(claim) for claim in last.values() if claim.due]


def _grant(claim: Claim) -> Facts:
    facts = claim.determination.facts
    keys = {key: facts[key] for key in HISTORY_KEYS if facts.get(key) not in (None, "")}
    return keys | {"rule": claim.rule, "on": str(claim.determination.on), "amount": f"{claim.due:.2f}"}


def determine_and_keep(
    session: Session,
    achievement: Achievement,
    side: str,
    version: PolicyVersion,
    facts: Facts,
    on: date,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> Determination:
    """Apply a policy to *facts* (with their `history`) and keep what it says; the same answer as the last one is not kept twice."""
    decision = determine(pack_of(version), facts, on)
    record = canonical(decision.as_record())
    digest = hashlib.sha256(record.encode()).hexdigest()
    last = latest(session, achievement, side, version)
    if last is not None and last.digest == digest:
        return last
    determination = Determination(
        achievement=achievement,
        beneficiary=side,
        policy_version=version,
        on=on,
        record=record,
        digest=digest,
        reason=reason,
        at=now,
        account_id=actor.account_id,
        granted=[GrantedAmount(rule=rule, amount=amount) for rule, amount in decision.granted],
    )
    session.add(determination)
    session.flush()
    return determination


def latest(session: Session, achievement: Achievement, side: str, version: PolicyVersion) -> Determination | None:
    return session.scalar(
        sa.select(Determination)
        .where(
            Determination.achievement_id == achievement.id,
            Determination.beneficiary == side,
            Determination.policy_version_id == version.id,
        )
        .order_by(Determination.id.desc())
        .limit(1)
    )


def canonical(record: Mapping[str, Any]) -> str:
    """*record* as JSON text: the same content is the same bytes."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def recomputed(determination: Determination) -> str:
    """The record as it comes out when made again, from the facts and the policy text that were kept."""
    decision = determine(pack_of(determination.policy_version), determination.facts, determination.on)
    return canonical(decision.as_record())
