"""The English catalogue survives what people and merges do to it."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from tools import translations
from tools.translations import CatalogueError, Message


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of its own instead of ours."""
    path = tmp_path / "en" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    monkeypatch.setattr(translations, "ENGLISH", path)
    return path


def spoken_is(monkeypatch: pytest.MonkeyPatch, *messages: Message) -> None:
    monkeypatch.setattr(translations, "spoken", lambda: set(messages))


def test_what_a_union_merge_left_double_becomes_single_and_keeps_its_english(catalogue: Path) -> None:
    catalogue.write_text('msgid "报名"\nmsgstr ""\n\nmsgid "报名"\nmsgstr "Entry"\n\nmsgid "报名"\nmsgstr ""\n', "utf-8")
    assert translations.read(catalogue) == {"报名": "Entry"}


def test_reading_back_what_was_written_changes_nothing(catalogue: Path) -> None:
    entries: dict[Message, Message] = {
        '引号"与\\': 'quote"and\\',
        "两\n行": "two\nlines",
        ("%(num)d 人", "%(num)d 人"): ("%(num)d person", "%(num)d people"),
    }
    translations.write(catalogue, entries)
    assert translations.read(catalogue) == entries


def test_entries_stand_in_the_order_of_their_chinese(catalogue: Path) -> None:
    translations.write(catalogue, {"乙": "2", "丙": "3", "丁": "4"})
    assert list(translations.read(catalogue)) == sorted("乙丙丁")


def test_new_messages_are_named_and_unspoken_ones_leave(catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    translations.write(catalogue, {"旧": "Old", "留": "Stays"})
    spoken_is(monkeypatch, "留", "新")
    assert translations.update({}) == {"新": ""}
    assert translations.read(catalogue) == {"新": "", "留": "Stays"}


def test_given_english_is_filled_in(catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken_is(monkeypatch, "新")
    assert translations.update({"新": "New", "没有人说": "Nobody says"}) == {}
    assert translations.read(catalogue) == {"新": "New"}


def test_a_gap_that_english_lacks_is_a_fault(catalogue: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken_is(monkeypatch, "共 %(total)s 条")
    translations.write(catalogue, {"共 %(total)s 条": "in all"})
    assert translations.faults() == ["gaps differ: 共 %(total)s 条 → in all"]


def test_a_line_that_is_no_message_is_named_with_its_number(catalogue: Path) -> None:
    catalogue.write_text('msgid "报名"\n<<<<<<< HEAD\n', "utf-8")
    with pytest.raises(CatalogueError, match=r"messages\.po:2"):
        translations.read(catalogue)


def test_the_compiled_catalogue_speaks_and_leaves_the_untranslated_in_chinese(catalogue: Path) -> None:
    translations.write(catalogue, {"报名": "Entry", "空": "", ("%(num)d 人", "%(num)d 人们"): ("%(num)d person", "%(num)d people")})
    translations.compile_catalogue(catalogue)
    with catalogue.with_suffix(".mo").open("rb") as file:
        english = gettext.GNUTranslations(file)
    assert english.gettext("报名") == "Entry"
    assert english.gettext("空") == "空"
    assert [english.ngettext("%(num)d 人", "%(num)d 人们", n) % {"num": n} for n in (1, 2)] == ["1 person", "2 people"]
