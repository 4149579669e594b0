"""Making a large bundle of evidence in a worker, and finding it again."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.competitions.models import EvidenceBundle, Skill
from app.competitions.results import evidence
from app.core import clock, jobs
from app.core.actor import Actor
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.core.jobs import Job, Run

JOB = "competitions.evidence"
KEPT_FOR = timedelta(days=7)


def ask_for(session: Session, skill: Skill, actor: Actor, now: datetime) -> Job:
    """Have a worker make the bundle; its page shows how far it is."""
    job = jobs.enqueue(session, JOB, {"skill": skill.id}, now, account_id=actor.account_id)
    session.flush()
    job.total = evidence.TABLES
    return job


def make(run: Run) -> dict[str, Any]:
    """The long job: read table by table, then keep the zip."""
    skill = db.session.get_one(Skill, run.payload["skill"])
    content = evidence.bundle(db.session, skill, lambda done: run.progress(done, evidence.TABLES))
    digest = hashlib.sha256(content).hexdigest()
    now = clock.now()
    with transaction() as session:
        session.execute(sa.delete(EvidenceBundle).where(EvidenceBundle.expires_at <= now))
        session.add(EvidenceBundle(skill_id=skill.id, job_id=run.job_id, sha256=digest, content=content, expires_at=now + KEPT_FOR))
    return {"sha256": digest}


def job_of(session: Session, skill: Skill, id: int) -> Job:
    """A job that makes the evidence of this skill.  Raises NotFound."""
    job = session.get(Job, id)
    if job is None or job.name != JOB or job.payload.get("skill") != skill.id:
        raise NotFound
    return job


def made_by(session: Session, skill: Skill, job_id: int, now: datetime) -> EvidenceBundle | None:
    """What a job made, while it is kept."""
    mine = (EvidenceBundle.job_id == job_id, EvidenceBundle.skill_id == skill.id, EvidenceBundle.expires_at > now)
    return session.scalar(sa.select(EvidenceBundle).where(*mine))
