"""Marking schemes: imported from the CIS workbook and exported again, edited while free, fixed once marking began."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from app.competitions.models import Aspect, Mark, MarkingScheme
from app.competitions.schemes import commands, queries, workbooks
from app.core.db import transaction
from app.core.errors import NotFound, Refused
from app.web import spreadsheets
from tests.support.competitions import account
from tests.support.marking import NOW, Workshop
from tests.support.people import sign_in
from tests.workflows.test_scheme import real_scheme
from workflows.competition import scheme as rulebook
from workflows.competition.methods import FULL_OR_ZERO, JUDGEMENT, PARTIAL, Add, Scores
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
    """The page on which a workbook stands that was just sent."""
    data = {"organisation_id": shop.organisation.id, "name": "导入的方案", "file": (io.BytesIO(content), "cis.xlsx"), **fields}
    return client.post("/schemes/import", data=data, content_type="multipart/form-data", follow_redirects=True)


def kept(client, looked):
    """What comes of pressing “import” there."""
    return client.post(looked.request.path, data={"choice": "keep"})


def kept_scheme(session, name="导入的方案"):
    session.rollback()  # look afresh
    return session.scalars(sa.select(MarkingScheme).where(MarkingScheme.name == name)).one()


def test_an_exported_workbook_reads_back_as_the_same_scheme(shop):
    reading = workbooks.read(workbooks.cis(shop.scheme.rules), "cis.xlsx")
    assert reading.is_importable
    assert [(code, aspect.max_mark, len(aspect.benchmarks)) for code, aspect in reading.scheme.aspects()] == [
        ("A1.1", Decimal("40.00"), 0),
        ("A1.2", Decimal("30.00"), 0),
        ("B1.1", Decimal("30.00"), 4),
    ]


def test_a_workbook_is_looked_through_first_and_kept_when_confirmed(organiser, shop, session):
    content = workbooks.cis(shop.scheme.rules)
    before = session.scalar(sa.select(sa.func.count()).select_from(MarkingScheme))
    looked = imported(organiser, shop, content, is_partial="y")
    assert "核对无误" in looked.text
    assert session.scalar(sa.select(sa.func.count()).select_from(MarkingScheme)) == before
    assert kept(organiser, looked).status_code == 302
    made = kept_scheme(session)
    assert [aspect.method for aspect in made.aspects] == [PARTIAL, PARTIAL, JUDGEMENT]
    assert made.aspects[2].benchmarks[3] == "堪称样板"
    assert kept(organiser, looked).status_code == 404  # it was taken over, and is kept no longer


def test_a_scheme_imported_without_a_name_bears_the_workbooks_title(organiser, shop, session):
    answer = kept(organiser, imported(organiser, shop, workbooks.cis(shop.scheme.rules), name=""))
    assert answer.status_code == 302
    assert shop.scheme.name in organiser.get(answer.location).text


def test_a_workbook_that_does_not_add_up_names_row_and_reason_and_is_not_kept(organiser, shop, session):
    with transaction():
        shop.aspect("A1.1").max_mark = Decimal(39)
    answer = imported(organiser, shop, workbooks.cis(shop.scheme.rules))
    assert "应为 100.00" in answer.text
    assert "没有导入" in answer.text
    assert kept(organiser, answer).status_code == 409
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
        "method-0": "partial",
        "max-0": "60",
        "description-1": "工艺",
        "method-1": "judgement",
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


@pytest.mark.parametrize("mark", ["", "-1", "1.234", "十", "1e2"])
def test_a_mark_that_is_none_is_refused_with_its_line(organiser, shop, mark):
    answer = organiser.post(f"/schemes/{shop.scheme.id}/A/new", data={"code": "A2", "description-0": "某项", "max-0": mark})
    assert answer.status_code == 422
    assert "不是分值" in answer.text
    assert 'value="某项"' in answer.text  # nothing that was typed is lost


def test_once_marking_began_the_scheme_is_fixed_and_goes_on_as_a_new_version(organiser, shop, session):
    with transaction():
        shop.scheme.locked_at = NOW
    assert organiser.get(f"/schemes/{shop.scheme.id}/criteria").status_code == 409
    assert organiser.post(f"/schemes/{shop.scheme.id}/A/new", data={"code": "A2"}).status_code == 409
    assert "必填" in organiser.post(f"/schemes/{shop.scheme.id}/version", data={"reason": ""}).text
    assert organiser.post(f"/schemes/{shop.scheme.id}/version", data={"reason": "改一处笔误"}).status_code == 302
    session.rollback()
    copy = session.scalars(sa.select(MarkingScheme).where(MarkingScheme.name == shop.scheme.name, MarkingScheme.number == 2)).one()
    assert copy.rules.criteria == shop.scheme.rules.criteria
    assert (copy.is_locked, copy.reason, copy.previous_id) == (False, "改一处笔误", shop.scheme.id)
    assert [aspect.key for aspect in copy.aspects] == [aspect.key for aspect in shop.scheme.aspects]
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


def test_a_real_scheme_of_149_aspects_comes_in_and_goes_out_as_it_was(organiser, shop, session):
    scheme = real_scheme()
    answer = kept(organiser, imported(organiser, shop, workbooks.cis(scheme), name=scheme.title))
    again = workbooks.read(organiser.get(f"{answer.location}.xlsx").data, "again.xlsx")
    assert again.findings == []
    assert again.scheme == scheme


def test_marking_does_not_begin_with_fewer_judges_than_the_scores_ask_for(shop):
    with transaction():
        shop.aspect("B1.1").method, shop.aspect("B1.1").benchmarks = Scores(judges=5), []
    assert [problem.zh for problem in shop.skill.scheme_problems] == ["B1.1 应有 5 名裁判，现有 3 名"]


# --- every method on the page and in our own workbook ---------------------------------------------------------------

BENCHMARKS = tuple(rulebook.Benchmark(score, f"档{score}\n第二行") for score in range(4))
JUDGED = replace(workbooks.EXAMPLES[6], benchmarks=BENCHMARKS, section="1")
EVERY_METHOD = (*workbooks.EXAMPLES[:6], JUDGED, *workbooks.EXAMPLES[7:])
ALL_METHODS = rulebook.MarkingScheme(
    "焊工",
    (
        rulebook.Criterion(
            "A", "过程", (rulebook.SubCriterion("A1", "全部（一）", 2, EVERY_METHOD, "第一组", "seat"),), weight=Decimal(100)
        ),
    ),
    max_aspect_mark=Decimal("12.50"),
    max_variation=Decimal(7),
)


def test_our_own_workbook_carries_every_method_in_either_language(shop):
    for language in ("zh", "en"):
        reading = workbooks.read(workbooks.own(ALL_METHODS, language), "sheet.xlsx")
        assert [(finding.row, finding.reason.zh) for finding in reading.findings if finding.is_error] == []
        assert reading.scheme.criteria == ALL_METHODS.criteria
        assert (reading.scheme.max_aspect_mark, reading.scheme.max_variation) == (Decimal("12.50"), Decimal(7))


def test_a_limit_that_is_none_is_named_and_a_workbook_without_limits_keeps_the_usual_ones():
    told = replace(ALL_METHODS, max_variation=Decimal(700))
    (finding,) = workbooks.read(workbooks.own(told, "zh"), "sheet.xlsx").findings
    assert (finding.column.zh, finding.is_error) == ("与职业标准权重允许的偏差", True)
    bare = spreadsheets.workbook(workbooks.COLUMNS, workbooks._own_rows(ALL_METHODS, "zh"), workbooks.TITLE)
    reading = workbooks.read(bare, "sheet.xlsx")
    assert (reading.scheme.max_aspect_mark, reading.scheme.max_variation) == (None, rulebook.MAX_VARIATION)


def test_a_row_of_our_own_workbook_that_makes_no_aspect_is_named_with_its_reason():
    broken = rulebook.Aspect(Add(Decimal(4), 0), "定位焊", Decimal(4))
    subs = (rulebook.SubCriterion("A1", "x", 1, (rulebook.Aspect(FULL_OR_ZERO, "穿戴", Decimal(96)), broken)),)
    reading = workbooks.read(workbooks.own(rulebook.MarkingScheme("", (rulebook.Criterion("A", "焊接", subs),)), "zh"), "sheet.xlsx")
    assert not reading.is_importable
    assert {(finding.row, finding.column.zh) for finding in reading.findings} == {(4, "评分方法")}
    assert "项数应至少为 1" in reading.findings[0].reason.zh


def test_the_template_is_our_own_workbook_with_nothing_in_it(organiser):
    answer = organiser.get("/schemes/template.xlsx")
    assert answer.status_code == 200
    with pytest.raises(Refused):
        workbooks._read_own(answer.data, "template.xlsx")


def test_what_a_value_comes_to_is_tried_out_before_anything_is_kept(organiser, shop, session):
    page = f"/schemes/{shop.scheme.id}/A/{shop.scheme.criteria[0].sub_criteria[0].id}"
    form = {
        "code": "A1",
        "description-0": "外形尺寸",
        "method-0": "numeric",
        "max-0": "6",
        "p-nominal-0": "60",
        "p-lower-0": "-0.02",
        "p-upper-0": "0.02",
        "p-unit-0": "mm",
        "p-table-0": "0.01 = 3; 0.03 = 1",
        "try-0": "60.03",
    }
    tried = organiser.post(page, data={**form, "do": "try-0"}).text
    assert "超出公差 0.01" in tried
    assert "得 3.00 分" in tried
    twice = organiser.post(page, data={**form, "do": "copy-0"}).text
    assert 'name="description-1" value="外形尺寸"' in twice
    assert "看不懂“0.03: 1”" in organiser.post(page, data={**form, "p-table-0": "0.03: 1"}).text
    session.rollback()
    assert len(shop.scheme.criteria[0].sub_criteria[0].aspects) == 2  # nothing was kept


def test_somebody_elses_changes_meanwhile_are_not_overwritten(organiser, shop):
    sub = shop.scheme.criteria[0].sub_criteria[0]
    page, seen = f"/schemes/{shop.scheme.id}/A/{sub.id}", commands.stamp(sub)
    form = {"code": "A1", "description-0": "外形", "method-0": "partial", "max-0": "70", "stamp": seen}
    assert organiser.post(page, data=form).status_code == 302
    assert organiser.post(page, data={**form, "max-0": "60"}).status_code == 409


def test_forms_are_moved_with_their_numbers_and_duplicated_with_aspects_of_their_own(organiser, shop, session):
    with transaction() as writing:
        sub = shop.scheme.criteria[0].sub_criteria[0]
        commands.duplicate_sub_criterion(writing, sub, shop.organiser, NOW)
    first, second = shop.scheme.criteria[0].sub_criteria
    assert (second.code, len(second.aspects)) == ("A2", 2)
    assert {aspect.key for aspect in first.aspects}.isdisjoint(aspect.key for aspect in second.aspects)
    moved = (second.id, first.id)
    assert organiser.post(f"/schemes/{shop.scheme.id}/A/{second.id}/arrange", data={"do": "up"}).status_code == 302
    session.expire_all()
    assert [(form.id, form.code) for form in shop.scheme.criteria[0].sub_criteria] == [(moved[0], "A1"), (moved[1], "A2")]


def test_the_list_says_how_large_each_scheme_is(organiser, shop):
    page = organiser.get("/schemes").text
    assert '<td class="is-number" data-label="评分项">3</td>' in page
    assert '<td class="is-number" data-label="合计">100.00</td>' in page


# --- the library, and practice --------------------------------------------------------------------------------------


def test_a_released_scheme_is_seen_and_copied_by_others_until_it_is_withdrawn(organiser, shop, session):
    with transaction() as writing:
        other = Workshop(writing)
        stranger = account(writing, (Role.ORGANISER, other.organisation.id)).actor
    assert organiser.post(f"/schemes/{shop.scheme.id}/release").status_code == 302
    session.rollback()
    assert shop.scheme.name in organiser.get("/schemes/library?words=电工评分").text
    assert shop.scheme.name not in organiser.get("/schemes/library?words=钳工").text
    seen = queries.scheme(session, stranger, shop.scheme.id)
    with transaction() as writing:
        copy = commands.copy_as(writing, stranger, seen, other.organisation.id, "", NOW)
    assert copy.rules.criteria == seen.rules.criteria
    assert {aspect.key for aspect in copy.aspects}.isdisjoint(aspect.key for aspect in seen.aspects)
    assert organiser.post(f"/schemes/{shop.scheme.id}/withdraw").status_code == 302
    session.rollback()
    with pytest.raises(NotFound):
        queries.scheme(session, stranger, shop.scheme.id)


def test_a_scheme_that_does_not_add_up_is_not_released(organiser, shop):
    with transaction():
        shop.aspect("A1.1").max_mark = Decimal(39)
    assert organiser.post(f"/schemes/{shop.scheme.id}/release").status_code == 409


def test_a_judge_practises_on_the_desks_own_controls_and_nothing_is_kept(client, shop, session):
    with transaction():
        shop.aspect("A1.2").reference, shop.aspect("A1.2").reference_note = Decimal(25), "长度略短"
    sub = shop.scheme.criteria[0].sub_criteria[0]
    sign_in(client, shop.judge_accounts[0])
    page = f"/schemes/{shop.scheme.id}/practice/{sub.id}"
    assert f'name="value-{sub.aspects[0].id}"' in client.get(page).text
    told = client.post(page, data={f"value-{sub.aspects[0].id}": "40", f"value-{sub.aspects[1].id}": "20.5"}).text
    assert "60.50</output> / 70.00" in told
    assert "参考得分 25.00，相差 4.50" in told
    assert "长度略短" in told
    assert "只能记满分" in client.post(page, data={f"value-{sub.aspects[0].id}": "39"}).text
    values = {f"value-{sub.aspects[0].id}": "39", f"value-{sub.aspects[1].id}": "20.5"}
    live = client.post(page, data=values, headers={"Accept": "application/json"}).json
    assert [(each["mark"], bool(each["refusal"])) for each in live["aspects"]] == [("0.00", True), ("20.50", False)]
    assert session.scalar(sa.select(sa.func.count()).select_from(Mark)) == 0
