"""What the applicant and the bureau do with a claim, beside moving it: apply, fill in, correct, put before the public."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.achievements.models import Achievement
from app.core import audit, clock, engine, files, identity, masking
from app.core.actor import Actor
from app.core.errors import Refused
from app.core.identity import NotValid
from app.notices.commands import open_notice
from app.notices.models import Notice, Objection
from app.registry.models import Occupation, Person
from app.rewards.determining import CERTIFICATES, COMPETITOR, determine_and_keep, facts_of, history_of, plain
from app.rewards.models import Claim, ClaimList, Determination, Proof
from app.rewards.policies import pack_of, versions_in_force
from app.rewards.proposing import begin_claims, rest_on
from workflows.clauses.money import read_money
from workflows.publicity.objection_flow import ObjectionFlow
from workflows.rewards.claim_flow import ClaimFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step, Transition

NO_PERSON = Text(
    "您的账号没有对应的人员登记，请先由主管部门登记", "Your account belongs to no registered person; ask the bureau to register you"
)
NO_POLICY = Text("{day} 没有已启用的奖励办法", "No policy in force on {day} is switched on")
NO_REASON = Text("更正须写明理由", "A correction needs its reason")
NOT_NOW = Text("现在是「{state}」，不能更正；请先退回", "It is now “{state}”; return it first to correct it")
NO_BANK = Text("请填写开户银行", "Say at which bank the account is")
NOTHING_CHOSEN = Text("请至少选择一项", "Choose at least one")
STILL_OPEN = Text("异议尚未办结，不能认定与本申领无关", "The objection is not decided yet; it cannot be set aside")
NO_PROOF = Text("请上传获奖证书、发放凭证等证明", "Upload the certificate of the award or the proof of what was paid")

CORRECTED_BY_BUREAU = (ClaimFlow.submitted,)
PUBLICITY_COLUMNS = (
    Text("序号", "No."),
    Text("姓名或单位", "Name"),
    Text("事项", "For"),
    Text("奖励项目", "Reward"),
    Text("金额（元）", "Amount (yuan)"),
    Text("依据", "Clause"),
)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in."""

    stream: BinaryIO
    name: str


def apply_for(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    kind: str,
    title: str,
    facts: Mapping[str, Any],
    on: date,
    uploads: Sequence[Upload],
    instance: Path,
) -> tuple[Achievement, list[Claim]]:
    """Claim for an award won, or a certificate obtained, elsewhere: a draft for each rule that grants something for it.

    Where nothing is granted the list is empty, and the achievement's page says why.  Raises `Refused` without a proof.
    """
    person = session.get(Person, actor.person_id) if actor.person_id else None
    if person is None:
        raise Refused(NO_PERSON)
    if not uploads:
        raise Refused(NO_PROOF)
    versions = versions_in_force(session, on)
    if not versions:
        raise Refused(NO_POLICY.format(day=on))
    occupation = session.get(Occupation, str(facts.get("occupation") or ""))
    prize = facts.get("prize_received")
    achievement = Achievement(
        kind=kind,
        person=person,
        title=title,
        on=on,
        level=str(facts.get("level") or ""),
        award=str(facts.get("award") or ""),
        occupation_code=occupation.code if occupation else None,
        prize_received=read_money(prize) if prize else None,
        facts=plain({key: value for key, value in facts.items() if value not in (None, "")}),
        source=f"outside:{person.id}/{now.timestamp():.6f}",
        is_outside=True,
        created_at=now,
    )
    if kind in CERTIFICATES:
        achievement.facts = achievement.facts | {"claimed_by": "person"}
    session.add(achievement)
    session.flush()
    claims = []
    for version in versions:
        case = facts_of(achievement) | {"history": history_of(session, achievement)}
        determination = determine_and_keep(session, achievement, COMPETITOR, version, case, clock.today(now), actor, now)
        claims += begin_claims(session, determination, actor, now, is_proposed=False)
    for claim in claims:
        add_proofs(session, claim, uploads, instance, actor, now)
    return achievement, claims


def add_proofs(session: Session, claim: Claim, uploads: Iterable[Upload], instance: Path, actor: Actor, now: datetime) -> None:
    """Put files beside the claim.  Raises `Refused` where one is no picture and no PDF."""
    engine.require_editable(claim, actor, now)
    names = []
    for upload in uploads:
        upload.stream.seek(0)
        file = files.keep(session, instance, upload.stream, upload.name, allowed=files.PROOFS, account_id=actor.account_id, now=now)
        claim.proofs.append(Proof(file=file, added_at=now))
        names.append(file.name)
    engine.edited(session, claim, actor, now, {"proofs": names})


def set_account(
    session: Session, claim: Claim, actor: Actor, now: datetime, *, bank_name: str, account: str, version: int | None = None
) -> None:
    """Where the money goes.  The account stands in the payee's own name; a card number must pass its check digit."""
    engine.require_editable(claim, actor, now, version)
    if not bank_name.strip():
        raise Refused(NO_BANK)
    try:
        number = identity.bank_card(account)
    except NotValid as wrong:
        raise Refused(wrong.reason) from None
    claim.account_name, claim.bank_name, claim.bank_account = claim.payee_name, bank_name.strip(), number
    claim.bank_account_masked, claim.account_bounced_at = masking.mask_bank_account(number), None
    engine.edited(session, claim, actor, now, {"bank": claim.bank_name, "account": claim.bank_account_masked})


def look_at_account(session: Session, claim: Claim, actor: Actor, now: datetime, reason: str) -> str:
    """The whole number, for a reason that goes on record."""
    if not reason.strip():
        raise Refused(Text("查看完整账号须写明用途", "Say what the full number is needed for"))
    audit.record(session, claim, actor, "look", now, comment=reason.strip(), detail={"field": "bank_account"})
    return claim.bank_account or ""


def may_correct(claim: Claim, actor: Actor) -> bool:
    """The applicant while the content is theirs to change, the reviewer before the first review; later it is returned first."""
    if claim.is_editable_by(actor):
        return claim.achievement.is_outside or not claim.is_in(ClaimFlow.proposed)
    return claim.is_in(*CORRECTED_BY_BUREAU) and Role.REVIEWER in actor.roles_on(claim)


def correct(
    session: Session, claim: Claim, actor: Actor, now: datetime, *, changes: Mapping[str, Any], reason: str, version: int | None = None
) -> Determination:
    """A new determination on corrected facts, by the policy and for the day of the first one.

    It may grant nothing any more: then the claim has no amount and its page says why.  Raises `Refused` without a reason.
    """
    engine.expect_version(claim, version)
    if not reason.strip():
        raise Refused(NO_REASON)
    if not may_correct(claim, actor):
        raise Refused(NOT_NOW.format(state=claim.state.title))
    before = claim.determination
    facts = before.facts | plain(dict(changes)) | {"history": history_of(session, claim.achievement, but=claim)}
    facts = {key: value for key, value in facts.items() if value not in (None, "")}
    after = determine_and_keep(
        session, claim.achievement, before.beneficiary, before.policy_version, facts, before.on, actor, now, reason.strip()
    )
    old_amount = claim.amount
    claim.shares.clear()
    session.flush()
    rest_on(claim, after)
    engine.edited(
        session,
        claim,
        actor,
        now,
        {"reason": reason.strip(), "determination": after.digest, "amount": [str(old_amount), str(claim.amount)]},
    )
    return after


def team_table(rows: Iterable[tuple[str, Decimal | None]]) -> list[dict[str, str]]:
    """Names and shares as the facts carry a team."""
    return [{"name": name.strip()} | ({} if share is None else {"share": str(share)}) for name, share in rows if name.strip()]


def set_objection_aside(session: Session, claim: Claim, objection: Objection, actor: Actor, now: datetime, reason: str) -> None:
    """The decided objection concerned another line of the notice: this claim goes on.  Everybody sees who said so and why."""
    if objection.notice_id != claim.notice_id or objection.is_open:
        raise Refused(STILL_OPEN)
    if not reason.strip():
        raise Refused(Text("请写明为什么与本申领无关", "Say why it does not concern this claim"))
    if not actor.roles_on(claim) & {Role.REVIEWER, Role.APPROVER}:
        raise Refused(Text("由人社部门认定", "This is for the bureau"))
    claim.objections_seen = objection.id
    audit.record(session, claim, actor, "set_objection_aside", now, comment=reason.strip(), detail={"objection": objection.receipt})


def is_upheld(objection: Objection) -> bool:
    return bool(objection.is_in(ObjectionFlow.upheld))


def open_publicity(
    session: Session, claims: Sequence[Claim], actor: Actor, now: datetime, *, title: str, days: int, contact: str
) -> Notice:
    """One notice for claims that were reviewed twice: masked names, amounts, clauses.  Raises `Refused` where one may not go there yet."""
    if not claims:
        raise Refused(NOTHING_CHOSEN)
    claim_list = ClaimList(created_at=now, account_id=actor.account_id)
    session.add(claim_list)
    session.flush()
    notice = open_notice(
        session,
        claim_list,
        actor,
        now,
        title=title,
        columns=PUBLICITY_COLUMNS,
        rows=[_public_row(number, claim) for number, claim in enumerate(claims, start=1)],
        days=days,
        contact=contact,
    )
    for claim in claims:
        claim.notice, claim.objections_seen = notice, 0
        session.flush()
        engine.fire(session, claim, ClaimFlow.open_publicity, actor, now)
    return notice


def _public_row(number: int, claim: Claim) -> list[str]:
    rule = pack_of(claim.determination.policy_version).rule(claim.rule)
    name = masking.mask_name(claim.person.name) if claim.person else claim.payee_name
    return [str(number), name, claim.achievement.title, claim.title_zh, f"{claim.payable:,.2f}", f"{rule.document} {rule.clause}"]


def leave_notice(session: Session, claim: Claim, step: Step) -> None:
    """Effect of a return: what is submitted again is reviewed and put before the public again."""
    claim.notice, claim.objections_seen = None, 0


@dataclass(frozen=True, slots=True)
class Left:
    """A claim that a bulk step left where it was, and why."""

    claim: Claim
    reasons: tuple[Text, ...]


def move_many(
    session: Session, claims: Collection[Claim], transition: Transition, actor: Actor, now: datetime, comment: str = ""
) -> tuple[list[Claim], list[Left]]:
    """Take *transition* on each claim that lets it; the others stay, each with its reasons."""
    if not claims:
        raise Refused(NOTHING_CHOSEN)
    moved, left = [], []
    for claim in claims:
        engine.settle(session, claim, now)
        reasons = engine.refusals(claim, transition, actor, now, comment)
        if reasons:
            left.append(Left(claim, tuple(reasons)))
        else:
            engine.fire(session, claim, transition, actor, now, comment)
            moved.append(claim)
    return moved, left


def proof_seen_elsewhere(session: Session, claim: Claim) -> list[Claim]:
    """Other claims that rest on a file with the same content."""
    own = sa.select(files.StoredFile.digest).join(Proof, Proof.file_id == files.StoredFile.id).where(Proof.claim_id == claim.id)
    return list(
        session.scalars(
            sa.select(Claim)
            .join(Claim.proofs)
            .join(Proof.file)
            .where(files.StoredFile.digest.in_(own), Claim.id != claim.id, Claim.achievement_id != claim.achievement_id)
            .distinct()
            .order_by(Claim.id)
        )
    )
