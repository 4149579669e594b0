"""Seals: which pictures can stand on paper, who may use one, and that every use is on the record."""

from __future__ import annotations

import base64
import io
import zlib

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from app.certificates import commands as certificates
from app.certificates import printing
from app.certificates.models import AWARD, BOOKLET, PrintedBundle
from app.core import jobs
from app.core.errors import Refused
from app.demo.celebrating import chunk, made_up_seal
from app.seals import commands, png, queries
from app.seals.models import SEAL, SealUse
from tests.support.competitions import NOW, Season, account, organisation, person
from tests.support.marking import small_scheme
from tests.support.people import sign_in
from workflows.roles import Role
from workflows.text import Text

WHOLE = made_up_seal(120)


def picture(colour, pixels):
    """A PNG of 120×120 in one of the format's ways to colour it."""
    header = png.HEADER.pack(120, 120, 8, colour, 0, 0, 0)
    return png.SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


OPAQUE, CLEAR, BOMB = picture(2, b"\1" * (361 * 120)), picture(6, bytes(481 * 120)), picture(6, bytes(10**7))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (WHOLE, None),
        (WHOLE[:-5], png.NOT_A_PNG),
        (WHOLE[:60] + bytes([WHOLE[60] ^ 1]) + WHOLE[61:], png.NOT_A_PNG),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", png.NOT_A_PNG),
        (OPAQUE, png.NO_TRANSPARENCY),
        (CLEAR, png.ALL_CLEAR),
        (BOMB, png.NOT_A_PNG),
        (b"\x89PNG" + bytes(png.MOST_BYTES), png.TOO_LARGE),
    ],
    ids=["a seal", "cut off", "one bit wrong", "another format", "opaque", "all clear", "a bomb", "too large"],
)
def test_only_a_whole_picture_with_a_clear_ground_can_be_a_seal(content, reason):
    assert png.why_not(content) == reason


def test_a_picture_too_small_to_print_is_refused_with_its_size():
    assert "50×50" in png.why_not(made_up_seal(50)).zh


class Office:
    """An organisation with a keeper of its seal, and certificates it issued."""

    def __init__(self, app, session, papers=2):
        self.app, self.session = app, session
        self.organisation = organisation(session, "桐庐县总工会")
        self.keeper_account = account(session, (Role.SEAL_KEEPER, self.organisation.id), (Role.ORGANISER, self.organisation.id))
        self.keeper = self.keeper_account.actor
        self.papers = [self._paper(number) for number in range(1, papers + 1)]

    def _paper(self, number):
        face = certificates.award_face(Text("技能大赛", "Contest"), Text("电工", "Electrician"), Text("一等奖", "First"))
        return certificates.issue(
            self.session,
            kind=AWARD,
            number=f"JS2026-0001-{number:04d}",
            person=person(self.session, f"选手{number}"),
            issuer=self.organisation.name,
            issued_on=NOW.date(),
            face=face,
            source=f"skill_result:7/entry:{number}/person:{number}",
            now=NOW,
            organisation=self.organisation,
        )

    def hand_in(self, actor=None):
        return commands.hand_in(
            self.session,
            self.app.config["INSTANCE"],
            actor or self.keeper,
            self.organisation,
            NOW,
            kind=SEAL,
            title="公章",
            stream=io.BytesIO(WHOLE),
            filename="公章.png",
        )


@pytest.fixture
def office(app, session):
    return Office(app, session)


def test_only_the_keeper_of_that_organisation_hands_in_and_uses_a_seal(session, office):
    other = organisation(session)
    for stranger in (account(session, (Role.ORGANISER, office.organisation.id)), account(session, (Role.SEAL_KEEPER, other.id))):
        with pytest.raises(Refused, match="用印人"):
            office.hand_in(stranger.actor)
    seal = office.hand_in()
    with pytest.raises(Refused, match="用印人"):
        commands.put_on(session, seal, office.papers, account(session, (Role.SEAL_KEEPER, other.id)).actor, NOW, "获奖证书")


def test_every_use_is_kept_with_who_and_what_for_and_cannot_be_changed(session, office):
    seal = office.hand_in()
    with pytest.raises(Refused, match="用途"):
        commands.put_on(session, seal, office.papers, office.keeper, NOW, " ")
    assert commands.put_on(session, seal, office.papers, office.keeper, NOW, "获奖证书") == 2
    assert commands.put_on(session, seal, office.papers, office.keeper, NOW, "获奖证书") == 0
    assert commands.take_off(session, seal, office.papers[:1], office.keeper, NOW, "盖错") == 1
    ids = [paper.id for paper in office.papers]
    assert {id_: len(its) for id_, its in queries.seals_on(session, "certificate", ids).items()} == {ids[0]: 0, ids[1]: 1}
    session.commit()
    with pytest.raises(DBAPIError):
        session.execute(sa.delete(SealUse))


def test_a_withdrawn_seal_is_used_no_more_and_stays_where_it_is(session, office):
    seal = office.hand_in()
    commands.put_on(session, seal, office.papers[:1], office.keeper, NOW, "获奖证书")
    commands.withdraw(session, seal, office.keeper, NOW, "换章")
    with pytest.raises(Refused, match="停用"):
        commands.put_on(session, seal, office.papers[1:], office.keeper, NOW, "获奖证书")
    assert queries.seals_on(session, "certificate", [office.papers[0].id])[office.papers[0].id] == [seal]


def test_all_certificates_of_a_skill_become_one_pdf_and_another_worker_goes_on_where_the_first_stopped(app, session, office, monkeypatch):
    seal = office.hand_in()
    commands.put_on(session, seal, office.papers, office.keeper, NOW, "获奖证书")
    session.commit()
    client = sign_in(app.test_client(), office.keeper_account)
    asked = client.post("/certificates/print", data={"all": "1", "source": "skill_result:7/", "form": BOOKLET})
    job = session.get_one(jobs.Job, int(asked.location.rsplit("/", 1)[1]))
    set_alone = []
    alone = printing.paper.award_certificate

    def dies_at_the_second(award):
        set_alone.append(award.number)
        if len(set_alone) == 2:
            raise RuntimeError("the worker is killed")
        return alone(award)

    monkeypatch.setattr(printing.paper, "award_certificate", dies_at_the_second)
    assert not jobs.run(job.id, job.due_at)
    session.refresh(job)
    assert job.done == 1
    assert jobs.run(job.id, job.due_at)
    assert set_alone == ["JS2026-0001-0001", "JS2026-0001-0002", "JS2026-0001-0002"]
    bundle = session.scalars(sa.select(PrintedBundle)).one()
    content = base64.b64decode(bundle.content)
    assert (bundle.count, content[:5]) == (2, b"%PDF-")
    answer = client.get(f"{asked.location}/file")
    assert (answer.mimetype, answer.data) == ("application/pdf", content)


def test_the_keeper_hands_a_seal_in_and_puts_it_on_the_certificates_found(app, session, office):
    other = account(session, (Role.ORGANISER, office.organisation.id))
    session.commit()
    client = sign_in(app.test_client(), office.keeper_account)
    form = {"organisation": office.organisation.id, "kind": SEAL, "title": "公章", "width": "", "picture": (io.BytesIO(WHOLE), "章.png")}
    assert client.post("/seals", data=form).status_code == 302
    seal = session.scalars(queries.seals(office.keeper)).one()
    assert client.get(f"/seals/{seal.id}.png", buffered=True).data == WHOLE
    assert client.post("/certificates/seal", data={"all": "1", "seal": seal.id, "purpose": "颁奖", "act": "on"}).status_code == 302
    assert "公章" in client.get("/certificates").text
    page = client.get(f"/seals/{seal.id}").text
    assert page.count("颁奖") == 2
    assert client.get(f"/certificates/{office.papers[0].id}/paper").data.startswith(b"%PDF")
    assert sign_in(app.test_client(), other).get("/seals").status_code == 403


def test_the_start_list_bears_what_its_organisers_keeper_put_on_it_and_names_its_days(app, session):
    season = Season(session)
    season.skill.scheme_id = small_scheme(session, season.organisation).id
    season.announce()
    other = organisation(session, "别的单位")
    keeper = account(session, (Role.SEAL_KEEPER, season.organisation.id), (Role.ORGANISER, season.organisation.id))
    stranger = account(session, (Role.SEAL_KEEPER, other.id), (Role.ORGANISER, season.organisation.id))
    seal, foreign = (
        commands.hand_in(
            session, app.config["INSTANCE"], who.actor, place, NOW, kind=SEAL, title="章", stream=io.BytesIO(WHOLE), filename="章.png"
        )
        for who, place in ((keeper, season.organisation), (stranger, other))
    )
    session.commit()
    page, paper = f"/skills/{season.skill.id}/entries", f"/skills/{season.skill.id}/entries/list.pdf"
    client = sign_in(app.test_client(), keeper)
    bare = client.get(paper).data
    assert "第 1 天" in client.get(page).text
    assert client.post(f"{page}/seal", data={"seal": seal.id, "act": "on"}).status_code == 302
    assert len(client.get(paper).data) > len(bare)
    assert sign_in(app.test_client(), stranger).post(f"{page}/seal", data={"seal": foreign.id, "act": "on"}).status_code == 404
    assert client.post(f"{page}/seal", data={"seal": seal.id, "act": "off"}).status_code == 302
    assert client.get(paper).data == bare
    assert season.skill.name in client.get(f"/seals/{seal.id}").text
