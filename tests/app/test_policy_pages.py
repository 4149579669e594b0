"""The pages of the rewards as their users meet them: what is shown, what is offered, what is kept from whom."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import g

from app.accounts.models import Account
from app.core import audit, clock
from app.core.db import db, transaction
from app.rewards import queries
from app.rewards.models import Claim
from tests.support.rewards import CARD, TONGLU, Bureau
from workflows.rewards.claim_flow import ClaimFlow
from workflows.rewards.pack_file import read
from workflows.rewards.payment_flow import PaymentBatchFlow
from workflows.rewards.policy import determine
from workflows.roles import Role

pytestmark = pytest.mark.either_database


@pytest.fixture
def bureau(session):
    return Bureau(session)


class Browser:
    """A client signed in as one account; several can be used by turns."""

    def __init__(self, client, account, language):
        self._client = client
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"], cookie["language"] = account.get_id(), True, language

    def get(self, url):
        return self._as_itself(self._client.get, url)

    def post(self, url, **form):
        return self._as_itself(self._client.post, url, **form)

    def _as_itself(self, ask, url, **form):
        for kept in ("viewer", "_login_user"):  # a request within the test's own context would still find the last one
            g.pop(kept, None)
        db.session.rollback()
        return ask(url, **form)


@pytest.fixture
def as_(app, bureau):
    """A browser of the account that an actor is."""
    return lambda actor, language="zh": Browser(app.test_client(), bureau.session.get(Account, actor.account_id), language)


def person_with_account(bureau, name="方文婷", **more):
    person = bureau.person(name, **more)
    with transaction() as s:
        actor = bureau.account(s, f"user{person.id}", person=person)
    return person, actor


def page(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def test_a_person_sees_why_the_amount_and_confirms(bureau, as_):
    person, actor = person_with_account(bureau)
    (claim,) = bureau.claims(bureau.award(person, prize="5000"))
    client = as_(actor)
    assert "竞赛奖金 1:1 配比" in page(client, "/")
    shown = page(client, f"/claims/{claim.id}")
    for words in ("¥5,000.00", "二(二)8", "按 1:1 的配比给予资助", "6222***********5702", "确认申领"):
        assert words in shown
    assert CARD not in shown
    assert f"person:{person.id}" not in shown
    assert client.post(f"/do/claim/{claim.id}/confirm", data={"version": claim.version}).status_code == 302
    bureau.session.refresh(claim)
    assert claim.state is ClaimFlow.submitted


def test_a_claim_of_somebody_else_is_not_there(bureau, as_):
    (claim,) = bureau.claims(bureau.award(bureau.person()))
    _, stranger = person_with_account(bureau, "李四")
    for url in (
        f"/claims/{claim.id}",
        f"/claims/{claim.id}/why",
        f"/claims/{claim.id}/account",
        f"/rewards/achievements/{claim.achievement_id}",
    ):
        page(as_(stranger), url, 404)
    page(as_(stranger), f"/claims/{claim.id}/thread.json", 403)


def test_an_award_that_brings_nothing_says_which_clause_says_so(bureau, as_):
    person, actor = person_with_account(bureau)
    county = bureau.award(person, level="county")
    shown = page(as_(actor), f"/rewards/achievements/{county.id}")
    assert "按现行办法没有可以领取的奖励" in shown
    assert "县级" in shown
    assert "二(二)8" in shown


def test_the_reasons_are_english_for_who_reads_english(bureau, as_):
    person, actor = person_with_account(bureau)
    (claim,) = bureau.claims(bureau.award(person))
    shown = page(as_(actor, "en"), f"/claims/{claim.id}/why")
    assert "1:1 match of prize money" in shown
    assert "For awards" not in shown
    assert "Same person" in shown


def test_making_it_again_shows_the_same_bytes(bureau, as_):
    person, actor = person_with_account(bureau)
    (claim,) = bureau.claims(bureau.award(person))
    shown = page(as_(actor), f"/claims/{claim.id}/why?again=1")
    assert "逐字节相同" in shown
    assert claim.determination.digest in shown


def test_a_wrong_account_comes_back_with_its_reason_and_a_right_one_is_kept(bureau, as_):
    person, actor = person_with_account(bureau, card=None)
    (claim,) = bureau.claims(bureau.award(person))
    client = as_(actor)
    assert client.post(f"/claims/{claim.id}/account", data={"bank_name": "", "account": ""}).status_code == 422
    assert client.post(f"/claims/{claim.id}/account", data={"bank_name": "农商", "account": CARD[:-1] + "3"}).status_code == 409
    assert client.post(f"/claims/{claim.id}/account", data={"bank_name": "农商", "account": CARD}).status_code == 302
    bureau.session.refresh(claim)
    assert claim.bank_account == CARD


def application(**changes):
    return {
        "competition": "全国行业赛",
        "skill": "焊接",
        "level": "provincial",
        "award": "second",
        "prize_received": "3,000",
        "awarded_on": "2026-02-01",
        "organiser_kind": "government",
        "represents_county": "true",
        "proofs": (io.BytesIO(b"%PDF-1.7 proof"), "证书.pdf"),
    } | changes


def apply(client, bureau, **changes):
    return client.post("/claims/new/competition_award", data=application(**changes), content_type="multipart/form-data")


@pytest.fixture
def in_season(app, bureau):
    """The clock of the pages stands where the bureau's does."""
    clock.move_to(bureau.now)


def test_an_award_won_elsewhere_is_applied_for_corrected_and_submitted(bureau, as_, in_season):
    _, actor = person_with_account(bureau)
    client = as_(actor)
    page(client, "/claims/new")
    page(client, "/claims/new/competition_award")
    answer = apply(client, bureau)
    (claim,) = bureau.claims()
    assert answer.location.endswith(f"/claims/{claim.id}")
    assert (claim.state, str(claim.amount), claim.proofs[0].file.name) == (ClaimFlow.draft, "3000.00", "证书.pdf")
    page(client, f"/claims/{claim.id}/correct")
    kept = {name: value for name, value in application().items() if name != "proofs"}
    assert client.post(f"/claims/{claim.id}/correct", data=kept | {"prize_received": "2500", "reason": "税前金额写错"}).status_code == 302
    bureau.session.refresh(claim)
    assert claim.amount == Decimal(2500)
    with client.get(f"/claims/{claim.id}/proofs/{claim.proofs[0].id}") as file:
        assert file.data == b"%PDF-1.7 proof"


@pytest.mark.parametrize(
    ("changes", "said"), [({"prize_received": "很多"}, "请填写金额"), ({"level": ""}, "竞赛级别"), ({"proofs": ""}, "请上传证明材料")]
)
def test_what_is_missing_in_an_application_is_said_beside_its_field(bureau, as_, in_season, changes, said):
    _, actor = person_with_account(bureau)
    answer = apply(as_(actor), bureau, **changes)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert bureau.claims() == []


def test_an_application_that_brings_nothing_leads_to_the_reasons(bureau, as_, in_season):
    _, actor = person_with_account(bureau)
    answer = apply(as_(actor), bureau, level="county")
    assert "/rewards/achievements/" in answer.location
    assert "县级" in page(as_(actor), answer.location)


def test_the_clerk_confirms_many_at_once_and_the_reviewer_reviews_them(bureau, as_):
    enterprise = bureau.enterprise()
    for name in ("甲一", "乙二"):
        bureau.certificate(bureau.person(name), enterprise)
    with transaction() as s:
        clerk = bureau.account(s, "clerk", Role.CLERK, on_id=enterprise.id)
    ids = [claim.id for claim in bureau.claims()]
    assert "确认申领" in page(as_(clerk), "/claims/?state=proposed")
    assert as_(clerk).post("/claims/bulk/confirm", data={"claim": ids}).status_code == 302
    shown = as_(bureau.approver).post("/claims/bulk/review", data={"claim": ids}).get_data(as_text=True)
    assert "人社经办" in shown
    assert as_(bureau.reviewer).post("/claims/bulk/review", data={"claim": ids}).status_code == 302
    bureau.session.expire_all()
    assert {claim.state for claim in bureau.claims()} == {ClaimFlow.reviewed}


def test_claims_go_before_the_public_together(bureau, as_):
    people = [bureau.person(name) for name in ("方文婷", "欧阳明")]
    claims = [bureau.claims(bureau.award(person))[0] for person in people]
    for claim in claims:
        bureau.take(claim, ClaimFlow.confirm, bureau.applicant(claim))
        bureau.take(claim, ClaimFlow.review, bureau.reviewer)
        bureau.take(claim, ClaimFlow.second_review, bureau.approver)
    client = as_(bureau.reviewer)
    assert "欧阳明" in page(client, "/claims/publicity")
    data = {"title": "奖励公示", "days": 5, "contact": "县人社局 0571-64220000", "claim": [claim.id for claim in claims]}
    assert client.post("/claims/publicity", data=data).status_code == 302
    bureau.session.expire_all()
    assert {claim.state for claim in claims} == {ClaimFlow.publicity}
    assert [row[1] for row in claims[0].notice.rows] == ["方*婷", "欧*明"]


def test_finance_collects_exports_and_books(bureau, as_, in_season):
    claim = bureau.approved(bureau.claims(bureau.award(bureau.person()))[0])
    client = as_(bureau.finance)
    assert "6222***********5702" in page(client, "/payments/")
    batch_url = client.post("/payments/collect", data={"claim": [claim.id]}).location
    assert "伍仟元整" in page(client, batch_url)
    batch = bureau.session.scalar(queries.batches(bureau.finance))
    bureau.take(batch, PaymentBatchFlow.prepare, bureau.finance)
    bureau.take(batch, PaymentBatchFlow.approve, bureau.second_finance)
    first, second = (client.post(f"{batch_url}/bank-list").data for _ in range(2))
    bureau.session.refresh(batch)
    assert first == second
    assert hashlib.sha256(first).hexdigest() == batch.bank_list_hash
    bureau.take(batch, PaymentBatchFlow.send, bureau.finance)
    answer = bureau.result_file(batch)
    tried, booked = (
        client.post(f"{batch_url}/results", data=more | {"file": (io.BytesIO(answer), "r.xlsx")}, content_type="multipart/form-data")
        for more in ({}, {"book": "1"})
    )
    assert "尚未入账" in tried.get_data(as_text=True)
    assert booked.status_code == 302
    bureau.session.expire_all()
    assert claim.state is ClaimFlow.paid
    assert client.get(f"{batch_url}/list.pdf").data.startswith(b"%PDF-")
    assert "¥5,000.00" in page(as_(bureau.auditor), "/")


def test_a_look_at_a_full_account_needs_a_reason_and_is_recorded(bureau, as_):
    (claim,) = bureau.claims(bureau.award(bureau.person()))
    client = as_(bureau.auditor)
    assert client.post(f"/claims/{claim.id}/account/look", data={"reason": " "}).status_code == 409
    assert CARD in client.post(f"/claims/{claim.id}/account/look", data={"reason": "核对退票"}).get_data(as_text=True)
    last = audit.history(bureau.session, claim)[-1]
    assert (last.action, last.comment, last.account_id) == ("look", "核对退票", bureau.auditor.account_id)


def test_the_evidence_recomputes_to_the_same_amounts_and_names_no_number(bureau, as_):
    claim = bureau.approved(bureau.claims(bureau.award(bureau.person()))[0])
    batch = bureau.sent(claim)
    bureau.book(batch, bureau.result_file(batch))
    answer = as_(bureau.auditor).get("/rewards/evidence.json")
    evidence = answer.get_json()
    packs = {policy["digest"]: read(policy["text"].encode(), policy["pack"]) for policy in evidence["policies"]}
    for thread in evidence["claims"]:
        kept = next(d for d in thread["determinations"] if d["sha256"] == thread["determination"])
        again = determine(packs[kept["policy"]], json.loads(kept["record"])["facts"], date.fromisoformat(kept["on"]))
        assert dict(again.granted)[thread["rule"]] == Decimal(thread["amount"])
    assert evidence["claims"][0]["payment"]["amount"] == "5000.00"
    assert CARD not in answer.get_data(as_text=True)
    assert page(as_(bureau.auditor), f"/claims/{claim.id}/thread.json")


def test_the_administrator_sees_rules_open_questions_and_cases(bureau, as_):
    client = as_(bureau.administrator)
    assert TONGLU in page(client, "/rewards/policies")
    shown = page(client, f"/rewards/policies/{TONGLU}")
    for words in ("世界技能大赛获奖选手奖励", "只有荣誉、没有奖金的奖项如何配比？", "无基数，不配比", "相符", "已启用"):
        assert words in shown
    assert "不符<" not in shown
    page(as_(bureau.administrator, "en"), f"/rewards/policies/{TONGLU}")


def test_the_same_text_is_not_switched_on_twice_and_only_by_the_administrator(bureau, as_):
    assert as_(bureau.administrator).post(f"/rewards/policies/{TONGLU}/activate").status_code == 409
    assert as_(bureau.reviewer).post(f"/rewards/policies/{TONGLU}/activate").status_code == 403


def test_search_finds_a_claim_by_its_payee(bureau, as_):
    (claim,) = bureau.claims(bureau.award(bureau.person("上官云")))
    assert f"/claims/{claim.id}" in page(as_(bureau.reviewer), "/search?q=上官云")
    _, stranger = person_with_account(bureau, "李四")
    assert f"/claims/{claim.id}" not in page(as_(stranger), "/search?q=上官云")
    assert bureau.session.scalar(sa.select(sa.func.count()).select_from(Claim)) == 1
