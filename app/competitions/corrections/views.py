"""The corrections of a skill: proposed here, approved with the button beside them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from flask import Response, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.competitions.corrections import commands, queries
from app.competitions.corrections.commands import Proposal
from app.competitions.entries.queries import codes
from app.competitions.marking.queries import overseen_skill
from app.competitions.models import Correction, Sheet
from app.competitions.models.correction import takes_corrections
from app.core import clock, files
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.web.door import Pages, roles
from app.web.viewer import viewer
from workflows.competition import corrections as rulebook
from workflows.competition.entry_flow import EntryFlow
from workflows.roles import Role
from workflows.text import Text

pages = Pages("corrections", __name__, url_prefix="/marking")

READERS = roles(*queries.READERS, Role.AUDITOR, Role.REVIEWER, Role.APPROVER)
NO_NUMBER = Text("分值不是数字：{value}", "The value is no number: {value}")


@pages.app_template_global("corrections_of")
def corrections_of(sheet: Sheet) -> Sequence[Correction]:
    """The corrections that count on a sheet: its page shows them beside what the judges gave."""
    return queries.of_sheet(db.session, sheet.entry_id, sheet.sub_criterion_id)


@pages.get("/skills/<int:id>/corrections", access=READERS)
def corrections(id: int) -> str:
    """Every correction ever proposed, with who proposed and who decided; the form for a new one."""
    skill = overseen_skill(db.session, viewer(), id, *queries.READERS)
    can_propose = bool(viewer().roles_on(skill) & set(commands.PROPOSERS)) and takes_corrections(skill)
    return render_template(
        "corrections/corrections.html",
        skill=skill,
        corrections=queries.of_skill(db.session, skill),
        can_propose=can_propose,
        kinds=rulebook.KINDS,
        codes=codes(db.session, skill) if can_propose else [],
        aspects=skill.scheme.aspects if skill.scheme else [],
        can_disqualify=skill.is_sealed and bool(viewer().roles_on(skill) & set(EntryFlow.disqualify.by)),
        still_in=queries.competing_codes(db.session, skill) if skill.is_sealed else [],
        disqualified=queries.disqualified_codes(db.session, skill),
    )


@pages.post("/skills/<int:id>/disqualified", access=roles(*EntryFlow.disqualify.by))
def disqualify(id: int) -> ResponseReturnValue:
    """By the code: before the decoding nobody who decides it may know more."""
    with transaction() as session:
        skill = overseen_skill(session, viewer(), id, *queries.READERS)
        commands.disqualify(session, skill, viewer(), request.form.get("code", ""), request.form.get("comment", ""), clock.now())
    flash(_("已取消资格，承办方、领队和选手会收到通知。"), "success")
    return redirect(url_for("corrections.corrections", id=id))


@pages.post("/skills/<int:id>/corrections", access=roles(*commands.PROPOSERS))
def propose(id: int) -> ResponseReturnValue:
    """Put a correction before the second person, with its evidence."""
    actor, now, form = viewer(), clock.now(), request.form
    with transaction() as session:
        skill = overseen_skill(session, actor, id, *queries.READERS)
        upload = request.files.get("file")
        file = None
        if upload is not None and upload.filename:
            folder = current_app.config["INSTANCE"]
            file = files.keep(
                session, folder, io.BytesIO(upload.read()), "evidence", allowed=files.PROOFS, account_id=actor.account_id, now=now
            )
        said = Proposal(_kind(form.get("kind", "")), form.get("code", ""), form.get("aspect", ""), _value(), form.get("reason", ""))
        commands.propose(session, skill, actor, said, now, file=file)
    flash(_("已提出，等待另一人批准。"), "success")
    return redirect(url_for("corrections.corrections", id=id))


def _kind(key: str) -> str:
    if key not in {kind.key for kind in rulebook.KINDS}:
        raise Refused(Text("请选择更正的类型", "Choose the kind of correction"))
    return key


def _value() -> Decimal | None:
    written = request.form.get("value", "").strip()
    if not written:
        return None
    try:
        value = Decimal(written)
    except InvalidOperation:
        raise Refused(NO_NUMBER.format(value=written[:20])) from None
    if not value.is_finite():
        raise Refused(NO_NUMBER.format(value=written[:20]))
    return value


@pages.get("/corrections/<int:id>/evidence", access=READERS)
def evidence(id: int) -> Response:
    """The evidence as a file with a name of ours: whoever uploaded it may have put a competitor's into theirs."""
    found = db.session.scalars(queries.visible(viewer()).where(Correction.id == id)).unique().one_or_none()
    if found is None or found.file is None:
        raise NotFound
    path = found.file.path(current_app.config["INSTANCE"])
    return send_file(path, mimetype=found.file.media_type, as_attachment=True, download_name=f"correction-{id}-{found.file.name}")
