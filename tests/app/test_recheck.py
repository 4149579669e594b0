"""The recheck: drawn from a committed seed, wrong sheets go back, and no name is opened before it is done."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.competitions.marking import commands as marking
from app.competitions.marking import recording
from app.competitions.recheck import commands, views
from app.core import engine
from app.core.errors import Refused
from tests.support.marking import NOW, Workshop
from tests.support.people import sign_in
from workflows.competition.draw import commitment
from workflows.competition.lock_flow import LockFlow
from workflows.competition.recheck import ALL
from workflows.competition.recheck_flow import RecheckFlow
from workflows.competition.sheet_flow import SheetFlow
from workflows.competition.skill_flow import SkillFlow

pytestmark = pytest.mark.either_database


@pytest.fixture
def shop(session):
    shop = Workshop(session, competitors=3, judges=2, needs_recheck=True, recheck_rule={"top_n": 1, "sample_percent": "50"}).start()
    shop.finish(s01=(40, 25, (2, 2)), s02=(40, 20, (2, 2)), s03=(40, 15, (2, 2)))
    shop.tally()
    session.commit()
    return shop


def begun(shop):
    recheck = commands.commit(shop.session, shop.skill, shop.arbiter, NOW)
    engine.fire(shop.session, recheck, RecheckFlow.draw, shop.arbiter, NOW)
    return recheck


def agree(shop, items):
    for item in items:
        commands.find(shop.session, item, shop.arbiter, NOW, aspect_id=None, mark=None, reason="")


def err(shop, recheck, sub, code, mark):
    item = next(item for item in recheck.items if item.sheet.sub_criterion.code == sub)
    commands.find(shop.session, item, shop.arbiter, NOW, aspect_id=shop.aspect(code).id, mark=Decimal(mark), reason="与纸质表不符")
    return item


def test_names_are_not_opened_before_the_recheck_is_done(session, shop):
    with pytest.raises(Refused, match="尚未复核成绩"):
        engine.fire(session, shop.skill, SkillFlow.request_decoding, shop.chief, NOW)
    recheck = begun(shop)
    with pytest.raises(Refused, match="复核尚未完成"):
        engine.fire(session, shop.skill, SkillFlow.request_decoding, shop.chief, NOW)
    agree(shop, recheck.items)
    engine.fire(session, recheck, RecheckFlow.finish, shop.arbiter, NOW)
    engine.fire(session, shop.skill, SkillFlow.request_decoding, shop.chief, NOW)


def test_the_first_and_half_of_the_rest_are_drawn_with_all_their_sheets(session, shop):
    recheck = begun(shop)
    assert commitment(recheck.seed) == recheck.commitment
    assert sorted(item.why for item in recheck.items) == ["sample", "sample", "top", "top"]
    with pytest.raises(Refused, match="还有 4 张"):
        engine.fire(session, recheck, RecheckFlow.finish, shop.arbiter, NOW)


def test_above_the_threshold_everything_is_rechecked_before_anything_goes_back(session, shop):
    recheck = begun(shop)
    wrong = err(shop, recheck, "A1", "A1.2", "12.00")
    agree(shop, [item for item in recheck.items if item is not wrong])
    with pytest.raises(Refused, match="须全部复核"):
        engine.fire(session, recheck, RecheckFlow.send_back, shop.arbiter, NOW)
    engine.fire(session, recheck, RecheckFlow.widen, shop.arbiter, NOW)
    assert len(recheck.items) == 6
    assert {item.why for item in recheck.items[4:]} == {ALL}


def put_right(session, shop, item, value):
    """The chief judge enters what the arbiter found; everything is locked, accepted and tallied again."""
    sheet = item.sheet
    recording.record_marks(session, sheet, shop.chief, [shop.new("A1.2", value, seen=1, reason="复核更正")], NOW)
    session.expire(sheet, ["marks"])
    marking.sign(session, sheet, shop.chief, NOW, digest=sheet.digest)
    engine.fire(session, sheet, SheetFlow.lock, shop.arbiter, NOW)
    shop.accept()
    shop.tally()


def test_a_wrong_sheet_goes_back_is_put_right_by_the_chief_judge_and_confirmed(session, shop):
    shop.skill.recheck_rule = {"top_n": 1, "sample_percent": "100", "threshold_percent": "50"}
    recheck = begun(shop)
    wrong = err(shop, recheck, "A1", "A1.2", "12.00")
    agree(shop, [item for item in recheck.items if item is not wrong])
    engine.fire(session, recheck, RecheckFlow.send_back, shop.arbiter, NOW)
    session.commit()
    unit = next(unit for unit in shop.skill.units if unit.sub_criterion.code == "A1")
    assert (shop.skill.state, wrong.sheet.state, unit.state) == (SkillFlow.marking, SheetFlow.open, LockFlow.open)
    with pytest.raises(Refused, match="汇总后"):
        engine.fire(session, recheck, RecheckFlow.confirm, shop.arbiter, NOW)
    put_right(session, shop, wrong, 12)
    engine.fire(session, recheck, RecheckFlow.confirm, shop.arbiter, NOW)
    (result,) = [result for result in shop.skill.results if result.entry.code == wrong.code]
    assert result.why["aspects"]["A1.2"] == "12.00"
    engine.fire(session, shop.skill, SkillFlow.request_decoding, shop.chief, NOW)


def test_who_rises_among_the_best_by_a_correction_is_rechecked_before_it_is_confirmed(session, shop):
    shop.skill.recheck_rule = {"top_n": 1, "sample_percent": "0", "threshold_percent": "50"}
    recheck = begun(shop)
    wrong = err(shop, recheck, "A1", "A1.2", "12.00")
    agree(shop, [item for item in recheck.items if item is not wrong])
    engine.fire(session, recheck, RecheckFlow.send_back, shop.arbiter, NOW)
    put_right(session, shop, wrong, 12)
    session.expire_all()
    with pytest.raises(Refused, match="02"):
        engine.fire(session, recheck, RecheckFlow.confirm, shop.arbiter, NOW)
    engine.fire(session, recheck, RecheckFlow.extend, shop.arbiter, NOW)
    added = [item for item in recheck.items if item.checked_at is None]
    assert {(item.code, item.why) for item in added} == {("02", "risen")}
    agree(shop, added)
    engine.fire(session, recheck, RecheckFlow.finish, shop.arbiter, NOW)
    engine.fire(session, shop.skill, SkillFlow.request_decoding, shop.chief, NOW)


def test_what_is_wrong_is_named_in_full(session, shop):
    recheck = begun(shop)
    item = recheck.items[0]
    own = item.sheet.sub_criterion.aspects[0]
    for mark, reason in ((None, "不符"), (Decimal(5), " ")):
        with pytest.raises(Refused, match="应得分和理由"):
            commands.find(session, item, shop.arbiter, NOW, aspect_id=own.id, mark=mark, reason=reason)
    with pytest.raises(Refused, match="0 到"):
        commands.find(session, item, shop.arbiter, NOW, aspect_id=own.id, mark=own.max_mark + 1, reason="不符")
    with pytest.raises(Refused, match="监督仲裁办理"):
        commands.find(session, item, shop.chief, NOW, aspect_id=None, mark=None, reason="")


def test_the_arbiter_goes_from_sheet_to_sheet_and_prints_the_report(client, session, shop):
    sign_in(client, shop.arbiter_account)
    path = f"/marking/skills/{shop.skill.id}/recheck"
    assert client.post(path).status_code == 302
    session.rollback()
    session.expire_all()
    (recheck,) = shop.skill.rechecks
    client.post(f"/do/recheck/{recheck.id}/draw", data={"version": recheck.version})
    session.rollback()
    session.expire_all()
    where = f"/marking/rechecks/sheets/{recheck.items[0].id}"
    assert "一致，下一张" in client.get(where).get_data(as_text=True)
    answer = client.post(where, data={"finding": "agrees"})
    assert answer.headers["Location"].endswith(f"/marking/rechecks/sheets/{recheck.items[1].id}")
    here = f"/marking/rechecks/{recheck.id}"
    page = client.get(here).get_data(as_text=True)
    assert recheck.seed in page
    assert f'href="/marking/rechecks/sheets/{recheck.items[1].id}">' in page.split("<table")[0]  # the way on to the next sheet
    left, wrong = (client.get(f"{here}?only={only}").get_data(as_text=True) for only in ("left", "wrong"))
    assert where not in left
    assert f"/marking/rechecks/sheets/{recheck.items[1].id}" in left
    assert "没有这样的评分表" in wrong
    assert client.get(f"/marking/rechecks/{recheck.id}.pdf").data.startswith(b"%PDF")


def test_a_long_recheck_comes_a_page_at_a_time(client, session, shop, monkeypatch):
    monkeypatch.setattr(views, "SHEETS", 3)
    recheck = begun(shop)
    session.commit()
    sign_in(client, shop.arbiter_account)
    pages = [client.get(f"/marking/rechecks/{recheck.id}?page={number}").get_data(as_text=True) for number in (1, 2)]
    listed = [{item.id for item in recheck.items if f'<a href="/marking/rechecks/sheets/{item.id}">' in page} for page in pages]
    assert [len(each) for each in listed] == [3, 1]
    assert not listed[0] & listed[1]


def test_what_was_done_many_times_in_a_row_is_one_line_of_the_history(client, session, shop):
    recheck = begun(shop)
    agree(shop, recheck.items)
    session.commit()
    sign_in(client, shop.arbiter_account)
    history = client.get(f"/marking/rechecks/{recheck.id}").get_data(as_text=True).split('<ol class="timeline">')[1]
    assert history.count("<li>") == 3  # committed, drawn, and all sheets in one line
    assert "共 4 次" in history
