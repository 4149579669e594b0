"""Who may enter a skill: ages on the day of the start, belonging, numbers, conflicts; each with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from workflows.competition.eligibility import Applicant, Conditions, Delegation, Employer, age_on, problems
from workflows.competition.levels import Form, Group
from workflows.text import Text

FACTORY = Employer(1, "富春机械")
SCHOOL = Employer(2, "桐庐技师学院", is_school=True)
START = date(2026, 5, 20)
WORKER = Applicant("张三", born=date(1990, 1, 1), employer=FACTORY)
OPEN = Conditions(on=START)


def said(*args: object, **more: object) -> list[str]:
    return [reason.zh for reason in problems(*args, **more)]  # type: ignore[arg-type]


def test_a_worker_of_age_sent_by_the_own_firm_may_enter() -> None:
    assert said(OPEN, [WORKER], Delegation(1, "富春机械")) == []


@pytest.mark.parametrize(
    ("born", "is_refused"),
    [(date(2010, 5, 20), False), (date(2010, 5, 21), True), (date(2010, 5, 19), False)],
    ids=["sixteenth birthday on the day", "a day short", "a day over"],
)
def test_the_minimum_age_counts_on_the_day_of_the_start(born: date, is_refused: bool) -> None:
    assert bool(said(OPEN, [replace(WORKER, born=born)])) is is_refused


def test_the_maximum_age_is_reached_the_year_after_the_last_allowed_birthday() -> None:
    young = replace(OPEN, max_age=22)
    assert said(young, [replace(WORKER, born=date(2003, 5, 21))]) == []
    assert said(young, [replace(WORKER, born=date(2003, 5, 20))]) == ["张三 开赛日（2026-05-20）23 周岁，超过 22 周岁"]


def test_somebody_born_on_a_leap_day_is_a_year_older_on_the_first_of_march() -> None:
    assert [age_on(date(2008, 2, 29), day) for day in (date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 29))] == [17, 18, 20]


def test_an_unknown_birthday_is_said_and_not_guessed() -> None:
    assert "出生日期未登记" in said(OPEN, [replace(WORKER, born=None)])[0]


def test_a_firm_sends_its_own_people_and_a_bureau_anybody() -> None:
    assert said(OPEN, [WORKER], Delegation(9, "别家公司")) == ["张三 登记的单位是「富春机械」，不是「别家公司」"]
    assert said(OPEN, [WORKER], Delegation(9, "桐庐县人社局", sends_others=True)) == []


@pytest.mark.parametrize("group", [Group.STUDENT, Group.TEACHER])
def test_students_and_teachers_come_from_a_school(group: Group) -> None:
    school_group = replace(OPEN, group=group)
    assert said(school_group, [replace(WORKER, employer=SCHOOL)]) == []
    assert said(school_group, [WORKER]) == [f"张三 的单位「富春机械」不是学校，不能报「{group.title.zh}」"]
    assert said(school_group, [replace(WORKER, employer=None)])


@pytest.mark.parametrize(
    ("form", "team_size", "size", "is_refused"),
    [
        (Form.INDIVIDUAL, 1, 1, False),
        (Form.INDIVIDUAL, 1, 2, True),
        (Form.PAIR, 1, 2, False),
        (Form.TRIO, 1, 2, True),
        (Form.TEAM, 5, 5, False),
        (Form.TEAM, 5, 4, True),
        (Form.INDIVIDUAL, 1, 0, True),
    ],
)
def test_the_number_of_members_fits_the_form(form: Form, team_size: int, size: int, is_refused: bool) -> None:
    conditions = replace(OPEN, form=form, team_size=team_size)
    assert bool(said(conditions, [replace(WORKER, name=str(n)) for n in range(size)], team_name="一队")) is is_refused


def test_a_team_needs_a_name() -> None:
    pair = replace(OPEN, form=Form.PAIR)
    assert said(pair, [WORKER, replace(WORKER, name="李四")], team_name=" ") == ["请填写队名"]


def test_nobody_enters_twice() -> None:
    assert said(OPEN, [replace(WORKER, is_here_already=True)]) == ["张三 已报名本赛项"]


def test_two_skills_at_once_are_refused_only_where_the_competition_says_so() -> None:
    busy = replace(WORKER, other_skills=("电工", "钳工"))
    assert said(OPEN, [busy]) == ["张三 已报名「电工、钳工」，每人只能报一个赛项"]
    assert said(replace(OPEN, one_skill_each=False), [busy]) == []


def test_an_official_of_the_competition_does_not_compete_in_it() -> None:
    [reason] = problems(OPEN, [replace(WORKER, offices=(Text("裁判员", "Judge"),))])
    assert (reason.zh, reason.en) == (
        "张三 是本次竞赛的裁判员，不能参赛",
        "张三 serves in this competition (Judge) and cannot compete in it",
    )


def test_every_reason_is_given_at_once() -> None:
    assert len(said(OPEN, [replace(WORKER, born=date(2015, 1, 1), is_here_already=True, other_skills=("电工",))])) == 3
