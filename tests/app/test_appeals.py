"""Appeals against results: who may appeal and until when, who answers, what is held, and the new version that comes of it."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import current_app

from app.accounts.models import Notification
from app.achievements.models import Achievement
from app.certificates.models import Certificate
from app.competitions.appeals import commands, queries, revising
from app.competitions.marking.queries import desks
from app.competitions.models import Appeal, Competition, ResultPublication
from app.core import engine, jobs
from app.core.actor import Actor, Grant
from app.core.db import transaction
from app.core.errors import Refused
from tests.support.appeals import ACTED, LATER, PICTURE, Disputed
from tests.support.competitions import account
from tests.support.marking import NOW
from tests.support.people import sign_in
from workflows.competition.appeal_flow import AppealFlow
from workflows.competition.revision_flow import RevisionFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.publicity.notice_flow import NoticeFlow
from workflows.roles import Role

pytestmark = pytest.mark.either_database


@pytest.fixture
def shop(session):
    return Disputed(session)


# --- lodging --------------------------------------------------------------------------------------------------------


def test_only_the_leader_of_the_entrys_own_delegation_appeals(session, shop):
    entry = shop.entries[0]
    for stranger in (shop.leader_of(shop.entries[1]), shop.organiser, account(session, person=entry.members[0].person).actor):
        with pytest.raises(Refused, match="本队"):
            commands.begin_appeal(session, entry, stranger, ACTED, {"facts": "漏看"})
    shop.entries[2].organisation = None
    session.flush()
    alone = account(session, person=shop.entries[2].members[0].person).actor
    assert commands.begin_appeal(session, shop.entries[2], alone, ACTED, {"facts": "漏看"}).is_in(AppealFlow.draft)


def test_an_appeal_needs_facts_and_evidence_and_is_signed_with_a_digest_of_both(session, shop):
    leader = shop.leader_of(shop.entries[1])
    bare = commands.begin_appeal(session, shop.entries[1], leader, ACTED, {"facts": " "})
    with pytest.raises(Refused) as refused:
        shop.take(bare, AppealFlow.lodge, leader)
    assert [reason.zh for reason in refused.value.reasons] == ["请写明申诉的事实", "请上传证据材料"]
    appeal = shop.lodged()
    assert (appeal.number, appeal.signed_name, appeal.signed_digest) == ("A-01", "领队2", commands.digest_of(appeal))
    with pytest.raises(Refused):
        commands.edit_appeal(session, appeal, leader, ACTED, {"facts": "另一套说法"})


def test_the_window_runs_from_the_recorded_end_and_a_late_appeal_neither_holds_nor_is_admitted(session, shop):
    commands.record_end(session, shop.skill, shop.chief, NOW, NOW)
    appeal = shop.lodged(now=NOW + timedelta(hours=2))
    assert appeal.is_late
    assert list(shop.skill.holds) == []
    with pytest.raises(Refused, match="逾期"):
        shop.take(appeal, AppealFlow.admit, shop.arbiter, NOW + timedelta(hours=3))
    shop.take(appeal, AppealFlow.decline_late, shop.arbiter, NOW + timedelta(hours=3), "结束两小时后才提出")
    assert appeal.is_in(AppealFlow.inadmissible)
    in_time = shop.lodged(1, now=NOW + timedelta(hours=1, minutes=59))
    assert not in_time.is_late
    with pytest.raises(Refused, match="时限内"):
        shop.take(in_time, AppealFlow.decline_late, shop.arbiter, NOW + timedelta(hours=3), "逾期")


def test_a_changed_end_needs_a_reason_and_only_those_in_charge_record_it(session, shop):
    with pytest.raises(Refused):
        commands.record_end(session, shop.skill, shop.scorer, NOW, NOW)
    with pytest.raises(Refused, match="之后"):
        commands.record_end(session, shop.skill, shop.chief, NOW, NOW + timedelta(hours=1))
    commands.record_end(session, shop.skill, shop.chief, NOW, NOW)
    with pytest.raises(Refused, match="理由"):
        commands.record_end(session, shop.skill, shop.chief, NOW, NOW - timedelta(hours=1))


# --- two instances --------------------------------------------------------------------------------------------------


def test_what_is_not_answered_in_time_goes_to_the_committee_and_everybody_is_told(session, shop):
    appeal = shop.lodged()
    engine.settle(session, appeal, ACTED + timedelta(hours=1, minutes=59))
    assert appeal.is_in(AppealFlow.lodged)
    engine.settle(session, appeal, ACTED + timedelta(hours=2))
    assert appeal.is_in(AppealFlow.committee)
    session.commit()
    jobs.sweep(ACTED + timedelta(hours=2))
    told = set(session.scalars(sa.select(Notification.account_id).where(Notification.text_zh.contains("逾期未答复"))))
    concerned = (shop.leaders[1], shop.arbiter_account, *shop.committee, shop.organiser_account, shop.chief_account)
    assert told == {each.id for each in concerned}


def test_the_second_instance_is_decided_by_two_who_did_not_decide_the_first(session, shop):
    appeal = shop.lodged()
    shop.take(appeal, AppealFlow.admit, shop.arbiter)
    shop.take(appeal, AppealFlow.reject, shop.arbiter, comment="评分符合标准")
    assert list(shop.skill.holds)
    shop.take(appeal, AppealFlow.go_further, shop.leader_of(appeal.entry), comment="录像未看")
    first, second, third = (each.actor for each in shop.committee)
    with pytest.raises(Refused, match="初次答复"):
        commands.vote(session, appeal, shop.arbiter, ACTED, upholds=False, reasons="维持")
    commands.vote(session, appeal, first, ACTED, upholds=True, reasons="录像可见")
    with pytest.raises(Refused, match="至少 2 名"):
        shop.take(appeal, AppealFlow.uphold_finally, first, comment="成立")
    with pytest.raises(Refused, match="已表决"):
        commands.vote(session, appeal, first, ACTED, upholds=False, reasons="改主意")
    commands.vote(session, appeal, second, ACTED, upholds=False, reasons="看不清")
    with pytest.raises(Refused, match="多数"):
        shop.take(appeal, AppealFlow.reject_finally, first, comment="不成立")
    commands.vote(session, appeal, third, ACTED, upholds=False, reasons="看不清")
    with pytest.raises(Refused, match="相反"):
        shop.take(appeal, AppealFlow.uphold_finally, first, comment="成立")
    shop.take(appeal, AppealFlow.reject_finally, first, comment="证据不足")
    assert appeal.is_in(AppealFlow.dismissed)
    assert list(shop.skill.holds) == []


def test_an_answer_stands_when_nobody_goes_further_in_time(session, shop):
    appeal = shop.lodged()
    shop.take(appeal, AppealFlow.admit, shop.arbiter)
    shop.take(appeal, AppealFlow.reject, shop.arbiter, comment="评分符合标准")
    late = ACTED + timedelta(hours=2)
    with pytest.raises(Refused):
        shop.take(appeal, AppealFlow.go_further, shop.leader_of(appeal.entry), late, "再申诉")
    engine.settle(session, appeal, late)
    assert appeal.is_in(AppealFlow.closed)


def test_who_belongs_to_the_appellants_organisation_does_not_decide(session, shop):
    appeal = shop.lodged()
    kin = account(session, (Role.ARBITER, shop.competition.id), (Role.CLERK, appeal.entry.organisation_id)).actor
    with pytest.raises(Refused, match="回避"):
        shop.take(appeal, AppealFlow.admit, kin)


# --- blind ----------------------------------------------------------------------------------------------------------


def test_before_the_decoding_judges_read_an_appeal_by_its_code(client, session):
    with transaction() as writing:
        shop = Disputed(writing)
        appeal = shop.lodged(facts="代表队2的选手名2被漏看，领队2在场")
    sign_in(client, shop.chief_account)
    for url in ("/appeals", f"/appeals/{appeal.id}", f"/skills/{shop.skill.id}/appeals", f"/api/appeal/{appeal.id}"):
        page = client.get(url)
        assert page.status_code == 200, url
        for name in ("代表队2", "选手名2", "领队2", "现场.png"):
            assert name not in page.text, (url, name)
    assert "02" in client.get(f"/appeals/{appeal.id}").text
    assert client.get(f"/appeals/{appeal.id}/evidence/{appeal.evidence[0].id}").status_code == 404
    assert b"%PDF" in client.get(f"/appeals/{appeal.id}/report.pdf").data
    sign_in(client, shop.arbiter_account)
    assert "代表队2" in client.get(f"/appeals/{appeal.id}").text
    sign_in(client, shop.leaders[0])
    assert client.get(f"/appeals/{appeal.id}").status_code == 404
    sign_in(client, shop.judge_accounts[0])
    assert client.get(f"/appeals/{appeal.id}").status_code == 404


# --- what is held, and revised --------------------------------------------------------------------------------------


def test_an_open_appeal_holds_publication_and_the_end_of_publicity(session, shop):
    shop.publish()
    appeal = shop.lodged()
    engine.settle(session, shop.skill, LATER)
    assert shop.skill.is_in(SkillFlow.publicity)
    shop.take(appeal, AppealFlow.withdraw, shop.leader_of(appeal.entry), comment="已看录像，服从")
    engine.settle(session, shop.skill, LATER)
    assert shop.skill.is_in(SkillFlow.final)


def revised(shop, score=3, now=LATER, number=2):
    """An appeal of the second upheld after the results are final: B1 is marked anew and counted anew; the case is to be decided."""
    appeal = shop.upheld(number, now)
    (revision,) = appeal.revisions
    revising.order_remark(shop.session, revision, [shop.sheet(f"{number:02d}", "B1")], [], shop.arbiter, now, "重看录像")
    shop.mark_anew(f"{number:02d}", "B1", now, score=score)
    shop.take(revision, RevisionFlow.compute, shop.scorer, now)
    return revision


@pytest.fixture
def final(session):
    """Results that are final, in a skill whose rules leave two months to appeal."""
    shop = Disputed(session)
    shop.publish()
    shop.finalise()
    shop.skill.appeal_rules = {"window": 60 * 24 * 60}
    return shop


def papers(session):
    return {
        (paper.holder_name, paper.face["award"]["zh"]): paper
        for paper in session.scalars(sa.select(Certificate).where(Certificate.revoked_at.is_(None)))
    }


def test_awards_and_certificates_are_held_while_an_appeal_is_open_and_let_go_when_it_fails(session, final):
    appeal = final.lodged(now=LATER)
    held = session.scalars(sa.select(Achievement)).all()
    assert {fact.hold.en for fact in held} == {"Held by appeal no. A-01"}
    assert {paper.hold.zh for paper in papers(session).values()} == {"申诉 A-01 正在处理，成绩暂缓"}
    final.take(appeal, AppealFlow.withdraw, final.leader_of(appeal.entry), LATER, "撤回")
    assert {fact.hold for fact in held} == {None}
    assert {paper.hold for paper in papers(session).values()} == {None}


def test_a_revision_is_a_new_version_and_the_published_one_stays_as_it_was(session, final):
    revision = revised(final)
    both = Actor(final.scorer.account_id, None, "一人多岗", frozenset({Grant(Role.ARBITER, final.competition.id)}))
    old = [(result.entry_id, result.place, result.total) for result in final.skill.results_of(1)]
    assert (final.skill.published_tally, revision.base, revision.tally) == (1, 1, 2)
    assert final.skill.tally_number == 1
    assert [(change.id, change.old.place, change.new.place) for change in revision.changes] == [
        (final.entries[0].id, 1, 1),
        (final.entries[1].id, 2, 1),
    ]
    with pytest.raises(Refused, match="重新汇总"):
        final.take(revision, RevisionFlow.publish, both, LATER)
    final.take(revision, RevisionFlow.publish, final.organiser, LATER)
    assert (final.skill.published_tally, final.skill.tally_number) == (2, 2)
    assert [(result.entry_id, result.place, result.total) for result in final.skill.results_of(1)] == old
    first, second = session.scalars(sa.select(ResultPublication).order_by(ResultPublication.number)).all()
    assert (first.rows[1][3], second.rows[1][3], second.reason) == ("88.33", "95.00", revision.reason)
    assert revision.is_in(RevisionFlow.publicity)


def test_whoever_counted_does_not_put_the_revision_in_force(session, final):
    appeal = final.upheld(now=LATER)
    (revision,) = appeal.revisions
    revising.order_remark(session, revision, [final.sheet("02", "B1")], [], final.arbiter, LATER, "重看录像")
    with pytest.raises(Refused, match="02"):
        final.take(revision, RevisionFlow.compute, final.arbiter, LATER)
    final.mark_anew("02", "B1", LATER, score=3)
    final.take(revision, RevisionFlow.compute, final.arbiter, LATER)
    with pytest.raises(Refused, match="重新汇总"):
        final.take(revision, RevisionFlow.publish, final.arbiter, LATER)
    final.take(revision, RevisionFlow.publish, final.organiser, LATER)


def test_only_the_sheet_ordered_to_be_marked_anew_is_on_its_judges_desk(session, final):
    judge = final.judges[0]
    assert desks(session, judge) == []
    (revision,) = final.upheld(now=LATER).revisions
    revising.order_remark(session, revision, [final.sheet("02", "B1")], [], final.arbiter, LATER, "重看录像")
    session.flush()
    (desk,) = desks(session, judge)
    assert [line.code for line in desk.sheets] == ["02"]
    final.mark_anew("02", "B1", LATER, score=3)
    assert desks(session, judge) == []


def test_after_its_publicity_awards_certificates_and_facts_follow_and_the_appeal_is_closed(session, final):
    before = papers(session)
    revision = revised(final)
    final.take(revision, RevisionFlow.publish, final.organiser, LATER)
    assert papers(session) == before
    after = revision.publicity_ends_at
    engine.settle(session, revision, after)
    assert revision.is_in(RevisionFlow.in_force)
    assert revision.appeal.is_in(AppealFlow.settled)
    old, new = before["选手名2", "二等奖"], papers(session)["选手名2", "一等奖"]
    assert (old.stands, old.replaced_by, new.replaces, new.number != old.number) == (False, new, old, True)
    assert papers(session)["选手名1", "一等奖"] == before["选手名1", "一等奖"]
    facts = session.scalars(sa.select(Achievement).where(Achievement.person == final.entries[1].members[0].person)).all()
    assert [(fact.award, fact.prize_received, fact.withdrawn_at is None) for fact in facts] == [
        ("second", Decimal(3000), False),
        ("first", Decimal(5000), True),
    ]
    assert (facts[1].replaces, facts[1].on) == (facts[0], facts[0].on)
    assert {fact.hold for fact in facts} == {None}


def test_everyone_whose_place_or_award_changed_is_told_both_places_in_both_languages(session, final):
    mover = account(session, person=final.entries[1].members[0].person)
    staying = account(session, person=final.entries[2].members[0].person)
    revision = revised(final)
    final.take(revision, RevisionFlow.publish, final.organiser, LATER)
    lines = session.scalars(sa.select(Notification).where(Notification.subject_kind == "revision")).all()
    by_account = {line.account_id: line for line in lines}
    assert set(by_account) == {mover.id, final.leaders[1].id}
    assert "由第 2 名，二等奖变为第 1 名，一等奖" in by_account[mover.id].text_zh
    assert "was place 2, Second prize and is now place 1, First prize" in by_account[mover.id].text_en
    assert staying.id not in by_account
    assert [line.entry for line in queries.differences(session, mover.actor, revision)] == [final.entries[1]]


def test_an_error_found_without_an_appeal_takes_the_same_way_by_two_persons(session, final):
    auditor = account(session, (Role.AUDITOR, 0)).actor
    instance = Path(current_app.config["INSTANCE"])
    session.execute(sa.update(Competition).values({Competition._state: "archived"}))
    bare = revising.begin_revision(session, final.skill, auditor, LATER, "复算发现 B1 计分有误", [], instance)
    with pytest.raises(Refused, match="依据"):
        final.take(bare, RevisionFlow.propose, auditor, LATER)
    with pytest.raises(Refused, match="正在办理"):
        revising.begin_revision(session, final.skill, final.organiser, LATER, "又一处", [], instance)
    revising.add_evidence(session, bare, [(io.BytesIO(PICTURE), "复算.png")], instance, auditor, LATER)
    final.take(bare, RevisionFlow.propose, auditor, LATER)
    both = Actor(auditor.account_id, None, "一人多岗", frozenset({Grant(Role.ARBITER, final.competition.id)}))
    with pytest.raises(Refused, match="提请更正"):
        final.take(bare, RevisionFlow.open_case, both, LATER)
    final.take(bare, RevisionFlow.open_case, final.arbiter, LATER)
    assert {paper.hold.en for paper in papers(session).values()} == {f"Held by revision no. {bare.number}"}


def test_nothing_goes_back_to_marking_while_a_revision_is_open(session, shop):
    shop.publish()
    shop.upheld()
    with pytest.raises(Refused, match="正在办理"):
        shop.take(shop.skill, SkillFlow.resume_marking, shop.chief, comment="更正")


def test_before_publication_an_upheld_appeal_is_put_right_by_marking_again(session, shop):
    shop.tally()
    appeal = shop.upheld()
    assert appeal.revisions == []
    shop.take(shop.skill, SkillFlow.resume_marking, shop.chief, comment="申诉成立")
    shop.take(appeal, AppealFlow.settle, shop.arbiter, comment="已重评并更正")
    assert session.scalar(sa.select(Appeal._state)) == "settled"


# --- a revision that goes back ---------------------------------------------------------------------------------------


def test_what_is_taken_down_again_leaves_the_version_before_it_standing_and_whoever_moved_is_told(session, final):
    before, mover = papers(session), final.leaders[1]
    revision = revised(final)
    final.take(revision, RevisionFlow.publish, final.committee[0].actor, LATER)  # an arbiter may, as well as the organiser
    final.take(revision, RevisionFlow.recall, final.committee[0].actor, LATER, "异议成立，逐项再看")
    assert (final.skill.published_tally, revision.is_in(RevisionFlow.correcting)) == (1, True)
    versions = session.scalars(sa.select(ResultPublication).order_by(ResultPublication.number)).all()
    assert [(each.tally, each.reason) for each in versions] == [(1, ""), (2, revision.reason), (1, "异议成立，逐项再看")]
    assert versions[2].rows == versions[0].rows
    lines = session.scalars(sa.select(Notification).where(Notification.subject_kind == "revision").order_by(Notification.id)).all()
    there, back = [line.text_zh for line in lines if line.account_id == mover.id]
    assert "由第 2 名，二等奖变为第 1 名，一等奖" in there
    assert "由第 1 名，一等奖变为第 2 名，二等奖。理由：异议成立，逐项再看" in back
    assert papers(session) == before

    final.take(revision, RevisionFlow.compute, final.scorer, LATER)
    assert revision.base == 1  # it is counted against what stands
    final.take(revision, RevisionFlow.publish, final.organiser, LATER)
    engine.settle(session, revision, revision.publicity_ends_at)
    assert (revision.state, final.skill.published_tally) == (RevisionFlow.in_force, 3)


def test_a_list_that_was_replaced_before_its_time_runs_its_full_time_again(session, shop):
    shop.publish()
    revision = revised(shop, now=ACTED)
    shop.take(revision, RevisionFlow.publish, shop.organiser, ACTED)
    shop.take(revision, RevisionFlow.recall, shop.organiser, ACTED, "再看录像")
    notice = shop.skill.notice
    assert (notice.is_in(NoticeFlow.published), notice.published_at, shop.skill.publicity_ends_at) == (True, ACTED, notice.ends_at)
    assert [row[3] for row in notice.rows] == ["95.00", "88.33", "40.00"]


def test_what_was_marked_anew_and_came_out_differently_is_not_dropped(final):
    revision = revised(final)
    with pytest.raises(Refused, match="须公布"):
        final.take(revision, RevisionFlow.drop, final.organiser, LATER, "维持原成绩")
    final.take(revision, RevisionFlow.correct_further, final.organiser, LATER, "再看")
    with pytest.raises(Refused, match="重新汇总"):
        final.take(revision, RevisionFlow.drop, final.organiser, LATER, "维持原成绩")
    untouched = final.upheld(3, LATER).revisions[0]
    final.take(untouched, RevisionFlow.drop, final.organiser, LATER, "维持原成绩")


# --- two revisions at once ------------------------------------------------------------------------------------------


def two_corrected(shop):
    """Two appeals upheld in one skill, whose sheets are marked anew beside each other: 02 goes up to 95.00, 03 to 50.00."""
    found = [shop.upheld(number, LATER).revisions[0] for number in (2, 3)]
    for revision, code in zip(found, ("02", "03"), strict=True):
        revising.order_remark(shop.session, revision, [shop.sheet(code, "B1")], [], shop.arbiter, LATER, "重看录像")
    return found


def test_two_revisions_of_a_skill_are_not_counted_while_the_sheets_of_either_are_open(final):
    first, second = two_corrected(final)
    final.mark_anew("02", "B1", LATER, score=3)
    with pytest.raises(Refused, match="03"):
        final.take(first, RevisionFlow.compute, final.scorer, LATER)
    final.mark_anew("03", "B1", LATER, score=3)
    final.take(first, RevisionFlow.compute, final.scorer, LATER)
    with pytest.raises(Refused, match=first.number):
        final.take(second, RevisionFlow.compute, final.scorer, LATER)


def test_a_revision_that_another_put_in_force_with_it_is_closed_and_its_appeal_too(session, final):
    first, second = two_corrected(final)
    for code in ("02", "03"):
        final.mark_anew(code, "B1", LATER, score=3)
    final.take(first, RevisionFlow.compute, final.scorer, LATER)
    final.take(first, RevisionFlow.publish, final.organiser, LATER)
    engine.settle(session, first, first.publicity_ends_at)
    final.take(second, RevisionFlow.compute, final.scorer, LATER)
    with pytest.raises(Refused, match="完全相同"):
        final.take(second, RevisionFlow.publish, final.organiser, LATER)
    final.take(second, RevisionFlow.conclude, final.organiser, LATER)
    assert (first.appeal.state.name, second.appeal.state.name, second.state) == ("settled", "settled", RevisionFlow.in_force)
    assert final.skill.published_tally == first.tally


def test_a_second_revision_rests_on_the_first_and_changes_only_what_is_left(session, final):
    first = revised(final)
    final.take(first, RevisionFlow.publish, final.organiser, LATER)
    engine.settle(session, first, first.publicity_ends_at)
    second = revised(final, number=3)
    assert second.base == first.tally
    assert [change.id for change in second.changes] == [final.entries[2].id]
    final.take(second, RevisionFlow.adopt, final.organiser, LATER)
    assert final.skill.published_tally == second.tally
    totals = {result.entry_id: result.total for result in final.skill.results_of(second.tally)}
    assert totals == {entry.id: Decimal(total) for entry, total in zip(final.entries, ("95.00", "95.00", "50.00"), strict=True)}
