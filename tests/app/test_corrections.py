"""Corrections: by two persons, counted at once, never hidden, and recomputed by the script that stands alone."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest

from app.competitions.corrections import commands, queries
from app.competitions.corrections.commands import Proposal
from app.competitions.results.evidence import bundle
from app.core import engine
from app.core.errors import Refused
from tests.support.marking import NOW, Workshop
from tests.support.people import sign_in
from tools import recompute
from workflows.competition.correction_flow import CorrectionFlow
from workflows.competition.entry_flow import EntryFlow

pytestmark = pytest.mark.either_database

PENALTY = Proposal("penalty", "01", "", Decimal("2.50"), "未按规程断电操作")


@pytest.fixture
def shop(session):
    shop = Workshop(session, competitors=2).start()
    shop.finish(s01=(40, 25, (2, 2, 3)), s02=(40, 20, (2, 2, 2)))
    shop.tally()
    session.commit()
    return shop


def totals(shop):
    shop.session.expire(shop.skill, ["results"])
    return {result.entry.code: result.total for result in shop.skill.results}


def test_an_approved_correction_changes_the_results_at_once_and_shows_both_totals(session, shop):
    before = totals(shop)
    correction = commands.propose(session, shop.skill, shop.scorer, PENALTY, NOW)
    assert totals(shop) == before
    engine.fire(session, correction, CorrectionFlow.approve, shop.arbiter, NOW)
    assert totals(shop) == {**before, "01": before["01"] - Decimal("2.50")}
    (result,) = [result for result in shop.skill.results if result.entry.code == "01"]
    assert result.why["calculated"] == {"total": str(before["01"])}


def test_nobody_approves_their_own_correction(session, shop):
    correction = commands.propose(session, shop.skill, shop.chief, PENALTY, NOW)
    with pytest.raises(Refused, match="另一人批准"):
        engine.fire(session, correction, CorrectionFlow.approve, shop.chief, NOW)


def test_full_marks_are_for_everybody_and_a_revoked_correction_counts_no_longer(session, shop):
    before = totals(shop)
    correction = commands.propose(session, shop.skill, shop.chief, Proposal("full_marks", "", "A1.2", None, "停电十分钟"), NOW)
    engine.fire(session, correction, CorrectionFlow.approve, shop.arbiter, NOW)
    assert {code: total - before[code] for code, total in totals(shop).items()} == {"01": Decimal(5), "02": Decimal(10)}
    with pytest.raises(Refused, match="批准更正"):
        engine.fire(session, correction, CorrectionFlow.revoke, shop.arbiter, NOW, "已补考")
    assert [one.kind for one in queries.counting(session, shop.skill.id)[None]] == ["full_marks"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (Proposal("penalty", "99", "", Decimal(1), "违规"), "没有编码「99」"),
        (Proposal("transcription", "01", "Z9.9", Decimal(1), "抄错"), "没有评分项「Z9.9」"),
        (Proposal("transcription", "01", "A1.2", Decimal(31), "抄错"), "0 到 30"),
        (Proposal("full_marks", "01", "A1.2", None, "停电"), "不填编码"),
        (Proposal("penalty", "01", "", Decimal(1), "  "), "须写明理由"),
    ],
)
def test_what_is_wrong_with_a_proposal_is_said(session, shop, said, reason):
    with pytest.raises(Refused, match=reason):
        commands.propose(session, shop.skill, shop.chief, said, NOW)


def test_the_stand_alone_script_finds_the_corrected_results(session, shop, tmp_path):
    rewritten = Proposal("transcription", "02", "A1.2", Decimal("12.50"), "抄错")
    for said in (PENALTY, rewritten, Proposal("full_marks", "", "A1.1", None, "停电")):
        correction = commands.propose(session, shop.skill, shop.chief, said, NOW)
        engine.fire(session, correction, CorrectionFlow.approve, shop.arbiter, NOW)
    path = tmp_path / "evidence.zip"
    path.write_bytes(bundle(session, shop.skill))
    assert recompute.main([str(path)]) == 0


def test_a_correction_is_proposed_and_approved_on_its_page_and_its_evidence_has_a_name_of_ours(client, session, shop):
    path = f"/marking/skills/{shop.skill.id}/corrections"
    sign_in(client, shop.chief_account)
    sent = {"kind": "penalty", "code": "01", "value": "2.5", "reason": "违规", "file": (io.BytesIO(b"%PDF-1.7 x"), "张三违规.pdf")}
    assert client.post(path, data=sent, content_type="multipart/form-data").status_code == 302
    sign_in(client, shop.arbiter_account)
    page = client.get(path).get_data(as_text=True)
    assert "违规扣分 · 01" in page
    session.rollback()
    (correction,) = queries.of_skill(session, shop.skill)
    with client.get(f"/marking/corrections/{correction.id}/evidence") as answer:
        assert "evidence.pdf" in answer.headers["Content-Disposition"]
    client.post(f"/do/correction/{correction.id}/approve", data={"version": correction.version})
    session.rollback()
    assert correction.is_in(CorrectionFlow.approved)


def test_the_sheet_shows_what_was_corrected_on_it(client, session, shop):
    said = Proposal("transcription", "01", "A1.2", Decimal("12.50"), "抄错一位")
    engine.fire(session, commands.propose(session, shop.skill, shop.chief, said, NOW), CorrectionFlow.approve, shop.arbiter, NOW)
    session.commit()
    sign_in(client, shop.chief_account)
    assert "抄错一位" in client.get(f"/marking/sheets/{shop.sheet('01', 'A1').id}").get_data(as_text=True)


def test_a_value_that_is_no_number_is_refused(client, shop):
    sign_in(client, shop.chief_account)
    answer = client.post(
        f"/marking/skills/{shop.skill.id}/corrections", data={"kind": "penalty", "code": "01", "value": "两分", "reason": "违规"}
    )
    assert answer.status_code == 409
    assert "两分" in answer.get_data(as_text=True)


def test_the_chief_judge_takes_a_code_out_of_the_race_before_anybody_knows_who_it_is(app, session, shop):
    client = sign_in(app.test_client(), shop.chief_account)
    page = f"/marking/skills/{shop.skill.id}/corrections"
    assert client.post(f"/marking/skills/{shop.skill.id}/disqualified", data={"code": "02", "comment": ""}).status_code == 409
    assert client.post(f"/marking/skills/{shop.skill.id}/disqualified", data={"code": "9", "comment": "替考"}).status_code == 409
    assert client.post(f"/marking/skills/{shop.skill.id}/disqualified", data={"code": "02", "comment": "替考"}).status_code == 302
    told = client.get(page).text
    assert "已取消资格：02" in told
    assert "选手名" not in told
    assert client.post(f"/marking/skills/{shop.skill.id}/disqualified", data={"code": "02", "comment": "再次"}).status_code == 409
    session.expire_all()
    assert [entry.is_in(EntryFlow.disqualified) for entry in shop.entries] == [False, True]
    shop.decode()
    assert list(totals(shop)) == ["01"]
