"""What every answer tells the browser: nothing from outside, nothing framed, nothing guessed."""

from __future__ import annotations

from flask import Flask, Response, request

POLICY = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"

WITH_EVERY_ANSWER = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(self), microphone=(), geolocation=()"),
)
WITH_EVERY_PAGE = (*WITH_EVERY_ANSWER, ("Cache-Control", "private, no-store"))


def init_app(app: Flask) -> None:
    @app.after_request
    def _protect(response: Response) -> Response:
        headers = response.headers
        said = {name.lower() for name, _ in headers}
        for name, value in WITH_EVERY_ANSWER if request.endpoint == "static" else WITH_EVERY_PAGE:
            if name.lower() not in said:
                headers.add(name, value)
        return response
