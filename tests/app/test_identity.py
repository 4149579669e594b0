"""Numbers that identify are checked before they are kept, and the reason for a refusal says which part is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import identity
from app.core.identity import NotValid

SPECIMEN = "11010519491231002X"  # the specimen of GB 11643


@pytest.mark.parametrize("written", [SPECIMEN, "11010519491231002x", " 110105 19491231 002x", "１１０１０５１９４９１２３１００２Ｘ"])
def test_an_id_number_is_kept_in_one_form(written: str) -> None:
    assert identity.id_number(written) == SPECIMEN


def test_birthday_and_sex_are_read_from_the_number() -> None:
    assert identity.birth_date(SPECIMEN) == date(1949, 12, 31)
    assert identity.sex(SPECIMEN) == "female"
    assert identity.sex("360426199101010071") == "male"


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("110105194912310021", "校验位"),
        ("110105491231002", "18位"),
        ("11010519490231002X", "出生日期"),
        ("1101051949123100２Y", "18位"),
        ("", "18位"),
        ("一一〇一〇五", "18位"),
    ],
)
def test_a_wrong_id_number_is_refused_with_the_part_that_is_wrong(number: str, reason: str) -> None:
    with pytest.raises(NotValid) as refusal:
        identity.id_number(number)
    assert reason in refusal.value.reason.zh
    assert "ID number" in refusal.value.reason.en


def test_an_unknown_birth_place_warns_and_passes() -> None:
    unknown = "99999919491231002"
    unknown += identity.ric.calc_check_digit(unknown + "0")
    assert identity.id_number(unknown) == unknown
    assert identity.place_warning(unknown) is not None
    assert identity.place_warning(SPECIMEN) is None


@given(st.integers(0, 16), st.integers(1, 9))
def test_any_one_mistyped_digit_of_an_id_number_is_noticed(place: int, shift: int) -> None:
    wrong = SPECIMEN[:place] + str((int(SPECIMEN[place]) + shift) % 10) + SPECIMEN[place + 1 :]
    with pytest.raises(NotValid):
        identity.id_number(wrong)


def test_credit_codes() -> None:
    assert identity.credit_code(" 91110000600037341l") == "91110000600037341L"
    with pytest.raises(NotValid, match="校验位"):
        identity.credit_code("91110000600037342L")
    with pytest.raises(NotValid, match="18位"):
        identity.credit_code("9111000060003734")


@pytest.mark.parametrize("written", ["13800138000", "+86 138-0013-8000", "008613800138000", "8613800138000", "１３８００１３８０００"])
def test_a_mobile_number_is_kept_in_one_form(written: str) -> None:
    assert identity.mobile(written) == "13800138000"


@pytest.mark.parametrize("written", ["12800138000", "1380013800", "057164211234", "138001380000"])
def test_what_is_no_mobile_number_is_refused(written: str) -> None:
    with pytest.raises(NotValid, match="11位"):
        identity.mobile(written)


def test_a_mistyped_bank_card_is_noticed_and_an_organisations_account_passes() -> None:
    card = "6222020000000000" + "01"
    card += identity.luhn.calc_check_digit(card)
    assert identity.bank_card(card[:4] + " " + card[4:]) == card
    with pytest.raises(NotValid, match="校验位"):
        identity.bank_card(card[:-1] + str((int(card[-1]) + 1) % 10))
    assert identity.bank_card("201000012345678") == "201000012345678"
    with pytest.raises(NotValid, match="8至30位"):
        identity.bank_card("12-34")


@pytest.mark.parametrize("check", [identity.id_number, identity.credit_code, identity.mobile, identity.bank_card])
@given(text=st.text())
def test_no_text_gets_anything_but_a_number_or_a_reason(check: Callable[[str], str], text: str) -> None:
    try:
        number = check(text)
    except NotValid:
        return
    assert number.isascii()
