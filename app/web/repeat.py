"""A request sent twice has one effect and one answer.

Every form carries a `request_id` made when the page was drawn (an API client sends `Idempotency-Key`).  The
receipt is the first thing written in the transaction of the effects, so of several that arrive at once one goes on and
the others wait for it; a repetition finds the receipt and gets the first answer.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.db import Base, UtcDateTime, db, transaction, upsert
from app.web.viewer import viewer

PATIENCE = timedelta(seconds=5)
LOOK_AGAIN_SECONDS = 0.02


class RequestReceipt(Base):
    """That a request was carried out, and what it was answered: `status` is None until the answer was made."""

    __tablename__ = "request_receipt"

    key: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    status: Mapped[int | None]
    location: Mapped[str | None] = mapped_column(sa.Text)
    body: Mapped[str | None] = mapped_column(sa.Text)


class Repeated(Exception):
    """Another request with the same key was first."""


View = TypeVar("View", bound=Callable[..., object])
_answering: set[Callable[..., object]] = set()


def answers_repetitions(view: View) -> View:
    """Of a view that takes JSON whose parts carry ids of their own: it knows a repetition by them, and no receipt is kept."""
    _answering.add(view)
    return view


def _answers_itself() -> bool:
    return request.is_json and current_app.view_functions.get(request.endpoint or "") in _answering


def new_request_id() -> str:
    return secrets.token_urlsafe(15)


def _key() -> str | None:
    """What makes this request the same as another: who sends it, where to, its id and its content."""
    sent = request.headers.get("Idempotency-Key") or request.form.get("request_id")
    if not sent:
        return None
    parts = [viewer().account_id or 0, request.full_path, sent]
    if request.mimetype == "multipart/form-data":  # its text differs with every sending, by the boundary
        parts += [request.content_length or 0, [(name, file.filename) for name, file in request.files.items(multi=True)]]
    if request.form:
        parts.append([(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"])
    else:
        parts.append(hashlib.sha256(request.get_data()).hexdigest())
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()


def init_app(app: Flask) -> None:
    app.jinja_env.globals["new_request_id"] = new_request_id

    @app.before_request
    def _look_for_receipt() -> ResponseReturnValue | None:
        if request.method != "POST" or _answers_itself() or (key := _key()) is None:
            return None
        if db.session.get(RequestReceipt, key) is not None:
            return _first_answer(key)
        g.request_key = key
        db.session.info["first"] = _write_receipt
        return None

    @app.errorhandler(Repeated)
    def _repeated(_error: Repeated) -> ResponseReturnValue:
        return _first_answer(g.pop("request_key"))

    @app.after_request
    def _keep_answer(response: Response) -> Response:
        key = g.pop("request_key", None)
        if key is None or db.session.info.pop("first", None) is not None:
            return response  # nothing was committed, so there is nothing to repeat
        answer = {"status": response.status_code, "location": response.location}
        with transaction() as session:
            session.execute(
                sa.update(RequestReceipt)
                .where(RequestReceipt.key == key)
                .values(**answer, body=response.get_data(as_text=True) if response.is_json else None)
            )
        return response


def _write_receipt(session: Session) -> None:
    """Take the request's key, or wait for whoever has it; `Repeated` where they were done with it."""
    receipt = upsert(session, RequestReceipt).values(key=g.request_key, at=clock.now()).on_conflict_do_nothing()
    if session.scalar(receipt.returning(RequestReceipt.key)) is None:
        raise Repeated


def _first_answer(key: str) -> ResponseReturnValue:
    """What the first request with this key was answered, as soon as it was."""
    deadline = time.monotonic() + PATIENCE.total_seconds()
    while (receipt := db.session.get_one(RequestReceipt, key, populate_existing=True)).status is None and time.monotonic() < deadline:
        db.session.rollback()
        time.sleep(LOOK_AGAIN_SECONDS)
    if receipt.body is not None:
        return Response(receipt.body, receipt.status or 200, mimetype="application/json")
    if receipt.status is None and (request.is_json or request.path.startswith("/api/")):  # the server went down between effect and answer
        return jsonify({"repeated": True})
    return redirect(receipt.location or request.referrer or "/", 303)
