"""Appeals: the clock, the form, the case, the committee's votes, and what goes into the archive."""

from __future__ import annotations

import io
from typing import Any

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.competitions.appeals import commands, queries, report, revising
from app.competitions.appeals.forms import PICTURES, AppealForm, EndForm, RevisionForm, VoteForm
from app.competitions.entries import queries as entered
from app.competitions.models import Appeal, Skill
from app.competitions.models.appeal import PUBLISHED
from app.competitions.planning.queries import competition as load_competition
from app.competitions.planning.queries import skill as load_skill
from app.core import clock, engine
from app.core.clock import local
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.core.files import StoredFile
from app.web.door import SIGNED_IN, Pages, roles
from app.web.forms import text
from app.web.frame import timeline
from app.web.paging import page_of
from app.web.viewer import language, viewer
from workflows.competition.appeals import GROUNDS, STARTS
from workflows.competition.revision_flow import FINDERS, RevisionFlow
from workflows.roles import Role
from workflows.text import Text

pages = Pages("appeals", __name__)

ARCHIVISTS = roles(Role.ORGANISER, Role.ARBITER, Role.REVIEWER, Role.APPROVER, Role.AUDITOR)
CHOOSE_SHEETS = Text("请选定要重评的评分表", "Choose the sheets to be marked again")
ORDER_EACH = Text("请给每个并列的赛位各填一个名次先后：1、2……", "Give each of the tied seats its own order: 1, 2 …")


def handed_in(field: str) -> list[commands.Upload]:
    """What was chosen in *field*; a field left empty brings nothing."""
    return [(io.BytesIO(file.read()), file.filename) for file in request.files.getlist(field) if file.filename]


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/appeals", access=SIGNED_IN)
def appeals() -> str:
    """One's own, and those one answers, decides or must know of."""
    page = page_of(db.session, queries.appeals(viewer()), request.args.get("page", type=int))
    return render_template("appeals/appeals.html", page=page, faces=_faces(page.rows), grounds=GROUNDS)


def _faces(rows: Any) -> dict[int, queries.Face]:
    return {row.id: queries.face(viewer(), row) for row in rows}


@pages.get("/skills/<int:id>/appeals", access=SIGNED_IN)
def of_skill(id: int) -> str:
    """The clock of a skill, who may appeal, what was appealed, what was revised."""
    skill = load_skill(db.session, viewer(), id)
    found = queries.of_skill(db.session, viewer(), skill)
    mine, rules = viewer().roles_on(skill), skill.rules_of_appeals
    return render_template(
        "appeals/skill.html",
        skill=skill,
        rules=rules,
        limits=" / ".join(_length(minutes) for minutes in (rules.window, rules.answer, rules.further, rules.committee_answer)),
        rules_start=STARTS[rules.starts],
        appeals=found,
        faces=_faces(found),
        grounds=GROUNDS,
        entries=[(entry, entered.line(viewer(), entry)) for entry in queries.own_entries(db.session, viewer(), skill)],
        revisions=queries.revisions_of(db.session, viewer(), skill),
        may_record=bool(mine & {Role.CHIEF_JUDGE, Role.ORGANISER}),
        may_revise=bool(mine & set(FINDERS)) and skill.is_in(*PUBLISHED),
        may_archive=ARCHIVISTS.admits(viewer()),
        end=_end_form(skill),
    )


def _length(minutes: int) -> str:
    """A time limit as people say it."""
    hours, rest = divmod(minutes, 60)
    return str(_("%(count)s 分钟", count=minutes) if rest else _("%(count)s 小时", count=hours))


def _end_form(skill: Skill) -> EndForm:
    form = EndForm(formdata=None)
    form.ended_at.data = local(skill.ended_at or clock.now()).replace(tzinfo=None)
    return form


@pages.post("/skills/<int:id>/end", access=roles(Role.CHIEF_JUDGE, Role.ORGANISER))
def record_end(id: int) -> ResponseReturnValue:
    """Record when the competition in this skill was over."""
    form = EndForm()
    if not form.validate_on_submit():
        raise Refused(Text("请填写比赛结束的时间", "Say when the competition was over"))
    with transaction() as session:
        skill = load_skill(session, viewer(), id)
        commands.record_end(session, skill, viewer(), clock.now(), form.moment(), text(form.reason))
    flash(_("已登记，申诉时限由此起算。"), "success")
    return redirect(url_for("appeals.of_skill", id=id))


# ── an appeal ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pages.form("/entries/<int:id>/appeals/new", access=SIGNED_IN)
def new(id: int) -> ResponseReturnValue:
    """Write an appeal about one's own entry; it is kept as a draft until it is signed."""
    form = AppealForm()
    form.offer()
    if form.validate_on_submit():
        with transaction() as session:
            entry = queries.own_entry(session, viewer(), id)
            appeal = commands.begin_appeal(session, entry, viewer(), clock.now(), form.values())
            _take_in(session, appeal)
        flash(_("已存为草稿，核对后请签名提出。"), "success")
        return redirect(url_for("appeals.appeal", id=appeal.id))
    entry = queries.own_entry(db.session, viewer(), id)
    page = render_template("appeals/edit.html", form=form, entry=entry, skill=entry.skill, appeal=None, accept=PICTURES)
    return page, 422 if form.is_submitted() else 200


def _take_in(session: Any, appeal: Appeal) -> None:
    uploads = handed_in("evidence")
    if uploads:
        commands.add_evidence(session, appeal, uploads, current_app.config["INSTANCE"], viewer(), clock.now())


@pages.form("/appeals/<int:id>/edit", access=SIGNED_IN)
def edit(id: int) -> ResponseReturnValue:
    """Go on writing a draft."""
    found = queries.appeal(db.session, viewer(), id)
    form = AppealForm(obj=found if request.method == "GET" else None)
    form.offer()
    if form.validate_on_submit():
        with transaction() as session:
            found = queries.appeal(session, viewer(), id)
            commands.edit_appeal(session, found, viewer(), clock.now(), form.values(), request.form.get("version", type=int))
            _take_in(session, found)
        flash(_("已保存。"), "success")
        return redirect(url_for("appeals.appeal", id=id))
    engine.require_editable(found, viewer(), clock.now())
    if request.method == "GET":
        form.show(found.happened_at)
    page = render_template("appeals/edit.html", form=form, entry=found.entry, skill=found.skill, appeal=found, accept=PICTURES)
    return page, 422 if form.is_submitted() else 200


@pages.get("/appeals/<int:id>", access=SIGNED_IN)
def appeal(id: int) -> str:
    """One case: what is said, the clocks, who answers, what was decided."""
    found, actor = queries.appeal(db.session, viewer(), id), viewer()
    return render_template(
        "appeals/appeal.html",
        appeal=found,
        skill=found.skill,
        face=queries.face(actor, found),
        ground=GROUNDS[found.ground],
        clocks=queries.live_clocks(found, clock.now()),
        events=timeline(found, queries.history(db.session, actor, found)),
        may_edit=found.is_editable_by(actor) and found.speaks_for_entry(actor),
        vote_refusal=commands.why_no_vote(db.session, found, actor),
        votes=found.votes if queries.sees_votes(actor, found) else [],
        vote=VoteForm(formdata=None),
        may_archive=ARCHIVISTS.admits(actor),
    )


@pages.get("/appeals/<int:id>/evidence/<int:evidence_id>", access=SIGNED_IN)
def evidence(id: int, evidence_id: int) -> ResponseReturnValue:
    """A file, as it was handed in; sealed like a name for whoever may only know the code."""
    found = queries.appeal(db.session, viewer(), id)
    file = next((each.file for each in found.evidence if each.id == evidence_id), None)
    if file is None or not queries.face(viewer(), found).with_names:
        raise NotFound
    return _sent(file)


def _sent(file: StoredFile) -> ResponseReturnValue:
    return send_file(file.path(current_app.config["INSTANCE"]), mimetype=file.media_type, as_attachment=True, download_name=file.name)


@pages.post("/appeals/<int:id>/evidence/<int:evidence_id>/remove", access=SIGNED_IN)
def remove_evidence(id: int, evidence_id: int) -> ResponseReturnValue:
    """Take a file out of a draft."""
    with transaction() as session:
        found = queries.appeal(session, viewer(), id)
        chosen = next((each for each in found.evidence if each.id == evidence_id), None)
        if chosen is None:
            raise NotFound
        commands.remove_evidence(session, found, chosen, viewer(), clock.now())
    return redirect(url_for("appeals.appeal", id=id))


@pages.post("/appeals/<int:id>/vote", access=roles(Role.ARBITER))
def vote(id: int) -> ResponseReturnValue:
    """A member of the committee votes, once."""
    form = VoteForm()
    if not form.validate_on_submit():
        raise Refused(Text("请选定意见并写明理由", "Choose a side and give the reasons"))
    with transaction() as session:
        found = queries.appeal(session, viewer(), id)
        commands.vote(session, found, viewer(), clock.now(), upholds=form.upholds.data == "yes", reasons=text(form.reasons))
    flash(_("已表决。"), "success")
    return redirect(url_for("appeals.appeal", id=id))


@pages.get("/appeals/<int:id>/report.pdf", access=SIGNED_IN)
def case_pdf(id: int) -> ResponseReturnValue:
    """The case on paper, to be signed and kept."""
    found = queries.appeal(db.session, viewer(), id)
    content = report.case_document(viewer(), found, queries.face(viewer(), found), clock.now(), language())
    return send_file(io.BytesIO(content), mimetype="application/pdf", as_attachment=False, download_name=f"appeal-{found.id}.pdf")


@pages.get("/competitions/<int:id>/appeals.pdf", access=ARCHIVISTS)
def archive_pdf(id: int) -> ResponseReturnValue:
    """Every appeal and every revision of a competition, for the archive."""
    competition = load_competition(db.session, viewer(), id)
    content = report.archive_document(db.session, viewer(), competition, clock.now(), language())
    return send_file(io.BytesIO(content), mimetype="application/pdf", as_attachment=False, download_name=f"appeals-{id}.pdf")


# ── a revision ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pages.form("/skills/<int:id>/revisions/new", access=roles(*FINDERS))
def new_revision(id: int) -> ResponseReturnValue:
    """An error was found without an appeal: say which, and what shows it."""
    form = RevisionForm()
    if form.validate_on_submit():
        with transaction() as session:
            skill = load_skill(session, viewer(), id)
            instance = current_app.config["INSTANCE"]
            made = revising.begin_revision(session, skill, viewer(), clock.now(), text(form.reason), handed_in("evidence"), instance)
        flash(_("已存为草稿，核对后请提请更正。"), "success")
        return redirect(url_for("appeals.revision", id=made.id))
    skill = load_skill(db.session, viewer(), id)
    page = render_template("appeals/edit_revision.html", form=form, skill=skill, revision=None, accept=PICTURES)
    return page, 422 if form.is_submitted() else 200


@pages.form("/revisions/<int:id>/edit", access=roles(*FINDERS))
def edit_revision(id: int) -> ResponseReturnValue:
    """Go on writing the case."""
    found = queries.revision(db.session, viewer(), id)
    form = RevisionForm(obj=found if request.method == "GET" else None)
    if form.validate_on_submit():
        with transaction() as session:
            found = queries.revision(session, viewer(), id)
            version = request.form.get("version", type=int)
            revising.edit_revision(session, found, viewer(), clock.now(), text(form.reason), version)
            revising.add_evidence(session, found, handed_in("evidence"), current_app.config["INSTANCE"], viewer(), clock.now())
        flash(_("已保存。"), "success")
        return redirect(url_for("appeals.revision", id=id))
    engine.require_editable(found, viewer(), clock.now())
    page = render_template("appeals/edit_revision.html", form=form, skill=found.skill, revision=found, accept=PICTURES)
    return page, 422 if form.is_submitted() else 200


@pages.get("/revisions/<int:id>", access=SIGNED_IN)
def revision(id: int) -> str:
    """One revision: why, what is marked again, and who moves."""
    found, actor = queries.revision(db.session, viewer(), id), viewer()
    works = queries.works_on(actor, found)
    orders = actor.roles_on(found) & {Role.ARBITER, Role.CHIEF_JUDGE} and found.is_in(RevisionFlow.correcting)
    ties: dict[int, list[Any]] = {}
    for result in found.results if Role.CHIEF_JUDGE in actor.roles_on(found) and found.is_in(RevisionFlow.computed) else ():
        if result.needs_decision and result.place:
            ties.setdefault(result.place, []).append(result)
    return render_template(
        "appeals/revision.html",
        revision=found,
        skill=found.skill,
        works=works,
        differences=queries.differences(db.session, actor, found),
        sheets=revising.sheets_to_open(db.session, found) if orders else [],
        ties=ties,
    )


@pages.post("/revisions/<int:id>/remark", access=roles(Role.ARBITER, Role.CHIEF_JUDGE))
def remark(id: int) -> ResponseReturnValue:
    """Open the chosen sheets for the judges again."""
    chosen = set(request.form.getlist("sheet", type=int))
    if not chosen:
        raise Refused(CHOOSE_SHEETS)
    with transaction() as session:
        found = queries.revision(session, viewer(), id)
        sheets = [sheet for sheet in found.skill.sheets if sheet.id in chosen]
        aspects = request.form.getlist("aspect", type=int)
        revising.order_remark(session, found, sheets, aspects, viewer(), clock.now(), request.form.get("reason", ""))
    flash(_("已打开 %(count)s 张评分表，裁判已收到通知。", count=len(sheets)), "success")
    return redirect(url_for("appeals.revision", id=id))


@pages.post("/revisions/<int:id>/ties", access=roles(Role.CHIEF_JUDGE))
def rule_tie(id: int) -> ResponseReturnValue:
    """The chief judge's order of those who share a place in the new version: fields `order-<entry>` with 1, 2 …"""
    given = {int(name.removeprefix("order-")): value for name, value in request.form.items() if name.removeprefix("order-").isdigit()}
    if sorted(value.strip() for value in given.values()) != sorted(str(n) for n in range(1, len(given) + 1)):
        raise Refused(ORDER_EACH)
    ordered = sorted(given, key=lambda entry: int(given[entry]))
    with transaction() as session:
        found = queries.revision(session, viewer(), id)
        revising.rule_tie(session, found, viewer(), ordered, request.form.get("reason", ""), clock.now())
    flash(_("已裁定，成绩已重新汇总。"), "success")
    return redirect(url_for("appeals.revision", id=id))


@pages.get("/revisions/<int:id>/evidence/<int:evidence_id>", access=SIGNED_IN)
def revision_evidence(id: int, evidence_id: int) -> ResponseReturnValue:
    """What shows the error, for whoever works on the case."""
    found = queries.revision(db.session, viewer(), id)
    file = next((each.file for each in found.evidence if each.id == evidence_id), None)
    if file is None or not queries.works_on(viewer(), found):
        raise NotFound
    return _sent(file)
