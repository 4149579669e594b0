"""A request sent twice has one effect and one answer.

Every form carries a `request_id` made when the page was drawn (an API client sends `Idempotency-Key`).  The
receipt is written in the same transaction as the effects; a repetition finds it and gets the first answer.
"""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from flask import Flask, Response, g, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import Base, UtcDateTime, db, transaction
from app.web.viewer import viewer


class RequestReceipt(Base):
    """That a request was carried out, and what it was answered."""

    __tablename__ = "request_receipt"

    key: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    status: Mapped[int | None]
    location: Mapped[str | None] = mapped_column(sa.Text)
    body: Mapped[str | None] = mapped_column(sa.Text)


def new_request_id() -> str:
    return secrets.token_urlsafe(15)


def _key() -> str | None:
    sent = request.headers.get("Idempotency-Key") or request.form.get("request_id")
    return f"{viewer().account_id or 0}:{request.path}:{sent}"[:80] if sent and len(sent) <= 40 else None


def init_app(app: Flask) -> None:
    app.jinja_env.globals["new_request_id"] = new_request_id

    @app.before_request
    def _look_for_receipt() -> ResponseReturnValue | None:
        if request.method != "POST" or (key := _key()) is None:
            return None
        receipt = db.session.get(RequestReceipt, key)
        if receipt is not None:
            return _first_answer(receipt)
        g.request_key = key
        db.session.info["receipt"] = key
        return None

    @app.after_request
    def _keep_answer(response: Response) -> Response:
        key = g.pop("request_key", None)
        if key is None or response.status_code >= 400 or db.session.info.pop("receipt", None) is not None:
            return response  # nothing was committed, so there is nothing to repeat
        with transaction() as session:
            receipt = session.get(RequestReceipt, key)
            if receipt is not None:
                receipt.status, receipt.location = response.status_code, response.location
                receipt.body = response.get_data(as_text=True) if response.is_json else None
        return response


def _first_answer(receipt: RequestReceipt) -> ResponseReturnValue:
    if receipt.body is not None:
        return Response(receipt.body, receipt.status or 200, mimetype="application/json")
    return redirect(receipt.location or request.referrer or "/", 303)


@sa.event.listens_for(sa.orm.Session, "before_commit")
def _write_receipt(session: sa.orm.Session) -> None:
    key = session.info.pop("receipt", None)
    if key is not None:
        session.add(RequestReceipt(key=key, at=clock.now()))
