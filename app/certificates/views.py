"""Checking a certificate, which anybody may; keeping, printing and revoking them, which few may."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.certificates import commands, printing, queries
from app.certificates.forms import Check, Revocation
from app.certificates.models import BOOKLET, ZIP, Certificate
from app.core import audit, clock, jobs
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.seals import commands as sealing
from app.seals import queries as seals
from app.web.door import PUBLIC, SIGNED_IN, Pages, roles
from app.web.forms import text
from app.web.limits import limiter
from app.web.paging import page_of
from app.web.viewer import viewer
from workflows.recognition import certificate_number
from workflows.roles import Role
from workflows.text import Text

pages = Pages("certificates", __name__)

A_MINUTE = "20 per minute"
PRINTERS = roles(Role.CLERK, Role.ORGANISER, Role.REVIEWER)


@pages.form("/check", access=PUBLIC)
@limiter.limit(A_MINUTE, methods=["POST"])
def check() -> ResponseReturnValue:
    """By number and name, both in the body of the request: a name belongs in no address and no log."""
    form = Check()
    if not form.validate_on_submit():
        return render_template("certificates/check.html", form=form), 422 if form.is_submitted() else 200
    number = text(form.number)
    found = queries.by_number_and_name(db.session, number, text(form.name))
    return render_template("certificates/checked.html", found=found, problem=None if found else _number_problem(number))


def _number_problem(number: str) -> Text | None:
    """What is wrong with the number's form, where it looks like one of 22 characters; it gives nothing away about who holds what."""
    if not 20 <= len("".join(number.split())) <= 24:
        return None
    try:
        certificate_number.parse(number)
    except certificate_number.InvalidCertificateNumber as wrong:
        return wrong.reason
    return None


@pages.get("/c/<code>", access=PUBLIC)
@limiter.limit(A_MINUTE)
def by_code(code: str) -> ResponseReturnValue:
    """What the QR code on the paper leads to."""
    found = queries.by_check_code(db.session, code)
    return render_template("certificates/checked.html", found=found, problem=None), 200 if found else 404


@pages.get("/certificates", access=SIGNED_IN)
def certificates() -> str:
    """One's own, one's enterprise's, or all of them."""
    asked = _asked(request.args)
    page = page_of(db.session, queries.certificates(viewer(), **asked), request.args.get("page", type=int))
    issuers = {row.organisation_id for row in page.rows if row.organisation_id}
    return render_template(
        "certificates/certificates.html",
        page=page,
        **asked,
        kinds=queries.KINDS,
        may_print=PRINTERS.admits(viewer()),
        seals=[seal for issuer in sorted(issuers) for seal in seals.kept_for(db.session, viewer(), issuer)],
        seals_on=seals.seals_on(db.session, Certificate.__tablename__, [row.id for row in page.rows]),
    )


def _asked(values: Mapping[str, str]) -> dict[str, str]:
    """Which certificates are asked for, by words, kind and where they come from."""
    return {name: values.get(name, "").strip() for name in ("words", "kind", "source")}


def _chosen(session: Session) -> list[Certificate]:
    """Those that were ticked, or all that were found."""
    if request.form.get("all") == "1":
        found = queries.certificates(viewer(), **_asked(request.form)).where(Certificate.revoked_at.is_(None))
        return list(session.scalars(found.order_by(None).order_by(Certificate.number).limit(printing.MOST_AT_ONCE + 1)))
    return list(queries.chosen(session, viewer(), request.form.getlist("id", type=int)))


@pages.form("/certificates/<int:id>", access=SIGNED_IN)
def certificate(id: int) -> ResponseReturnValue:
    """One certificate; the bureau revokes it here."""
    found = queries.certificate(db.session, viewer(), id)
    form = Revocation()
    if form.validate_on_submit():
        with transaction() as session:
            commands.revoke(session, queries.certificate(session, viewer(), id), text(form.reason), viewer(), clock.now())
        flash(_("证书已撤销，查验页即时生效。"), "success")
        return redirect(url_for("certificates.certificate", id=id))
    page = render_template(
        "certificates/certificate.html",
        certificate=found,
        kind=queries.KINDS[found.kind],
        facts=queries.face_facts(found),
        form=form,
        may_revoke=found.stands and Role.REVIEWER in viewer().roles_on(found),
        check_url=url_for("certificates.by_code", code=found.check_code),
        events=list(reversed(audit.history(db.session, found))),
    )
    return page, 422 if form.is_submitted() else 200


@pages.get("/certificates/<int:id>/paper", access=SIGNED_IN)
def paper(id: int) -> ResponseReturnValue:
    """The certificate to print."""
    found = queries.certificate(db.session, viewer(), id)
    printing.require_printable([found])
    content = printing.paper_of(found, current_app.config["PUBLIC_URL"], current_app.config["INSTANCE"])
    name = f"{found.number} {found.holder_name}.pdf"
    with transaction() as session:
        printing.note_printed(session, [queries.certificate(session, viewer(), id)], viewer(), clock.now())
    return send_file(io.BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name)


@pages.post("/certificates/print", access=PRINTERS)
def print_many() -> ResponseReturnValue:
    """Many at once: a job prints them, its page shows how far it is."""
    with transaction() as session:
        chosen = _chosen(session)
        form = BOOKLET if request.form.get("form") == BOOKLET else ZIP
        printing.require_printable(chosen, form)
        printing.note_printed(session, chosen, viewer(), clock.now())
        payload = {"certificates": [it.id for it in chosen], "form": form}
        job = jobs.enqueue(session, printing.PRINT, payload, clock.now(), account_id=viewer().account_id)
        session.flush()
        job.total = len(chosen)
    return redirect(url_for("certificates.printed", id=job.id))


@pages.get("/certificates/prints/<int:id>", access=PRINTERS)
def printed(id: int) -> str:
    """How far the printing is, and the way to what it made."""
    job = queries.print_job(db.session, viewer(), id, printing.PRINT)
    bundle = queries.bundle(db.session, viewer(), id, clock.now())
    template = "certificates/_printing.html" if request.headers.get("HX-Request") else "certificates/printing.html"
    return render_template(template, job=job, bundle=bundle)


@pages.get("/certificates/prints/<int:id>/file", access=PRINTERS)
def download(id: int) -> ResponseReturnValue:
    """What a printing job made; what has expired is printed again."""
    queries.print_job(db.session, viewer(), id, printing.PRINT)
    bundle = queries.bundle(db.session, viewer(), id, clock.now())
    if bundle is None:
        raise NotFound
    content = io.BytesIO(base64.b64decode(bundle.content))
    media_type = "application/pdf" if bundle.form == BOOKLET else "application/zip"
    return send_file(content, mimetype=media_type, as_attachment=True, download_name=f"certificates-{id}.{bundle.form}")


@pages.post("/certificates/seal", access=roles(Role.SEAL_KEEPER))
def use_seal() -> ResponseReturnValue:
    """The keeper puts a seal or a signature on certificates, or takes it off."""
    with transaction() as session:
        seal = seals.seal(session, viewer(), request.form.get("seal", 0, type=int))
        chosen = [certificate for certificate in _chosen(session) if certificate.organisation_id == seal.organisation_id]
        purpose, act = request.form.get("purpose", ""), sealing.take_off if request.form.get("act") == "off" else sealing.put_on
        changed = act(session, seal, chosen, viewer(), clock.now(), purpose)
    flash(_("用印记录 %(count)s 份。", count=changed), "success")
    asked = _asked(request.form)
    return redirect(url_for("certificates.certificates", words=asked["words"], kind=asked["kind"], source=asked["source"]))
