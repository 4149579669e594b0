"""The 22 characters of a certificate of skill level (人社鉴发〔2019〕2号).

    position  1   2–5     6–7       8–13     14–15  16     17–22
    part      Y   0000    33        000123   26     3      000045
              kind agency province  station  year   level  serial

The number in the official text, `Y000123XXXXXX195000001`, is a pattern: its X stand for the six digits of a station code.
It is refused as a certificate number, with a reason that says so.  The letters that special-grade and chief technicians carry
are not published in a text we could read, so their numbers are refused too, saying why.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workflows.text import Text

LENGTH = 22

KINDS: dict[str, Text] = {
    "Y": Text("用人单位", "Employer"),
    "S": Text("社会培训评价组织", "Training and assessment organisation"),
}
FILED_IN_PROVINCE = "0000"  # agencies filed at the ministry have 0001 to 9999

# GB/T 2260, first two digits; the provincial-level divisions that have assigned station codes.
PROVINCES: frozenset[str] = frozenset(
    str(code) for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65)) for code in range(first, last + 1)
)

_LEVEL_DIGITS = "12345"


class InvalidCertificateNumber(ValueError):
    """A number that cannot be one: `part` names what is wrong, `positions` where, `reason` why in both languages."""

    def __init__(self, part: str, positions: tuple[int, int], reason: Text) -> None:
        super().__init__(f"{part}: {reason.en} / {reason.zh}")
        self.part = part
        self.positions = positions
        self.reason = reason


@dataclass(frozen=True, slots=True)
class CertificateNumber:
    """A certificate number taken apart.  `year` has four digits, `level` is 5 (初级工) to 1 (高级技师)."""

    kind: str
    agency: str
    province: str
    station: str
    year: int
    level: int
    serial: int

    def __str__(self) -> str:
        return f"{self.kind}{self.agency}{self.province}{self.station}{self.year % 100:02d}{self.level}{self.serial:06d}"


def compose(*, kind: str, agency: str = FILED_IN_PROVINCE, province: str, station: str, year: int, level: int, serial: int) -> str:
    """The number made of its parts; *serial* counts from 1 for each year and level.

    Raises InvalidCertificateNumber (a ValueError) naming the part that does not fit.
    """
    if not 2000 <= year <= 2099:
        raise _invalid(_YEAR, Text(f"年份 {year} 应为 2000 至 2099", f"year {year} is not within 2000 to 2099"))
    if not 1 <= serial <= 999_999:
        raise _invalid(_SERIAL, Text(f"序列码 {serial} 应为 1 至 999999", f"serial {serial} is not within 1 to 999999"))
    given = {
        "kind": kind,
        "agency": agency,
        "province": province,
        "station": station,
        "year": f"{year % 100:02d}",
        "level": str(level),
        "serial": f"{serial:06d}",
    }
    for part in PARTS:
        part.check(given[part.key])
    return "".join(given[part.key] for part in PARTS)


def parse(text: str) -> CertificateNumber:
    """The parts of a number as people write it: blanks are dropped and small letters made capitals.

    Raises InvalidCertificateNumber (a ValueError) naming the first part that is wrong and its positions.
    """
    number = "".join(text.split()).upper()
    if len(number) != LENGTH:
        raise InvalidCertificateNumber(
            "length",
            (1, LENGTH),
            Text(f"证书编号应为 22 位，现为 {len(number)} 位", f"a certificate number has 22 characters, this has {len(number)}"),
        )
    found = {part.key: number[part.first - 1 : part.last] for part in PARTS}
    for part in PARTS:
        part.check(found[part.key])
    return CertificateNumber(
        found["kind"],
        found["agency"],
        found["province"],
        found["station"],
        2000 + int(found["year"]),
        int(found["level"]),
        int(found["serial"]),
    )


# --- the parts ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the number: where it stands, and what is wrong with a value there (None: nothing)."""

    key: str
    title: Text
    first: int
    last: int
    problem: Callable[[str], Text | None]

    @property
    def where(self) -> Text:
        if self.first == self.last:
            return Text(f"{self.title.zh}（第 {self.first} 位）", f"{self.title.en} (position {self.first})")
        return Text(f"{self.title.zh}（第 {self.first}–{self.last} 位）", f"{self.title.en} (positions {self.first}–{self.last})")

    def check(self, value: str) -> None:
        width = self.last - self.first + 1
        if len(value) != width:
            raise _invalid(self, Text(f"“{value}”应为 {width} 位", f'"{value}" should have {width} characters'))
        if (problem := self.problem(value)) is not None:
            raise _invalid(self, problem)


def _invalid(part: Part, problem: Text) -> InvalidCertificateNumber:
    reason = Text("{where}：{problem}", "{where}: {problem}").format(where=part.where, problem=problem)
    return InvalidCertificateNumber(part.key, (part.first, part.last), reason)


def _is_digits(value: str) -> bool:
    return value.isascii() and value.isdigit()


def _kind_problem(value: str) -> Text | None:
    if value in KINDS:
        return None
    return Text(
        f"“{value}”应为 Y（用人单位）或 S（社会培训评价组织）",
        f'"{value}" should be Y (employer) or S (training and assessment organisation)',
    )


def _digits_problem(value: str) -> Text | None:
    return None if _is_digits(value) else Text(f"“{value}”应全为数字", f'"{value}" should be digits')


def _province_problem(value: str) -> Text | None:
    if value in PROVINCES:
        return None
    return Text(f"“{value}”不是省级代码（GB/T 2260，如浙江 33）", f'"{value}" is no provincial code (GB/T 2260; Zhejiang is 33)')


def _station_problem(value: str) -> Text | None:
    if set(value) == {"X"}:
        return Text(
            "X 是文件示例中的占位符，请填写 6 位机构序列码",
            "X is the placeholder of the official example; put the six digits of the station",
        )
    return _digits_problem(value)


def _level_problem(value: str) -> Text | None:
    if value in _LEVEL_DIGITS:
        return None
    if value.isascii() and value.isalpha():
        return Text(
            f"“{value}”：特级技师、首席技师的等级字母未见公布文本，暂不能核验",
            f'"{value}": the letters for special-grade and chief technicians are not confirmed by a published text',
        )
    return Text(f"“{value}”应为 1 至 5（五级至一级）", f'"{value}" should be 1 to 5 (level five to level one)')


def _serial_problem(value: str) -> Text | None:
    if _is_digits(value) and int(value) == 0:
        return Text("序列码从 000001 起", "serials begin at 000001")
    return _digits_problem(value)


_YEAR = Part("year", Text("核发年份", "Year of issue"), 14, 15, _digits_problem)
_SERIAL = Part("serial", Text("证书序列码", "Serial"), 17, 22, _serial_problem)

PARTS: tuple[Part, ...] = (
    Part("kind", Text("评价机构类别", "Kind of agency"), 1, 1, _kind_problem),
    Part("agency", Text("评价机构代码", "Agency code"), 2, 5, _digits_problem),
    Part("province", Text("省级代码", "Province"), 6, 7, _province_problem),
    Part("station", Text("机构（站点）序列码", "Station code"), 8, 13, _station_problem),
    _YEAR,
    Part("level", Text("等级", "Level"), 16, 16, _level_problem),
    _SERIAL,
)
