"""The page on which a shared tablet passes from one judge to the next, and the gate that keeps a PIN's session at the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from flask import Response, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.models import Account
from app.accounts.views.signing_in import KEPT_OVER_SIGN_IN
from app.competitions.devices import queries as devices
from app.competitions.devices.cookie import BY_PIN, device_of_cookie
from app.competitions.models import MarkingPin
from app.competitions.pins import commands
from app.competitions.pins.forms import GivePin, SetPin
from app.core import clock
from app.core.db import db, transaction
from app.web.door import PUBLIC, Pages, roles
from app.web.forms import text
from app.web.limits import limiter
from app.web.words import say
from workflows.competition import short_pin
from workflows.roles import Role
from workflows.text import Text

pages = Pages("pins", __name__, url_prefix="/marking")

DESK_PARTS = {"marking", "devices", "offline", "remarks", "pins", "handover", "static"}
ON_THE_SHEET = {"paper.printed_sheet", "panel.note_round"}
ALWAYS_OPEN = {"accounts.logout", "accounts.login", "accounts.expired", "home.healthz", "home.text_size"}
NEEDS_PASSWORD = Text(
    "用 PIN 只能评分；办理其他事项请退出后用密码登录", "A PIN opens the marking desk only; sign in with the password for anything else"
)
WRONG_PASSWORD = Text("密码不对", "The password is wrong")
CLOSED = Text("PIN 已连续输错 5 次而停用，请用密码登录", "Five wrong PINs in a row have closed it; sign in with the password")


@pages.before_app_request
def stay_at_the_desk() -> ResponseReturnValue | None:
    """A session begun with a PIN is a judge's and ends at the edge of the desk, whatever else the account may do."""
    if not session.get(BY_PIN) or request.endpoint is None or not current_user.is_authenticated:
        return None
    actor = current_user.actor
    g.viewer = replace(actor, grants=frozenset(grant for grant in actor.grants if grant.role is Role.JUDGE))
    if request.endpoint in ALWAYS_OPEN | ON_THE_SHEET or request.endpoint.partition(".")[0] in DESK_PARTS:
        return None
    flash(say(NEEDS_PASSWORD), "warning")
    return redirect(url_for("marking.desk"))


@pages.form("/pin", access=roles(Role.JUDGE, Role.CHIEF_JUDGE))
@limiter.limit("10 per minute", methods=["POST"])
def own_pin() -> ResponseReturnValue:
    """Set one's own PIN, with the password."""
    if session.get(BY_PIN):
        flash(say(NEEDS_PASSWORD), "warning")
        return redirect(url_for("marking.desk"))
    form = SetPin()
    kept = current_user.password_hash
    if form.validate_on_submit():
        weak = short_pin.why_not(text(form.pin))
        db.session.rollback()
        if weak is not None:
            form.pin.errors = [say(weak)]
        elif not passwords.fits(text(form.password), kept):
            form.password.errors = [say(WRONG_PASSWORD)]
        else:
            pin_hash = passwords.hashed(text(form.pin))
            with transaction() as writing:
                commands.set_pin(writing, writing.get_one(Account, current_user.id, populate_existing=True), pin_hash, clock.now())
            flash(_("PIN 已设好。今天在这台设备上，可以用它换人。"), "success")
            return redirect(url_for("marking.desk"))
    return render_template("marking/pin.html", form=form), 422 if form.is_submitted() else 200


@pages.form("/switch", access=PUBLIC)
@limiter.limit("20 per minute", methods=["POST"])
def switch() -> ResponseReturnValue:
    """Who signed in on this tablet today, and the PIN of the one who goes on."""
    now = clock.now()
    device = device_of_cookie()
    judges = devices.signed_in_today(db.session, device, now) if device else []
    form = GivePin()
    if form.validate_on_submit() and device:
        chosen = next((account for account in judges if account.id == form.account.data), None)
        admitted = _admitted(chosen, text(form.pin), device) if chosen else None
        if admitted is not None:
            _come_in(admitted)
            return redirect(url_for("marking.desk"))
        form.pin.errors = [*form.pin.errors, _("PIN 不对，或已停用。连续 5 次不对就停用，须用密码登录。")]
    return render_template("marking/switch.html", form=form, judges=judges), 422 if form.is_submitted() else 200


@pages.post("/pin/proof", access=roles(Role.JUDGE, Role.CHIEF_JUDGE))
@limiter.limit("20 per minute")
def proof() -> Response:
    """Whether what was typed is the PIN of whoever is signed in, to end showing the tablet; wrong tries count as anywhere."""
    told = request.get_json(silent=True)
    given = told.get("pin") if isinstance(told, dict) else None
    fits = _admitted(current_user, given if isinstance(given, str) else "", device_of_cookie() or "", commands.prove) is not None
    return jsonify({"fits": fits, "closed": not fits and not devices.has_pin(db.session, current_user.id)})


@pages.post("/leave", access=PUBLIC)
def leave() -> ResponseReturnValue:
    """Signed out because nobody touched the tablet; what was not sent stays on it."""
    kept = {name: session[name] for name in KEPT_OVER_SIGN_IN if name in session}
    logout_user()
    session.clear()
    session.update(kept)
    flash(_("长时间没有操作，已自动退出。没有上传的评分还在本机。"), "info")
    return redirect(url_for("pins.switch"))


Then = Callable[[Session, MarkingPin, str, datetime], None]


def _admitted(account: Account, pin: str, device: str, then: Then = commands.take_over) -> Account | None:
    """*account*, if this is its PIN and it is not closed, after *then*.  The hash is computed outside any transaction."""
    known = db.session.get(MarkingPin, account.id)
    kept = known.pin_hash if known and not short_pin.is_closed(known.failures) else None
    db.session.rollback()
    fits = passwords.fits(pin, kept)
    now = clock.now()
    with transaction() as writing:
        row = writing.get(MarkingPin, account.id, with_for_update=True, populate_existing=True)
        if row is None or short_pin.is_closed(row.failures) or row.pin_hash != kept:
            return None
        if not fits:
            commands.note_wrong(writing, row, device, now)
            return None
        then(writing, row, device, now)
    return account


def _come_in(account: Account) -> None:
    """Begin a session that holds nothing of the one before but how the page looks, and says that it was begun with a PIN."""
    kept = {name: session[name] for name in KEPT_OVER_SIGN_IN if name in session}
    session.clear()
    session.update(kept)
    session[BY_PIN] = True
    session.permanent = True
    login_user(account)
