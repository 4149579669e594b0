"""The codes: committed before, repeatable after, and in between each layer known to whoever drew it, and to nobody else."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.competitions.draw import commands, queries
from app.competitions.entries import queries as entered
from app.competitions.models import CodeLayer, Entry, Skill
from app.core import audit, engine
from app.core.actor import NOBODY
from app.core.errors import Refused
from app.core.secrets import current_ring
from tests.support.competitions import AFTER, DURING, Season, account, organisation
from tests.support.people import sign_in
from workflows.competition.code_flow import CodeLayerFlow
from workflows.competition.codes import Layer
from workflows.competition.draw import commitment, draw
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role

NAMES = ("欧阳一鸣", "诸葛小妹", "司马相如", "上官婉儿")


class Drum:
    """A skill with four competitors at the desk, registration over."""

    def __init__(self, session: Session) -> None:
        self.season = Season(session, seat_prefix="D")
        self.season.announce()
        self.skill = self.season.skill
        self.entries = [self.season.checked_in(name) for name in NAMES]
        self.firm = organisation(session, "富春江精密机械")
        for entry in self.entries:
            entry.members[0].person.employer = self.firm
            entry.organisation, entry.coach = self.firm, "独孤教练"
        self.drawer = self.season.appoint(Role.ENCRYPTION_JUDGE)
        self.arbiter = self.season.appoint(Role.ARBITER)
        session.commit()
        self.session = session

    def draw(self) -> None:
        commands.commit(self.session, self.skill, Layer.SEAT, self.drawer.actor, DURING)
        engine.fire(self.session, self.skill, SkillFlow.draw, self.drawer.actor, AFTER)
        engine.fire(self.session, self.seats, CodeLayerFlow.seal, self.arbiter.actor, AFTER)
        self.session.commit()

    @property
    def seats(self) -> CodeLayer:
        return layer_of(self.skill, Layer.SEAT)

    def decode(self) -> None:
        """As if everything had been marked, tallied and opened."""
        self.skill._state, self.seats._state = SkillFlow.decoded.name, CodeLayerFlow.opened.name
        self.session.commit()


def layer_of(skill: Skill, kind: Layer) -> CodeLayer:
    found = skill.layer(kind)
    assert found is not None
    return found


@pytest.fixture
def drum(session: Session) -> Drum:
    return Drum(session)


def test_nothing_is_drawn_before_the_commitment_is_published(session: Session, drum: Drum) -> None:
    with pytest.raises(Refused, match="承诺值"):
        engine.fire(session, drum.skill, SkillFlow.draw, drum.drawer.actor, AFTER)


def test_nothing_is_drawn_while_registration_runs_or_somebody_is_not_checked(session: Session, drum: Drum) -> None:
    commands.commit(session, drum.skill, Layer.SEAT, drum.drawer.actor, DURING)
    with pytest.raises(Refused, match="报名尚未截止"):
        engine.fire(session, drum.skill, SkillFlow.draw, drum.drawer.actor, DURING)
    drum.season.accepted("迟到者")
    with pytest.raises(Refused, match="还有 1 个参赛单元未检录"):
        engine.fire(session, drum.skill, SkillFlow.draw, drum.drawer.actor, AFTER)


def test_a_published_commitment_binds(session: Session, drum: Drum) -> None:
    commands.commit(session, drum.skill, Layer.SEAT, drum.drawer.actor, DURING)
    with pytest.raises(Refused, match="不能更换"):
        commands.commit(session, drum.skill, Layer.SEAT, drum.drawer.actor, DURING)
    with pytest.raises(Refused, match="加密裁判"):
        commands.commit(session, drum.skill, Layer.SEAT, drum.season.organiser, DURING)
    with pytest.raises(Refused, match="本赛项不用作品号"):
        commands.commit(session, drum.skill, Layer.WORK, drum.season.appoint(Role.ENCRYPTION_JUDGE).actor, DURING)


def test_only_whoever_committed_draws(session: Session, drum: Drum) -> None:
    commands.commit(session, drum.skill, Layer.SEAT, drum.drawer.actor, DURING)
    with pytest.raises(Refused, match="赛位由公布承诺值的加密裁判抽签"):
        engine.fire(session, drum.skill, SkillFlow.draw, drum.season.appoint(Role.ENCRYPTION_JUDGE).actor, AFTER)


def test_anyone_with_the_seed_draws_the_same_seats(session: Session, drum: Drum) -> None:
    drum.draw()
    assert commitment(drum.seats.seed) == drum.seats.commitment
    seats = {entry.number or "": entry.seat_code for entry in session.scalars(sa.select(Entry))}
    assert seats == draw(list(seats), drum.seats.seed, prefix="D") == dict(drum.seats.mapping)
    assert sorted(seats.values()) == ["D01", "D02", "D03", "D04"]  # type: ignore[type-var]
    assert drum.skill.all_seated
    assert drum.seats.draws_again


def test_neither_seed_nor_any_code_can_be_read_in_the_database(session: Session, drum: Drum) -> None:
    drum.draw()
    seed, seat = drum.seats.seed, drum.entries[0].seat_code or ""
    stored = session.execute(sa.text("SELECT sealed_seed, sealed_mapping FROM code_layer")).one()
    stored = [*stored, *session.scalars(sa.text("SELECT seat_code FROM entry"))]
    assert not [known for known in stored if seed.encode() in bytes(known) or seat.encode() in bytes(known)]


def test_a_code_changed_behind_the_office_s_back_is_found_before_the_layer_opens(session: Session, drum: Drum) -> None:
    drum.draw()
    drum.skill._state = SkillFlow.decoding.name
    (first, code), *others = drum.seats.mapping
    drum.seats.sealed_mapping = current_ring().seal(
        "code_layer.seat.mapping", json.dumps([(others[0][0], code), (first, others[0][1]), *others[1:]])
    )
    with pytest.raises(Refused, match="与封存的对照表不一致"):
        engine.fire(session, drum.seats, CodeLayerFlow.open, drum.arbiter.actor, AFTER)


def test_a_layer_is_its_drawer_s_alone_until_the_decoding_and_then_everybody_s(session: Session, drum: Drum) -> None:
    drum.draw()
    judge = drum.season.appoint(Role.JUDGE).actor
    other = drum.season.appoint(Role.ENCRYPTION_JUDGE).actor
    everybody = (drum.drawer.actor, drum.arbiter.actor, other, drum.season.organiser, judge, NOBODY)
    assert [queries.may_read(actor, drum.seats) for actor in everybody] == [True, False, False, False, False, False]
    drum.decode()
    assert all(queries.may_read(actor, drum.seats) for actor in everybody)


class Tower(Drum):
    """The same four competitors in a skill with three layers, each with its encryption judge."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.skill.code_layers = 3
        self.drawers = [self.drawer, *(self.season.appoint(Role.ENCRYPTION_JUDGE) for _ in range(2))]
        session.commit()

    def draw(self) -> None:
        for kind, drawer in zip(Layer, self.drawers, strict=True):
            commands.commit(self.session, self.skill, kind, drawer.actor, DURING)
        self.session.expire(self.skill, ["layers"])
        for kind, drawer in zip(Layer, self.drawers, strict=True):
            subject, step = (self.skill, SkillFlow.draw) if kind is Layer.SEAT else (layer_of(self.skill, kind), CodeLayerFlow.draw)
            engine.fire(self.session, subject, step, drawer.actor, AFTER)
            engine.fire(self.session, layer_of(self.skill, kind), CodeLayerFlow.seal, self.arbiter.actor, AFTER)
        self.session.commit()


@pytest.fixture
def tower(session: Session) -> Tower:
    return Tower(session)


def test_each_layer_is_drawn_from_the_codes_of_the_one_beneath_and_judges_are_shown_the_outermost(session: Session, tower: Tower) -> None:
    tower.draw()
    start, seat, work = (dict(layer_of(tower.skill, kind).mapping) for kind in Layer)
    assert set(seat) == set(start.values())
    assert set(work) == set(seat.values())
    assert {entry.code for entry in tower.entries} == {"Z01", "Z02", "Z03", "Z04"}
    assert all(entry.code == work[seat[start[entry.number or ""]]] for entry in tower.entries)


def test_nobody_holds_two_layers(session: Session, tower: Tower) -> None:
    commands.commit(session, tower.skill, Layer.START, tower.drawer.actor, DURING)
    with pytest.raises(Refused, match="您已负责参赛编号"):
        commands.commit(session, tower.skill, Layer.WORK, tower.drawer.actor, DURING)


def test_seats_are_drawn_only_over_sealed_start_codes(session: Session, tower: Tower) -> None:
    for kind, drawer in zip(Layer, tower.drawers, strict=True):
        commands.commit(session, tower.skill, kind, drawer.actor, DURING)
    session.expire(tower.skill, ["layers"])
    with pytest.raises(Refused, match="参赛编号尚未抽签封存"):
        engine.fire(session, tower.skill, SkillFlow.draw, tower.drawers[1].actor, AFTER)


def test_who_comes_late_is_drawn_in_and_nobody_s_code_changes(client: FlaskClient, session: Session, tower: Tower) -> None:
    """Absent at first, checked in when the start codes were drawn and sealed already."""
    season, skill, drawer = tower.season, tower.skill, tower.drawers[0].actor
    for kind, judge in zip(Layer, tower.drawers, strict=True):
        commands.commit(session, skill, kind, judge.actor, DURING)
    session.expire(skill, ["layers"])
    start, late = layer_of(skill, Layer.START), [season.accepted(name)[0] for name in ("迟到者", "再迟者")]
    desk = season.appoint(Role.CHECK_IN).actor
    for entry in late:
        engine.fire(session, entry, EntryFlow.mark_absent, desk, AFTER)
    engine.fire(session, start, CodeLayerFlow.draw, drawer, AFTER)
    engine.fire(session, start, CodeLayerFlow.seal, tower.arbiter.actor, AFTER)
    given = dict(start.mapping)
    with pytest.raises(Refused, match="已检录的都有参赛编号"):
        engine.fire(session, start, CodeLayerFlow.draw_late, drawer, AFTER)
    for entry in late:
        engine.fire(session, entry, EntryFlow.undo_absence, desk, AFTER, "到场")
        with pytest.raises(Refused, match="未检录也未登记缺席"):
            engine.fire(session, start, CodeLayerFlow.draw_late, drawer, AFTER)
        engine.fire(session, entry, EntryFlow.check_in, desk, AFTER)
    with pytest.raises(Refused, match="2 个后到的参赛单元没有参赛编号"):
        engine.fire(session, skill, SkillFlow.draw, tower.drawers[1].actor, AFTER)
    with pytest.raises(Refused, match="由公布承诺值的加密裁判"):
        engine.fire(session, start, CodeLayerFlow.draw_late, tower.drawers[1].actor, AFTER)
    session.commit()
    sign_in(client, tower.drawers[0])
    assert "为后到者补抽" in client.get(f"/skills/{skill.id}/draw").text

    engine.fire(session, start, CodeLayerFlow.draw_late, drawer, AFTER)
    assert given.items() <= dict(start.mapping).items()
    assert {dict(start.mapping)[entry.number or ""] for entry in late} == {"K05", "K06"}
    assert (start.rounds, start.draws_again, start.is_in(CodeLayerFlow.drawn), start.sealed_at) == ([4, 2], True, True, None)
    with pytest.raises(Refused, match="参赛编号尚未抽签封存"):
        engine.fire(session, skill, SkillFlow.draw, tower.drawers[1].actor, AFTER)
    engine.fire(session, start, CodeLayerFlow.seal, tower.arbiter.actor, AFTER)
    engine.fire(session, skill, SkillFlow.draw, tower.drawers[1].actor, AFTER)
    seats = layer_of(skill, Layer.SEAT)
    assert set(dict(seats.mapping)) == set(dict(start.mapping).values())
    with pytest.raises(Refused, match="不再检录"):
        engine.fire(session, start, CodeLayerFlow.draw_late, drawer, AFTER)
    session.commit()
    assert "# rounds 4 2" in client.get(f"/skills/{skill.id}/draw/start/codes.txt").text
    assert "4 + 2" in client.get(f"/skills/{skill.id}/draw/start").text


def test_the_drawer_of_a_layer_reads_no_other_and_looking_is_recorded(client: FlaskClient, session: Session, tower: Tower) -> None:
    tower.draw()
    path = f"/skills/{tower.skill.id}/draw"
    for place, drawer in enumerate(tower.drawers):
        sign_in(client, drawer)
        answers = [client.get(f"{path}/{kind.key}/codes.txt").status_code for kind in Layer]
        assert answers == [200 if kind is list(Layer)[place] else 404 for kind in Layer]
    looks = [event for kind in Layer for event in audit.history(session, layer_of(tower.skill, kind)) if event.action == "read_mapping"]
    assert [event.account_id for event in looks] == [drawer.id for drawer in tower.drawers]


def test_layers_open_from_the_outside_in_when_the_chief_judge_has_asked(session: Session, tower: Tower) -> None:
    tower.draw()
    arbiter, chief = tower.arbiter.actor, tower.season.appoint(Role.CHIEF_JUDGE).actor
    work = layer_of(tower.skill, Layer.WORK)
    with pytest.raises(Refused, match="尚未提请解密"):
        engine.fire(session, work, CodeLayerFlow.open, arbiter, AFTER)
    tower.skill._state = SkillFlow.provisional.name
    engine.fire(session, tower.skill, SkillFlow.request_decoding, chief, AFTER)
    with pytest.raises(Refused, match="先打开作品号"):
        engine.fire(session, layer_of(tower.skill, Layer.SEAT), CodeLayerFlow.open, arbiter, AFTER)
    with pytest.raises(Refused, match="尚未逐层打开"):
        engine.fire(session, tower.skill, SkillFlow.decode, arbiter, AFTER)
    for kind in reversed(Layer):
        engine.fire(session, layer_of(tower.skill, kind), CodeLayerFlow.open, arbiter, AFTER)
    engine.fire(session, tower.skill, SkillFlow.decode, arbiter, AFTER)
    assert tower.skill.decoding["layers"] == ["work", "seat", "start"]
    assert (tower.skill.decoding["chief"], tower.skill.decoding["arbiter"]) == (chief.name, arbiter.name)


def test_one_person_cannot_ask_for_the_decoding_and_decode(session: Session, drum: Drum) -> None:
    drum.draw()
    both = account(session, (Role.CHIEF_JUDGE, drum.season.competition.id), (Role.ARBITER, drum.season.competition.id)).actor
    drum.skill._state = SkillFlow.provisional.name
    engine.fire(session, drum.skill, SkillFlow.request_decoding, both, AFTER)
    engine.fire(session, drum.seats, CodeLayerFlow.open, both, AFTER)
    with pytest.raises(Refused, match="提请解密"):
        engine.fire(session, drum.skill, SkillFlow.decode, both, AFTER)


def test_before_the_decoding_nobody_but_the_competitor_sees_name_and_seat_together(session: Session, drum: Drum) -> None:
    drum.draw()
    competitor = session.scalars(sa.select(Account).where(Account.person_id == drum.entries[0].members[0].person_id)).one()
    both = {
        name: (line.seat != "", NAMES[0] == line.title)
        for name, actor in {
            "organiser": drum.season.organiser,
            "drawer": drum.drawer.actor,
            "witness": drum.arbiter.actor,
            "reviewer": drum.season.reviewer,
            "competitor": competitor.actor,
            "judge": drum.season.appoint(Role.JUDGE).actor,
        }.items()
        for line in [entered.line(actor, drum.entries[0])]
    }
    assert both == {
        "organiser": (False, True),
        "drawer": (False, True),
        "witness": (False, True),
        "reviewer": (False, True),
        "competitor": (True, True),
        "judge": (False, False),
    }


def test_after_the_decoding_judges_see_who_it_was(session: Session, drum: Drum) -> None:
    drum.draw()
    drum.decode()
    judge = drum.season.appoint(Role.JUDGE).actor
    assert {entered.line(judge, e).title for e in session.scalars(entered.entries(judge)).unique()} == set(NAMES)


def test_the_draw_page_tells_a_stranger_how_to_draw_again(client: FlaskClient, session: Session, drum: Drum) -> None:
    drum.draw()
    path = f"/skills/{drum.skill.id}/draw"
    page = client.get(path).get_data(as_text=True)
    assert drum.seats.commitment in page
    assert client.get(f"{path}/seat").status_code == client.get(f"{path}/seat/codes.txt").status_code == 404
    drum.decode()
    page = client.get(f"{path}/seat").get_data(as_text=True)
    assert drum.seats.seed in page
    assert "全部一致" in page
    text = client.get(f"{path}/seat/codes.txt").get_data(as_text=True)
    seed = re.search(r"# seed (\w+)", text)
    lots = dict(line.split("\t") for line in text.splitlines() if line.startswith("A"))
    assert seed is not None
    assert draw(list(lots), seed[1], prefix="D") == lots


def test_the_sealed_list_is_printed_for_the_drawer_only(client: FlaskClient, session: Session, drum: Drum) -> None:
    drum.draw()
    path = f"/skills/{drum.skill.id}/draw/seat/sealed.pdf"
    other = drum.season.appoint(Role.ENCRYPTION_JUDGE)
    session.commit()
    for who, status in ((drum.drawer, 200), (other, 404), (drum.arbiter, 403), (drum.season.organiser_account, 403)):
        sign_in(client, who)
        assert client.get(path).status_code == status


def test_the_draw_is_committed_and_taken_on_the_page(client: FlaskClient, session: Session, drum: Drum) -> None:
    sign_in(client, drum.drawer)
    path = f"/skills/{drum.skill.id}/draw"
    assert "公布承诺值" in client.get(path).get_data(as_text=True)
    client.post(f"{path}/seat/commit")
    session.rollback()
    session.refresh(drum.skill, ["layers"])
    assert drum.seats.commitment in client.get(path).get_data(as_text=True)


def test_the_record_of_the_decoding_is_printed_when_it_is_done(client: FlaskClient, session: Session, drum: Drum) -> None:
    drum.draw()
    drum.skill._state = SkillFlow.provisional.name
    chief = drum.season.appoint(Role.CHIEF_JUDGE)
    engine.fire(session, drum.skill, SkillFlow.request_decoding, chief.actor, AFTER)
    session.commit()
    path = f"/skills/{drum.skill.id}/decoding"
    sign_in(client, drum.arbiter)
    client.post(path, data={"present": "加密裁判 封某"})
    assert client.get(f"{path}.pdf").status_code == 404
    session.rollback()
    session.refresh(drum.skill)
    engine.fire(session, drum.seats, CodeLayerFlow.open, drum.arbiter.actor, AFTER)
    engine.fire(session, drum.skill, SkillFlow.decode, drum.arbiter.actor, AFTER)
    session.commit()
    assert client.get(f"{path}.pdf").data.startswith(b"%PDF")
    assert drum.skill.decoding["present"] == "加密裁判 封某"


def test_nobody_withdraws_or_is_checked_in_after_the_draw(session: Session, drum: Drum) -> None:
    drum.draw()
    entry = drum.entries[0]
    with pytest.raises(Refused, match="已抽签"):
        engine.fire(session, entry, EntryFlow.undo_check_in, drum.season.appoint(Role.CHECK_IN).actor, AFTER, "错了")
