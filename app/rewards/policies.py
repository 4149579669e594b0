"""The policy packs of the rulebook, and which text of each is switched on.

A determination is made with the text as it was switched on, kept in the database, so that it can be made again after the file
has changed.
"""

from __future__ import annotations

import functools
import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.config import ROOT
from app.core import audit, outbox
from app.core.actor import Actor
from app.core.errors import NotFound, Refused
from app.rewards.models import PolicyVersion
from workflows.rewards.pack_file import read
from workflows.rewards.policy import Pack, determine
from workflows.text import Text

PACKS = ROOT / "workflows" / "rewards" / "packs"

ACTIVE_ALREADY = Text("这个文本已经启用", "This text is switched on already")
ENDED_ALREADY = Text("这个文本已经停用", "This text is switched off already")
NO_REASON = Text("停用须写明理由", "Say why it is switched off")
FAILS = Text("案例「{case}」不符，不能启用", "The case “{case}” does not come out; it cannot be switched on")


def files() -> list[Path]:
    """The packs that come with the rulebook."""
    return sorted(path for path in PACKS.rglob("*.toml") if not path.name.endswith(".cases.toml"))


def packs() -> list[Pack]:
    return [pack_in(path.read_text("utf-8"), path.name) for path in files()]


@functools.lru_cache(maxsize=32)
def pack_in(text: str, name: str) -> Pack:
    """The pack that *text* is; read once."""
    return read(text.encode(), name)


def pack_of(version: PolicyVersion) -> Pack:
    return pack_in(version.text, version.pack)


def file_of(pack_id: str) -> Path:
    """The file of the pack of that id; `NotFound` where there is none."""
    for path in files():
        if pack_in(path.read_text("utf-8"), path.name).id == pack_id:
            return path
    raise NotFound


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case beside a pack, and whether the pack says what it must."""

    name: str
    expected: dict[str, Decimal]
    granted: dict[str, Decimal]
    missing_words: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return self.expected == self.granted and not self.missing_words


def case_results(pack_id: str) -> list[CaseResult]:
    """The cases of a pack, applied now; empty where nobody wrote any."""
    path = file_of(pack_id)
    beside = path.with_suffix(".cases.toml")
    if not beside.exists():
        return []
    pack = pack_in(path.read_text("utf-8"), path.name)
    results = []
    for case in tomllib.loads(beside.read_text("utf-8"), parse_float=Decimal)["case"]:
        decision = determine(pack, case["facts"], case["on"])
        lacking = [rule for rule, words in case.get("refused", {}).items() if words not in _reason(decision.finding(rule).reason)]
        expected = {rule: Decimal(amount) for rule, amount in case["granted"].items()}
        results.append(CaseResult(case["name"], expected, dict(decision.granted), tuple(lacking)))
    return results


def _reason(reason: Text | None) -> str:
    return reason.zh if reason else ""


def activate(session: Session, pack_id: str, actor: Actor, now: datetime) -> PolicyVersion:
    """Switch on the present text of a pack, from now on and for everything that waits for a policy.

    Raises `Refused` where this text is on already, or where one of its cases does not come out.
    """
    for result in case_results(pack_id):
        if not result.holds:
            raise Refused(FAILS.format(case=result.name))
    path = file_of(pack_id)
    text = path.read_text("utf-8")
    pack = pack_in(text, path.name)
    if session.scalar(sa.select(PolicyVersion.id).where(PolicyVersion.digest == pack.digest)):
        raise Refused(ACTIVE_ALREADY)
    version = PolicyVersion(
        pack=pack.id,
        digest=pack.digest,
        text=text,
        effective_from=pack.effective_from,
        effective_to=pack.effective_to,
        activated_at=now,
        activated_by_id=actor.account_id,
    )
    session.add(version)
    audit.record(session, version, actor, "activate_policy", now, detail={"pack": pack.id, "digest": pack.digest})
    outbox.publish(session, "policy.activated", {"version": version.id}, now)
    return version


def end(session: Session, version: PolicyVersion, actor: Actor, now: datetime, reason: str) -> None:
    """Switch a text off: nothing new is determined with it; what was determined stands."""
    if not reason.strip():
        raise Refused(NO_REASON)
    if version.ended_at is not None:
        raise Refused(ENDED_ALREADY)
    version.ended_at, version.end_reason = now, reason.strip()
    audit.record(session, version, actor, "end_policy", now, comment=reason.strip())


def versions_in_force(session: Session, day: date) -> list[PolicyVersion]:
    """Of each pack the text last switched on that covers *day*."""
    covering = session.scalars(
        sa.select(PolicyVersion)
        .where(
            PolicyVersion.ended_at.is_(None),
            PolicyVersion.effective_from <= day,
            sa.or_(PolicyVersion.effective_to.is_(None), PolicyVersion.effective_to >= day),
        )
        .order_by(PolicyVersion.activated_at, PolicyVersion.id)
    )
    return sorted({version.pack: version for version in covering}.values(), key=lambda version: version.pack)
