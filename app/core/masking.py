"""Personal data on screen and in public: shown masked, and never let out on a public list.

The formats are those of a county's published practice (永安市, 2023): mobile `138****1234`, ID number two digits in front and three
behind.  Public lists carry neither numbers nor accounts at all (个人信息保护法 art. 25 and 28), which `find_personal_data` enforces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from stdnum import luhn
from stdnum.cn import uscc

from workflows.text import Text

STAR = "*"
LONGEST = 19  # digits of the longest number looked for; also bounds the search

ID_NUMBER = Text("身份证号", "ID number")
MOBILE = Text("手机号", "mobile number")
BANK_ACCOUNT = Text("银行卡号", "bank card number")


def mask_id_number(number: str) -> str:
    """`35*************123`"""
    return _masked(number, 2, 3)


def mask_mobile(number: str) -> str:
    """`138****1234`"""
    return _masked(number, 3, 4)


def mask_bank_account(number: str) -> str:
    """`6222***********0123`"""
    return _masked(number, 4, 4)


def mask_name(name: str) -> str:
    """`张*三`, `张*`, `欧**华`; a name of one character is left out whole."""
    return name[:1] + STAR if len(name) == 2 else _masked(name, 1, 1)


def _masked(text: str, front: int, back: int) -> str:
    """Only the ends of *text*; nothing of one so short that the ends would be most of it."""
    hidden = len(text) - front - back
    return text[:front] + STAR * hidden + text[len(text) - back :] if hidden > 0 else STAR * len(text)


@dataclass(frozen=True, slots=True)
class Finding:
    """One number that must not be published: what it is, masked as `35*************123`, and the row it stands in (from 1)."""

    kind: Text
    masked: str
    row: int

    @property
    def reason(self) -> Text:
        """Why the list is refused."""
        return Text(
            "第 {row} 行含有{kind}（{masked}），不得公开", "Row {row} contains a {kind} ({masked}), which must not be published"
        ).format(row=self.row, kind=self.kind, masked=self.masked)


def find_personal_data(content: str | Iterable[Iterable[object]]) -> list[Finding]:
    """Every ID number, mobile number and bank card number in a text (by line) or in rows of cells (by row), in reading order.

    Spaces, hyphens and dots inside a number, full-width digits and invisible characters do not hide it.  Any 18 digits in a
    row count as an ID number, valid or not, unless they are an organisation's credit code; digits that only a separator joins
    must look like what they are taken for, so that dates and scores standing side by side are not mistaken for a number.
    """
    rows: Iterable[Iterable[object]] = ([line] for line in content.splitlines()) if isinstance(content, str) else content
    return [
        Finding(kind, masked, number)
        for number, cells in enumerate(rows, start=1)
        for cell in cells
        for kind, masked in _found_in(_as_text(cell))
    ]


_RUN = re.compile(r"\d(?:[ \t\-._·]{0,3}\d)*(?:[ \t\-._·]{0,3}X(?![A-Z]))?")
_GROUP = re.compile(r"\d+X?|X")
_MOBILE = re.compile(r"(?:86)?(1[3-9]\d{9})")
_ID = re.compile(r"\d{17}[\dX]")
_GROUPED_MOBILES = {(3, 4, 4), (3, 8), (7, 4), (3, 3, 5), (5, 6), (2, 3, 4, 4), (2, 11)}


def _as_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell)


def _plain(text: str) -> str:
    """Half-width, upper case, hyphens of every kind as one, line ends and wide blanks as blanks, invisible characters gone."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join("-" if unicodedata.category(c) == "Pd" else " " if c.isspace() else c for c in folded if unicodedata.category(c) != "Cf")


def _found_in(text: str) -> Iterator[tuple[Text, str]]:
    for run in _RUN.finditer(_plain(text)):
        groups = _GROUP.findall(run.group())
        start = 0
        while start < len(groups):
            for end in range(min(len(groups), start + LONGEST), start, -1):
                found = _number_in(groups[start:end], alone=(end - start == len(groups)))
                if found:
                    yield found
                    start = end
                    break
            else:
                start += 1


def _number_in(groups: list[str], *, alone: bool) -> tuple[Text, str] | None:
    """What the *groups* of digits make together; *alone*: nothing else stands beside them."""
    number, whole = "".join(groups), len(groups) == 1
    if _ID.fullmatch(number):
        born = _could_be_born(number[6:14])
        if born or (whole and not uscc.is_valid(number)):
            return ID_NUMBER, mask_id_number(number)
    mobile = _MOBILE.fullmatch(number)
    if mobile and (whole or alone or tuple(map(len, groups)) in _GROUPED_MOBILES):
        return MOBILE, mask_mobile(mobile[1])
    four_by_four = all(len(group) == 4 for group in groups[:-1])
    if len(number) in (16, 17, 18, 19) and number.isdigit() and number[0] in "3456" and (whole or four_by_four) and luhn.is_valid(number):
        return BANK_ACCOUNT, mask_bank_account(number)
    return None


def _could_be_born(digits: str) -> bool:
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).year <= 2099
    except ValueError:
        return False
