"""An enterprise's recognitions in the database: from the programme on file to the certificate, and back when it is revoked."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.achievements import commands as achievements
from app.achievements.models import Achievement
from app.certificates import commands as certificates
from app.core import clock, engine, jobs
from app.core.actor import Grant
from app.core.db import transaction
from app.core.errors import Forbidden, Refused
from app.notices.commands import file_objection
from app.recognition import commands, queries
from app.recognition.models import DirectRecognition, RecognitionOffer
from app.recognition.offering import offer_promotion
from tests.support.recognition import COOK, ELECTRICIAN, FITTER, NOW, account, an_enterprise
from workflows.publicity.objection_flow import ObjectionFlow
from workflows.recognition import certificate_number
from workflows.recognition.direct_flow import DirectFlow
from workflows.recognition.offer_flow import OfferFlow
from workflows.recognition.programme_flow import ProgrammeFlow
from workflows.rewards import policy
from workflows.roles import Role

TONGLU = Path(policy.__file__).parent / "packs" / "tonglu" / "2021-7.toml"


@pytest.fixture
def enterprise(app, session):
    return an_enterprise(app)


def reasons(refusal):
    return [reason.zh for reason in refusal.value.reasons]


def test_the_clock_issues_the_certificate_when_the_publicity_has_ended(session, enterprise):
    recognition = enterprise.passed(1)
    notice = enterprise.before_the_public(recognition)
    assert engine.tick(notice.ends_at - timedelta(minutes=1)) == 0
    engine.tick(notice.ends_at)
    session.refresh(recognition)
    parts = certificate_number.parse(recognition.certificate.number)
    assert recognition.is_in(DirectFlow.issued)
    assert (parts.kind, parts.province, parts.station, parts.year, parts.level, parts.serial) == ("Y", "33", "000123", 2026, 3, 1)
    assert recognition.certificate.issuer == "桐庐精工1厂"
    assert recognition.certificate.issued_on == clock.today(notice.ends_at)


def test_the_certificate_is_published_as_a_fact_in_the_keys_that_policies_read(session, enterprise):
    recognition = enterprise.issued(1)
    fact = session.scalars(sa.select(Achievement)).one()
    assert (fact.kind, fact.person_id, fact.organisation_id) == ("grade_certificate", recognition.person_id, enterprise.organisation.id)
    assert fact.facts["grade_level"] == "3"
    assert fact.facts["occupation"] == ELECTRICIAN
    assert date.fromisoformat(fact.facts["certificate_issued_on"]) == recognition.certificate.issued_on


@pytest.mark.parametrize(("kind", "level", "amount"), [("A", 5, 1000), ("A", 4, 1500), ("B", 3, 2000), ("B", 2, 2500), ("B", 1, 3000)])
def test_the_published_fact_is_what_the_countys_policy_pays_the_enterprise_for(session, enterprise, kind, level, amount):
    enterprise.issued(1, kind=kind, level=level)
    fact = session.scalars(sa.select(Achievement)).one()
    granted = policy.determine(policy.load(TONGLU), fact.facts | {"person": "P1"}, fact.on).granted
    assert list(granted) == [("certificate-subsidy", Decimal(amount))]


def test_the_same_level_is_not_given_twice_nor_a_second_certificate_in_the_year(session, enterprise):
    enterprise.issued(1)
    for content, expected in (
        ({}, ["已持有同职业同等级证书（高级工）", "2026 年度已取得 1 本证书，备案规定每人每年最多 1 本"]),
        ({"occupation_code": FITTER}, ["2026 年度已取得 1 本证书，备案规定每人每年最多 1 本"]),
    ):
        again = enterprise.draft(1, **content)
        with pytest.raises(Refused) as refusal:
            enterprise.fire(again, DirectFlow.submit, enterprise.clerk)
        assert reasons(refusal) == expected
        enterprise.fire(again, DirectFlow.withdraw, enterprise.clerk, "重复")


def test_two_recognitions_of_one_person_in_publicity_yield_one_certificate(session, enterprise):
    first, second = enterprise.passed(1), enterprise.passed(1, occupation_code=FITTER)
    notice = enterprise.before_the_public(first, second)
    engine.tick(notice.ends_at)
    session.expire_all()
    assert {first.state, second.state} == {DirectFlow.issued, DirectFlow.publicity}


def test_a_second_recognition_for_the_same_level_cannot_be_begun_while_one_is_on_its_way(session, enterprise):
    enterprise.submitted(1)
    with pytest.raises(Refused, match="正在办理"):
        enterprise.draft(1)


def test_the_database_itself_refuses_two_on_their_way(session, enterprise):
    recognition = enterprise.submitted(1)
    twin = DirectRecognition(
        programme_id=recognition.programme_id, person_id=recognition.person_id, kind="B", occupation_code=ELECTRICIAN, level=3
    )
    with pytest.raises(sa.exc.IntegrityError), transaction() as s:
        engine.begin(s, twin, enterprise.clerk, NOW)


def test_votes_are_counted_with_their_reasons_and_a_changed_vote_counts_once(session, enterprise):
    recognition = enterprise.submitted(1)
    first, second, third = enterprise.assessors
    for assessor, in_favour in ((first, False), (first, True), (second, True)):
        with transaction() as s:
            commands.vote(s, recognition, in_favour, "看过材料", assessor, NOW)
    with pytest.raises(Refused, match="至少需要 3 票"):
        enterprise.fire(recognition, DirectFlow.decide, first)
    with transaction() as s:
        commands.vote(s, recognition, False, "业绩不足", third, NOW)
    enterprise.fire(recognition, DirectFlow.decide, first)
    assert [(vote.in_favour, vote.reason) for vote in recognition.votes] == [(True, "看过材料"), (True, "看过材料"), (False, "业绩不足")]


def test_the_clerk_who_wrote_it_and_the_candidate_cannot_vote(session, enterprise):
    recognition = enterprise.submitted(1)
    on_panel = Grant(Role.ASSESSOR, enterprise.organisation.id)
    with transaction() as s:
        candidate = account(s, "candidate", "职工1", on_panel, person=recognition.person)
    both = type(enterprise.clerk)(enterprise.clerk.account_id, None, "赵经办", enterprise.clerk.grants | {on_panel})
    for actor, why in ((candidate, "不能评审自己"), (both, "填报或提交的人")):
        with pytest.raises(Refused, match=why), transaction() as s:
            commands.vote(s, recognition, True, "好", actor, NOW)
    with pytest.raises(Forbidden), transaction() as s:
        commands.vote(s, recognition, True, "好", enterprise.reviewer, NOW)


def test_what_came_back_corrected_is_voted_on_afresh(session, enterprise):
    recognition = enterprise.passed(1)
    enterprise.fire(recognition, DirectFlow.send_back, enterprise.reviewer, "请补照片")
    enterprise.fire(recognition, DirectFlow.resubmit, enterprise.clerk)
    assert recognition.votes == []
    with pytest.raises(Refused, match="评审表决 0 票"):
        enterprise.fire(recognition, DirectFlow.decide, enterprise.assessors[0])


def test_an_objection_holds_the_certificates_and_an_upheld_one_waits_for_the_reviewer(session, enterprise):
    recognition, other = enterprise.passed(1), enterprise.passed(2)
    notice = enterprise.before_the_public(recognition, other)
    with transaction() as s:
        objection = file_objection(s, notice, enterprise.reviewer, NOW, name="李群众", contact="0571-1", reason="并非一线")
    later = notice.ends_at + timedelta(hours=1)
    engine.tick(later)
    session.expire_all()
    assert recognition.is_in(DirectFlow.publicity)
    for transition in (ObjectionFlow.accept, ObjectionFlow.uphold):
        enterprise.fire(objection, transition, enterprise.reviewer, "属实")
    enterprise.fire(recognition, DirectFlow.overrule, enterprise.reviewer, "异议成立，非一线职工", now=later)
    enterprise.fire(other, DirectFlow.set_objection_aside, enterprise.reviewer, "与其无关", now=later)
    engine.tick(later)
    session.expire_all()
    assert recognition.is_in(DirectFlow.rejected)
    assert other.is_in(DirectFlow.issued)


def test_a_suspended_programme_holds_everything_back(session, enterprise):
    recognition = enterprise.passed(1)
    notice = enterprise.before_the_public(recognition)
    enterprise.fire(enterprise.programme, ProgrammeFlow.suspend, enterprise.reviewer, "抽查发现材料不实")
    engine.tick(notice.ends_at)
    session.expire_all()
    assert recognition.is_in(DirectFlow.publicity)
    enterprise.fire(enterprise.programme, ProgrammeFlow.resume, enterprise.reviewer, "整改完成")
    engine.tick(notice.ends_at + timedelta(hours=1))
    session.expire_all()
    assert recognition.is_in(DirectFlow.issued)


def test_a_programme_comes_back_for_a_supplement_and_the_enterprise_cannot_give_itself_a_station_code(session, enterprise):
    with transaction() as s:
        programme = commands.begin_programme(s, enterprise.organisation, enterprise.clerk, NOW)
    with pytest.raises(Forbidden), transaction() as s:
        commands.assign_station(s, programme, enterprise.clerk, NOW, agency="0000", province="33", station="000001")
    with pytest.raises(Refused) as refusal:
        enterprise.fire(programme, ProgrammeFlow.submit, enterprise.clerk)
    assert reasons(refusal) == ["请至少填写一个职业和等级", "请填写组织机构、制度和人员安排"]


def test_another_enterprises_clerk_sees_and_begins_nothing_here(app, session, enterprise):
    enterprise.draft(1)
    other = an_enterprise(app, 2, station="000124")
    assert session.scalars(queries.visible_recognitions(other.clerk)).all() == []
    assert session.scalars(queries.visible_recognitions(enterprise.reviewer)).all() == []  # a draft is nobody else's business
    person, content = enterprise.draft(2).person, commands.Content("B", FITTER, 3)
    with pytest.raises(Forbidden), transaction() as s:
        commands.begin_recognition(s, enterprise.programme, person, content, other.clerk, NOW)


def test_a_revoked_certificate_takes_its_fact_back_and_frees_the_level(session, enterprise):
    recognition = enterprise.issued(1)
    with transaction() as s:
        certificates.revoke(s, recognition.certificate, "材料造假", enterprise.reviewer, NOW)
    jobs.sweep(clock.now() + timedelta(minutes=1))
    session.expire_all()
    fact = session.scalars(sa.select(Achievement)).one()
    assert fact.withdrawn_reason == "材料造假"
    assert recognition.held == []
    with pytest.raises(Refused, match="已被撤销"), transaction() as s:
        certificates.revoke(s, recognition.certificate, "再次", enterprise.reviewer, NOW)
    with pytest.raises(Forbidden), transaction() as s:
        certificates.revoke(s, recognition.certificate, "再次", enterprise.clerk, NOW)


# ── what competitions offer ─────────────────────────────────────────────────────────────────────────────────────────


def win(enterprise, n, *, level="3", occupation=ELECTRICIAN, is_outside=False):
    with transaction() as s:
        person = enterprise.worker(s, n)
        award = achievements.publish(
            s,
            NOW,
            source=f"skill_result:1/entry:{n}",
            kind="promotion",
            person_id=person.id,
            title="县电工技能竞赛 一等奖",
            on=date(2026, 2, 1),
            facts={"promotes_to_level": level, "occupation": occupation},
            is_outside=is_outside,
        )
    jobs.sweep(NOW + timedelta(minutes=1))
    return award


def test_a_winner_is_offered_a_level_and_the_employer_takes_it_up(session, enterprise):
    award = win(enterprise, 1)
    [offer] = queries.open_offers(session, enterprise.clerk)
    assert (offer.person.name, offer.level) == ("职工1", 3)
    enterprise.fire(offer, OfferFlow.accept, enterprise.clerk)
    recognition = offer.recognition
    assert (recognition.kind, recognition.level, recognition.achievement) == ("D", 3, award)
    enterprise.fire(recognition, DirectFlow.submit, enterprise.clerk)
    assert recognition.is_in(DirectFlow.submitted)


def test_the_same_award_is_offered_once_however_often_it_is_told(session, enterprise):
    award = win(enterprise, 1)
    with transaction() as s:
        offer_promotion(s, {"achievement": award.id}, NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(RecognitionOffer)) == 1


@pytest.mark.parametrize(("level", "occupation"), [("", ELECTRICIAN), ("special", ELECTRICIAN), ("3", "9-99-99-99")])
def test_an_award_that_leads_to_no_certificate_offers_nothing(session, enterprise, level, occupation):
    win(enterprise, 1, level=level, occupation=occupation)
    assert queries.open_offers(session, enterprise.clerk) == []


def test_an_award_somebody_declares_from_elsewhere_offers_nothing(session, enterprise):
    win(enterprise, 1, is_outside=True)
    assert queries.open_offers(session, enterprise.clerk) == []


def test_an_offer_outside_the_programme_says_so(session, enterprise):
    win(enterprise, 1, occupation=COOK)
    [offer] = queries.open_offers(session, enterprise.clerk)
    with pytest.raises(Refused, match="本企业备案范围不含"):
        enterprise.fire(offer, OfferFlow.accept, enterprise.clerk)


def test_an_award_taken_back_lets_the_offer_lapse_and_holds_what_was_made_of_it(session, enterprise):
    award, other = win(enterprise, 1), win(enterprise, 2)
    taken_up = next(it for it in queries.open_offers(session, enterprise.clerk) if it.achievement_id == other.id)
    enterprise.fire(taken_up, OfferFlow.accept, enterprise.clerk)
    with transaction() as s:
        achievements.withdraw(s, award, "成绩更正", NOW)
        achievements.withdraw(s, other, "成绩更正", NOW)
    jobs.sweep(NOW + timedelta(minutes=2))
    session.expire_all()
    assert queries.open_offers(session, enterprise.clerk) == []
    with pytest.raises(Refused, match="所依据的获奖已被撤回"):
        enterprise.fire(taken_up.recognition, DirectFlow.submit, enterprise.clerk)
