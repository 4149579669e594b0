"""Every refusal and fault has one home: here it becomes a page, or JSON for the API, that loses nothing."""

from __future__ import annotations

from typing import Any

from flask import Flask, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.core import audit
from app.core.db import db
from app.core.errors import Forbidden, NotFound, Refused, Stale
from app.core.logs import log
from workflows.text import Text

CHANGED = Text("这条记录已被别人修改，请看最新内容后再办", "Somebody else has changed this; look at the present content first")
NOT_FOUND = Text("没有这一页，或者您看不到它", "There is no such page, or it is not for you")
NO_ROLE = Text("您没有办理此事的角色", "You hold no role for this")
EXPIRED = Text(
    "页面放得太久，安全凭证已过期；内容已保留，请重新提交",
    "The page was open too long and its token expired; your input is kept, please send it again",
)


def _answer(status: int, template: str, reasons: list[Text], **context: Any) -> Response:
    if request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json":
        body = jsonify({"error": template, "reasons": [{"zh": reason.zh, "en": reason.en} for reason in reasons]})
        return make_response(body, status)
    return make_response(render_template(f"errors/{template}.html", reasons=reasons, back=request.referrer, **context), status)


def init_app(app: Flask) -> None:
    @app.errorhandler(Refused)
    def _refused(error: Refused) -> Response:
        return _answer(409, "409", list(error.reasons))

    @app.errorhandler(Stale)
    def _stale(error: Stale) -> Response:
        since = [e for e in audit.history(db.session, error.row) if error.seen is None or (e.version or 0) > error.seen]
        return _answer(409, "stale", [CHANGED], row=error.row, events=since)

    @app.errorhandler(StaleDataError)
    def _stale_data(_error: StaleDataError) -> Response:
        return _answer(409, "stale", [CHANGED], row=None, events=[])

    @app.errorhandler(NotFound)
    @app.errorhandler(404)
    def _not_found(_error: Exception) -> Response:
        return _answer(404, "404", [NOT_FOUND])

    @app.errorhandler(Forbidden)
    def _forbidden(error: Forbidden) -> Response:
        return _answer(403, "403", [NO_ROLE], needed=error.needed)

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> Response:
        return _answer(400, "expired", [EXPIRED])

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        if error.code in (403, 413, 429):
            return _answer(error.code, str(error.code), [])
        if error.code and error.code >= 400:
            said = error.description or error.name
            return _answer(error.code, "404" if error.code == 405 else "500", [Text(said, said)])
        return error

    @app.errorhandler(Exception)
    def _fault(error: Exception) -> Response:
        log().error("fault", path=request.path, exc_info=error)
        db.session.rollback()
        return _answer(500, "500", [])
