"""The second factor: a six-digit code of the minute (TOTP, RFC 6238), each good once, and recovery codes."""

from __future__ import annotations

import hashlib
import io
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from app.core.lazily import lazily

if TYPE_CHECKING:
    import pyotp
    import segno
else:
    pyotp, segno = lazily("pyotp"), lazily("segno")

STEP_SECONDS = 30
DRIFT_STEPS = 1  # a telephone's clock may be half a minute wrong
RECOVERY_CODES = 8


def new_secret() -> str:
    return pyotp.random_base32()


def matching_step(secret: str, code: str, now: datetime, last: int | None) -> int | None:
    """The time step *code* belongs to, if it is right and later than the *last* one used; None otherwise."""
    plain = "".join(c for c in code if c.isdecimal())
    if len(plain) != 6:
        return None
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    present = int(now.timestamp()) // STEP_SECONDS
    for step in range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1):
        if (last is None or step > last) and secrets.compare_digest(totp.generate_otp(step), plain):
            return step
    return None


def address(secret: str, login: str) -> str:
    """What the QR code says to an authenticator."""
    return pyotp.TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=login, issuer_name="匠榜 Jiangbang")


def picture(secret: str, login: str) -> str:
    """The QR code as an SVG element."""
    buffer = io.BytesIO()
    segno.make(address(secret, login), error="m").save(buffer, kind="svg", xmldecl=False, svgns=True, scale=4, border=2, title="TOTP")
    return buffer.getvalue().decode()


def new_recovery_codes() -> list[str]:
    return [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(RECOVERY_CODES)]


def digest(code: str) -> str:
    """What is kept of a recovery code: 48 random bits need no slow hash behind a limit on tries."""
    return hashlib.sha256(code.strip().lower().encode()).hexdigest()
