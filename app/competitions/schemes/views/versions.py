"""A new version with its reason, what it changes, and taking it up while marking is under way."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.competitions.marking import queries as marking
from app.competitions.schemes import commands, forms, queries, versions
from app.competitions.schemes.views.blueprint import KEEP, READ, pages
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.web.door import roles
from app.web.forms import text
from app.web.viewer import viewer
from workflows.competition import scheme as rulebook
from workflows.competition.scheme_versions import Kind, compare
from workflows.roles import Role


@pages.form("/<int:id>/version", access=KEEP)
def new_version(id: int) -> ResponseReturnValue:
    """Make the next version of a scheme, with the reason why."""
    found = queries.scheme(db.session, viewer(), id)
    commands.require_keeper(found, viewer())
    form = forms.NewVersion()
    if form.validate_on_submit():
        with transaction() as session:
            made = commands.new_version(session, viewer(), queries.scheme(session, viewer(), id), text(form.reason), clock.now())
        flash(_("已复制为第 %(number)s 版。", number=made.number), "success")
        return redirect(url_for("schemes.scheme", id=made.id))
    return render_template("schemes/version.html", scheme=found, form=form, skills=queries.used_by(db.session, found))


@pages.get("/<int:id>/changes", access=READ)
def changes(id: int) -> str:
    """What a version changes of another, by default of the one before it."""
    found = queries.scheme(db.session, viewer(), id)
    known = queries.versions(db.session, viewer(), found)
    other_id = request.args.get("of", type=int) or found.previous_id
    other = next((each for each in known if each.id == other_id), None)
    if other is None:
        other = next((each for each in known if each.number < found.number), None)
    comparison = compare(other.rules, found.rules) if other is not None else None
    touched = queries.touched_by(db.session, other) if other is not None else {}
    return render_template("schemes/changes.html", scheme=found, other=other, versions=known, comparison=comparison, touched=touched)


@pages.form("/<int:id>/skills/<int:skill_id>", access=roles(Role.CHIEF_JUDGE))
def apply(id: int, skill_id: int) -> ResponseReturnValue:
    """Take a new version up in a skill that is being marked: first what it touches, then, with a reason, the change."""
    found = queries.scheme(db.session, viewer(), id)
    skill = marking.overseen_skill(db.session, viewer(), skill_id, Role.CHIEF_JUDGE)
    old = skill.scheme
    if old is None or skill not in queries.marked_by(db.session, viewer(), found):
        raise NotFound
    if request.method == "POST":
        with transaction() as session:
            skill = marking.overseen_skill(session, viewer(), skill_id, Role.CHIEF_JUDGE)
            new = queries.scheme(session, viewer(), id)
            again = request.form.getlist("again")
            done = versions.apply(session, skill, new, viewer(), request.form.get("reason", ""), again, clock.now())
        flash(_("已改用第 %(number)s 版，沿用 %(carried)s 条评分。", number=found.number, carried=done.carried), "success")
        if done.reopened or done.set_aside:
            flash(_("%(reopened)s 张评分表重新打开，%(aside)s 张停用。", reopened=done.reopened, aside=done.set_aside), "warning")
        return redirect(url_for("marking.skill", id=skill_id))
    comparison = compare(old.rules, found.rules)
    locked = queries.locked_in_the_way(skill, found)
    may_be_asked = [change.key for change in comparison.changes if change.kind is Kind.REWORDED]
    return render_template(
        "schemes/apply.html",
        scheme=found,
        skill=skill,
        old=old,
        comparison=comparison,
        locked=locked,
        locked_if_asked=[unit for unit in queries.locked_in_the_way(skill, found, may_be_asked) if unit not in locked],
        touched=queries.touched(db.session, skill),
        problems=[problem for problem in rulebook.problems(found.rules) if problem.is_error],
    )
