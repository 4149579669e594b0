"""Files people hand in: kept once by the digest of their content, known by what they are rather than what they are called.

A file's content lies under `files/ab/abcd…` in the instance folder, written whole or not at all, and never changed.  A row in
`stored_file` says who handed it in, when and under which name; the same content handed in twice is stored once.  A file whose row
was rolled back is only an orphan: harmless, and found again if the same content comes back.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import tempfile
import unicodedata
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Base, UtcDateTime
from app.core.errors import Refused
from workflows.text import Text, joined

MAX_BYTES = 20 * 2**20
CHUNK = 2**16
NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file is: key, the media type it is sent with, its extension, and what people call it."""

    key: str
    media_type: str
    extension: str
    title: Text


PDF = FileKind("pdf", "application/pdf", ".pdf", Text("PDF 文档", "PDF"))
PNG = FileKind("png", "image/png", ".png", Text("PNG 图片", "PNG picture"))
JPEG = FileKind("jpeg", "image/jpeg", ".jpg", Text("JPEG 图片", "JPEG picture"))
XLSX = FileKind(
    "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", Text("Excel 工作簿", "Excel workbook")
)
DOCX = FileKind(
    "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", Text("Word 文档", "Word document")
)
CSV = FileKind("csv", "text/csv", ".csv", Text("CSV 表格", "CSV table"))

KINDS = {kind.key: kind for kind in (PDF, PNG, JPEG, XLSX, DOCX, CSV)}
PROOFS = (PDF, PNG, JPEG)
TABLES = (XLSX, CSV)


class StoredFile(Base):
    """One file handed in: under which name, by whom, when; its content is found by the digest."""

    __tablename__ = "stored_file"
    __table_args__ = (sa.CheckConstraint("size > 0", name="size"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(64), index=True)  # SHA-256, hexadecimal
    name: Mapped[str] = mapped_column(sa.String(NAME_LENGTH))
    kind: Mapped[str] = mapped_column(sa.String(10))
    size: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def media_type(self) -> str:
        return KINDS[self.kind].media_type

    def path(self, instance: Path) -> Path:
        """Where the content lies, for `send_file(path, mimetype=file.media_type, as_attachment=True, download_name=file.name)`."""
        return _place(instance, self.digest)

    def is_intact(self, instance: Path) -> bool:
        """Whether the content is there and still what was handed in."""
        try:
            with self.path(instance).open("rb") as content:
                return hashlib.file_digest(content, "sha256").hexdigest() == self.digest
        except FileNotFoundError:
            return False


def keep(
    session: Session,
    instance: Path,
    stream: BinaryIO,
    filename: str,
    *,
    allowed: Collection[FileKind],
    account_id: int | None,
    now: datetime,
    limit: int = MAX_BYTES,
) -> StoredFile:
    """Store what *stream* holds, and the row that says so; `Refused` where it is empty, too large or not of an *allowed* kind."""
    folder = instance / "files"
    folder.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=folder, prefix=".incoming-")
    try:
        with os.fdopen(handle, "wb") as target:
            digest, size = _copied(stream, target, limit)
        kind = kind_of(Path(draft))
        if kind is None or kind not in allowed:
            raise Refused(
                Text("只接受：{kinds}。文件内容不是这些格式", "Only {kinds} are accepted; the content is none of them").format(
                    kinds=joined([kind.title for kind in allowed])
                )
            )
        place = _place(instance, digest)
        place.parent.mkdir(exist_ok=True)
        os.replace(draft, place)  # the same content over itself, where it was known
    finally:
        Path(draft).unlink(missing_ok=True)
    row = StoredFile(digest=digest, name=safe_name(filename, kind), kind=kind.key, size=size, account_id=account_id, created_at=now)
    session.add(row)
    session.flush()
    return row


def _copied(stream: BinaryIO, target: BinaryIO, limit: int) -> tuple[str, int]:
    """Copy in pieces, never holding the whole; the digest and the size of what was copied."""
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(CHUNK):
        size += len(piece)
        if size > limit:
            raise Refused(Text("文件超过 {limit} MB", "The file is larger than {limit} MB").format(limit=limit >> 20))
        digest.update(piece)
        target.write(piece)
    if size == 0:
        raise Refused(Text("文件是空的", "The file is empty"))
    target.flush()
    os.fsync(target.fileno())
    return digest.hexdigest(), size


def _place(instance: Path, digest: str) -> Path:
    return instance / "files" / digest[:2] / digest


def kind_of(path: Path) -> FileKind | None:
    """What the content at *path* is, whatever it is called; None for anything we do not keep."""
    with path.open("rb") as content:
        head = content.read(CHUNK)
    for start, kind in ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG)):
        if head.startswith(start):
            return kind
    if head.startswith(b"PK"):
        return _office_kind(path)
    return CSV if _is_table_text(head) else None


def _office_kind(path: Path) -> FileKind | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = frozenset(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return None
    return XLSX if "xl/workbook.xml" in names else DOCX if "word/document.xml" in names else None


def _is_table_text(head: bytes) -> bool:
    """Whether it reads as text in an encoding offices use, and not as a page or a script."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:  # the last character may be cut by the sample
            text = codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < CHUNK)
        except UnicodeDecodeError:
            continue
        printable = not any(unicodedata.category(c) in ("Cc", "Co", "Cn") and c not in "\t\r\n" for c in text)
        return printable and not re.match(r"\s*(<|#!|\{)", text)
    return False


def safe_name(filename: str, kind: FileKind) -> str:
    """*filename* without folders, control characters and what systems forbid in names, ending as its content does."""
    name = unicodedata.normalize("NFC", filename).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    stem = re.sub(r'[<>:"|?*]', "", re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)).strip(". ") or "file"
    return stem[: NAME_LENGTH - len(kind.extension)] + kind.extension
