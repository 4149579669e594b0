"""Papers as PDF/A: the award certificate, the certificate of skill level, lists, and the marking sheet.

Typst sets them from the templates in `templates/paper/`; words and values reach a template only as JSON, so no name can become
markup.  The same content gives the same bytes.  Before anything is set, every character is looked up in the font: a name printed
with a hollow box in it would be somebody else's certificate.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import io
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from app.core.errors import Refused
from app.core.lazily import lazily
from workflows.text import Text

if TYPE_CHECKING:
    import segno
    import typst
    from fontTools import ttLib
else:
    segno = lazily("segno")
    typst = lazily("typst")
    ttLib = lazily("fontTools.ttLib")

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates" / "paper"
FONTS = ROOT / "static" / "vendor" / "fonts"
FACES = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")

PHOTO_BYTES = 512 * 1024
PHOTO_KINDS: Mapping[bytes, str] = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}

# The national look-up pages that 人社鉴发〔2021〕1号 puts on the face.
CERTIFICATE_QUERY = "http://jndj.osta.org.cn"
ISSUER_QUERY = "http://pjjg.osta.org.cn"


class FontMissing(RuntimeError):
    """The font for papers is not where the set-up puts it."""


class CannotPrint(Refused):
    """These words do not go onto this paper: the reason names the characters the font lacks, or says that they are too many."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The image of a seal or of a signature as it was handed in (a PNG), and how wide it stands on paper, in millimetres."""

    png: bytes
    width: int


@dataclass(frozen=True, slots=True)
class Award:
    """An award certificate (获奖证书).  `award` is what was won: 一等奖, 金牌; `honorific` follows the name, and may be left out."""

    number: str
    name: str
    competition: Text
    skill: Text
    award: Text
    issuer: Text
    issued_on: date
    check_url: str
    group: Text | None = None
    honorific: Text | None = None
    seal: Mark | None = None
    signature: Mark | None = None


@dataclass(frozen=True, slots=True)
class LevelCertificate:
    """A certificate of skill level (职业技能等级证书), with every field that 人社鉴发〔2021〕1号 requires on the face.

    `level` in full (三级/高级工); `specialty` None prints `--`, as the norm says; `photo` is a JPEG or PNG of at most 512 KB.
    """

    number: str
    name: str
    id_kind: Text
    id_number: str
    occupation: str
    specialty: str | None
    level: Text
    issuer: str
    issued_on: date
    check_url: str
    photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a list: its title, its share of the width, and where its text stands."""

    title: str
    share: float = 1
    align: Literal["left", "center", "right"] = "left"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One aspect on a marking sheet: `options` are boxes to tick, without them there is a line for a number in `unit`.

    `given` is what was given, "" for nothing yet: of each judge where `is_scored_by_each`, else of the panel as one.
    """

    code: str
    aspect: str
    details: Sequence[str]
    max_mark: Decimal
    is_scored_by_each: bool
    options: Sequence[str]
    given: Sequence[str]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class SheetPaper:
    """One competitor's sheet in one sub criterion.  *code* is the anonymous one: no name comes onto this paper.

    `number` and `url` (as a QR code) find the sheet again; `digest` is of the marks printed, "" on a blank one.
    """

    code: str
    number: str
    url: str
    sub: str
    skill: str
    competition: str
    judges: Sequence[str]
    rows: Sequence[SheetRow]
    digest: str = ""


def font_dir() -> Path:
    """The folder of the fonts; `FontMissing` where they were not fetched."""
    lacking = [face for face in FACES if not (FONTS / face).is_file()]
    if lacking:
        raise FontMissing(f"{', '.join(lacking)} missing in static/vendor/fonts: `python3 run.py build` fetches them")
    return FONTS


@functools.cache
def _glyphs() -> frozenset[int]:
    """The characters that every face of ours can draw."""
    faces = []
    for face in FACES:
        with ttLib.TTFont(font_dir() / face, lazy=True) as font:
            faces.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*faces)


def missing_glyphs(text: str) -> str:
    """The characters of *text* that cannot be printed, each once, in the order met; empty when all can."""
    return "".join(dict.fromkeys(c for c in text if ord(c) not in _glyphs() and c not in "\n\r\t"))


def award_certificate(award: Award) -> bytes:
    """The award certificate as PDF/A-2b: A4, landscape."""
    return award_certificates([award])


def award_certificates(awards: Sequence[Award], heading: str = "") -> bytes:
    """Award certificates in one document, each on a page of its own, in the order given.  A seal borne by many is in it once."""
    marks = {_key(mark): mark for award in awards for mark in (award.seal, award.signature) if mark is not None}
    return _set(
        "award.typ",
        max(award.issued_on for award in awards),
        {
            "heading": heading or f"获奖证书 {awards[0].number}",
            "awards": [_award_face(award) for award in awards],
        },
        qr=[_qr(award.check_url) for award in awards],
        marks={key: {"svg": _svg_of(mark), "width": mark.width} for key, mark in marks.items()},
    )


def _award_face(award: Award) -> dict[str, Any]:
    group = Text(f"（{award.group.zh}）", f" ({award.group.en})") if award.group else None
    citation = Text(
        f"在{award.competition.zh}“{award.skill.zh}”赛项{group.zh if group else ''}中，荣获",
        f"This is to certify that {award.name} has been awarded {award.award.en} in {award.skill.en}{group.en if group else ''} "
        f"at the {award.competition.en}.",
    )
    return {
        "title": _both(Text("获奖证书", "Certificate of Award")),
        "number": award.number,
        "name": award.name,
        "honorific": _both(award.honorific),
        "citation": _both(citation),
        "award": _both(award.award),
        "issuer": _both(award.issuer),
        "issued": _both(_day(award.issued_on)),
        "check_url": award.check_url,
        "seal": _key(award.seal),
        "signature": _key(award.signature),
    }


def _key(mark: Mark | None) -> str:
    """What a picture is known by within a document."""
    return "" if mark is None else hashlib.sha256(mark.png).hexdigest()[:16]


def level_certificate(certificate: LevelCertificate) -> bytes:
    """The certificate of skill level as PDF/A-2b: A4, portrait."""
    statement = Text(
        f"本证书由{certificate.issuer}颁发，表明持证人通过本机构组织的职业技能等级认定，具备该职业（工种）相应的职业技能等级水平。",
        "This certificate is issued by the institution named below. It shows that the holder has passed the recognition of vocational "
        "skill levels organised by that institution and has the skills of the level stated for this occupation.",
    )
    fields = (
        (Text("姓　　名", "Name"), certificate.name),
        (Text("证件类型", "Type of ID"), certificate.id_kind.zh),
        (Text("证件号码", "ID number"), certificate.id_number),
        (Text("职业名称", "Occupation"), certificate.occupation),
        (Text("工种／职业方向", "Trade or specialty"), certificate.specialty or "--"),
        (Text("职业技能等级", "Skill level"), f"{certificate.level.zh}　{certificate.level.en}"),
        (Text("证书编号", "Certificate number"), certificate.number),
    )
    links = (
        (Text("扫码查验", "Verify"), certificate.check_url),
        (Text("证书查询网址", "Certificate query"), CERTIFICATE_QUERY),
        (Text("机构查询网址", "Institution query"), ISSUER_QUERY),
    )
    return _set(
        "level.typ",
        certificate.issued_on,
        {
            "number": certificate.number,
            "statement": _both(statement),
            "fields": [{**_both(name), "value": value} for name, value in fields],
            "links": [{**_both(name), "url": url} for name, url in links],
            "issuer": certificate.issuer,
            "issued": _both(_day(certificate.issued_on)),
            "check_url": certificate.check_url,
        },
        qr=_qr(certificate.check_url),
        photo=_photo(certificate.photo),
    )


def table_document(
    title: str,
    columns: Sequence[TableColumn],
    rows: Sequence[Sequence[str]],
    *,
    dated: date,
    subtitle: str = "",
    facts: Sequence[tuple[str, str]] = (),
    lead: Sequence[str] = (),
    closing: Sequence[str] = (),
    signatures: Sequence[str] = (),
    signed: Mapping[str, str] | None = None,
    issuer: str = "",
    seal: Mark | None = None,
    signature: Mark | None = None,
    totals: int = 0,
    footnote: str = "",
    landscape: bool = False,
    size: float = 10.5,
    language: str = "zh",
) -> bytes:
    """A list as PDF/A-2b: title, `facts` in pairs, paragraphs, the table, paragraphs, lines to sign on, issuer with date.

    `signed` says of some of `signatures` when and how they were given; they need no line.  `seal` and `signature` stand at the issuer.
    The last `totals` rows stand out.  `footnote` stands at the foot of every page, such as the digest of what is listed.
    """
    if any(len(row) != len(columns) for row in rows):
        raise ValueError("every row needs one cell for each column")
    return _set(
        "table.typ",
        dated,
        {
            "title": title,
            "subtitle": subtitle,
            "facts": [{"name": name, "value": value} for name, value in facts],
            "lead": list(lead),
            "columns": [{"title": column.title, "share": column.share, "align": column.align} for column in columns],
            "rows": [list(row) for row in rows],
            "totals": totals,
            "closing": list(closing),
            "signatures": [{"name": name, "signed": (signed or {}).get(name, "")} for name in signatures],
            "issuer": issuer,
            "issued": _day(dated).within(language) if issuer else "",
            "seal_side": seal.width if seal else 0,
            "signature_side": signature.width if signature else 0,
            "footnote": footnote,
            "landscape": landscape,
            "size": size,
            "language": "en" if language.startswith("en") else "zh",
        },
        seal=_svg_of(seal),
        signature=_svg_of(signature),
    )


def seat_labels(competition: str, skill: str, codes: Sequence[str], *, per_sheet: int, dated: date, language: str = "zh") -> bytes:
    """A label for every seat, *per_sheet* (1, 2, 4 or 8) to a page of A4."""
    if per_sheet not in PER_SHEET:
        raise ValueError(f"{per_sheet} labels do not go onto a sheet")
    word = Text("工位", "Seat").within(language)
    facts = {"title": f"{competition} {skill}", "competition": competition, "skill": skill, "codes": list(codes), "per": per_sheet}
    return _set("labels.typ", dated, {**facts, "word": word})


PER_SHEET = (1, 2, 4, 8)


def public_notice(
    title: str,
    columns: Sequence[TableColumn],
    rows: Sequence[Sequence[str]],
    *,
    issuer: str,
    dated: date,
    body: Sequence[str] = (),
    closing: Sequence[str] = (),
    number: str = "",
    seal: Mark | None = None,
    signature: Mark | None = None,
) -> bytes:
    """A notice before the public (公示), with a red head: issuer, document number, title, words, the list, who signs and when."""
    return _set(
        "notice.typ",
        dated,
        {
            "title": title,
            "issuer": issuer,
            "number": number,
            "body": list(body),
            "columns": [{"title": column.title, "share": column.share} for column in columns],
            "rows": [list(row) for row in rows],
            "closing": list(closing),
            "issued": _day(dated).zh,
            "seal_side": seal.width if seal else 0,
            "signature_side": signature.width if signature else 0,
        },
        seal=_svg_of(seal),
        signature=_svg_of(signature),
    )


def marking_sheets(sheets: Sequence[SheetPaper], *, dated: date, language: str = "zh") -> bytes:
    """Marking sheets as PDF/A-2b, each beginning on a page of its own: to be filled in by hand, or as they stand, with room to sign."""

    def words(zh: str, en: str) -> str:
        return Text(zh, en).within(language)

    seats = max((len(sheet.judges) for sheet in sheets), default=1)
    return _set(
        "sheet.typ",
        dated,
        {
            "title": words("评分表", "Marking sheet"),
            "language": "en" if language.startswith("en") else "zh",
            "number": words("表号", "Sheet no."),
            "none": words("未作答", "not attempted"),
            "chief": words("裁判长", "Chief judge"),
            "advice": words(
                "选一个分值打勾或写明数值；没有做的勾“—”（未作答），不写 0。改动处由本人签名。",
                "Tick one value or write the number; “—” is not attempted, which is no 0. Sign beside any alteration.",
            ),
            "seat-width": 31 if seats <= 3 else 93 / seats,
            "headings": {"code": words("编号", "Code"), "aspect": words("评分项", "Aspect"), "max": words("满分", "Max")},
            "sheets": [_sheet(sheet, words("内容摘要 ", "Digest "), _day(dated).within(language)) for sheet in sheets],
        },
    )


def _sheet(sheet: SheetPaper, digest_title: str, day: str) -> dict[str, Any]:
    rows = [
        {
            "code": row.code,
            "aspect": row.aspect,
            "details": list(row.details),
            "max": f"{row.max_mark:.2f}",
            "each": row.is_scored_by_each,
            "options": list(row.options),
            "given": list(row.given),
            "unit": row.unit,
        }
        for row in sheet.rows
    ]
    return {
        "code": sheet.code,
        "number": sheet.number,
        "url": sheet.url,
        "qr": _qr(sheet.url, MASK),  # a thousand at a time
        "sub": sheet.sub,
        "skill": sheet.skill,
        "competition": sheet.competition,
        "judges": list(sheet.judges),
        "rows": rows,
        "footnote": digest_title + sheet.digest if sheet.digest else day,
    }


def _both(text: Text | None) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en} if text else {"zh": "", "en": ""}


_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def _day(day: date) -> Text:
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


MASK = 3  # a reader reads all eight; to try out which looks best takes ten times as long as the rest of a code


def _qr(url: str, mask: int | None = None) -> str:
    """*url* as an SVG, tolerant of a fifth of it being soiled; under the best of the masks unless one is given."""
    buffer = io.BytesIO()
    segno.make(url, error="q", micro=False, mask=mask).save(buffer, kind="svg", border=0, dark="#20242b", xmldecl=False, svgns=True)
    return buffer.getvalue().decode()


def _photo(photo: bytes | None) -> str:
    """*photo* inside an SVG, the form in which a picture can travel as text; a `ValueError` where it is no JPEG or PNG."""
    if photo is None:
        return ""
    kind = next((kind for start, kind in PHOTO_KINDS.items() if photo.startswith(start)), None)
    if kind is None or len(photo) > PHOTO_BYTES:
        raise ValueError("a photo must be a JPEG or PNG of at most 512 KB")
    address = f"data:{kind};base64,{base64.b64encode(photo).decode()}"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 250 350">'
        f'<image width="250" height="350" preserveAspectRatio="xMidYMid slice" href="{address}"/></svg>'
    )


def _svg_of(mark: Mark | None) -> str:
    """*mark* inside an SVG of its own proportions, the form in which a picture can travel as text."""
    if mark is None:
        return ""
    width, height = (int.from_bytes(mark.png[start : start + 4]) for start in (16, 20))  # the header of a PNG
    address = f"data:image/png;base64,{base64.b64encode(mark.png).decode()}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="{address}"/></svg>'
    )


_thread = threading.local()


def _compiler(template: str) -> typst.Compiler:
    """A compiler for *template*, kept for the thread: it holds its document between calls and must not be shared."""
    kept: dict[str, typst.Compiler] = vars(_thread).setdefault("compilers", {})
    if template not in kept:
        kept[template] = typst.Compiler(TEMPLATES / template, root=TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True)
    return kept[template]


@functools.cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_dir())])


def _set(template: str, dated: date, data: dict[str, Any], **pictures: Any) -> bytes:
    """Set *data* with *template*.  *pictures* travel beside the words: SVGs, whose text no font has to know."""
    missing = missing_glyphs("".join(_strings(data)))
    if missing:
        raise CannotPrint(
            Text(
                "字库中没有“{missing}”，无法打印，请核对或更换字形", "The font lacks “{missing}”: please compare, or use another form"
            ).format(missing="、".join(missing))
        )
    inputs = {"data": json.dumps({**data, **pictures}, ensure_ascii=False)}
    moment = datetime.combine(dated, time(), UTC)  # not now: the same content gives the same bytes
    try:
        pdf = _compiler(template).compile(format="pdf", sys_inputs=inputs, pdf_standards="a-2b", timestamp=moment)
    except typst.TypstError as error:
        if "more than one page" not in error.message:
            raise
        raise CannotPrint(Text("文字过长，一页放不下，请精简名称", "The words do not fit on one page: please shorten the names")) from None
    if not isinstance(pdf, bytes):
        raise TypeError("the typesetter returned pages instead of one document")
    return pdf


def _strings(value: object) -> list[str]:
    """Every text inside nested data."""
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for part in parts for text in _strings(part)]
