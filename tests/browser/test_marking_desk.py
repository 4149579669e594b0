"""The judges' desk on a tablet: a network that goes, a page that dies, two tablets, several judges on one, and the keyboard alone."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, BrowserType, Locator, Page, ViewportSize, expect

from app.competitions.models import Aspect, Mark, PaperEntry, Sheet
from app.core.db import db
from app.demo.marking_desk import PIN
from tests.support import season
from tests.support.serving import cut_off, served
from workflows.competition.sheet_flow import SheetFlow

TABLET = ViewportSize(width=820, height=1180)
PHOTO = Path(__file__).parents[2] / "app" / "demo" / "data" / "workpiece.jpg"
SENT = re.compile("server|counted")
# The luma, in base64, of what a camera of 1280 x 720 held a little askew over the code on the page would see.
SEEN_BY_A_CAMERA = """() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1280, height: 720 });
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#bbb";
  pen.fillRect(0, 0, 1280, 720);
  pen.translate(640, 360);
  pen.rotate(0.1);
  pen.drawImage(document.querySelector("[data-pack-code] canvas"), -310, -310, 620, 620);
  const { data } = pen.getImageData(0, 0, 1280, 720);
  let luma = "";
  for (let at = 0; at < data.length; at += 4) luma += String.fromCharCode(data[at]);
  return btoa(luma);
}"""

pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

Tablet = Callable[..., tuple[BrowserContext, Page]]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    with season.opened(season.unfolded(tmp_path_factory), tmp_path_factory.mktemp("desk") / "instance") as app, served(app) as address:
        yield app, address


@pytest.fixture
def tablet(office: tuple[Flask, str], browser: Browser, browser_context_args: dict[str, Any]) -> Iterator[Tablet]:
    """`tablet("judge1", …)`: somebody signed in on a tablet of their own, the first-use hint put away."""
    app, address = office
    contexts = []

    def take(login: str, path: str) -> tuple[BrowserContext, Page]:
        context = browser.new_context(**browser_context_args, viewport=TABLET, has_touch=True, base_url=address)
        contexts.append(context)
        context.add_init_script("localStorage.setItem('marking-hint', 'seen')")
        context.add_cookies([season.cookie(app, address, login)])
        page = context.new_page()
        page.goto(path)
        if not path.endswith(("hand-over", "paper")):
            expect(page.locator("body")).to_have_attribute("data-ready", "yes")
        return context, page

    yield take
    for context in contexts:
        context.close()


@pytest.fixture
def fresh(office: tuple[Flask, str]) -> Callable[[int], str]:
    """The address of the *n*-th sheet of three aspects or more that nobody has begun."""

    def address(place: int) -> str:
        with office[0].app_context():
            aspects = sa.select(sa.func.count()).where(Aspect.sub_criterion_id == Sheet.sub_criterion_id).scalar_subquery()
            query = sa.select(Sheet.id).where(Sheet.is_in(SheetFlow.open), ~Sheet.marks.any(), aspects >= 3).order_by(Sheet.id.desc())
            return f"/marking/sheets/{db.session.scalars(query.offset(place).limit(1)).one()}"

    return address


def places(page: Page) -> Locator:
    return page.locator("[data-place]")


def tap(page: Page, place: int, value: str) -> None:
    places(page).nth(place).locator(f"label:has(input[value='{value}'])").tap()


def best(page: Page, place: int) -> str:
    radios = places(page).nth(place).locator("input[type=radio]")
    values: list[str] = radios.evaluate_all("all => all.map(it => it.value)")
    return [value for value in values if value != "n"][-1]


def state(page: Page, place: int) -> Locator:
    return places(page).nth(place).locator("[data-track]")


def kept_for_offline(page: Page) -> None:
    """Wait until the page, the day's work and the key are on the device."""
    expect(page.locator("body")).to_have_attribute("data-offline", "yes", timeout=20_000)


@contextmanager
def without_network(office: tuple[Flask, str], context: BrowserContext) -> Iterator[None]:
    """Neither the page nor its worker gets an answer.  A worker that starts anew would learn of Chromium's own switch too late."""
    with cut_off(office[0]):
        context.set_offline(True)
        yield
    context.set_offline(False)


def marks_of(office: tuple[Flask, str], address: str) -> list[Mark]:
    with office[0].app_context():
        sheet = int(address.rsplit("/", 1)[1])
        return list(db.session.scalars(sa.select(Mark).where(Mark.sheet_id == sheet).order_by(Mark.aspect_id, Mark.number)))


def test_the_network_goes_in_the_middle_the_page_dies_and_no_mark_is_lost(
    office: tuple[Flask, str], tablet: Tablet, fresh: Callable[[int], str]
) -> None:
    address = fresh(0)
    context, page = tablet("judge1", address)
    kept_for_offline(page)
    highest = best(page, 0)
    tap(page, 0, highest)
    expect(state(page, 0)).to_have_attribute("data-state", SENT)

    with without_network(office, context):
        tap(page, 1, "0")
        expect(state(page, 1)).to_have_attribute("data-state", "here")
        page.close()  # the battery

        page = context.new_page()
        page.goto(address)
        expect(page.locator("body")).to_have_attribute("data-shell", "")
        expect(places(page).nth(0)).to_have_attribute("data-value", highest)
        expect(places(page).nth(1)).to_have_attribute("data-value", "0")
        expect(state(page, 1)).to_have_attribute("data-state", "here")
        tap(page, 2, best(page, 2))
        expect(state(page, 2)).to_have_attribute("data-state", "here")
        page.locator("[data-step-to=next], [data-step-to=previous]").and_(page.locator("[href]")).first.tap()
        page.wait_for_url(lambda url: not url.endswith(address))
        expect(places(page).first).to_be_visible()
        page.close()

    page = context.new_page()
    page.goto(address)
    expect(page.locator("body")).not_to_have_attribute("data-shell", "")
    for place in (0, 1, 2):
        expect(state(page, place)).to_have_attribute("data-state", SENT)
    expect(page.locator("[data-net]")).to_contain_text("全部已上传")
    assert len(marks_of(office, address)) == 3


def test_a_page_drawn_a_moment_too_early_takes_over_what_came_in_since(
    office: tuple[Flask, str], tablet: Tablet, fresh: Callable[[int], str]
) -> None:
    address = fresh(0)
    context, page = tablet("judge1", address)
    drawn_before = context.request.get(address).text()
    value = best(page, 0)
    tap(page, 0, value)
    expect(state(page, 0)).to_have_attribute("data-state", SENT)

    late = context.new_page()
    late.route(f"**{address}", lambda route: route.fulfill(body=drawn_before, content_type="text/html; charset=utf-8"))
    late.goto(address)
    expect(places(late).nth(0)).to_have_attribute("data-value", value)
    expect(state(late, 0)).to_have_attribute("data-state", SENT)
    tap(late, 0, "0")
    expect(places(late).nth(0)).to_have_attribute("data-seen", "2")
    assert [mark.value for mark in marks_of(office, address)] == [Decimal(value), Decimal(0)]


def test_a_value_changed_without_a_network_keeps_both_values_in_their_order(
    office: tuple[Flask, str], tablet: Tablet, fresh: Callable[[int], str]
) -> None:
    address = fresh(1)
    context, page = tablet("judge1", address)
    context.set_offline(True)
    tap(page, 0, "0")
    tap(page, 0, best(page, 0))
    expect(page.locator("[data-waiting]")).to_have_text("待上传 2")
    context.set_offline(False)
    expect(state(page, 0)).to_have_attribute("data-state", SENT)
    expect(page.locator("[data-waiting]")).to_be_hidden()
    first, second = marks_of(office, address)
    assert (first.number, first.value, second.number) == (1, Decimal(0), 2)


def test_of_two_tablets_the_second_settles_and_its_choice_stands(
    office: tuple[Flask, str], tablet: Tablet, fresh: Callable[[int], str]
) -> None:
    address = fresh(2)
    (_, one), (_, other) = tablet("judge1", address), tablet("judge1", address)
    highest = best(one, 0)
    tap(one, 0, "0")
    expect(state(one, 0)).to_have_attribute("data-state", SENT)
    with other.expect_response("**/standing"):  # what the other tablet hears of it by itself is no reason not to ask
        other.evaluate("dispatchEvent(new Event('visibilitychange'))")
    tap(other, 0, highest)
    asking = places(other).nth(0).locator("[data-settle]")
    expect(asking).to_contain_text("另一台设备录入了不同的评分")
    other.reload()  # the question survives
    asking.get_by_role("button", name=f"用我的：{highest}").tap()
    expect(state(other, 0)).to_have_attribute("data-state", SENT)
    assert [str(mark.value.normalize()) for mark in marks_of(office, address) if mark.value is not None][-1] == highest


def test_show_mode_locks_everything_until_it_is_held(tablet: Tablet, fresh: Callable[[int], str]) -> None:
    _, page = tablet("judge1", fresh(3))
    page.get_by_role("button", name="展示").click()
    expect(page.locator(".others").first).to_be_hidden()
    assert places(page).nth(0).locator("label").first.evaluate("it => it.inert")
    page.reload()
    leave = page.get_by_role("button", name="按住 2 秒退出展示")
    leave.dispatch_event("pointerdown")
    expect(leave).to_be_hidden()
    tap(page, 0, "0")
    expect(state(page, 0)).to_have_attribute("data-state", SENT)


def test_where_the_judge_asks_for_it_only_the_pin_ends_a_showing(tablet: Tablet, fresh: Callable[[int], str]) -> None:
    _, page = tablet("judge1", "/marking")
    page.get_by_label("退出展示要输 PIN").check()
    page.goto(fresh(3))
    page.get_by_role("button", name="展示").click()
    page.reload()
    expect(page.get_by_role("button", name="按住 2 秒退出展示")).to_be_hidden()
    pin = page.get_by_label("PIN", exact=True)
    pin.fill("0000")
    pin.press("Enter")
    expect(page.get_by_text("PIN 不对")).to_be_visible()
    assert places(page).nth(0).locator("label").first.evaluate("it => it.inert")
    pin.fill(PIN)
    page.get_by_role("button", name="退出展示").click()
    expect(pin).to_be_hidden()
    assert not places(page).nth(0).locator("label").first.evaluate("it => it.inert")


def test_a_tablet_that_nobody_touches_is_signed_out_and_without_a_network_covered_until_its_judge_goes_on(
    office: tuple[Flask, str], tablet: Tablet, fresh: Callable[[int], str]
) -> None:
    app, base = office
    address = fresh(8)
    context, page = tablet("judge1", "/marking")
    page.clock.install()
    page.goto(address)
    kept_for_offline(page)
    context.set_offline(True)
    tap(page, 0, "0")
    page.clock.fast_forward("21:00")
    going_on = page.get_by_role("button", name="是本人，按住 2 秒继续")
    expect(going_on).to_be_visible()
    expect(places(page).nth(0)).to_be_hidden()
    going_on.dispatch_event("pointerdown")
    page.clock.fast_forward("00:03")
    expect(places(page).nth(0)).to_be_visible()
    page.clock.fast_forward("21:00")
    expect(going_on).to_be_visible()
    context.set_offline(False)
    page.clock.fast_forward("00:16")
    expect(page).to_have_url(re.compile("/marking/switch$"))
    expect(page.get_by_text("长时间没有操作，已自动退出")).to_be_visible()
    context.add_cookies([season.cookie(app, base, "judge1")])
    page.goto(address)
    expect(state(page, 0)).to_have_attribute("data-state", SENT)  # what waited is there and is sent


def test_a_shared_tablet_passes_by_pin_and_a_queue_waits_for_its_own_judge(
    office: tuple[Flask, str], tablet: Tablet, fresh: Callable[[int], str]
) -> None:
    address = fresh(4)
    app, base = office
    context, page = tablet("judge1", "/marking")
    kept_for_offline(page)
    context.add_cookies([season.cookie(app, base, "judge2")])
    page.goto(address)
    expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    context.set_offline(True)
    tap(page, 0, "0")
    expect(state(page, 0)).to_have_attribute("data-state", "here")
    context.clear_cookies(name="session")  # signed out before the network came back
    context.set_offline(False)
    expect(page.locator("[data-net]")).to_contain_text("登录已过期")
    page.goto("/marking/switch")
    page.get_by_label("PIN").fill(PIN)
    page.get_by_role("button", name="开始评分").click()
    expect(page).to_have_url(re.compile("/marking$"))
    page.goto(address)
    expect(page.locator("[data-notice]")).to_contain_text("其他裁判的 1 条")
    expect(page.locator("[data-net]")).to_contain_text("全部已上传")
    assert marks_of(office, address) == []
    page.goto("/competitions")  # a PIN opens the desk and nothing else
    expect(page).to_have_url(re.compile("/marking$"))

    context.add_cookies([season.cookie(app, base, "judge2")])
    page.goto("/marking")
    expect(page.locator("[data-net]")).to_contain_text("全部已上传")
    with app.app_context():
        (mark,) = marks_of(office, address)
        assert mark.account_id == season.account("judge2").id


def test_a_sheet_is_marked_with_the_keyboard_alone(tablet: Tablet, fresh: Callable[[int], str]) -> None:
    _, page = tablet("judge1", fresh(5))
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="键盘操作")).to_be_visible()
    page.keyboard.press("?")
    page.keyboard.press("j")
    page.keyboard.press("0")
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("1")
    expect(places(page).nth(0)).to_have_attribute("data-value", re.compile("^(?!0$)(?!n$).+"))
    expect(places(page).nth(1)).to_have_attribute("data-value", "n")
    expect(state(page, 1)).to_have_attribute("data-state", SENT)


@pytest.fixture
def filming(
    office: tuple[Flask, str], browser_type: BrowserType, browser_type_launch_args: dict[str, Any], tmp_path: Path
) -> Iterator[Callable[[str, list[bytes]], Page]]:
    """`filming("chief", frames)`: somebody at a browser whose camera sees *frames*, the luma of one after the other."""
    app, address = office
    started = []

    def take(login: str, frames: list[bytes]) -> Page:
        film = tmp_path / "seen.y4m"
        colourless = bytes([128]) * (1280 * 720 // 2)
        film.write_bytes(b"YUV4MPEG2 W1280 H720 F4:1 Ip A1:1 C420jpeg\n" + b"".join(b"FRAME\n" + frame + colourless for frame in frames))
        camera = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream", f"--use-file-for-fake-video-capture={film}"]
        browser = browser_type.launch(**browser_type_launch_args | {"args": [*browser_type_launch_args["args"], *camera]})
        started.append(browser)
        page = browser.new_page(base_url=address, locale="zh-CN")
        page.context.add_cookies([season.cookie(app, address, login)])
        return page

    yield take
    for browser in started:
        browser.close()


def test_marks_without_a_network_are_handed_over_by_codes_and_by_file(
    office: tuple[Flask, str],
    tablet: Tablet,
    filming: Callable[[str, list[bytes]], Page],
    fresh: Callable[[int], str],
    tmp_path: Path,
) -> None:
    address = fresh(6)
    context, page = tablet("judge1", address)
    kept_for_offline(page)
    context.set_offline(True)
    tap(page, 0, "0")
    tap(page, 1, "0")
    first = page.locator("[data-aspect-card]").first
    first.locator("summary", has_text="备注").tap()
    first.get_by_label("我的备注").fill("量了三处")
    first.get_by_label("我的备注").blur()
    first.locator("input[type=file]").set_input_files(PHOTO)
    expect(page.locator("[data-waiting]")).to_have_text("待上传 4")
    page.locator("[data-waiting]").tap()
    dialog = page.get_by_role("dialog", name="没有网络时交出评分")
    expect(dialog.locator("[data-pack-page]")).to_have_text("第 1 / 2 张")
    photo = tmp_path / "code.png"
    dialog.screenshot(path=photo)
    dialog.get_by_role("button", name="下一张").tap()
    second = base64.b64decode(page.evaluate(SEEN_BY_A_CAMERA))
    with page.expect_download() as download:
        dialog.get_by_role("link", name="存成文件").click()
    packet = tmp_path / "handed.jbmarks"
    download.value.save_as(packet)

    chief = filming("chief", [second])
    chief.goto("/marking/hand-over")
    said = chief.locator("[data-scan-said]")
    chief.set_input_files("#handed-photos", [PHOTO, photo])
    expect(said).to_contain_text("已扫到 1 / 2 张，还缺第 2 张。 这些照片里没有找到离线评分的二维码：workpiece.jpg。")
    chief.get_by_role("button", name="用摄像头扫码").click()
    expect(said).to_have_text("2 张已全部扫到，请点“收下”。")
    expect(chief.get_by_role("button", name="停止扫码")).to_be_hidden()
    chief.get_by_role("button", name="收下", exact=True).click()
    expect(chief.locator("tbody").get_by_text("已记下")).to_have_count(2)
    chief.goto("/marking/hand-over")
    chief.set_input_files("#handed-file", packet)
    chief.get_by_role("button", name="收下文件").click()
    expect(chief.locator("tbody").get_by_text("早已记下")).to_have_count(2)
    expect(chief.locator("tbody").get_by_text("已记下", exact=True)).to_have_count(2)
    assert len(marks_of(office, address)) == 2
    context.set_offline(False)
    expect(state(page, 0)).to_have_attribute("data-state", SENT)
    assert len(marks_of(office, address)) == 2


# What Safari on an iPad of 2021 does not have, and a connection to its database that it takes away unasked.
OF_2021 = """
  for (const [of, names] of [
    [Array.prototype, ["at", "findLast"]],
    [HTMLDialogElement.prototype, ["showModal", "close"]],
    [HTMLFormElement.prototype, ["requestSubmit"]],
    [HTMLElement.prototype, ["inert"]],
    [Crypto.prototype, ["randomUUID"]],
    [window, ["createImageBitmap", "BroadcastChannel", "BarcodeDetector"]],
    [Navigator.prototype, ["locks"]],
  ]) for (const name of names) delete of[name];
  const begin = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...asked) {
    if (window.losesItsDatabase) this.close();
    window.losesItsDatabase = false;
    return begin.apply(this, asked);
  };
"""


def test_a_tablet_of_some_years_ago_keeps_sends_and_shows(office: tuple[Flask, str], tablet: Tablet, fresh: Callable[[int], str]) -> None:
    address = fresh(6)
    context, page = tablet("judge1", "/marking")
    context.add_init_script(OF_2021)
    page.goto(address)
    expect(page.locator("body")).to_have_attribute("data-ready", "yes")
    page.evaluate("window.losesItsDatabase = true")
    tap(page, 0, "0")
    expect(places(page).nth(0).locator(".choice.is-chosen")).to_have_count(1)
    expect(state(page, 0)).to_have_attribute("data-state", SENT)
    first = page.locator("[data-aspect-card]").first
    first.locator("input[type=file]").set_input_files(PHOTO)
    expect(first.locator("figure[data-photo] img")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#desk-keys")).to_be_visible()
    page.get_by_role("button", name="知道了").tap()
    expect(page.locator("#desk-keys")).to_be_hidden()
    page.get_by_role("button", name="展示").tap()
    expect(page.locator("[data-show-cover]")).to_be_visible()
    expect(page.locator("main")).to_have_css("pointer-events", "none")
    expect(page.locator("[data-show-leave]")).to_have_css("pointer-events", "auto")


def test_a_paper_sheet_counts_when_the_second_person_has_typed_what_the_first_did(office: tuple[Flask, str], tablet: Tablet) -> None:
    app, _ = office
    with app.app_context():
        entry = db.session.scalars(sa.select(PaperEntry).where(PaperEntry.second_by_id.is_(None))).one()
        address, first = f"/marking/sheets/{entry.sheet_id}", dict(entry.first)
    _, page = tablet("chief", f"{address}/paper")
    assert page.locator("select").evaluate_all("all => all.every(it => it.value === '')")  # nothing of the first typing is shown
    odd, *others = first
    for place in others:
        page.locator(f"[name='value-{place}']").select_option(first[place])
    page.locator(f"[name='value-{odd}']").select_option("n")
    page.get_by_role("button", name="存下我录的").click()
    expect(page.get_by_text("两遍有 1 处不同")).to_be_visible()
    assert marks_of(office, address) == []
    page.locator(f"[name='value-{odd}']").select_option(first[odd])
    page.get_by_role("button", name="存下我录的").click()
    expect(page.get_by_text("两遍一致，已记入评分")).to_be_visible()
    assert len(marks_of(office, address)) == len(first)
