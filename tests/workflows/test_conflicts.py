"""What ties a judge to a competitor: found from what registers say, weighed by the level."""

from __future__ import annotations

import pytest

from workflows.competition.conflicts import KINDS, EntryFacts, JudgeFacts, Strength, names_in, tie_rules, ties
from workflows.competition.levels import Tier

RULES = tie_rules(Tier.PROVINCIAL)
ENTRY = EntryFacts(frozenset({1, 2}), frozenset({50}), 60, frozenset({"330122"}), "", "张教练、李 教练")


def kinds(judge, entry=ENTRY, rules=RULES):
    return [reason.kind for reason in ties(judge, entry, rules)]


@pytest.mark.parametrize(
    ("judge", "found"),
    [
        (JudgeFacts("王裁判"), []),
        (JudgeFacts("王裁判", employer_id=50), ["same_employer"]),
        (JudgeFacts("王裁判", employer_id=60), ["same_delegation"]),
        (JudgeFacts("王裁判", led=frozenset({60})), ["same_delegation"]),
        (JudgeFacts("王裁判", division="330105"), ["same_region"]),
        (JudgeFacts("王裁判", division="330200"), []),
        (JudgeFacts("张教练"), ["coach"]),
        (JudgeFacts("张教"), []),
        (JudgeFacts("王裁判", person_id=2), ["entered"]),
        (JudgeFacts("王裁判", is_entered=True), ["entered"]),
        (JudgeFacts("王裁判", relations={2: ("family", 9)}), ["family"]),
        (JudgeFacts("王裁判", coached={1: 77}), ["past_pupil"]),
    ],
)
def test_each_tie_is_found(judge, found):
    assert kinds(judge) == found


def test_a_reason_names_what_it_rests_on_and_no_person():
    (reason,) = ties(JudgeFacts("王裁判", coached={1: 77}), ENTRY, RULES)
    assert reason.as_data() == {"kind": "past_pupil", "refuses": True, "facts": {"entry": 77}}


def test_a_coach_is_known_by_the_id_number_and_by_the_name_only_where_none_was_given():
    by_name, known = EntryFacts(frozenset({1}), coach="张教练"), EntryFacts(frozenset({1}), coach="张教练", coaches={7: "张教练"})
    (reason,) = ties(JudgeFacts("张教练", person_id=9), by_name, RULES)
    assert reason.facts == {"name": "张教练"}
    (reason,) = ties(JudgeFacts("张教练（原名）", person_id=7), known, RULES)
    assert reason.facts == {"person": 7}
    assert kinds(JudgeFacts("张教练", person_id=9), known) == []  # another of that name
    assert kinds(JudgeFacts("张教练"), known) == ["coach"]  # an account of which nobody knows whose it is


def test_several_ties_stand_in_a_fixed_order():
    judge = JudgeFacts("张教练", employer_id=50, division="330105", relations={1: ("teacher", 3)})
    assert kinds(judge) == ["same_employer", "same_region", "coach", "teacher"]


def test_a_region_keeps_away_in_a_province_is_a_note_in_a_city_and_nothing_in_a_county():
    neighbour = JudgeFacts("王裁判", division="330122")
    (provincial,) = ties(neighbour, ENTRY, tie_rules(Tier.PROVINCIAL))
    (municipal,) = ties(neighbour, ENTRY, tie_rules(Tier.MUNICIPAL))
    assert (provincial.refuses, municipal.refuses) == (True, False)
    assert ties(neighbour, ENTRY, tie_rules(Tier.COUNTY)) == []


def test_no_compatriot_marks_in_a_world_event():
    entry = EntryFacts(frozenset({1}), member="CN")
    assert kinds(JudgeFacts("Expert", member="CN"), entry, tie_rules(Tier.WORLD)) == ["same_member"]
    assert kinds(JudgeFacts("Expert", member="FR"), entry, tie_rules(Tier.WORLD)) == []


def test_a_skill_may_weigh_a_tie_otherwise():
    rules = tie_rules(Tier.COUNTY, {"same_employer": "notes", "coach": "ignored", "nonsense": "refuses"})
    judge = JudgeFacts("张教练", employer_id=50)
    assert [(reason.kind, reason.refuses) for reason in ties(judge, ENTRY, rules)] == [("same_employer", False)]
    assert set(rules.strengths) == set(KINDS)
    assert rules.strengths["family"] is Strength.REFUSES


def test_names_are_told_apart_as_people_write_them():
    assert names_in("张三、李四, 王五；赵六 ") == {"张三", "李四", "王五", "赵六"}
