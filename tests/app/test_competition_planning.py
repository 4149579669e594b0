"""Planning a competition on its pages: what is kept, what is refused, and who sees it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Notification
from app.competitions.entries import commands as entering
from app.competitions.models import Competition, Entry, PanelSeat, Skill
from app.competitions.officials import commands as officials
from app.competitions.planning import commands, queries
from app.core import clock, engine, jobs
from app.core.actor import NOBODY
from app.core.errors import Refused
from tests.support.competitions import CLOSES, DURING, NOW, OPENS, Season, account, organisation, person
from tests.support.people import sign_in
from workflows.competition.competition_flow import CompetitionFlow
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role

PLAN = {
    "name": "春江杯技能大赛",
    "level": "municipal_2",
    "registration_opens_at": "2026-04-01T09:00",
    "registration_closes_at": "2026-04-20T17:30",
    "starts_at": "2026-05-09T08:00",
    "ends_on": "2026-05-10",
    "is_public": "y",
    "one_skill_each": "y",
}
SKILL = {
    "code": "a",
    "name": "数控车",
    "document_level": "2",
    "group": "employee",
    "form": "trio",
    "min_age": "16",
    "theory_weight": "30",
    "practice_weight": "70",
    "scheme_id": "0",
    "method": "marks",
    "tie_break-0": "practice",
    "tie_break-1": "time",
    "prize_kind": "fixed",
    "rounding": "half_up",
    "ties": "lift",
    "base": "marked",
    "medal_rule": "exact",
    "lines-0-number": "1",
    "lines-0-money": "5000",
    "lines-0-promotes_to": "2",
    "lines-1-number": "3",
    "lines-1-money": "2000.50",
    "lines-2-number": "6",
    "lines-2-money": "",
    "publicity_days": "5",
}


@pytest.fixture
def season(session: Session) -> Season:
    made = Season(session)
    session.commit()
    return made


def test_an_organiser_plans_a_competition_and_the_times_are_those_of_the_wall_clock(
    client: FlaskClient, session: Session, season: Season
) -> None:
    sign_in(client, season.organiser_account)
    answer = client.post("/competitions/new", data={**PLAN, "organiser_id": season.organisation.id})
    assert answer.status_code == 302
    made = session.scalars(sa.select(Competition).where(Competition.name == PLAN["name"])).one()
    assert made.state is CompetitionFlow.draft
    assert (made.level, made.level_class) == ("municipal_2", 2)
    assert clock.local(made.registration_closes_at).isoformat() == "2026-04-20T17:30:00+08:00"
    page = client.get(f"/competitions/{made.id}/edit").get_data(as_text=True)
    assert 'value="2026-04-20T17:30"' in page


def test_a_form_that_is_not_accepted_comes_back_with_what_was_filled_in(client: FlaskClient, season: Season) -> None:
    sign_in(client, season.organiser_account)
    wrong = {**PLAN, "organiser_id": season.organisation.id, "ends_on": "2026-05-01", "place": "县体育馆"}
    answer = client.post("/competitions/new", data=wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "结束日期早于开赛日期" in page
    assert "县体育馆" in page
    assert "春江杯技能大赛" in page


def test_a_skill_keeps_its_prizes_promotion_and_chain_exactly(client: FlaskClient, session: Session, season: Season) -> None:
    sign_in(client, season.organiser_account)
    data = {**SKILL, "code": "b", "occupation_label": "电工 6-31-01-03"}
    answer = client.post(f"/competitions/{season.competition.id}/skills/new", data=data)
    assert answer.status_code == 302, re.findall(r"field-errors.*", answer.get_data(as_text=True))
    made = session.scalars(sa.select(Skill).where(Skill.name == "数控车")).one()
    assert (made.code, made.occupation_code, made.team_size, made.tie_break) == ("B", "6-31-01-03", 3, ["practice", "time"])
    assert [(p["award"], p["number"], p["money"]) for p in made.prizes["prizes"]] == [
        ("first", 1, "5000"),
        ("second", 3, "2000.50"),
        ("third", 6, "0"),
    ]
    assert made.promotion == {"first": 2}
    page = client.get(f"/skills/{made.id}/edit").get_data(as_text=True)
    assert 'value="2000.50"' in page
    assert client.get(f"/skills/{made.id}").status_code == 200


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"theory_weight": "40"}, "理论与实操权重之和应为 100"),
        ({"occupation_label": "火星勘探员"}, "职业分类中没有这个职业"),
        ({"tie_break-1": "practice"}, "同分规则中有重复的步骤"),
        ({"lines-0-number": ""}, "一等奖写了奖金，还要写名额"),
        ({"prize_kind": "quota", "lines-0-share": "60", "lines-1-share": "50"}, "各奖项占比之和超过 100%"),
        ({"max_age": "10"}, "最高年龄低于最低年龄"),
    ],
)
def test_a_plan_that_does_not_add_up_is_refused_with_its_reason(
    client: FlaskClient, session: Session, season: Season, change: dict[str, str], reason: str
) -> None:
    sign_in(client, season.organiser_account)
    answer = client.post(f"/competitions/{season.competition.id}/skills/new", data={**SKILL, "code": "b", **change})
    assert answer.status_code == 422
    assert reason in answer.get_data(as_text=True)
    assert session.scalar(sa.select(sa.func.count()).select_from(Skill)) == 1


def test_less_practice_than_usual_is_a_warning_and_not_a_refusal(client: FlaskClient, session: Session, season: Season) -> None:
    sign_in(client, season.organiser_account)
    data = {**SKILL, "code": "b", "theory_weight": "50", "practice_weight": "50"}
    answer = client.post(f"/competitions/{season.competition.id}/skills/new", data=data, follow_redirects=True)
    assert answer.status_code == 200
    assert "低于通行的 70%" in answer.get_data(as_text=True)


def test_two_skills_of_a_competition_cannot_have_one_code(session: Session, season: Season) -> None:
    with pytest.raises(Refused, match="代码"):
        commands.plan_skill(session, season.competition, season.organiser, NOW, {"code": "A", "name": "钳工"})


def test_what_people_enter_by_stands_once_announced_but_the_quota_may_grow(session: Session, season: Season) -> None:
    season.announce()
    with pytest.raises(Refused, match="理论权重"):
        commands.edit_skill(session, season.skill, season.organiser, DURING, {"code": "A", "theory_weight": 20})
    commands.edit_skill(session, season.skill, season.organiser, DURING, {"code": "A", "quota": 60})
    assert season.skill.quota == 60


def test_only_the_organisation_s_own_organiser_plans_for_it(client: FlaskClient, session: Session, season: Season) -> None:
    stranger = account(session, (Role.ORGANISER, organisation(session).id))
    session.commit()
    sign_in(client, stranger)
    assert client.get(f"/competitions/{season.competition.id}").status_code == 404
    assert client.post("/competitions/new", data={**PLAN, "organiser_id": season.organisation.id}).status_code == 422


def test_a_draft_is_the_organiser_s_and_an_announced_one_everybody_s(session: Session, season: Season) -> None:
    def seen_by(actor):  # type: ignore[no-untyped-def]
        return season.competition in session.scalars(queries.competitions(actor)).all()

    assert (seen_by(NOBODY), seen_by(season.organiser), seen_by(season.reviewer)) == (False, True, True)
    season.announce()
    assert seen_by(NOBODY)


def test_a_private_competition_is_seen_by_insiders_only(session: Session, season: Season) -> None:
    season.competition.is_public = False
    season.announce()
    colleague = account(session, person=person(session, employer=season.organisation))
    judge = season.appoint(Role.JUDGE)
    outsider = account(session, person=person(session, employer=organisation(session)))
    leader_elsewhere = account(session, (Role.TEAM_LEADER, organisation(session).id))
    seen = {
        name: season.competition in session.scalars(queries.competitions(actor)).all()
        for name, actor in {
            "colleague": colleague.actor,
            "judge": judge.actor,
            "outsider": outsider.actor,
            "leader elsewhere": leader_elsewhere.actor,
            "nobody": NOBODY,
        }.items()
    }
    assert seen == {"colleague": True, "judge": True, "outsider": False, "leader elsewhere": False, "nobody": False}


def test_the_list_is_narrowed_by_words_level_and_year(client: FlaskClient, session: Session, season: Season) -> None:
    season.announce()
    session.commit()
    name = season.competition.name
    for query, is_found in (
        ("words=电工", True),
        ("words=焊工", False),
        ("level=county_1&year=2026", True),
        ("level=world", False),
        ("year=2025", False),
        ("state=registration", True),
        ("words=%25", False),
    ):
        assert (name in client.get(f"/competitions?{query}").get_data(as_text=True)) is is_found, query


def test_registration_is_open_and_closed_by_the_clock_though_nothing_has_ticked(session: Session, season: Season) -> None:
    season.announce()
    competition = season.competition
    assert [competition.takes_entries_at(m) for m in (OPENS - timedelta(seconds=1), OPENS, CLOSES - timedelta(seconds=1), CLOSES)] == [
        False,
        True,
        True,
        False,
    ]
    assert competition.is_registration_over_at(CLOSES)
    assert not competition.is_registration_over_at(DURING)
    assert engine.state_now(competition, CLOSES) is CompetitionFlow.registration_closed


def test_cancelling_a_competition_takes_its_skills_and_entries_along_and_tells_everybody_once(
    app: Flask, session: Session, season: Season
) -> None:
    season.announce()
    entry, competitor = season.accepted()
    entry.organisation_id = season.competition.organiser_id
    leader = account(session, (Role.TEAM_LEADER, season.competition.organiser_id))
    engine.fire(session, season.competition, CompetitionFlow.cancel, season.reviewer, DURING, "台风")
    session.commit()
    assert "竞赛已取消：台风" in app.test_client().get(f"/competitions/{season.competition.id}").text
    assert season.skill.state is SkillFlow.cancelled
    session.refresh(entry)
    assert engine.state_now(entry, DURING) is EntryFlow.called_off
    engine.tick(DURING)
    assert session.get(Entry, entry.id, populate_existing=True).state is EntryFlow.called_off  # type: ignore[union-attr]
    jobs.sweep(DURING)
    told = session.scalars(sa.select(Notification.text_zh).where(Notification.account_id == competitor.account_id)).all()
    assert [line for line in told if "取消" in line] == ["竞赛「桐庐县职业技能大赛」：取消竞赛（台风）"]
    led = session.scalars(sa.select(Notification.text_zh).where(Notification.account_id == leader.id)).all()
    assert "竞赛「桐庐县职业技能大赛」：取消竞赛（台风）" in led
    assert season.competition in session.scalars(queries.competitions(NOBODY)).all()


def test_a_cancelled_draft_stays_unseen(session: Session, season: Season) -> None:
    engine.fire(session, season.competition, CompetitionFlow.cancel, season.organiser, NOW, "不办了")
    assert season.competition not in session.scalars(queries.competitions(NOBODY)).all()


def test_a_judge_gets_the_role_and_a_seat(session: Session, season: Season) -> None:
    judge = account(session)
    officials.appoint(session, season.organiser, season.competition, judge, Role.JUDGE, NOW, skill=season.skill)
    assert judge.actor.ids(Role.JUDGE) == {season.competition.id}
    assert [(seat.position, seat.account_id) for seat in session.scalars(sa.select(PanelSeat))] == [(1, judge.id)]


def test_a_competitor_cannot_judge_and_a_judge_cannot_compete(session: Session, season: Season) -> None:
    season.announce()
    entry, _competitor = season.accepted("王五")
    who = entry.members[0].person
    judge = session.scalars(sa.select(type(season.organiser_account)).filter_by(person_id=who.id)).one()
    with pytest.raises(Refused, match="已报名参加"):
        officials.appoint(session, season.organiser, season.competition, judge, Role.JUDGE, DURING, skill=season.skill)
    other = person(session, "赵六")
    account(session, (Role.JUDGE, season.competition.id), person=other)
    leader = account(session, (Role.TEAM_LEADER, season.organisation.id)).actor
    entry = entering.enter(session, leader, season.skill, [other], DURING, organisation=season.organisation)
    refusals = entry.ineligibility
    assert [reason.zh for reason in refusals] == ["赵六 是本次竞赛的裁判员，不能参赛"]


def test_the_same_employer_is_refused_until_a_reason_is_given(session: Session, season: Season) -> None:
    season.announce()
    firm = organisation(session, "富春机械")
    entry, _competitor = season.accepted("钱七")
    entry.members[0].person.employer = firm
    session.flush()
    judge = account(session, person=person(session, "孙八", firm))
    with pytest.raises(Refused, match="应予回避：孙八 与 1 名选手同在「富春机械」"):
        officials.appoint(session, season.organiser, season.competition, judge, Role.JUDGE, DURING, skill=season.skill)
    officials.appoint(
        session,
        season.organiser,
        season.competition,
        judge,
        Role.JUDGE,
        DURING,
        skill=season.skill,
        reason="无其他人选",
        despite_concerns=True,
    )
    assert Role.JUDGE in judge.actor.roles


def test_whoever_knows_the_names_does_not_mark(session: Session, season: Season) -> None:
    arbiter = season.appoint(Role.ARBITER)
    with pytest.raises(Refused, match="知道身份的人不能打分"):
        officials.appoint(session, season.organiser, season.competition, arbiter, Role.CHIEF_JUDGE, NOW)


def test_officials_are_appointed_and_relieved_on_the_page(client: FlaskClient, session: Session, season: Season) -> None:
    judge = account(session, name="周裁判")
    session.commit()
    sign_in(client, season.organiser_account)
    path = f"/competitions/{season.competition.id}/officials"
    assert "周裁判" in client.get(f"{path}?words=周").get_data(as_text=True)
    client.post(path, data={"account_id": judge.id, "role": "judge", "skill_id": season.skill.id})
    session.rollback()
    [grant] = [grant for grant in judge.grants if grant.role == "judge"]
    assert "周裁判" in client.get(path).get_data(as_text=True)
    client.post(f"{path}/{grant.id}/end", data={"reason": "回避"})
    session.rollback()
    assert not judge.grants
    assert not session.scalars(sa.select(PanelSeat)).all()
