"""Lock units: what is missing is said, what is locked stays locked, what was accepted takes two persons to open."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from app.competitions.locks import commands
from app.competitions.models import AcceptanceSignature
from app.core import engine
from app.core.errors import Refused
from app.demo.celebrating import made_up_seal
from app.seals import commands as sealing
from app.seals import queries as seals
from app.seals.models import SEAL
from tests.support.competitions import account, organisation
from tests.support.marking import NOW, Workshop
from tests.support.people import sign_in
from workflows.competition.lock_flow import LockFlow
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role


@pytest.fixture
def shop(session):
    shop = Workshop(session, competitors=2, judges=2).start()
    session.expire(shop.skill, ["units"])
    return shop


def unit(shop, sub):
    return next(unit for unit in shop.skill.units if unit.sub_criterion.code == sub)


def mark_b1(shop):
    for code in ("01", "02"):
        for judge in (1, 2):
            shop.give(code, "B1.1", 2, judge)
        for judge in (1, 2):
            shop.sign(code, "B1", judge)


def test_a_unit_with_something_missing_says_what_and_is_not_locked(session, shop):
    shop.give("01", "B1.1", 2, 1)
    with pytest.raises(Refused, match="01：") as refused:
        engine.fire(session, unit(shop, "B1"), LockFlow.lock, shop.chief, NOW)
    assert "02：" in str(refused.value)


def test_locking_a_unit_locks_its_sheets_and_none_of_them_opens_before_the_unit(session, shop):
    mark_b1(shop)
    engine.fire(session, unit(shop, "B1"), LockFlow.lock, shop.chief, NOW)
    assert {sheet.state for sheet in unit(shop, "B1").sheets} == {SheetFlow.locked}
    with pytest.raises(Refused, match="请先解锁"):
        engine.fire(session, shop.sheet("01", "B1"), SheetFlow.reopen, shop.chief, NOW, "看错")
    engine.fire(session, unit(shop, "B1"), LockFlow.unlock, shop.chief, NOW, "看错")
    engine.fire(session, shop.sheet("01", "B1"), SheetFlow.reopen, shop.chief, NOW, "看错")


def test_it_is_accepted_when_every_judge_of_it_has_signed_and_the_signatures_are_chained(session, shop):
    mark_b1(shop)
    b1 = unit(shop, "B1")
    engine.fire(session, b1, LockFlow.lock, shop.chief, NOW)
    commands.sign(session, b1, shop.judges[0], NOW, digest=b1.digest)
    with pytest.raises(Refused, match="尚未签字：裁判2"):
        engine.fire(session, b1, LockFlow.accept, shop.chief, NOW)
    with pytest.raises(Refused, match="没有评"):
        commands.sign(session, b1, shop.chief, NOW, digest=b1.digest)
    with pytest.raises(Refused, match="已有变化"):
        commands.sign(session, b1, shop.judges[1], NOW, digest="0" * 64)
    commands.sign(session, b1, shop.judges[1], NOW, digest=b1.digest)
    engine.fire(session, b1, LockFlow.accept, shop.chief, NOW)
    assert [signature.previous for signature in b1.signatures] == [commands.FIRST, b1.signatures[0].hash]
    assert commands.chain_is_sound(b1)


def test_what_was_accepted_is_unlocked_by_two_persons(session, shop):
    mark_b1(shop)
    shop.accept()
    b1 = unit(shop, "B1")
    assert b1.is_in(LockFlow.accepted)
    engine.fire(session, b1, LockFlow.request_unlock, shop.chief, NOW, "发现漏记")
    engine.fire(session, b1, LockFlow.approve_unlock, shop.arbiter, NOW)
    assert b1.is_in(LockFlow.open)


def test_nothing_is_tallied_that_several_judges_score_and_have_not_accepted(session, shop):
    for code in ("01", "02"):
        shop.mark_all(code, 40, 25, (2, 2))
        shop.sign(code, "A1")
        for judge in (1, 2):
            shop.sign(code, "B1", judge)
    commands.lock_complete(session, shop.skill, shop.chief, NOW)
    with pytest.raises(Refused, match="成绩尚未确认：A1、B1"):
        engine.fire(session, shop.skill, SkillFlow.tally, shop.scorer, NOW)
    shop.skill.acceptance = "never"
    engine.fire(session, shop.skill, SkillFlow.tally, shop.scorer, NOW)


def test_a_signed_form_on_paper_stands_for_the_signatures(client, session, shop):
    mark_b1(shop)
    b1 = unit(shop, "B1")
    engine.fire(session, b1, LockFlow.lock, shop.chief, NOW)
    session.commit()
    sign_in(client, shop.chief_account)
    assert client.get(f"/marking/units/{b1.id}/acceptance.pdf").data.startswith(b"%PDF")
    sent = {"file": (io.BytesIO(b"%PDF-1.7 signed"), "签字.pdf")}
    assert client.post(f"/marking/units/{b1.id}/paper", data=sent, content_type="multipart/form-data").status_code == 302
    session.rollback()
    session.refresh(b1)
    engine.fire(session, b1, LockFlow.accept, shop.chief, NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(AcceptanceSignature)) == 0


def test_a_judge_signs_on_the_page_what_it_shows(client, session, shop):
    mark_b1(shop)
    b1 = unit(shop, "B1")
    engine.fire(session, b1, LockFlow.lock, shop.chief, NOW)
    session.commit()
    sign_in(client, shop.judge_accounts[0])
    page = client.get(f"/marking/units/{b1.id}").get_data(as_text=True)
    assert b1.digest in page
    client.post(f"/marking/units/{b1.id}/sign", data={"digest": b1.digest})
    assert "您已签字确认" in client.get(f"/marking/units/{b1.id}").get_data(as_text=True)


def test_an_acceptance_form_bears_the_seal_for_what_was_accepted_and_for_nothing_else(app, session, shop):
    mark_b1(shop)
    shop.accept()
    b1, a1 = unit(shop, "B1"), unit(shop, "A1")
    host = shop.skill.competition.organiser
    keeper, stranger = (account(session, (Role.SEAL_KEEPER, place.id)) for place in (host, organisation(session, "别的单位")))
    picture = io.BytesIO(made_up_seal(120))
    seal = sealing.hand_in(
        session, app.config["INSTANCE"], keeper.actor, host, NOW, kind=SEAL, title="主办单位公章", stream=picture, filename="章.png"
    )
    session.commit()
    page, form = f"/marking/skills/{shop.skill.id}/acceptance/seals", f"/marking/units/{b1.id}/acceptance.pdf"
    chief, client = sign_in(app.test_client(), shop.chief_account), sign_in(app.test_client(), keeper)
    bare = chief.get(form).data
    for chosen, reason in (([], "请选择"), ([b1.id, a1.id], "成绩确认后才能用印")):
        answer = client.post(page, data={"unit": chosen, "seal": seal.id, "act": "on"})
        assert (answer.status_code, reason in answer.text) == (409, True)
    assert client.post(page, data={"unit": [b1.id], "seal": seal.id, "act": "on"}).status_code == 302
    assert len(chief.get(form).data) > len(bare)
    shown = client.get(page).text
    assert "主办单位公章" in shown
    assert f"/marking/units/{b1.id}" not in shown  # neither the marks nor the codes are the keeper's to see
    assert client.get(f"/marking/units/{b1.id}").status_code == 403
    assert sign_in(app.test_client(), stranger).get(page).status_code == 404

    session.rollback()
    session.refresh(b1)
    engine.fire(session, b1, LockFlow.request_unlock, shop.chief, NOW, "漏记")
    engine.fire(session, b1, LockFlow.approve_unlock, shop.arbiter, NOW)
    engine.fire(session, shop.sheet("01", "B1"), SheetFlow.reopen, shop.chief, NOW, "漏记")
    shop.give("01", "B1.1", 3, 1, seen=1)
    assert seals.marks_on(session, b1, b1.digest) == {}


def test_a_seal_is_taken_off_an_acceptance_form_again(app, session, shop):
    mark_b1(shop)
    shop.accept()
    b1, host = unit(shop, "B1"), shop.skill.competition.organiser
    keeper = account(session, (Role.SEAL_KEEPER, host.id)).actor
    picture = io.BytesIO(made_up_seal(120))
    seal = sealing.hand_in(session, app.config["INSTANCE"], keeper, host, NOW, kind=SEAL, title="章", stream=picture, filename="章.png")
    assert [commands.use_seal(session, b1, seal, keeper, NOW, is_removed=False) for _ in range(2)] == [1, 0]
    assert seals.marks_on(session, b1, b1.digest) == {SEAL: seal}
    assert commands.use_seal(session, b1, seal, keeper, NOW, is_removed=True) == 1
    assert seals.marks_on(session, b1, b1.digest) == {}
