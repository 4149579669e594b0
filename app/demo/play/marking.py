"""The second chapter: the draw, the judges' sheets, the theory paper, the tally.

The judges see codes.  What lies on a bench was made by somebody all the same: the story knows who stands behind a code from the
encryption judges, and the work is as good as whoever made it.
"""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from app.demo.cast import SEED
from app.demo.play.competition import ENCRYPTION, JUDGES, SCHEME, Contest
from app.demo.play.sheets import rows_under, workbook
from app.demo.play.stage import Disagreement, Stage, refused
from app.demo.visitor import Page, Visitor
from workflows.competition import codes
from workflows.competition.aspects import AspectType

TENTH = Decimal("0.1")
HALF = Decimal("0.5")
ASPECTS = {
    f"{sub.id}.{position}": aspect
    for criterion in SCHEME.criteria
    for sub in criterion.sub_criteria
    for position, aspect in enumerate(sub.aspects, start=1)
}
JUDGED = next(code for code, aspect in ASPECTS.items() if aspect.type is AspectType.JUDGEMENT)


@dataclass(frozen=True)
class Work:
    """What one competitor made and wrote, and what there is to see of it."""

    name: str
    talent: float

    def _chance(self, of: str) -> random.Random:
        return random.Random(f"{SEED}/{self.name}/{of}")  # alike on every machine, not secret

    def measured(self, code: str) -> Decimal:
        """What the gauge says, in steps of a tenth."""
        share = min(1.0, max(0.0, self._chance(code).gauss(self.talent, 0.08)))
        return (ASPECTS[code].max_mark * Decimal(repr(share))).quantize(TENTH, ROUND_DOWN)

    def judged(self, code: str, judge: str) -> int:
        """A judge's score; judges differ by one at most."""
        seen = round(self._chance(code).gauss(self.talent * 3, 0.3))
        strict = self._chance(f"{code}/{judge}").random() < 0.2
        return min(3, max(0, seen - strict))

    @property
    def theory(self) -> Decimal:
        points = min(100.0, max(40.0, self._chance("theory").gauss(60 + 35 * self.talent, 4)))
        return (Decimal(repr(points)) / HALF).quantize(Decimal(1), ROUND_DOWN) * HALF


@dataclass(frozen=True)
class Place:
    """Where one value of a sheet goes, as the page has it."""

    code: str
    aspect: int
    seat: int
    seen: int


def mark_all(stage: Stage, contest: Contest) -> None:
    """From the commitment to the tally."""
    stage.chapter("二、评分：从抽签到汇总", "2. Marking: from the draw to the tally")
    works = draw(stage, contest)
    chief = stage.visitor("chief")
    chief.press(chief.get(f"/skills/{contest.skill}"), "start_marking")
    stage.tell("chief", "开始评分", "marking begins")
    mark_sheets(stage, works)
    sign_and_lock(stage, contest, works)
    enter_theory(stage, contest, works)
    accept(stage, contest)
    scorer = stage.visitor("scorer")
    scorer.press(scorer.get(f"/skills/{contest.skill}"), "tally")
    stage.tell("scorer", "汇总成绩", "tallied")


def draw(stage: Stage, contest: Contest) -> dict[str, Work]:
    """Three layers of codes, each drawn by its own encryption judge and sealed before the arbiter; the work behind each code."""
    organiser = stage.visitor("organiser")
    behind = {row["参赛号"]: row["选手（队）"] for row in organiser.get(f"/skills/{contest.skill}/entries").rows if "参赛号" in row}
    path = f"/skills/{contest.skill}/draw"
    used = codes.layers(codes.MOST_LAYERS)
    for kind, login in zip(used, ENCRYPTION, strict=True):
        drawer = stage.visitor(login)
        drawer.submit(drawer.get(path), {}, has=f"/draw/{kind.key}/commit")
    published = re.findall(r"[0-9a-f]{64}", stage.public.get(path).words)
    if len(published) != len(used):
        raise Disagreement("not every commitment stands on the public page of the draw")
    own = refused(stage.visitor(ENCRYPTION[0]).post, f"{path}/{codes.Layer.WORK.key}/commit")
    stage.tell(
        ENCRYPTION[0],
        f"公布三层承诺值 {published[0][:12]}…（同一人再领一层被拒绝，{own.status}）",
        "three commitments published; nobody holds two layers",
    )
    for kind, login in zip(used, ENCRYPTION, strict=True):
        behind = _draw_layer(stage, contest, kind, login, behind)
    ranks = {name: rank for rank, name in enumerate(contest.present)}
    talents = {name: 0.95 - 0.5 * ((rank * 5) % len(ranks)) / len(ranks) for name, rank in ranks.items()}
    return {code: Work(name, talents[name]) for code, name in behind.items()}


def _draw_layer(stage: Stage, contest: Contest, kind: codes.Layer, login: str, behind: dict[str, str]) -> dict[str, str]:
    """One layer drawn and sealed; who stands behind each of its codes."""
    path = f"/skills/{contest.skill}/draw"
    drawer, arbiter = stage.visitor(login), stage.visitor("arbiter")
    if kind is codes.Layer.SEAT:
        drawer.take("skill", contest.skill, "draw")
    else:
        drawer.press(drawer.get(path), "draw")
    no = refused(arbiter.get, f"{path}/{kind.key}/codes.txt")
    arbiter.press(arbiter.get(path), "seal")
    lots = drawer.get(f"{path}/{kind.key}/codes.txt").text.splitlines()
    drawn = dict(line.split("\t") for line in lots if not line.startswith("#"))
    stage.tell(
        login,
        f"抽取{kind.title.zh} {len(drawn)} 个，监督仲裁见证封存（查看对照表被拒绝，{no.status}）",
        f"{len(drawn)} codes drawn, sealed before the arbiter, who may not read them",
    )
    return {outer: behind[inner] for inner, outer in drawn.items()}


# ── the sheets ──────────────────────────────────────────────────────────────────────────────────────────────────────


def mark_sheets(stage: Stage, works: dict[str, Work]) -> None:
    """Each judge walks from bench to bench; one request is sent twice, one score lies too far from the others."""
    sent = 0
    for login in JUDGES:
        judge = stage.visitor(login)
        for id_ in sheets_of(judge):
            page = judge.get(f"/marking/sheets/{id_}")
            marks = list(_marks(page, login, works[seat_of(page)]))
            if not marks:
                continue  # measurements only, and the first judge wrote them for all three
            if login == JUDGES[-1] and sub_of(page) == JUDGED.split(".")[0] and seat_of(page) == min(works):
                _differ(marks, works[seat_of(page)])
            answer = judge.call("POST", f"{page.path}/marks", marks)
            if not sent:
                again = judge.call("POST", f"{page.path}/marks", marks)
                stage.outcome.compare("a request sent twice", again, answer)
                stage.tell(login, f"网络不稳，同一批 {len(marks)} 个评分发了两次，只记一次", "a request sent twice is counted once")
            sent += len(marks)
    stage.tell(JUDGES[0], f"三名裁判在 JSON 接口评完全部评分表，共 {sent} 个评分", f"three judges marked every sheet: {sent} values")


def _differ(marks: list[dict[str, Any]], work: Work) -> None:
    """Let this judge's first score lie two points from what the others saw."""
    others = work.judged(JUDGED, JUDGES[0])
    marks[0]["value"] = str(others + 2 if others < 2 else others - 2)


def _marks(page: Page, login: str, work: Work) -> Iterator[dict[str, Any]]:
    """What this judge puts down on the sheet: their own scores, and the measurements nobody has entered yet."""
    for place in places_of(page):
        if place.seen:
            continue
        is_judged = ASPECTS[place.code].type is AspectType.JUDGEMENT
        value = work.judged(place.code, login) if is_judged else work.measured(place.code)
        yield {"id": str(uuid.uuid4()), "aspect": place.aspect, "seat": place.seat, "seen": 0, "value": str(value), "device": "平板"}


def sheets_of(judge: Visitor) -> list[int]:
    """Every sheet on the judge's desk."""
    return judge.get("/marking").numbers(r"/marking/sheets/(\d+)$")


def seat_of(page: Page) -> str:
    return _title(page)[0]


def sub_of(page: Page) -> str:
    return _title(page)[1]


def _title(page: Page) -> tuple[str, str]:
    found = re.search(r"<title>\s*(\S+) · (\S+)", page.text)
    if found is None:
        raise Disagreement(f"{page.path} is no marking sheet")
    return found[1], found[2]


def places_of(page: Page) -> list[Place]:
    """The places a judge may fill in, with the code of the aspect."""
    codes_of = dict(
        re.findall(r'<section class="aspect[^"]*" id="a(\d+)".*?<span class="figures">([A-Z]\d+\.\d+)</span>', page.text, re.DOTALL)
    )
    found = re.findall(r'data-aspect="(\d+)" data-seat="(\d+)" data-seen="(\d+)"', page.text)
    return [Place(codes_of[aspect], int(aspect), int(seat), int(seen)) for aspect, seat, seen in found]


def sign_and_lock(stage: Stage, contest: Contest, works: dict[str, Work]) -> None:
    """All three sign what the page shows; the sheet with the difference only after it was marked again."""
    signed = 0
    for login in JUDGES:
        judge = stage.visitor(login)
        page = None
        for id_ in sheets_of(judge):
            if page is None or page.path != f"/marking/sheets/{id_}":
                page = judge.get(f"/marking/sheets/{id_}")
            if login == JUDGES[0] and sub_of(page) == JUDGED.split(".")[0] and seat_of(page) == min(works):
                page = _settle_difference(stage, judge, page, works[seat_of(page)])
            page = judge.submit(page, {"next": "1"} if "next" in page.form("digest").names else {}, has="digest")
            signed += 1
    stage.tell(JUDGES[0], f"三名裁判逐张核对签字，共 {signed} 个签字", f"{signed} signatures")
    chief = stage.visitor("chief")
    chief.submit(chief.get(f"/marking/skills/{contest.skill}"), {}, has=f"/skills/{contest.skill}/lock")
    stage.tell("chief", f"锁定 {signed // len(JUDGES)} 张评分表", f"{signed // len(JUDGES)} sheets locked")


def _settle_difference(stage: Stage, judge: Visitor, page: Page, work: Work) -> Page:
    no = refused(judge.submit, page, {}, has="digest")
    stage.tell(
        judge.name, f"签字被拒绝（{no.status}）：{JUDGED} 三名裁判相差超过 1 分", "signing refused: the scores lie more than one apart"
    )
    for login in JUDGES:
        again = stage.visitor(login)
        place = next(place for place in places_of(again.get(page.path)) if place.code == JUDGED)
        score = str(work.judged(JUDGED, login))
        mark = {"id": str(uuid.uuid4()), "aspect": place.aspect, "seat": place.seat, "seen": place.seen, "value": score, "device": "平板"}
        again.call("POST", f"{page.path}/marks", [mark])
    stage.tell(judge.name, f"三名裁判对 {JUDGED} 重新评判，首轮评分仍保留", "all three mark it again; the first round stays on record")
    return judge.get(page.path)


def accept(stage: Stage, contest: Contest) -> None:
    """Every sub criterion is locked, then accepted by each judge; nothing is tallied before."""
    chief = stage.visitor("chief")
    path = f"/marking/skills/{contest.skill}/locks"
    early = refused(stage.visitor("scorer").take, "skill", contest.skill, "tally")
    units = chief.get(path).numbers(r"/marking/units/(\d+)$")
    for _unit in units:
        chief.press(chief.get(path), "lock")
    for login in JUDGES:
        judge = stage.visitor(login)
        for id_ in units:
            judge.submit(judge.get(f"/marking/units/{id_}"), {}, has=f"/units/{id_}/sign")
    for _unit in units:
        chief.press(chief.get(path), "accept")
    stage.tell(
        "chief",
        f"锁定 {len(units)} 个单元，三名裁判在屏幕上签字确认（此前汇总被拒绝，{early.status}）",
        f"{len(units)} units locked and accepted by three judges; no tally before that",
    )


# ── theory ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def enter_theory(stage: Stage, contest: Contest, works: dict[str, Work]) -> None:
    """The scorer downloads the sheet with the seats, fills in the papers and uploads it."""
    scorer = stage.visitor("scorer")
    path = f"/marking/skills/{contest.skill}/theory"
    lines = rows_under(scorer.get(f"{path}.xlsx").content, "赛位号或参赛号")
    seats = [line["赛位号或参赛号"] for line in lines]
    book = workbook(["赛位号或参赛号", "理论成绩"], [{"赛位号或参赛号": code, "理论成绩": works[code].theory} for code in seats])
    looked = scorer.submit(scorer.get(path), {}, has="file", files={"file": ("理论成绩.xlsx", book)})
    scorer.submit(looked, {}, has="mark-")
    stage.tell("scorer", f"从表格录入 {len(seats)} 份理论成绩", f"{len(seats)} theory marks from a spreadsheet")
