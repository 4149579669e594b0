"""Whatever file is handed in wherever one can be sent: a clear answer, nothing half done, and never a breakdown."""

from __future__ import annotations

import io
import re
import zipfile
from typing import ClassVar

import pytest
import sqlalchemy as sa
from flask import Request, request

from app.core.db import Base, db
from app.web import spreadsheets
from app.web.spreadsheets import Column
from tests.faults.inhabited import EVERYTHING, browser, settle_in
from workflows.text import Text

FIELDS = ("file", "files", "proofs")
LEADS_OUT = ("accounts.logout", "accounts.end_sessions")
ALLOWED = 1 << 16


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def another_workbook() -> bytes:
    return spreadsheets.workbook((Column("x", Text("无关", "Unrelated")),), [{"x": "1"}], Text("表", "Sheet"))


UNRELATED = ("other.xlsx", another_workbook())
WRONG = {
    "a workbook about something else": UNRELATED,
    "empty": ("empty.xlsx", b""),
    "a picture under another name": ("table.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(64)),
    "half a workbook": ("half.xlsx", another_workbook()[: len(another_workbook()) // 2]),
    "an archive that is no workbook": ("archive.xlsx", zipped(readme=b"hello")),
    "a workbook with nothing readable in it": ("hollow.xlsx", zipped(xl__workbook=b"", **{"xl__workbook.xml": b"<workbook/>"})),
    "a bomb": ("bomb.xlsx", zipped(**{"xl__workbook.xml": b"<workbook/>", "xl__worksheets__sheet1.xml": bytes(80 << 20)})),
    "bytes of no encoding": ("table.csv", b"\xff\xfe\xfd\x81\x30,\x00\x80\xff\n" * 20),
    "half a character": ("table.csv", "姓名,身份证号\n张".encode("gb18030")[:-1]),
    "UTF-16 without a mark": ("table.csv", "姓名,身份证号\n张三,1".encode("utf-16-le")),
    "a page": ("proof.pdf", b"<html><script>alert(1)</script></html>"),
    "a name that leads elsewhere": ("../../etc/passwd\0.pdf", b"%PDF-"),
}


class Watched(io.BytesIO):
    """An upload that remembers which page looked into it."""

    seen_by: ClassVar[set[str]] = set()

    def read(self, *size):
        self.seen_by.add(request.path)
        return super().read(*size)


class WatchedRequest(Request):
    def _get_file_stream(self, *args, **kwargs):
        return Watched()


@pytest.fixture
def database_kind():
    return "sqlite"


@pytest.fixture
def office(app, session):
    people = settle_in(app, session)
    session.rollback()
    app.request_class = WatchedRequest
    return browser(app, people[EVERYTHING])


@pytest.fixture
def takers(app, office):
    """Every address that reads a file which is sent to it."""
    Watched.seen_by.clear()
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "POST" in (rule.methods or ()) and rule.endpoint not in LEADS_OUT:
            send(office, re.sub(r"<(?:(\w+):)?\w+>", lambda gap: "1" if gap.group(1) == "int" else "x", rule.rule), *UNRELATED)
    assert Watched.seen_by
    return sorted(Watched.seen_by)


def counts():
    found = {name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) for name, table in Base.metadata.tables.items()}
    db.session.rollback()
    return found


def send(office, address, name, content):
    return office.post(address, data={field: (io.BytesIO(content), name) for field in FIELDS}, content_type="multipart/form-data")


def test_a_wrong_file_is_refused_everywhere_and_leaves_nothing(app, session, office, takers):
    before = counts()
    for what, (name, content) in WRONG.items():
        for address in takers:
            assert send(office, address, name, content).status_code < 500, (address, what)
            assert counts() == before, (address, what)


def test_a_file_that_is_too_large_is_refused_everywhere_before_it_is_read(app, session, office, takers):
    app.config["MAX_CONTENT_LENGTH"] = ALLOWED
    before = counts()
    for address in takers:
        assert send(office, address, "large.xlsx", bytes(ALLOWED + 1)).status_code == 413, address
    assert counts() == before
