"""Who may score whom, and what is out of the ordinary."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import JudgeConflict
from app.competitions.models.panel import refusing


def refused_entries(session: Session, skill_id: int, account_id: int) -> frozenset[int]:
    """The entries of a skill whose sheets *account_id* may not score: a conflict that was found and not overridden.  One indexed query."""
    return frozenset(session.scalars(_REFUSED, {"skill": skill_id, "account": account_id}))


_REFUSED = sa.select(JudgeConflict.entry_id).where(
    JudgeConflict.skill_id == sa.bindparam("skill"), JudgeConflict.account_id == sa.bindparam("account"), refusing()
)
