"""One's own account: language, password, sessions, second factor."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_user
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.accounts import commands, passwords, queries
from app.accounts import second_factor as totp
from app.accounts.forms import Enrol, Language, NewPassword, Password
from app.accounts.models import Account
from app.accounts.views.blueprint import pages
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Refused
from app.web.door import SIGNED_IN
from app.web.forms import text
from app.web.limits import limiter
from app.web.viewer import viewer
from app.web.way_back import way_back
from app.web.words import say
from workflows.text import Text

WRONG_PASSWORD = Text("现在的密码不对", "The present password is wrong")
SAME_PASSWORD = Text("新密码与现在的一样", "The new password is the present one")


@pages.get("/account", access=SIGNED_IN)
def own() -> str:
    """Who I am here, what roles I hold, and how I sign in."""
    grants = db.session.scalars(queries.grants(viewer(), account_id=viewer().account_id)).all()
    return render_template(
        "accounts/own.html",
        mine=_mine(db.session),
        grants=[(grant, queries.target_name(db.session, grant.what, grant.on_id)) for grant in grants],
        language_form=Language(language=current_user.language),
        password_form=Password(),
    )


@pages.post("/account/language", access=SIGNED_IN)
def choose_language() -> ResponseReturnValue:
    """The language of every page, on every device."""
    form = Language()
    if form.validate_on_submit():
        with transaction() as writing:
            _mine(writing).language = form.language.data
        session.pop("language", None)
    return redirect(url_for("accounts.own"))


@pages.form("/account/password", access=SIGNED_IN)
@limiter.limit("20 per minute", methods=["POST"])
def password() -> ResponseReturnValue:
    """A new password; every other session ends."""
    form = NewPassword()
    form.next.data = way_back(form.next.data or request.args.get("next"), url_for("home.home"))
    login, kept, is_first = current_user.login, current_user.password_hash, current_user.must_change_password
    if form.validate_on_submit():
        weak = passwords.weaknesses(text(form.password), login)
        if form.password.data == form.present.data:
            weak.append(SAME_PASSWORD)
        form.password.errors = [say(reason) for reason in weak]
        db.session.rollback()
        if not weak and not passwords.fits(text(form.present), kept):
            form.present.errors = [say(WRONG_PASSWORD)]
        elif not weak:
            new_hash = passwords.hashed(text(form.password))
            with transaction() as writing:
                account = _mine(writing)
                commands.change_password(writing, account, new_hash, clock.now())
            login_user(account)
            flash(_("密码已修改，其他设备上的登录都已退出。"), "success")
            return redirect(form.next.data)
    return render_template("accounts/password.html", form=form, is_first=is_first), 422 if form.is_submitted() else 200


@pages.post("/account/sessions/end", access=SIGNED_IN)
def end_sessions() -> ResponseReturnValue:
    """Out everywhere but here."""
    with transaction() as writing:
        account = _mine(writing)
        commands.end_sessions(writing, account, clock.now())
    login_user(account)
    flash(_("其他设备上的登录都已退出。"), "success")
    return redirect(url_for("accounts.own"))


@pages.get("/account/second-factor", access=SIGNED_IN)
def second_factor() -> ResponseReturnValue:
    """Scan, then prove it with a code."""
    if current_user.has_second_factor:
        return redirect(url_for("accounts.own"))
    return _enrolment(Enrol())


@pages.post("/account/second-factor", access=SIGNED_IN)
@limiter.limit("15 per minute")
def enrol() -> ResponseReturnValue:
    """The code proves that the authenticator has the secret; from now on it is asked for."""
    form = Enrol()
    secret = session.get("totp_secret")
    if current_user.has_second_factor or secret is None:
        return redirect(url_for("accounts.second_factor"))
    if form.validate_on_submit():
        now = clock.now()
        step = totp.matching_step(secret, text(form.code), now, None)
        if step is not None:
            codes = totp.new_recovery_codes()
            with transaction() as writing:
                commands.enrol(writing, _mine(writing), secret, step, codes, now)
            session.pop("totp_secret")
            return render_template("accounts/recovery_codes.html", codes=codes)
        form.code.errors = [_("验证码不对，请核对手机时间后再试。")]
    return _enrolment(form)


def _enrolment(form: Enrol) -> ResponseReturnValue:
    secret = session.setdefault("totp_secret", totp.new_secret())
    picture = Markup(totp.picture(secret, current_user.login))
    return render_template("accounts/second_factor.html", form=form, picture=picture, secret=secret), 422 if form.is_submitted() else 200


@pages.post("/account/second-factor/drop", access=SIGNED_IN)
@limiter.limit("10 per minute")
def drop_second_factor() -> ResponseReturnValue:
    """Without the second factor again, after the password was given once more."""
    form = Password()
    kept = current_user.password_hash
    db.session.rollback()
    if not form.validate_on_submit() or not passwords.fits(text(form.password), kept):
        raise Refused(WRONG_PASSWORD)
    with transaction() as writing:
        account = _mine(writing)
        commands.drop_second_factor(writing, account.actor, account, clock.now())
    flash(_("动态验证码已停用。"), "success")
    return redirect(url_for("accounts.own"))


def _mine(writing: Session) -> Account:
    """The row of whoever is signed in, read anew inside the transaction."""
    return writing.get_one(Account, viewer().account_id, with_for_update=True, populate_existing=True)
