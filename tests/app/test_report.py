"""What a competitor takes home: the report on their result; and the papers on doors and walls."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.certificates import paper
from app.competitions.entries import lists
from app.competitions.entries import queries as entries
from app.competitions.report import queries
from app.competitions.results import commands as results
from app.competitions.results import queries as results_of
from app.core import engine
from tests.support.competitions import account
from tests.support.marking import NOW, Workshop
from tests.support.people import sign_in
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role

pytestmark = pytest.mark.either_database


@pytest.fixture
def shop(session):
    """Four competitors: 95.00, 88.33, 60.00 and 40.00."""
    made = Workshop(session, 4).start()
    made.finish(s01=(40, 25, (3, 3, 3)), s02=(40, 25, (2, 2, 3)), s03=(40, 0, (2, 2, 2)), s04=(0, 20, (2, 2, 2)))
    made.tally()
    made.decode()
    return made


def publish(shop):
    results.draw_up_list(shop.session, shop.skill, shop.organiser, NOW, full_names=False)
    engine.fire(shop.session, shop.skill, SkillFlow.publish, shop.organiser, NOW)


def test_the_report_sets_ones_marks_beside_the_fields_by_criterion_and_aspect(session, shop):
    line = results_of.result_of(session, shop.skill, shop.entries[1].id)
    made = queries.report(session, shop.skill, line.result)
    assert made.field == 4
    installed, crafted = made.criteria
    assert (installed.marks.own, installed.marks.median, installed.marks.best) == (Decimal("65.00"), Decimal("52.50"), Decimal("65.00"))
    assert crafted.marks.own == Decimal("23.33")
    assert [(one.code, one.marks.own) for one in made.aspects["A"]] == [("A1.1", Decimal("40.00")), ("A1.2", Decimal("25.00"))]


def test_a_competitor_reads_and_keeps_their_report_once_the_results_are_public_and_nobody_elses(app, session, shop):
    own = account(session, person=shop.entries[1].members[0].person)
    path = f"/entries/{shop.entries[1].id}/result/report"
    session.commit()
    client = sign_in(app.test_client(), own)
    assert client.get(path).status_code == 404
    publish(shop)
    session.commit()
    page = client.get(path).text
    assert "在 4 个参赛单元中列第 2 名" in page
    assert "23.33" in page
    assert client.get(f"{path}.pdf").data.startswith(b"%PDF")
    assert client.get(f"/entries/{shop.entries[0].id}/result/report").status_code == 404


def test_the_start_list_stands_by_delegation_before_the_draw_and_by_seat_after(session, shop):
    auditor = account(session, (Role.AUDITOR, 0)).actor
    seen = [entries.line(auditor, entry) for entry in reversed(shop.entries)]
    assert [line.seat for line in lists.in_starting_order(seen)] == ["01", "02", "03", "04"]
    for line in seen:
        object.__setattr__(line, "seat", "")
    object.__setattr__(seen[0], "organisation", "")
    assert [line.number for line in lists.in_starting_order(seen)] == ["C001", "C002", "C003", "C004"]


def test_seat_labels_carry_codes_alone_and_only_a_number_that_fits_a_sheet(app, session, shop):
    session.commit()
    client = sign_in(app.test_client(), shop.organiser_account)
    for per_sheet in paper.PER_SHEET:
        assert client.get(f"/skills/{shop.skill.id}/labels.pdf?per={per_sheet}").data.startswith(b"%PDF")
    assert client.get(f"/skills/{shop.skill.id}/labels.pdf?per=3").status_code == 404
    assert entries.seats(session, shop.skill) == ["01", "02", "03", "04"]


def test_anybody_prints_the_notice_that_hangs_on_the_wall(app, session, shop):
    publish(shop)
    session.commit()
    assert app.test_client().get(f"/notices/{shop.skill.notice_id}/paper").data.startswith(b"%PDF")
