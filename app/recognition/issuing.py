"""When the publicity has ended: the number, the certificate, and the fact that others build on; and taking them back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.achievements import commands as achievements
from app.achievements.models import Achievement
from app.certificates import commands as certificates
from app.certificates.models import GRADE, Certificate
from app.core import clock
from app.recognition.held import GRADE_CERTIFICATE
from app.recognition.models import DirectRecognition
from workflows.recognition import certificate_number
from workflows.workflow import Step

EMPLOYER = "Y"


def issue_certificate(session: Session, recognition: DirectRecognition, step: Step) -> None:
    """Issue the certificate in the same transaction as the step, so that a number is never left without its paper."""
    programme = recognition.programme
    day = clock.today(step.now)
    station = f"{EMPLOYER}{programme.agency}{programme.province}{programme.station}"
    serial = certificates.next_serial(session, f"{station}/{day.year}/{recognition.level}")
    number = certificate_number.compose(
        kind=EMPLOYER,
        agency=programme.agency,
        province=programme.province,
        station=programme.station,
        year=day.year,
        level=recognition.level,
        serial=serial,
    )
    level = recognition.skill_level
    recognition.certificate = certificates.issue(
        session,
        kind=GRADE,
        number=number,
        person=recognition.person,
        issuer=programme.organisation.name,
        organisation=programme.organisation,
        issued_on=day,
        face=certificates.grade_face(recognition.occupation.name, recognition.trade, level),
        source=_source(recognition),
        now=step.now,
    )
    achievements.publish(
        session,
        step.now,
        source=_source(recognition),
        kind=GRADE_CERTIFICATE,
        person_id=recognition.person_id,
        organisation_id=programme.organisation_id,
        title=f"{recognition.occupation.name} {level.wording.zh if level.wording else level.title.zh}",
        on=day,
        occupation_code=recognition.occupation_code,
        grade_level=recognition.level,
        facts={
            "achievement": GRADE_CERTIFICATE,
            "certificate_kind": "skill_level",
            "grade_level": str(recognition.level),
            "occupation": recognition.occupation_code,
            "certificate_issued_on": day.isoformat(),
            "certificate_number": number,
            "employer": programme.organisation.name,
            "ground": recognition.kind,
            "claimed_by": "enterprise",
        },
    )


def take_back(session: Session, payload: dict[str, Any], now: datetime) -> None:
    """A certificate of ours was revoked: the fact it published no longer holds, and whoever built on it is told."""
    certificate = session.get_one(Certificate, payload["certificate"])
    recognition = session.scalar(sa.select(DirectRecognition).where(DirectRecognition.certificate_id == certificate.id))
    if recognition is None:
        return
    achievement = session.scalar(sa.select(Achievement).where(Achievement.source == _source(recognition)))
    if achievement is not None and achievement.withdrawn_at is None:
        achievements.withdraw(session, achievement, certificate.revoked_reason, now)


def _source(recognition: DirectRecognition) -> str:
    return f"direct_recognition:{recognition.id}"
