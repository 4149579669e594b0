"""A delegation's spreadsheet: every wrong row is named, nothing is half done, thousands go in at once."""

from __future__ import annotations

import base64
import contextlib
import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from stdnum.cn import ric

from app.competitions.entries import commands, importing
from app.competitions.models import Entry, EntryMember, ImportDraft
from app.core import audit, clock, engine
from app.core.actor import Actor
from app.core.errors import Refused
from app.registry.models import Organisation, Person
from app.web import spreadsheets
from app.web.spreadsheets import Unreadable
from tests.support.competitions import CLOSES, DURING, Season, account, organisation, person
from tests.support.people import sign_in
from workflows.competition.entry_flow import EntryFlow
from workflows.roles import Role
from workflows.text import Text

pytestmark = pytest.mark.either_database


def id_number(n: int, year: int = 1990) -> str:
    body = f"330122{year}0307{n % 1000:03d}" if n < 1000 else f"3301{n // 1000:02d}{year}0307{n % 1000:03d}"
    return body + ric.calc_check_digit(body + "0")


def sheet(*rows: dict[str, Any]) -> bytes:
    return spreadsheets.workbook(importing.COLUMNS, rows, Text("报名表", "Entries"))


def competitor(n: int, **more: Any) -> dict[str, Any]:
    return {"name": f"选手{n}", "id_number": id_number(n), **more}


class Delegation:
    def __init__(self, session: Session, **skill: Any) -> None:
        self.session = session
        self.season = Season(session, **skill)
        self.season.announce()
        self.firm: Organisation = organisation(session, "富春机械")
        self.account = account(session, (Role.TEAM_LEADER, self.firm.id))
        self.leader: Actor = self.account.actor
        session.commit()

    def plan(self, content: bytes, filename: str = "a.xlsx") -> importing.Plan:
        return importing.plan(self.session, self.season.skill, self.firm, importing.read(content, filename))

    def apply(self, planned: importing.Plan, choice: importing.Choice = "skip") -> importing.Applied:
        return importing.apply(self.session, self.leader, self.season.skill, self.firm, planned, choice, DURING)

    def entries(self) -> list[Entry]:
        return list(self.session.scalars(sa.select(Entry).order_by(Entry.id)))


@pytest.fixture
def delegation(session: Session) -> Delegation:
    return Delegation(session)


def test_a_good_sheet_becomes_drafts_with_people_of_the_firm(session: Session, delegation: Delegation) -> None:
    planned = delegation.plan(sheet(competitor(1, phone="13800001234", coach="李师傅"), competitor(2)))
    assert (len(planned.new), planned.problems) == (2, [])
    assert delegation.entries() == []
    assert delegation.apply(planned) == importing.Applied(created=2, overwritten=0, skipped=0)
    first, second = delegation.entries()
    assert (first.title, first.coach, first.state) == ("选手1", "李师傅", EntryFlow.draft)
    assert first.members[0].person.employer_id == delegation.firm.id
    assert first.members[0].person.phone_masked == "138****1234"
    assert list(audit.verify(session)) == []
    engine.fire(session, second, EntryFlow.submit, delegation.leader, DURING)
    assert second.state is EntryFlow.submitted


def test_the_template_people_download_is_a_sheet_the_import_understands(delegation: Delegation) -> None:
    with pytest.raises(Unreadable, match="没有数据"):
        importing.read(importing.template(), "模板.xlsx")


def test_headers_people_use_are_understood(delegation: Delegation) -> None:
    content = f"选手姓名,身份证号码,联系电话\n张三,{id_number(5)},13900001111\n".encode("gb18030")
    assert [unit.title for unit in delegation.plan(content, "名单.csv").new] == ["张三"]


def test_every_wrong_row_is_named_with_its_column_and_reason_and_the_good_ones_can_go_in(delegation: Delegation) -> None:
    rows = [
        competitor(1),
        competitor(2, id_number="330122199003070011"),
        {**competitor(1), "name": "选手1"},
        competitor(3, id_number=id_number(3, year=2020)),
        {"name": "", "id_number": id_number(4)},
    ]
    planned = delegation.plan(sheet(*rows))
    assert [(p.row, p.column.zh) for p in planned.problems] == [(4, "身份证号"), (5, "身份证号"), (6, "姓名"), (7, "姓名")]
    reasons = [p.reason.zh for p in planned.problems]
    assert "校验位不符" in reasons[0]
    assert reasons[1] == "与第 3 行是同一个身份证号"
    assert "未满 16 周岁" in reasons[2]
    assert reasons[3] == "必填"
    assert all(id_number(1) not in p.value for p in planned.problems[1:])
    assert delegation.apply(planned).created == 1


def test_an_id_number_that_became_a_number_is_refused(delegation: Delegation) -> None:
    import xlsxwriter  # noqa: PLC0415

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    page = book.add_worksheet()
    page.write_row(0, 0, ["姓名", "身份证号"])
    page.write_row(1, 0, ["张三", float(id_number(3, 1980).replace("X", "0"))])
    book.close()
    [problem] = delegation.plan(buffer.getvalue()).problems
    assert "末尾几位已经丢失" in problem.reason.zh


def test_a_number_registered_under_another_name_is_refused_and_the_name_is_masked(delegation: Delegation) -> None:
    delegation.apply(delegation.plan(sheet(competitor(1, name="欧阳小明"))))
    [problem] = delegation.plan(sheet(competitor(1, name="冒名者"))).problems
    assert problem.reason.zh == "该身份证号登记的姓名是「欧**明」，与此处不符"


def test_those_already_entered_are_skipped_or_overwritten_as_told(session: Session, delegation: Delegation) -> None:
    delegation.apply(delegation.plan(sheet(competitor(1, coach="旧"), competitor(2))))
    again = sheet(competitor(1, coach="新"), competitor(2), competitor(3))
    planned = delegation.plan(again)
    assert (len(planned.new), len(planned.known)) == (1, 2)
    assert delegation.apply(planned, "skip") == importing.Applied(1, 0, 2)
    assert delegation.entries()[0].coach == "旧"
    assert delegation.apply(delegation.plan(again), "overwrite") == importing.Applied(0, 3, 0)
    assert [entry.coach for entry in delegation.entries()] == ["新", "", ""]
    assert len(delegation.entries()[0].members) == 1


def test_what_was_handed_in_is_not_overwritten_and_then_nothing_is(session: Session, delegation: Delegation) -> None:
    delegation.apply(delegation.plan(sheet(competitor(1))))
    engine.fire(session, delegation.entries()[0], EntryFlow.submit, delegation.leader, DURING)
    session.commit()
    with pytest.raises(Refused, match="不能用表格覆盖"):
        delegation.apply(delegation.plan(sheet(competitor(1, coach="新"), competitor(2))), "overwrite")
    session.rollback()
    assert len(delegation.entries()) == 1


def test_somebody_another_firm_has_entered_is_named(session: Session, delegation: Delegation) -> None:
    other = organisation(session)
    elsewhere = account(session, (Role.TEAM_LEADER, other.id)).actor
    delegation.apply(delegation.plan(sheet(competitor(1))))
    who = delegation.entries()[0].members[0].person
    planned = importing.plan(session, delegation.season.skill, other, importing.read(sheet(competitor(1)), "a.xlsx"))
    assert [problem.reason.zh for problem in planned.problems] == [f"{who.name} 已由别处报名本赛项"]
    assert elsewhere.ids(Role.TEAM_LEADER) == {other.id}


def test_rows_with_one_team_name_make_one_team(session: Session) -> None:
    delegation = Delegation(session, form="pair", team_size=2)
    planned = delegation.plan(
        sheet(competitor(1, team_name="一队"), competitor(2, team_name="二队"), competitor(3, team_name="一队"), competitor(4))
    )
    assert [unit.title for unit in planned.new] == ["一队"]
    assert [(p.row, p.reason.zh) for p in planned.problems] == [
        (4, "「双人」须有 2 名选手，现在是 1 名"),
        (6, "「双人」须有 2 名选手，现在是 1 名"),
        (6, "请填写队名"),
    ]
    delegation.apply(planned)
    [entry] = delegation.entries()
    assert (entry.title, [member.person.name for member in entry.members]) == ("一队", ["选手1", "选手3"])


def test_only_the_leader_imports_and_only_in_time(session: Session, delegation: Delegation) -> None:
    planned = delegation.plan(sheet(competitor(1)))
    skill, firm = delegation.season.skill, delegation.firm
    with pytest.raises(Refused, match="领队"):
        importing.apply(session, account(session).actor, skill, firm, planned, "skip", DURING)
    with pytest.raises(Refused, match="报名时间"):
        importing.apply(session, delegation.leader, skill, firm, planned, "skip", CLOSES)
    assert delegation.entries() == []


def test_the_questions_do_not_grow_with_the_rows(session: Session, delegation: Delegation) -> None:
    content = sheet(*(competitor(n) for n in range(1, 1500)))
    questions = 0

    def count(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        nonlocal questions
        questions += statement.startswith("SELECT")

    sa.event.listen(session.get_bind(), "before_cursor_execute", count)
    done = delegation.apply(delegation.plan(content))
    sa.event.remove(session.get_bind(), "before_cursor_execute", count)
    assert done.created == 1499
    assert session.scalar(sa.select(sa.func.count()).select_from(EntryMember)) == 1499
    assert questions < 40
    assert list(audit.verify(session)) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail),
        st.integers(0, 4000).map(lambda cut: sheet(competitor(1), competitor(2))[:cut]),
        st.text(max_size=200).map(lambda text: f"姓名,身份证号\n{text}".encode()),
    ),
    filename=st.sampled_from(["a.xlsx", "a.csv", "b", "报名.xls"]),
)
def test_whatever_is_uploaded_is_understood_or_refused_and_changes_nothing(
    session: Session, delegation: Delegation, content: bytes, filename: str
) -> None:
    with contextlib.suppress(Unreadable):
        planned = delegation.plan(content, filename)
        assert planned.problems or planned.new or planned.known
    assert delegation.entries() == []
    assert not session.new


def test_upload_preview_decide_on_the_pages(app: Flask, client: FlaskClient, session: Session, delegation: Delegation) -> None:
    clock.move_to(DURING)
    sign_in(client, delegation.account)
    path = f"/skills/{delegation.season.skill.id}/delegations/{delegation.firm.id}"
    content = sheet(competitor(1), competitor(2, id_number="330122199003070011"))
    answer = client.post(f"{path}/import", data={"file": (io.BytesIO(content), "报名.xlsx")}, follow_redirects=True)
    page = answer.get_data(as_text=True)
    assert "校验位不符" in page
    assert delegation.entries() == []
    [draft] = session.scalars(sa.select(ImportDraft)).all()
    stored = session.scalar(sa.text("SELECT content FROM import_draft"))
    assert base64.b64encode(content) not in bytes(stored)  # type: ignore[arg-type]  # kept sealed
    stranger = account(session, (Role.TEAM_LEADER, organisation(session).id))
    session.commit()
    other = app.test_client()
    sign_in(other, stranger)
    assert other.get(f"/entries/imports/{draft.id}").status_code == 404
    page = client.post(f"/entries/imports/{draft.id}", data={"choice": "skip"}, follow_redirects=True).get_data(as_text=True)
    assert "新增 1 个，覆盖 0 个，略过 0 个" in page
    assert len(delegation.entries()) == 1
    session.rollback()
    assert session.scalars(sa.select(ImportDraft)).all() == []


def test_a_damaged_file_gets_a_clear_answer(client: FlaskClient, session: Session, delegation: Delegation) -> None:
    sign_in(client, delegation.account)
    path = f"/skills/{delegation.season.skill.id}/delegations/{delegation.firm.id}"
    answer = client.post(f"{path}/import", data={"file": (io.BytesIO(b"PK\x03\x04nonsense"), "报名.xlsx")})
    assert answer.status_code == 409
    assert "文件已损坏" in answer.get_data(as_text=True)
    assert session.scalars(sa.select(ImportDraft)).all() == []


def test_a_sheet_enters_nobody_who_has_a_standing_draft_twice(session: Session, delegation: Delegation) -> None:
    who = person(session, "选手1", delegation.firm)
    commands.enter(session, delegation.leader, delegation.season.skill, [who], DURING, organisation=delegation.firm)
    with pytest.raises(Refused, match="已报名本赛项"):
        commands.enter(session, delegation.leader, delegation.season.skill, [who], DURING, organisation=delegation.firm)
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 1
