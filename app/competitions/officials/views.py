"""The page on which an organiser appoints who serves."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.queries import grant as role_grant
from app.competitions.models import Competition
from app.competitions.officials import commands, queries
from app.competitions.officials.queries import APPOINTED
from app.competitions.planning.queries import competition as load_competition
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.web.door import Pages, roles
from app.web.viewer import viewer
from workflows.competition import conflicts
from workflows.roles import Role, Scope
from workflows.text import Text

pages = Pages("officials", __name__, url_prefix="/competitions/<int:id>/officials")

ORGANISER = roles(Role.ORGANISER)
RESERVE = "reserve"
WHO_AND_WHAT = Text("请选定人员和角色", "Choose who, and for which role")
REASON_MISSING = Text("请写明理由", "Say why")


@pages.get("", access=ORGANISER)
def officials(id: int) -> str:
    """Who serves, and whom one could appoint."""
    competition = _own(id)
    words = request.args.get("words", "")
    found = queries.candidates(db.session, viewer(), words)
    facts = {account.id: queries.candidate(db.session, competition, account) for account, _employer in found}
    return render_template(
        "competitions/officials.html",
        competition=competition,
        appointed=queries.appointed(db.session, competition),
        panels=queries.panels(db.session, competition),
        words=words,
        found=found,
        concerns={id_: conflicts.obstacles(Role.JUDGE, one) + conflicts.concerns(Role.JUDGE, one) for id_, one in facts.items()},
        appointable=APPOINTED,
    )


@pages.post("", access=ORGANISER)
def appoint(id: int) -> ResponseReturnValue:
    role = next((role for role in APPOINTED if role.key == request.form.get("role")), None)
    account_id = request.form.get("account_id", type=int)
    if role is None or account_id is None:
        raise Refused(WHO_AND_WHAT)
    with transaction() as session:
        competition = _own(id)
        skill = next((skill for skill in competition.skills if skill.id == request.form.get("skill_id", type=int)), None)
        account = queries.account(session, account_id)
        commands.appoint(
            session,
            viewer(),
            competition,
            account,
            role,
            clock.now(),
            skill=skill,
            is_reserve=request.form.get("skill_id") == RESERVE,
            reason=request.form.get("reason", ""),
            despite_concerns=bool(request.form.get("despite_concerns")),
        )
    flash(_("已指派 %(name)s", name=account.name), "success")
    return redirect(url_for("officials.officials", id=id))


@pages.post("/<int:grant_id>/end", access=ORGANISER)
def relieve(id: int, grant_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "").strip()
    if not reason:
        raise Refused(REASON_MISSING)
    with transaction() as session:
        competition = _own(id)
        grant = role_grant(session, grant_id)
        if grant.what.scope is not Scope.COMPETITION or grant.on_id != competition.id:
            raise NotFound
        commands.relieve(session, viewer(), grant, competition, clock.now(), reason)
    flash(_("已收回"), "success")
    return redirect(url_for("officials.officials", id=id))


def _own(id: int) -> Competition:
    """A competition of the viewer's own organisation."""
    competition = load_competition(db.session, viewer(), id)
    if Role.ORGANISER not in viewer().roles_on(competition):
        raise NotFound
    return competition
