"""What stands before everything else for an account that has something to put in order, and what each page's frame shows of it."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.accounts import queries
from app.accounts.views.blueprint import pages
from app.core.db import db
from app.core.errors import Refused
from app.web.viewer import viewer
from app.web.words import say
from workflows.roles import Role
from workflows.text import Text

ALWAYS_OPEN = {"accounts.password", "accounts.logout", "static", "home.text_size", "home.healthz"}
ENROLLING = {"accounts.second_factor", "accounts.enrol"}
FIRST = Text("请先修改初始密码", "Change the initial password first")
SECOND = Text("您的角色须启用动态验证码", "Your role needs a second factor")


@pages.before_app_request
def put_in_order_first() -> ResponseReturnValue | None:
    """An initial password is changed, and a required second factor enrolled, before anything else is done."""
    if request.endpoint is None or request.endpoint in ALWAYS_OPEN or not current_user.is_authenticated:
        return None
    if current_user.must_change_password:
        return _send_to("accounts.password", FIRST)
    if request.endpoint in ENROLLING or not current_app.config["REQUIRE_TOTP"]:
        return None
    if current_user.needs_second_factor and not current_user.has_second_factor:
        return _send_to("accounts.second_factor", SECOND)
    return None


def _send_to(endpoint: str, why: Text) -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        raise Refused(why)
    flash(say(why), "warning")
    return redirect(url_for(endpoint, next=request.full_path.rstrip("?") if request.method == "GET" else None))


@pages.app_context_processor
def frame() -> dict[str, Any]:
    """Who is signed in, and how much they have not read."""
    actor = viewer()
    comes_back = request.method == "GET" and request.endpoint not in ("accounts.login", "accounts.expired", "home.home")
    sign_in = {"sign_in_url": url_for("accounts.login", next=request.full_path.rstrip("?") if comes_back else None)}
    if not actor.is_signed_in:
        return sign_in | {"account": None, "unread_count": 0}
    held = actor.roles
    return {
        "account": {
            "id": actor.account_id,
            "name": actor.name,
            "roles": [say(role.title) for role in Role if role in held],
            "security_url": url_for("accounts.own"),
            "sign_out_url": url_for("accounts.logout"),
        },
        "unread_count": queries.unread_count(db.session, actor),
        "notifications_url": url_for("accounts.notifications"),
    }
