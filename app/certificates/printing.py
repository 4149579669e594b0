"""From a certificate to its paper, one or many."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.certificates import paper
from app.certificates.models import AWARD, Certificate, PrintedBundle
from app.core import audit, clock
from app.core.actor import Actor
from app.core.db import db, transaction
from app.core.errors import Refused
from app.core.jobs import Run
from app.registry.commands import ID_KINDS
from workflows.text import Text

PRINT = "certificates.print"
KEPT_FOR = timedelta(days=7)
MOST_AT_ONCE = 500
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's first day: the same certificates give the same bytes


def paper_of(certificate: Certificate, public_url: str) -> bytes:
    """The certificate as PDF.  The holder's ID number is read from the register, so that no face holds it.

    Raises `paper.CannotPrint` where the font lacks a character.
    """
    check_url = f"{public_url.rstrip('/')}/c/{certificate.check_code}"
    face = certificate.face
    if certificate.kind == AWARD:
        return paper.award_certificate(
            paper.Award(
                number=certificate.number,
                name=certificate.holder_name,
                competition=_text(face, "competition"),
                skill=_text(face, "skill"),
                award=_text(face, "award"),
                group=_text(face, "group") if "group" in face else None,
                honorific=_text(face, "honorific") if "honorific" in face else None,
                issuer=Text(certificate.issuer, certificate.issuer),
                issued_on=certificate.issued_on,
                check_url=check_url,
            )
        )
    return paper.level_certificate(
        paper.LevelCertificate(
            number=certificate.number,
            name=certificate.holder_name,
            id_kind=ID_KINDS[certificate.person.id_kind],
            id_number=certificate.person.id_number,
            occupation=face["occupation"],
            specialty=face["specialty"] or None,
            level=_text(face, "level"),
            issuer=certificate.issuer,
            issued_on=certificate.issued_on,
            check_url=check_url,
        )
    )


def _text(face: Mapping[str, Any], key: str) -> Text:
    return Text(face[key]["zh"], face[key]["en"])


def require_printable(certificates: list[Certificate]) -> None:
    """Refuse what cannot go into one bundle: nothing, too many, or a paper that no longer stands."""
    if not certificates:
        raise Refused(Text("没有选中证书", "No certificate is chosen"))
    if len(certificates) > MOST_AT_ONCE:
        raise Refused(Text("一次最多打印 {most} 本", "At most {most} at a time").format(most=MOST_AT_ONCE))
    revoked = [certificate.number for certificate in certificates if not certificate.stands]
    if revoked:
        raise Refused(
            Text("已撤销的证书不能打印：{numbers}", "Revoked certificates are not printed: {numbers}").format(numbers="、".join(revoked))
        )
    held = [certificate.number for certificate in certificates if certificate.hold is not None]
    if held:
        raise Refused(
            Text(
                "成绩有申诉或正在更正，暂不能打印：{numbers}", "Held, because the results are appealed against or being revised: {numbers}"
            ).format(numbers="、".join(held))
        )


def print_bundle(run: Run) -> dict[str, Any]:
    """The long job behind bulk printing: a zip with one PDF a certificate, kept sealed for some days."""
    ids = run.payload["certificates"]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, id_ in enumerate(ids, start=1):
            certificate = db.session.get_one(Certificate, id_)
            name = zipfile.ZipInfo(f"{certificate.number} {certificate.holder_name}.pdf", _EPOCH)
            archive.writestr(name, paper_of(certificate, current_app.config["PUBLIC_URL"]))
            db.session.rollback()  # hold no transaction while the next page is set
            run.progress(done, len(ids))
    now = clock.now()
    with transaction() as session:
        session.execute(sa.delete(PrintedBundle).where(sa.or_(PrintedBundle.expires_at <= now, PrintedBundle.job_id == run.job_id)))
        content = base64.b64encode(buffer.getvalue()).decode()
        bundle = PrintedBundle(account_id=run.account_id, job_id=run.job_id, count=len(ids), content=content, expires_at=now + KEPT_FOR)
        session.add(bundle)
        session.flush()
        return {"bundle": bundle.id, "count": len(ids), "bytes": buffer.tell()}


def note_printed(session: Any, certificates: list[Certificate], actor: Actor, now: datetime) -> None:
    """A printed certificate shows the whole ID number: who had it printed is on the record."""
    for certificate in certificates:
        audit.record(session, certificate, actor, "print", now)
