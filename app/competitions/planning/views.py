"""The pages of competitions and skills: found, looked at, planned."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.queries import holders
from app.competitions.models import Competition
from app.competitions.planning import commands, queries
from app.competitions.planning.forms import BY_PLACE, BY_POINTS, CompetitionForm, SkillForm
from app.core import audit, clock, engine
from app.core.db import db, transaction
from app.registry import queries as registry
from app.web.door import PUBLIC, Pages, roles
from app.web.forms import text
from app.web.paging import page_of
from app.web.viewer import viewer
from workflows.competition import levels, planning, prizes
from workflows.competition.competition_flow import CompetitionFlow
from workflows.roles import Role, Scope

pages = Pages("competitions", __name__)

ORGANISER = roles(Role.ORGANISER)


@pages.get("/competitions", access=PUBLIC)
def competitions() -> str:
    words, level = request.args.get("words", "").strip(), request.args.get("level", "")
    state, year = CompetitionFlow.states.get(request.args.get("state", "")), request.args.get("year", type=int)
    query = queries.found_competitions(viewer(), words, level, state, year if year and 1900 < year < 2200 else None)
    return render_template(
        "competitions/competitions.html",
        page=page_of(db.session, query, request.args.get("page", type=int), size=20),
        words=words,
        level=level,
        state=state,
        year=year,
        levels=levels.LEVELS,
        states=CompetitionFlow.states.values(),
        years=queries.years(db.session, viewer()),
    )


@pages.get("/competitions/<int:id>", access=PUBLIC)
def competition(id: int) -> str:
    found = queries.competition(db.session, viewer(), id)
    is_insider = bool(viewer().roles_on(found) - {Role.ANYONE}) or viewer().reads_everything
    return render_template(
        "competitions/competition.html",
        competition=found,
        skills=found.skills,
        numbers=queries.numbers(db.session, found.skills),
        notices=queries.notices(db.session, viewer(), found, clock.now()),
        officials=holders(db.session, Scope.COMPETITION, found.id) if is_insider else [],
        is_insider=is_insider,
        is_organiser=Role.ORGANISER in viewer().roles_on(found),
        takes_entries=found.takes_entries_at(clock.now()),
        called_off_because=next((e.comment for e in audit.history(db.session, found) if e.action == CompetitionFlow.cancel.name), ""),
    )


@pages.form("/competitions/new", access=ORGANISER)
def new_competition() -> ResponseReturnValue:
    form = CompetitionForm()
    form.offer(queries.organisers(db.session, viewer()))
    if form.validate_on_submit():
        with transaction() as session:
            made = commands.plan(session, viewer(), clock.now(), form.organiser_id.data, form.values())
        flash(_("已建立，接下来添加赛项"), "success")
        return redirect(url_for("competitions.competition", id=made.id))
    return _form_page("competitions/competition_form.html", form, competition=None)


@pages.form("/competitions/<int:id>/edit", access=ORGANISER)
def edit_competition(id: int) -> ResponseReturnValue:
    found = queries.competition(db.session, viewer(), id)
    engine.require_editable(found, viewer(), clock.now())
    form = CompetitionForm(obj=found)
    form.offer([found.organiser])
    if form.validate_on_submit():
        with transaction() as session:
            found = queries.competition(session, viewer(), id)
            commands.edit(session, found, viewer(), clock.now(), form.values(), request.form.get("version", type=int))
        flash(_("已保存"), "success")
        return redirect(url_for("competitions.competition", id=id))
    if not form.is_submitted():
        form.show(found)
    return _form_page("competitions/competition_form.html", form, competition=found)


@pages.get("/skills/<int:id>", access=PUBLIC)
def skill(id: int) -> str:
    found = queries.skill(db.session, viewer(), id)
    mine = viewer().roles_on(found)
    return render_template(
        "competitions/skill.html",
        skill=found,
        competition=found.competition,
        numbers=queries.numbers(db.session, [found])[found.id],
        prize_lines=_prize_lines(found.prizes),
        warning=planning.weight_warning(found.practice_weight),
        roles=mine,
        Role=Role,
        is_insider=bool(mine - {Role.ANYONE}) or viewer().reads_everything,
        takes_entries=found.competition.takes_entries_at(clock.now()),
    )


def _prize_lines(data: dict[str, object]) -> list[prizes.Prize]:
    if not data:
        return []
    scheme = prizes.PrizeScheme.from_data(data)
    return [*scheme.prizes, *((scheme.merit,) if scheme.merit else ())]


@pages.form("/competitions/<int:id>/skills/new", access=ORGANISER)
def new_skill(id: int) -> ResponseReturnValue:
    found = queries.competition(db.session, viewer(), id)
    form = SkillForm()
    _offer(form, found)
    code = _occupation_code(form)
    if _is_accepted(form, code):
        with transaction() as session:
            found = queries.competition(session, viewer(), id)
            made = commands.plan_skill(session, found, viewer(), clock.now(), form.values(code))
        flash(_("赛项已添加"), "success")
        return redirect(url_for("competitions.skill", id=made.id))
    return _skill_form(form, found)


@pages.form("/skills/<int:id>/edit", access=ORGANISER)
def edit_skill(id: int) -> ResponseReturnValue:
    found = queries.skill(db.session, viewer(), id)
    engine.require_editable(found, viewer(), clock.now())
    form = SkillForm(obj=found)
    _offer(form, found.competition)
    code = _occupation_code(form)
    if _is_accepted(form, code):
        with transaction() as session:
            found = queries.skill(session, viewer(), id)
            commands.edit_skill(session, found, viewer(), clock.now(), form.values(code), request.form.get("version", type=int))
        flash(_("已保存"), "success")
        return redirect(url_for("competitions.skill", id=id))
    if not form.is_submitted():
        form.show(found)
    return _skill_form(form, found.competition, found)


@pages.get("/occupations/options", access=ORGANISER)
def occupation_options() -> Response:
    """The options of the occupation field while somebody types."""
    found = db.session.scalars(registry.occupations(request.args.get("occupation_label", "")).limit(20)).all()
    return make_response(render_template("competitions/_occupations.html", occupations=found))


def _offer(form: SkillForm, competition: Competition) -> None:
    schemes = queries.schemes(db.session, competition.organiser_id)
    chosen = next((scheme for scheme in schemes if scheme.id == form.scheme_id.data), None)
    form.offer(schemes, [criterion.letter for criterion in chosen.criteria] if chosen else list("ABCDEFGH"))


def _occupation_code(form: SkillForm) -> str | None:
    label = text(form.occupation_label).strip()
    found = queries.occupation(db.session, label) if label else None
    return found.code if found else None


def _is_accepted(form: SkillForm, code: str | None) -> bool:
    """Whether the form came and holds; an occupation that is none is said beside its field, with all else that is wrong."""
    is_valid = bool(form.validate_on_submit())
    if form.is_submitted() and code is None and text(form.occupation_label).strip():
        form.occupation_label.errors = [_("职业分类中没有这个职业，请从列表中选择")]
        return False
    return is_valid


def _skill_form(form: SkillForm, competition: Competition, skill: object | None = None) -> ResponseReturnValue:
    weight = form.practice_weight.data
    return _form_page(
        "competitions/skill_form.html",
        form,
        competition=competition,
        skill=skill,
        warning=planning.weight_warning(weight) if weight is not None else None,
        awards=[(prizes.AWARDS[place], prizes.AWARDS[medal]) for place, medal in zip(BY_PLACE, BY_POINTS, strict=True)],
    )


def _form_page(template: str, form: CompetitionForm | SkillForm, **context: object) -> ResponseReturnValue:
    """The page of a form; one that was sent and not accepted comes back with what was filled in."""
    return render_template(template, form=form, **context), 422 if form.is_submitted() else 200
