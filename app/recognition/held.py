"""The certificates of level a person holds, as far as this office knows."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.achievements.models import Achievement
from workflows.ladder import BY_DIGIT
from workflows.recognition.direct import Held

GRADE_CERTIFICATE = "grade_certificate"


def held_by(session: Session, person_ids: Collection[int]) -> dict[int, list[Held]]:
    """What each of these people holds, by person: what was issued here and not taken back.

    What somebody says of a certificate from elsewhere is not counted; the enterprise declares the level held, and answers for it.
    """
    found: dict[int, list[Held]] = {person_id: [] for person_id in person_ids}
    rows = session.execute(
        sa.select(Achievement.person_id, Achievement.occupation_code, Achievement.grade_level, Achievement.on)
        .where(
            Achievement.kind == GRADE_CERTIFICATE,
            Achievement.person_id.in_(person_ids),
            Achievement.withdrawn_at.is_(None),
            Achievement.is_outside.is_(False),
            Achievement.grade_level.in_(BY_DIGIT),
        )
        .order_by(Achievement.on, Achievement.id)
    )
    for person_id, occupation_code, digit, issued_on in rows:
        if person_id is not None and digit is not None:
            found[person_id].append(Held(occupation_code or "", BY_DIGIT[digit], issued_on))
    return found
