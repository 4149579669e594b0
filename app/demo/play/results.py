"""The third chapter: decoded, put before the public, objected to, final; awards on paper that anybody can check."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.demo.play.competition import Contest
from app.demo.play.stage import Stage, padded, refused
from app.demo.visitor import Page
from workflows.competition import codes

OBJECTION_REASON = "第二名选手的配合间隙我认为量得不准，请核查测量记录和量具校准。"
ANSWER = "经复核评分表与量具记录，三名裁判签字一致，成绩无误"


@dataclass(frozen=True)
class Winner:
    """A line of the results that brings an award."""

    name: str
    award: str
    prize: Decimal


def decide(stage: Stage, contest: Contest) -> list[Winner]:
    """From the coded tally to the archive; who won."""
    stage.chapter("三、成绩：解密、公示、异议、定榜", "3. The results: decoded, public, objected to, final")
    winners = publish(stage, contest)
    object_and_answer(stage, contest)
    organiser = stage.visitor("organiser")
    page = organiser.press(organiser.get(f"/competitions/{contest.competition}"), "conclude")
    organiser.press(page, "archive")
    stage.tell("organiser", "竞赛结束并归档", "concluded and archived")
    check_papers(stage, winners)
    return winners


def publish(stage: Stage, contest: Contest) -> list[Winner]:
    path = f"/skills/{contest.skill}/results"
    organiser = stage.visitor("organiser")
    own = refused(stage.visitor("scorer").take, "skill", contest.skill, "decode")
    recheck(stage, contest)
    decode(stage, contest)
    stage.tell("arbiter", f"逐层打开并解密（计分裁判解密被拒绝，{own.status}）", "opened layer by layer and decoded; the scorer may not")
    page = organiser.submit(organiser.get(path), {"names": "masked"}, has="names")
    organiser.press(page, "publish")
    rows = [row for row in page.rows if "名次" in row]
    winners = [Winner(row["姓名（队名）"], row["奖项"], _yuan_in(row["奖金"])) for row in rows if row["奖项"] != "—"]
    stage.outcome.ranked, stage.outcome.awarded = len(rows), len(winners)
    stage.outcome.prize_money = sum((winner.prize for winner in winners), Decimal(0))
    stage.tell("organiser", f"公示 {len(rows)} 人成绩，{len(winners)} 人获奖", f"{len(rows)} results public, {len(winners)} awards")
    for row in rows[: len(winners)]:
        stage.add(f"{row['名次']:>2}  {padded(row['姓名（队名）'], 10)} {row['总成绩']}  {row['奖项']}  {row['奖金']}  ({row['名次依据']})")
    public = stage.public.get(f"/results/{contest.skill}")
    shown = [row["姓名（队名）"] for row in rows if row["姓名（队名）"] in public.words]
    stage.outcome.compare("names in full on the public list", shown, [])
    return winners


def recheck(stage: Stage, contest: Contest) -> None:
    """The arbiter rechecks the best and a sample drawn by lot; no decoding before that."""
    arbiter = stage.visitor("arbiter")
    path = f"/marking/skills/{contest.skill}/recheck"
    early = refused(stage.visitor("chief").take, "skill", contest.skill, "request_decoding")
    page = arbiter.submit(arbiter.get(path), {}, has="request_id")
    page = arbiter.press(page, "draw")
    recheck_path, items = page.path, page.numbers(r"/marking/rechecks/sheets/(\d+)$")
    for id_ in items:
        arbiter.post(f"/marking/rechecks/sheets/{id_}", [("finding", "agrees")])
    arbiter.press(arbiter.get(recheck_path), "finish")
    stage.tell(
        "arbiter",
        f"抽取并复核 {len(items)} 张评分表，全部一致（此前提请解密被拒绝，{early.status}）",
        f"{len(items)} sheets rechecked, all agree; no decoding before that",
    )


def decode(stage: Stage, contest: Contest) -> None:
    """The chief judge asks for it, the arbiter opens the layers from the outside in; anybody can draw again afterwards."""
    chief, arbiter = stage.visitor("chief"), stage.visitor("arbiter")
    path = f"/skills/{contest.skill}/decoding"
    early = refused(arbiter.take, "skill", contest.skill, "decode")
    stage.tell("chief", f"提请解密（此前监督仲裁解密被拒绝，{early.status}）", "asks for the decoding; nobody can decode alone")
    chief.press(chief.get(path), "request_decoding")
    for _layer in codes.layers(codes.MOST_LAYERS):
        arbiter.press(arbiter.get(path), "open")
    arbiter.press(arbiter.get(path), "decode")
    again = [stage.public.get(f"/skills/{contest.skill}/draw/{kind.key}").words for kind in codes.layers(codes.MOST_LAYERS)]
    stage.outcome.compare("every layer drawn again from its seed", all("全部一致" in words for words in again), True)


def _yuan_in(shown: str) -> Decimal:
    return Decimal(shown.lstrip("¥ ").replace(",", ""))


def object_and_answer(stage: Stage, contest: Contest) -> None:
    """Somebody objects; the results are held past the end of the period until the objection is decided."""
    organiser, reviewer, visitor = stage.visitor("organiser"), stage.visitor("reviewer"), stage.public
    notice = organiser.get(f"/skills/{contest.skill}/results").numbers(r"/notices/(\d+)$")[0]
    form = visitor.get(f"/notices/{notice}/object")
    receipt = visitor.submit(form, {"name": "周先生", "contact": "zhou@example.com", "reason": OBJECTION_REASON}, has="reason")
    stage.tell("公众", "提出异议，得到回执号", "an objection is filed; its receipt leads back to it")
    stage.pass_days(8)
    stage.expect("the state while an objection is open", state_of(stage, contest), "publicity")
    stage.add("公示期已满，因异议暂缓 · the period is over, the results are held")
    objection = reviewer.get("/objections").numbers(r"/objections/(\d+)$")[0]
    page = reviewer.press(reviewer.get(f"/objections/{objection}"), "accept")
    reviewer.press(page, "reject", ANSWER)
    answered = visitor.get(receipt.url)
    stage.outcome.compare("the answer to the objection", ANSWER in answered.words, True)
    stage.tell("reviewer", "受理、核查，认定异议不成立，答复可凭回执号查到", "examined and rejected, the answer can be read by its receipt")
    stage.settle()
    stage.expect("the state after the objection", state_of(stage, contest), "final")
    stage.tell("到时自动", "成绩确定，奖项成为可申领的成果", "the results stand; awards become achievements")


def state_of(stage: Stage, contest: Contest) -> str:
    return str(stage.visitor("organiser").call("GET", f"/api/skill/{contest.skill}")["state"]["name"])


def check_papers(stage: Stage, winners: list[Winner]) -> None:
    """Each winner's certificate, checked by number and name as anybody may."""
    page = stage.visitor("reviewer").get("/certificates?kind=award")
    papers = papers_of(page)
    stage.outcome.award_certificates = len(papers)
    stage.outcome.compare("award certificates by name", sorted(papers.values()), sorted(winner.name for winner in winners))
    valid = check_in_public(stage, papers)
    stage.tell("公众", f"{valid} 本获奖证书在查验页逐本核对有效", f"{valid} award certificates found valid on the public page")


def papers_of(page: Page) -> dict[str, str]:
    """Number and holder of each certificate on a page."""
    return {row["证书编号"]: row["姓名"] for row in page.rows if "证书编号" in row}


def check_in_public(stage: Stage, papers: dict[str, str]) -> int:
    """How many of *papers* the public page calls valid, asked by number and name; it must be all of them."""
    valid = 0
    for number, name in papers.items():
        page = stage.public.submit(stage.public.get("/check"), {"number": number, "name": name}, has="number")
        valid += stage.outcome.compare(f"certificate {number}", "这本证书有效" in page.words, True)
    return valid
