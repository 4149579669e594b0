"""The administrator's pages: accounts, and who holds what on what."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts import commands, passwords, queries
from app.accounts.forms import NewAccount, NewGrant, Reason
from app.accounts.views.blueprint import pages
from app.core import audit, clock
from app.core.db import db, transaction
from app.core.errors import Refused
from app.web.door import roles
from app.web.forms import choices, text
from app.web.paging import page_of
from app.web.viewer import viewer
from workflows.roles import Role
from workflows.text import Text

ADMINISTRATOR = roles(Role.ADMINISTRATOR)
GRANTABLE = [role for role in Role if role.is_granted]
REASON_MISSING = Text("请写明理由", "Say why")


@pages.get("/accounts", access=ADMINISTRATOR)
def accounts() -> str:
    words, state = request.args.get("words", "").strip(), request.args.get("state", "")
    page = page_of(db.session, queries.accounts(viewer(), words, state), request.args.get("page", type=int))
    return render_template("accounts/accounts.html", page=page, words=words, state=state)


@pages.form("/accounts/new", access=ADMINISTRATOR)
def create() -> ResponseReturnValue:
    """A new account; its initial password is shown once."""
    form = NewAccount()
    if form.validate_on_submit():
        password = passwords.initial()
        password_hash = passwords.hashed(password)
        with transaction() as session:
            account = commands.create(
                session, viewer(), clock.now(), login=text(form.login), name=text(form.name), password_hash=password_hash
            )
        return render_template("accounts/initial_password.html", held_by=account, password=password)
    return render_template("accounts/new.html", form=form), 422 if form.is_submitted() else 200


@pages.get("/accounts/<int:id>", access=ADMINISTRATOR)
def account(id: int) -> str:
    found = queries.account(db.session, viewer(), id)
    grants = db.session.scalars(queries.grants(viewer(), account_id=id, ended=True)).all()
    return render_template(
        "accounts/account.html",
        held_by=found,
        grants=[(grant, queries.target_name(db.session, grant.what, grant.on_id)) for grant in grants],
        events=list(reversed(audit.history(db.session, found))),
        form=Reason(),
    )


@pages.post("/accounts/<int:id>/disable", access=ADMINISTRATOR)
def disable(id: int) -> ResponseReturnValue:
    with transaction() as session:
        commands.disable(session, viewer(), queries.account(session, viewer(), id), clock.now(), _reason())
    return _back_to(id, _("账号已停用，它的登录都已退出。"))


@pages.post("/accounts/<int:id>/enable", access=ADMINISTRATOR)
def enable(id: int) -> ResponseReturnValue:
    with transaction() as session:
        commands.enable(session, viewer(), queries.account(session, viewer(), id), clock.now())
    return _back_to(id, _("账号已启用。"))


@pages.post("/accounts/<int:id>/unlock", access=ADMINISTRATOR)
def unlock(id: int) -> ResponseReturnValue:
    with transaction() as session:
        commands.unlock(session, viewer(), queries.account(session, viewer(), id), clock.now())
    return _back_to(id, _("账号已解锁。"))


@pages.post("/accounts/<int:id>/reset-password", access=ADMINISTRATOR)
def reset_password(id: int) -> ResponseReturnValue:
    """A new initial password, shown once."""
    password = passwords.initial()
    password_hash = passwords.hashed(password)
    with transaction() as session:
        found = queries.account(session, viewer(), id)
        commands.reset_password(session, viewer(), found, password_hash, clock.now())
    return render_template("accounts/initial_password.html", held_by=found, password=password)


@pages.post("/accounts/<int:id>/drop-second-factor", access=ADMINISTRATOR)
def drop_anothers_second_factor(id: int) -> ResponseReturnValue:
    """For somebody who lost the authenticator and the recovery codes."""
    with transaction() as session:
        commands.drop_second_factor(session, viewer(), queries.account(session, viewer(), id), clock.now(), _reason())
    return _back_to(id, _("动态验证码已停用。"))


@pages.get("/roles", access=roles(Role.ADMINISTRATOR, Role.AUDITOR))
def role_grants() -> str:
    """Who holds what on what, and who held it."""
    wanted = request.args.get("role", "")
    role = Role.of(wanted) if wanted in {r.key for r in GRANTABLE} else None
    ended = request.args.get("ended") == "1"
    page = page_of(db.session, queries.grants(viewer(), role=role, ended=ended), request.args.get("page", type=int))
    named = [(grant, queries.target_name(db.session, grant.what, grant.on_id)) for grant in page.rows]
    return render_template("accounts/roles.html", page=page, grants=named, role=role, roles=GRANTABLE, ended=ended, form=Reason())


@pages.form("/roles/new", access=ADMINISTRATOR)
def grant() -> ResponseReturnValue:
    """Give a role: choose it, find what it is held on, say why."""
    form = NewGrant(login=request.args.get("login"), role=request.args.get("role"), reason=request.args.get("reason"))
    form.role.choices = choices((role.key, role.title) for role in GRANTABLE)
    chosen = next((role for role in GRANTABLE if role.key == form.role.data), GRANTABLE[0])
    words = request.values.get("words", "").strip()
    found = queries.targets(db.session, chosen.scope, words)
    form.on_id.choices = choices((target.id, target.name) for target in found)
    if form.validate_on_submit():
        with transaction() as session:
            account = queries.by_login(session, text(form.login))
            if account is None:
                raise Refused(Text("没有登录名为「{login}」的账号", "There is no account “{login}”").format(login=text(form.login)))
            commands.grant(session, viewer(), account, chosen, form.on_id.data or 0, clock.now(), text(form.reason))
        return _back_to(account.id, _("角色已授予。"))
    return render_template("accounts/grant.html", form=form, chosen=chosen, words=words, found=found), 422 if form.is_submitted() else 200


@pages.post("/roles/<int:id>/end", access=ADMINISTRATOR)
def end_grant(id: int) -> ResponseReturnValue:
    with transaction() as session:
        given = queries.grant(session, id)
        commands.end_grant(session, viewer(), given, clock.now(), _reason())
    return _back_to(given.account_id, _("角色已收回。"))


def _reason() -> str:
    form = Reason()
    if not form.validate_on_submit():
        raise Refused(REASON_MISSING)
    return text(form.reason)


def _back_to(id: int, said: str) -> ResponseReturnValue:
    flash(said, "success")
    return redirect(url_for("accounts.account", id=id))
