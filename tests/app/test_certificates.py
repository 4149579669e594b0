"""Certificates: numbers without gap or double, what the public may learn, what is printed and by whom, and revoking."""

from __future__ import annotations

import io
import re
import threading
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.certificates import commands, printing, queries
from app.certificates.models import AWARD, Certificate, PrintedBundle
from app.core import audit, clock, engine, jobs
from app.core.actor import Actor, Grant
from app.core.db import transaction
from app.core.errors import Refused
from app.recognition.models import DirectRecognition
from app.web.limits import limiter
from tests.support.databases import on_both
from tests.support.recognition import NOW, account, an_enterprise, id_number, sign_in
from workflows.ladder import SENIOR
from workflows.recognition import certificate_number
from workflows.roles import Role
from workflows.text import Text

pytestmark = pytest.mark.either_database

ISSUERS = 32


@pytest.fixture
def enterprise(app, session):
    clock.move_to(NOW)
    return an_enterprise(app)


def at_once(work: list[Callable[[], None]]) -> list[BaseException]:
    """Do all of *work* at the same moment, each in a thread of its own; what went wrong."""
    begin, faults = threading.Barrier(len(work)), []

    def do(job: Callable[[], None]) -> None:
        begin.wait()
        try:
            job()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=do, args=(job,)) for job in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


@on_both
def test_thirty_two_issuers_at_once_leave_no_gap_and_no_double(app, session, enterprise):
    recognitions = [enterprise.passed(n) for n in range(1, ISSUERS + 1)]
    notice = enterprise.before_the_public(*recognitions)
    ids = [it.id for it in recognitions]
    session.rollback()

    def issue(id_: int) -> Callable[[], None]:
        def in_a_thread() -> None:
            with app.app_context(), transaction() as s:
                row = s.get(DirectRecognition, id_, with_for_update=True)
                engine.settle(s, row, notice.ends_at)

        return in_a_thread

    assert at_once([issue(id_) for id_ in ids]) == []
    numbers = session.scalars(sa.select(Certificate.number)).all()
    assert sorted(certificate_number.parse(number).serial for number in numbers) == list(range(1, ISSUERS + 1))


def test_a_serial_whose_transaction_fails_is_given_out_again(app, session):
    class PowerCut(Exception):
        pass

    def draw(fails: bool) -> Callable[[], None]:
        def in_a_thread() -> None:
            with app.app_context(), transaction() as s:
                drawn.append((commands.next_serial(s, "Y0000/2026/3"), fails))
                if fails:
                    raise PowerCut

        return in_a_thread

    drawn: list[tuple[int, bool]] = []
    faults = at_once([draw(n % 4 == 0) for n in range(ISSUERS)])
    assert len(faults) == ISSUERS // 4
    assert sorted(serial for serial, failed in drawn if not failed) == list(range(1, ISSUERS - ISSUERS // 4 + 1))


def test_series_of_other_years_and_levels_count_for_themselves(session):
    with transaction() as s:
        assert [commands.next_serial(s, series) for series in ("a/2026/3", "a/2026/4", "a/2026/3", "a/2027/3")] == [1, 1, 2, 1]


# ── what the public learns ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def certificate(session, enterprise):
    return enterprise.issued(1, name="欧阳建华").certificate


def words(page):
    """What a reader sees, without the tokens a page carries."""
    text = re.sub(r'name="(csrf_token|request_id)" value="[^"]*"|content="[^"]*"', "", page.text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))


def test_the_qr_code_leads_to_a_masked_face(client, certificate):
    page = client.get(f"/c/{certificate.check_code}")
    assert page.status_code == 200
    assert "这本证书有效" in page.text
    assert certificate.number in page.text
    assert "欧**华" in page.text
    assert "欧阳建华" not in page.text
    assert id_number(1)[6:14] not in page.text


def test_number_and_name_together_find_it_as_people_write_them(client, certificate):
    spaced = f" {certificate.number[:5].lower()} {certificate.number[5:]} "
    page = client.post("/check", data={"number": spaced, "name": "欧阳 建华"})
    assert "这本证书有效" in page.text


def test_a_wrong_name_and_an_unknown_number_get_the_same_answer(client, certificate):
    unknown = certificate.number[:-1] + "9"
    wrong_name = client.post("/check", data={"number": certificate.number, "name": "欧阳建国"})
    no_number = client.post("/check", data={"number": unknown, "name": "欧阳建华"})
    assert (wrong_name.status_code, words(wrong_name)) == (no_number.status_code, words(no_number))
    assert "没有编号和姓名都相符的证书" in wrong_name.text


def test_a_number_that_cannot_be_one_is_told_which_part_is_wrong(client, certificate):
    page = client.post("/check", data={"number": "X" + certificate.number[1:], "name": "欧阳建华"})
    assert "评价机构类别（第 1 位）" in page.text


def test_a_revoked_certificate_says_since_when_and_why(client, session, enterprise, certificate):
    sign_in(client, session, enterprise.reviewer)
    assert client.post(f"/certificates/{certificate.id}", data={"reason": ""}).status_code == 422
    client.post(f"/certificates/{certificate.id}", data={"reason": "业绩材料不实"})
    page = client.get(f"/c/{certificate.check_code}")
    assert "已于 2026年3月2日 撤销" in page.text
    assert "业绩材料不实" in page.text
    assert "这本证书有效" not in page.text
    assert client.get(f"/certificates/{certificate.id}/paper").status_code == 409


def test_only_the_bureau_revokes(client, session, enterprise, certificate):
    sign_in(client, session, enterprise.clerk)
    assert client.post(f"/certificates/{certificate.id}", data={"reason": "试试"}).status_code == 403


def test_guessing_is_slowed_down(client, certificate, monkeypatch):
    monkeypatch.setattr(limiter, "enabled", True)
    limiter.reset()
    answers = [client.post("/check", data={"number": "1", "name": "张三"}).status_code for _ in range(21)]
    assert answers == [200] * 20 + [429]


# ── keeping and printing ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_holder_the_issuers_clerk_and_the_bureau_see_it_and_nobody_else(app, client, session, enterprise, certificate):
    other = an_enterprise(app, 2, station="000124")
    with transaction() as s:
        holder = account(s, "holder", "欧阳建华", person=certificate.person)
    path = f"/certificates/{certificate.id}"
    for actor, status in ((holder, 200), (enterprise.clerk, 200), (enterprise.reviewer, 200), (other.clerk, 404)):
        sign_in(client, session, actor)
        assert client.get(path).status_code == status
        assert client.get(f"{path}/paper").status_code == status
    assert [event.action for event in audit.history(session, certificate)].count("print") == 3


def test_the_paper_is_the_same_every_time_it_is_printed(client, session, enterprise, certificate):
    sign_in(client, session, enterprise.clerk)
    first, second = (client.get(f"/certificates/{certificate.id}/paper") for _ in range(2))
    assert first.mimetype == "application/pdf"
    assert first.data == second.data


def test_many_are_printed_by_a_job_that_says_how_far_it_is(client, session, enterprise, certificate):
    others = [enterprise.issued(n).certificate for n in (2, 3)]
    sign_in(client, session, enterprise.clerk)
    asked = client.post("/certificates/print", data={"id": [certificate.id, *(it.id for it in others)]})
    assert "已打印" in client.get(asked.location).text
    jobs.sweep(NOW + timedelta(minutes=1))
    session.rollback()
    page = client.get(asked.location)
    assert "3 本已打印好" in page.text
    with zipfile.ZipFile(io.BytesIO(client.get(f"{asked.location}/file").data)) as archive:
        assert len(archive.namelist()) == 3
        assert archive.read(archive.namelist()[0]).startswith(b"%PDF")
    stored = session.execute(sa.text("SELECT content FROM printed_bundle")).scalar_one()
    assert b"PK" not in bytes(stored)[:200]  # sealed: the zip carries ID numbers


def test_what_one_has_printed_nobody_else_can_fetch_and_it_is_kept_a_week_only(client, session, enterprise, certificate):
    sign_in(client, session, enterprise.clerk)
    asked = client.post("/certificates/print", data={"id": [certificate.id]}).location
    jobs.sweep(NOW + timedelta(minutes=1))
    sign_in(client, session, enterprise.reviewer)
    assert client.get(f"{asked}/file").status_code == 404
    sign_in(client, session, enterprise.clerk)
    clock.move_to(NOW + printing.KEPT_FOR + timedelta(hours=1))
    assert client.get(f"{asked}/file").status_code == 404
    assert "请重新打印" in client.get(asked).text
    assert session.scalar(sa.select(sa.func.count()).select_from(PrintedBundle)) == 1


def test_nothing_chosen_and_what_is_not_ones_own_is_not_printed(app, client, session, enterprise, certificate):
    other = an_enterprise(app, 2, station="000124")
    sign_in(client, session, other.clerk)
    assert client.post("/certificates/print", data={"id": [certificate.id]}).status_code == 409
    assert client.post("/certificates/print").status_code == 409


def test_an_award_certificate_is_printed_and_found_by_its_number_with_dashes(app, session, client, enterprise):
    face = commands.award_face(Text("桐庐县电工竞赛", "Tonglu Electricians"), Text("电工", "Electrician"), Text("一等奖", "First prize"))
    with transaction() as s:
        award = commands.issue(
            s,
            kind=AWARD,
            number="JS-2026-001",
            person=enterprise.worker(s, 1),
            issuer="桐庐县人力资源和社会保障局",
            issued_on=date(2026, 3, 2),
            face=face,
            source="skill_result:1/entry:1",
            now=NOW,
        )
        again = commands.issue(
            s,
            kind=AWARD,
            number="JS-2026-002",
            person=award.person,
            issuer="桐庐县人力资源和社会保障局",
            issued_on=date(2026, 3, 2),
            face=face,
            source="skill_result:1/entry:1",
            now=NOW,
        )
    assert again is award
    assert printing.paper_of(award, "http://127.0.0.1:8000", app.config["INSTANCE"]).startswith(b"%PDF")
    page = client.post("/check", data={"number": " js-2026-001 ", "name": award.holder_name})
    assert "这本证书有效" in page.text


def test_a_face_holds_no_id_number(session, enterprise, certificate):
    assert id_number(1) not in str(certificate.face)
    assert certificate.face == commands.grade_face("电工", "", SENIOR)


def test_no_more_are_printed_at_once_than_one_can_wait_for(certificate):
    with pytest.raises(Refused, match="一次最多打印"):
        printing.require_printable([certificate] * (printing.MOST_AT_ONCE + 1))


def test_a_search_finds_only_what_one_may_see(app, session, enterprise, certificate):
    other = an_enterprise(app, 2, station="000124")
    nobody = Actor(999, None, "路人", frozenset({Grant(Role.TEAM_LEADER, enterprise.organisation.id)}))
    for actor, count in ((enterprise.clerk, 1), (other.clerk, 0), (nobody, 0)):
        assert len(session.scalars(queries.certificates(actor, words="欧阳")).all()) == count
