"""The token that every form and every script of ours sends along, as Flask-WTF makes it; a signature is looked at once.

Whether a token is genuine follows from its text alone, so what was read from it is remembered by its text, as it is for cookies
(`app.web.sessions`); that it belongs to this session is asked every time.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from typing import Any

from flask import current_app, g, request, session
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadSignature, URLSafeTimedSerializer

HEADER = "X-CSRFToken"


class Tokens(CSRFProtect):
    def protect(self, apply_exemptions: bool = False) -> None:
        """A script's token in the header is compared at once; everything else, also where an HTTPS page came from, Flask-WTF looks at."""
        sent, expected = request.headers.get(HEADER), session.get("csrf_token")
        if sent and expected and not request.is_secure and _belongs(sent, expected):
            g.csrf_valid = True
            return
        super().protect(apply_exemptions)


def _belongs(sent: str, expected: str) -> bool:
    read = _read(current_app.secret_key, sent)
    return read is not None and hmac.compare_digest(expected, read)


@lru_cache(maxsize=10_000)
def _read(secret: Any, token: str) -> str | None:
    """What a token says; None for one that nobody here has signed.  Tokens of this office do not grow old (`WTF_CSRF_TIME_LIMIT`)."""
    try:
        read = URLSafeTimedSerializer(secret, salt="wtf-csrf-token").loads(token)
    except BadSignature:
        return None
    return read if isinstance(read, str) else None
