"""Which Chinese in an English page is ours and has an English that was not used; names and other data stay as they were given."""

from __future__ import annotations

import gc
import re
from collections.abc import Iterable
from functools import cache

from app.demo.cast import ORGANISATIONS
from tools import translations
from workflows.text import Text

GAP = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+(?:[!:][^}]*)?\}")
SAYS_SOMETHING = 3  # Chinese characters; below that a phrase cannot be told from a name
QUOTED = re.compile(r"“.*”|\([^)]*\)")  # a name, a title, somebody's remark
DOCUMENT = re.compile(r"\S+〔\d{4}〕\d+号")  # an official document is cited by its number in either language
OWN_NAME = "中文"  # what the language calls itself, in the choice of languages
CHINESE = re.compile(r"[\u3400-\u9fff]")


@cache
def _phrases() -> tuple[frozenset[str], list[re.Pattern[str]], list[re.Pattern[str]]]:
    """All we say in Chinese that reads differently in English: whole phrases, patterns of those with gaps, and of their English."""
    pairs = [(zh, en) for zh, en in translations.read(translations.ENGLISH).items() if isinstance(zh, str) and isinstance(en, str)]
    # Rulebook words are constants all over the programme; whatever has been imported is asked, so that no list can be incomplete.
    pairs += [(it.zh, it.en) for it in gc.get_objects() if isinstance(it, Text)]
    # A test that printed a paper may have said the name of an organisation of the season in both languages: a name it stays.
    names = {name for _key, name, _kind in ORGANISATIONS}
    said = {zh.strip() for zh, en in pairs if zh != en and len(CHINESE.findall(GAP.sub("", zh))) >= SAYS_SOMETHING}
    said -= names
    with_gaps = {zh for zh in said if GAP.search(zh)}
    english = {en for zh, en in pairs if zh in with_gaps and re.search(r"[A-Za-z]{3}", GAP.sub("", en))}
    return frozenset(said - with_gaps), [_pattern(zh) for zh in with_gaps], [_pattern(en) for en in english]


def _pattern(phrase: str) -> re.Pattern[str]:
    """What *phrase* looks like with its gaps filled."""
    return re.compile(".+".join(map(re.escape, GAP.split(phrase))), re.DOTALL)


def untranslated(found: Iterable[tuple[bool, str]]) -> list[str]:
    """Of the Chinese *found* in a page, what should have been English: any phrase of ours, and what stands unquoted where only we speak."""
    phrases, patterns, answers = _phrases()

    def is_wrong(is_ours: bool, text: str) -> bool:
        if is_ours and CHINESE.search(QUOTED.sub("", text)):
            return text != OWN_NAME and not any(it.fullmatch(text) for it in answers)
        return not DOCUMENT.fullmatch(text) and (text in phrases or any(it.fullmatch(text) for it in patterns))

    return [text for is_ours, text in found if is_wrong(is_ours, " ".join(text.split()))]
