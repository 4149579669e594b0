"""Claims as everybody sees their own, and the bureau sees all: the list, one claim, why its amount, its proofs and account."""

from __future__ import annotations

from flask import current_app, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock, engine
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.rewards import commands, determining, evidence, explaining, policies, queries
from app.rewards.forms import ACCEPT, Account, Proofs, Reason, Team, correction_form, read_team
from app.rewards.models import Claim
from app.rewards.views.blueprints import BUREAU, RECOMPUTERS, claim_pages
from app.rewards.views.uploads import handed_in
from app.web.door import SIGNED_IN, roles
from app.web.forms import text
from app.web.paging import page_of
from app.web.viewer import viewer
from workflows.rewards.claim_flow import ClaimFlow
from workflows.roles import Role

LOOKERS = roles(Role.FINANCE, Role.REVIEWER, Role.AUDITOR)
BULK = (ClaimFlow.confirm, ClaimFlow.review, ClaimFlow.second_review, ClaimFlow.join_batch)


@claim_pages.get("/", access=SIGNED_IN)
def claims() -> str:
    """The claims one may see, by state, rule and words; several at a time can be moved on."""
    asked = {name: request.args.get(name, "").strip() for name in ("state", "rule", "words")}
    actor = viewer()
    page = page_of(db.session, queries.found(actor, **asked), request.args.get("page", type=int))
    return render_template(
        "rewards/claims.html",
        page=page,
        asked=asked,
        states=ClaimFlow.states.values(),
        rules=queries.rules_claimed(db.session, actor),
        counts=queries.counts(db.session, actor),
        bulk=[transition for transition in BULK if any(_is_offered(claim, transition) for claim in page.rows)],
    )


def _is_offered(claim: Claim, transition: object) -> bool:
    return any(offer.transition is transition for offer in engine.offers(claim, viewer(), clock.now()))


@claim_pages.post("/bulk/<name>", access=SIGNED_IN)
def bulk(name: str) -> ResponseReturnValue:
    """The same step on every claim that was ticked; what stays behind is shown with its reasons."""
    transition = next((t for t in BULK if t.name == name), None)
    if transition is None:
        raise NotFound
    with transaction() as session:
        chosen = queries.chosen(session, viewer(), request.form.getlist("claim", type=int))
        moved, left = commands.move_many(session, chosen, transition, viewer(), clock.now(), request.form.get("comment", ""))
    if left:
        return render_template("rewards/bulk.html", transition=transition, moved=moved, left=left)
    flash(_("已办理 %(count)s 项", count=len(moved)), "success")
    return redirect(url_for("claims.claims", state=transition.source[0].name))


@claim_pages.get("/<int:id>", access=SIGNED_IN)
def claim(id: int) -> str:
    """One claim: what it rests on, why its amount, its proofs, and everything that happened."""
    actor = viewer()
    found = queries.claim(db.session, actor, id)
    reviews = actor.holds(*queries.SEE_EVERYTHING)
    return render_template(
        "rewards/claim.html",
        claim=found,
        why=next(e for e in explaining.explained(found.determination) if e.rule == found.rule),
        determinations=queries.determinations(db.session, found.achievement, found.determination.beneficiary) if reviews else [],
        similar=queries.similar(db.session, found) if reviews else [],
        proofs_elsewhere=commands.proof_seen_elsewhere(db.session, found) if reviews else [],
        upheld=[objection for objection in found.objections if commands.is_upheld(objection)],
        may_look=LOOKERS.admits(actor),
        may_edit=found.is_editable_by(actor),
        may_correct=commands.may_correct(found, actor),
        payment=queries.payment_of(db.session, found),
        clawbacks=queries.clawbacks_of(db.session, actor, found),
        supplement=queries.supplement_of(db.session, found),
        reason=Reason(formdata=None),
        proofs=Proofs(formdata=None),
        accept=ACCEPT,
    )


@claim_pages.get("/<int:id>/why", access=SIGNED_IN)
def why(id: int) -> str:
    """Every rule of the policy with its finding; `again` makes the determination once more and compares the bytes."""
    found = queries.claim(db.session, viewer(), id)
    again = determining.recomputed(found.determination) if request.args.get("again") else None
    return render_template(
        "rewards/why.html",
        claim=found,
        determination=found.determination,
        findings=explaining.explained(found.determination),
        again=again,
        is_identical=again == found.determination.record,
    )


@claim_pages.form("/<int:id>/account", access=SIGNED_IN)
def account(id: int) -> ResponseReturnValue:
    """Where the money goes."""
    form = Account()
    if form.validate_on_submit():
        with transaction() as session:
            found = queries.claim(session, viewer(), id)
            version = request.form.get("version", type=int)
            commands.set_account(
                session, found, viewer(), clock.now(), bank_name=text(form.bank_name), account=text(form.account), version=version
            )
        flash(_("账户已保存：%(account)s", account=found.bank_account_masked), "success")
        return redirect(url_for("claims.claim", id=id))
    found = queries.claim(db.session, viewer(), id)
    engine.require_editable(found, viewer(), clock.now())
    form.bank_name.data = form.bank_name.data or found.bank_name
    return render_template("rewards/account.html", claim=found, form=form), 422 if form.is_submitted() else 200


@claim_pages.post("/<int:id>/account/look", access=LOOKERS)
def look(id: int) -> str:
    """The whole account number, once, for a reason that goes on record."""
    with transaction() as session:
        found = queries.claim(session, viewer(), id)
        number = commands.look_at_account(session, found, viewer(), clock.now(), request.form.get("reason", ""))
    return render_template("rewards/look.html", claim=found, number=number)


@claim_pages.form("/<int:id>/team", access=SIGNED_IN)
def team(id: int) -> ResponseReturnValue:
    """The team's table; it is determined anew and must add up."""
    form = Team()
    if form.validate_on_submit():
        with transaction() as session:
            found = queries.claim(session, viewer(), id)
            engine.require_editable(found, viewer(), clock.now())
            changes = {"members": commands.team_table(read_team(text(form.table)))}
            commands.correct(
                session,
                found,
                viewer(),
                clock.now(),
                changes=changes,
                reason=_("填写团队分配表"),
                version=request.form.get("version", type=int),
            )
        return redirect(url_for("claims.claim", id=id))
    found = queries.claim(db.session, viewer(), id)
    engine.require_editable(found, viewer(), clock.now())
    if not form.is_submitted():
        form.table.data = "\n".join(f"{share.name}，{share.amount}" for share in found.shares)
    return render_template("rewards/team.html", claim=found, form=form), 422 if form.is_submitted() else 200


@claim_pages.form("/<int:id>/correct", access=SIGNED_IN)
def correct(id: int) -> ResponseReturnValue:
    """Corrected facts and a reason make a new determination; no amount is typed."""
    found = queries.claim(db.session, viewer(), id)
    if not commands.may_correct(found, viewer()):
        raise NotFound
    pack = policies.pack_of(found.determination.policy_version)
    form = correction_form(pack, found.achievement.kind, found.determination.facts)
    if form.validate_on_submit():
        changes, reason = form.facts, text(form["reason"])
        with transaction() as session:
            found = queries.claim(session, viewer(), id)
            commands.correct(
                session, found, viewer(), clock.now(), changes=changes, reason=reason, version=request.form.get("version", type=int)
            )
        flash(_("已重新核算"), "success")
        return redirect(url_for("claims.claim", id=id))
    return render_template("rewards/correct.html", claim=found, form=form), 422 if form.is_submitted() else 200


@claim_pages.post("/<int:id>/proofs", access=SIGNED_IN)
def add_proofs(id: int) -> ResponseReturnValue:
    """One more file beside the claim."""
    uploads = handed_in("proofs")
    with transaction() as session:
        found = queries.claim(session, viewer(), id)
        commands.add_proofs(session, found, uploads, current_app.config["INSTANCE"], viewer(), clock.now())
    flash(_("已上传 %(count)s 份材料", count=len(uploads)), "success")
    return redirect(url_for("claims.claim", id=id))


@claim_pages.get("/<int:id>/proofs/<int:proof_id>", access=SIGNED_IN)
def proof(id: int, proof_id: int) -> ResponseReturnValue:
    """The file, as it was handed in."""
    found = queries.claim(db.session, viewer(), id)
    file = next((proof.file for proof in found.proofs if proof.id == proof_id), None)
    if file is None:
        raise NotFound
    return send_file(file.path(current_app.config["INSTANCE"]), mimetype=file.media_type, as_attachment=True, download_name=file.name)


@claim_pages.post("/<int:id>/objections/<int:objection_id>/aside", access=BUREAU)
def set_objection_aside(id: int, objection_id: int) -> ResponseReturnValue:
    """A decided objection of the notice that concerned somebody else."""
    with transaction() as session:
        found = queries.claim(session, viewer(), id)
        objection = next((o for o in found.objections if o.id == objection_id), None)
        if objection is None:
            raise NotFound
        commands.set_objection_aside(session, found, objection, viewer(), clock.now(), request.form.get("reason", ""))
    return redirect(url_for("claims.claim", id=id))


@claim_pages.get("/<int:id>/thread.json", access=RECOMPUTERS)
def thread(id: int) -> ResponseReturnValue:
    """The whole thread of one claim."""
    return jsonify(evidence.thread_of(db.session, queries.claim(db.session, viewer(), id)))
