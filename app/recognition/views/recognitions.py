"""Direct recognitions: found, filled in, proved, handed in."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock, files
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.recognition import commands, queries
from app.recognition.forms import (
    EvidenceForm,
    PublicityForm,
    RecognitionForm,
    VoteForm,
)
from app.recognition.models import DirectRecognition, Programme
from app.recognition.views.blueprint import CLERKS, READERS, pages
from app.registry.commands import find_or_create_person
from app.web.door import SIGNED_IN
from app.web.forms import text
from app.web.paging import page_of
from app.web.viewer import viewer
from app.web.words import say
from workflows.recognition import direct, direct_flow
from workflows.recognition.direct_flow import DirectFlow
from workflows.roles import Role
from workflows.workflow import Step


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
        waiting={it.id: len(passed(it)) for it in programmes},
    )


def _publicity_form(programme: Programme) -> PublicityForm:
    """One of several such forms on a page: its field has an id of its own."""
    form = PublicityForm(formdata=None)
    form.contact.id = form.contact.label.field_id = f"contact-{programme.id}"
    return form


def passed(programme: Programme) -> list[DirectRecognition]:
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
    return recognition_page(queries.recognition(db.session, viewer(), id))


def recognition_page(found: DirectRecognition, **refilled: object) -> str:
    actor, now = viewer(), clock.now()
    mine = actor.roles_on(found)
    forms = {"evidence_form": _evidence_form(found), "vote_form": vote_form()} | refilled
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


def vote_form() -> VoteForm:
    form = VoteForm()
    form.in_favour.choices = [("yes", _("同意")), ("no", _("不同意"))]
    return form


@pages.post("/directs/<int:id>/evidence", access=CLERKS)
def attach(id: int) -> ResponseReturnValue:
    """One or more files of one kind."""
    found = queries.recognition(db.session, viewer(), id)
    form = _evidence_form(found)
    if not form.validate_on_submit():
        return recognition_page(found, evidence_form=form), 422
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
