"""The eight-level ladder."""

from __future__ import annotations

import pytest

from workflows.ladder import BY_DIGIT, LADDER, SENIOR, TECHNICIAN, above, level_named


def test_the_ladder_has_eight_steps_in_order() -> None:
    assert [level.title.zh for level in LADDER] == ["学徒工", "初级工", "中级工", "高级工", "技师", "高级技师", "特级技师", "首席技师"]
    assert [level.order for level in LADDER] == list(range(8))
    assert len({level.key for level in LADDER}) == 8


def test_a_certificate_prints_the_number_and_the_name_of_the_level() -> None:
    assert [level.wording.zh for level in LADDER if level.wording and level.digit] == [
        "五级/初级工",
        "四级/中级工",
        "三级/高级工",
        "二级/技师",
        "一级/高级技师",
    ]
    assert BY_DIGIT[3] is SENIOR
    assert sorted(BY_DIGIT) == [1, 2, 3, 4, 5]


def test_high_skilled_begins_with_the_senior_worker() -> None:
    assert next(level.title.zh for level in LADDER if level.is_high_skilled) == "高级工"
    assert TECHNICIAN.is_at_least(SENIOR)
    assert not SENIOR.is_at_least(TECHNICIAN)


@pytest.mark.parametrize("words", ["三级/高级工", "三级 ／ 高级工", "三级", "高级工", "3", "3级", "level_3", "Senior worker"])
def test_a_level_is_understood_however_a_spreadsheet_writes_it(words: str) -> None:
    assert level_named(words) is SENIOR


def test_unknown_words_name_no_level() -> None:
    assert level_named("高手") is None
    assert level_named("") is None


def test_the_ladder_ends_at_the_chief_technician() -> None:
    assert above(SENIOR) is TECHNICIAN
    assert above(LADDER[-1]) is None
