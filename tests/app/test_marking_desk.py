"""The desk around the marks: tablets, PINs, notes and photos, what a tablet takes along, hand-over, paper, and bringing a value back."""

from __future__ import annotations

import base64
import hashlib
import io
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.accounts.models import Account
from app.competitions.devices import commands as devices
from app.competitions.devices import queries as watched
from app.competitions.handover import commands as handover
from app.competitions.handover import packets
from app.competitions.models import AspectNote, AspectPhoto, HandOver, Mark, MarkingDevice, MarkingPin, PaperEntry
from app.competitions.paper import commands as paper
from app.competitions.paper import queries as typed
from app.competitions.remarks.pictures import without_metadata
from app.core import clock
from app.core.audit import AuditEvent
from app.core.db import transaction
from app.core.errors import Refused
from tests.support.databases import on_both
from tests.support.marking import NOW, Workshop
from tests.support.people import CHEAP, sign_in

TABLET = "5f0c9d3a1b2e4f60"
PIN = "2580"
PHOTO = Path(__file__).parents[2] / "app" / "demo" / "data" / "workpiece.jpg"
EXIF = b"\xff\xe1\x00\x10Exif\x00\x00GPS-here"


@pytest.fixture
def database_kind():
    """Most of it is the same on every database; where two write at once or something is kept once, both are asked."""
    return "sqlite"


@pytest.fixture
def shop(session):
    with transaction() as writing:
        return Workshop(writing).start()


@pytest.fixture
def judge(client, shop):
    return sign_in(client, shop.judge_accounts[0])


def count(session, model):
    session.rollback()  # look afresh
    return session.scalar(sa.select(sa.func.count()).select_from(model))


def rows(session, query):
    session.rollback()
    return session.scalars(query).all()


def contact(client, **more):
    return client.post("/marking/device", json={"device": TABLET, "label": "平板 1", "pending": 0, **more})


# --- tablets --------------------------------------------------------------------------------------------------------


@on_both
def test_a_tablet_with_marks_waiting_that_falls_silent_is_late_until_it_is_heard_of_or_declared_lost(judge, shop, session):
    contact(judge, pending=3)
    session.rollback()
    now = clock.now()
    assert watched.late(session, shop.skill, now) == []
    later = now + timedelta(minutes=11)
    (line,) = watched.late(session, shop.skill, later)
    assert (line.row.pending, line.row.label, line.standing.title.zh) == (3, "平板 1", "3 条评分还在设备里")
    with transaction() as writing:
        row = writing.get_one(MarkingDevice, line.row.id)
        with pytest.raises(Refused, match="怎样遗失"):
            devices.declare_lost(writing, shop.skill, row, shop.chief, " ", later)
        devices.declare_lost(writing, shop.skill, row, shop.chief, "掉进水槽，评分由纸质表补录", later)
    assert watched.late(session, shop.skill, later)[0].row.lost_reason.startswith("掉进水槽")
    contact(judge, pending=0)
    session.rollback()
    assert watched.late(session, shop.skill, clock.now()) == []


def test_only_the_chief_judge_of_the_skill_declares_a_tablet_lost(judge, shop, session):
    contact(judge)
    (row,) = rows(session, sa.select(MarkingDevice))
    with pytest.raises(Refused, match="裁判长"):
        devices.declare_lost(session, shop.skill, row, shop.judges[0], "丢了", NOW)


@pytest.mark.parametrize("told", [[], {"device": "x"}, {"device": TABLET, "pending": -1}, {"device": TABLET, "label": 7}, None])
def test_a_tablet_that_makes_no_sense_is_refused(judge, told):
    assert judge.post("/marking/device", json=told).status_code == 409


def test_the_session_says_who_is_signed_in_and_nothing_to_a_visitor(client, shop):
    assert client.get("/marking/session").json["account"] is None
    sign_in(client, shop.judge_accounts[0])
    assert client.get("/marking/session").json["account"] == shop.judge_accounts[0].id


# --- short PINs -----------------------------------------------------------------------------------------------------


@pytest.fixture
def shared(client, shop, session):
    """A tablet on which the first two judges signed in with their passwords today; both have a PIN."""
    for account in shop.judge_accounts[:2]:
        sign_in(client, account)
        contact(client)
        with transaction() as writing:
            writing.get_one(Account, account.id).password_hash = CHEAP.hash("correct horse battery")
        session.expire_all()
        answer = client.post("/marking/pin", data={"pin": PIN, "password": "correct horse battery"})
        assert answer.status_code == 302
    with transaction() as writing:
        writing.execute(sa.update(MarkingPin).values(pin_hash=CHEAP.hash(PIN)))
    return client


def switch(client, account, pin=PIN):
    return client.post("/marking/switch", data={"account": account.id, "pin": pin})


def test_a_judge_takes_a_shared_tablet_over_by_pin_for_the_desk_and_nothing_else(shared, shop, session):
    first = shop.judge_accounts[0]
    assert switch(shared, first).status_code == 302
    who = shared.get("/marking/session").json
    assert (who["account"], who["by_pin"]) == (first.id, True)
    assert shared.get(f"/marking/sheets/{shop.sheet('01', 'A1').id}").status_code == 200
    assert shared.get("/account").location == "/marking"
    assert rows(session, sa.select(AuditEvent.action).where(AuditEvent.action == "take_over_tablet")) == ["take_over_tablet"]


def test_five_wrong_pins_close_it_and_a_full_sign_in_opens_it_again(shared, shop):
    first = shop.judge_accounts[0]
    for _ in range(5):
        assert switch(shared, first, "9999").status_code == 422
    assert switch(shared, first).status_code == 422
    with shared.session_transaction() as cookie:
        cookie.clear()
    sign_in(shared, first)
    with shared.session_transaction() as cookie:
        cookie["csrf_token"] = "another session"
    contact(shared)
    assert switch(shared, first).status_code == 302


def test_the_pin_that_ends_a_showing_is_that_of_whoever_is_signed_in_and_is_closed_by_wrong_tries(shared, shop):
    first = shop.judge_accounts[0]
    switch(shared, first)
    assert shared.get("/marking/session").json["has_pin"] is True
    assert shared.post("/marking/pin/proof", json={"pin": "0000"}).json == {"fits": False, "closed": False}
    assert shared.post("/marking/pin/proof", json={"pin": PIN}).json == {"fits": True, "closed": False}
    tried = [shared.post("/marking/pin/proof", json={"pin": "0000"}).json["closed"] for _ in range(5)]
    assert tried == [False, False, False, False, True]
    assert shared.post("/marking/pin/proof", json={"pin": PIN}).json == {"fits": False, "closed": True}
    assert shared.get("/marking/session").json["has_pin"] is False


def test_a_pin_opens_nothing_on_a_tablet_where_one_did_not_sign_in_that_day(app, shared, shop):
    elsewhere = app.test_client()
    assert switch(elsewhere, shop.judge_accounts[0]).status_code == 422
    assert "还没有人可以用 PIN" in elsewhere.get("/marking/switch").text
    assert switch(shared, shop.judge_accounts[2]).status_code == 422


def test_a_chief_judge_who_came_by_pin_is_a_judge_only(shared, shop, session):
    account = shop.judge_accounts[0]
    with transaction() as writing:
        writing.add(type(account.grants[0])(account_id=account.id, role="chief_judge", on_id=shop.competition.id, granted_at=NOW))
    session.expire_all()
    switch(shared, account)
    assert shared.get(f"/marking/skills/{shop.skill.id}").status_code == 404


# --- notes and photos -----------------------------------------------------------------------------------------------


def send_photo(client, shop, id, content=None):
    form = {"id": id, "aspect": shop.aspect("B1.1").id, "device": TABLET, "file": (io.BytesIO(content or PHOTO.read_bytes()), "x.jpg")}
    return client.post(f"/marking/sheets/{shop.sheet('01', 'B1').id}/photos", data=form, content_type="multipart/form-data")


@on_both
def test_a_photo_is_kept_once_without_what_the_camera_wrote_into_it(judge, shop, session):
    jpeg = PHOTO.read_bytes()
    dirty = jpeg[:2] + EXIF + jpeg[2:] + b"appended by the camera"
    for _ in range(2):
        answer = send_photo(judge, shop, "photo-0000001", dirty)
        assert answer.status_code == 200
    kept = judge.get(answer.json["url"]).data
    assert count(session, AspectPhoto) == 1
    assert b"GPS-here" not in kept
    assert kept == without_metadata(jpeg)


def test_a_fifth_photo_is_refused_and_one_withdrawn_makes_room(judge, shop):
    for number in range(4):
        assert send_photo(judge, shop, f"photo-000000{number}").status_code == 200
    assert "最多 4 张" in send_photo(judge, shop, "photo-0000009").text
    assert judge.post("/marking/photos/photo-0000001/withdraw", json={}).status_code == 200
    assert judge.get("/marking/photos/photo-0000001").status_code == 404
    assert send_photo(judge, shop, "photo-0000009").status_code == 200


def test_what_others_noted_is_covered_until_ones_own_score_is_given(client, judge, shop):
    send_photo(judge, shop, "photo-0000001")
    address = f"/marking/sheets/{shop.sheet('01', 'B1').id}"
    note = {"id": "note-0000001", "aspect": shop.aspect("B1.1").id, "text": "线头未剪", "made_at": NOW.isoformat()}
    assert judge.post(f"{address}/notes", json=[note]).status_code == 200
    sign_in(client, shop.judge_accounts[1])
    assert "线头未剪" not in client.get(address).text
    assert client.get("/marking/photos/photo-0000001").status_code == 404
    mark = {"id": "mark-0000001", "aspect": shop.aspect("B1.1").id, "seat": 2, "seen": 0, "value": "2"}
    assert client.post(f"{address}/marks", json=[mark]).status_code == 200
    assert "线头未剪" in client.get(address).text
    assert client.get("/marking/photos/photo-0000001").status_code == 200


@on_both
def test_the_same_note_twice_is_one_and_a_later_one_stands_beside_it(judge, shop, session):
    address = f"/marking/sheets/{shop.sheet('01', 'A1').id}/notes"
    for id, text in (("note-0000001", "松"), ("note-0000001", "松"), ("note-0000002", "已复查，不松")):
        assert judge.post(address, json=[{"id": id, "aspect": shop.aspect("A1.1").id, "text": text}]).status_code == 200
    assert [note.number for note in rows(session, sa.select(AspectNote).order_by(AspectNote.number))] == [1, 2]


@pytest.mark.parametrize("content", [b"", b"\xff\xd8", b"GIF89a", b"\xff\xd8\xff\xe1\xff\xff"])
def test_what_is_no_whole_jpeg_is_refused(content):
    with pytest.raises(Refused, match="JPEG"):
        without_metadata(content)


# --- without a network ----------------------------------------------------------------------------------------------


def test_the_day_holds_every_sheet_and_blank_forms_but_no_name_and_no_score_of_others(client, judge, shop):
    with transaction():
        shop.give("01", "B1.1", 3, judge=2)
        shop.give("01", "B1.1", 2, judge=1)
    answer = judge.get("/marking/day")
    (skill,) = answer.json["skills"]
    assert {(sheet["code"], sheet["seat"]) for sheet in skill["sheets"]} == {("01", 1), ("02", 1)}
    values = [sheet["values"] for sheet in skill["sheets"] if sheet["values"]]
    assert values == [{f"{shop.aspect('B1.1').id}-1": [1, "2"]}]
    assert "选手名" not in answer.text
    assert "接线牢固且横平竖直" in answer.text
    assert judge.get("/marking/day", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_the_worker_may_serve_the_desk_and_keeps_files_that_are_there(client, app):
    answer = client.get("/marking/worker.js")
    assert (answer.headers["Service-Worker-Allowed"], answer.mimetype) == ("/marking", "text/javascript")
    files = next(line for line in answer.text.splitlines() if line.startswith("const FILES"))
    for path in [part.strip(' "') for part in files.partition("[")[2].rstrip("];").split(",")]:
        with client.get(path) as file:
            assert file.status_code == 200, path


def test_the_shell_says_nothing_of_anybody(client, judge):
    assert judge.get("/marking/shell").text == client.get("/marking/shell").text
    assert "data-account" not in judge.get("/marking/shell").text


# --- hand-over ------------------------------------------------------------------------------------------------------


def packed(shop, *values, judge=0, key=None):
    """The first aspect of 01 given *values*, one after the other, on the judge's tablet."""
    author = shop.judge_accounts[judge].id
    aspect, sheet = shop.aspect("A1.2").id, shop.sheet("01", "A1").id
    marks = [
        {"id": f"away-{n:07d}", "sheet": sheet, "aspect": aspect, "seat": 0, "seen": 0, "value": value, "made_at": NOW.isoformat()}
        for n, value in enumerate(values)
    ]
    content = {"account": author, "device": TABLET, "packed_at": NOW.isoformat(), "marks": marks}
    return packets.packed(content, key or devices.hand_over_key(TABLET, author))


@on_both
def test_marks_brought_by_another_device_count_once_under_their_judge_and_in_their_order(client, shop, session):
    sign_in(client, shop.chief_account)
    for _ in range(2):
        answer = client.post("/marking/hand-over", data={"text": packed(shop, "1", "12.5")})
        assert answer.status_code == 302
    assert [(mark.number, mark.value, mark.account_id, mark.device) for mark in rows(session, sa.select(Mark).order_by(Mark.number))] == [
        (1, Decimal(1), shop.judge_accounts[0].id, TABLET),
        (2, Decimal("12.5"), shop.judge_accounts[0].id, TABLET),
    ]
    first, second = rows(session, sa.select(HandOver).order_by(HandOver.id))
    assert [line["became"] for line in first.outcome] == ["recorded", "recorded"]
    assert [line["became"] for line in second.outcome] == ["known", "known"]


def parcel(shop, picture, *, attached=None):
    """A file with a note and a photo for the first aspect of 01; *attached* is what lies in it as the photo, "" for nothing."""
    author, place = shop.judge_accounts[0].id, {"sheet": shop.sheet("01", "A1").id, "aspect": shop.aspect("A1.2").id}
    made = {"made_at": NOW.isoformat(), **place}
    content = {
        "account": author,
        "device": TABLET,
        "packed_at": NOW.isoformat(),
        "marks": [],
        "notes": [{"id": "away-note", "text": "量了三处", **made}],
        "photos": [{"id": "away-photo", "sha256": hashlib.sha256(picture).hexdigest(), **made}],
    }
    inside = base64.urlsafe_b64encode(picture if attached is None else attached).decode().rstrip("=")
    sealed = packets.packed(content, devices.hand_over_key(TABLET, author))
    return f"{sealed}\nJB1A/away-photo/{inside}" if inside else sealed


@on_both
def test_a_file_brings_notes_and_photos_too_and_each_once(client, shop, session):
    chief = sign_in(client, shop.chief_account)
    for _ in range(2):
        file = io.BytesIO(parcel(shop, PHOTO.read_bytes()).encode())
        answer = chief.post("/marking/hand-over", data={"file": (file, "a.jbmarks")})
        assert answer.status_code == 302
    assert [(note.text, note.account_id) for note in rows(session, sa.select(AspectNote))] == [("量了三处", shop.judge_accounts[0].id)]
    assert count(session, AspectPhoto) == 1
    first, second = rows(session, sa.select(HandOver).order_by(HandOver.id))
    assert [(line["kind"], line["became"]) for line in first.outcome] == [("note", "recorded"), ("photo", "recorded")]
    assert [line["became"] for line in second.outcome] == ["known", "known"]
    assert "照片" in chief.get(answer.location).text
    assert len(first.packet) < 2000  # the picture is kept as a file, not in the packet


def test_a_photo_that_stayed_behind_is_named_and_another_one_in_its_place_is_found(shop, session, tmp_path):
    picture = PHOTO.read_bytes()
    left = packets.opened(parcel(shop, picture, attached=b""), devices.hand_over_key)
    with transaction() as writing:
        kept = handover.take_in(writing, left, shop.chief, NOW, tmp_path)
    assert kept.outcome[1]["became"] == "refused"
    assert "还在那台平板上" in kept.outcome[1]["zh"]
    with pytest.raises(Refused, match="封签不符"):
        packets.opened(parcel(shop, picture, attached=picture + b"x"), devices.hand_over_key)


@on_both
def test_a_mark_that_may_not_stand_is_kept_with_its_reason_and_the_others_go_on(shop, session, tmp_path):
    packet = packets.opened(packed(shop, "31", "12.5"), devices.hand_over_key)
    with transaction() as writing:
        kept = handover.take_in(writing, packet, shop.chief, NOW, tmp_path)
    assert [line["became"] for line in kept.outcome] == ["refused", "recorded"]
    assert "应在 0 到 30 之间" in kept.outcome[0]["zh"]


@on_both
def test_a_value_that_met_another_is_a_difference_and_replaces_nothing(shop, session, tmp_path):
    with transaction():
        shop.give("01", "A1.2", "20", judge=2)
    with transaction() as writing:
        kept = handover.take_in(writing, packets.opened(packed(shop, "12.5"), devices.hand_over_key), shop.chief, NOW, tmp_path)
    assert [(line["became"], line["now"]) for line in kept.outcome] == [("conflict", "20")]
    assert count(session, Mark) == 1


def test_an_altered_or_forged_hand_over_is_refused(shop):
    good = packed(shop, "12.5")
    head, content, seal = good.split(".")
    other = packed(shop, "13").split(".")[1]
    for bad in (f"{head}.{other}.{seal}", f"{head}.{content}.{'0' * 64}", packed(shop, "12.5", key="ab" * 32)):
        with pytest.raises(Refused, match="封签不符"):
            packets.opened(bad, devices.hand_over_key)


@pytest.mark.parametrize("text", ["", "JB1", "JB1..", "JB1.bm9uc2Vuc2U.00", "JB2.e30.00", "随便什么", "JB1P/abcd/1/1/xyz", "[" * 5000])
def test_what_is_no_hand_over_is_refused(shop, text):
    with pytest.raises(Refused):
        packets.opened(text, devices.hand_over_key)


def test_codes_may_be_scanned_in_any_order_and_the_missing_ones_are_named(shop):
    whole = packed(shop, "12.5")
    third = len(whole) // 3 + 1
    parts = [f"JB1P/00ff/{n + 1}/3/{whole[n * third : (n + 1) * third]}" for n in range(3)]
    assert packets.whole("\n".join([parts[2], parts[0], parts[1], parts[0]])) == whole
    with pytest.raises(Refused, match=r"还缺第 2 张"):
        packets.whole("\n".join([parts[0], parts[2]]))


def test_nobody_takes_in_sheets_they_may_not_see(session, shop, tmp_path):
    with transaction() as writing:
        other = Workshop(writing).start()
    with pytest.raises(Refused, match="不归您负责"), transaction() as writing:
        handover.take_in(writing, packets.opened(packed(shop, "12.5"), devices.hand_over_key), other.chief, NOW, tmp_path)


# --- paper ----------------------------------------------------------------------------------------------------------


def typing(shop, **changed):
    """Sheet B1 of 01 as it stands on paper: the three judges' scores."""
    aspect = shop.aspect("B1.1").id
    return {f"{aspect}-{seat}": changed.get(f"seat{seat}", "2") for seat in (1, 2, 3)}


def type_in(shop, actor, **changed):
    with transaction() as writing:
        return paper.type_in(writing, shop.sheet("01", "B1"), actor, typing(shop, **changed), NOW)


@on_both
def test_what_two_persons_type_alike_becomes_marks_of_the_judges_who_wrote_it(shop, session):
    assert type_in(shop, shop.scorer).recorded_at is None
    assert count(session, Mark) == 0
    assert type_in(shop, shop.chief).recorded_at is not None
    marks = session.scalars(sa.select(Mark).order_by(Mark.seat)).all()
    assert [(mark.seat, mark.value, mark.account_id) for mark in marks] == [
        (seat, Decimal(2), shop.judge_accounts[seat - 1].id) for seat in (1, 2, 3)
    ]
    assert all("计分裁判、裁判长" in mark.reason for mark in marks)


def test_the_same_person_twice_is_one_typing(shop, session):
    type_in(shop, shop.scorer)
    assert type_in(shop, shop.scorer, seat2="3").second_by_id is None
    assert count(session, Mark) == 0


def test_a_difference_records_nothing_until_the_two_agree(shop, session):
    type_in(shop, shop.scorer)
    entry = type_in(shop, shop.chief, seat2="3")
    assert [(each.first, each.second) for each in typed.differences_in(entry, shop.sheet("01", "B1"))] == [("2", "3")]
    assert count(session, Mark) == 0
    type_in(shop, shop.scorer, seat2="3")
    assert count(session, Mark) == 3


def test_the_second_person_sees_nothing_of_the_first_typing(client, shop):
    type_in(shop, shop.scorer, seat2="n")
    sign_in(client, shop.chief_account)
    page = client.get(f"/marking/sheets/{shop.sheet('01', 'B1').id}/paper").text
    assert "请照纸上再录一遍" in page
    assert "selected" not in page


def test_what_a_tablet_said_otherwise_waits_for_the_chief_judge_and_a_reason(shop, session):
    with transaction():
        shop.give("01", "B1.1", 1, judge=2)
    type_in(shop, shop.scorer)
    entry = type_in(shop, shop.chief)
    assert entry.recorded_at is None
    sheet = shop.sheet("01", "B1")
    assert [(clash.typed, clash.stands) for clash in typed.clashes_in(entry, sheet)] == [("2", "1")]
    with pytest.raises(Refused, match="理由"), transaction() as writing:
        paper.let_paper_stand(writing, sheet, shop.chief, "", NOW)
    with transaction() as writing:
        paper.let_paper_stand(writing, shop.sheet("01", "B1"), shop.chief, "平板上按错", NOW)
    assert session.scalars(sa.select(Mark.value).where(Mark.seat == 2).order_by(Mark.number)).all() == [1, 2]


@pytest.mark.parametrize(
    ("changed", "reason"), [({"seat2": ""}, "还没有录：B1.1"), ({"seat2": "4"}, "0、1、2、3"), ({"seat2": "二"}, "二")]
)
def test_a_place_left_out_or_wrong_is_named_and_nothing_is_kept(shop, session, changed, reason):
    with pytest.raises(Refused, match=reason):
        type_in(shop, shop.scorer, **changed)
    assert count(session, PaperEntry) == 0


def test_a_judge_does_not_type(shop):
    with pytest.raises(Refused, match="计分裁判、裁判长"):
        type_in(shop, shop.judges[0])


def test_a_sheet_is_printed_blank_for_its_judge_and_with_marks_only_when_nothing_is_covered(judge, shop):
    with transaction():
        shop.give("01", "B1.1", 3, judge=2)
    address = f"/marking/sheets/{shop.sheet('01', 'B1').id}.pdf"
    assert judge.get(address).data.startswith(b"%PDF")
    assert judge.get(address, query_string={"marks": 1}).status_code == 409


# --- bringing a value back ------------------------------------------------------------------------------------------


@on_both
def test_the_chief_judge_brings_a_value_back_as_a_new_mark_that_says_so(client, shop, session):
    with transaction():
        shop.give("01", "A1.2", "20", id="first-value")
        shop.give("01", "A1.2", "25", seen=1)
    address = f"/marking/sheets/{shop.sheet('01', 'A1').id}"
    sign_in(client, shop.judge_accounts[0])
    assert client.post(f"{address}/revert", data={"mark": "first-value"}).status_code == 403
    sign_in(client, shop.chief_account)
    assert client.post(f"{address}/revert", data={"mark": "first-value"}).status_code == 302
    marks = rows(session, sa.select(Mark).order_by(Mark.number))
    assert [mark.value for mark in marks] == [20, 25, 20]
    assert marks[-1].reason == "恢复为第 1 次录入的 20"
    assert client.post(f"{address}/revert", data={"mark": "first-value"}).status_code == 409
