"""What a tablet is known by to the server: a signed cookie given at a full sign-in.  Its id alone, which others may read, opens nothing."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Response, current_app, request, session
from itsdangerous import BadSignature, URLSafeTimedSerializer

COOKIE = "tablet"
BY_PIN = "by_pin"
"""Key of the session: it was begun with a PIN."""

LIFE = timedelta(days=30)


def _signing() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="marking-device")


def is_known(device: str) -> bool:
    """Whether this session has been on *device* before."""
    found = _content()
    return found == {"device": device, "session": _session()}


def remember_device(response: Response, device: str) -> Response:
    """Give the tablet its cookie; it says which session it was given in, so that the next full sign-in is seen."""
    response.set_cookie(
        COOKIE,
        _signing().dumps({"device": device, "session": _session()}),
        max_age=LIFE,
        path="/marking",
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def device_of_cookie() -> str | None:
    """The id of the tablet this request comes from, or None where it never signed in fully."""
    device: str | None = _content().get("device")
    return device


def _content() -> dict[str, str]:
    try:
        found = _signing().loads(request.cookies.get(COOKIE, ""), max_age=int(LIFE.total_seconds()))
    except BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def _session() -> str:
    """What tells one session from another: every one has a token of its own."""
    return hashlib.sha256(str(session.get("csrf_token", "")).encode()).hexdigest()[:16]
