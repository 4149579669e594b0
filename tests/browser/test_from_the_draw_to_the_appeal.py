"""One skill from the draw to the appeal that changes its results, each part played in a browser by whoever plays it in the hall."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.competitions.locks import commands as locks
from app.competitions.marking import commands as marking
from app.competitions.marking.recording import NewMark, record_marks
from app.competitions.models import Entry, LockUnit, PanelSeat, Revision, Sheet, Skill
from app.competitions.panel import rounds
from app.core import clock, engine
from app.core.db import db, transaction
from tests.support import season
from tests.support.appeals import PICTURE
from tests.support.competitions import AFTER, DURING, Season, account, organisation, person
from tests.support.marking import small_scheme
from tests.support.serving import cut_off
from workflows.competition.codes import Layer
from workflows.competition.competition_flow import CompetitionFlow
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.lock_flow import LockFlow
from workflows.competition.sheet_flow import SheetFlow
from workflows.roles import Role

NAMES = ("欧阳一鸣", "诸葛小妹", "司马相如")
TABLET = {"width": 820, "height": 1180}
DESK = {"width": 1280, "height": 900}
ON_THE_SERVER = re.compile("server|counted")

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class Hall:
    """A skill with three layers of codes, whose three competitors stand at the desk; everybody who has a hand in it."""

    def __init__(self, session: Session) -> None:
        held = Season(session, code_layers=3, needs_recheck=True, theory_weight=Decimal(0), practice_weight=Decimal(100))
        held.skill.scheme_id = small_scheme(session, held.organisation).id
        held.announce()
        self.leaders = []
        desk = held.appoint(Role.CHECK_IN).actor
        entries = []
        for number, name in enumerate(NAMES, start=1):
            who = person(session, name)
            self.competitor = account(session, person=who)
            entry, _actor = held.enter(name)
            entry.members[0].person = who
            entry.organisation = organisation(session, f"代表队{number}")
            session.flush()
            self.leaders.append(account(session, (Role.TEAM_LEADER, entry.organisation.id), name=f"领队{number}"))
            engine.fire(session, entry, EntryFlow.accept, held.organiser, DURING)
            entries.append(entry)
        self.own = entries[-1].id
        engine.fire(session, held.competition, CompetitionFlow.start, held.organiser, AFTER)
        for entry in entries:
            engine.fire(session, entry, EntryFlow.check_in, desk, AFTER)
        self.judges = [held.appoint(Role.JUDGE) for _ in range(3)]
        session.add_all(PanelSeat(skill_id=held.skill.id, position=n, account_id=it.id) for n, it in enumerate(self.judges, start=1))
        self.drawers = [held.appoint(Role.ENCRYPTION_JUDGE) for _ in Layer]
        self.chief, self.scorer, self.arbiter = (held.appoint(role) for role in (Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER))
        self.organiser = held.organiser_account
        self.skill = held.skill.id


Comes = Callable[..., Page]


@pytest.fixture
def hall(app: Flask, address: str) -> Hall:
    with app.app_context():
        clock.move_to(AFTER)
        with transaction() as session:
            return Hall(session)


@pytest.fixture
def comes(app: Flask, address: str, browser: Browser, browser_context_args: dict[str, object]) -> Iterator[Comes]:
    """`comes(account, path)`: that person, at a browser of their own; nobody in particular without an account."""
    pages: dict[int | None, Page] = {}

    def come(who: Account | None, path: str, size: dict[str, int] = DESK) -> Page:
        id_ = who.id if who else None
        if id_ not in pages:
            context = browser.new_context(**(browser_context_args | {"viewport": size, "has_touch": True}), base_url=address)
            context.add_init_script("localStorage.setItem('marking-hint', 'seen')")
            if who:
                context.add_cookies([season.cookie_of(app, address, who)])
            pages[id_] = context.new_page()
        page = pages[id_]
        page.goto(path)
        return page

    yield come
    for page in pages.values():
        page.context.close()


def send(button: Locator) -> None:
    """Press a button that sends its form, and stay until the answer is there."""
    with button.page.expect_navigation():
        button.click()


def press(page: Page, transition: str, comment: str = "") -> None:
    """Press the button of *transition*, and give the reason where it asks for one."""
    button = page.locator(f"[data-transition={transition}]:not([aria-disabled])").first
    if not comment:
        return send(button)
    button.click()
    dialog = page.locator(".modal.show")
    dialog.locator("textarea").fill(comment)
    return send(dialog.locator("button[type=submit]"))


@contextmanager
def office(app: Flask) -> Iterator[Session]:
    """What happens meanwhile at other tables."""
    with app.app_context(), transaction() as session:
        yield session
    with app.app_context():
        db.session.rollback()


def test_from_the_draw_to_the_appeal(app: Flask, hall: Hall, comes: Comes) -> None:
    draw(hall, comes)
    mark(app, hall, comes)
    accept(app, hall, comes)
    decide(hall, comes)
    publish(hall, comes)
    appeal(app, hall, comes)


def draw(hall: Hall, comes: Comes) -> None:
    """Each layer is committed to, drawn and sealed; only its own drawer reads it."""
    path = f"/skills/{hall.skill}/draw"
    layers = list(zip(Layer, hall.drawers, strict=True))
    for kind, drawer in layers:
        send(comes(drawer, path).locator(f"form[action$='/{kind.key}/commit'] button"))
    expect(comes(None, path).get_by_text("尚未公布承诺值")).to_have_count(0)
    for kind, drawer in layers:
        press(comes(drawer, path), "draw")
        press(comes(hall.arbiter, path), "seal")
        assert comes(hall.arbiter, path).locator(f"a[href$='/draw/{kind.key}']").count() == 0
        expect(comes(drawer, f"{path}/{kind.key}").get_by_role("table").first).to_be_visible()
    press(comes(hall.chief, f"/skills/{hall.skill}"), "start_marking")


def mark(app: Flask, hall: Hall, comes: Comes) -> None:
    """The first judge marks a sheet on a tablet whose network goes in the middle; the other sheets are marked at other tables."""
    page = comes(hall.judges[0], "/marking", TABLET)
    assert not any(name in page.content() for name in NAMES)
    page.locator("a.seat").first.tap()
    expect(page.locator("body")).to_have_attribute("data-offline", "yes", timeout=20_000)
    places = page.locator("[data-place]")
    places.nth(0).locator("label.choice", has_text="满分").tap()
    expect(places.nth(0).locator("[data-track]")).to_have_attribute("data-state", ON_THE_SERVER)
    with cut_off(app):
        page.context.set_offline(True)
        length = places.nth(1).locator("input[type=text]")
        length.fill("25")
        length.press("Tab")
        expect(places.nth(1).locator("[data-track]")).to_have_attribute("data-state", "here")
        page.reload()
        expect(page.locator("body")).to_have_attribute("data-shell", "")
        expect(places.nth(1).locator("[data-track]")).to_have_attribute("data-state", "here")
    page.context.set_offline(False)
    page.reload()
    expect(places.nth(1).locator("[data-track]")).to_have_attribute("data-state", ON_THE_SERVER)
    with office(app) as session:
        _mark_the_rest(session, hall)
    page.reload()
    send(page.locator("[data-sign] button").last)
    expect(page.locator("[data-sign]")).to_contain_text("您已签字")
    with office(app) as session:
        for sheet in session.scalars(sa.select(Sheet).where(Sheet.skill_id == hall.skill)):
            for judge in hall.judges:
                marking.sign(session, sheet, session.merge(judge).actor, AFTER, digest=sheet.digest)


def _mark_the_rest(session: Session, hall: Hall) -> None:
    """Full marks where something is measured, a better score for each earlier code; what is there already stays."""
    sheets = session.scalars(sa.select(Sheet).where(Sheet.skill_id == hall.skill)).all()
    ranks = {code: rank for rank, code in enumerate(sorted({sheet.code for sheet in sheets}))}
    for sheet in sheets:
        given = {(mark.aspect_id, mark.seat) for mark in sheet.marks}
        for number, judge in enumerate(hall.judges, start=1):
            marks = []
            for aspect in sheet.sub_criterion.aspects:
                is_judged = aspect.kind == "judgement"
                seat, value = (number, Decimal(3 - ranks[sheet.code])) if is_judged else (0, aspect.max_mark)
                if (aspect.id, seat) not in given:
                    given.add((aspect.id, seat))
                    marks.append(NewMark(f"rest-{sheet.id}-{aspect.id}-{seat}", aspect.id, seat, 0, value, AFTER, "平板"))
            if marks:
                record_marks(session, sheet, session.merge(judge).actor, marks, AFTER)
        session.expire(sheet, ["marks"])


def accept(app: Flask, hall: Hall, comes: Comes) -> None:
    """The chief judge locks; every judge signs what they gave, one of them on the tablet; then it is accepted."""
    chief = comes(hall.chief, f"/marking/skills/{hall.skill}")
    expect(chief.get_by_role("table").first).to_be_visible()
    send(chief.get_by_role("button", name="锁定全部已签字的评分表"))
    path = f"/marking/skills/{hall.skill}/locks"
    with office(app) as session:
        units = list(session.scalars(sa.select(LockUnit.id).where(LockUnit.skill_id == hall.skill)))
    for _unit in units:
        press(comes(hall.chief, path), "lock")
    for unit in units:
        judge = comes(hall.judges[0], f"/marking/units/{unit}", TABLET)
        send(judge.get_by_role("button", name="核对一致，签字确认"))
        expect(judge.get_by_text("您已签字确认")).to_be_visible()
    with office(app) as session:
        for unit in session.scalars(sa.select(LockUnit).where(LockUnit.skill_id == hall.skill)):
            for judge in hall.judges[1:]:
                locks.sign(session, unit, session.merge(judge).actor, AFTER, digest=unit.digest)
    for _unit in units:
        press(comes(hall.chief, path), "accept")
    with office(app) as session:
        assert all(unit.is_in(LockFlow.accepted) for unit in session.scalars(sa.select(LockUnit)))


def decide(hall: Hall, comes: Comes) -> None:
    """Tallied by code, rechecked by lot, opened layer by layer in front of the arbiter."""
    press(comes(hall.scorer, f"/skills/{hall.skill}"), "tally")
    arbiter = comes(hall.arbiter, f"/marking/skills/{hall.skill}/recheck")
    send(arbiter.get_by_role("button", name="公布承诺值"))
    press(arbiter, "draw")
    recheck = arbiter.url
    for path in [link.get_attribute("href") for link in arbiter.locator("a[href*='/rechecks/sheets/']").all()]:
        send(comes(hall.arbiter, path or "").get_by_role("button", name="一致，下一张"))
    press(comes(hall.arbiter, recheck), "finish")
    path = f"/skills/{hall.skill}/decoding"
    press(comes(hall.chief, path), "request_decoding")
    for _layer in Layer:
        press(comes(hall.arbiter, path), "open")
    press(comes(hall.arbiter, path), "decode")


def publish(hall: Hall, comes: Comes) -> None:
    """The organiser draws up the list and publishes it: masked for the public, in full to the competitor, mark by mark."""
    visitor = comes(None, f"/results/{hall.skill}")
    expect(visitor.locator("main")).not_to_contain_text("欧阳")
    organiser = comes(hall.organiser, f"/skills/{hall.skill}/results")
    send(organiser.get_by_role("button", name="生成名单"))
    press(organiser, "publish")
    visitor = comes(None, f"/results/{hall.skill}")
    expect(visitor.get_by_role("row")).to_have_count(1 + len(NAMES))
    assert not any(name in visitor.content() for name in NAMES)
    own = comes(hall.competitor, f"/entries/{hall.own}/result")
    expect(own.locator("main")).to_contain_text(NAMES[-1])
    own.get_by_role("link", name="成绩报告").click()
    expect(own.locator("main")).to_contain_text("接线工艺")
    for kind in Layer:
        expect(comes(None, f"/skills/{hall.skill}/draw/{kind.key}").get_by_text("全部一致")).to_be_visible()


def appeal(app: Flask, hall: Hall, comes: Comes) -> None:
    """The leader of the second appeals in writing; upheld and marked again, the results are revised as a new version that says why."""
    with office(app) as session:
        skill = session.get_one(Skill, hall.skill)
        entry = session.get_one(Entry, next(result.entry_id for result in skill.results if result.place == 2))
        leader = next(it for it in hall.leaders if entry.organisation_id in session.merge(it).actor.ids(Role.TEAM_LEADER))
        sheet = next(it.id for it in skill.sheets if it.entry_id == entry.id and it.sub_criterion.code == "B1")
        second = entry.id
    page = comes(leader, f"/entries/{second}/appeals/new")
    page.locator("[name=facts]").fill("接线工艺漏看一处，现场有录像")
    page.locator("input[type=file]").set_input_files({"name": "录像截图.png", "mimeType": "image/png", "buffer": PICTURE})
    send(page.get_by_role("button", name="存为草稿，下一步签名"))
    press(page, "lodge")
    results = f"/results/{hall.skill}"
    expect(comes(None, results).get_by_text("正在处理")).to_be_visible()
    press(comes(hall.arbiter, page.url), "admit")
    press(comes(hall.arbiter, page.url), "uphold", "查看录像，确有漏看")

    with office(app) as session:
        revision = f"/revisions/{session.scalars(sa.select(Revision.id)).one()}"
    arbiter = comes(hall.arbiter, revision)
    arbiter.locator(f"#sheet-{sheet}").check()
    arbiter.locator("#remark-reason").fill("按录像重评")
    send(arbiter.get_by_role("button", name="打开重评"))
    with office(app) as session:
        _mark_again(session, hall, session.get_one(Sheet, sheet))
    press(comes(hall.scorer, revision), "compute")
    press(comes(hall.organiser, revision), "publish")
    visitor = comes(None, results)
    expect(visitor.locator("main")).to_contain_text("查看录像，确有漏看")
    expect(visitor.get_by_role("row").nth(1)).to_contain_text("100.00")


def _mark_again(session: Session, hall: Hall, sheet: Sheet) -> None:
    """Every judge gives full marks in the new round and signs, the first notes why, the chief judge locks."""
    (aspect,) = sheet.sub_criterion.aspects
    judges = [session.merge(judge).actor for judge in hall.judges]
    seen = {mark.seat: mark.number for mark in sheet.marks}
    for seat, judge in enumerate(judges, start=1):
        again = NewMark(f"again-{seat}", aspect.id, seat, seen[seat], Decimal(3), AFTER, "平板")
        record_marks(session, sheet, judge, [again], AFTER)
    session.expire_all()
    rounds.note(session, sheet, aspect.id, judges[0], "逐项对照录像重评", AFTER)
    for judge in judges:
        marking.sign(session, sheet, judge, AFTER, digest=sheet.digest)
    engine.fire(session, sheet, SheetFlow.lock, session.merge(hall.chief).actor, AFTER)
