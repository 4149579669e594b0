"""The overall tables: for the staff before they are published, for everybody after, and as a workbook."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.competitions.models import Competition
from app.competitions.overall import commands, queries
from app.competitions.overall.forms import OverallForm
from app.competitions.overall.queries import Tables
from app.competitions.planning.queries import competition as load_competition
from app.competitions.results import queries as results
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.core.files import XLSX
from app.web import spreadsheets
from app.web.door import PUBLIC, Pages, roles
from app.web.spreadsheets import Column, Value
from app.web.viewer import language, viewer
from workflows.competition.overall import RANK_TITLES
from workflows.competition.prizes import AWARDS
from workflows.roles import Role
from workflows.text import Text

pages = Pages("overall", __name__)

STAFF = roles(*results.STAFF, Role.AUDITOR, Role.REVIEWER, Role.APPROVER)


@pages.get("/competitions/<int:id>/overall", access=STAFF)
def overall(id: int) -> str:
    """Every table over the skills that are decoded."""
    competition = _staff(id)
    found = queries.tables(db.session, competition, for_public=False)
    is_organiser = Role.ORGANISER in viewer().roles_on(competition)
    is_public = competition.is_public and any(skill.is_in(*results.PUBLISHED) for skill in competition.live_skills)
    return render_template(
        "overall/overall.html",
        competition=competition,
        tables=found,
        ranks=RANK_TITLES,
        may_set=is_organiser and not is_public,
        is_public=is_public,
    )


@pages.get("/competitions/<int:id>/overall.xlsx", access=STAFF)
def overall_file(id: int) -> Response:
    """The same as a workbook, names in full."""
    competition = _staff(id)
    return _workbook(queries.tables(db.session, competition, for_public=False), f"overall-{competition.id}")


@pages.route("/competitions/<int:id>/overall/rules", methods=["GET", "POST"], access=roles(Role.ORGANISER))
def rules(id: int) -> ResponseReturnValue:
    """Whom points are added up for, what awards are worth, which skills are left out."""
    competition = load_competition(db.session, viewer(), id)
    if Role.ORGANISER not in viewer().roles_on(competition):
        raise NotFound
    form = OverallForm()
    form.offer(competition.live_skills)
    if not form.is_submitted():
        form.show(queries.rules_of(competition))
    if form.validate_on_submit():
        with transaction() as session:
            commands.set_rules(session, load_competition(session, viewer(), id), viewer(), form.rules(), clock.now())
        flash(_("总榜规则已保存。"), "success")
        return redirect(url_for("overall.overall", id=id))
    page = render_template("overall/rules.html", competition=competition, form=form)
    return page, 422 if form.is_submitted() else 200


@pages.get("/results/overall/<int:id>", access=PUBLIC)
def public(id: int) -> str:
    """What everybody may see: skills that are published, names masked."""
    competition = queries.public_competition(db.session, id)
    found = queries.tables(db.session, competition, for_public=True)
    return render_template("overall/public.html", competition=competition, tables=found, ranks=RANK_TITLES)


@pages.get("/results/overall/<int:id>.xlsx", access=PUBLIC)
def public_file(id: int) -> Response:
    competition = queries.public_competition(db.session, id)
    return _workbook(queries.tables(db.session, competition, for_public=True), f"overall-{competition.id}")


def _staff(id: int) -> Competition:
    competition = load_competition(db.session, viewer(), id)
    if not (viewer().roles_on(competition) & set(results.STAFF) or viewer().reads_everything):
        raise NotFound
    return competition


def _workbook(tables: Tables, name: str) -> Response:
    """One sheet: which table a row belongs to stands in its first column, so that it can be filtered."""
    columns = [
        Column("table", Text("榜单", "Table"), width=16),
        Column("place", Text("名次", "Place"), kind="integer", width=8),
        Column("delegation", Text("代表队", "Delegation"), width=30),
        Column("name", Text("姓名（队名）", "Name (team)"), width=16),
        Column("skill", Text("赛项", "Skill"), width=20),
        Column("points", Text("标尺分", "Scale points"), kind="integer"),
        Column("award", Text("奖项", "Award")),
        *(Column(f"rank{rank}", title, kind="integer", width=12) for rank, title in RANK_TITLES.items()),
        Column("sum", Text("积分", "Points"), kind="decimal"),
    ]
    content = spreadsheets.workbook(columns, [*_people(tables), *_teams(tables)], Text("总榜", "Overall"), language())
    return Response(content, mimetype=XLSX.media_type, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})


def _people(tables: Tables) -> list[dict[str, Value]]:
    rows: list[dict[str, Value]] = []
    groups = [(Text("全场最佳", "Best over all"), tables.best)]
    groups += [(Text("代表队最佳", "Best of delegation"), who) for _, who in tables.best_of_each]
    groups += [(Text("地区最佳", "Best of region"), who) for _, who in tables.best_of_regions]
    for title, scored in groups:
        for each in scored:
            who = tables.who[each.id]
            award = AWARDS[who.award].within(language()) if who.award else ""
            row: dict[str, Value] = {"table": title.within(language()), "delegation": each.delegation, "name": who.name}
            rows.append(row | {"skill": who.skill, "points": who.points, "award": award})
    return rows


def _teams(tables: Tables) -> list[dict[str, Value]]:
    rows: list[dict[str, Value]] = []
    for title, lines in ((Text("团体积分", "Team points"), tables.teams), (Text("奖牌榜", "Medal table"), tables.medals)):
        for line in lines:
            counts: dict[str, Value] = {f"rank{rank}": count for rank, count in zip(RANK_TITLES, line.counts, strict=True)}
            row: dict[str, Value] = {"table": title.within(language()), "place": line.place, "delegation": line.delegation}
            rows.append(row | counts | {"sum": line.points})
    return rows
