"""Sessions in signed cookies, as Flask keeps them; a signature is looked at once, and a cookie lengthened now and then.

Whether a cookie is genuine follows from its text alone, so what was read from it is remembered by its text; whether it is still valid is
asked every time.  A new cookie with every answer would only say the same again.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import Flask, Request, Response, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin, session_json_serializer
from itsdangerous import BadSignature, URLSafeTimedSerializer

LENGTHENED_AFTER = timedelta(minutes=10)


class CookieSession(SecureCookieSession):
    """What a cookie says, and when it was signed; None for one that is new."""

    signed_at: datetime | None = None


class Sessions(SecureCookieSessionInterface):
    session_class = CookieSession

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return _serializer(self, app.secret_key, tuple(app.config["SECRET_KEY_FALLBACKS"] or ()))

    def open_session(self, app: Flask, request: Request) -> CookieSession | None:
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        value = request.cookies.get(self.get_cookie_name(app))
        known = _read(serializer, value) if value else None
        if known is None or datetime.now(UTC) - known[1] > app.permanent_session_lifetime:
            return CookieSession()
        session = CookieSession(session_json_serializer.loads(known[0]))
        session.signed_at = known[1]
        return session

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        signed_at = getattr(session, "signed_at", None)
        is_young = signed_at is not None and datetime.now(UTC) - signed_at < LENGTHENED_AFTER
        return session.modified or (super().should_set_cookie(app, session) and not is_young)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Not with a style sheet or a script: whoever may keep it for everybody must be given nobody's cookie."""
        if request.endpoint != "static":
            super().save_session(app, session, response)


@lru_cache(maxsize=8)
def _serializer(sessions: Sessions, secret: Any, fallbacks: tuple[Any, ...]) -> URLSafeTimedSerializer | None:
    """The serializer for these keys; to derive a key takes longer than to use it."""
    if not secret:
        return None
    signer = {"key_derivation": sessions.key_derivation, "digest_method": sessions.digest_method}
    return URLSafeTimedSerializer([*fallbacks, secret], salt=sessions.salt, serializer=sessions.serializer, signer_kwargs=signer)


@lru_cache(maxsize=10_000)
def _read(serializer: URLSafeTimedSerializer, value: str) -> tuple[str, datetime] | None:
    """What a cookie says, in JSON, and when it was signed; None for one that nobody here has signed."""
    try:
        data, signed_at = serializer.loads(value, return_timestamp=True)
    except BadSignature:
        return None
    return session_json_serializer.dumps(data), signed_at
