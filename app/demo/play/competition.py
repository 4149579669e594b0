"""The first chapter: a municipal competition is planned and announced, a delegation and one worker enter, the desk checks them in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from app.demo.play.people import Newcomer, newcomers
from app.demo.play.sheets import filled_in, table
from app.demo.play.stage import Stage, number_in, refused
from app.demo.schemes import BENCHMARKS, scheme_of
from app.demo.visitor import Page, Visitor
from workflows.competition.aspects import AspectType
from workflows.competition.scheme import MarkingScheme
from workflows.roles import Role

COMPETITION = "2026年杭州市制笔模具职工职业技能竞赛"
SKILL = "模具钳工"
DELEGATION = 12
PRIZES = (("1", "5000"), ("2", "3000"), ("3", "2000"))  # how many, and the cash each receives; yuan
OFFICIALS = (
    ("chief", Role.CHIEF_JUDGE),
    ("encryption", Role.ENCRYPTION_JUDGE),
    ("seals2", Role.ENCRYPTION_JUDGE),
    ("seals3", Role.ENCRYPTION_JUDGE),
    ("scorer", Role.SCORER),
    ("checkin", Role.CHECK_IN),
    ("arbiter", Role.ARBITER),
)
ENCRYPTION = ("encryption", "seals2", "seals3")
JUDGES = ("judge1", "judge2", "judge3")

OUTLINE = """
A 零件加工
 A1 尺寸精度
  M 外形尺寸60±0.02 20
  M 槽宽20+0.03 20
  M 对称度0.04 20
B 装配与配合
 B1 配合间隙
  M 配合间隙≤0.04（五处） 15
  M 换位配合间隙≤0.04 10
C 外观与素养
 C1 表面与现场
  J 加工纹理与倒角 5
  J 工量具摆放 5
  J 劳保与节约 5
"""
"""The marking scheme, as in `app.demo.schemes`; three lines a form, as many as a new page offers."""

SCHEME: MarkingScheme = scheme_of(SKILL, OUTLINE)


@dataclass
class Contest:
    """What later chapters need to know of the competition."""

    competition: int
    skill: int
    scheme: int
    people: list[Newcomer] = field(default_factory=list)
    entries: dict[str, int] = field(default_factory=dict)  # by name
    present: list[str] = field(default_factory=list)  # who entered alone before the delegation


def hold_registration(stage: Stage) -> Contest:
    """From the plan to the last check-in."""
    stage.chapter("一、竞赛：从计划到检录", "1. The competition: from the plan to the check-in")
    contest = plan(stage)
    appoint(stage, contest)
    approve_and_announce(stage, contest)
    stage.pass_days(1)
    upload_delegation(stage, contest)
    enter_alone(stage, contest)
    accept(stage, contest)
    stage.pass_days(11)
    check_in(stage, contest)
    return contest


# ── the plan ────────────────────────────────────────────────────────────────────────────────────────────────────────


def plan(stage: Stage) -> Contest:
    """The organiser fills in the competition, a marking scheme page by page, and the skill."""
    organiser = stage.visitor("organiser")
    scheme = enter_scheme(stage, organiser)

    def moment(days: int, hour: int) -> str:
        return f"{stage.today + timedelta(days):%Y-%m-%d}T{hour:02}:00"

    page = organiser.submit(
        organiser.get("/competitions/new"),
        {
            "name": COMPETITION,
            "level": "municipal_1",
            "document_no": "杭技竞办〔2026〕8号",
            "hosts": "杭州市人力资源和社会保障局、杭州市总工会",
            "place": "桐庐分水制笔有限公司模具车间",
            "contact": "竞赛办 0571-0000 0001",
            "registration_opens_at": moment(1, 8),
            "registration_closes_at": moment(9, 17),
            "starts_at": moment(12, 8),
            "ends_on": f"{stage.today + timedelta(13):%Y-%m-%d}",
        },
        has="registration_opens_at",
    )
    competition = number_in(page, r"/competitions/(\d+)$")
    organiser.submit(organiser.get(f"/competitions/{competition}/honours"), {"pack": "zhejiang/2016"}, has="pack")
    prizes = {
        f"lines-{line}-{name}": value for line, prize in enumerate(PRIZES) for name, value in zip(("number", "money"), prize, strict=True)
    }
    page = organiser.submit(
        organiser.get(f"/competitions/{competition}/skills/new"),
        {
            "code": "A",
            "name": SKILL,
            "occupation_label": "6-20-01-01",
            "document_level": "3",
            "code_layers": "3",
            "needs_recheck": "y",
            "theory_weight": "30",
            "practice_weight": "70",
            "scheme_id": scheme,
            "unshared_places": "1-3",
            "tie_break-0": "practice",
            "tie_break-1": "module:B",
            "tie_break-2": "theory",
            "prize_kind": "fixed",
            "lines-0-promotes_to": "2",
            **prizes,
        },
        has="practice_weight",
    )
    skill = number_in(page, r"/skills/(\d+)$")
    stage.tell("organiser", "填写竞赛和赛项：奖项 1／2／3 名，奖金 5000／3000／2000 元", "competition and skill planned, prizes 1/2/3")
    return Contest(competition, skill, scheme)


def enter_scheme(stage: Stage, organiser: Visitor) -> int:
    """The marking scheme, criterion by criterion; the workbook it gives is read back and says the same."""
    page = organiser.submit(organiser.get("/schemes/new"), {"name": SKILL}, has="organisation_id")
    scheme = number_in(page, r"/schemes/(\d+)/criteria$")
    lines: dict[str, object] = {}
    for line, criterion in enumerate(SCHEME.criteria):
        lines |= {f"letter-{line}": criterion.letter, f"name-{line}": criterion.name, f"mark-{line}": criterion.max_mark}
    organiser.submit(page, lines, has="letter-0")
    for criterion in SCHEME.criteria:
        for sub in criterion.sub_criteria:
            form: dict[str, object] = {"code": sub.id, "name": sub.name}
            for line, aspect in enumerate(sub.aspects):
                is_judged = aspect.type is AspectType.JUDGEMENT
                form |= {
                    f"description-{line}": aspect.description,
                    f"method-{line}": "judgement" if is_judged else "partial",
                    f"max-{line}": aspect.max_mark,
                } | {f"benchmark-{line}-{score}": words for score, words in enumerate(BENCHMARKS) if is_judged}
            organiser.submit(organiser.get(f"/schemes/{scheme}/{criterion.letter}/new"), form, has="description-0")
    aspects = sum(len(sub.aspects) for criterion in SCHEME.criteria for sub in criterion.sub_criteria)
    book = organiser.get(f"/schemes/{scheme}.xlsx").content
    file = {"file": ("评分方案.xlsx", book)}
    looked = organiser.submit(organiser.get("/schemes/import"), {"name": f"{SKILL}（工作簿）"}, has="file", files=file)
    copied = organiser.submit(looked, {"choice": "keep"}, has="choice")
    kept = number_in(copied, r"/schemes/(\d+)$")
    stage.outcome.compare("the scheme after its workbook was imported", _aspects(organiser, kept), _aspects(organiser, scheme))
    stage.tell("organiser", f"逐页录入评分方案：3 个模块 {aspects} 个评分项共 100.00 分", f"marking scheme of {aspects} aspects entered")
    stage.add("导出 CIS 工作簿再导入，核对无误 · exported as a CIS workbook and imported again")
    return scheme


def _aspects(organiser: Visitor, scheme: int) -> list[list[str]]:
    """What the workbook of a scheme says, but for its title."""
    return table(organiser.get(f"/schemes/{scheme}.xlsx").content)[1:]


def appoint(stage: Stage, contest: Contest) -> None:
    organiser = stage.visitor("organiser")
    path = f"/competitions/{contest.competition}/officials"
    judges = tuple((login, Role.JUDGE) for login in JUDGES)
    for login, role in (*OFFICIALS, *judges):
        page = organiser.get(f"{path}?words={login}")
        chosen = next(value for name, value in page.form("account_id").boxes if name == "account_id")
        skill = contest.skill if role is Role.JUDGE else ""
        organiser.submit(page, {"account_id": chosen, "role": role.key, "skill_id": skill}, has="account_id")
    stage.tell("organiser", "指派裁判长、加密、计分、检录、仲裁和 3 名裁判员", "8 officials appointed, 3 of them judges")


def approve_and_announce(stage: Stage, contest: Contest) -> None:
    organiser, reviewer = stage.visitor("organiser"), stage.visitor("reviewer")
    page = f"/competitions/{contest.competition}"
    organiser.press(organiser.get(page), "submit")
    own = refused(organiser.take, "competition", contest.competition, "approve")
    stage.tell("organiser", "提交立项；自己审批被拒绝", f"handed in; approving it oneself is refused ({own.status})")
    reviewer.press(reviewer.get(page), "approve", "同意立项")
    stage.tell("reviewer", "同意立项", "approved")
    organiser.press(organiser.get(page), "announce")
    stage.tell("organiser", "发布竞赛", "announced")


# ── entries ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def upload_delegation(stage: Stage, contest: Contest) -> None:
    """Twelve competitors from the template; one row is broken first, and then nothing is taken in."""
    leader = stage.visitor("leader")
    organisation = _organisation(leader, contest)
    contest.people = newcomers("competitors", DELEGATION, 0)
    template = leader.get("/entries/template.xlsx").content
    rows = [
        {"姓名": p.name, "身份证号": p.id_number, "手机号": p.phone, "岗位": "模具钳工", "教练（指导教师）": "申屠师傅"}
        for p in contest.people
    ]
    broken = rows[4]["身份证号"]
    rows[4]["身份证号"] = broken[:16] + ("0" if broken[16] != "0" else "1") + broken[17]
    path = f"/skills/{contest.skill}/delegations/{organisation}"

    def look() -> tuple[Page, list[dict[str, str]]]:
        sheet = {"file": ("报名表.xlsx", filled_in(template, rows))}
        page = leader.submit(leader.get(path), {}, has="file", files=sheet)
        return page, [row for row in page.rows if "填的内容" in row]

    _page, problems = look()
    stage.expect("rows refused", len(problems), 1)
    stage.tell(
        "leader",
        f"下载报名表模板，上传 {DELEGATION} 名选手：1 行有问题，一行也没导入",
        "12 competitors uploaded, 1 row broken, none taken in",
    )
    for problem in problems:
        stage.add(f"第 {problem['行']} 行「{problem['列']}」{problem['填的内容']}：{problem['原因']}")
    rows[4]["身份证号"] = broken
    page, problems = look()
    stage.expect("rows refused after the correction", problems, [])
    leader.submit(page, {"choice": "skip"}, has=page.path)
    leader.submit(leader.get(path), {}, has="/submit")
    stage.tell("leader", f"改正后导入并提交 {DELEGATION} 人", f"corrected, imported and handed in: {DELEGATION}")


def _organisation(leader: Visitor, contest: Contest) -> int:
    """The delegation the leader enters for: the first firm that the page of the skill offers them."""
    page = leader.get(f"/skills/{contest.skill}/enter")
    return page.numbers(r"/delegations/(\d+)")[0]


def enter_alone(stage: Stage, contest: Contest) -> None:
    worker = stage.visitor("worker")
    page = worker.submit(worker.get(f"/skills/{contest.skill}/enter"), {"agreed": "y"}, has="agreed")
    number_in(page, r"/entries/(\d+)$")
    stage.tell("worker", "职工个人报名并提交", "a worker enters alone")


def accept(stage: Stage, contest: Contest) -> None:
    organiser = stage.visitor("organiser")
    path = f"/skills/{contest.skill}/entries"
    page = organiser.get(path)
    chosen = [value for name, value in page.form("/entries/accept").boxes if name == "entry"]
    organiser.submit(page, {"entry": chosen, "do": "accept"}, has="/entries/accept")
    page = organiser.get(f"{path}?state=accepted")
    contest.entries = dict(zip([row["选手（队）"] for row in page.rows], page.numbers(r"/entries/(\d+)$"), strict=True))
    stage.outcome.entered = len(contest.entries)
    stage.tell("organiser", f"审核通过 {len(contest.entries)} 人", f"{len(contest.entries)} entries accepted")


def check_in(stage: Stage, contest: Contest) -> None:
    organiser, desk = stage.visitor("organiser"), stage.visitor("checkin")
    organiser.press(organiser.get(f"/competitions/{contest.competition}"), "start")
    absent = contest.people[-1].name
    entered = {person.name for person in contest.people}
    present = sorted((name for name in contest.entries if name != absent), key=lambda name: (name in entered, contest.entries[name]))
    for name in present:
        desk.take("entry", contest.entries[name], "check_in")
    desk.take("entry", contest.entries[absent], "mark_absent")
    contest.present = present
    stage.tell("checkin", f"检录 {len(present)} 人，缺席 1 人（{absent}）", f"{len(present)} checked in, 1 absent")
