"""Entries, marking, recognitions and claims, each along random courses: what must never happen does not."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from app.certificates.models import Certificate
from app.competitions.entries import commands as entering
from app.competitions.marking import commands as marking
from app.competitions.marking.recording import NewMark, record_marks
from app.competitions.models import Entry, Mark, Result, Sheet, Skill
from app.competitions.results import commands as publishing
from app.core import audit
from app.core.actor import Actor, Grant
from app.core.db import db, transaction
from app.notices.commands import file_objection
from app.notices.models import Notice, Objection
from app.recognition import commands as recognising
from app.recognition.models import DirectRecognition
from app.rewards import commands as claiming
from app.rewards import paying
from app.rewards.models import Claim, PaymentBatch
from app.rewards.models.payment import PAID, PENDING, PaymentLine
from tests.faults.random_course import PICKS, Course, follow, one_of
from tests.support import competitions
from tests.support import marking as workshops
from tests.support.recognition import an_enterprise
from tests.support.rewards import Bureau
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.methods import PARTIAL
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.publicity.objection_flow import HOLDING
from workflows.recognition.direct_flow import DirectFlow
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.payment_flow import PaymentBatchFlow
from workflows.roles import Role

QUOTA = 2


@pytest.fixture
def database_kind():
    """The rules are the same on both databases; the courses are followed on the one that needs no server."""
    return "sqlite"


def fresh(model, id_):
    return db.session.get_one(model, id_, populate_existing=True)


class Objecting(Course):
    """Somebody objects to a notice, now and then; what becomes of the objection is a subject like any other."""

    def notice_ids(self):
        return db.session.scalars(sa.select(Notice.id).order_by(Notice.id.desc()).limit(2)).all()

    @rule(which=PICKS)
    def somebody_objects(self, which):
        ids = self.notice_ids()
        if not ids or sum(model is Objection for model, _ in self.subjects) > 2:
            return
        with self.refused_without_a_trace(), transaction() as session:
            notice = session.get_one(Notice, one_of(ids, which))
            objection = file_objection(
                session, notice, one_of(self.people, which), self.now, name="李四", contact="李四家", reason="名次有误"
            )
            session.flush()
            self.subjects.append((Objection, objection.id))

    def is_held(self, notice_id):
        open_ = sa.select(Objection.id).where(Objection.notice_id == notice_id, Objection.is_in(*HOLDING))
        return db.session.scalar(open_) is not None


# ── entries: quota and waiting list ─────────────────────────────────────────────────────────────────────────────────


class Entries(Course):
    """A skill with two places, for which more and more people enter."""

    @initialize()
    def registration_opens(self):
        with transaction() as session:
            self.season = competitions.Season(session, quota=QUOTA)
            self.season.announce()
            self.skill_id = self.season.skill.id
            desk = self.season.appoint(Role.CHECK_IN, Role.CHIEF_JUDGE).actor
        self.now = competitions.DURING
        self.people, self.subjects = [self.season.organiser, self.season.organiser, desk], []
        self.somebody_enters()

    @rule()
    def somebody_enters(self):
        if len(self.subjects) > 6:
            return
        with self.refused_without_a_trace(), transaction() as session:
            who = competitions.person(session)
            actor = competitions.account(session, person=who).actor
            entry = entering.enter(session, actor, session.get_one(Skill, self.skill_id), [who], self.now)
            session.flush()
            self.people.append(actor)
            self.subjects.append((Entry, entry.id))

    def states(self):
        db.session.rollback()
        return Counter(db.session.scalars(sa.select(Entry._state).where(Entry.skill_id == self.skill_id)))

    @invariant()
    def never_more_places_are_given_than_there_are(self):
        states = self.states()
        assert states[EntryFlow.accepted.name] + states[EntryFlow.checked_in.name] <= QUOTA

    @invariant()
    def nobody_waits_while_a_place_is_free(self):
        states = self.states()
        taken = sum(states[state.name] for state in (EntryFlow.accepted, EntryFlow.checked_in, EntryFlow.absent, EntryFlow.completed))
        assert not states[EntryFlow.waiting.name] or taken >= QUOTA

    @invariant()
    def numbers_are_given_once(self):
        numbers = db.session.scalars(sa.select(Entry.number).where(Entry.skill_id == self.skill_id, Entry.number.is_not(None))).all()
        assert len(numbers) == len(set(numbers))


# ── marking ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Marking(Objecting):
    """Two competitors, two judges, from the first mark to final results."""

    @initialize()
    def marking_begins(self):
        with transaction() as session:
            self.shop = workshops.Workshop(session, 2, judges=2).start()
            self.skill_id = self.shop.skill.id
            self.sheet_ids = session.scalars(sa.select(Sheet.id).where(Sheet.skill_id == self.skill_id).order_by(Sheet.id)).all()
            both = workshops.account(session, (Role.SCORER, self.shop.competition.id), (Role.ARBITER, self.shop.competition.id)).actor
        self.people = [self.shop.organiser, self.shop.chief, self.shop.scorer, self.shop.arbiter, *self.shop.judges, both]
        self.subjects = [(Skill, self.skill_id), *((Sheet, id_) for id_ in self.sheet_ids)]
        self.now, self.kept, self.sent = workshops.NOW + timedelta(minutes=1), set(), 0

    @rule(which=PICKS, who=PICKS, value=st.sampled_from((0, 1, 2, 3, 30, 40, None)), is_seen=st.booleans())
    def a_judge_marks(self, which, who, value, is_seen):
        """All that is still missing of one sheet, or a single change."""
        judge = one_of(self.shop.judges, who)
        with self.refused_without_a_trace(), transaction() as session:
            sheet = fresh(Sheet, one_of(self.sheet_ids, which))
            known = {(mark.aspect_id, mark.seat): mark.number for mark in sheet.marks}
            seat = next(seat.position for seat in sheet.skill.panel if seat.account_id == judge.account_id)
            new = []
            for aspect in sheet.sub_criterion.aspects:
                is_judged = aspect.kind == "judgement"
                given = (
                    None
                    if value is None
                    else Decimal(min(value, 3) if is_judged else value if aspect.method == PARTIAL else 40 * (value > 1))
                )
                place = (aspect.id, seat if is_judged else 0)
                self.sent += 1
                new.append(NewMark(f"{self.skill_id}-mark-{self.sent:06d}", *place, known.get(place, 0) if is_seen else 0, given, self.now))
            self.kept |= {recorded.id for recorded in record_marks(session, sheet, judge, new, self.now) if recorded.is_new}

    def do_what_is_next(self):
        """Every sheet marked, signed and locked; then the list of results."""
        with transaction() as session:
            skill = self.row(session, Skill, self.skill_id)
            if skill.is_in(SkillFlow.decoded) and skill.notice_id is None:
                publishing.draw_up_list(session, skill, self.shop.organiser, self.now, full_names=False)
            if not skill.is_in(SkillFlow.marking):
                return
        for id_ in self.sheet_ids:
            for seat, judge in enumerate(self.shop.judges, start=1):
                with transaction() as session:
                    sheet = fresh(Sheet, id_)
                    if not sheet.is_in(SheetFlow.open):
                        continue
                    known = {(mark.aspect_id, mark.seat): mark.number for mark in sheet.marks}
                    new = []
                    for aspect in sheet.sub_criterion.aspects:
                        place = (aspect.id, seat if aspect.kind == "judgement" else 0)
                        self.sent += 1
                        name = f"{self.skill_id}-mark-{self.sent:06d}"
                        new.append(NewMark(name, *place, known.get(place, 0), Decimal(2 if place[1] else 0), self.now))
                    self.kept |= {recorded.id for recorded in record_marks(session, sheet, judge, new, self.now) if recorded.is_new}
            for judge in self.shop.judges:
                with transaction() as session:
                    sheet = fresh(Sheet, id_)
                    if sheet.is_in(SheetFlow.open, SheetFlow.signed):
                        marking.sign(session, sheet, judge, self.now, digest=sheet.digest)
        self.the_chief_locks()

    @rule(which=PICKS, who=PICKS)
    def a_judge_signs(self, which, who):
        with self.refused_without_a_trace(), transaction() as session:
            sheet = fresh(Sheet, one_of(self.sheet_ids, which))
            marking.sign(session, sheet, one_of(self.shop.judges, who), self.now, digest=sheet.digest)

    @rule()
    def the_chief_locks(self):
        with transaction() as session:
            marking.lock_signed(session, fresh(Skill, self.skill_id), self.shop.chief, self.now)

    @rule(who=PICKS)
    def the_list_is_drawn_up(self, who):
        with self.refused_without_a_trace(), transaction() as session:
            publishing.draw_up_list(session, fresh(Skill, self.skill_id), one_of(self.people, who), self.now, full_names=False)

    @invariant()
    def no_mark_that_was_kept_is_ever_lost(self):
        db.session.rollback()
        assert self.kept <= set(db.session.scalars(sa.select(Mark.id)))

    @invariant()
    def what_is_tallied_was_locked_by_another_than_signed_it(self):
        skill = fresh(Skill, self.skill_id)
        if skill.is_in(SkillFlow.marking, SkillFlow.cancelled):
            return
        for id_ in self.sheet_ids:
            assert fresh(Sheet, id_).is_in(SheetFlow.locked)
        results = db.session.scalars(sa.select(Result).where(Result.skill_id == skill.id, Result.tally == skill.tally_number)).all()
        assert len(results) == 2

    @invariant()
    def results_stand_only_after_a_publicity_nobody_objects_to(self):
        skill = fresh(Skill, self.skill_id)
        if skill.is_in(SkillFlow.final):
            actions = [event.action for event in audit.history(db.session, skill)]
            assert actions.index("decode") < actions.index("publish") < actions.index("finalise")
            assert not self.is_held(skill.notice_id)


# ── recognition ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Recognising(Objecting):
    """An enterprise's recognitions before its panel."""

    def __init__(self, enterprise):
        super().__init__()
        self.enterprise = enterprise

    @initialize(first=st.integers(1, 500))
    def a_recognition_is_filed(self, first):
        taken = db.session.scalar(sa.select(sa.func.count()).select_from(DirectRecognition))
        recognition = self.enterprise.draft(taken + 1)
        clerk_too = Actor(
            self.enterprise.assessors[0].account_id, None, "考评兼经办", self.enterprise.assessors[0].grants | self.enterprise.clerk.grants
        )
        self.people = [self.enterprise.clerk, *self.enterprise.assessors, self.enterprise.reviewer, clerk_too]
        self.subjects, self.id, self.now = [(DirectRecognition, recognition.id)], recognition.id, recognition.created_at

    def do_what_is_next(self):
        """The panel votes; what it passed is put before the public."""
        with transaction() as session:
            row = self.row(session, DirectRecognition, self.id)
            voted = {vote.account_id for vote in row.present_votes}
            for assessor in self.enterprise.assessors:
                if row.is_in(DirectFlow.submitted) and assessor.account_id not in voted | row.prepared_by:
                    recognising.vote(session, row, True, "技能达到要求", assessor, self.now)
            if row.is_in(DirectFlow.passed):
                recognising.open_publicity(session, row.programme, [row], "0571-64212345", self.enterprise.clerk, self.now)

    @rule(who=PICKS, in_favour=st.sampled_from((True, True, True, False)))
    def somebody_votes(self, who, in_favour):
        with self.refused_without_a_trace(), transaction() as session:
            recognising.vote(session, fresh(DirectRecognition, self.id), in_favour, "看过作品", one_of(self.people, who), self.now)

    @rule(who=PICKS)
    def it_is_put_before_the_public(self, who):
        with self.refused_without_a_trace(), transaction() as session:
            row = fresh(DirectRecognition, self.id)
            recognising.open_publicity(session, row.programme, [row], "0571-64212345", one_of(self.people, who), self.now)

    @invariant()
    def a_certificate_rests_on_a_majority_and_a_publicity(self):
        db.session.rollback()
        row = fresh(DirectRecognition, self.id)
        assert (row.certificate_id is not None) == row.is_in(DirectFlow.issued)
        if row.is_in(DirectFlow.issued):
            votes = [vote.in_favour for vote in row.present_votes]
            assert len(votes) >= 3
            assert sum(votes) * 2 > len(votes)
            assert row.publicity_ends_at <= self.now
            assert not self.is_held(row.notice_id)
            voters = {vote.account_id for vote in row.present_votes}
            assert not voters & row.prepared_by

    @invariant()
    def no_number_is_given_twice(self):
        numbers = db.session.scalars(sa.select(Certificate.number)).all()
        assert len(numbers) == len(set(numbers))


# ── claims and payments ─────────────────────────────────────────────────────────────────────────────────────────────


class Claiming(Objecting):
    """An award becomes a claim, the claim a payment, which the bank may return."""

    def __init__(self, bureau):
        super().__init__()
        self.bureau = bureau

    @initialize()
    def an_award_is_published(self):
        person = self.bureau.person()
        achievement = self.bureau.award(person, prize="5000")
        (claim,) = self.bureau.claims(achievement)
        everything = Actor(
            self.bureau.reviewer.account_id, None, "一人多岗", frozenset(map(Grant, (Role.REVIEWER, Role.APPROVER, Role.FINANCE)))
        )
        applicant = Actor(None, person.id, person.name)
        self.people = [applicant, self.bureau.reviewer, self.bureau.approver, self.bureau.finance, self.bureau.second_finance, everything]
        self.subjects, self.id, self.now = [(Claim, claim.id)], claim.id, self.bureau.now

    @rule(who=PICKS)
    def it_is_put_before_the_public(self, who):
        with self.refused_without_a_trace(), transaction() as session:
            claim = fresh(Claim, self.id)
            claiming.open_publicity(session, [claim], one_of(self.people, who), self.now, title="奖励公示", days=5, contact="0571")

    @rule(who=PICKS)
    def it_is_taken_into_a_batch(self, who):
        with self.refused_without_a_trace(), transaction() as session:
            batch = paying.collect(session, [fresh(Claim, self.id)], one_of(self.people, who), self.now)
            session.flush()
            if (PaymentBatch, batch.id) not in self.subjects:
                self.subjects.append((PaymentBatch, batch.id))

    @rule(who=PICKS)
    def the_bank_list_is_exported(self, who):
        for batch in self.batches():
            with self.refused_without_a_trace(), transaction() as session:
                paying.export_bank_list(session, fresh(PaymentBatch, batch), one_of(self.people, who), self.now)

    @rule(who=PICKS, bounces=st.booleans())
    def the_bank_answers(self, who, bounces):
        for batch in self.batches():
            with self.refused_without_a_trace(), transaction() as session:
                row = fresh(PaymentBatch, batch)
                bounced = {line.number: "户名不符" for line in row.payments} if bounces else {}
                results = paying.read_results(row, self.bureau.result_file(row, bounced), "result.xlsx", self.now.date())
                paying.book_results(session, row, results, one_of(self.people, who), self.now)

    def do_what_is_next(self):
        """Before the public, into a batch, to the bank, and back."""
        with transaction() as session:
            claim = self.row(session, Claim, self.id)
            if claim.is_in(ClaimFlow.second_reviewed):
                claiming.open_publicity(session, [claim], self.bureau.reviewer, self.now, title="奖励公示", days=5, contact="0571")
        is_approved = fresh(Claim, self.id).is_in(ClaimFlow.approved)
        db.session.rollback()
        if is_approved:
            self.it_is_taken_into_a_batch(self.people.index(self.bureau.finance))
        self.the_bank_list_is_exported(self.people.index(self.bureau.finance))
        self.the_bank_answers(self.people.index(self.bureau.finance), False)

    def batches(self):
        return [id_ for model, id_ in self.subjects if model is PaymentBatch]

    @invariant()
    def money_left_only_after_two_people_and_a_publicity(self):
        db.session.rollback()
        claim = fresh(Claim, self.id)
        events = audit.history(db.session, claim)
        if not claim.is_in(ClaimFlow.in_batch, ClaimFlow.paid, ClaimFlow.approved):
            return
        last = {event.action: (number, event.account_id) for number, event in enumerate(events)}
        assert last["review"][1] != last["second_review"][1]
        assert last["review"] < last["second_review"] < last["open_publicity"] < last["end_publicity"]

    @invariant()
    def at_most_one_line_pays_and_it_pays_what_was_determined(self):
        claim = fresh(Claim, self.id)
        standing = db.session.scalars(
            sa.select(PaymentLine).where(PaymentLine.claim_id == self.id, PaymentLine.status.in_((PENDING, PAID)))
        ).all()
        assert len(standing) <= 1
        assert claim.is_in(ClaimFlow.paid) == any(line.status == PAID for line in standing)
        for line in standing:
            assert line.amount == claim.amount == Decimal(5000)

    @invariant()
    def a_batch_is_sent_as_somebody_else_approved_it(self):
        for id_ in self.batches():
            batch = fresh(PaymentBatch, id_)
            if batch.is_in(PaymentBatchFlow.sent, PaymentBatchFlow.settled):
                who = {event.action: event.account_id for event in audit.history(db.session, batch)}
                assert who["prepare"] != who["approve"]


def test_entries_never_take_more_places_than_there_are(app, session):
    follow(Entries)


def test_marks_are_never_lost_and_results_stand_only_when_everything_is_settled(app, session):
    follow(Marking)


def test_certificates_rest_on_a_majority_and_a_publicity(app, session):
    enterprise = an_enterprise(app)
    follow(lambda: Recognising(enterprise))


def test_money_leaves_once_and_only_through_every_gate(app, session):
    bureau = Bureau(session)
    follow(lambda: Claiming(bureau))
