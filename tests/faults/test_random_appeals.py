"""Final results appealed against and revised in random order: a published version is never edited, each is computed again from its
evidence, whoever moved was told once, awards follow what is in force, and every clock was kept."""

from __future__ import annotations

import contextlib
import io
import random
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import current_app

from app.accounts.models import Notification
from app.achievements import commands as achievements
from app.certificates import commands as certificates
from app.competitions.appeals import commands, revising
from app.competitions.models import Appeal, Entry, Result, ResultPublication, Revision, Skill
from app.competitions.results import evidence
from app.core import audit, engine, jobs
from app.core.db import transaction
from app.core.errors import Refused
from app.notices.commands import file_objection
from app.notices.models import Notice, Objection
from tests.support.appeals import LATER, PICTURE, Disputed
from tests.support.competitions import account
from tools import recompute
from workflows.competition.appeal_flow import AppealFlow
from workflows.competition.prizes import AWARDS
from workflows.competition.revision_flow import HOLDING, RevisionFlow
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.publicity.notice_flow import NoticeFlow
from workflows.roles import Role
from workflows.workflow import Kind

SEEDS, STEPS = (12, 16), 40  # between them they take every way out of a revision
BACK = {
    *(AppealFlow.withdraw, AppealFlow.decline_not_own, AppealFlow.decline_no_facts, AppealFlow.reject, AppealFlow.settle),
    *(RevisionFlow.refuse, RevisionFlow.discard, RevisionFlow.drop, RevisionFlow.recall, RevisionFlow.correct_further),
}
SECOND = timedelta(seconds=1)  # no two things happen at once
MOST = 3  # appeals, and revisions, that are open at a time
ANSWERED = {"decline_late", "decline_not_own", "decline_no_facts", "accept_answer", "let_stand"} | {
    *("reject_finally", "settle", "conclude", "withdraw")
}
WHAT = (*("go_on",) * 14, *("write",) * 2, "find", *("turn_round",) * 2, "try_anything", "object", "an_hour", "an_hour", "a_week")


class Dispute:
    """Results of three before the public or final already; their leaders, four arbiters, the desk, and an auditor."""

    def __init__(self, session, chance):
        self.session, self.chance, self.now = session, chance, LATER
        self.instance = Path(current_app.config["INSTANCE"])
        with transaction() as s:
            self.shop = shop = Disputed(s)
            self.competitors = [account(s, person=entry.members[0].person).id for entry in shop.entries]
            auditor = account(s, (Role.AUDITOR, 0)).actor
            shop.publish(LATER)
            self.skill_id, self.entry_ids = shop.skill.id, [entry.id for entry in shop.entries]
            shop.skill.appeal_rules = {"window": 40 * 24 * 60, "starts": "publication"}
        if chance.random() < 0.7:
            self.now += timedelta(days=30)
            engine.tick(self.now)
        arbiters = (shop.arbiter, *(each.actor for each in shop.committee))
        self.leaders = [leader.actor for leader in shop.leaders]
        self.people = [*self.leaders, *arbiters, shop.organiser, shop.chief, shop.scorer, auditor]
        self.published, self.lines, self.seen = {}, {}, -1

    # ── what happens ──

    def go_on(self):
        """Whoever may take an appeal, a revision or an objection a step further does, mostly forward; votes and marks come first."""
        self.vote()
        self.mark_anew()
        for model in (Objection, Appeal, Revision):
            for id_ in self.open_ids(model):
                self.take(model, id_, is_back=self.chance.random() < 0.07)

    def turn_round(self):
        """Somebody takes a step back, where there is one."""
        rows = [(model, id_) for model in (Revision, Appeal) for id_ in self.open_ids(model)]
        if rows:
            self.take(*self.chance.choice(rows), is_back=True)

    def take(self, model, id_, *, is_back):
        self.now += SECOND
        with transaction() as s:
            row = s.get_one(model, id_, populate_existing=True)
            engine.settle(s, row, self.now)
            offers = [(who, each.transition) for who in self.people for each in engine.offers(row, who, self.now) if each.allowed]
            ways = [way for way in offers if (way[1] in BACK) == is_back]
            if ways:
                who, transition = self.chance.choice(ways)
                engine.fire(s, row, transition, who, self.now, "理由")  # what is offered works

    def try_anything(self):
        """Somebody tries a step that may be nobody's, or nobody's now; refused, it leaves no trace."""
        rows = [(model, id_) for model in (Revision, Appeal) for id_ in self.open_ids(model)]
        if not rows:
            return
        model, id_ = self.chance.choice(rows)
        before = self.events()
        try:
            with transaction() as s:
                row = s.get_one(model, id_, populate_existing=True)
                transition = self.chance.choice(list(row.workflow.transitions.values()))
                engine.fire(s, row, transition, self.chance.choice(self.people), self.now, "理由")
        except Refused:
            self.session.rollback()
            assert self.events() == before

    def write(self):
        if len(self.open_ids(Appeal)) >= MOST:
            return
        with transaction() as s:
            number = self.chance.randrange(3)
            entry, leader = s.get_one(Entry, self.entry_ids[number]), self.leaders[number]
            appeal = commands.begin_appeal(s, entry, leader, self.now, {"ground": "marking", "facts": "B1 漏看了接线"})
            commands.add_evidence(s, appeal, [(io.BytesIO(PICTURE), "现场.png")], self.instance, leader, self.now)

    def find(self):
        """An error found without an appeal."""
        with contextlib.suppress(Refused), transaction() as s:
            files = [(io.BytesIO(PICTURE), "复算.png")]
            revising.begin_revision(s, self.skill(), self.chance.choice(self.people), self.now, "复算有误", files, self.instance)
        self.session.rollback()

    def object(self):
        """Somebody objects to what is before the public."""
        with transaction() as s:
            notice = self.skill().notice
            if notice is not None and engine.state_now(notice, self.now) is NoticeFlow.published:
                file_objection(s, notice, self.leaders[0], self.now, name="李四", contact="李四家", reason="名次有误")

    def vote(self):
        for id_ in self.open_ids(Appeal):
            for who in self.people:
                with transaction() as s:
                    appeal = s.get_one(Appeal, id_, populate_existing=True)
                    engine.settle(s, appeal, self.now)
                    if commands.why_no_vote(s, appeal, who) is None and self.chance.random() < 0.7:
                        upholds = self.chance.random() < 0.8
                        commands.vote(s, appeal, who, self.now, upholds=upholds, reasons="看过录像")

    def mark_anew(self):
        """A revision that is being corrected has a sheet opened; the judges mark, sign, and the chief judge locks it again."""
        self.now += SECOND
        for id_ in self.open_ids(Revision):
            with transaction() as s:
                revision = s.get_one(Revision, id_, populate_existing=True)
                sheet = self.shop.sheet(f"{self.chance.randint(1, 3):02d}", "B1")
                if revision.is_in(RevisionFlow.correcting) and not revision.orders and sheet.is_in(SheetFlow.locked):
                    revising.order_remark(s, revision, [sheet], [], self.shop.arbiter, self.now, "重看录像")
        for code in ("01", "02", "03"):
            with transaction():
                if not self.shop.sheet(code, "B1").is_in(SheetFlow.locked) and self.chance.random() < 0.8:
                    self.shop.mark_anew(code, "B1", self.now, score=self.chance.randint(0, 3))

    def an_hour(self):
        self.pass_by(timedelta(minutes=self.chance.choice((30, 59, 90, 130))))

    def a_week(self):
        self.pass_by(timedelta(days=8))

    def pass_by(self, time):
        self.now += time
        while engine.tick(self.now):
            pass
        jobs.sweep(self.now)

    # ── what must hold ──

    def check(self):
        self.session.rollback()
        self.session.expire_all()
        if self.events() == self.seen:
            return
        self.seen = self.events()
        self.nothing_published_was_edited()
        self.whoever_moved_was_told_once()
        self.awards_follow_what_is_in_force()
        for appeal in self.session.scalars(sa.select(Appeal)).all():
            self.its_clocks_were_kept(appeal)

    def nothing_published_was_edited(self):
        known = {each.id: (each.tally, each.at, each.reason, each.rows) for each in self.publications()}
        tallies = {tally for tally, *_ in known.values()}
        lines = {
            line.id: (line.tally, line.entry_id, line.place, line.total, line.award, line.prize)
            for line in self.session.scalars(sa.select(Result).where(Result.tally.in_(tallies)))
        }
        assert self.published.items() <= known.items(), "what was published was changed"
        assert self.lines.items() <= lines.items(), "the results behind it were changed"
        if len(known) > len(self.published):
            self.recompute()
        self.published, self.lines = known, lines

    def recompute(self):
        bundle = self.instance / "evidence.zip"
        bundle.write_bytes(evidence.bundle(self.session, self.skill()))
        with contextlib.redirect_stdout(io.StringIO()) as said:
            assert recompute.main([str(bundle)]) == 0, said.getvalue()

    def whoever_moved_was_told_once(self):
        due = Counter()
        for before, after in pairwise(self.publications()):
            old, new = (
                {line.entry_id: (line.place, line.award, line.prize) for line in self.skill().results_of(each.tally)}
                for each in (before, after)
            )
            for number, entry_id in enumerate(self.entry_ids):
                if old.get(entry_id) != new.get(entry_id):
                    due[self.shop.leaders[number].id, after.revision_id] += 1
                    due[self.competitors[number], after.revision_id] += 1
        said = self.session.scalars(sa.select(Notification).where(Notification.subject_kind == "revision"))
        told = Counter((line.account_id, line.subject_id) for line in said if "成绩更正：" in line.text_zh)
        assert told == due, "somebody whose place changed was not told, or twice, or somebody else was"

    def awards_follow_what_is_in_force(self):
        """Where nothing is being revised, people see what is in force, and awards, papers and facts say the same."""
        skill = self.skill()
        revisions = self.session.scalars(sa.select(Revision)).all()
        prefix = f"skill_result:{skill.id}/"
        facts, papers = achievements.standing_of(self.session, prefix), certificates.standing_of(self.session, prefix)
        held = bool(list(skill.holds))
        assert {bool(each.hold) for each in (*facts, *papers)} <= {held}, "held where nothing is open, or free where something is"
        if any(revision.is_in(*HOLDING) for revision in revisions):
            return
        shown = {tally for tally, *_ in self.published.values()}
        in_force = [each.tally for each in revisions if each.is_in(RevisionFlow.in_force) and each.tally in shown]
        assert skill.published_tally == max(in_force, default=1), "what is before the public is not what is in force"
        if skill.is_in(SkillFlow.final):
            due = [(line.entry.members[0].person_id, line.award) for line in skill.results_of(skill.published_tally) if line.award]
            assert Counter((fact.person_id, fact.award) for fact in facts) == Counter(due), "the facts are not what is in force"
            named = Counter((paper.person_id, paper.face["award"]["zh"]) for paper in papers)
            assert named == Counter((person, AWARDS[award].zh) for person, award in due), "the papers are not what is in force"
        else:
            assert self.session.get_one(Notice, skill.notice_id).state is not NoticeFlow.withdrawn, "nothing is before the public"

    def its_clocks_were_kept(self, appeal):
        done = {event.action: event for event in audit.history(self.session, appeal) if event.target}
        answers = [done[name] for name in ("uphold", "reject") if name in done]
        assert len(answers) <= 1
        assert not answers or answers[0].at < appeal.answer_due_at, "answered after the time for it"
        assert "escalate" not in done or (not answers and done["escalate"].at >= appeal.answer_due_at)
        assert "go_further" not in done or done["go_further"].at < appeal.further_until
        assert "let_stand" not in done or done["let_stand"].at >= appeal.further_until
        assert not appeal.is_late or not {"admit", "uphold"} & set(done), "a late one was examined"
        assert not {event.account_id for event in answers} & {vote.account_id for vote in appeal.votes}, "who answered first voted"
        for name in {"uphold_finally", "reject_finally"} & set(done):
            votes = [vote.upholds for vote in appeal.votes if vote.at <= done[name].at]
            assert len(votes) >= 2
            assert (sum(votes) * 2 > len(votes)) == (name == "uphold_finally")
        is_over = appeal.state.kind is not Kind.OPEN
        assert is_over == bool(ANSWERED & set(done)), "open and answered"
        assert not (is_over and appeal.suspends)

    # ── looking ──

    def skill(self):
        return self.session.get_one(Skill, self.skill_id, populate_existing=True)

    def publications(self):
        return self.session.scalars(sa.select(ResultPublication).order_by(ResultPublication.number)).all()

    def open_ids(self, model):
        self.session.rollback()
        self.session.expire_all()
        rows = self.session.scalars(sa.select(model).order_by(model.id)).all()
        return [row.id for row in rows if row.state.kind is Kind.OPEN]

    def events(self):
        self.session.rollback()
        return self.session.scalar(sa.select(sa.func.count()).select_from(audit.AuditEvent))


@pytest.fixture
def database_kind():
    """The rules are the same on both databases; the courses are followed on the one that needs no server."""
    return "sqlite"


@pytest.mark.parametrize("seed", SEEDS)
def test_published_results_are_revised_and_never_edited_in_a_random_course(session, seed):
    chance = random.Random(seed)
    course, done = Dispute(session, chance), []
    for _ in range(STEPS):
        done.append(chance.choice(WHAT))
        try:
            getattr(course, done[-1])()
            course.check()
        except (AssertionError, Refused) as error:
            raise AssertionError(f"{error}\nafter {done}") from error
    assert list(audit.verify(session)) == []
