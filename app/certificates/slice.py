"""What this slice adds to the office."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from sqlalchemy.orm import Session

from app.certificates import printing, queries
from app.certificates.models import Certificate
from app.certificates.views import pages
from app.core.actor import Actor
from app.core.slices import Hit, NavigationEntry, Panel, Slice
from workflows.text import Text

OPEN = Text("公开", "Public")
MINE = Text("证书", "Certificates")


def search(session: Session, actor: Actor, words: str) -> Iterable[Hit]:
    """Certificates by holder or number."""
    if actor.is_signed_in:
        for found in session.scalars(queries.certificates(actor, words=words).limit(20)):
            url = url_for("certificates.certificate", id=found.id)
            yield Hit(queries.KINDS[found.kind], f"{found.holder_name} {found.number}", found.issuer, url)


def dossier(session: Session, actor: Actor, person_id: int) -> Iterable[Panel]:
    """The certificates in a person's record."""
    held = session.scalars(queries.visible(actor).where(Certificate.person_id == person_id)).all()
    if held:
        yield Panel("certificates/_held.html", {"certificates": held, "kinds": queries.KINDS})


CERTIFICATES = Slice(
    "certificates",
    blueprints=(pages,),
    jobs={printing.PRINT: printing.print_bundle},
    navigation=(
        NavigationEntry(Text("证书查验", "Check a certificate"), "certificates.check", "patch-check", group=OPEN),
        NavigationEntry(MINE, "certificates.certificates", "award", signed_in=True),
    ),
    search=search,
    dossier=dossier,
    action_titles={"print": Text("打印", "Printed"), "revoke": Text("撤销", "Revoked"), "replace": Text("换发", "Issued in replacement")},
)
