"""What is shown of a number, and the numbers a public list is refused for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.masking import (
    BANK_ACCOUNT,
    ID_NUMBER,
    MOBILE,
    find_personal_data,
    mask_bank_account,
    mask_id_number,
    mask_mobile,
    mask_name,
)

SPECIMEN = "11010519491231002X"


def test_masks_are_those_of_published_practice() -> None:
    assert mask_id_number("350000199001010123") == "35*************123"
    assert mask_mobile("13812341234") == "138****1234"
    assert mask_bank_account("6222020000000000123") == "6222***********0123"


@pytest.mark.parametrize(("name", "shown"), [("张三", "张*"), ("张小三", "张*三"), ("欧阳小华", "欧**华"), ("李", "*"), ("", "")])
def test_a_name_keeps_its_ends(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@given(st.text(max_size=7))
def test_a_short_number_is_hidden_whole(number: str) -> None:
    assert set(mask_bank_account(number)) <= {"*"}


@pytest.mark.parametrize(
    "text",
    [
        SPECIMEN,
        "11010519491231002x",
        "110105 19491231 002X",
        "110105-1949-1231-002X",
        "1101 0519 4912 3100 2X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105\u200b19491231\u200b002X",
        "110105\u300019491231\u2014002X",
        "张三，身份证号11010519491231002X，一等奖",
        "编号A110105194912310020号",
        "330122199013450011",  # no such birthday, but eighteen digits
    ],
)
def test_an_id_number_is_found_however_it_is_written(text: str) -> None:
    assert [finding.kind for finding in find_personal_data(text)] == [ID_NUMBER]


@pytest.mark.parametrize(
    "text",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 13800138000",
        "8613800138000",
        "１３８００１３８０００",
        "1 3 8 0 0 1 3 8 0 0 0",
        "电话:138.0013.8000。",
    ],
)
def test_a_mobile_number_is_found_however_it_is_written(text: str) -> None:
    assert [finding.kind for finding in find_personal_data(text)] == [MOBILE]


def test_a_bank_card_number_is_found_and_masked() -> None:
    (finding,) = find_personal_data("账号 6222 0200 0000 0000 018")
    assert finding.kind == BANK_ACCOUNT
    assert "0200" not in finding.masked


@pytest.mark.parametrize(
    "text",
    [
        "Y000033123456265000001",  # a certificate number
        "91110000600037341L",  # a credit code
        "113301220025900072",  # a credit code of digits only
        "公示期 2026-11-13 至 2026-11-21",
        "2026-11-13 2026-11-21 9:00",
        "1 5 9 12 33 40 21.5 88.25",
        "0571-64211234",
        "500000.00",
        "桐人社发〔2021〕7号",
    ],
)
def test_what_a_public_list_needs_is_not_taken_for_personal_data(text: str) -> None:
    assert find_personal_data(text) == []


def test_numbers_side_by_side_are_each_found() -> None:
    assert [finding.kind for finding in find_personal_data(f"{SPECIMEN} 13800138000 {SPECIMEN}")] == [ID_NUMBER, MOBILE, ID_NUMBER]


def test_rows_name_the_row_and_never_repeat_the_number() -> None:
    rows = [["名次", "姓名"], [1, "张三"], [2, 13800138000], [3, 330122199001010011], [4, 13800138000.0], [5, Decimal("13800138000")]]
    findings = find_personal_data(rows)
    assert [finding.row for finding in findings] == [3, 4, 5, 6]
    assert "第 3 行含有手机号（138****8000）" in findings[0].reason.zh
    assert all("13800138000" not in finding.reason.en for finding in findings)


def test_digits_of_neighbouring_cells_are_not_joined() -> None:
    assert find_personal_data([["1380013", "8000"], ["110105", "19491231", "0021"]]) == []


@given(st.text(alphabet=" -.\u3000\u2013", max_size=2), st.text(alphabet="甲乙：，", max_size=4))
def test_no_separator_hides_an_id_number(separator: str, around: str) -> None:
    assert find_personal_data(around + separator.join(SPECIMEN) + around)


def test_a_long_table_of_scores_in_one_text_is_searched_in_little_time_and_is_clean() -> None:
    assert find_personal_data("88.5 92.0 " * 5_000) == []
