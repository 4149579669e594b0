"""What was brought in, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.competitions.models import Aspect, HandOver, Sheet
from app.core.actor import Actor
from app.core.errors import NotFound
from workflows.text import Text


@dataclass(frozen=True)
class OutcomeLine:
    """One "mark", "note" or "photo" of a packet: where it belongs, a mark's value (None: not attempted), and what became of it."""

    kind: str
    sheet: Sheet
    aspect: str
    value: str | None
    became: str
    note: Text | str | None


def brought(session: Session, actor: Actor) -> Sequence[HandOver]:
    """What *actor* took in, the last first."""
    query = sa.select(HandOver).where(HandOver.brought_by_id == actor.account_id).options(joinedload(HandOver.account))
    return session.scalars(query.order_by(HandOver.id.desc()).limit(20)).all()


def brought_one(session: Session, actor: Actor, id: int) -> HandOver:
    found = session.get(HandOver, id)
    if found is None or found.brought_by_id != actor.account_id:
        raise NotFound
    return found


def outcome_lines(session: Session, found: HandOver) -> list[OutcomeLine]:
    """What *found* held: its marks in the order they were made, its notes, its photos."""
    sheets = session.scalars(
        sa.select(Sheet)
        .where(Sheet.id.in_({line["sheet"] for line in found.outcome}))
        .options(joinedload(Sheet.entry), joinedload(Sheet.sub_criterion))
    )
    by_id = {sheet.id: sheet for sheet in sheets}
    wanted = {line["aspect"] for line in found.outcome if isinstance(line["aspect"], int)}
    places = dict(session.execute(sa.select(Aspect.id, Aspect.position).where(Aspect.id.in_(wanted))).all())
    return [
        OutcomeLine(
            line["kind"],
            by_id[line["sheet"]],
            f"{by_id[line['sheet']].sub_criterion.code}.{places.get(line['aspect'], '?')}",
            line.get("value"),
            line["became"],
            Text(line["zh"], line["en"]) if "zh" in line else line.get("now"),
        )
        for line in found.outcome
    ]
