"""People once each, their numbers closed; organisations; the official lists and their import."""

from __future__ import annotations

import io
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.achievements.commands import publish, withdraw
from app.core import audit, clock
from app.core.actor import Grant
from app.core.db import transaction
from app.core.errors import Refused
from app.registry import commands, importing, queries
from app.registry.models import Division, Occupation, Person
from tests.support.people import REGISTRAR, account, credit_code, id_number, organisation, person, sign_in
from workflows.roles import Role

NUMBER = id_number(1)


def _find(session: Session, **data: str) -> Person:
    with transaction():
        return commands.find_or_create_person(session, REGISTRAR, clock.now(), **data)  # type: ignore[arg-type]


def test_the_same_id_number_is_the_same_person_however_it_is_written(session: Session) -> None:
    first = _find(session, name="欧阳 海", id_number=NUMBER)
    again = _find(session, name="欧阳海", id_number=f" {NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}", phone="13800138000")
    assert again.id == first.id
    assert again.phone_masked == "138****8000"


def test_the_same_number_under_another_name_is_refused_without_giving_the_person_away(session: Session) -> None:
    _find(session, name="欧阳海", id_number=NUMBER)
    with pytest.raises(Refused) as refused:
        _find(session, name="张三", id_number=NUMBER)
    said = str(refused.value)
    assert "欧*海" in said
    assert "欧阳海" not in said
    assert NUMBER not in said


@pytest.mark.parametrize("wrong", ["", "123", NUMBER[:-1] + ("0" if NUMBER[-1] != "0" else "1"), "330122199013011234"])
def test_an_id_number_that_cannot_be_right_is_refused(session: Session, wrong: str) -> None:
    with pytest.raises(Refused, match="身份证号"):
        _find(session, name="张三", id_number=wrong)


def test_birthday_and_sex_are_read_from_the_number_and_the_name_is_found_by_pinyin(session: Session) -> None:
    made = _find(session, name="欧阳海", id_number=id_number(1, "19851231"))
    assert made.birth_date == date(1985, 12, 31)
    assert made.sex == ("f" if int(made.id_number[16]) % 2 == 0 else "m")
    for words in ("欧阳", "ouyang", "oyh", "OuYangHai"):
        assert session.scalars(queries.people(REGISTRAR, words)).all() == [made]


def test_no_page_shows_a_whole_number_until_a_reason_is_given_and_the_look_is_recorded(session: Session, app: Flask) -> None:
    someone = person(session, "张三", number=NUMBER, phone="13800138000")
    reviewer = account(session, Grant(Role.REVIEWER))
    client = sign_in(app.test_client(), reviewer)
    for page in ("/people", f"/people/{someone.id}", f"/people/{someone.id}/edit", "/search?q=张三"):
        shown = client.get(page).text
        assert "张三" in shown
        assert NUMBER not in shown
        assert "13800138000" not in shown
    assert client.post(f"/people/{someone.id}/look/id_number", data={"reason": " "}).status_code == 409
    assert NUMBER in client.post(f"/people/{someone.id}/look/id_number", data={"reason": "核对银行回单"}).text
    session.rollback()
    look = audit.history(session, someone)[-1]
    assert (look.action, look.account_id, look.comment, look.detail) == ("look", reviewer.id, "核对银行回单", {"field": "id_number"})
    auditor = sign_in(app.test_client(), account(session, Grant(Role.AUDITOR)))
    assert "核对银行回单" in auditor.get(f"/people/{someone.id}/looks").text
    assert auditor.post(f"/people/{someone.id}/look/id_number", data={"reason": "好奇"}).status_code == 403


def test_what_the_record_keeps_of_a_change_names_no_whole_number(session: Session) -> None:
    someone = person(session, "张三", number=NUMBER)
    with transaction():
        data = commands.PersonData("张三", id_number(2), phone="13900139000", bank_account="12345678")
        commands.edit_person(session, REGISTRAR, someone, clock.now(), data)
    said = str(audit.history(session, someone)[-1].detail)
    assert commands.masking.mask_id_number(id_number(2)) in said
    assert not any(secret in said for secret in (NUMBER, id_number(2), "13900139000", "12345678"))


def test_a_clerk_sees_and_enters_the_own_staff_only(session: Session, app: Flask) -> None:
    firm, other = organisation(session, "制笔厂"), organisation(session, "箱包厂")
    mine, theirs = person(session, "张三", employer=firm), person(session, "李四", employer=other)
    client = sign_in(app.test_client(), account(session, Grant(Role.CLERK, firm.id)))
    listed = client.get("/people").text
    assert "张三" in listed
    assert "李四" not in listed
    assert [client.get(f"/people/{p.id}").status_code for p in (mine, theirs)] == [200, 404]
    assert client.post("/people/find", data={"words": theirs.id_number}).location == "/people"
    assert client.post("/people/find", data={"words": mine.id_number}).location == f"/people/{mine.id}"
    entry = {"name": "王五", "id_kind": "resident", "id_number": id_number(77), "sex": ""}
    assert client.post("/people/new", data=entry | {"employer": "箱包厂"}).status_code == 409
    assert client.post("/people/new", data=entry | {"employer": "制笔厂"}).status_code == 302
    assert "王五" in client.get(f"/organisations/{firm.id}").text
    assert "李四" not in client.get(f"/organisations/{other.id}").text


def test_a_worker_sees_the_own_record_and_nobody_elses(session: Session, app: Flask) -> None:
    me, other = person(session, "张三"), person(session, "李四")
    client = sign_in(app.test_client(), account(session, person=me))
    assert "张三" in client.get("/me").text
    assert client.get(f"/people/{other.id}").status_code == 404
    assert client.get("/people").status_code == 403


def test_the_administrator_links_one_account_with_one_person(session: Session, app: Flask) -> None:
    me, other = person(session, "张三"), person(session, "李四")
    mine = account(session, login="zhang")
    admin = sign_in(app.test_client(), account(session, Grant(Role.ADMINISTRATOR)))
    assert admin.post(f"/people/{me.id}/account", data={"login": "nobody"}).status_code == 409
    assert admin.post(f"/people/{me.id}/account", data={"login": "zhang"}).status_code == 302
    assert admin.post(f"/people/{other.id}/account", data={"login": "zhang"}).status_code == 409
    assert "张三" in sign_in(app.test_client(), mine).get("/me").text


def test_a_persons_record_lists_what_was_achieved_and_says_what_was_taken_back(session: Session, app: Flask) -> None:
    me = person(session, "张三")
    with transaction():
        for title in ("县赛一等奖", "三级/高级工"):
            published = publish(session, clock.now(), source=title, kind="award", person_id=me.id, title=title, on=date(2026, 5, 1))
        withdraw(session, published, "证书撤销", clock.now())
    page = sign_in(app.test_client(), account(session, person=me)).get("/me").text
    assert "县赛一等奖" in page
    assert page.count("已撤回") == 1
    assert "证书撤销" in page


def test_a_wrong_number_is_named_beside_its_field_and_nothing_typed_is_lost(session: Session, app: Flask) -> None:
    client = sign_in(app.test_client(), account(session, Grant(Role.REVIEWER)))
    entry = {"name": "王五", "id_kind": "resident", "id_number": NUMBER[:-1] + "?", "phone": "123", "position": "钳工", "sex": ""}
    page = client.post("/people/new", data=entry)
    assert page.status_code == 422
    assert "身份证号应为18位" in page.text
    assert "手机号应为11位数字" in page.text
    assert 'value="钳工"' in page.text


def test_a_credit_code_is_checked_and_registered_once(session: Session, app: Flask) -> None:
    client = sign_in(app.test_client(), account(session, Grant(Role.REVIEWER)))
    entry = {"name": "制笔厂", "credit_code": credit_code(4321), "kind": "enterprise", "division_code": ""}
    assert client.post("/organisations/new", data=entry | {"credit_code": credit_code(1)[:-1] + "I"}).status_code == 422
    assert client.post("/organisations/new", data=entry).status_code == 302
    assert client.post("/organisations/new", data=entry | {"name": "另一个厂"}).status_code == 409
    assert client.post("/organisations/new", data=entry | {"credit_code": credit_code(4322)}).status_code == 409


# ── the official lists ──────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_installation_begins_with_common_occupations_and_the_divisions_around(session: Session) -> None:
    for _ in range(2):
        with transaction():
            importing.load_starters(session)
    assert session.get_one(Occupation, "6-31-01-03").name == "电工"
    assert session.get_one(Division, "330122").name == "桐庐县"
    assert [d.name for d in queries.division_path(session, "330122")] == ["浙江省", "杭州市", "桐庐县"]
    assert session.scalar(sa.select(sa.func.count()).select_from(Occupation)) == 73


def _upload(client: FlaskClient, text: str) -> str:
    sent = client.post(
        "/lists/occupations/import", data={"file": (io.BytesIO(text.encode()), "大典.csv")}, content_type="multipart/form-data"
    )
    return sent.location


def test_an_import_shows_what_it_would_change_and_writes_nothing_until_told_to(session: Session, app: Flask) -> None:
    with transaction():
        importing.load_starters(session)
    client = sign_in(app.test_client(), account(session, Grant(Role.ADMINISTRATOR)))
    file = "职业编码,职业名称,数字职业S\n6-31-01-03,电气工,\n9-99-99-01,新职业,1\n"
    preview = _upload(client, file)
    shown = client.get(preview).text
    assert "电气工" in shown
    session.rollback()
    assert session.get_one(Occupation, "6-31-01-03").name == "电工"
    assert client.post(preview).location == "/occupations"
    session.expire_all()
    session.rollback()
    assert session.get_one(Occupation, "6-31-01-03").name == "电气工"
    assert session.get_one(Occupation, "9-99-99-01").is_digital
    assert client.post(_upload(client, file)).status_code == 409


def test_a_file_with_a_bad_row_names_it_and_imports_nothing(session: Session, app: Flask) -> None:
    client = sign_in(app.test_client(), account(session, Grant(Role.ADMINISTRATOR)))
    preview = _upload(client, "职业编码,职业名称\n6-31-01-03,电工\n6-31,错的\n6-31-01-03,再来一次\n")
    shown = client.get(preview).text
    assert "职业编码应如" in shown
    assert "与第 2 行重复" in shown
    assert client.post(preview).status_code == 409
    session.rollback()
    assert session.get(Occupation, "6-31-01-03") is None


def test_somebody_elses_upload_cannot_be_carried_out(session: Session, app: Flask) -> None:
    first, second = (sign_in(app.test_client(), account(session, Grant(Role.ADMINISTRATOR))) for _ in range(2))
    preview = _upload(first, "职业编码,职业名称\n6-31-01-03,电工\n")
    assert second.post(preview).status_code == 404


def test_the_ladder_has_eight_levels_from_the_rulebook(client: FlaskClient) -> None:
    page = client.get("/levels").text
    assert page.count('<th scope="row"') == 8
    assert page.index("首席技师") < page.index("学徒工</th>")
