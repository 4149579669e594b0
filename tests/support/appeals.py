"""A skill whose results somebody appeals against: delegations with leaders, arbiters of two instances, and each step in a line."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.competitions.appeals import commands
from app.competitions.models import Appeal, Entry, Revision
from app.competitions.panel import rounds
from app.competitions.results import commands as results
from app.core import engine
from app.core.actor import Actor
from tests.support.competitions import account, organisation
from tests.support.marking import NOW, Workshop
from workflows.competition.appeal_flow import AppealFlow
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role

PICTURE = b"\x89PNG\r\n\x1a\n" + b"0" * 64
ACTED = NOW + timedelta(minutes=30)
LATER = NOW + timedelta(days=30)


class Disputed(Workshop):
    """Three competitors with 95.00, 88.33 and 40.00, each of a delegation of its own with a leader; three arbiters besides the first."""

    def __init__(self, session: Session, delegation: str = "代表队", **skill: Any) -> None:
        super().__init__(session, 3, **skill)
        self.leaders: list[Account] = []
        for number, entry in enumerate(self.entries, start=1):
            entry.organisation = organisation(session, f"{delegation}{number}")
            session.flush()
            self.leaders.append(account(session, (Role.TEAM_LEADER, entry.organisation.id), name=f"领队{number}"))
        self.committee = [account(session, (Role.ARBITER, self.competition.id), name=f"仲裁委员{n}") for n in (1, 2, 3)]
        self.start()
        self.finish(s01=(40, 25, (3, 3, 3)), s02=(40, 25, (2, 2, 3)), s03=(0, 20, (2, 2, 2)))

    def publish(self, now: datetime = NOW) -> None:
        self.tally()
        self.decode()
        results.draw_up_list(self.session, self.skill, self.organiser, now, full_names=False)
        engine.fire(self.session, self.skill, SkillFlow.publish, self.organiser, now)

    def finalise(self, now: datetime = LATER) -> None:
        engine.settle(self.session, self.skill, now)
        assert self.skill.is_in(SkillFlow.final)

    def leader_of(self, entry: Entry) -> Actor:
        return self.leaders[self.entries.index(entry)].actor

    def draft(self, number: int = 2, now: datetime = ACTED, facts: str = "B1 漏看了接线", **values: Any) -> Appeal:
        """An appeal about the competitor at that seat, with a photograph."""
        entry = self.entries[number - 1]
        appeal = commands.begin_appeal(self.session, entry, self.leader_of(entry), now, {"ground": "marking", "facts": facts, **values})
        commands.add_evidence(
            self.session, appeal, [(io.BytesIO(PICTURE), "现场.png")], Path(current_app.config["INSTANCE"]), self.leader_of(entry), now
        )
        return appeal

    def lodged(self, number: int = 2, now: datetime = ACTED, **values: Any) -> Appeal:
        appeal = self.draft(number, now, **values)
        self.take(appeal, AppealFlow.lodge, self.leader_of(appeal.entry), now)
        return appeal

    def take(self, subject: Appeal | Revision | Any, transition: Any, actor: Actor, now: datetime = ACTED, comment: str = "") -> None:
        engine.fire(self.session, subject, transition, actor, now, comment)

    def upheld(self, number: int = 2, now: datetime = ACTED) -> Appeal:
        """Admitted and upheld by the first arbiter."""
        appeal = self.lodged(number, now)
        self.take(appeal, AppealFlow.admit, self.arbiter, now)
        self.take(appeal, AppealFlow.uphold, self.arbiter, now, "查看录像，确有漏看")
        return appeal

    def mark_anew(self, code: str, sub: str, now: datetime = ACTED, *, score: int) -> None:
        """The judges give the first aspect of an opened sheet another score in its new round, note why, sign; the chief judge locks."""
        self.session.expire_all()
        sheet, aspect = self.sheet(code, sub), self.aspect(f"{sub}.1")
        known = {(mark.aspect_id, mark.seat): mark.number for mark in sheet.marks}
        for judge in range(1, 4):
            self.give(code, f"{sub}.1", score, judge, now, seen=known.get((aspect.id, judge), 0))
        self.session.expire_all()
        rounds.note(self.session, self.sheet(code, sub), aspect.id, self.judges[0], "逐项对照录像重评", now)
        for judge in range(1, 4):
            self.sign(code, sub, judge)
        self.take(self.sheet(code, sub), SheetFlow.lock, self.chief, now)
