"""The certificate number: made of its parts, taken apart again, and refused by the part that is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.published import rows
from workflows.recognition.certificate_number import PARTS, PROVINCES, CertificateNumber, InvalidCertificateNumber, compose, parse

VECTORS = rows("tests/data/certificate_numbers.csv")
NUMBERS = st.builds(
    CertificateNumber,
    kind=st.sampled_from("YS"),
    agency=st.integers(0, 9999).map("{:04d}".format),
    province=st.sampled_from(sorted(PROVINCES)),
    station=st.integers(0, 999_999).map("{:06d}".format),
    year=st.integers(2000, 2099),
    level=st.integers(1, 5),
    serial=st.integers(1, 999_999),
)


@pytest.mark.parametrize("row", [row for row in VECTORS if not row["part"]], ids=lambda row: row["number"])
def test_a_valid_number_is_read_and_written_alike(row: dict[str, str]) -> None:
    number = CertificateNumber(
        row["kind"], row["agency"], row["province"], row["station"], int(row["year"]), int(row["level"]), int(row["serial"])
    )
    assert parse(row["number"]) == number
    assert str(number) == row["number"]


@pytest.mark.parametrize("row", [row for row in VECTORS if row["part"]], ids=lambda row: row["number"])
def test_an_invalid_number_is_refused_by_the_part_that_is_wrong(row: dict[str, str]) -> None:
    with pytest.raises(InvalidCertificateNumber) as refusal:
        parse(row["number"])
    assert refusal.value.part == row["part"]


@given(NUMBERS)
def test_every_number_survives_the_round_trip(number: CertificateNumber) -> None:
    text = compose(
        kind=number.kind,
        agency=number.agency,
        province=number.province,
        station=number.station,
        year=number.year,
        level=number.level,
        serial=number.serial,
    )
    assert len(text) == 22
    assert parse(text) == number
    assert str(number) == text


@given(NUMBERS, st.integers(0, 21), st.sampled_from("O#？Ⅲ９"))
def test_a_wrong_character_is_located_in_its_part(number: CertificateNumber, position: int, wrong: str) -> None:
    text = str(number)
    with pytest.raises(InvalidCertificateNumber) as refusal:
        parse(text[:position] + wrong + text[position + 1 :])
    first, last = refusal.value.positions
    assert first <= position + 1 <= last


@pytest.mark.parametrize(
    ("text", "part", "zh", "en"),
    [
        ("Y00003300012326300004", "length", "现为 21 位", "this has 21"),
        ("", "length", "现为 0 位", "this has 0"),
        ("Y000099000123263000045", "province", "省级代码（第 6–7 位）", "Province (positions 6–7)"),
        ("Y000123XXXXXX195000001", "station", "占位符", "placeholder"),
        ("Y00003300012326T000045", "level", "特级技师", "not confirmed"),
        ("Y000033000123266000045", "level", "等级（第 16 位）：“6”应为 1 至 5", 'Level (position 16): "6" should be 1 to 5'),
        ("Y000033000123263000000", "serial", "序列码从 000001 起", "begin at 000001"),
    ],
)
def test_the_refusal_says_where_and_why_in_both_languages(text: str, part: str, zh: str, en: str) -> None:
    with pytest.raises(ValueError, match=part) as refusal:
        parse(text)
    assert isinstance(refusal.value, InvalidCertificateNumber)
    assert zh in refusal.value.reason.zh
    assert en in refusal.value.reason.en
    assert refusal.value.reason.en in str(refusal.value)


def test_a_number_copied_with_blanks_or_small_letters_is_understood() -> None:
    assert str(parse(" y0000 33 000123 26 3 000045\n")) == "Y000033000123263000045"


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("kind", "T"),
        ("agency", "1"),
        ("province", "99"),
        ("station", "12A456"),
        ("year", 26),
        ("level", 6),
        ("level", 0),
        ("serial", 0),
        ("serial", 1_000_000),
    ],
)
def test_a_number_is_not_made_of_a_wrong_part(part: str, value: object) -> None:
    parts: dict[str, object] = {
        "kind": "Y",
        "agency": "0000",
        "province": "33",
        "station": "000123",
        "year": 2026,
        "level": 3,
        "serial": 45,
    }
    with pytest.raises(InvalidCertificateNumber) as refusal:
        compose(**(parts | {part: value}))  # type: ignore[arg-type]
    assert refusal.value.part == part


def test_the_parts_cover_the_22_positions_without_gap() -> None:
    assert [position for part in PARTS for position in range(part.first, part.last + 1)] == list(range(1, 23))
