"""The last chapter: what was won and recognised becomes claims by itself, is confirmed, reviewed, publicised and paid, once."""

from __future__ import annotations

import re
from decimal import Decimal

from app.demo.play.people import newcomers
from app.demo.play.results import Winner
from app.demo.play.sheets import rows_under, workbook
from app.demo.play.stage import Disagreement, Stage, number_in, refused, yuan
from app.demo.visitor import Page

PACK = "tonglu/2021-7"
PASSWORD = "a season in the county"  # of accounts that live as long as the demonstration
NOBODYS_CARD = newcomers("nobody", 1, 300)[0].card  # valid in form; the bank will not find it
WRONG_CARD_REASON = "收款账户不存在"


def switch_on_policy(stage: Stage) -> None:
    """The administrator reads the policy with its open questions and switches it on."""
    stage.chapter("序、办法：启用奖励政策", "Prologue. The policy is switched on")
    admin = stage.visitor("admin")
    page = admin.get(f"/rewards/policies/{PACK}")
    cases = re.search(r"案例：(\d+) / (\d+) 相符", page.words)
    if cases is None:
        raise Disagreement("the page of the policy does not say how its cases come out")
    stage.outcome.compare("cases of the policy", cases[1], cases[2])
    admin.submit(page, {}, has="/activate")
    stage.settle()
    stage.tell("admin", f"启用桐人社发〔2021〕7号，{cases[2]} 个案例全部相符", f"policy switched on; its {cases[2]} cases come out")


def reward(stage: Stage, winners: list[Winner]) -> None:
    """From the proposed claims to the last yuan."""
    stage.chapter("五、奖补：免申即享、审核、公示、发放", "5. The rewards: proposed, reviewed, publicised, paid")
    register_winners(stage, winners)
    logins = confirm_all(stage, winners)
    review(stage)
    first = pay(stage, bounce=True)
    correct_account(stage, logins)
    second = pay(stage, bounce=False)
    stage.outcome.paid, stage.outcome.paid_yuan = first[0] + second[0], first[1] + second[1]


# ── claims ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def register_winners(stage: Stage, winners: list[Winner]) -> None:
    """The administrator makes an account for each winner who has none, and links it with the person."""
    admin, made = stage.visitor("admin"), 0
    for number, winner in enumerate(_without_account(stage, winners), start=1):
        login = f"winner{number}"
        page = admin.submit(admin.get("/accounts/new"), {"login": login, "name": winner.name}, has="login")
        initial = re.search(r'data-copy="([^"]+)"', page.text)
        if initial is None:
            raise Disagreement("the page of the new account shows no initial password")
        person = admin.submit(admin.get("/people"), {"words": winner.name}, has="words").numbers(r"/people/(\d+)$")[0]
        admin.submit(admin.get(f"/people/{person}"), {"login": login}, has="/account")
        stage.knows(login, winner.name, initial[1])
        newcomer = stage.visitor(login)
        page = newcomer.get("/account/password")
        newcomer.submit(page, {"present": initial[1], "password": PASSWORD, "again": PASSWORD}, has="again")
        made += 1
    stage.tell("admin", f"为 {made} 名获奖选手建立账号并关联档案，本人改掉初始密码", f"{made} accounts for winners")


def _without_account(stage: Stage, winners: list[Winner]) -> list[Winner]:
    own = stage.visitor("worker").get("/me").words
    return [winner for winner in winners if winner.name not in own]


def confirm_all(stage: Stage, winners: list[Winner]) -> dict[str, str]:
    """Everybody looks at what is proposed for them and says yes; logins by name."""
    cards = {person.name: person.card for person in newcomers("competitors", 12, 0)}
    others = {winner.name: f"winner{number}" for number, winner in enumerate(_without_account(stage, winners), start=1)}
    logins = {winner.name: others.get(winner.name, "worker") for winner in winners}
    for winner in winners:
        person = stage.visitor(logins[winner.name])
        claim = person.get("/claims/?state=proposed").numbers(r"/claims/(\d+)$")[0]
        if winner.name in others:
            no = refused(person.take, "claim", claim, "confirm")
            page = person.get(f"/claims/{claim}/account")
            card = NOBODYS_CARD if winner is winners[-1] else cards[winner.name]
            person.submit(page, {"bank_name": "桐庐农商银行分水支行", "account": card}, has="account")
            stage.outcome.compare("a claim without an account", no.status, 409)
        page = person.get(f"/claims/{claim}")
        person.press(page, "confirm")
        stage.tell(logins[winner.name], f"确认申领 1:1 配比 {yuan(winner.prize)} 元", f"{winner.award}: claim confirmed")
    clerk = stage.visitor("clerk")
    proposed = clerk.get("/claims/?state=proposed")
    claims = _boxes(proposed)
    clerk.post("/claims/bulk/confirm", [("claim", claim) for claim in claims])
    stage.tell("clerk", f"一次确认 {len(claims)} 项证书补贴", f"{len(claims)} certificate subsidies confirmed at once")
    stage.outcome.claims = len(winners) + len(claims)
    return logins


def _boxes(page: Page) -> list[str]:
    return [value for name, value in page.form("claim").boxes if name == "claim"]


def review(stage: Stage) -> None:
    """Two people, then the public."""
    reviewer, approver = stage.visitor("reviewer"), stage.visitor("approver")
    for visitor, state, step, words in (
        (reviewer, "submitted", "review", "初审通过 · passed the review"),
        (approver, "reviewed", "second_review", "复审通过 · passed the second review"),
    ):
        claims = _boxes(visitor.get(f"/claims/?state={state}"))
        visitor.post(f"/claims/bulk/{step}", [*(("claim", claim) for claim in claims), ("comment", "材料齐全，属实")])
        zh, _dot, en = words.partition(" · ")
        stage.tell(visitor.name, f"{len(claims)} 项{zh}", f"{len(claims)} {en}")
    page = reviewer.get("/claims/publicity")
    reviewer.submit(page, {"contact": "就业促进科 0571-0000 0003"}, has="contact")
    stage.tell("reviewer", f"公示 {len(_boxes(page))} 项", f"{len(_boxes(page))} claims before the public")
    stage.pass_days(9)


# ── money ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def pay(stage: Stage, *, bounce: bool) -> tuple[int, Decimal]:
    """One batch: collected by one, approved by another, sent, answered by the bank; how many were paid, and how much."""
    one, other = stage.visitor("finance"), stage.visitor("finance2")
    page = one.submit(one.get("/payments/"), {}, has="/collect")
    batch = number_in(page, r"/payments/(\d+)$")
    one.press(page, "prepare")
    no = refused(one.take, "payment_batch", batch, "approve")
    other.press(other.get(page.path), "approve")
    stage.tell("finance2", f"第 {batch} 批复核通过（编制人自己复核被拒绝，{no.status}）", f"batch {batch} approved by a second person")
    listed = one.submit(one.get(page.path), {}, has="/bank-list").content
    lines = rows_under(listed, "收款账号")
    one.press(one.get(page.path), "send")
    amounts = [Decimal(line["金额"]) for line in lines]
    total = yuan(sum(amounts, Decimal(0)))
    stage.tell("finance", f"导出银行清单 {len(lines)} 笔 {total} 元，送银行", f"bank list of {len(lines)} lines sent")
    answers = [_answer(line, is_bounced=line["收款账号"] == NOBODYS_CARD, on=f"{stage.today:%Y-%m-%d}") for line in lines]
    book = workbook(answers[0], answers)
    file = {"file": ("回执.xlsx", book)}
    one.submit(one.get(page.path), {}, has="file", files=file)
    one.submit(one.get(page.path), {"book": "1"}, has="file", files=file)
    one.press(one.get(page.path), "settle")
    paid = [amount for amount, answer in zip(amounts, answers, strict=True) if answer["结果"] == "成功"]
    bounced = len(lines) - len(paid)
    stage.expect("bounced payments", bounced, int(bounce))
    stage.tell(
        "finance",
        f"登记回执：到账 {len(paid)} 笔，退票 {bounced} 笔，结清",
        f"{len(paid)} paid, {bounced} bounced",
    )
    return len(paid), sum(paid, Decimal(0))


def _answer(line: dict[str, str], *, is_bounced: bool, on: str) -> dict[str, str]:
    """A line of the bank's result file, as the bank would write it."""
    return {
        "序号": line["序号"],
        "收款账号": line["收款账号"],
        "金额": line["金额"],
        "结果": "退票" if is_bounced else "成功",
        "退票原因": WRONG_CARD_REASON if is_bounced else "",
        "银行流水号": f"{on.replace('-', '')}{int(line['序号']):06d}",
        "入账日期": "" if is_bounced else on,
    }


def correct_account(stage: Stage, logins: dict[str, str]) -> None:
    """Whose payment bounced gives another account, and finance tries again."""
    finance = stage.visitor("finance")
    page = finance.get("/claims/?state=bounced")
    claim = page.numbers(r"/claims/(\d+)$")[0]
    name = next(row["姓名或单位"] for row in page.rows if "姓名或单位" in row)
    card = next(person.card for person in newcomers("competitors", 12, 0) if person.name == name)
    payee = stage.visitor(logins[name])
    no = refused(finance.take, "claim", claim, "retry")
    payee.submit(payee.get(f"/claims/{claim}/account"), {"bank_name": "桐庐农商银行分水支行", "account": card}, has="account")
    stage.tell(logins[name], f"更正收款账户（更正前重新发放被拒绝，{no.status}）", "the account is corrected")
    finance.press(finance.get(f"/claims/{claim}"), "retry")
    stage.tell("finance", f"{name}一项重新列入待发放", "to be paid again")
