"""Which seals somebody keeps, what they were used for, and what stands on a paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.core import slices
from app.core.actor import Actor
from app.core.errors import NotFound
from app.registry.models import Organisation
from app.seals.models import Seal, SealUse
from workflows.roles import Role


def seals(actor: Actor) -> sa.Select[Seal]:
    """The seals of the organisations whose keeper the actor is; all of them for those who audit."""
    query = sa.select(Seal).options(joinedload(Seal.organisation), joinedload(Seal.file)).order_by(Seal.organisation_id, Seal.id)
    return query if actor.holds(Role.AUDITOR) else query.where(Seal.organisation_id.in_(actor.ids(Role.SEAL_KEEPER)))


def seal(session: Session, actor: Actor, id: int) -> Seal:
    found = session.scalar(seals(actor).where(Seal.id == id))
    if found is None:
        raise NotFound
    return found


def kept_for(session: Session, actor: Actor, organisation_id: int) -> Sequence[Seal]:
    """The seals of an organisation that the actor may put on its papers now."""
    if organisation_id not in actor.ids(Role.SEAL_KEEPER):
        return []
    own = sa.select(Seal).where(Seal.organisation_id == organisation_id, Seal.withdrawn_at.is_(None))
    return session.scalars(own.order_by(Seal.kind, Seal.id)).all()


def organisations(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The organisations whose seals the actor keeps."""
    kept = sa.select(Organisation).where(Organisation.id.in_(actor.ids(Role.SEAL_KEEPER)))
    return session.scalars(kept.order_by(Organisation.name)).all()


def uses(seal: Seal) -> sa.Select[SealUse]:
    """Every use of *seal*, the last first."""
    return sa.select(SealUse).where(SealUse.seal_id == seal.id).options(joinedload(SealUse.account)).order_by(SealUse.id.desc())


def sealed_subjects(session: Session, actor: Actor, some: Iterable[SealUse]) -> dict[tuple[str, int], Any]:
    """The papers that *some* uses are about, as far as *actor* may see them, by kind and id."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for use in some:
        wanted[use.subject_kind].add(use.subject_id)
    found: dict[tuple[str, int], Any] = {}
    for kind, ids in wanted.items():
        if (subject := slices.subject_of(kind)) is not None:
            rows = session.scalars(subject.visible(actor).where(subject.model.id.in_(ids))).unique()
            found |= {(kind, row.id): row for row in rows}
    return found


def marks_on(session: Session, subject: Any, digest: str = "") -> dict[str, Seal]:
    """The seal and the signature that stand on *subject*, by kind; of several of one kind the last."""
    return {seal.kind: seal for seal in seals_on(session, subject.__tablename__, [subject.id], digest).get(subject.id, [])}


def seals_on(session: Session, kind: str, ids: Collection[int], digest: str = "") -> dict[int, list[Seal]]:
    """What stands on each of the subjects *ids*: put there, for what has this *digest*, and not taken off again."""
    found: dict[int, dict[int, SealUse]] = {}
    for some in _chunks(sorted(ids)):
        query = sa.select(SealUse).where(SealUse.subject_kind == kind, SealUse.subject_id.in_(some)).order_by(SealUse.id)
        for use in session.scalars(query.options(joinedload(SealUse.seal).joinedload(Seal.file))):
            found.setdefault(use.subject_id, {})[use.seal_id] = use
    return {id_: [use.seal for use in its.values() if not use.is_removed and use.digest == digest] for id_, its in found.items()}


def _chunks(ids: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


def image_of(seal: Seal, instance: Path) -> bytes:
    return seal.file.path(instance).read_bytes()
