"""Entering on one's own and by a leader, the waiting list, the desk; and two people at one row."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.competitions.entries import commands, queries
from app.competitions.models import Entry
from app.competitions.planning.commands import edit_skill
from app.core import clock, engine
from app.core.errors import Refused, Stale
from tests.support.competitions import AFTER, CLOSES, DURING, Season, account, organisation, person
from tests.support.people import sign_in
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role


@pytest.fixture
def season(session: Session) -> Season:
    made = Season(session, quota=2)
    made.announce()
    session.commit()
    return made


@pytest.fixture
def during(app: Flask) -> None:
    """The office's clock stands in the time of registration."""
    clock.move_to(DURING)


def state_of(session: Session, entry: Entry) -> object:
    session.rollback()  # what others committed since
    session.refresh(entry)
    return entry.state


def test_accepted_entries_get_numbers_in_a_row(season: Season) -> None:
    assert [season.accepted()[0].number for _ in range(2)] == ["A001", "A002"]


def test_a_full_skill_accepts_nobody_and_lets_nobody_wait_while_there_is_room(session: Session, season: Season) -> None:
    early, _ = season.enter()
    with pytest.raises(Refused, match="尚有名额"):
        engine.fire(session, early, EntryFlow.put_on_waiting_list, season.organiser, DURING)
    for entry in (early, season.enter()[0]):
        engine.fire(session, entry, EntryFlow.accept, season.organiser, DURING)
    late, _ = season.enter()
    with pytest.raises(Refused, match="名额已满"):
        engine.fire(session, late, EntryFlow.accept, season.organiser, DURING)


def waiting(session: Session, season: Season) -> Entry:
    entry, _actor = season.enter()
    engine.fire(session, entry, EntryFlow.put_on_waiting_list, season.organiser, DURING)
    return entry


def test_whoever_has_waited_longest_moves_up_by_themselves_when_a_place_is_free(session: Session, season: Season) -> None:
    (first, competitor), _second = season.accepted(), season.accepted()
    earlier, later = waiting(session, season), waiting(session, season)
    engine.fire(session, first, EntryFlow.withdraw, competitor, DURING, "出差")
    assert (earlier.state, later.state) == (EntryFlow.accepted, EntryFlow.waiting)
    assert earlier.number == "A003"


def test_a_larger_quota_lets_the_line_move_up(session: Session, season: Season) -> None:
    season.accepted(), season.accepted()
    line = [waiting(session, season) for _ in range(3)]
    edit_skill(session, season.skill, season.organiser, DURING, {"code": "A", "quota": 4})
    assert [entry.state for entry in line] == [EntryFlow.accepted, EntryFlow.accepted, EntryFlow.waiting]


def test_a_place_that_becomes_free_when_somebody_is_refused_or_disqualified_is_filled(session: Session, season: Season) -> None:
    first, _ = season.accepted()
    season.accepted()
    line = waiting(session, season)
    engine.fire(session, first, EntryFlow.disqualify, season.appoint(Role.ARBITER).actor, DURING, "冒名")
    assert line.state is EntryFlow.accepted


def test_the_waiting_list_stands_still_once_the_seats_are_drawn(session: Session, season: Season) -> None:
    season.accepted(), season.accepted()
    line = waiting(session, season)
    season.skill._state = SkillFlow.drawn.name
    season.skill.quota = 9
    session.flush()
    engine.settle(session, line, AFTER)
    assert line.state is EntryFlow.waiting


def test_nobody_enters_before_registration_opens_or_after_it_closes(session: Session, season: Season) -> None:
    who = person(session)
    actor = account(session, person=who).actor
    with pytest.raises(Refused, match="报名时间"):
        commands.enter(session, actor, season.skill, [who], CLOSES)
    entry = commands.enter(session, actor, season.skill, [who], DURING)
    with pytest.raises(Refused, match="报名时间"):
        engine.fire(session, entry, EntryFlow.submit, actor, CLOSES)


def test_one_enters_oneself_and_nobody_else(session: Session, season: Season) -> None:
    with pytest.raises(Refused, match="只能为自己"):
        commands.enter(session, account(session, person=person(session)).actor, season.skill, [person(session)], DURING)
    leader_elsewhere = account(session, (Role.TEAM_LEADER, organisation(session).id)).actor
    with pytest.raises(Refused, match="只能为自己"):
        commands.enter(session, leader_elsewhere, season.skill, [person(session)], DURING, organisation=organisation(session))


def test_two_skills_at_once_are_refused_with_the_other_s_name(session: Session, season: Season) -> None:
    other = season.add_skill("B", "钳工")
    entry, actor = season.enter()
    second = commands.enter(session, actor, other, [entry.members[0].person], DURING)
    with pytest.raises(Refused, match="已报名「电工」，每人只能报一个赛项"):
        engine.fire(session, second, EntryFlow.submit, actor, DURING)
    engine.fire(session, entry, EntryFlow.withdraw, actor, DURING, "改报钳工")
    engine.fire(session, second, EntryFlow.submit, actor, DURING)
    assert second.state is EntryFlow.submitted


def test_one_click_enters_oneself_with_the_data_on_record(client: FlaskClient, session: Session, season: Season, during: None) -> None:
    me = account(session, person=person(session, "郑九"))
    session.commit()
    sign_in(client, me)
    page = client.get(f"/skills/{season.skill.id}/enter").get_data(as_text=True)
    assert "郑九" in page
    assert client.post(f"/skills/{season.skill.id}/enter", data={}).status_code == 422
    assert client.post(f"/skills/{season.skill.id}/enter", data={"agreed": "y"}).status_code == 302
    [entry] = session.scalars(sa.select(Entry)).all()
    assert entry.state is EntryFlow.submitted
    assert "等待承办方审核" in client.get("/entries").get_data(as_text=True)
    assert "等待承办方审核" in client.get("/").get_data(as_text=True)


def test_the_reasons_stand_on_the_page_before_the_click(client: FlaskClient, session: Session, season: Season, during: None) -> None:
    season.skill.min_age = 60
    me = account(session, person=person(session, "郑九"))
    session.commit()
    sign_in(client, me)
    page = client.get(f"/skills/{season.skill.id}/enter").get_data(as_text=True)
    assert "未满 60 周岁" in page
    assert client.post(f"/skills/{season.skill.id}/enter", data={"agreed": "y"}).status_code == 409
    assert session.scalar(sa.select(sa.func.count()).select_from(Entry)) == 0


ID_OF_ZHANG = "330122199003070013"


@pytest.fixture
def team(session: Session, season: Season):  # type: ignore[no-untyped-def]
    firm = organisation(session, "富春机械")
    leader = account(session, (Role.TEAM_LEADER, firm.id))
    session.commit()
    return firm, leader


def test_a_leader_enters_people_of_the_firm_hands_in_and_corrects_what_is_sent_back(
    client: FlaskClient, session: Session, season: Season, during: None, team
) -> None:  # type: ignore[no-untyped-def]
    firm, leader = team
    sign_in(client, leader)
    path = f"/skills/{season.skill.id}/delegations/{firm.id}"
    blank = {"members-0-name": "张三", "members-0-id_number": "", "coach": "李师傅"}
    answer = client.post(f"{path}/new", data=blank)
    assert answer.status_code == 422
    assert "请填写身份证号" in answer.get_data(as_text=True)
    assert "李师傅" in answer.get_data(as_text=True)
    assert "校验位不符" in client.post(f"{path}/new", data={**blank, "members-0-id_number": ID_OF_ZHANG}).get_data(as_text=True)
    good = {**blank, "members-0-id_number": "11010119900307123X"[:17] + check_digit("11010119900307123")}
    assert client.post(f"{path}/new", data=good).status_code == 302
    client.post(f"{path}/submit")
    [entry] = session.scalars(sa.select(Entry)).all()
    assert (entry.state, entry.members[0].person.employer_id) == (EntryFlow.submitted, firm.id)
    engine.fire(session, entry, EntryFlow.send_back, season.organiser, DURING, "请补教练")
    session.commit()
    version = entry.version
    again = {"members-0-name": "张三", "members-0-id_number": "", "coach": "王师傅", "version": str(version)}
    assert client.post(f"/entries/{entry.id}/edit", data=again).status_code == 302
    session.refresh(entry)
    assert (entry.coach, len(entry.members)) == ("王师傅", 1)


def check_digit(number: str) -> str:
    from stdnum.cn import ric  # noqa: PLC0415

    return str(ric.calc_check_digit(number + "0"))


def test_the_second_of_two_leaders_at_one_entry_is_told_and_changes_nothing(session: Session, season: Season, team) -> None:  # type: ignore[no-untyped-def]
    firm, leader = team
    who = person(session, employer=firm)
    entry = commands.enter(session, leader.actor, season.skill, [who], DURING, organisation=firm)
    seen = entry.version
    commands.correct(session, entry, leader.actor, DURING, [who], coach="甲", version=seen)
    with pytest.raises(Stale):
        commands.correct(session, entry, leader.actor, DURING, [who], coach="乙", version=seen)
    assert entry.coach == "甲"


def test_many_are_accepted_at_once_and_those_without_a_place_are_named(
    client: FlaskClient, session: Session, season: Season, during: None
) -> None:
    entries = [season.enter(name)[0] for name in ("甲一", "乙二", "丙三")]
    session.commit()
    sign_in(client, season.organiser_account)
    path = f"/skills/{season.skill.id}/entries"
    answer = client.post(f"{path}/accept", data={"entry": [e.id for e in entries], "do": "accept"}, follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert "已办理 2 个" in page
    assert "丙三 没有办理：名额已满" in page
    assert [state_of(session, entry) for entry in entries] == [EntryFlow.accepted, EntryFlow.accepted, EntryFlow.submitted]
    client.post(f"{path}/accept", data={"entry": [entries[2].id], "do": "wait"})
    assert state_of(session, entries[2]) is EntryFlow.waiting


def test_the_desk_finds_by_number_and_name_and_counts(client: FlaskClient, session: Session, season: Season, during: None) -> None:
    entry, _ = season.accepted("欧阳一鸣")
    season.accepted("诸葛小妹")
    desk = season.appoint(Role.CHECK_IN)
    session.commit()
    sign_in(client, desk)
    path = f"/skills/{season.skill.id}/check-in"
    for words, found, hidden in (("A001", "欧阳一鸣", "诸葛小妹"), ("诸葛", "诸葛小妹", "欧阳一鸣")):
        page = client.get(f"{path}?words={words}").get_data(as_text=True)
        assert found in page
        assert hidden not in page
    back = client.post(f"/do/entry/{entry.id}/check_in", data={"version": entry.version, "next": path})
    assert back.location.endswith(path)
    assert state_of(session, entry) is EntryFlow.checked_in
    rows = client.get(f"{path}?words=A001", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in rows
    assert "已检录" in rows


def test_a_desk_of_another_competition_is_closed(client: FlaskClient, session: Session, season: Season) -> None:
    other = Season(session)
    stranger = other.appoint(Role.CHECK_IN)
    session.commit()
    sign_in(client, stranger)
    assert client.get(f"/skills/{season.skill.id}/check-in").status_code == 404


def test_drafts_are_their_owner_s_and_handed_in_ones_the_organiser_s_too(session: Session, season: Season) -> None:
    who = person(session)
    actor = account(session, person=who).actor
    entry = commands.enter(session, actor, season.skill, [who], DURING)

    def seen_by(viewer):  # type: ignore[no-untyped-def]
        return entry in session.scalars(queries.entries(viewer)).unique().all()

    stranger = account(session, person=person(session)).actor
    assert (seen_by(actor), seen_by(season.organiser), seen_by(stranger)) == (True, False, False)
    engine.fire(session, entry, EntryFlow.submit, actor, DURING)
    assert (seen_by(season.organiser), seen_by(season.reviewer), seen_by(stranger)) == (True, True, False)


@pytest.mark.parametrize(("kind", "begins"), [("xlsx", b"PK"), ("pdf", b"%PDF")])
def test_the_start_list_comes_as_a_workbook_and_on_paper(
    client: FlaskClient, session: Session, season: Season, kind: str, begins: bytes
) -> None:
    season.accepted("欧阳一鸣")
    session.commit()
    sign_in(client, season.organiser_account)
    answer = client.get(f"/skills/{season.skill.id}/entries/list.{kind}")
    assert answer.status_code == 200
    assert answer.data.startswith(begins)
