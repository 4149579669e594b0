"""The pages of recognitions, as the clerk, the assessors and the bureau use them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa

from app.core import clock, engine
from app.core.db import transaction
from app.recognition import importing
from app.recognition.models import DirectImport, DirectRecognition, Programme
from app.registry.models import Person
from app.web import spreadsheets
from tests.support.recognition import ELECTRICIAN, NOW, PDF, an_enterprise, id_number, sign_in
from workflows.recognition.direct_flow import DirectFlow
from workflows.recognition.programme_flow import ProgrammeFlow

pytestmark = pytest.mark.either_database


@pytest.fixture
def enterprise(app, session):
    clock.move_to(NOW)
    return an_enterprise(app)


@pytest.fixture
def clerk(client, session, enterprise):
    sign_in(client, session, enterprise.clerk)
    return client


def a_row(n, **changes):
    row = {
        "name": f"职工{n}",
        "id_number": id_number(n),
        "kind": "B 技能高超、业绩突出的一线职工",
        "occupation": "电工",
        "level": "三级/高级工",
        "employed_since": "2012-07-01",
        "is_front_line": "是",
        "basis": "完成配电改造",
    }
    return row | changes


def a_sheet(rows, *, titles=None):
    """Rows as an Excel file, every cell text, under the template's headers or others."""
    names = titles or {}
    columns = [spreadsheets.Column(c.key, spreadsheets_title(names.get(c.key, c.title.zh))) for c in importing.COLUMNS]
    return spreadsheets.workbook(columns, rows, importing.TITLE)


def spreadsheets_title(text):
    return type(importing.TITLE)(text, text)


def upload(client, enterprise, content):
    return client.post(
        f"/recognition/programmes/{enterprise.programme.id}/directs/import",
        data={"file": (BytesIO(content), "名单.xlsx")},
        follow_redirects=True,
    )


def drafts(session):
    session.rollback()
    return session.scalars(sa.select(DirectRecognition).order_by(DirectRecognition.id)).all()


def test_the_template_has_the_header_that_the_import_looks_for(clerk, enterprise):
    answer = clerk.get("/recognition/directs/template.xlsx")
    with pytest.raises(spreadsheets.Unreadable, match="表头下面没有数据"):
        spreadsheets.read(answer.data, "模板.xlsx", importing.COLUMNS)


def test_a_sheet_of_fifty_is_taken_in_whole(clerk, session, enterprise):
    page = upload(clerk, enterprise, a_sheet([a_row(n) for n in range(1, 51)]))
    assert "导入 50 人" in page.text
    assert drafts(session) == []  # a look is only a look
    clerk.post(page.request.path, data={"present": "skip"}, follow_redirects=True)
    assert len(drafts(session)) == 50
    assert session.scalars(sa.select(DirectImport.content)).all() == [None]  # the ID numbers are not kept twice


BAD = {
    4: ({"id_number": id_number(4)[:-1] + ("0" if id_number(4)[-1] != "0" else "1")}, "身份证号", "校验位"),
    9: ({"level": "九级"}, "认定等级", "应为以下等级之一"),
    12: ({"occupation": "航天员"}, "职业", "职业目录中没有"),
    17: ({"kind": "E"}, "认定依据", "只能填"),
    23: ({"basis": ""}, "业绩摘要", ""),
    28: ({"employed_since": "去年"}, "入职日期", "应为日期"),
}
UNMET = {
    31: ({"level": "中级工"}, "只能直接认定高级工以上"),
    35: ({"is_front_line": "否"}, "须为一线职工"),
    40: ({"occupation": "钳工", "level": "技师"}, "不在备案范围内"),
    44: ({"held_level": "技师"}, "已持有更高等级"),
    47: ({"name": "职工1", "id_number": id_number(1)}, "与第 3 行重复"),
}


def test_every_bad_row_of_fifty_is_named_with_its_column_and_reason_and_nothing_is_taken_in(clerk, session, enterprise):
    rows = [a_row(n, **(BAD.get(n, ({},))[0] | UNMET.get(n, ({},))[0])) for n in range(1, 51)]
    page = upload(clerk, enterprise, a_sheet(rows))
    with transaction() as s:
        looked = importing.preview(s, s.scalars(sa.select(DirectImport)).one(), NOW)
    at = 2  # the workbook has a title and a header above the first row
    assert {(problem.row, problem.column.zh) for problem in looked.problems} == {(n + at, column) for n, (_, column, _why) in BAD.items()}
    for n, (_changes, column, why) in BAD.items():
        assert any(problem.row == n + at and problem.column.zh == column and why in problem.reason.zh for problem in looked.problems)
    unmet = {row.number: row.reasons[0].zh for row in looked.rows if row.reasons}
    assert unmet.keys() == {n + at for n in UNMET}
    for n, (_changes, why) in UNMET.items():
        assert why in unmet[n + at]
        assert why in page.text
    answer = clerk.post(page.request.path, data={"present": "skip"})
    assert answer.status_code == 409
    assert "有 11 行不能导入" in answer.text
    assert drafts(session) == []
    clerk.post(page.request.path, data={"present": "skip", "leave_bad_rows": "y"})
    assert len(drafts(session)) == 39


def test_headers_people_write_are_understood(clerk, session, enterprise):
    titles = {"name": "职工姓名", "id_number": "公民身份号码", "level": "拟认定等级", "occupation": "职业（工种）", "basis": "主要业绩"}
    page = upload(clerk, enterprise, a_sheet([a_row(1)], titles=titles))
    assert "导入 1 人" in page.text


@pytest.mark.parametrize(("present", "basis"), [("skip", "完成配电改造"), ("overwrite", "另一件业绩")])
def test_rows_already_on_their_way_are_skipped_or_overwritten_as_asked(clerk, session, enterprise, present, basis):
    enterprise.draft(1, proved=False)
    page = upload(clerk, enterprise, a_sheet([a_row(1, basis="另一件业绩"), a_row(2)]))
    clerk.post(page.request.path, data={"present": present})
    first, _second = drafts(session)
    assert first.basis == basis


def test_nobody_learns_what_another_enterprises_worker_holds(app, client, session, enterprise):
    other = an_enterprise(app, 2, station="000124")
    other.issued(1)
    sign_in(client, session, enterprise.clerk)
    page = upload(client, enterprise, a_sheet([a_row(1)]))
    assert "登记的工作单位不是本企业" in page.text
    assert "已持有" not in page.text
    said = {"name": "职工1", "id_number": id_number(1), "kind": "B", "scope": f"{ELECTRICIAN}|3", "basis": "业绩"}
    answer = client.post(f"/recognition/programmes/{enterprise.programme.id}/directs/new", data=said)
    assert answer.status_code == 409
    assert "已持有" not in answer.text


def test_giving_an_import_up_takes_nothing_in_and_forgets_the_file(clerk, session, enterprise):
    page = upload(clerk, enterprise, a_sheet([a_row(1)]))
    clerk.post(f"{page.request.path}/discard")
    assert drafts(session) == []
    assert clerk.get(page.request.path).status_code == 404


def test_a_file_that_is_no_spreadsheet_is_refused_with_the_reason(clerk, enterprise):
    answer = upload(clerk, enterprise, PDF)
    assert answer.status_code == 409


def test_from_the_form_to_the_certificate_through_the_pages(app, client, session, enterprise):
    def go(actor, path, **data):
        sign_in(client, session, actor)
        answer = client.post(path, data=data, content_type="multipart/form-data", follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return answer

    programme = f"/recognition/programmes/{enterprise.programme.id}"
    go(
        enterprise.clerk,
        f"{programme}/directs/new",
        name="孙师傅",
        id_number=id_number(7),
        kind="B",
        scope=f"{ELECTRICIAN}|3",
        is_front_line="y",
        basis="完成配电改造",
    )
    [recognition] = drafts(session)
    path = f"/recognition/directs/{recognition.id}"
    for kind in ("post", "results"):
        go(enterprise.clerk, f"{path}/evidence", kind=kind, files=(BytesIO(PDF), "证明.pdf"))
    assert "已提交 1 人" in go(enterprise.clerk, f"{programme}/directs/submit").text
    for assessor in enterprise.assessors:
        go(assessor, f"{path}/vote", in_favour="yes", reason="技能达到")
    go(enterprise.assessors[0], f"/do/direct_recognition/{recognition.id}/decide")
    go(enterprise.clerk, f"{programme}/publicity", contact="0571-64212345")
    [recognition] = drafts(session)
    assert recognition.is_in(DirectFlow.publicity)
    engine.tick(recognition.publicity_ends_at + timedelta(minutes=1))
    page = client.get(path)
    assert "已发证" in page.text
    assert recognition.certificate.number in page.text
    assert id_number(7) not in page.text


def test_submitting_all_says_for_each_what_is_missing(clerk, session, enterprise):
    enterprise.draft(1)
    enterprise.draft(2, proved=False)
    page = clerk.post(f"/recognition/programmes/{enterprise.programme.id}/directs/submit")
    assert "已提交 1 人" in page.text
    assert "缺少材料：一线岗位证明；工作业绩证明" in page.text


def test_a_programme_is_filed_asked_for_more_and_accepted_through_the_pages(client, session, enterprise):
    def go(actor, path, **data):
        sign_in(client, session, actor)
        return client.post(path, data=data, follow_redirects=True)

    go(enterprise.clerk, "/recognition/programmes", organisation=enterprise.organisation.id)
    programme = session.scalars(sa.select(Programme).order_by(Programme.id.desc())).first()
    path = f"/recognition/programmes/{programme.id}"
    assert "职业目录中没有" in go(enterprise.clerk, f"{path}/scope", occupation="航天员", levels="3").text
    assert "钳工" in go(enterprise.clerk, f"{path}/scope", occupation="钳工", levels=["3", "4"]).text
    go(enterprise.clerk, f"{path}/content", arrangements="制度齐全", certificates_a_year="1", panel_minimum="3", publicity_days="5")
    go(enterprise.clerk, f"/do/programme/{programme.id}/submit")
    assert go(enterprise.clerk, f"{path}/station", agency="0000", province="33", station="000009").status_code == 403
    go(enterprise.reviewer, f"/do/programme/{programme.id}/ask_supplement", comment="请附考评员名单")
    assert "请附考评员名单" in client.get(path).text
    go(enterprise.clerk, f"/do/programme/{programme.id}/resubmit")
    assert "请先填写机构（站点）序列码" in go(enterprise.reviewer, f"/do/programme/{programme.id}/accept").text
    go(enterprise.reviewer, f"{path}/station", agency="0000", province="33", station="000009")
    go(enterprise.reviewer, f"/do/programme/{programme.id}/accept")
    session.rollback()
    session.refresh(programme)
    assert programme.is_in(ProgrammeFlow.accepted)


def test_what_belongs_to_others_is_not_there(app, client, session, enterprise):
    recognition = enterprise.submitted(1)
    other = an_enterprise(app, 2, station="000124")
    sign_in(client, session, other.clerk)
    assert client.get(f"/recognition/directs/{recognition.id}").status_code == 404
    assert client.get(f"/recognition/programmes/{enterprise.programme.id}").status_code == 404
    assert client.get(f"/recognition/directs/{recognition.id}/evidence/{recognition.evidence[0].id}").status_code == 404
    assert client.post(f"/recognition/programmes/{enterprise.programme.id}/directs/submit").status_code in (200, 404)
    session.rollback()
    assert session.scalars(sa.select(Person.name)).all() == ["职工1"]


def test_every_page_of_recognitions_stands_in_english_too(client, session, enterprise):
    enterprise.draft(1, proved=False)
    recognition = enterprise.submitted(2)
    for actor, paths in (
        (enterprise.clerk, ["programmes", f"programmes/{enterprise.programme.id}", "directs", f"directs/{recognition.id}"]),
        (enterprise.assessors[0], ["panel", f"directs/{recognition.id}"]),
        (enterprise.reviewer, ["programmes", "directs", f"directs/{recognition.id}"]),
    ):
        sign_in(client, session, actor)
        for path in paths:
            page = client.get(f"/recognition/{path}?lang=en")
            assert page.status_code == 200, path
            assert "Direct recognition" in page.text or "Panel" in page.text or "programme" in page.text.lower()
