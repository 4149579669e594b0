"""Numbers that identify: residents, organisations, telephones, bank cards.  Each check returns the number as it is kept.

What cannot be right raises `NotValid`, a `ValueError` that carries the reason in both languages.  What is only unusual, such as
a birth place missing from the table of divisions, is a warning: a person must not be turned away by an old table.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from stdnum import luhn
from stdnum.cn import ric, uscc
from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError

from app.core.secrets import normalised
from workflows.text import Text


class NotValid(ValueError):
    """A number that cannot be right, with the reason to show."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


def id_number(text: str) -> str:
    """A resident's ID number, 18 characters with an upper-case X (GB 11643): form, birthday and check digit."""
    number = normalised(text)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        raise NotValid(
            Text("身份证号应为18位：17位数字，最后一位为数字或X", "An ID number has 18 characters: 17 digits, then a digit or X")
        )
    try:
        born = ric.get_birth_date(number)
    except ValidationError:
        born = None
    if born is None or born.year < 1900:
        raise NotValid(Text("身份证号中的出生日期不存在", "The birth date in the ID number does not exist"))
    if number[-1] != ric.calc_check_digit(number):
        raise NotValid(
            Text("身份证号校验位不符，请核对是否抄错", "The check digit of the ID number is wrong: please compare it with the card")
        )
    return number


def birth_date(number: str) -> date:
    """The birthday in a checked ID number."""
    return ric.get_birth_date(number)


def sex(number: str) -> Literal["male", "female"]:
    """The sex in a checked ID number: the digit before the last is odd for men (GB 11643)."""
    return "male" if int(number[16]) % 2 else "female"


def other_document(text: str) -> str:
    """The number of a passport or permit: no check digit, only that it can be one (6 to 20 letters and digits)."""
    number = normalised(text)
    if not re.fullmatch(r"[0-9A-Z]{6,20}", number):
        raise NotValid(Text("证件号码应为6至20位字母或数字", "The number of a document has 6 to 20 letters or digits"))
    return number


def place_warning(number: str) -> Text | None:
    """What is unusual about the place in a checked ID number, if anything; never a reason to refuse."""
    try:
        ric.get_birth_place(number)
    except InvalidComponent:
        return Text(
            "身份证号前六位不在行政区划代码表中，请留意核对", "The first six digits are not in the table of divisions: please look twice"
        )
    return None


def credit_code(text: str) -> str:
    """An organisation's unified social credit code (统一社会信用代码, GB 32100)."""
    try:
        return uscc.validate(normalised(text))
    except InvalidChecksum:
        raise NotValid(
            Text("统一社会信用代码校验位不符，请核对是否抄错", "The check character of the credit code is wrong: please compare it")
        ) from None
    except ValidationError:
        raise NotValid(
            Text(
                "统一社会信用代码应为18位数字或大写字母（不含I、O、S、V、Z）",
                "A credit code has 18 digits or letters (without I, O, S, V, Z)",
            )
        ) from None


def mobile(text: str) -> str:
    """An eleven-digit mobile number, without the country's prefix."""
    number = normalised(text)
    number = re.sub(r"^(\+|00)?86(?=1)", "", number)
    if not re.fullmatch(r"1[3-9][0-9]{9}", number):
        raise NotValid(Text("手机号应为11位数字，以13至19开头", "A mobile number has 11 digits and begins with 13 to 19"))
    return number


def bank_card(text: str) -> str:
    """A bank account: a card passes the Luhn check; an organisation's account has no common form and only needs 8 to 30 digits."""
    number = normalised(text)
    if not re.fullmatch(r"[0-9]{8,30}", number):
        raise NotValid(Text("银行账号应为8至30位数字", "A bank account has 8 to 30 digits"))
    is_card = len(number) in (16, 19) and number.startswith("62")  # UnionPay's prefix
    if is_card and not luhn.is_valid(number):
        raise NotValid(Text("银行卡号校验位不符，请核对是否抄错", "The check digit of the bank card is wrong: please compare it"))
    return number
