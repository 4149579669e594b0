"""Which certificates somebody may see, and what anybody may learn of one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.certificates.models import AWARD, GRADE, Certificate, PrintedBundle
from app.core import clock
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.jobs import Job
from app.core.masking import mask_name
from app.core.secrets import normalised
from workflows.roles import Role
from workflows.text import Text

KINDS = {AWARD: Text("获奖证书", "Award certificate"), GRADE: Text("职业技能等级证书", "Certificate of skill level")}


def visible(actor: Actor) -> sa.Select[Any]:
    """The holder's own, those an organisation's people issued, and all of them for the bureau; the newest first."""
    look = sa.select(Certificate).options(joinedload(Certificate.person)).order_by(Certificate.id.desc())
    if actor.reads_everything:
        return look
    issued = Certificate.organisation_id.in_(actor.ids(Role.CLERK, Role.ORGANISER, Role.SEAL_KEEPER))
    return look.where(sa.or_(issued, Certificate.person_id == (actor.person_id or 0)))


bare_number = sa.func.replace(Certificate.number, "-", "")
"""The number as `normalised` leaves what people write: the numbers of awards have hyphens."""


def certificates(actor: Actor, *, words: str = "", kind: str = "", source: str = "") -> sa.Select[Any]:
    """Those *actor* may see, with *words* in the holder's name or the number, and of what *source* they are the beginning of."""
    look = visible(actor)
    if words:
        look = look.where(
            sa.or_(Certificate.holder_name.contains(words, autoescape=True), bare_number.contains(normalised(words), autoescape=True))
        )
    if kind in KINDS:
        look = look.where(Certificate.kind == kind)
    if source:
        look = look.where(Certificate.source.startswith(source, autoescape=True))
    return look


def certificate(session: Session, actor: Actor, id: int) -> Certificate:
    """One certificate.  Raises NotFound."""
    found: Certificate | None = session.scalars(visible(actor).where(Certificate.id == id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def chosen(session: Session, actor: Actor, ids: Collection[int]) -> Sequence[Certificate]:
    """Those of *ids* that *actor* may see, by number."""
    return session.scalars(visible(actor).where(Certificate.id.in_(ids)).order_by(None).order_by(Certificate.number)).all()


@dataclass(frozen=True, slots=True)
class Shown:
    """What anybody may learn of a certificate: enough to compare with the paper in hand, not enough to make one."""

    kind: Text
    number: str
    name: str
    facts: tuple[tuple[Text, str | Text], ...]
    issuer: str
    issued_on: date
    stands: bool
    revoked_on: date | None
    revoked_reason: str
    replaced_by: str
    hold: Text | None


def by_check_code(session: Session, code: str) -> Shown | None:
    """What stands behind the QR code on a paper."""
    found = session.scalar(sa.select(Certificate).where(Certificate.check_code == code))
    return _shown(found) if found else None


def by_number_and_name(session: Session, number: str, name: str) -> Shown | None:
    """What stands behind a number, for whoever also knows the name.  A wrong name and an unknown number look alike."""
    found = session.scalar(
        sa.select(Certificate).where(bare_number == normalised(number), Certificate.holder_name == "".join(name.split()))
    )
    return _shown(found) if found else None


_FACTS = {
    "competition": Text("竞赛", "Competition"),
    "skill": Text("赛项", "Skill"),
    "group": Text("组别", "Group"),
    "award": Text("奖项", "Award"),
    "occupation": Text("职业名称", "Occupation"),
    "specialty": Text("工种／职业方向", "Trade or specialty"),
    "level": Text("职业技能等级", "Skill level"),
}


def face_facts(certificate: Certificate) -> tuple[tuple[Text, str | Text], ...]:
    """What the face says, in words."""
    return tuple((title, _word(certificate.face[key])) for key, title in _FACTS.items() if certificate.face.get(key))


def _word(value: Any) -> str | Text:
    return Text(value["zh"], value["en"]) if isinstance(value, dict) else str(value)


def _shown(found: Certificate) -> Shown:
    return Shown(
        kind=KINDS[found.kind],
        number=found.number,
        name=mask_name(found.holder_name),
        facts=face_facts(found),
        issuer=found.issuer,
        issued_on=found.issued_on,
        stands=found.stands,
        revoked_on=clock.today(found.revoked_at) if found.revoked_at else None,
        revoked_reason=found.revoked_reason,
        replaced_by=found.replaced_by.number if found.replaced_by else "",
        hold=found.hold,
    )


def print_job(session: Session, actor: Actor, id: int, name: str) -> Job:
    """A printing job of one's own.  Raises NotFound."""
    job = session.get(Job, id)
    if job is None or job.name != name or job.account_id != actor.account_id:
        raise NotFound
    return job


def bundle(session: Session, actor: Actor, job_id: int, now: datetime) -> PrintedBundle | None:
    """What a printing job of one's own made, while it is kept."""
    return session.scalar(
        sa.select(PrintedBundle).where(
            PrintedBundle.job_id == job_id, PrintedBundle.account_id == (actor.account_id or 0), PrintedBundle.expires_at > now
        )
    )
