"""How a Chinese name is spelled in Latin letters, so that a keyboard without an input method finds it.

The readings are pypinyin's.  Loaded as that package loads them they take 11 MiB of every worker and a third of a second; here each
character keeps one number, of the syllable it is read as.
"""

from __future__ import annotations

import functools
import json
import unicodedata
from array import array
from importlib.util import find_spec
from pathlib import Path

_TONES = {ord(mark): None for mark in "\u0300\u0301\u0304\u030c"}


@functools.cache
def _readings() -> tuple[tuple[str, ...], array[int]]:
    """Syllables without their tones (the first one is empty), and for each character which of them it is read as before all others."""
    package = find_spec("pypinyin")
    if package is None or package.origin is None:
        raise ImportError("pypinyin is not installed")
    dictionary = json.loads(Path(package.origin).with_name("pinyin_dict.json").read_bytes())
    numbers = {"": 0}
    read_as = array("H", bytes(2 * (max(map(int, dictionary)) + 1)))
    for character, readings in dictionary.items():
        read_as[int(character)] = numbers.setdefault(_toneless(readings.partition(",")[0]), len(numbers))
    return tuple(numbers), read_as


def _toneless(syllable: str) -> str:
    """`lǚ` as `lv`: letters that every keyboard has."""
    letters = unicodedata.normalize("NFD", syllable).translate(_TONES)
    return unicodedata.normalize("NFC", letters).replace("ü", "v")


def syllables(name: str) -> list[str]:
    """What each character of *name* is read as; one that has no reading stands for itself."""
    known, read_as = _readings()
    return [known[read_as[ord(c)]] or c if ord(c) < len(read_as) else c for c in name]
