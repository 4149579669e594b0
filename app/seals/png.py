"""Whether a picture is a PNG that can stand as a seal: whole, not too large, and with a ground one can see through.

The file is read to its last byte before anything is made of it: every chunk's checksum, and the pixels themselves, unpacked to no more
than the header promises.  Only then does it come near a typesetter.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from workflows.text import Text

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = 2 * 2**20
SMALLEST, LARGEST = 100, 2400  # pixels: 60 dots to the inch on a seal of 42 mm, and 1,400
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
DEPTHS = (1, 2, 4, 8, 16)
WITH_ALPHA = (4, 6)
HEADER = struct.Struct(">IIBBBBB")

NOT_A_PNG = Text("不是完整的 PNG 图片", "This is not a whole PNG picture")
TOO_LARGE = Text("图片超过 {limit} MB", "The picture is larger than {limit} MB").format(limit=MOST_BYTES >> 20)
NO_TRANSPARENCY = Text(
    "图片没有透明底色，盖在文字上会遮住文字，请导出带透明通道的 PNG",
    "The picture has no transparent ground and would hide the words beneath it; export a PNG with transparency",
)
WRONG_SIZE = Text(
    "图片应为 {low} 至 {high} 像素见方，现为 {width}×{height}",
    "The picture must measure {low} to {high} pixels a side, not {width}×{height}",
)
INTERLACED = Text("请用不交错（非隔行）的 PNG", "Please use a PNG that is not interlaced")
ALL_CLEAR = Text("图片全透明，看不到印迹", "The picture is transparent all over")


def why_not(content: bytes) -> Text | None:
    """Why *content* cannot be a seal or a signature, or None where it can."""
    if len(content) > MOST_BYTES:
        return TOO_LARGE
    try:
        chunks = list(_chunks(content))
    except ValueError:
        return NOT_A_PNG
    if not chunks or chunks[0][0] != b"IHDR" or len(chunks[0][1]) != HEADER.size or chunks[-1][0] != b"IEND":
        return NOT_A_PNG
    return _problem_of_header(chunks) or _problem_of_pixels(chunks)


def _problem_of_header(chunks: list[tuple[bytes, bytes]]) -> Text | None:
    width, height, depth, colour, _compression, _filter, interlaced = HEADER.unpack(chunks[0][1])
    if not (SMALLEST <= width <= LARGEST and SMALLEST <= height <= LARGEST):
        return WRONG_SIZE.format(low=SMALLEST, high=LARGEST, width=width, height=height)
    if colour not in CHANNELS or depth not in DEPTHS:
        return NOT_A_PNG
    if colour not in WITH_ALPHA and not any(name == b"tRNS" for name, _data in chunks):
        return NO_TRANSPARENCY
    return INTERLACED if interlaced else None


def _problem_of_pixels(chunks: list[tuple[bytes, bytes]]) -> Text | None:
    width, height, depth, colour, *_others = HEADER.unpack(chunks[0][1])
    row = 1 + (width * CHANNELS[colour] * depth + 7) // 8
    pixels = _unpacked(b"".join(data for name, data in chunks if name == b"IDAT"), row * height)
    if pixels is None:
        return NOT_A_PNG
    return None if any(pixels) else ALL_CLEAR


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and data of every chunk; `ValueError` where one is cut off or its checksum is wrong."""
    if not content.startswith(SIGNATURE):
        raise ValueError("no PNG")
    at = len(SIGNATURE)
    while at < len(content):
        if len(content) < at + 12:
            raise ValueError("cut off")
        length = int.from_bytes(content[at : at + 4])
        end = at + 12 + length
        name, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if len(content) < end or zlib.crc32(name + data) != int.from_bytes(content[end - 4 : end]):
            raise ValueError("broken")
        yield name, data
        at = end
        if name == b"IEND":
            return


def _unpacked(packed: bytes, size: int) -> bytes | None:
    """The pixels, where they are exactly *size* bytes; a bomb is not unpacked further than that."""
    unpacker = zlib.decompressobj()
    try:
        pixels = unpacker.decompress(packed, size + 1)
    except zlib.error:
        return None
    return pixels if len(pixels) == size and unpacker.eof else None
