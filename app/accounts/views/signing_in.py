"""Signing in, with the second factor where there is one, and out."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from app.accounts import commands, passwords, queries
from app.accounts.forms import Code, SignIn
from app.accounts.models import Account
from app.accounts.views.blueprint import pages
from app.core import clock
from app.core.db import db, transaction
from app.web.door import PUBLIC
from app.web.forms import text
from app.web.limits import limiter
from app.web.way_back import way_back

PENDING_FOR = timedelta(minutes=5)
KEPT_OVER_SIGN_IN = ("language", "text_size")


@pages.form("/login", access=PUBLIC)
@limiter.limit("30 per minute", methods=["POST"])
def login() -> ResponseReturnValue:
    """The sign-in page."""
    return _sign_in("accounts/login.html")


@pages.form("/login/again", access=PUBLIC)
@limiter.limit("30 per minute", methods=["POST"])
def expired() -> ResponseReturnValue:
    """Where a form leads that was sent after the session had ended: sign in, and go back to it."""
    return _sign_in("accounts/expired.html")


def _sign_in(template: str) -> ResponseReturnValue:
    form = SignIn()
    form.next.data = way_back(form.next.data or request.args.get("next"), url_for("home.home"))
    if current_user.is_authenticated:
        return redirect(form.next.data)
    if form.validate_on_submit():
        account = _admitted(text(form.login), text(form.password))
        if account is not None and account.has_second_factor:
            session["pending"] = [account.get_id(), clock.now().timestamp()]
            return redirect(url_for("accounts.code", next=form.next.data))
        if account is not None:
            return _come_in(account, form.next.data)
        form.form_errors.append(_("登录名或密码不对，或账号已停用、暂时锁定。连续 5 次不对，账号锁定 15 分钟。"))
    return render_template(template, form=form), 422 if form.is_submitted() else 200


def _admitted(login: str, password: str) -> Account | None:
    """The account whose password this is, if it may sign in now.

    The hash is computed outside any transaction, and what was seen before is looked at again under the lock.
    """
    known = queries.by_login(db.session, login)
    kept = known.password_hash if known else None
    db.session.rollback()
    fits = passwords.fits(password, kept)
    now = clock.now()
    with transaction() as writing:
        account = writing.get(Account, known.id, with_for_update=True, populate_existing=True) if known else None
        if account is None or not account.is_active or account.is_locked(now):
            return None
        if not fits or account.password_hash != kept:
            commands.note_failure(writing, account, now)
            return None
        if not account.has_second_factor:
            commands.note_success(writing, account, now)
        return account


@pages.form("/login/code", access=PUBLIC)
@limiter.limit("15 per minute", methods=["POST"])
def code() -> ResponseReturnValue:
    """The second step: the code of the minute."""
    form = Code()
    form.next.data = way_back(form.next.data or request.args.get("next"), url_for("home.home"))
    session_id, at = session.get("pending") or ("", 0)
    now = clock.now()
    if not session_id or now.timestamp() - at > PENDING_FOR.total_seconds():
        session.pop("pending", None)
        return redirect(url_for("accounts.login", next=form.next.data))
    if form.validate_on_submit():
        id_, _sep, key = session_id.partition(":")
        with transaction() as writing:
            account = writing.get(Account, int(id_), with_for_update=True, populate_existing=True)
            usable = account is not None and account.is_active and account.session_key == key and not account.is_locked(now)
            admitted = account if account is not None and usable and commands.use_code(writing, account, text(form.code), now) else None
            if admitted is not None:
                commands.note_success(writing, admitted, now)
            elif account is not None and usable:
                commands.note_failure(writing, account, now)
        if admitted is not None:
            return _come_in(admitted, form.next.data)
        form.form_errors.append(_("验证码不对、已经用过，或账号暂时锁定。请等下一个验证码。"))
    return render_template("accounts/code.html", form=form), 422 if form.is_submitted() else 200


def _come_in(account: Account, next_page: str) -> ResponseReturnValue:
    """Begin a session that holds nothing of the one before but how the page looks."""
    kept = {name: session[name] for name in KEPT_OVER_SIGN_IN if name in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    login_user(account)
    return redirect(next_page)


@pages.post("/logout", access=PUBLIC)
def logout() -> ResponseReturnValue:
    """Out, on this device."""
    kept = {name: session[name] for name in KEPT_OVER_SIGN_IN if name in session}
    logout_user()
    session.clear()
    session.update(kept)
    flash(_("已退出。"), "success")
    return redirect(url_for("home.home"))
