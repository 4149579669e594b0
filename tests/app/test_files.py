"""What people hand in is kept whole, once, under its true kind; what is not wanted leaves no trace."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app.core import files
from app.core.db import Base
from app.core.errors import Refused
from app.core.files import CSV, JPEG, PDF, PNG, PROOFS, TABLES, XLSX, StoredFile

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
DOCUMENT = b"%PDF-1.7\n" + bytes(range(256)) * 1000


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine, tables=[Base.metadata.tables["stored_file"]])
    with Session(engine) as session:
        yield session
    engine.dispose()


def keep(session: Session, instance: Path, content: bytes, name: str = "证明.pdf", **options: object) -> StoredFile:
    wanted: dict[str, object] = {"allowed": PROOFS, "account_id": 7, "now": NOW, **options}
    return files.keep(session, instance, io.BytesIO(content), name, **wanted)  # type: ignore[arg-type]


def on_disk(instance: Path) -> list[str]:
    return [name for _, _, names in os.walk(instance) for name in names]


def workbook() -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.add_worksheet()
    book.close()
    return buffer.getvalue()


def test_a_file_comes_back_as_it_was_handed_in(session: Session, tmp_path: Path) -> None:
    stored = keep(session, tmp_path, DOCUMENT)
    session.commit()
    found = session.scalars(select(StoredFile)).one()
    assert found.path(tmp_path).read_bytes() == DOCUMENT
    assert (found.name, found.media_type, found.size, found.account_id) == ("证明.pdf", "application/pdf", len(DOCUMENT), 7)
    assert stored.is_intact(tmp_path)


def test_the_same_content_is_stored_once_and_each_handing_in_is_known(session: Session, tmp_path: Path) -> None:
    first, second = keep(session, tmp_path, DOCUMENT), keep(session, tmp_path, DOCUMENT, "另一份.pdf")
    assert first.digest == second.digest
    assert on_disk(tmp_path) == [first.digest]
    assert [row.name for row in session.scalars(select(StoredFile).order_by(StoredFile.id))] == ["证明.pdf", "另一份.pdf"]


def test_a_changed_or_lost_content_is_noticed(session: Session, tmp_path: Path) -> None:
    stored = keep(session, tmp_path, DOCUMENT)
    stored.path(tmp_path).write_bytes(DOCUMENT + b" ")
    assert not stored.is_intact(tmp_path)
    stored.path(tmp_path).unlink()
    assert not stored.is_intact(tmp_path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "空的"),
        (DOCUMENT * 5, "超过 1 MB"),
        (b"MZ\x90\x00" + bytes(100), "只接受"),
        (b"<html><script>alert(1)</script></html>", "只接受"),
        ("姓名,单位\n".encode(), "只接受：PDF 文档；PNG 图片；JPEG 图片"),
        (b"PK\x03\x04" + bytes(100), "只接受"),
    ],
)
def test_what_is_not_wanted_is_refused_and_leaves_nothing(session: Session, tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        keep(session, tmp_path, content, limit=2**20)
    assert on_disk(tmp_path) == []
    assert session.scalars(select(StoredFile)).all() == []


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(20), PNG),
        (b"\xff\xd8\xff\xe0" + bytes(20), JPEG),
        (DOCUMENT, PDF),
        (workbook(), XLSX),
        ("姓名,单位\n张三,甲厂\n".encode("gb18030"), CSV),
        ("\ufeff姓名,单位\n".encode(), CSV),
        (("甲" * 40_000).encode(), CSV),
        (b"a" + ("甲" * 40_000).encode("gb18030"), CSV),
        (b"#!/bin/sh\n", None),
        (bytes(300), None),
        (b"\xff" * 300, None),
    ],
)
def test_a_kind_is_told_by_the_content(tmp_path: Path, content: bytes, kind: files.FileKind | None) -> None:
    (tmp_path / "upload").write_bytes(content)
    assert files.kind_of(tmp_path / "upload") == kind


def test_a_file_named_otherwise_gets_the_extension_of_its_content(session: Session, tmp_path: Path) -> None:
    assert keep(session, tmp_path, workbook(), "名单.exe", allowed=TABLES).name == "名单.xlsx"


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\文件\\获奖证书.PDF", "获奖证书.pdf"),
        ("a\u202egpj.pdf", "agpj.pdf"),
        ('x"\r\nSet-Cookie: a=b.pdf', "xSet-Cookie a=b.pdf"),
        ("..", "file.pdf"),
        ("", "file.pdf"),
    ],
)
def test_a_name_cannot_leave_its_folder_or_its_header(given_name: str, kept: str) -> None:
    assert files.safe_name(given_name, PDF) == kept


@given(st.text(max_size=300))
def test_every_name_is_short_and_plain(name: str) -> None:
    kept = files.safe_name(name, PDF)
    assert len(kept) <= files.NAME_LENGTH
    assert kept.endswith(".pdf")
    assert not set(kept) & set('/\\\r\n\0"<>')
