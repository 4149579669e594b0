"""An amount in capital characters, as it stands on bills and payment lists so that no digit can be added: 伍仟元整.

正确填写票据和结算凭证的基本规定 (附于《支付结算办法》, 银发〔1997〕393号): what ends at the yuan is followed by 整, a run of noughts is
one 零, and 零 stands between yuan and fen where there is no jiao.
"""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")  # of four digits each
CENT = Decimal("0.01")
_NOUGHTS, _NOUGHTS_AT_AN_END = re.compile("零+"), re.compile("零+(?=[万亿]|$)")


def in_words(amount: Decimal) -> str:
    """*amount* in yuan, jiao and fen.  ValueError where it is no whole number of fen, or has more than sixteen digits before the point."""
    if amount != amount.quantize(CENT) or abs(amount) >= 10 ** (4 * len(GROUPS)):
        raise ValueError(f"{amount} is no amount that can be paid")
    yuan, fen = divmod(int(abs(amount) * 100), 100)
    parts = "".join(DIGITS[digit] + unit for digit, unit in zip(divmod(fen, 10), "角分", strict=True) if digit)
    if not fen:
        words = f"{_whole(yuan) or DIGITS[0]}元整"
    elif not yuan:
        words = parts
    else:
        words = f"{_whole(yuan)}元{DIGITS[0] if fen < 10 else ''}{parts}"
    return f"负{words}" if amount < 0 else words


def _whole(number: int) -> str:
    """*number* in capitals; nothing for nought."""
    written = ""
    for position, digit in reversed(list(enumerate(map(int, reversed(str(number)))))):
        group, place = divmod(position, 4)
        written += DIGITS[digit] + PLACES[place] if digit else DIGITS[0]
        if place == 0 and number // 10**position % 10**4:
            written += GROUPS[group]
    return _NOUGHTS_AT_AN_END.sub("", _NOUGHTS.sub(DIGITS[0], written))
