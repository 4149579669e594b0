"""How often one address may try: sign in, object, look a certificate up."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address


class LimitsWhereNamed(Limiter):
    """Every limit stands at its own view and is checked there; without any for all pages there is nothing to look up for the others."""

    def init_app(self, app: Flask) -> None:
        super().init_app(app)
        asked = app.before_request_funcs[None]
        asked[:] = [function for function in asked if function != self._check_request_limit]


limiter = LimitsWhereNamed(get_remote_address, headers_enabled=True)
