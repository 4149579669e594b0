"""What a tablet asks of the server and tells it: who is signed in, that it is still there; and the chief judge's list of tablets."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from app.competitions.devices import commands, queries
from app.competitions.devices.cookie import BY_PIN, is_known, remember_device
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.web.door import PUBLIC, Pages, roles
from app.web.viewer import viewer
from workflows.roles import Role
from workflows.text import Text

pages = Pages("devices", __name__, url_prefix="/marking")

WATCHING = (Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)
MALFORMED = Text("设备信息不正确", "What the device said of itself cannot be read")
LONGEST_LABEL = 60


@pages.get("/session", access=PUBLIC)
def who() -> Response:
    """Who is signed in here, with the token their requests must carry: both of one moment, so that neither is used with another's."""
    actor = viewer()
    return jsonify(
        {
            "account": actor.account_id,
            "csrf": generate_csrf(),
            "by_pin": bool(session.get(BY_PIN)),
            "has_pin": queries.has_pin(db.session, actor.account_id),
            "idle_minutes": current_app.config["MARKING_IDLE_MINUTES"],
            "now": clock.now().isoformat(),
        }
    )


@pages.post("/device", access=roles(Role.JUDGE, Role.CHIEF_JUDGE))
def contact() -> Response:
    """A tablet says that it is there and what waits on it; it gets the key with which it vouches for what it packs."""
    actor, now = viewer(), clock.now()
    told = _told(request.get_json(silent=True))
    device = told["device"]
    is_new = not session.get(BY_PIN) and not is_known(device)
    with transaction() as writing:
        if is_new:
            commands.sign_in(writing, actor, device, now)
        commands.note_contact(writing, actor.account_id, device, told["pending"], now)
        commands.note_tablet(writing, actor.account_id, device, told["label"], _offset(told["sent_at"], now))
    answer = jsonify({"key": commands.hand_over_key(device, actor.account_id or 0)})
    if is_new:
        remember_device(answer, device)
    return answer


def _told(content: Any) -> dict[str, Any]:
    """What the tablet says of itself, looked over."""
    if not isinstance(content, dict):
        raise Refused(MALFORMED)
    device, label, pending = content.get("device"), content.get("label", ""), content.get("pending", 0)
    is_id = isinstance(device, str) and 8 <= len(device) <= commands.LONGEST_ID and device.isascii()
    is_count = isinstance(pending, int) and not isinstance(pending, bool) and 0 <= pending < 10**6
    if not (is_id and is_count and isinstance(label, str) and len(label) <= LONGEST_LABEL):
        raise Refused(MALFORMED)
    return {"device": device, "label": label.strip(), "pending": pending, "sent_at": content.get("sent_at")}


def _offset(sent_at: Any, now: datetime) -> int:
    """How far the tablet's clock is ahead, in milliseconds; 0 where it does not say, at most ten years."""
    if isinstance(sent_at, bool) or not isinstance(sent_at, int):
        return 0
    most = 10 * 366 * 86400 * 1000
    return max(-most, min(most, sent_at - round(now.astimezone(UTC).timestamp() * 1000)))


@pages.get("/skills/<int:id>/devices", access=roles(*WATCHING))
def devices(id: int) -> str:
    """The tablets this skill is marked on: last heard of, what waits on each, which are lost."""
    actor = viewer()
    skill = queries.watched_skill(db.session, actor, id, *WATCHING)
    return render_template(
        "marking/devices.html",
        skill=skill,
        devices=queries.of_skill(db.session, skill, clock.now()),
        may_give_up=Role.CHIEF_JUDGE in actor.roles_on(skill),
    )


@pages.post("/skills/<int:id>/devices/<int:row>/lost", access=roles(Role.CHIEF_JUDGE))
def lost(id: int, row: int) -> ResponseReturnValue:
    """Give a tablet up."""
    with transaction() as writing:
        skill = queries.watched_skill(writing, viewer(), id, Role.CHIEF_JUDGE)
        device = queries.one(writing, row)
        if device is None:
            raise NotFound
        commands.declare_lost(writing, skill, device, viewer(), request.form.get("reason", ""), clock.now())
    flash(_("已登记遗失。设备再次联系时会自动恢复。"), "success")
    return redirect(url_for("devices.devices", id=id))
