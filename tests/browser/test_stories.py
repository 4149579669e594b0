"""What people come to do, done in a browser: marking on a tablet, a form that comes back, two persons on one claim, the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from app.competitions.models import Competition, Sheet, Skill
from app.core.db import db
from app.rewards.models import Claim
from tests.support import season
from tests.support.serving import served
from workflows.competition.competition_flow import CompetitionFlow
from workflows.competition.sheet_flow import SheetFlow
from workflows.rewards.claim_flow import ClaimFlow
from workflows.roles import Role

TABLET = {"width": 820, "height": 1180}
DESK = {"width": 1280, "height": 900}
ON_THE_SERVER = re.compile("server|counted")

# A browser that is closed while the server still sends leaves the development server's file open.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

Comes = Callable[..., Page]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """The season behind an address; each story takes rows of its own."""
    with season.opened(season.unfolded(tmp_path_factory), tmp_path_factory.mktemp("stories") / "instance") as app, served(app) as address:
        yield app, address


@pytest.fixture
def comes(office: tuple[Flask, str], browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Comes]:
    """`comes("judge1", …)`: that person at a browser of their own, already signed in."""
    app, address = office
    contexts = []

    def come(login: str, path: str = "/", **options: Any) -> Page:
        context = browser.new_context(**(browser_context_args | {"viewport": DESK} | options), base_url=address)
        contexts.append(context)
        context.add_cookies([season.cookie(app, address, login)])
        page = context.new_page()
        page.goto(path)
        return page

    yield come
    for context in contexts:
        context.close()


def the(office: tuple[Flask, str], query: sa.Select[Any], place: int = 0) -> Any:
    """The *place*-th value of *query*."""
    with office[0].app_context():
        return db.session.scalars(query).unique().all()[place]


def open_sheet(office: tuple[Flask, str], place: int) -> str:
    """A sheet of the skill being marked that nobody has begun."""
    fresh = sa.select(Sheet.id).where(Sheet.is_in(SheetFlow.open), ~Sheet.marks.any()).order_by(Sheet.id)
    return f"/marking/sheets/{the(office, fresh, place)}"


def claim_in(office: tuple[Flask, str], state: Any) -> str:
    return f"/claims/{the(office, sa.select(Claim.id).where(Claim.is_in(state)).order_by(Claim.id))}"


def first_place(page: Page) -> Locator:
    return page.locator("[data-place]").first


def give(page: Page, value: str) -> None:
    """Tap or type *value* at the first aspect of the sheet."""
    place = first_place(page)
    if place.locator("input[type=text]").count():
        place.locator("input[type=text]").fill(value)
        place.locator("input[type=text]").press("Tab")
    else:
        place.locator(f"label:has(input[value='{value}'])").tap()


def values(page: Page) -> list[str]:
    """What may be given at the first aspect, lowest first."""
    radios = first_place(page).locator("input[type=radio]")
    if not radios.count():
        return ["0", "0.1"]
    return [value for value in radios.evaluate_all("all => all.map(it => it.value)") if value != "n"]


def test_a_mark_given_by_touch_is_there_after_the_page_is_loaded_again(office: tuple[Flask, str], comes: Comes) -> None:
    tablet = comes("judge1", open_sheet(office, 0), viewport=TABLET, has_touch=True)
    highest = values(tablet)[-1]
    give(tablet, highest)
    expect(first_place(tablet).locator("[data-track]")).to_have_attribute("data-state", ON_THE_SERVER)
    tablet.reload()
    expect(first_place(tablet)).to_have_attribute("data-value", highest)


def test_of_two_tablets_on_one_sheet_the_second_is_shown_both_values(office: tuple[Flask, str], comes: Comes) -> None:
    address = open_sheet(office, 1)
    one, other = (comes("judge1", address, viewport=TABLET, has_touch=True) for _ in range(2))
    lowest, highest = values(one)[0], values(one)[-1]
    give(one, lowest)
    expect(first_place(one).locator("[data-track]")).to_have_attribute("data-state", ON_THE_SERVER)
    give(other, highest)
    question = first_place(other).locator("[data-settle]")
    expect(question).to_contain_text("另一台设备录入了不同的评分")
    question.get_by_role("button", name=f"用现有的：{lowest}").click()
    other.reload()
    expect(first_place(other)).to_have_attribute("data-value", lowest)


def new_entry(office: tuple[Flask, str]) -> str:
    """The form by which the team leader enters somebody in the skill that takes entries."""
    skill = the(office, sa.select(Skill.id).join(Competition).where(Competition.is_in(CompetitionFlow.registration)))
    with office[0].app_context():
        led = min(season.account("leader").actor.ids(Role.TEAM_LEADER))
    return f"/skills/{skill}/delegations/{led}/new"


def test_a_form_with_a_mistake_comes_back_as_it_was_filled_in(office: tuple[Flask, str], comes: Comes) -> None:
    page = comes("leader", new_entry(office))
    page.get_by_label("姓名").first.fill("钟离素材")
    page.get_by_label("身份证号").first.fill("330122199001010010")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("需要修改")
    expect(page.get_by_label("姓名").first).to_have_value("钟离素材")


def test_what_was_typed_outlives_the_session_it_was_typed_in(office: tuple[Flask, str], comes: Comes) -> None:
    page = comes("leader", new_entry(office))
    page.get_by_label("姓名").first.fill("钟离素材")
    page.context.clear_cookies()
    page.get_by_role("button", name="保存").click()
    expect(page.locator("body[data-keeps-drafts]")).to_be_visible()
    page.wait_for_load_state()
    app, address = office
    page.context.add_cookies([season.cookie(app, address, "leader")])
    page.goto(new_entry(office))
    expect(page.get_by_label("姓名").first).to_have_value("钟离素材")
    expect(page.get_by_text("已填回上次没有提交的内容")).to_be_visible()


def take(page: Page, transition: str, comment: str) -> None:
    """Press the button of *transition*; where it asks for a comment, give one."""
    page.locator(f"[data-transition={transition}]").first.click()
    dialog = page.locator(".modal.show")
    if page.locator(f"[data-transition={transition}][data-bs-toggle=modal]").count():
        dialog.locator("textarea").fill(comment)
        dialog.locator("button[type=submit]").click()
    page.wait_for_load_state()


def test_a_claim_is_passed_by_two_persons_and_each_reads_why_its_amount(office: tuple[Flask, str], comes: Comes) -> None:
    address = claim_in(office, ClaimFlow.submitted)
    first = comes("reviewer", address)
    expect(first.get_by_role("region", name="为什么是这个金额")).to_contain_text("桐人社发〔2021〕7号")
    take(first, "review", "材料齐全，属实")
    expect(first.locator("h1 .state")).to_have_text(ClaimFlow.reviewed.title.zh)
    expect(first.locator("button:enabled[data-transition=second_review]:not([aria-disabled])")).to_have_count(0)
    second = comes("approver", address)
    take(second, "second_review", "同意")
    expect(second.locator("h1 .state")).to_have_text(ClaimFlow.second_reviewed.title.zh)


def test_a_step_with_a_reason_is_taken_with_the_keyboard_alone(office: tuple[Flask, str], comes: Comes) -> None:
    page = comes("reviewer", claim_in(office, ClaimFlow.reviewed))
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    asking = page.locator("[data-transition][data-bs-toggle=modal]").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if asking.evaluate("it => it === document.activeElement"):
            break
    expect(asking).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("textarea[name=comment]:visible")).to_be_focused()
    page.keyboard.type("请补充获奖证书的原件照片")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".timeline")).to_contain_text("请补充获奖证书的原件照片")


def test_the_menu_of_a_phone_opens_and_closes_with_the_keyboard(comes: Comes) -> None:
    page = comes("worker", "/competitions", viewport={"width": 390, "height": 844})
    opener = page.get_by_role("button", name="打开菜单")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#navigation")).to_have_class(re.compile(r"\bshow\b(?!ing)"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="主导航")).to_be_hidden()
    expect(opener).to_be_focused()


def test_another_language_leaves_the_page_and_its_filters_as_they_were(comes: Comes) -> None:
    page = comes("reviewer", "/claims/?state=paid")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "state=paid" in page.url
    page.get_by_role("link", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert "state=paid" in page.url


def test_a_printed_page_has_neither_navigation_nor_buttons(office: tuple[Flask, str], comes: Comes) -> None:
    page = comes("reviewer", claim_in(office, ClaimFlow.paid))
    page.emulate_media(media="print")
    for hidden in (".site-header", ".site-navigation", ".crumbs", ".site-footer"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_role("region", name="为什么是这个金额")).to_be_visible()


def test_pages_of_trouble_say_what_to_do_next(office: tuple[Flask, str], comes: Comes) -> None:
    page = comes("worker", "/no-such-page")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="回到首页")).to_be_visible()
    page.goto("/accounts")
    expect(page.locator(".trouble")).to_contain_text("系统管理员")


def test_the_second_of_two_persons_learns_that_the_claim_has_moved_on(office: tuple[Flask, str], comes: Comes) -> None:
    address = claim_in(office, ClaimFlow.second_reviewed)
    late, early = (comes("reviewer", address) for _ in range(2))
    take(early, "send_back", "请补充材料")
    expect(early.locator("h1 .state")).to_have_text(ClaimFlow.returned.title.zh)
    take(late, "send_back", "请补充材料")
    expect(late.locator(".trouble")).to_be_visible()
    expect(late.get_by_role("link").filter(has_text="首页").last).to_be_visible()
