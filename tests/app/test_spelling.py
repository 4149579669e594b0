"""Names are spelled in Latin letters as the dictionary's own package spells them."""

from __future__ import annotations

import pytest

from app.registry.commands import pinyin_key
from app.registry.spelling import syllables


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("欧阳海", "ouyanghai oyh"),
        ("吕布", "lvbu lb"),
        ("女娲", "nvwa nw"),
        ("阿卜杜·买买提", "abodu·maimaiti abd·mmt"),
        ("Mary 王", "mary wang mary w"),
        ("田〇𠀀", "tianlinghe tlh"),
    ],
)
def test_a_name_is_found_by_its_syllables_and_by_their_initials(name: str, key: str) -> None:
    assert pinyin_key(name) == key


def test_what_has_no_reading_stands_for_itself() -> None:
    assert syllables("A\U0010fffd。") == ["A", "\U0010fffd", "。"]
