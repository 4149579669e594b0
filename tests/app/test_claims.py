"""From a published achievement to an approved claim: what is proposed, what is refused with its clause, who does what."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.accounts.models import Account, Notification
from app.achievements import commands as achievements
from app.core import audit, engine, jobs
from app.core.actor import Actor, Grant
from app.core.db import transaction
from app.core.errors import Refused
from app.notices.commands import file_objection
from app.rewards import commands, determining, policies, proposing, queries
from app.rewards.models import Claim, Determination, GrantedAmount
from tests.support.rewards import CARD, Bureau
from workflows.publicity.objection_flow import ObjectionFlow
from workflows.rewards.claim_flow import ClaimFlow
from workflows.roles import Role


@pytest.fixture
def bureau(session):
    return Bureau(session)


def reason_of(bureau, achievement, rule):
    determination = queries.determinations(bureau.session, achievement)[0]
    return determination.finding(rule)["reason"]["zh"]


def test_a_municipal_award_is_matched_one_to_one_without_anybody_asking(bureau):
    (claim,) = bureau.claims(bureau.award(bureau.person(), prize="5000"))
    assert (claim.state, claim.rule, claim.amount) == (ClaimFlow.proposed, "prize-match", Decimal("5000.00"))
    assert claim.has_payee_account


def test_the_winner_is_told(bureau):
    person = bureau.person()
    with transaction() as s:
        account = Account(login="winner", name="winner", password_hash="-", created_at=bureau.now, person_id=person.id)
        s.add(account)
    bureau.award(person)
    told = bureau.session.scalars(sa.select(Notification).where(Notification.account_id == account.id)).all()
    assert ["免申即享" in line.text_zh for line in told] == [True]


def test_a_county_award_is_refused_with_its_clause_and_an_honour_without_money_has_no_base(bureau):
    county = bureau.award(bureau.person(), level="county")
    honour = bureau.award(bureau.person("李四"), prize=None, award="honour")
    assert bureau.claims() == []
    assert "市级" in reason_of(bureau, county, "prize-match")
    assert "无基数" in reason_of(bureau, honour, "prize-match")
    finding = queries.determinations(bureau.session, county)[0].finding("prize-match")
    assert finding["clause"] == "二(二)8"


def test_a_world_skills_medal_is_rewarded_by_its_tier_and_not_matched(bureau):
    medal = bureau.award(bureau.person(), level="world", award="gold", prize="30000")
    assert [(c.rule, c.amount) for c in bureau.claims(medal)] == [("worldskills-competitor", Decimal("500000.00"))]
    assert "不重复享受" in reason_of(bureau, medal, "prize-match")


def test_the_expert_team_gets_one_amount_shared_by_a_table_that_adds_up(bureau):
    leader = bureau.person("陈教练")
    team = [{"person_id": leader.id, "name": "陈教练", "share": "300000"}, {"name": "吴教练", "share": "200000"}]
    medal = bureau.award(bureau.person(), level="world", award="gold", expert_team=team)
    own, experts = bureau.claims(medal)
    assert (own.pays, experts.pays, experts.person_id) == ("competitor", "expert_team", leader.id)
    assert [(s.name, s.amount) for s in experts.shares] == [("陈教练", Decimal("300000.00")), ("吴教练", Decimal("200000.00"))]
    assert experts.split_total == experts.amount == Decimal("500000.00")


def test_each_of_a_pair_is_matched_for_their_own_part_of_the_prize(bureau):
    parts = [{"person": "person:1", "share": "1500"}, {"person": "person:2", "share": "1500"}]
    for name in ("方文婷", "李四"):
        bureau.award(bureau.person(name), prize="1500", members=parts)
    assert [claim.amount for claim in bureau.claims()] == [Decimal(1500), Decimal(1500)]


def test_an_expert_team_nobody_stands_for_yet_is_claimed_for_by_its_organisation(bureau):
    enterprise = bureau.enterprise()
    with transaction() as s:
        medal = achievements.publish(
            s,
            bureau.now,
            source="experts:1",
            kind="competition_award",
            organisation_id=enterprise.id,
            title="世赛",
            on=bureau.now.date(),
            level="world",
            award="silver",
            facts={"beneficiary": "expert_team", "competition": "WSC2026", "skill": "焊接"},
        )
    bureau.deliver()
    (claim,) = bureau.claims(medal)
    assert (claim.pays, claim.organisation_id, claim.amount) == ("expert_team", enterprise.id, Decimal(350000))


def test_a_result_published_twice_is_proposed_once(bureau):
    achievement = bureau.award(bureau.person())
    with transaction() as s:
        proposing.propose_claims(s, {"achievement": achievement.id}, bureau.now)
        proposing.consider(s, achievement, bureau.now)
    assert len(bureau.claims()) == 1
    assert bureau.session.scalar(sa.select(sa.func.count()).select_from(Determination)) == 1


def test_the_same_award_told_by_two_results_is_paid_once(bureau):
    person = bureau.person()
    bureau.award(person)
    with transaction() as s:
        again = achievements.publish(
            s,
            bureau.now,
            source="another:1",
            kind="competition_award",
            person_id=person.id,
            title="同一项",
            on=bureau.now.date(),
            level="municipal",
            award="first",
            prize_received=Decimal(5000),
            facts={"competition": "2026市赛", "skill": "焊接"},
        )
    bureau.deliver()
    assert len(bureau.claims()) == 1
    assert "已享受 1 次" in reason_of(bureau, again, "prize-match")


def test_an_enterprise_is_proposed_three_certificates_a_year_for_one_person_and_no_fourth(bureau):
    person, enterprise = bureau.person(), bureau.enterprise()
    certificates = [bureau.certificate(person, enterprise, grade) for grade in (5, 4, 3, 2)]
    assert [(c.organisation_id, c.person_id, c.amount) for c in bureau.claims()] == [
        (enterprise.id, None, Decimal(1000)),
        (enterprise.id, None, Decimal(1500)),
        (enterprise.id, None, Decimal(2000)),
    ]
    assert "最多 3" in reason_of(bureau, certificates[3], "certificate-subsidy")


def test_a_clerk_confirms_what_the_enterprise_is_due_and_sees_nothing_of_others(bureau):
    enterprise, other = bureau.enterprise(), bureau.enterprise("别家", "91330122MA2CFL1X6R")
    bureau.certificate(bureau.person(), enterprise)
    bureau.certificate(bureau.person("李四"), enterprise)
    bureau.certificate(bureau.person("王五"), other)
    clerk = Actor(None, None, "企业经办", frozenset({Grant(Role.CLERK, enterprise.id)}))
    ours = queries.in_state(bureau.session, clerk, ClaimFlow.proposed)
    with transaction() as s:
        moved, left = commands.move_many(s, ours, ClaimFlow.confirm, clerk, bureau.now)
    assert (len(moved), left) == (2, [])
    assert [c.state.name for c in bureau.claims()] == ["submitted", "submitted", "proposed"]


def test_policy_switched_on_later_finds_what_was_published_before(session):
    bureau = Bureau(session)
    with transaction() as s:
        version = queries.policy_versions(s)[0]
        policies.end(s, version, bureau.administrator, bureau.now, "试停")
    achievement = bureau.award(bureau.person())
    assert bureau.claims() == []
    with transaction() as s:
        version.ended_at, version.end_reason = None, ""
        proposing.propose_waiting(s, {"version": version.id}, bureau.now)
    assert len(bureau.claims(achievement)) == 1


def test_an_amount_that_no_determination_granted_is_refused_by_the_database(bureau):
    (claim,) = bureau.claims(bureau.award(bureau.person()))
    with pytest.raises(IntegrityError), transaction() as s:
        s.execute(sa.update(Claim).where(Claim.id == claim.id).values(amount=Decimal(9000)))
    assert claim.amount == Decimal(5000)


def test_a_determination_is_never_changed(bureau):
    (claim,) = bureau.claims(bureau.award(bureau.person()))
    with pytest.raises(DBAPIError, match="never changed"), transaction():
        claim.determination.reason = "改一下"


def test_a_determination_made_again_gives_the_same_bytes(bureau):
    (claim,) = bureau.claims(bureau.award(bureau.person()))
    assert determining.recomputed(claim.determination) == claim.determination.record


def test_a_correction_is_a_new_determination_with_its_reason_and_the_old_one_stays(bureau):
    (claim,) = bureau.claims(bureau.award(bureau.person()))
    bureau.take(claim, ClaimFlow.confirm, bureau.applicant(claim))
    with transaction() as s:
        commands.correct(s, claim, bureau.reviewer, bureau.now, changes={"prize_received": "3000"}, reason="银行回单为 3000 元")
    assert claim.amount == Decimal(3000)
    newest, first = queries.determinations(bureau.session, claim.achievement)
    assert (newest.reason, first.amount_of("prize-match")) == ("银行回单为 3000 元", Decimal(5000))


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_correction_without_a_reason_is_refused(bureau, reason):
    (claim,) = bureau.claims(bureau.award(bureau.person()))
    bureau.take(claim, ClaimFlow.confirm, bureau.applicant(claim))
    with pytest.raises(Refused, match="理由"), transaction() as s:
        commands.correct(s, claim, bureau.reviewer, bureau.now, changes={"prize_received": "3000"}, reason=reason)


def test_nothing_is_corrected_after_the_first_review_without_returning_it(bureau):
    (claim,) = bureau.claims(bureau.award(bureau.person()))
    bureau.take(claim, ClaimFlow.confirm, bureau.applicant(claim))
    bureau.take(claim, ClaimFlow.review, bureau.reviewer)
    with pytest.raises(Refused, match="退回"), transaction() as s:
        commands.correct(s, claim, bureau.reviewer, bureau.now, changes={"prize_received": "3000"}, reason="更正")


def test_the_second_review_needs_a_second_person(bureau):
    (claim,) = bureau.claims(bureau.award(bureau.person()))
    both = Actor(bureau.reviewer.account_id, None, "身兼两职", frozenset({Grant(Role.REVIEWER), Grant(Role.APPROVER)}))
    bureau.take(claim, ClaimFlow.confirm, bureau.applicant(claim))
    bureau.take(claim, ClaimFlow.review, both)
    with pytest.raises(Refused, match="不能再办"):
        bureau.take(claim, ClaimFlow.second_review, both)


def test_the_notice_shows_masked_names_and_the_clock_approves_when_it_ends(bureau):
    claim = bureau.approved(bureau.claims(bureau.award(bureau.person("方文婷")))[0])
    assert claim.state is ClaimFlow.approved
    assert claim.notice.rows[0][1:] == ["方*婷", "2026市赛 焊接", "竞赛奖金 1:1 配比", "5,000.00", "桐人社发〔2021〕7号 二(二)8"]


def test_an_objection_holds_the_claim_until_it_is_found_to_concern_another_line(bureau):
    (claim,) = bureau.claims(bureau.award(bureau.person()))
    for transition, actor in (
        (ClaimFlow.confirm, bureau.applicant(claim)),
        (ClaimFlow.review, bureau.reviewer),
        (ClaimFlow.second_review, bureau.approver),
    ):
        bureau.take(claim, transition, actor)
    with transaction() as s:
        notice = commands.open_publicity(s, [claim], bureau.reviewer, bureau.now, title="公示", days=5, contact="")
        objection = file_objection(s, notice, Actor(name="群众"), bureau.now, name="某", contact="13800000000", reason="不实")
    ends = notice.ends_at
    engine.tick(ends)
    assert claim.state is ClaimFlow.publicity
    with pytest.raises(Refused, match="尚未办结"), transaction() as s:
        commands.set_objection_aside(s, claim, objection, bureau.reviewer, ends, "说的是别人")
    with transaction() as s:
        engine.fire(s, objection, ObjectionFlow.accept, bureau.reviewer, bureau.now)
        engine.fire(s, objection, ObjectionFlow.uphold, bureau.reviewer, bureau.now, "属实")
    engine.tick(ends)
    assert claim.state is ClaimFlow.publicity
    with transaction() as s:
        commands.set_objection_aside(s, claim, objection, bureau.reviewer, ends, "所指为公示中另一人")
    engine.tick(ends)
    bureau.session.refresh(claim)
    assert claim.state is ClaimFlow.approved


def test_a_returned_claim_leaves_its_notice_and_goes_before_the_public_again(bureau):
    claim = bureau.approved(bureau.claims(bureau.award(bureau.person()))[0])
    bureau.take(claim, ClaimFlow.send_back, bureau.approver, "证明不清")
    assert claim.notice_id is None
    bureau.take(claim, ClaimFlow.resubmit, bureau.applicant(claim))
    assert bureau.approve_submitted(claim).state is ClaimFlow.approved


def test_a_result_taken_back_ends_the_claim_with_the_reason(bureau):
    achievement = bureau.award(bureau.person())
    (claim,) = bureau.claims(achievement)
    with transaction() as s:
        achievements.withdraw(s, achievement, "名次更正", bureau.now)
    bureau.deliver()
    assert claim.state is ClaimFlow.refused
    assert audit.history(bureau.session, claim)[-1].comment == "名次更正"


def test_an_award_won_elsewhere_is_claimed_with_a_proof_and_not_proposed(bureau, tmp_path):
    person = bureau.person()
    actor = Actor(None, person.id, person.name)
    facts = {
        "competition": "全国行业赛",
        "skill": "焊接",
        "level": "provincial",
        "award": "second",
        "prize_received": "3000",
        "awarded_on": "2026-02-01",
    }
    with transaction() as s:
        achievement, claims = commands.apply_for(
            s,
            actor,
            bureau.now,
            kind="competition_award",
            title="全国行业赛 焊接",
            facts=facts,
            on=bureau.now.date(),
            uploads=[commands.Upload(io.BytesIO(b"%PDF-1.7 proof"), "证书.pdf")],
            instance=tmp_path,
        )
    jobs.sweep(bureau.now)
    assert [(c.state, c.amount, len(c.proofs)) for c in claims] == [(ClaimFlow.draft, Decimal(3000), 1)]
    assert bureau.claims(achievement) == claims
    bureau.take(claims[0], ClaimFlow.submit, actor)
    assert claims[0].state is ClaimFlow.submitted


def test_an_award_won_elsewhere_needs_a_proof(bureau, tmp_path):
    person = bureau.person()
    with pytest.raises(Refused, match="证明"), transaction() as s:
        commands.apply_for(
            s,
            Actor(None, person.id, person.name),
            bureau.now,
            kind="competition_award",
            title="赛",
            facts={},
            on=bureau.now.date(),
            uploads=[],
            instance=tmp_path,
        )


def test_an_account_with_a_wrong_check_digit_is_refused_and_a_good_one_is_shown_masked(bureau):
    (claim,) = bureau.claims(bureau.award(bureau.person(card=None)))
    applicant = bureau.applicant(claim)
    with pytest.raises(Refused, match="收款账户"):
        bureau.take(claim, ClaimFlow.confirm, applicant)
    with pytest.raises(Refused), transaction() as s:
        commands.set_account(s, claim, applicant, bureau.now, bank_name="农商银行", account=CARD[:-1] + "3")
    with transaction() as s:
        commands.set_account(s, claim, applicant, bureau.now, bank_name="农商银行", account=CARD)
    assert claim.bank_account_masked == "6222***********5702"
    bureau.take(claim, ClaimFlow.confirm, applicant)


def test_granted_amounts_belong_to_their_determination(bureau):
    (claim,) = bureau.claims(bureau.award(bureau.person()))
    assert bureau.session.get(GrantedAmount, (claim.determination_id, "prize-match")).amount == claim.amount
