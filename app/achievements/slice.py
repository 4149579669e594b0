"""What this slice adds to the office."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.achievements.models import Achievement
from app.core.actor import Actor
from app.core.slices import Panel, Slice


def dossier(session: Session, _actor: Actor, person_id: int) -> Iterable[Panel]:
    """The facts in a person's record, the newest first; one that was taken back says so."""
    query = sa.select(Achievement).where(Achievement.person_id == person_id).order_by(Achievement.on.desc(), Achievement.id.desc())
    achieved = session.scalars(query).all()
    if achieved:
        yield Panel("achievements/_list.html", {"achievements": achieved})


ACHIEVEMENTS = Slice("achievements", dossier=dossier)
