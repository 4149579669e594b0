"""The clocks of appeals, the committee's majority, what a code may stand for, and what a revision changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from workflows.competition.appeals import SOURCE, AppealRules, closes_at, majority, without_names
from workflows.competition.revision import Standing, awards_change, changes

ENDED = datetime(2026, 6, 9, 9, tzinfo=UTC)
PUBLISHED = ENDED + timedelta(days=2)


@pytest.mark.parametrize(
    ("starts", "ended", "published", "closes"),
    [
        ("end", ENDED, PUBLISHED, ENDED + timedelta(hours=2)),
        ("end", None, PUBLISHED, None),
        ("publication", ENDED, None, None),
        ("publication", ENDED, PUBLISHED, PUBLISHED + timedelta(hours=2)),
        ("both", ENDED, None, ENDED + timedelta(hours=2)),
        ("both", ENDED, PUBLISHED, PUBLISHED + timedelta(hours=2)),
    ],
)
def test_the_window_is_two_hours_from_whatever_starts_it(starts, ended, published, closes):
    assert closes_at(AppealRules(starts=starts), ended, published) == closes


def test_what_a_skill_does_not_say_about_appeals_is_as_usual_and_names_its_source():
    assert AppealRules.from_data({}) == AppealRules()
    assert AppealRules().as_data() == {}
    assert AppealRules(window=60, source="规程第九条").as_data() == {"window": 60, "source": "规程第九条"}
    assert AppealRules().where_from is SOURCE
    assert AppealRules(source="规程第九条").where_from.zh == "规程第九条"


@pytest.mark.parametrize("wrong", [{"window": 0}, {"votes": 1}, {"starts": "whenever"}, {"publicity_again": "sometimes"}])
def test_rules_that_would_let_one_person_decide_or_no_time_pass_are_refused(wrong):
    with pytest.raises(ValueError, match=r"appeal|rule"):
        AppealRules(**wrong)


@pytest.mark.parametrize(
    ("votes", "least", "decided"),
    [([True], 2, None), ([True, True], 2, True), ([True, False], 2, None), ([True, False, False], 2, False), ([True, True], 3, None)],
)
def test_the_committee_decides_by_the_majority_of_enough_members(votes, least, decided):
    assert majority(votes, least) is decided


def test_every_name_gives_way_to_the_code_the_longest_first():
    said = "王小明队的王小明和张三在场"
    assert without_names(said, ["王小明", "王小明队", "", "张三"], "赛位 07") == "赛位 07的赛位 07和赛位 07在场"


def place(id_, place_, total, award=None, by=""):
    return Standing(id_, place_, Decimal(total), award, Decimal(1000 if award else 0), by)


def test_only_those_for_whom_something_is_different_are_in_the_difference():
    old = [place(1, 1, "95", "first"), place(2, 2, "90", "second"), place(3, 3, "80"), place(4, 4, "70")]
    new = [place(2, 1, "96", "first"), place(1, 2, "95", "second", "module:B"), place(3, 3, "80")]
    found = changes(old, new)
    assert [(change.id, change.moves, change.changes_award, change.is_decided_otherwise) for change in found] == [
        (2, True, True, False),
        (1, True, True, True),
        (4, True, False, False),
    ]
    assert awards_change(found)
    assert not awards_change(changes(old[2:], [place(3, 4, "60"), place(4, 3, "70")]))
