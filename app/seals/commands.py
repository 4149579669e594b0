"""Handing a seal in, putting it on papers, taking it off, withdrawing it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from app.core import audit, files
from app.core.actor import Actor
from app.core.errors import Refused
from app.registry.models import Organisation
from app.seals import png, queries
from app.seals.models import SEAL, SIGNATURE, Seal, SealUse
from workflows.roles import Role
from workflows.text import Text

KINDS = {SEAL: Text("印章", "Seal"), SIGNATURE: Text("签名", "Signature")}
PAPERS = {
    "certificate": Text("证书", "Certificate"),
    "notice": Text("公示", "Notice"),
    "skill": Text("参赛名单", "Start list"),
    "lock_unit": Text("成绩确认表", "Mark entry acceptance form"),
}
"""What a seal is put on, by the kind of the row that stands behind the paper."""
WIDTHS = {SEAL: 42, SIGNATURE: 32}
NOT_KEEPER = Text("印章和签名由本单位用印人使用", "Seals and signatures are used by the organisation's keeper of the seal")
WITHDRAWN = Text("这枚印章（签名）已停用", "This seal or signature was withdrawn")
PURPOSE = Text("用印须写明用途", "Say what the seal is used for")
NOTHING = Text("没有可以用印的对象", "There is nothing to put it on")


def require_keeper(actor: Actor, organisation_id: int) -> None:
    if organisation_id not in actor.ids(Role.SEAL_KEEPER):
        raise Refused(NOT_KEEPER)


def hand_in(
    session: Session,
    instance: Path,
    actor: Actor,
    organisation: Organisation,
    now: datetime,
    *,
    kind: str,
    title: str,
    stream: BinaryIO,
    filename: str,
    width: int | None = None,
) -> Seal:
    """Keep the image of a seal or signature.  Raises `Refused` for a picture that cannot stand on a paper."""
    require_keeper(actor, organisation.id)
    content = stream.read(png.MOST_BYTES + 1)
    if (reason := png.why_not(content)) is not None:
        raise Refused(reason)
    file = files.keep(
        session, instance, io.BytesIO(content), filename, allowed=(files.PNG,), account_id=actor.account_id, now=now, limit=png.MOST_BYTES
    )
    made = Seal(
        organisation=organisation,
        kind=kind,
        title=title.strip(),
        file=file,
        width=width or WIDTHS[kind],
        created_at=now,
        account_id=actor.account_id,
    )
    session.add(made)
    session.flush()
    audit.record(session, made, actor, "hand_in_seal", now, detail={"digest": file.digest, "kind": kind})
    return made


def put_on(session: Session, seal: Seal, subjects: Sequence[Any], actor: Actor, now: datetime, purpose: str, *, digest: str = "") -> int:
    """Put *seal* on *subjects* (rows of one kind), each use on the record; how many did not bear it yet.

    *digest* is of what their paper says, where that can change.
    """
    return _note(session, seal, subjects, actor, now, purpose, digest, is_removed=False)


def take_off(session: Session, seal: Seal, subjects: Sequence[Any], actor: Actor, now: datetime, purpose: str, *, digest: str = "") -> int:
    """Take *seal* off again; what was printed meanwhile stays on the record."""
    return _note(session, seal, subjects, actor, now, purpose, digest, is_removed=True)


def _note(
    session: Session, seal: Seal, subjects: Sequence[Any], actor: Actor, now: datetime, purpose: str, digest: str, *, is_removed: bool
) -> int:
    require_keeper(actor, seal.organisation_id)
    if not seal.is_in_use and not is_removed:
        raise Refused(WITHDRAWN)
    if not purpose.strip():
        raise Refused(PURPOSE)
    if not subjects:
        raise Refused(NOTHING)
    kind = subjects[0].__tablename__
    there = queries.seals_on(session, kind, [subject.id for subject in subjects], digest)
    changed = [subject for subject in subjects if (seal in there.get(subject.id, [])) == is_removed]
    session.add_all(
        SealUse(
            seal_id=seal.id,
            subject_kind=kind,
            subject_id=subject.id,
            is_removed=is_removed,
            purpose=purpose.strip()[:200],
            digest=digest,
            account_id=actor.account_id,
            at=now,
        )
        for subject in changed
    )
    if changed:
        detail = {"kind": kind, "count": len(changed)}
        audit.record(session, seal, actor, "take_seal_off" if is_removed else "use_seal", now, comment=purpose.strip(), detail=detail)
    session.flush()
    return len(changed)


def withdraw(session: Session, seal: Seal, actor: Actor, now: datetime, reason: str) -> None:
    """The seal is used no more; papers that bear it go on bearing it."""
    require_keeper(actor, seal.organisation_id)
    if not reason.strip():
        raise Refused(Text("停用须写明理由", "Withdrawing it needs a reason"))
    if not seal.is_in_use:
        raise Refused(WITHDRAWN)
    seal.withdrawn_at = now
    audit.record(session, seal, actor, "withdraw_seal", now, comment=reason.strip())
