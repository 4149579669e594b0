"""Packing what waits on a tablet, and taking in what another one packed."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.competitions.devices.commands import hand_over_key
from app.competitions.handover import commands, packets, queries
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Refused
from app.web.door import Pages, roles
from app.web.viewer import viewer
from workflows.roles import Role

pages = Pages("handover", __name__, url_prefix="/marking/hand-over")

pages.app_template_global("handed_photo_bytes")(lambda: packets.LARGEST_PHOTOS)

TAKING_IN = roles(Role.JUDGE, Role.CHIEF_JUDGE)


@pages.form("", access=TAKING_IN)
def take_in() -> ResponseReturnValue:
    """A file, pasted text or scanned codes of a device that has no network; and what was brought before."""
    if request.method == "POST":
        upload = request.files.get("file")
        sent = (
            upload.read(packets.LARGEST_FILE + 1).decode("utf-8", "replace") if upload and upload.filename else request.form.get("text", "")
        )
        if not sent.strip():
            raise Refused(packets.UNREADABLE)
        packet = packets.opened(sent, hand_over_key)
        with transaction() as writing:
            kept = commands.take_in(writing, packet, viewer(), clock.now(), current_app.config["INSTANCE"])
            writing.flush()
            id_ = kept.id
        flash(_("已收下，逐条结果如下。"), "success")
        return redirect(url_for("handover.outcome", id=id_))
    return render_template("marking/take_in.html", brought=queries.brought(db.session, viewer()))


@pages.get("/<int:id>", access=TAKING_IN)
def outcome(id: int) -> str:
    """What became of each mark, note and photo."""
    found = queries.brought_one(db.session, viewer(), id)
    return render_template("marking/taken_in.html", found=found, lines=queries.outcome_lines(db.session, found))
