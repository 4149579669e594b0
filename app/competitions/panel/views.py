"""The panel's pages: who scores what, conflicts, missing judges, progress, marking again, the register, one's own page."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.models import Account
from app.competitions.devices import queries as devices
from app.competitions.devices.queries import DeviceLine
from app.competitions.models import Competition, JudgeConflict, SeatVacancy, Sheet, Skill
from app.competitions.panel import commands, finding, forms, own, progress, queries, rounds
from app.competitions.panel.commands import JudgeData
from app.competitions.panel.plots import plot
from app.competitions.panel.queries import AT_THE_PANEL
from app.competitions.planning import queries as plans
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.registry.models import Person
from app.web.door import Pages, roles
from app.web.viewer import viewer
from app.web.words import say
from workflows.competition import spread
from workflows.competition.agreement import FEWEST
from workflows.competition.conflicts import KINDS, RELATIONS, Strength
from workflows.competition.seating import Duty, VacancyRule
from workflows.roles import Role
from workflows.text import Text

pages = Pages("panel", __name__)

PANEL = roles(*AT_THE_PANEL, Role.AUDITOR, Role.REVIEWER, Role.APPROVER)
PLANS = (Role.ORGANISER, Role.CHIEF_JUDGE)
OVERSEES = roles(Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER, Role.AUDITOR, Role.REVIEWER, Role.APPROVER)


# ── who scores what ─────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/skills/<int:id>/panel", access=PANEL)
def panel(id: int) -> str:
    """Seats, what each does, what they have to do; with `?propose=1` a proposal is filled in and explained, and nothing is kept yet."""
    skill = queries.skill_for(db.session, viewer(), id, *AT_THE_PANEL)
    today = clock.today(skill.competition.starts_at or clock.now())
    view = queries.panel_view(db.session, skill, today)
    proposal = queries.proposal(db.session, skill, today) if request.args.get("propose") else None
    teams = {sub: dict(team) for sub, team in view.teams.items()} if proposal is None else {}
    for choice in proposal.choices if proposal else ():
        teams.setdefault(choice.work_id, {})[choice.position] = choice.duty
    mine = viewer().roles_on(skill)
    return render_template(
        "panel/panel.html",
        view=view,
        skill=skill,
        teams=teams,
        proposal=proposal,
        load=plot([(line.seat.account.name, line.load) for line in view.seats]),
        changes=bool(mine & set(PLANS)) and not skill.has_been_tallied,
        duties=list(Duty),
        is_chief=Role.CHIEF_JUDGE in mine,
    )


@pages.post("/skills/<int:id>/panel", access=roles(*PLANS))
def assign(id: int) -> ResponseReturnValue:
    with transaction() as session:
        skill = queries.skill_for(session, viewer(), id, *PLANS)
        commands.assign(session, viewer(), skill, forms.duties_from(request.form), clock.now())
    flash(_("裁判分工已保存"), "success")
    return redirect(url_for("panel.panel", id=id))


@pages.form("/skills/<int:id>/panel/rules", access=roles(*PLANS))
def rules(id: int) -> ResponseReturnValue:
    """How the panel is made up, what happens where a judge is missing, how far judges may lie apart."""
    if request.method == "POST":
        with transaction() as session:
            skill = queries.skill_for(session, viewer(), id, *PLANS)
            commands.set_rules(session, viewer(), skill, forms.rules_from(request.form), forms.spread_from(request.form), clock.now())
        flash(_("规则已保存"), "success")
        return redirect(url_for("panel.panel", id=id))
    skill = queries.skill_for(db.session, viewer(), id, *PLANS)
    known = skill.spread_rule_list
    return render_template(
        "panel/rules.html",
        skill=skill,
        rules=skill.panel_rule,
        vacancy_rules=list(VacancyRule),
        spread_rules=[(key, title, spread.rule_for(known, key)) for key, title in forms.TYPES.items()],
        checks=list(spread.Check),
        kinds=KINDS,
        strengths=list(Strength),
        in_force=finding.rules_of(skill).strengths,
    )


# ── conflicts ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/skills/<int:id>/conflicts", access=PANEL)
def conflicts_of(id: int) -> str:
    """What ties judges to competitors, as much as the viewer may know of it."""
    skill = queries.skill_for(db.session, viewer(), id, *AT_THE_PANEL)
    lines = queries.conflict_lines(db.session, viewer(), skill)
    return render_template(
        "panel/conflicts.html",
        skill=skill,
        lines=lines,
        sight=queries.sight_of(viewer(), skill),
        rules=finding.rules_of(skill),
        kinds=KINDS,
        looks=bool(viewer().roles_on(skill) & set(PLANS)) and skill.is_in(*finding.LOOKED_AT),
    )


@pages.post("/skills/<int:id>/conflicts", access=roles(*PLANS))
def look(id: int) -> ResponseReturnValue:
    """Look through the registers again now."""
    with transaction() as session:
        skill = queries.skill_for(session, viewer(), id, *PLANS)
        finding.look(session, skill, clock.now())
    flash(_("已重新核查"), "success")
    return redirect(url_for("panel.conflicts_of", id=id))


@pages.get("/conflicts/<int:id>", access=PANEL)
def conflict(id: int) -> str:
    """One conflict, and what may be done about it."""
    found = db.session.scalar(queries.visible_conflicts(viewer()).where(JudgeConflict.id == id))
    if found is None:
        raise NotFound
    sight = queries.sight_of(viewer(), found.skill)
    seats = {seat.account_id: seat.position for seat in found.skill.panel}
    return render_template(
        "panel/conflict.html",
        conflict=found,
        line=queries.conflict_line(found, sight, seats),
        sight=sight,
        facts=queries.facts_of(db.session, found) if sight.names and sight.kinds else [],
    )


# ── missing judges ──────────────────────────────────────────────────────────────────────────────────────────────────


@pages.post("/skills/<int:id>/vacancies", access=roles(Role.CHIEF_JUDGE))
def report_missing(id: int) -> ResponseReturnValue:
    with transaction() as session:
        skill = queries.skill_for(session, viewer(), id, Role.CHIEF_JUDGE)
        vacancy = commands.report_missing(
            session,
            viewer(),
            skill,
            request.form.get("position", 0, type=int),
            clock.now(),
            day=request.form.get("day", type=int),
            code=request.form.get("code", ""),
            reason=request.form.get("reason", ""),
        )
        made = vacancy.id
    flash(_("已登记。请决定由谁评分。"), "success")
    return redirect(url_for("panel.vacancy", id=made))


@pages.get("/vacancies/<int:id>", access=PANEL)
def vacancy(id: int) -> str:
    """A missing judge: who could take the seat, and what the rule of the skill allows."""
    found = _vacancy(id)
    sight = queries.sight_of(viewer(), found.skill)
    return render_template(
        "panel/vacancy.html",
        vacancy=found,
        skill=found.skill,
        sight=sight,
        successors=queries.successors(db.session, found) if found.is_editable_by(viewer()) else [],
    )


@pages.post("/vacancies/<int:id>/successor", access=roles(Role.CHIEF_JUDGE))
def name_successor(id: int) -> ResponseReturnValue:
    with transaction() as session:
        found = session.scalar(queries.visible_vacancies(viewer()).where(SeatVacancy.id == id))
        if found is None:
            raise NotFound
        version = request.form.get("version", type=int)
        commands.name_successor(session, viewer(), found, request.form.get("account_id", type=int), version, clock.now())
    flash(_("已选定，请确认接替"), "success")
    return redirect(url_for("panel.vacancy", id=id))


def _vacancy(id: int) -> SeatVacancy:
    found = db.session.scalar(queries.visible_vacancies(viewer()).where(SeatVacancy.id == id))
    if found is None:
        raise NotFound
    return found


# ── progress ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/skills/<int:id>/matrix", access=OVERSEES)
def matrix(id: int) -> Response:
    """The matrix alone, asked for every few seconds: nothing (204) while it is as the page has it, 304 for whoever sends its tag."""
    skill = _overseen(id)
    late = devices.late(db.session, skill, clock.now())
    version = _version(progress.version_of(db.session, skill), late)
    if request.args.get("seen") == version:
        return _tagged(make_response("", 204), version)
    number = request.args.get("page", 1, type=int)
    if request.if_none_match.contains(_tag(version, number)):
        return _tagged(make_response("", 304), version, number)
    found = progress.matrix(db.session, skill)
    return _tagged(make_response(render_template("panel/_matrix.html", **matrix_page(found, late, number))), version, number)


def matrix_page(found: progress.Matrix, late: Sequence[DeviceLine], number: int, *, whole: bool = False) -> dict[str, object]:
    """What the matrix's template shows: one page of codes that keeps itself fresh, or on paper all of them as they are now."""
    number = min(max(1, number), found.pages())
    codes = found.codes if whole else found.page(number)
    seen = _version(found.version, late)
    return {"matrix": found, "skill": found.skill, "codes": codes, "number": number, "whole": whole, "late": late, "seen": seen}


def _version(matrix_version: str, late: Sequence[DeviceLine]) -> str:
    """A tablet that is late by now changes the page, though nothing was written."""
    return "-".join((matrix_version, *(f"{line.row.id}.{line.row.pending}" for line in late)))


def _tag(version: str, number: int) -> str:
    return f"{version}-{number}"


def _tagged(response: Response, version: str, number: int = 0) -> Response:
    response.set_etag(_tag(version, number))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _overseen(id: int) -> Skill:
    return queries.skill_for(db.session, viewer(), id, Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)


# ── marking again ───────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/skills/<int:id>/rounds", access=OVERSEES)
def rounds_of(id: int) -> str:
    """The aspects that are being marked again."""
    skill = _overseen(id)
    return render_template(
        "panel/rounds.html",
        skill=skill,
        lines=progress.open_rounds(db.session, skill),
        rules=skill.spread_rule_list,
        decides=Role.CHIEF_JUDGE in viewer().roles_on(skill),
    )


@pages.post("/sheets/<int:id>/rounds/<int:aspect_id>/note", access=roles(Role.JUDGE, Role.CHIEF_JUDGE))
def note_round(id: int, aspect_id: int) -> ResponseReturnValue:
    """What the judges of a sheet said before they marked again."""
    with transaction() as session:
        sheet = _sheet(id)
        rounds.note(session, sheet, aspect_id, viewer(), request.form.get("note", ""), clock.now())
        skill_id, is_chief = sheet.skill_id, Role.CHIEF_JUDGE in viewer().roles_on(sheet)
    flash(_("已记下讨论情况"), "success")
    return redirect(url_for("panel.rounds_of", id=skill_id) if is_chief else url_for("marking.sheet", id=id))


@pages.post("/sheets/<int:id>/rounds/<int:aspect_id>/decision", access=roles(Role.CHIEF_JUDGE))
def decide_round(id: int, aspect_id: int) -> ResponseReturnValue:
    """The scores stand although the judges differ; the chief judge says why."""
    with transaction() as session:
        sheet = _sheet(id)
        rounds.decide(session, sheet, aspect_id, viewer(), request.form.get("reason", ""), clock.now())
        skill_id = sheet.skill_id
    flash(_("已裁定"), "success")
    return redirect(url_for("panel.rounds_of", id=skill_id))


def _sheet(id: int) -> Sheet:
    sheet = db.session.get(Sheet, id)
    if sheet is None or not (sheet.has_seat(viewer()) or Role.CHIEF_JUDGE in viewer().roles_on(sheet)):
        raise NotFound
    return sheet


# ── the register ────────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/competitions/<int:id>/judges", access=roles(Role.ORGANISER))
def register(id: int) -> str:
    """The judges of a competition with their qualification, and what it lacks."""
    competition = _own(id)
    return render_template("panel/register.html", competition=competition, lines=queries.register(db.session, competition, clock.now()))


@pages.form("/competitions/<int:id>/judges/<int:account_id>", access=roles(Role.ORGANISER))
def judge(id: int, account_id: int) -> ResponseReturnValue:
    """A judge's card, the days they cannot come, and ties that no register shows."""
    competition = _own(id)
    account = _judge_of(competition, account_id)
    card = queries.cards(db.session, [account_id]).get(account_id)
    form = forms.JudgeForm(obj=card).offer()
    if request.method == "GET":
        form.occupations.data = " ".join(card.occupations) if card else ""
        form.employer.data = card.employer.name if card and card.employer else ""
    if form.validate_on_submit():
        return _keep_card(competition, account, form)
    words = request.args.get("words", "").strip()
    return render_template(
        "panel/judge.html",
        competition=competition,
        account=account,
        form=form,
        days=queries.days_of(competition),
        off=queries.days_off(db.session, competition.id).get(account_id, set()),
        relations=queries.relations(db.session, account_id),
        kinds=RELATIONS,
        words=words,
        people=queries.entered_people(db.session, competition, words) if words else [],
    )


def _keep_card(competition: Competition, account: Account, form: forms.JudgeForm) -> ResponseReturnValue:
    data = JudgeData(
        form.title.data or "",
        form.level.data or "",
        form.years.data or 0,
        form.terms.data or 0,
        (form.certificate_no.data or "").strip(),
        form.certificate_until.data,
        tuple((form.occupations.data or "").split()),
        queries.organisation_id(db.session, form.employer.data or ""),
        form.birth_date.data,
        (form.member.data or "").strip().upper(),
        (form.note.data or "").strip(),
    )
    with transaction() as session:
        commands.register(session, viewer(), account, competition, data, clock.now())
    flash(_("已保存 %(name)s 的执裁资格", name=account.name), "success")
    return redirect(url_for("panel.register", id=competition.id))


@pages.post("/competitions/<int:id>/judges/<int:account_id>/days", access=roles(Role.ORGANISER))
def set_days(id: int, account_id: int) -> ResponseReturnValue:
    with transaction() as session:
        competition = _own(id)
        account = _judge_of(competition, account_id)
        days = [int(day) for day in request.form.getlist("off") if day.isdigit()]
        commands.set_days_off(session, viewer(), competition, account, days, clock.now())
    flash(_("已保存"), "success")
    return redirect(url_for("panel.judge", id=id, account_id=account_id))


@pages.post("/competitions/<int:id>/judges/<int:account_id>/relations", access=roles(Role.ORGANISER))
def relate(id: int, account_id: int) -> ResponseReturnValue:
    with transaction() as session:
        competition = _own(id)
        account = _judge_of(competition, account_id)
        person = session.get(Person, request.form.get("person_id", 0, type=int))
        kind, note = request.form.get("kind", ""), request.form.get("note", "")
        commands.relate(session, viewer(), account, competition, person, kind, note, clock.now())
    flash(_("已登记，相关选手的评分表不再由其评分"), "success")
    return redirect(url_for("panel.judge", id=id, account_id=account_id))


@pages.post("/competitions/<int:id>/judges/<int:account_id>/relations/<int:relation_id>/end", access=roles(Role.ORGANISER))
def end_relation(id: int, account_id: int, relation_id: int) -> ResponseReturnValue:
    with transaction() as session:
        competition = _own(id)
        commands.end_relation(session, viewer(), competition, relation_id, account_id, clock.now())
    flash(_("已撤销"), "success")
    return redirect(url_for("panel.judge", id=id, account_id=account_id))


def _own(id: int) -> Competition:
    competition = plans.competition(db.session, viewer(), id)
    if Role.ORGANISER not in viewer().roles_on(competition):
        raise NotFound
    return competition


def _judge_of(competition: Competition, account_id: int) -> Account:
    account = queries.judge_of(db.session, competition, account_id)
    if account is None:
        raise NotFound
    return account


# ── one's own page ──────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/marking/mine", access=roles(Role.JUDGE))
def mine() -> str:
    """What one has to do, and how one's scores stand to the panel's."""
    actor = viewer()
    found = own.own_agreement(db.session, actor.account_id or 0)
    thirds = {"first": Text("前段", "First third"), "middle": Text("中段", "Middle"), "last": Text("后段", "Last third")}
    after = {"high": Text("高分之后", "After a high score"), "low": Text("低分之后", "After a low score")}
    return render_template(
        "panel/mine.html",
        duties=own.duties(db.session, actor),
        agreement=found,
        fewest=FEWEST,
        charts={
            "bars": plot([(f"{bar.centre:+}" if bar.centre else "0", bar.n) for bar in found.bars]),
            "hours": plot([(f"{group.label}:00", group.mean) for group in found.hours], signed=True),
            "thirds": plot([(say(thirds[group.label]), group.mean) for group in found.thirds], signed=True),
            "after": plot([(say(after[group.label]), group.mean) for group in found.after], signed=True),
        },
        thirds=thirds,
        after=after,
    )
