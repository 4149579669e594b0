"""Pages of the enterprise's recognitions: its programme, its workers, the panel, the publicity."""

from __future__ import annotations

import io

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock, files
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.recognition import commands, importing, queries
from app.recognition.forms import (
    Begin,
    CoverForm,
    DecideImport,
    EvidenceForm,
    ImportForm,
    ProgrammeForm,
    PublicityForm,
    RecognitionForm,
    StationForm,
    VoteForm,
    level_choices,
)
from app.recognition.models import DirectRecognition, Programme
from app.registry.commands import find_or_create_person
from app.web.door import SIGNED_IN, Pages, roles
from app.web.forms import text
from app.web.paging import page_of
from app.web.viewer import language, viewer
from app.web.words import say
from workflows.recognition import direct, direct_flow
from workflows.recognition.direct_flow import DirectFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

pages = Pages("recognition", __name__, url_prefix="/recognition")

CLERKS = roles(Role.CLERK)
ASSESSORS = roles(Role.ASSESSOR)
READERS = roles(Role.CLERK, Role.ASSESSOR, Role.REVIEWER, Role.APPROVER, Role.AUDITOR)
XLSX = files.XLSX.media_type


# ── programmes ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/programmes", access=READERS)
def programmes() -> str:
    """The programmes of one's enterprise; for the bureau, of all."""
    page = page_of(db.session, queries.visible_programmes(viewer()), request.args.get("page", type=int))
    return render_template("recognition/programmes.html", page=page, form=_begin_form())


def _begin_form() -> Begin:
    form = Begin()
    form.organisation.choices = [(it.id, it.name) for it in queries.enterprises(db.session, viewer())]
    return form


@pages.post("/programmes", access=CLERKS)
def begin_programme() -> ResponseReturnValue:
    form = _begin_form()
    if not form.validate_on_submit():
        page = page_of(db.session, queries.visible_programmes(viewer()), 1)
        return render_template("recognition/programmes.html", page=page, form=form), 422
    with transaction() as session:
        organisation = next(it for it in queries.enterprises(session, viewer()) if it.id == form.organisation.data)
        programme = commands.begin_programme(session, organisation, viewer(), clock.now())
    return redirect(url_for("recognition.programme", id=programme.id))


@pages.get("/programmes/<int:id>", access=READERS)
def programme(id: int) -> str:
    """What is on file, and for whoever may change it, the forms."""
    return _programme_page(queries.programme(db.session, viewer(), id))


def _programme_page(found: Programme, **refilled: object) -> str:
    form = ProgrammeForm(formdata=None, obj=found)
    forms = {"form": form, "cover_form": _cover_form(None), "station_form": StationForm(formdata=None, obj=found)} | refilled
    mine = viewer().roles_on(found) & set(found.state.editable_by)
    return render_template(
        "recognition/programme.html",
        programme=found,
        by_occupation=_by_occupation(found),
        defaults=(direct.CERTIFICATES_A_YEAR, direct.PANEL_MINIMUM, direct.PUBLICITY_DAYS),
        is_filed_by_me=Role.CLERK in mine,
        is_coded_by_me=Role.REVIEWER in mine,
        is_clerk=Role.CLERK in viewer().roles_on(found),
        **forms,
    )


def _by_occupation(found: Programme) -> list[tuple[str, list[Text]]]:
    grouped: dict[str, list[Text]] = {}
    for scope in found.covers:
        grouped.setdefault(scope.occupation.label, []).append(scope.skill_level.title)
    return list(grouped.items())


def _cover_form(formdata: object) -> CoverForm:
    form = CoverForm(formdata=formdata)
    form.levels.choices = [(int(digit), title) for digit, title in level_choices()]
    return form


@pages.post("/programmes/<int:id>/content", access=CLERKS)
def describe_programme(id: int) -> ResponseReturnValue:
    form = ProgrammeForm()
    if not form.validate_on_submit():
        return _programme_page(queries.programme(db.session, viewer(), id), form=form), 422
    with transaction() as session:
        commands.describe_programme(
            session,
            queries.programme(session, viewer(), id),
            viewer(),
            clock.now(),
            arrangements=text(form.arrangements),
            certificates_a_year=form.certificates_a_year.data or 0,
            panel_minimum=form.panel_minimum.data or 0,
            publicity_days=form.publicity_days.data or 0,
            version=request.form.get("version", type=int),
        )
    flash(_("已保存。"), "success")
    return redirect(url_for("recognition.programme", id=id))


@pages.post("/programmes/<int:id>/scope", access=CLERKS)
def cover(id: int) -> ResponseReturnValue:
    """The levels of one occupation."""
    form = _cover_form(request.form)
    if not form.validate():
        return _programme_page(queries.programme(db.session, viewer(), id), cover_form=form), 422
    occupation = commands.occupation_named(db.session, text(form.occupation))
    if occupation is None:
        form.occupation.errors = [_("职业目录中没有，或不止一个：请填职业编码")]
        return _programme_page(queries.programme(db.session, viewer(), id), cover_form=form), 422
    with transaction() as session:
        found = queries.programme(session, viewer(), id)
        commands.cover(session, found, occupation, form.levels.data or [], viewer(), clock.now())
    return redirect(url_for("recognition.programme", id=id, _anchor="scope"))


@pages.post("/programmes/<int:id>/station", access=roles(Role.REVIEWER))
def assign_station(id: int) -> ResponseReturnValue:
    form = StationForm()
    if not form.validate_on_submit():
        return _programme_page(queries.programme(db.session, viewer(), id), station_form=form), 422
    with transaction() as session:
        commands.assign_station(
            session,
            queries.programme(session, viewer(), id),
            viewer(),
            clock.now(),
            agency=text(form.agency),
            province=text(form.province),
            station=text(form.station),
        )
    flash(_("已保存。"), "success")
    return redirect(url_for("recognition.programme", id=id))


# ── recognitions ────────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/directs", access=READERS)
def recognitions() -> str:
    """The recognitions one may see, by state and name."""
    state = DirectFlow.states.get(request.args.get("state", ""))
    words = request.args.get("words", "").strip()
    page = page_of(db.session, queries.recognitions(viewer(), state=state, words=words), request.args.get("page", type=int))
    programmes = queries.on_file(db.session, viewer())
    return render_template(
        "recognition/recognitions.html",
        page=page,
        words=words,
        state=state,
        counts=queries.count_by_state(db.session, viewer()),
        programmes=programmes,
        publicity_forms={it.id: _publicity_form(it) for it in programmes},
        waiting={it.id: len(_passed(it)) for it in programmes},
    )


def _publicity_form(programme: Programme) -> PublicityForm:
    """One of several such forms on a page: its field has an id of its own."""
    form = PublicityForm(formdata=None)
    form.contact.id = form.contact.label.field_id = f"contact-{programme.id}"
    return form


def _passed(programme: Programme) -> list[DirectRecognition]:
    look = queries.recognitions(viewer(), state=DirectFlow.passed, programme_id=programme.id).order_by(None).order_by(DirectRecognition.id)
    return list(db.session.scalars(look).unique())


@pages.form("/programmes/<int:id>/directs/new", access=CLERKS)
def begin_recognition(id: int) -> ResponseReturnValue:
    """One worker, by form."""
    programme = queries.programme(db.session, viewer(), id)
    form = RecognitionForm()
    form.offer_choices(programme)
    if form.validate_on_submit():
        with transaction() as session:
            programme = queries.programme(session, viewer(), id)
            person = find_or_create_person(
                session,
                viewer(),
                clock.now(),
                name=text(form.name),
                id_number=text(form.id_number),
                employer_id=programme.organisation_id,
            )
            recognition = commands.begin_recognition(session, programme, person, form.content, viewer(), clock.now())
        flash(_("已建立草稿，请上传材料后提交。"), "success")
        return redirect(url_for("recognition.recognition", id=recognition.id))
    page = render_template("recognition/edit.html", form=form, programme=programme, grounds=direct.GROUNDS.values(), recognition=None)
    return page, 422 if form.is_submitted() else 200


@pages.form("/directs/<int:id>/edit", access=CLERKS)
def edit_recognition(id: int) -> ResponseReturnValue:
    found = queries.recognition(db.session, viewer(), id)
    form = RecognitionForm()
    form.without_person()
    form.offer_choices(found.programme)
    if form.validate_on_submit():
        with transaction() as session:
            found = queries.recognition(session, viewer(), id)
            commands.change_recognition(session, found, form.content, viewer(), clock.now(), request.form.get("version", type=int))
        flash(_("已保存。"), "success")
        return redirect(url_for("recognition.recognition", id=id))
    if not form.is_submitted():
        form.show(found)
    page = render_template(
        "recognition/edit.html", form=form, programme=found.programme, grounds=direct.GROUNDS.values(), recognition=found
    )
    return page, 422 if form.is_submitted() else 200


@pages.get("/directs/<int:id>", access=SIGNED_IN)
def recognition(id: int) -> str:
    """Everything about one recognition: its ground, its evidence, its votes, where it stands."""
    return _recognition_page(queries.recognition(db.session, viewer(), id))


def _recognition_page(found: DirectRecognition, **refilled: object) -> str:
    actor, now = viewer(), clock.now()
    mine = actor.roles_on(found)
    forms = {"evidence_form": _evidence_form(found), "vote_form": _vote_form()} | refilled
    return render_template(
        "recognition/recognition.html",
        recognition=found,
        verdict=direct_flow.verdict(found, Step(now, actor)) if found.state.kind.value == "open" else [],
        missing=direct.missing_evidence(found.ground, found.evidence_kinds),
        tally=direct.count(found.votes, found.panel_minimum),
        is_editable=found.is_editable_by(actor),
        reads_evidence=bool(mine & {Role.CLERK, Role.ASSESSOR, Role.REVIEWER, Role.APPROVER, Role.AUDITOR, Role.APPLICANT}),
        reads_votes=bool(mine & {Role.CLERK, Role.ASSESSOR, Role.REVIEWER, Role.APPROVER, Role.AUDITOR}),
        may_vote=Role.ASSESSOR in mine and found.is_in(DirectFlow.submitted),
        conflict=direct_flow.conflict(found, actor),
        **forms,
    )


def _evidence_form(found: DirectRecognition) -> EvidenceForm:
    form = EvidenceForm()
    required = [*found.ground.required, direct.OTHER]
    form.kind.choices = [(it.key, say(it.title)) for it in dict.fromkeys((*required, *direct.EVIDENCE.values()))]
    return form


def _vote_form() -> VoteForm:
    form = VoteForm()
    form.in_favour.choices = [("yes", _("同意")), ("no", _("不同意"))]
    return form


@pages.post("/directs/<int:id>/evidence", access=CLERKS)
def attach(id: int) -> ResponseReturnValue:
    """One or more files of one kind."""
    found = queries.recognition(db.session, viewer(), id)
    form = _evidence_form(found)
    if not form.validate_on_submit():
        return _recognition_page(found, evidence_form=form), 422
    with transaction() as session:
        found = queries.recognition(session, viewer(), id)
        for upload in form.files.data or []:
            file = files.keep(
                session,
                current_app.config["INSTANCE"],
                upload.stream,
                upload.filename or "",
                allowed=files.PROOFS,
                account_id=viewer().account_id,
                now=clock.now(),
            )
            commands.attach(session, found, text(form.kind), file, viewer(), clock.now())
    flash(_("材料已上传。"), "success")
    return redirect(url_for("recognition.recognition", id=id, _anchor="evidence"))


@pages.post("/directs/<int:id>/evidence/<int:evidence_id>/remove", access=CLERKS)
def detach(id: int, evidence_id: int) -> ResponseReturnValue:
    with transaction() as session:
        commands.detach(session, queries.recognition(session, viewer(), id), evidence_id, viewer(), clock.now())
    return redirect(url_for("recognition.recognition", id=id, _anchor="evidence"))


@pages.get("/directs/<int:id>/evidence/<int:evidence_id>", access=SIGNED_IN)
def evidence(id: int, evidence_id: int) -> ResponseReturnValue:
    """A proof, for whoever may see the recognition."""
    found = queries.recognition(db.session, viewer(), id)
    proof = next((it for it in found.evidence if it.id == evidence_id), None)
    if proof is None:
        raise NotFound
    path = proof.file.path(current_app.config["INSTANCE"])
    return send_file(path, mimetype=proof.file.media_type, as_attachment=True, download_name=proof.file.name)


@pages.post("/programmes/<int:id>/directs/submit", access=CLERKS)
def submit_all(id: int) -> ResponseReturnValue:
    """Whatever is ready goes to the panel; the rest is listed with what holds it."""
    with transaction() as session:
        look = queries.recognitions(viewer(), programme_id=id).where(DirectRecognition.is_in(DirectFlow.draft, DirectFlow.returned))
        submitted, held = commands.submit_all(session, list(session.scalars(look).unique()), viewer(), clock.now())
    return render_template("recognition/submitted.html", submitted=submitted, held=held)


# ── from a spreadsheet ──────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/directs/template.xlsx", access=CLERKS)
def template() -> ResponseReturnValue:
    content = importing.template(language())
    return send_file(io.BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=f"{say(importing.TITLE)}.xlsx")


@pages.form("/programmes/<int:id>/directs/import", access=CLERKS)
def upload(id: int) -> ResponseReturnValue:
    """Hand in a spreadsheet; it is looked at before anything is taken in."""
    programme = queries.programme(db.session, viewer(), id)
    form = ImportForm()
    if form.validate_on_submit():
        sheet = form.file.data
        content = sheet.read()
        with transaction() as session:
            programme = queries.programme(session, viewer(), id)
            kept = importing.keep(session, programme, content, sheet.filename or "", viewer(), clock.now())
        return redirect(url_for("recognition.preview", id=kept.id))
    return render_template("recognition/upload.html", form=form, programme=programme), 422 if form.is_submitted() else 200


@pages.form("/directs/imports/<int:id>", access=CLERKS)
def preview(id: int) -> ResponseReturnValue:
    """What the file would do, row by row; then the decision."""
    form = DecideImport()
    form.present.choices = [(importing.SKIP, _("跳过，保留原来的内容")), (importing.OVERWRITE, _("用表格内容覆盖"))]
    if form.validate_on_submit():
        with transaction() as session:
            kept = importing.waiting(session, viewer(), id)
            outcome = importing.take_in(
                session, kept, viewer(), clock.now(), present=text(form.present), leave_bad_rows=bool(form.leave_bad_rows.data)
            )
        flash(
            _(
                "新建 %(created)s 人，覆盖 %(overwritten)s 人，跳过 %(skipped)s 人。请逐人上传材料后提交。",
                created=outcome.created,
                overwritten=outcome.overwritten,
                skipped=outcome.skipped,
            ),
            "success",
        )
        return redirect(url_for("recognition.recognitions", state="draft"))
    kept = importing.waiting(db.session, viewer(), id)
    looked = importing.preview(db.session, kept, clock.now())
    page = render_template("recognition/preview.html", kept=kept, looked=looked, form=form)
    return page, 422 if form.is_submitted() else 200


@pages.post("/directs/imports/<int:id>/discard", access=CLERKS)
def discard(id: int) -> ResponseReturnValue:
    with transaction() as session:
        kept = importing.waiting(session, viewer(), id)
        programme_id = kept.programme_id
        importing.discard(kept, clock.now())
    flash(_("已放弃，没有导入任何一行。"), "success")
    return redirect(url_for("recognition.upload", id=programme_id))


# ── the panel, and the public ───────────────────────────────────────────────────────────────────────────────────────


@pages.get("/panel", access=ASSESSORS)
def panel() -> str:
    """What the panel has before it, and how far the voting is."""
    look = (
        queries.recognitions(viewer(), state=DirectFlow.submitted)
        .order_by(None)
        .order_by(DirectRecognition.state_since, DirectRecognition.id)
    )
    page = page_of(db.session, look, request.args.get("page", type=int))
    lines = [
        (it, direct.count(it.votes, it.panel_minimum), any(vote.account_id == viewer().account_id for vote in it.present_votes))
        for it in page.rows
    ]
    return render_template("recognition/panel.html", page=page, lines=lines)


@pages.post("/directs/<int:id>/vote", access=ASSESSORS)
def vote(id: int) -> ResponseReturnValue:
    form = _vote_form()
    if not form.validate_on_submit():
        return _recognition_page(queries.recognition(db.session, viewer(), id), vote_form=form), 422
    with transaction() as session:
        found = queries.recognition(session, viewer(), id)
        commands.vote(session, found, form.in_favour.data == "yes", text(form.reason), viewer(), clock.now())
    flash(_("已记下您的意见；评审结束前可以修改。"), "success")
    return redirect(url_for("recognition.recognition", id=id, _anchor="votes"))


@pages.post("/programmes/<int:id>/publicity", access=CLERKS)
def open_publicity(id: int) -> ResponseReturnValue:
    """One notice for everybody who has passed."""
    form = PublicityForm()
    if not form.validate_on_submit():
        raise Refused(Text("请填写受理异议的联系方式", "Say how objections reach you"))
    with transaction() as session:
        programme = queries.programme(session, viewer(), id)
        notice = commands.open_publicity(session, programme, _passed(programme), text(form.contact), viewer(), clock.now())
    flash(_("公示已发布，期满无异议将自动发证。"), "success")
    return redirect(url_for("recognition.recognitions", state="publicity", notice=notice.id))


@pages.get("/offers/<int:id>", access=SIGNED_IN)
def offer(id: int) -> str:
    """A level a competition's award leads to."""
    return render_template("recognition/offer.html", offer=queries.offer(db.session, viewer(), id))
