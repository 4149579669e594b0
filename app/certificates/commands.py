"""Giving out numbers and papers, and revoking them."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.certificates.models import Certificate, Serial
from app.core import audit, outbox
from app.core.actor import Actor
from app.core.db import upsert
from app.core.errors import Forbidden, Refused
from app.registry.models import Organisation, Person
from workflows.ladder import SkillLevel
from workflows.roles import Role
from workflows.text import Text


def next_serial(session: Session, series: str) -> int:
    """The next number of *series*, from 1, held until the caller commits: no gap and no double.

    A transaction that rolls back gives its number back, because the row it raised rolls back with it.
    """
    raised = upsert(session, Serial).values(series=series, last=1)
    raised = raised.on_conflict_do_update(index_elements=[Serial.series], set_={"last": Serial.last + 1})
    return session.scalars(raised.returning(Serial.last), execution_options={"populate_existing": True}).one()


def issue(
    session: Session,
    *,
    kind: str,
    number: str,
    person: Person,
    issuer: str,
    issued_on: date,
    face: dict[str, Any],
    source: str,
    now: datetime,
    organisation: Organisation | None = None,
) -> Certificate:
    """Issue the paper that *source* stands for; a second time finds the first.

    *face* comes from `award_face` or `grade_face`.  *organisation* is whose people may print it, beside its holder and the bureau.
    """
    known = session.scalar(sa.select(Certificate).where(Certificate.source == source))
    if known is not None:
        return known
    certificate = Certificate(
        kind=kind,
        number=number,
        check_code=secrets.token_urlsafe(12),
        person=person,
        holder_name=person.name,
        issuer=issuer,
        organisation=organisation,
        issued_on=issued_on,
        face=face,
        source=source,
        created_at=now,
    )
    session.add(certificate)
    session.flush()
    return certificate


def grade_face(occupation: str, specialty: str, level: SkillLevel) -> dict[str, Any]:
    """What a certificate of skill level prints beside name, number and day (人社鉴发〔2021〕1号)."""
    wording = level.wording or level.title
    return {"occupation": occupation, "specialty": specialty, "level": _both(wording), "level_digit": level.digit}


def award_face(competition: Text, skill: Text, award: Text, *, group: Text | None = None, honorific: Text | None = None) -> dict[str, Any]:
    """What an award certificate prints beside name, number and day."""
    face: Mapping[str, Text | None] = {"competition": competition, "skill": skill, "award": award, "group": group, "honorific": honorific}
    return {key: _both(text) for key, text in face.items() if text is not None}


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def revoke(session: Session, certificate: Certificate, reason: str, actor: Actor, now: datetime) -> None:
    """The paper no longer stands; its check page says since when and why.  Whoever issued it hears `certificate.revoked`."""
    if Role.REVIEWER not in actor.roles_on(certificate):
        raise Forbidden((Role.REVIEWER,))
    if not reason.strip():
        raise Refused(Text("撤销须写明理由", "A revocation needs a reason"))
    if not certificate.stands:
        raise Refused(Text("该证书已被撤销", "This certificate has already been revoked"))
    take_back(session, certificate, reason, actor, now)


def take_back(session: Session, certificate: Certificate, reason: str, actor: Actor, now: datetime) -> None:
    """What it rests on no longer stands: the decision was taken elsewhere, here the paper follows it."""
    certificate.revoked_at, certificate.revoked_reason = now, reason.strip()[:200]
    certificate.held_zh = certificate.held_en = ""
    audit.record(session, certificate, actor, "revoke", now, comment=reason.strip())
    outbox.publish(session, "certificate.revoked", {"certificate": certificate.id}, now)


def replace(
    session: Session,
    old: Certificate,
    reason: str,
    actor: Actor,
    now: datetime,
    *,
    number: str,
    issued_on: date,
    face: dict[str, Any],
    source: str,
) -> Certificate:
    """Issue another paper to the same holder in the place of *old*, which is taken back and names its successor."""
    if old.stands:
        take_back(session, old, reason, actor, now)
    new = issue(
        session,
        kind=old.kind,
        number=number,
        person=old.person,
        issuer=old.issuer,
        organisation=old.organisation,
        issued_on=issued_on,
        face=face,
        source=source,
        now=now,
    )
    new.replaces = old
    session.flush()
    audit.record(session, new, actor, "replace", now, comment=reason.strip(), detail={"replaces": old.number})
    return new


def latest(session: Session, source: str) -> Certificate | None:
    """The last paper of a fact and its later versions (`source`, `source/v2` …), standing or taken back."""
    own = sa.or_(Certificate.source == source, Certificate.source.startswith(f"{source}/v", autoescape=True))
    return session.scalar(sa.select(Certificate).where(own).order_by(Certificate.id.desc()).limit(1))


def standing_of(session: Session, prefix: str) -> list[Certificate]:
    """The papers that stand, of everything whose source begins with *prefix*."""
    named = Certificate.source.startswith(prefix, autoescape=True)
    return list(session.scalars(sa.select(Certificate).where(named, Certificate.revoked_at.is_(None)).order_by(Certificate.id)))


def hold(session: Session, certificate: Certificate, why: Text | None) -> None:
    """Let it not be used while *why* is so; None lets go."""
    certificate.held_zh, certificate.held_en = (why.zh[:200], why.en[:200]) if why else ("", "")
