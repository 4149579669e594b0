"""Marking schemes: imported from the CIS workbook and exported again, edited while free, fixed once marking began."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.competitions.models import Aspect, MarkingScheme
from app.competitions.schemes import commands, queries
from app.core.db import transaction
from app.core.errors import NotFound, Refused
from tests.support.competitions import account
from tests.support.marking import NOW, Workshop
from tests.support.people import sign_in
from workflows.competition.methods import FULL_OR_ZERO, JUDGEMENT, PARTIAL
from workflows.roles import Role


@pytest.fixture
def database_kind():
    return "sqlite"


@pytest.fixture
def shop(session):
    with transaction() as writing:
        return Workshop(writing)


@pytest.fixture
def organiser(client, shop):
    sign_in(client, shop.organiser_account)
    return client


def imported(client, shop, content, **fields):
    data = {"organisation_id": shop.organisation.id, "name": "导入的方案", "file": (io.BytesIO(content), "cis.xlsx"), **fields}
    return client.post("/schemes/import", data=data, content_type="multipart/form-data")


def test_an_exported_workbook_reads_back_as_the_same_scheme(shop):
    reading = queries.read_workbook(queries.workbook(shop.scheme), "cis.xlsx")
    assert reading.is_importable
    assert [(code, aspect.max_mark, len(aspect.benchmarks)) for code, aspect in reading.scheme.aspects()] == [
        ("A1.1", Decimal("40.00"), 0),
        ("A1.2", Decimal("30.00"), 0),
        ("B1.1", Decimal("30.00"), 4),
    ]


def test_a_workbook_is_looked_through_first_and_kept_when_confirmed(organiser, shop, session):
    content = queries.workbook(shop.scheme)
    before = session.scalar(sa.select(sa.func.count()).select_from(MarkingScheme))
    assert "核对无误" in imported(organiser, shop, content).text
    assert session.scalar(sa.select(sa.func.count()).select_from(MarkingScheme)) == before
    answer = imported(organiser, shop, content, keep="y", is_partial="y")
    session.rollback()  # look afresh
    kept = session.scalars(sa.select(MarkingScheme).where(MarkingScheme.name == "导入的方案")).one()
    assert answer.status_code == 302
    assert [aspect.method for aspect in kept.aspects] == [PARTIAL, PARTIAL, JUDGEMENT]
    assert kept.aspects[2].benchmarks[3] == "堪称样板"


def test_a_scheme_imported_without_a_name_bears_the_workbooks_title(organiser, shop, session):
    answer = imported(organiser, shop, queries.workbook(shop.scheme), name="", keep="y")
    assert answer.status_code == 302
    assert shop.scheme.name in organiser.get(answer.location).text


def test_a_workbook_that_does_not_add_up_names_row_and_reason_and_is_not_kept(organiser, shop, session):
    with transaction():
        shop.aspect("A1.1").max_mark = Decimal(39)
    answer = imported(organiser, shop, queries.workbook(shop.scheme), keep="y")
    assert "应为 100.00" in answer.text
    assert "没有导入" in answer.text
    assert session.scalars(sa.select(MarkingScheme).where(MarkingScheme.name == "导入的方案")).first() is None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\x89PNG....", b"a,b\n1,2\n"])
def test_a_file_that_is_no_scheme_is_refused_with_a_reason(organiser, shop, content):
    answer = imported(organiser, shop, content)
    assert answer.status_code in (200, 409, 422)
    assert "已导入" not in answer.text


def test_marking_forms_are_filled_in_on_a_page_with_their_benchmarks(organiser, shop, session):
    with transaction() as writing:
        scheme = commands.create(writing, shop.organiser, shop.organisation.id, "新方案", NOW)
    answer = organiser.post(f"/schemes/{scheme.id}/criteria", data={"letter-0": "a", "name-0": "安装", "mark-0": "100"})
    assert answer.status_code == 302
    form = {
        "code": "A1",
        "name": "配电箱",
        "day": "2",
        "description-0": "绝缘合格",
        "kind-0": "measurement",
        "max-0": "60",
        "partial-0": "y",
        "description-1": "工艺",
        "kind-1": "judgement",
        "max-1": "40",
        **{f"benchmark-1-{score}": f"档{score}" for score in range(4)},
        "description-2": "",
        "max-2": "",
    }
    assert organiser.post(f"/schemes/{scheme.id}/A/new", data=form).status_code == 302
    page = organiser.get(f"/schemes/{scheme.id}").text
    assert "方案完整，可以用于评分" in page
    assert "档3" in page
    aspects = session.scalars(sa.select(Aspect).join(Aspect.sub_criterion).where(Aspect.description.in_(["绝缘合格", "工艺"]))).all()
    assert {aspect.method for aspect in aspects} == {PARTIAL, JUDGEMENT}


@pytest.mark.parametrize("mark", ["", "0", "-1", "1.234", "十", "1e2"])
def test_a_mark_that_is_none_is_refused_with_its_line(organiser, shop, mark):
    answer = organiser.post(f"/schemes/{shop.scheme.id}/A/new", data={"code": "A2", "description-0": "某项", "max-0": mark})
    assert answer.status_code == 409
    assert "第 1 行" in answer.text


def test_once_marking_began_the_scheme_is_fixed_and_goes_on_as_a_new_version(organiser, shop, session):
    with transaction():
        shop.scheme.locked_at = NOW
    assert organiser.get(f"/schemes/{shop.scheme.id}/criteria").status_code == 409
    assert organiser.post(f"/schemes/{shop.scheme.id}/A/new", data={"code": "A2"}).status_code == 409
    assert organiser.post(f"/schemes/{shop.scheme.id}/copy").status_code == 302
    copy = session.scalars(sa.select(MarkingScheme).where(MarkingScheme.name == shop.scheme.name, MarkingScheme.number == 2)).one()
    assert copy.rules.criteria == shop.scheme.rules.criteria
    assert not copy.is_locked
    assert [aspect.method for aspect in copy.aspects] == [FULL_OR_ZERO, PARTIAL, JUDGEMENT]


def test_another_organisations_scheme_is_neither_seen_nor_changed(session, shop):
    with transaction() as writing:
        other = Workshop(writing)
        stranger = account(writing, (Role.ORGANISER, other.organisation.id)).actor
    with pytest.raises(NotFound):
        queries.scheme(session, stranger, shop.scheme.id)
    with pytest.raises(Refused):
        commands.create(session, stranger, shop.organisation.id, "方案", NOW)


def test_the_chief_judge_reads_the_scheme_of_their_skill(client, shop):
    sign_in(client, shop.chief_account)
    assert "绝缘电阻合格" in client.get(f"/schemes/{shop.scheme.id}").text
