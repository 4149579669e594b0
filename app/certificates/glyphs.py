"""Which characters a font can draw: its `cmap` table, and nothing else of it, is read.

A library for fonts makes a name for each of thirty thousand glyphs, and leaves 25 MiB in every worker that has ever printed anything.
"""

from __future__ import annotations

import struct
from pathlib import Path

FORMAT = 12  # of OpenType's cmap: runs of characters of the whole of Unicode; every font with rare characters has it


def characters(font: Path) -> frozenset[int]:
    """The code points that *font* (TrueType or OpenType) has a glyph for; `ValueError` where its table has no part in format 12.

    Source: OpenType specification, `cmap` – Character to Glyph Index Mapping Table.
    """
    table = _table(font, b"cmap")
    _version, count = struct.unpack_from(">HH", table)
    for part in range(count):
        _platform, _encoding, at = struct.unpack_from(">HHI", table, 4 + 8 * part)
        if struct.unpack_from(">H", table, at)[0] == FORMAT:
            (groups,) = struct.unpack_from(">I", table, at + 12)
            runs = struct.iter_unpack(">III", table[at + 16 : at + 16 + 12 * groups])
            return frozenset(code for first, last, _glyph in runs for code in range(first, last + 1))
    raise ValueError(f"{font.name} has no cmap of format {FORMAT}")


def _table(font: Path, tag: bytes) -> bytes:
    """One table of *font*, found in the directory at its beginning."""
    with font.open("rb") as file:
        _version, count, *_search = struct.unpack(">IHHHH", file.read(12))
        for name, _checksum, at, length in struct.iter_unpack(">4sIII", file.read(16 * count)):
            if name == tag:
                file.seek(at)
                return file.read(length)
    raise ValueError(f"{font.name} has no table {tag.decode()}")
