"""From a certificate to its paper, one or many."""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.certificates import paper
from app.certificates.models import AWARD, BOOKLET, ZIP, Certificate, PrintedBundle
from app.core import audit, clock
from app.core.actor import Actor
from app.core.db import db, transaction
from app.core.errors import Refused
from app.core.jobs import Run
from app.registry.commands import ID_KINDS
from app.seals import queries as seals
from app.seals.models import SEAL, SIGNATURE, Seal
from workflows.text import Text

PRINT = "certificates.print"
KEPT_FOR = timedelta(days=7)
MOST_AT_ONCE = 500
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the zip format's first day: the same certificates give the same bytes


def paper_of(certificate: Certificate, public_url: str, instance: Path) -> bytes:
    """The certificate as PDF.  The holder's ID number is read from the register, so that no face holds it.

    Raises `paper.CannotPrint` where the font lacks a character.
    """
    if certificate.kind == AWARD:
        return paper.award_certificate(award_of(certificate, public_url, instance))
    face = certificate.face
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
            check_url=_check_url(certificate, public_url),
        )
    )


def award_of(certificate: Certificate, public_url: str, instance: Path) -> paper.Award:
    """What an award certificate prints, with the seal and the signature that were put on it."""
    face = certificate.face
    marks = seals.marks_on(db.session, certificate)
    return paper.Award(
        number=certificate.number,
        name=certificate.holder_name,
        competition=_text(face, "competition"),
        skill=_text(face, "skill"),
        award=_text(face, "award"),
        group=_text(face, "group") if "group" in face else None,
        honorific=_text(face, "honorific") if "honorific" in face else None,
        issuer=Text(certificate.issuer, certificate.issuer),
        issued_on=certificate.issued_on,
        check_url=_check_url(certificate, public_url),
        seal=mark_of(marks.get(SEAL), instance),
        signature=mark_of(marks.get(SIGNATURE), instance),
    )


def mark_of(seal: Seal | None, instance: Path) -> paper.Mark | None:
    """The picture of *seal* as a paper takes it."""
    return paper.Mark(seals.image_of(seal, instance), seal.width) if seal else None


def _check_url(certificate: Certificate, public_url: str) -> str:
    return f"{public_url.rstrip('/')}/c/{certificate.check_code}"


def _text(face: Mapping[str, Any], key: str) -> Text:
    return Text(face[key]["zh"], face[key]["en"])


def require_printable(certificates: list[Certificate], form: str = ZIP) -> None:
    """Refuse what cannot go into one bundle: nothing, too many, a paper that no longer stands; into one PDF, what is no award."""
    if not certificates:
        raise Refused(Text("没有选中证书", "No certificate is chosen"))
    if len(certificates) > MOST_AT_ONCE:
        raise Refused(Text("一次最多打印 {most} 本", "At most {most} at a time").format(most=MOST_AT_ONCE))
    if form == BOOKLET and any(certificate.kind != AWARD for certificate in certificates):
        raise Refused(Text("只有获奖证书可以合成一个 PDF", "Only award certificates go into one PDF"))
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
    """The long job behind bulk printing: a zip with one PDF a certificate, or one PDF with all of them; kept sealed for some days."""
    ids = run.payload["certificates"]
    form = run.payload.get("form", ZIP)
    content = _booklet(run, ids) if form == BOOKLET else _archive(run, ids)
    now = clock.now()
    with transaction() as session:
        session.execute(sa.delete(PrintedBundle).where(sa.or_(PrintedBundle.expires_at <= now, PrintedBundle.job_id == run.job_id)))
        bundle = PrintedBundle(
            account_id=run.account_id,
            job_id=run.job_id,
            count=len(ids),
            form=form,
            content=base64.b64encode(content).decode(),
            expires_at=now + KEPT_FOR,
        )
        session.add(bundle)
        session.flush()
        return {"bundle": bundle.id, "count": len(ids), "bytes": len(content)}


def _archive(run: Run, ids: Sequence[int]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for done, id_ in enumerate(ids, start=1):
            certificate = db.session.get_one(Certificate, id_)
            name = zipfile.ZipInfo(f"{certificate.number} {certificate.holder_name}.pdf", _EPOCH)
            archive.writestr(name, paper_of(certificate, current_app.config["PUBLIC_URL"], current_app.config["INSTANCE"]))
            db.session.rollback()  # hold no transaction while the next page is set
            run.progress(done, len(ids))
    return buffer.getvalue()


def _booklet(run: Run, ids: Sequence[int]) -> bytes:
    """All in one document.  Each is first set alone, so that one that cannot be printed is named; a worker that takes the job over
    from another goes on where that one was."""
    awards = []
    for done, id_ in enumerate(ids, start=1):
        certificate = db.session.get_one(Certificate, id_)
        award = award_of(certificate, current_app.config["PUBLIC_URL"], current_app.config["INSTANCE"])
        awards.append(award)
        db.session.rollback()
        if done > run.done:
            try:
                paper.award_certificate(award)
            except paper.CannotPrint as refusal:
                raise paper.CannotPrint(*(_OF.format(number=award.number, reason=reason) for reason in refusal.reasons)) from None
            run.progress(done, len(ids))
    return paper.award_certificates(awards, awards[0].competition.zh)


_OF = Text("{number}：{reason}", "{number}: {reason}")


def note_printed(session: Any, certificates: list[Certificate], actor: Actor, now: datetime) -> None:
    """A printed certificate shows the whole ID number: who had it printed is on the record."""
    for certificate in certificates:
        audit.record(session, certificate, actor, "print", now)
