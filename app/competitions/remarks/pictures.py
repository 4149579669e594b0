"""A photo without what the camera wrote into it: place, time, device and owner stay outside.

The tablet draws every photo anew before it sends it; this is for whoever sends one in another way.
"""

from __future__ import annotations

from app.core.errors import Refused
from workflows.text import Text

NO_JPEG = Text("照片应为完整的 JPEG 图片", "A photo must be a whole JPEG picture")

START, END, SCAN = 0xD8, 0xD9, 0xDA
JFIF, ADOBE, COMMENT = 0xE0, 0xEE, 0xFE  # the first two say how the colours are meant, and are kept
APPLICATION = range(0xE0, 0xF0)


def without_metadata(jpeg: bytes) -> bytes:
    """*jpeg* without its application segments (Exif, XMP, IPTC, maker's notes) and comments; `Refused` for what is no JPEG."""
    if jpeg[:2] != bytes((0xFF, START)):
        raise Refused(NO_JPEG)
    kept = [jpeg[:2]]
    at = 2
    while at + 4 <= len(jpeg):
        if jpeg[at] != 0xFF:
            raise Refused(NO_JPEG)
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4])
        if marker == SCAN:
            end = jpeg.rfind(bytes((0xFF, END)))
            if end < at:
                raise Refused(NO_JPEG)
            return b"".join([*kept, jpeg[at : end + 2]])  # what some cameras append after the end goes too
        if length < 2 or at + 2 + length > len(jpeg):
            raise Refused(NO_JPEG)
        if marker in (JFIF, ADOBE) or (marker not in APPLICATION and marker != COMMENT):
            kept.append(jpeg[at : at + 2 + length])
        at += 2 + length
    raise Refused(NO_JPEG)
