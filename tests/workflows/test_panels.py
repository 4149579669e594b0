"""Who sits where: seats filled on a sheet, teams proposed, what a judge should bring."""

from __future__ import annotations

from datetime import date

import pytest

from workflows.competition import qualification, seating
from workflows.competition.panels import Able, PanelRules, Work, propose
from workflows.competition.qualification import Card
from workflows.competition.seating import GIVEN, OPEN, STOOD_IN, SUBSTITUTED, WAIVED, Duty, Seat, Seating, Vacancy, VacancyRule
from workflows.roles import Role

THREE = [Seat(1, 11), Seat(2, 12), Seat(3, 13)]
FOURTH = Seat(4, 14, Duty.COORDINATES)
USUAL = {1: 11, 2: 12, 3: 13, 4: 14}


def outcome(found):
    return [(each.position, each.outcome, each.account_id) for each in found.departures]


def test_the_coordinating_judge_does_not_score_while_nobody_is_missing():
    found = seating.seating([*THREE, FOURTH])
    assert (found.seats, found.departures) == ((1, 2, 3), ())
    assert found.held_by(USUAL) == {1: 11, 2: 12, 3: 13}


def test_the_fourth_judge_steps_in_for_one_who_must_avoid_the_competitor():
    found = seating.seating([*THREE, FOURTH], refused={12})
    assert outcome(found) == [(2, SUBSTITUTED, 14)]
    assert found.held_by(USUAL) == {1: 11, 2: 14, 3: 13}


def test_the_fourth_judge_covers_one_seat_and_the_other_stays_empty_and_needed():
    found = seating.seating([*THREE, FOURTH], refused={11, 12})
    assert outcome(found) == [(1, SUBSTITUTED, 14), (2, OPEN, None)]
    assert found.seats == (1, 2, 3)
    assert 2 not in found.held_by(USUAL)


def test_a_coordinator_who_must_avoid_the_competitor_too_covers_nobody():
    assert outcome(seating.seating([*THREE, FOURTH], refused={12, 14})) == [(2, OPEN, None)]


def test_an_absence_is_never_covered_without_somebody_deciding_it():
    assert outcome(seating.seating([*THREE, FOURTH], vacancies=[Vacancy(3)])) == [(3, OPEN, None)]
    assert outcome(seating.seating([*THREE, FOURTH], vacancies=[Vacancy(3, SUBSTITUTED)])) == [(3, SUBSTITUTED, 14)]


def test_what_an_absent_judge_finished_counts_and_needs_nobody_else():
    assert seating.seating(THREE, vacancies=[Vacancy(3, WAIVED)], finished={3}) == Seating((1, 2, 3))


def test_a_seat_left_out_by_approval_is_not_needed_and_says_so():
    found = seating.seating(THREE, vacancies=[Vacancy(3, WAIVED)])
    assert (found.seats, outcome(found)) == ((1, 2), [(3, WAIVED, None)])


def test_a_named_judge_stands_in_unless_they_must_avoid_as_well():
    assert outcome(seating.seating(THREE, vacancies=[Vacancy(3, STOOD_IN, 15)])) == [(3, STOOD_IN, 15)]
    assert outcome(seating.seating(THREE, refused={15}, vacancies=[Vacancy(3, STOOD_IN, 15)])) == [(3, OPEN, None)]


def test_a_conflict_found_after_the_scores_is_shown_and_not_settled_silently():
    found = seating.seating([*THREE, FOURTH], refused={12}, finished={2})
    assert outcome(found) == [(2, GIVEN, None)]
    assert found.seats == (1, 2, 3)


def test_a_seating_survives_being_stored():
    found = seating.seating([*THREE, FOURTH], refused={12}, vacancies=[Vacancy(3, WAIVED)])
    assert Seating.from_data(found.as_data()) == found


def test_each_vacancy_rule_includes_the_ones_before_it():
    assert [seating.allows(VacancyRule.SUBSTITUTE, wanted) for wanted in VacancyRule] == [True, True, False]


# --- proposals ------------------------------------------------------------------------------------------------------

WORKS = (Work(1, "A1", 1, 4), Work(2, "B1", 1, 6), Work(3, "C1", 2, 2))


def able(position, **more):
    return Able(position, f"裁判{position}", **more)


def teams(proposal):
    found: dict[int, list[int]] = {}
    for choice in proposal.choices:
        found.setdefault(choice.work_id, []).append(choice.position)
    return found


def test_the_work_is_shared_evenly_and_the_same_way_each_time():
    judges = [able(position) for position in range(1, 7)]
    proposal = propose(judges, WORKS, PanelRules())
    assert teams(proposal) == {2: [1, 2, 3], 1: [4, 5, 6], 3: [4, 5, 6]}
    assert proposal.load == {1: 6, 2: 6, 3: 6, 4: 6, 5: 6, 6: 6}
    assert proposal == propose(judges, WORKS, PanelRules())


def test_whoever_must_avoid_somebody_is_taken_last_and_whoever_is_away_not_at_all():
    judges = [able(1, avoids=frozenset({7})), able(2, days_off=frozenset({2})), able(3), able(4), able(5)]
    proposal = propose(judges, WORKS, PanelRules())
    assert all(1 not in team for team in teams(proposal).values())
    assert 2 not in teams(proposal)[3]


def test_no_more_of_one_employer_than_the_rule_allows_and_it_says_what_cannot_be_done():
    judges = [able(position, employer="同一单位") for position in (1, 2, 3)]
    proposal = propose(judges, WORKS, PanelRules(per_employer=2))
    assert all(len(team) == 2 for team in teams(proposal).values())
    assert "同单位超过 2 人" in proposal.problems[0].zh
    assert proposal.problems[0].zh.startswith("B1、A1（第 1 天）")  # said once for both


def test_a_team_in_which_nobody_can_stand_in_is_named():
    judges = [able(1), able(2), able(3, avoids=frozenset({7})), able(4, avoids=frozenset({7}))]
    proposal = propose(judges, WORKS[:1], PanelRules(coordinators=1))
    assert "没有不须回避的协调裁判" in proposal.problems[0].zh
    covered = propose([*judges[:3], able(4, avoids=frozenset({8}))], WORKS[:1], PanelRules(coordinators=1))
    assert covered.problems == ()


def test_the_rules_of_a_panel_survive_being_stored_and_default_to_nobody_left_out():
    rules = PanelRules(5, 1, 1, VacancyRule.FEWER, 4, {"same_region": "refuses"})
    assert PanelRules.from_data(rules.as_data()) == rules
    assert PanelRules.from_data({}).vacancy is VacancyRule.REPLACE


# --- qualification --------------------------------------------------------------------------------------------------

ON = date(2026, 6, 1)
SOUND = Card("technician", "", 3, 2, date(1970, 1, 1), "浙裁 1", date(2026, 6, 1), ("6-31-01-03",))


def test_a_sound_card_raises_no_doubt():
    assert qualification.doubts(SOUND, Role.JUDGE, ON, "6-31-01-03") == []


@pytest.mark.parametrize(
    ("card", "role", "said"),
    [
        (None, Role.JUDGE, "未登记"),
        (Card("senior", "assistant", 9, 2, None, "1"), Role.JUDGE, "技师等级或中级职称"),
        (Card("technician", "", 9, 1, None, "1"), Role.JUDGE, "执裁 1 届"),
        (Card("senior_technician", "", 4, 0, None, "1"), Role.CHIEF_JUDGE, "4 年"),
        (Card("technician", "", 9, 2, date(1960, 5, 31), "1"), Role.JUDGE, "66 周岁"),
        (Card("technician", "", 9, 2, None, "1", date(2026, 5, 31)), Role.JUDGE, "到期"),
        (Card("technician", "", 9, 2, None, ""), Role.JUDGE, "裁判员证"),
    ],
)
def test_what_is_lacking_is_said_with_its_rule(card, role, said):
    found = qualification.doubts(card, role, ON)
    assert len(found) == 1
    assert said in found[0].zh


def test_a_judge_of_another_occupation_is_a_doubt_and_the_age_of_sixty_five_none():
    assert "职业" in qualification.doubts(SOUND, Role.JUDGE, ON, "4-04-05-01")[0].zh
    assert qualification.doubts(Card("technician", "", 9, 2, date(1960, 6, 2), "1"), Role.JUDGE, ON) == []
