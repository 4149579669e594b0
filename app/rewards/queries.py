"""Who sees which claims and batches, and what is counted about them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.achievements.models import Achievement
from app.core.actor import Actor
from app.core.errors import NotFound
from app.registry.models import Organisation, Person
from app.rewards.models import Claim, Clawback, ClawbackEntry, Determination, Payment, PaymentBatch, PaymentLine, PolicyVersion
from app.rewards.models.clawback import REPAID
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.clawback_flow import ClawbackFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import State

SEE_EVERYTHING = (Role.REVIEWER, Role.APPROVER, Role.FINANCE, Role.AUDITOR)
ENDED = (ClaimFlow.refused, ClaimFlow.withdrawn)


def claims(actor: Actor) -> sa.Select[Claim]:
    """The claims *actor* may see: their own, their enterprise's, or all, the latest movement first."""
    query = (
        sa.select(Claim)
        .options(joinedload(Claim.person), joinedload(Claim.organisation), joinedload(Claim.achievement).joinedload(Achievement.person))
        .order_by(Claim.state_since.desc(), Claim.id.desc())
    )
    return query.where(_visible_to(actor))


def _visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    if actor.holds(*SEE_EVERYTHING):
        return sa.true()
    return sa.or_(Claim.person_id == (actor.person_id or 0), Claim.organisation_id.in_(actor.ids(Role.CLERK)))


def found(actor: Actor, *, state: str = "", rule: str = "", words: str = "") -> sa.Select[Claim]:
    """Of those, the ones in *state*, under *rule*, whose payee or achievement *words* name."""
    query = claims(actor)
    if state in ClaimFlow.states:
        query = query.where(Claim.is_in(ClaimFlow.states[state]))
    if rule:
        query = query.where(Claim.rule == rule)
    if words:
        named = [
            Claim.person.has(sa.or_(Person.name.icontains(words, autoescape=True), Person.name_key.icontains(words, autoescape=True))),
            Claim.organisation.has(Organisation.name.icontains(words, autoescape=True)),
            Claim.achievement.has(Achievement.title.icontains(words, autoescape=True)),
        ]
        query = query.where(sa.or_(*named, *([Claim.id == int(words)] if words.isdecimal() and len(words) < 10 else [])))
    return query


def rules_claimed(session: Session, actor: Actor) -> list[tuple[str, Text]]:
    """The rules under which *actor* sees claims, for the filter."""
    visible = sa.select(Claim.rule, Claim.title_zh, Claim.title_en).where(_visible_to(actor)).distinct().order_by(Claim.rule)
    return [(rule, Text(zh, en)) for rule, zh, en in session.execute(visible)]


def claim(session: Session, actor: Actor, id: int) -> Claim:
    row = session.scalar(claims(actor).where(Claim.id == id))
    if row is None:
        raise NotFound
    return row


def chosen(session: Session, actor: Actor, ids: Collection[int]) -> list[Claim]:
    """The claims of these ids that *actor* may see, in the order of their ids."""
    return list(session.scalars(claims(actor).where(Claim.id.in_(ids)).order_by(None).order_by(Claim.id)).unique())


def in_state(session: Session, actor: Actor, state: State) -> list[Claim]:
    return list(session.scalars(claims(actor).where(Claim.is_in(state)).order_by(None).order_by(Claim.state_since, Claim.id)).unique())


def waiting_for_the_bank(session: Session, actor: Actor) -> list[Claim]:
    """Claims that a batch can take: approved, and not offset in full."""
    return [claim for claim in in_state(session, actor, ClaimFlow.approved) if not claim.is_offset_in_full]


def similar(session: Session, claim: Claim) -> list[Claim]:
    """Other claims that stand, of the same payee under the same rule: for the reviewer to look at twice."""
    same_payee = Claim.person_id == claim.person_id if claim.person_id else Claim.organisation_id == claim.organisation_id
    query = sa.select(Claim).join(Claim.achievement).where(Claim.id != claim.id, Claim.rule == claim.rule, same_payee, ~Claim.is_in(*ENDED))
    if claim.organisation_id is not None:  # an enterprise claims for many: those of the same person
        query = query.where(Achievement.person_id == claim.achievement.person_id)
    return list(session.scalars(query.order_by(Claim.id)))


def achievements(actor: Actor) -> sa.Select[Achievement]:
    """The achievements whose rewards *actor* may look up."""
    query = sa.select(Achievement).options(joinedload(Achievement.person)).order_by(Achievement.on.desc(), Achievement.id.desc())
    if actor.holds(*SEE_EVERYTHING):
        return query
    own = Achievement.person_id == (actor.person_id or 0)
    return query.where(sa.or_(own, Achievement.organisation_id.in_(actor.ids(Role.CLERK))))


def achievement(session: Session, actor: Actor, id: int) -> Achievement:
    row = session.scalar(achievements(actor).where(Achievement.id == id))
    if row is None:
        raise NotFound
    return row


def without_claims(session: Session, actor: Actor) -> list[Achievement]:
    """What *actor* achieved and is due nothing for: each has a page that says why."""
    claimed = sa.select(Claim.achievement_id)
    own = achievements(actor).where(Achievement.person_id == (actor.person_id or 0), Achievement.withdrawn_at.is_(None))
    return list(session.scalars(own.where(Achievement.id.not_in(claimed)).limit(10)))


def determinations(session: Session, achievement: Achievement, side: str | None = None) -> list[Determination]:
    """What was determined of an achievement, the newest first."""
    query = sa.select(Determination).where(Determination.achievement_id == achievement.id).order_by(Determination.id.desc())
    return list(session.scalars(query if side is None else query.where(Determination.beneficiary == side)))


def newest_determinations(session: Session, achievement: Achievement) -> list[Determination]:
    """The last word of each policy on each side of an achievement."""
    newest = {(row.beneficiary, row.policy_version_id): row for row in reversed(determinations(session, achievement))}
    return [newest[key] for key in sorted(newest)]


def claims_of(session: Session, actor: Actor, achievement: Achievement) -> list[Claim]:
    return list(session.scalars(claims(actor).where(Claim.achievement_id == achievement.id).order_by(None).order_by(Claim.id)).unique())


def batches(actor: Actor) -> sa.Select[PaymentBatch]:
    """Payment batches, for those who prepare or check them."""
    query = sa.select(PaymentBatch).order_by(PaymentBatch.id.desc())
    return query if actor.holds(*SEE_EVERYTHING) else query.where(sa.false())


def batch(session: Session, actor: Actor, id: int) -> PaymentBatch:
    row = session.scalar(batches(actor).where(PaymentBatch.id == id).options(joinedload(PaymentBatch.lines).joinedload(PaymentLine.claim)))
    if row is None:
        raise NotFound
    return row


def clawbacks(actor: Actor) -> sa.Select[Clawback]:
    """Claw-back cases: one's own or one's enterprise's once one was told, all of them for those who work on them."""
    query = sa.select(Clawback).join(Clawback.claim).options(joinedload(Clawback.claim)).order_by(Clawback.id.desc())
    if actor.holds(*SEE_EVERYTHING):
        return query
    return query.where(_visible_to(actor), ~Clawback.is_in(ClawbackFlow.opened))


def clawback(session: Session, actor: Actor, id: int) -> Clawback:
    row = session.scalars(clawbacks(actor).where(Clawback.id == id)).unique().one_or_none()
    if row is None:
        raise NotFound
    return row


def clawbacks_of(session: Session, actor: Actor, claim: Claim) -> list[Clawback]:
    return list(session.scalars(clawbacks(actor).where(Clawback.claim_id == claim.id)).unique())


def supplement_of(session: Session, claim: Claim) -> Claim | None:
    """The claim that pays the difference of *claim*, the last one."""
    return session.scalar(sa.select(Claim).where(Claim.supplements_id == claim.id).order_by(Claim.id.desc()).limit(1))


def total_recovered(session: Session) -> Decimal:
    """What came back by the bank; an offset never left."""
    query = sa.select(sa.func.coalesce(sa.func.sum(ClawbackEntry.amount), 0)).where(ClawbackEntry.kind == REPAID)
    return session.scalar(query) or Decimal(0)


def payment_of(session: Session, claim: Claim) -> Payment | None:
    return session.scalar(sa.select(Payment).where(Payment.claim_id == claim.id))


def policy_versions(session: Session) -> list[PolicyVersion]:
    return list(session.scalars(sa.select(PolicyVersion).order_by(PolicyVersion.activated_at.desc(), PolicyVersion.id.desc())))


def policy_version(session: Session, id: int) -> PolicyVersion:
    row = session.get(PolicyVersion, id)
    if row is None:
        raise NotFound
    return row


@dataclass(frozen=True, slots=True)
class StateCount:
    """How many claims are in a state, and what they come to."""

    state: State
    count: int
    total: Decimal


def counts(session: Session, actor: Actor) -> list[StateCount]:
    """The claims *actor* may see, by state, in the order of the procedure."""
    visible = sa.select(Claim._state, sa.func.count(), sa.func.sum(Claim.amount)).where(_visible_to(actor)).group_by(Claim._state)
    rows = {name: (count, total) for name, count, total in session.execute(visible)}
    return [StateCount(state, rows[name][0], rows[name][1] or Decimal(0)) for name, state in ClaimFlow.states.items() if name in rows]


def total_paid(session: Session) -> Decimal:
    return session.scalar(sa.select(sa.func.coalesce(sa.func.sum(Payment.amount), 0))) or Decimal(0)
