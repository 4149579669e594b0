"""The fourth chapter: an enterprise files its programme and recognises its own people from one spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.demo.play.people import Newcomer, newcomers
from app.demo.play.results import check_in_public, papers_of
from app.demo.play.sheets import filled_in
from app.demo.play.stage import Stage, number_in, refused
from app.demo.proof import document
from workflows.recognition import direct

ASSESSORS = ("assessor1", "assessor2", "assessor3")
COVERED = {"6-31-01-03": ("5", "4", "3"), "6-20-01-01": ("5", "4", "3", "2")}
ARRANGEMENTS = "设评审委员会；理论、实操与业绩结合；考评员与内部督导分设；试题由企业题库与行业题库抽取。"


@dataclass(frozen=True)
class Case:
    """A row of the enterprise's list."""

    ground: str
    occupation: str
    level: str


CASES = (
    Case("A", "6-31-01-03", "五级/初级工"),
    Case("A", "6-31-01-03", "四级/中级工"),
    Case("A", "6-20-01-01", "五级/初级工"),
    Case("B", "6-20-01-01", "三级/高级工"),
    Case("B", "6-31-01-03", "三级/高级工"),
    Case("B", "6-20-01-01", "二级/技师"),
    Case("A", "6-20-01-01", "四级/中级工"),  # the panel says no
    Case("B", "6-31-01-03", "二级/技师"),  # outside the programme
)
SAYS_NO = 6
OUTSIDE = 7


def recognise(stage: Stage) -> None:
    """From the programme to the certificates."""
    stage.chapter("四、认定：企业备案、导入、评审、发证", "4. Recognition: programme, spreadsheet, panel, certificates")
    programme = file_programme(stage)
    give_account(stage)
    people = newcomers("hydro", len(CASES), 100)
    drafts = take_in(stage, programme, people)
    submit(stage, programme, people, drafts)
    decide(stage, people)
    issue(stage, programme)


def file_programme(stage: Stage) -> int:
    clerk, reviewer = stage.visitor("clerk"), stage.visitor("reviewer")
    page = clerk.submit(clerk.get("/recognition/programmes"), {}, has="organisation")
    programme = number_in(page, r"/programmes/(\d+)$")
    clerk.submit(page, {"arrangements": ARRANGEMENTS}, has="arrangements")
    for occupation, levels in COVERED.items():
        page = clerk.submit(clerk.get(page.path), {"occupation": occupation, "levels": list(levels)}, has="levels")
    clerk.press(page, "submit")
    stage.tell("clerk", f"填报评价备案：{len(COVERED)} 个职业，提交", f"programme filed: {len(COVERED)} occupations")
    page = reviewer.get(page.path)
    no = refused(reviewer.take, "programme", programme, "accept")
    page = reviewer.submit(page, {"agency": "0000", "province": "33", "station": "000327"}, has="station")
    reviewer.press(page, "accept", "同意备案")
    stage.tell("reviewer", f"未赋站点码时备案被拒绝（{no.status}）；赋码后同意备案", "accepted, once its station has a code")
    return programme


def give_account(stage: Stage) -> None:
    """The enterprise's own page: where subsidies are to be paid."""
    clerk = stage.visitor("clerk")
    mine = clerk.get("/organisations?words=富春江水电设备").numbers(r"/organisations/(\d+)$")[0]
    page = clerk.get(f"/organisations/{mine}/edit")
    card = newcomers("hydro", 1, 100)[0].card
    clerk.submit(page, {"bank_name": "桐庐农商银行富春江支行", "bank_account": card}, has="bank_account")
    stage.tell("clerk", "登记本单位收款账户", "the enterprise's account is registered")


def take_in(stage: Stage, programme: int, people: list[Newcomer]) -> list[int]:
    """The template, filled in; each row has its verdict before anything is taken in.  The drafts' ids, in the order of the list."""
    clerk = stage.visitor("clerk")
    template = clerk.get("/recognition/directs/template.xlsx").content
    rows = [
        {
            "姓名": person.name,
            "身份证号": person.id_number,
            "认定依据": case.ground,
            "职业": case.occupation,
            "认定等级": case.level,
            "入职日期": f"{stage.today - timedelta(days=90):%Y-%m-%d}" if case.ground == "A" else "2012-07-01",
            "一线职工": "是",
            "业绩摘要": "近三年生产业绩突出，解决现场工艺问题多项，质量考核全部合格。",
        }
        for person, case in zip(people, CASES, strict=True)
    ]
    page = clerk.get(f"/recognition/programmes/{programme}/directs/import")
    looked = clerk.submit(page, {}, has="file", files={"file": ("直接认定名单.xlsx", filled_in(template, rows))})
    verdicts = [row for row in looked.rows if "结论" in row]
    held = [row for row in verdicts if "不能导入" in row["结论"]]
    stage.expect("rows of the list that cannot be taken in", [row["姓名"] for row in held], [people[OUTSIDE].name])
    stage.tell(
        "clerk",
        f"导入直接认定名单 {len(verdicts)} 行，{len(held)} 行不能导入",
        f"{len(verdicts)} rows, {len(held)} cannot be taken in",
    )
    for row in held:
        stage.add(f"第 {row['行']} 行 {row['姓名']}：{row['结论']}")
    page = clerk.submit(looked, {"leave_bad_rows": "y"}, has="leave_bad_rows")
    found = dict(zip([row["姓名"] for row in page.rows if "姓名" in row], page.numbers(r"/directs/(\d+)$"), strict=True))
    return [found[person.name] for person in people[:OUTSIDE]]


def submit(stage: Stage, programme: int, people: list[Newcomer], drafts: list[int]) -> None:
    """Each draft gets the proofs its ground asks for, then all go to the panel."""
    clerk, sent = stage.visitor("clerk"), 0
    for id_, case in zip(drafts, CASES, strict=False):
        page = clerk.get(f"/recognition/directs/{id_}")
        for evidence in direct.GROUNDS[case.ground].required:
            file = (f"{evidence.title.zh}.pdf", document(evidence.title.zh))
            page = clerk.submit(page, {"kind": evidence.key}, has="kind", files={"files": file})
            sent += 1
    clerk.submit(clerk.get("/recognition/directs"), {}, has=f"/programmes/{programme}/directs/submit")
    stage.tell("clerk", f"上传 {sent} 份证明材料，{len(drafts)} 人提交评审", f"{sent} proofs attached, {len(drafts)} handed in")


def decide(stage: Stage, people: list[Newcomer]) -> None:
    refused_name, votes = people[SAYS_NO].name, 0
    for login in ASSESSORS:
        assessor = stage.visitor(login)
        page = assessor.get("/recognition/panel")
        for id_ in page.numbers(r"/directs/(\d+)#votes$"):
            case = assessor.get(f"/recognition/directs/{id_}")
            is_against = refused_name in case.words and login != ASSESSORS[0]
            reason = "业绩证明与认定等级要求尚有差距" if is_against else "业绩真实，技能达到该等级要求"
            assessor.submit(case, {"in_favour": "no" if is_against else "yes", "reason": reason}, has="in_favour")
            votes += 1
    first = stage.visitor(ASSESSORS[0])
    page = first.get("/recognition/panel")
    passed = 0
    for id_, row in zip(page.numbers(r"/directs/(\d+)#votes$"), [row for row in page.rows if "姓名" in row], strict=True):
        if row["姓名"] == refused_name:
            first.take("direct_recognition", id_, "reject", "多数评委认为业绩证明不足")
        else:
            first.take("direct_recognition", id_, "decide")
            passed += 1
    stage.tell(ASSESSORS[0], f"3 名考评员表决 {votes} 票：{passed} 人通过，1 人不通过", f"{votes} votes: {passed} passed, 1 not")


def issue(stage: Stage, programme: int) -> None:
    clerk = stage.visitor("clerk")
    clerk.submit(clerk.get("/recognition/directs"), {"contact": "人力资源部 0571-0000 0002"}, has=f"/programmes/{programme}/publicity")
    stage.tell("clerk", "列入公示", "before the public")
    stage.pass_days(9)
    papers = papers_of(clerk.get("/certificates?kind=grade"))
    stage.outcome.recognised = len(papers)
    valid = check_in_public(stage, papers)
    stage.tell(
        "到时自动",
        f"公示期满，发证 {len(papers)} 本，{valid} 本查验有效",
        f"{len(papers)} certificates issued, {valid} found valid",
    )
