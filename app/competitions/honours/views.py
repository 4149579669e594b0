"""The documents about honours with their sources and open questions; choosing them; who is given what."""

from __future__ import annotations

from collections import Counter

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.competitions.honours import commands, queries
from app.competitions.planning.queries import competition as load_competition
from app.competitions.results import queries as results
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.web.door import Pages, roles
from app.web.paging import page_within
from app.web.viewer import viewer
from workflows.competition.honours.rules import Evidence
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role

pages = Pages("honours", __name__)

LINES = 100  # a page
READERS = roles(*results.STAFF, Role.REVIEWER, Role.APPROVER, Role.ADMINISTRATOR, Role.AUDITOR)
STAFF = roles(*results.STAFF, Role.AUDITOR, Role.REVIEWER, Role.APPROVER)


@pages.get("/honours", access=READERS)
def packs() -> str:
    """Every document there is, how many rules it has, how sure they are, and what is open about it."""
    return render_template("honours/packs.html", packs=queries.packs())


@pages.get("/honours/<path:pack_id>", access=READERS)
def pack(pack_id: str) -> str:
    """One document, rule by rule."""
    found = next((pack for pack in queries.packs() if pack.id == pack_id), None)
    if found is None:
        raise NotFound
    return render_template("honours/pack.html", pack=found, evidence=list(Evidence))


@pages.get("/competitions/<int:id>/honours", access=STAFF)
def chosen(id: int) -> str:
    """Which documents this competition is held under."""
    competition = load_competition(db.session, viewer(), id)
    return render_template(
        "honours/chosen.html",
        competition=competition,
        packs=queries.fitting(competition),
        may_choose=Role.ORGANISER in viewer().roles_on(competition)
        and not any(skill.is_in(SkillFlow.final) for skill in competition.skills),
    )


@pages.post("/competitions/<int:id>/honours", access=roles(Role.ORGANISER))
def choose(id: int) -> ResponseReturnValue:
    with transaction() as session:
        competition = load_competition(session, viewer(), id)
        commands.choose(session, competition, viewer(), request.form.getlist("pack"), clock.now())
    flash(_("已保存：成绩确定时按所选办法授予荣誉、晋级。"), "success")
    return redirect(url_for("honours.chosen", id=id))


@pages.get("/skills/<int:id>/honours", access=STAFF)
def skill(id: int) -> str:
    """Who is given what, and who is not and why, a page at a time: as it would be today, or, once the results are final, as it was
    decided."""
    found = results.staff_skill(db.session, viewer(), id)
    is_decoded = not found.is_sealed
    lines = results.lines(db.session, found) if is_decoded else []
    is_final = found.is_in(SkillFlow.final)
    rows = queries.rows(db.session, found, lines, clock.today(clock.now()), is_final=is_final)
    given, words = request.args.get("given") != "no", request.args.get("words", "").strip()
    shown = [row for row in rows if row.granted is given and any(words in known for known in (row.code, row.name, row.organisation))]
    return render_template(
        "honours/skill.html",
        skill=found,
        is_decoded=is_decoded,
        is_final=is_final,
        packs=queries.packs_of(found),
        counts=Counter(row.granted for row in rows),
        given=given,
        words=words,
        page=page_within(shown, request.args.get("page", type=int), LINES),
    )
