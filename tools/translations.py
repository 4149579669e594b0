"""The English catalogue: what the pages say in Chinese, and what that is in English.

    python3 run.py translations                      extract, sort, drop what nobody says any more; print what is missing as JSON
    python3 run.py translations --fill FILE.json     the same, taking {"中文": "English"} from FILE first

Entries stand in the order of their Chinese, without locations or dates, one line each, so that two people who add
messages rarely touch the same line; what a union merge leaves double is made single here.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo

from tools.environment import CATALOGUES, ROOT

ENGLISH = CATALOGUES / "en" / "LC_MESSAGES" / "messages.po"
SPOKEN_IN = (ROOT / "app", ROOT / "templates")
METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
OPTIONS = {"**.html": {"silent": "false"}, "**.txt": {"silent": "false"}}
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2), "lazy_ngettext": (1, 2)}

# A message is its Chinese, or its Chinese for one and for many; so is its English.
Message = str | tuple[str, str]

HEADER = 'msgid ""\nmsgstr ""\n' + "".join(
    f'"{line}\\n"\n'
    for line in (
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "Language: en",
        "Plural-Forms: nplurals=2; plural=(n != 1);",
    )
)
GAP = re.compile(r"%\((\w+)\)[sd]|%[sd]")


class CatalogueError(Exception):
    """The catalogue cannot be read; the message says where."""


def spoken() -> set[Message]:
    """Every message the pages and the program say.  A template that cannot be parsed raises."""
    found = set()
    for folder in SPOKEN_IN:
        for _file, _line, message, _comments, _context in extract_from_dir(folder, METHODS, OPTIONS, KEYWORDS, callback=None):
            found.add(message if isinstance(message, str) else (message[0], message[1]))
    found.discard("")
    return found


def read(path: Path) -> dict[Message, Message]:
    """The entries of *path*; of a message given twice the translated one.  None where nothing is translated yet."""
    entries: dict[Message, Message] = {}
    if not path.exists():
        return entries
    for fields in _blocks(path):
        plural = "msgid_plural" in fields
        message: Message = (fields["msgid"], fields["msgid_plural"]) if plural else fields["msgid"]
        english: Message = (fields.get("msgstr[0]", ""), fields.get("msgstr[1]", "")) if plural else fields.get("msgstr", "")
        if message and (message not in entries or is_translated(english)):
            entries[message] = english
    return entries


def _blocks(path: Path) -> Iterator[dict[str, str]]:
    fields: dict[str, str] = {}
    keyword = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        matched = re.fullmatch(r'\s*(?:(msgid_plural|msgid|msgstr(?:\[\d\])?)\s+)?(".*")\s*', line)
        if matched is None:
            if line.strip() and not line.startswith("#"):
                raise CatalogueError(f"{path}:{number}: neither a message nor a comment: {line!r}")
            continue
        if matched[1] == "msgid" and fields:
            yield fields
            fields = {}
        keyword = matched[1] or keyword
        fields[keyword] = fields.get(keyword, "") + json.loads(matched[2])
    if fields:
        yield fields


def write(path: Path, entries: Mapping[Message, Message]) -> None:
    blocks = [HEADER, *(_block(message, entries[message]) for message in sorted(entries, key=_first))]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(blocks), encoding="utf-8")


def _block(message: Message, english: Message) -> str:
    if isinstance(message, str):
        return f"msgid {_quoted(message)}\nmsgstr {_quoted(str(english))}\n"
    return (
        f"msgid {_quoted(message[0])}\nmsgid_plural {_quoted(message[1])}\n"
        f"msgstr[0] {_quoted(english[0])}\nmsgstr[1] {_quoted(english[1])}\n"
    )


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _first(message: Message) -> str:
    return message if isinstance(message, str) else message[0]


def is_translated(english: Message) -> bool:
    return bool(english) if isinstance(english, str) else all(english)


def faults() -> list[str]:
    """What keeps the catalogue from being complete: missing, superfluous, or with other gaps than the Chinese."""
    entries, wanted = read(ENGLISH), spoken()
    return [
        *(f"missing: {_first(m)}" for m in sorted(wanted, key=_first) if not is_translated(entries.get(m, ""))),
        *(f"nobody says: {_first(m)}" for m in sorted(set(entries) - wanted, key=_first)),
        *(f"gaps differ: {_first(m)} → {_first(e)}" for m, e in entries.items() if is_translated(e) and _gaps(m) != _gaps(e)),
    ]


def _gaps(text: Message) -> list[str]:
    return sorted(gap.group() for gap in GAP.finditer(text if isinstance(text, str) else text[1]))


def update(fill: Mapping[str, Message]) -> dict[Message, Message]:
    """Make the catalogue say exactly what is spoken, with *fill* added; the entries that still lack their English."""
    known = read(ENGLISH)
    entries = {message: _filled(fill, message) or known.get(message) or _nothing(message) for message in spoken()}
    write(ENGLISH, entries)
    return {message: english for message, english in entries.items() if not is_translated(english)}


def _filled(fill: Mapping[str, Message], message: Message) -> Message | None:
    english = fill.get(_first(message))
    if not english or isinstance(message, str) == isinstance(english, str):
        return english
    raise CatalogueError(f"{_first(message)}: one text for a message with one form, a list of two for one with a plural")


def _nothing(message: Message) -> Message:
    return "" if isinstance(message, str) else ("", "")


def compile_catalogue(source: Path) -> None:
    """Write the binary form of *source* beside it, which gettext reads."""
    catalogue = Catalog(locale=source.parent.parent.name, fuzzy=False)
    for message, english in read(source).items():
        if is_translated(english):
            catalogue.add(message, english)
    with source.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 run.py translations")
    steps = parser.add_subparsers(dest="step", required=True)
    steps.add_parser("update").add_argument("--fill", type=Path, metavar="FILE.json")
    steps.add_parser("compile").add_argument("source", type=Path)
    asked = parser.parse_args()
    if asked.step == "compile":
        compile_catalogue(asked.source)
        return 0
    missing = update(json.loads(asked.fill.read_text(encoding="utf-8")) if asked.fill else {})
    if missing:
        to_fill = {_first(message): missing[message] for message in sorted(missing, key=_first)}
        print(json.dumps(to_fill, ensure_ascii=False, indent=1))
    print(f"{len(missing)} to translate", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
