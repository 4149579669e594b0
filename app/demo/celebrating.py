"""After the results: a ceremony that was held, one that the visitor can lead, and the organiser's seal on papers."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import datetime

import sqlalchemy as sa
from flask import current_app

from app.accounts import commands as accounts
from app.certificates.models import AWARD, Certificate
from app.competitions.ceremony import commands
from app.competitions.locks import commands as locks
from app.competitions.models import Competition, LockUnit, Skill
from app.core import engine
from app.core.db import transaction
from app.demo.cast import FOUNDER, Cast
from app.notices.models import Notice
from app.seals import commands as seals
from app.seals.models import SEAL
from app.seals.png import HEADER
from app.seals.png import SIGNATURE as PNG
from workflows.competition.ceremony_flow import CeremonyFlow
from workflows.competition.lock_flow import LockFlow
from workflows.roles import Role


def hold_ceremonies(cast: Cast, competition_id: int, moment: datetime) -> None:
    """Reveal all skills one after the other, to the end; and prepare the same award by award."""
    organiser = cast.actor("organiser")
    with transaction() as session:
        competition = session.get_one(Competition, competition_id)
        skills = [skill.id for skill in competition.live_skills]
        held = commands.prepare(session, competition, organiser, moment, title="颁奖典礼", order="by_skill", skills=skills)
        engine.fire(session, held, CeremonyFlow.start, organiser, moment)
        for position in range(1, len(held.script) + 1):
            commands.step(session, held, organiser, moment, to=position, is_paused=False, version=None)
        engine.fire(session, held, CeremonyFlow.finish, organiser, moment)
        commands.prepare(session, competition, organiser, moment, title="颁奖典礼（彩排）", order="over_all", skills=skills)


def seal_papers(cast: Cast, moment: datetime) -> None:
    """The organiser keeps the seal, and puts it on award certificates, on what is before the public, and on accepted marks."""
    organisation = cast.organisations["organiser"]
    with transaction() as session:
        account = cast.accounts["organiser"]
        accounts.grant(session, FOUNDER, account, Role.SEAL_KEEPER, organisation.id, moment, "演示")
        session.flush()
        session.refresh(account, ["grants"])
        keeper = account.actor
        stream = io.BytesIO(made_up_seal())
        seal = seals.hand_in(
            session,
            current_app.config["INSTANCE"],
            keeper,
            session.merge(organisation, load=False),
            moment,
            kind=SEAL,
            title="单位公章（演示）",
            stream=stream,
            filename="seal.png",
        )
        own = Certificate.organisation_id == organisation.id
        papers = session.scalars(sa.select(Certificate).where(own, Certificate.kind == AWARD).order_by(Certificate.id)).all()
        notices = session.scalars(sa.select(Notice).where(Notice.organisation_id == organisation.id).order_by(Notice.id)).all()
        for subjects, purpose in ((papers, "获奖证书用印"), (notices, "成绩公示用印")):
            if subjects:
                seals.put_on(session, seal, subjects, keeper, moment, purpose)
        for unit in session.scalars(_accepted(organisation.id)):
            locks.use_seal(session, unit, seal, keeper, moment, is_removed=False)


def _accepted(organisation_id: int) -> sa.Select[LockUnit]:
    """Units of the organisation's skills that were accepted, the first few of them."""
    query = sa.select(LockUnit).join(LockUnit.skill).join(Skill.competition)
    return query.where(Competition.organiser_id == organisation_id, LockUnit.is_in(LockFlow.accepted)).order_by(LockUnit.id).limit(3)


def made_up_seal(side: int = 240) -> bytes:
    """A red ring with a dot in it on a clear ground: a seal nobody can take for a real one."""
    rows = bytearray()
    for y in range(side):
        rows.append(0)
        for x in range(side):
            far = ((x - side / 2) ** 2 + (y - side / 2) ** 2) ** 0.5 / side
            rows += bytes((200, 30, 30, 220 if 0.44 < far < 0.485 or far < 0.09 else 0))
    header = HEADER.pack(side, side, 8, 6, 0, 0, 0)
    return PNG + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows))) + chunk(b"IEND", b"")


def chunk(name: bytes, data: bytes) -> bytes:
    """A piece of a PNG: its length, its name, what is in it, and the checksum."""
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
