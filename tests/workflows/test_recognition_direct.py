"""Direct recognition: grounds, conditions, the panel's votes, and what holds a certificate back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from workflows.ladder import INTERMEDIATE, JUNIOR, SENIOR, SENIOR_TECHNICIAN, SPECIAL_TECHNICIAN, TECHNICIAN
from workflows.recognition import direct
from workflows.recognition.direct import GROUNDS, Held, Vote
from workflows.recognition.direct_flow import DirectFlow, verdict, vote_refusals
from workflows.recognition.offer_flow import OfferFlow
from workflows.recognition.programme_flow import ProgrammeFlow
from workflows.workflow import Step

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ELECTRICIAN, FITTER = "6-31-01-03", "6-31-01-01"
YES = [Vote(n, True, "技能达到") for n in (1, 2, 3)]
NO = [Vote(n, False, "业绩不足") for n in (4, 5)]


def why_not(transition: Any, subject: Any, now: datetime = NOW, actor: Any = None) -> list[str]:
    return [reason.zh for guard in transition.guards if (reason := guard(subject, Step(now, actor)))]


def a_recognition(**changes: Any) -> SimpleNamespace:
    facts: dict[str, Any] = {
        "ground": GROUNDS["B"],
        "occupation_code": ELECTRICIAN,
        "skill_level": SENIOR,
        "candidate_id": 7,
        "is_own_worker": True,
        "employed_since": date(2015, 7, 1),
        "is_front_line": True,
        "award_level": None,
        "is_award_withdrawn": False,
        "held": [],
        "evidence_kinds": {evidence.key for evidence in direct.EVIDENCE.values()},
        "is_programme_on_file": True,
        "permitted": {(ELECTRICIAN, 5), (ELECTRICIAN, 4), (ELECTRICIAN, 3), (ELECTRICIAN, 2)},
        "certificates_a_year": 1,
        "panel_minimum": 3,
        "votes": list(YES),
        "prepared_by": {90},
        "publicity_ends_at": NOW - timedelta(hours=1),
        "has_open_objection": False,
        "has_upheld_objection": False,
    }
    return SimpleNamespace(**(facts | changes))


def test_a_recognition_in_order_meets_every_condition_to_the_certificate() -> None:
    recognition = a_recognition()
    for transition in (DirectFlow.submit, DirectFlow.decide, DirectFlow.open_publicity, DirectFlow.issue):
        assert why_not(transition, recognition) == []


def test_every_ground_cites_its_clause_and_names_the_evidence_it_wants() -> None:
    assert list(GROUNDS) == ["A", "B", "C", "D"]
    assert all(ground.quote.endswith("。") and ground.required for ground in GROUNDS.values())


@pytest.mark.parametrize("key", ["B", "C"])
def test_outstanding_workers_and_professionals_begin_at_senior_worker(key: str) -> None:
    assert direct.level_refusal(GROUNDS[key], SENIOR) is None
    assert direct.level_refusal(GROUNDS[key], SENIOR_TECHNICIAN) is None
    refusal = direct.level_refusal(GROUNDS[key], INTERMEDIATE)
    assert refusal is not None
    assert "高级工" in refusal.zh
    assert GROUNDS[key].quote in refusal.zh


def test_new_and_ungraded_workers_may_be_given_any_level_because_the_clause_names_none() -> None:
    assert direct.level_refusal(GROUNDS["A"], JUNIOR) is None
    assert direct.level_refusal(GROUNDS["A"], TECHNICIAN) is None


def test_levels_that_come_by_appointment_are_not_given_directly() -> None:
    assert direct.level_refusal(GROUNDS["B"], SPECIAL_TECHNICIAN) is not None


def test_a_level_outside_the_programme_is_refused() -> None:
    assert why_not(DirectFlow.submit, a_recognition(skill_level=SENIOR_TECHNICIAN)) == ["该职业的高级技师不在备案范围内"]
    assert why_not(DirectFlow.submit, a_recognition(occupation_code=FITTER)) == ["该职业的高级工不在备案范围内"]


def test_a_suspended_programme_holds_the_certificate_back() -> None:
    assert why_not(DirectFlow.issue, a_recognition(is_programme_on_file=False)) == ["本企业的评价备案未生效或已暂停"]


def test_an_enterprise_recognises_its_own_workers_only() -> None:
    assert why_not(DirectFlow.submit, a_recognition(is_own_worker=False)) == ["登记的工作单位不是本企业"]


def test_an_outstanding_worker_must_stand_on_the_front_line() -> None:
    assert why_not(DirectFlow.submit, a_recognition(is_front_line=False)) == ["“技能高超、业绩突出的一线职工”须为一线职工"]


@pytest.mark.parametrize(
    ("held", "employed_since", "fits"),
    [
        ([], date(2015, 7, 1), True),
        ([Held(FITTER, JUNIOR)], date(2025, 4, 1), True),
        ([Held(FITTER, JUNIOR)], date(2025, 3, 3), True),
        ([Held(FITTER, JUNIOR)], date(2025, 3, 2), False),
        ([Held(FITTER, JUNIOR)], None, False),
    ],
)
def test_ground_a_needs_somebody_without_a_level_or_hired_within_a_year(held: list[Held], employed_since: date | None, fits: bool) -> None:
    recognition = a_recognition(ground=GROUNDS["A"], held=held, employed_since=employed_since)
    assert (why_not(DirectFlow.submit, recognition) == []) is fits


@pytest.mark.parametrize(
    ("held", "asked", "allowed"),
    [
        (SENIOR, SENIOR, False),
        (TECHNICIAN, SENIOR, False),
        (INTERMEDIATE, SENIOR, True),
        (SPECIAL_TECHNICIAN, TECHNICIAN, False),
    ],
)
def test_a_level_is_never_given_twice_nor_downwards(held: Any, asked: Any, allowed: bool) -> None:
    assert (direct.held_refusal([Held(ELECTRICIAN, held)], ELECTRICIAN, asked) is None) is allowed
    assert direct.held_refusal([Held(FITTER, held)], ELECTRICIAN, asked) is None


def test_one_certificate_a_year_counts_by_the_calendar_of_china() -> None:
    recognition = a_recognition(held=[Held(FITTER, SENIOR, date(2026, 12, 30))])
    new_year_in_china = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert why_not(DirectFlow.issue, recognition, new_year_in_china) == []
    assert why_not(DirectFlow.issue, recognition, new_year_in_china - timedelta(hours=1)) == [
        "2026 年度已取得 1 本证书，备案规定每人每年最多 1 本"
    ]


def test_a_programme_may_file_another_yearly_limit_or_none() -> None:
    held = [Held(FITTER, SENIOR, date(2026, 1, 5))]
    assert direct.yearly_refusal(held, 2, 2026) is None
    assert direct.yearly_refusal(held, 0, 2026) is None


def test_missing_evidence_is_named() -> None:
    assert why_not(DirectFlow.submit, a_recognition(evidence_kinds={"post"})) == ["缺少材料：工作业绩证明"]


def test_an_award_supports_no_more_than_the_level_it_leads_to() -> None:
    winner = a_recognition(ground=GROUNDS["D"], skill_level=TECHNICIAN, award_level=SENIOR)
    assert why_not(DirectFlow.submit, winner) == ["该奖项只能晋升到高级工"]
    assert why_not(DirectFlow.submit, a_recognition(ground=GROUNDS["D"], award_level=SENIOR)) == []
    assert why_not(DirectFlow.issue, a_recognition(ground=GROUNDS["D"], is_award_withdrawn=True)) == ["所依据的获奖已被撤回"]


@pytest.mark.parametrize(
    ("votes", "decide", "reject"),
    [
        (YES[:2], ["评审表决 2 票，至少需要 3 票"], ["评审表决 2 票，至少需要 3 票"]),
        (YES, [], ["同意 3 票、不同意 0 票，已过半数"]),
        ([*YES[:2], NO[0]], [], ["同意 2 票、不同意 1 票，已过半数"]),
        ([*YES[:1], *NO], ["同意 1 票、不同意 2 票，未过半数"], []),
        ([*YES[:2], *NO], ["同意 2 票、不同意 2 票，未过半数"], []),
    ],
)
def test_the_panel_decides_by_majority_once_enough_have_voted(votes: list[Vote], decide: list[str], reject: list[str]) -> None:
    recognition = a_recognition(votes=votes)
    assert why_not(DirectFlow.decide, recognition) == decide
    assert why_not(DirectFlow.reject, recognition) == reject


def test_nobody_votes_on_themselves_nor_on_what_they_wrote_and_every_vote_has_a_reason() -> None:
    recognition = a_recognition()
    stranger, candidate, clerk = (SimpleNamespace(account_id=a, person_id=p) for a, p in ((1, 5), (2, 7), (90, None)))
    assert vote_refusals(recognition, DirectFlow.submitted, stranger, "操作熟练") == []
    assert [why.zh for why in vote_refusals(recognition, DirectFlow.submitted, candidate, "好")] == ["回避：申报人不能评审自己"]
    assert [why.zh for why in vote_refusals(recognition, DirectFlow.submitted, clerk, "好")] == ["回避：填报或提交的人不能参加评审"]
    assert [why.zh for why in vote_refusals(recognition, DirectFlow.submitted, stranger, "  ")] == ["请写明表决理由"]
    assert [why.zh for why in vote_refusals(recognition, DirectFlow.passed, stranger, "好")] == ["现在是「评审通过」，不能表决"]


def test_the_panels_decision_is_not_taken_by_the_candidate() -> None:
    candidate = SimpleNamespace(account_id=2, person_id=7)
    assert why_not(DirectFlow.decide, a_recognition(), actor=candidate) == ["回避：申报人不能评审自己"]


def test_an_objection_holds_the_certificate_until_it_is_settled() -> None:
    assert why_not(DirectFlow.issue, a_recognition(has_open_objection=True)) == ["有异议正在处理，公示结果暂缓"]
    upheld = a_recognition(has_upheld_objection=True)
    assert why_not(DirectFlow.issue, upheld) == ["公示名单有异议成立，须由人社经办认定是否与其有关"]
    assert why_not(DirectFlow.set_objection_aside, upheld) == []
    assert why_not(DirectFlow.set_objection_aside, a_recognition()) == ["没有成立的异议"]


def test_an_import_learns_every_condition_a_row_does_not_meet() -> None:
    recognition = a_recognition(skill_level=INTERMEDIATE, is_front_line=False, held=[Held(ELECTRICIAN, SENIOR)])
    assert len(verdict(recognition, Step(NOW))) == 3


def a_programme(**changes: Any) -> SimpleNamespace:
    facts = {"permitted": {(ELECTRICIAN, 3)}, "arrangements": "设评价领导小组", "agency": "0000", "province": "33", "station": "000123"}
    return SimpleNamespace(**(facts | changes))


def test_a_programme_goes_on_file_with_a_scope_and_a_station_code() -> None:
    assert why_not(ProgrammeFlow.accept, a_programme()) == []
    assert why_not(ProgrammeFlow.accept, a_programme(station="")) == ["请先填写机构（站点）序列码"]
    assert "占位符" in why_not(ProgrammeFlow.accept, a_programme(station="XXXXXX"))[0]
    assert why_not(ProgrammeFlow.submit, a_programme(permitted=set(), arrangements=" ")) == [
        "请至少填写一个职业和等级",
        "请填写组织机构、制度和人员安排",
    ]


def an_offer(**changes: Any) -> SimpleNamespace:
    facts = {
        "occupation_code": ELECTRICIAN,
        "skill_level": TECHNICIAN,
        "permitted_now": {(ELECTRICIAN, 2)},
        "held": [],
        "has_other_in_hand": False,
        "lapses_at": None,
    }
    return SimpleNamespace(**(facts | changes))


def test_a_winners_level_is_taken_up_where_the_employers_programme_covers_it() -> None:
    assert why_not(OfferFlow.accept, an_offer()) == []
    assert why_not(OfferFlow.accept, an_offer(permitted_now=set())) == ["本企业备案范围不含该职业的技师"]
    assert why_not(OfferFlow.accept, an_offer(held=[Held(ELECTRICIAN, TECHNICIAN)])) == ["已持有同职业同等级证书（技师）"]
    assert why_not(OfferFlow.accept, an_offer(has_other_in_hand=True)) == ["该职工同职业同等级的直接认定正在办理"]
