"""The units of a skill, one unit with its acceptance, and the form to sign on paper."""

from __future__ import annotations

import io

from flask import Response, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.certificates.paper import TableColumn, table_document
from app.certificates.printing import mark_of
from app.competitions.entries.lists import PDF, download
from app.competitions.locks import commands, queries
from app.competitions.marking.queries import overseen_skill
from app.core import clock, files
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.seals import queries as seals
from app.seals.models import SEAL, SIGNATURE
from app.web.door import Pages, roles
from app.web.paging import page_within
from app.web.viewer import language, viewer
from workflows.competition.lock_flow import LockFlow
from workflows.roles import Role
from workflows.text import Text

pages = Pages("locks", __name__, url_prefix="/marking")

OVERSEEING = roles(*queries.OVERSEERS, Role.AUDITOR, Role.REVIEWER, Role.APPROVER)
AT_THE_DESK = roles(Role.JUDGE, *queries.OVERSEERS, Role.AUDITOR, Role.REVIEWER, Role.APPROVER)
KEEPING = roles(Role.SEAL_KEEPER)
ACCEPTED = Text("我们已将录入的分数与评分记录核对一致，予以确认。", "We have checked the marks entered against our own, and accept them.")
ON_SCREEN = Text("{at} 已在系统中签字，{hash}…", "signed in the system on {at}, {hash}…")
NONE_CHOSEN = Text("请选择要用印的确认表", "Choose the forms to put it on")
SHEETS = 100  # a page
NO_FILE = Text("请选择签好字的确认表", "Choose the signed form")


@pages.get("/skills/<int:id>/locks", access=OVERSEEING)
def locks(id: int) -> str:
    """Every unit with what it still misses, and who has not signed."""
    skill = overseen_skill(db.session, viewer(), id, *queries.OVERSEERS)
    return render_template("locks/locks.html", skill=skill, lines=queries.of_skill(db.session, skill))


@pages.get("/units/<int:id>", access=AT_THE_DESK)
def unit(id: int) -> str:
    """One unit: its sheets with their digests, a page at a time or found by their code, and the signatures."""
    view = queries.view_of(db.session, viewer(), id)
    found, code = view.unit, request.args.get("code", "").strip()
    return render_template(
        "locks/unit.html",
        unit=found,
        view=view,
        page=page_within([sheet for sheet in view.sheets if code in sheet.code], request.args.get("page", type=int), SHEETS),
        code=code,
        skill=found.skill,
        may_sign=viewer().account_id in {judge.id for judge in view.team},
        has_signed=viewer().account_id in view.signed,
        oversees=viewer().reads_everything or bool(viewer().roles_on(found) & set(queries.OVERSEERS)),
        is_chief=Role.CHIEF_JUDGE in viewer().roles_on(found),
        is_sound=commands.chain_is_sound(found),
    )


@pages.post("/units/<int:id>/sign", access=roles(Role.JUDGE))
def sign(id: int) -> ResponseReturnValue:
    """Accept what the page showed."""
    with transaction() as session:
        found = queries.unit_for(session, viewer(), id)
        commands.sign(session, found, viewer(), clock.now(), digest=request.form.get("digest", ""))
    flash(_("已签字确认。"), "success")
    return redirect(url_for("locks.unit", id=id))


@pages.post("/units/<int:id>/paper", access=roles(Role.CHIEF_JUDGE))
def take_in_paper(id: int) -> ResponseReturnValue:
    """The signed form as a scan."""
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Refused(NO_FILE)
    with transaction() as session:
        found = queries.unit_for(session, viewer(), id)
        content, actor, now = io.BytesIO(upload.read()), viewer(), clock.now()
        folder = current_app.config["INSTANCE"]
        file = files.keep(session, folder, content, "acceptance", allowed=files.PROOFS, account_id=actor.account_id, now=now)
        commands.take_in_paper(session, found, actor, now, file)
    flash(_("已收存签字的确认表。"), "success")
    return redirect(url_for("locks.unit", id=id))


@pages.get("/units/<int:id>/paper", access=OVERSEEING)
def paper(id: int) -> Response:
    found = queries.unit_for(db.session, viewer(), id)
    if found.paper is None:
        raise NotFound
    path = found.paper.path(current_app.config["INSTANCE"])
    return send_file(path, mimetype=found.paper.media_type, as_attachment=True, download_name=found.paper.name)


@pages.get("/skills/<int:id>/acceptance/seals", access=KEEPING)
def sealing(id: int) -> str:
    """Which acceptance forms bear a seal.  Nobody's code and no mark is on it: the organiser's keeper may not see them yet."""
    skill = overseen_skill(db.session, viewer(), id, Role.SEAL_KEEPER)
    return render_template(
        "locks/sealing.html",
        skill=skill,
        lines=queries.to_seal(db.session, skill),
        seals=seals.kept_for(db.session, viewer(), skill.competition.organiser_id),
    )


@pages.post("/skills/<int:id>/acceptance/seals", access=KEEPING)
def use_seal(id: int) -> ResponseReturnValue:
    """Put a seal or a signature on the chosen forms, or take it off."""
    chosen = {int(value) for value in request.form.getlist("unit") if value.isdecimal()}
    with transaction() as session:
        skill = overseen_skill(session, viewer(), id, Role.SEAL_KEEPER)
        seal = seals.seal(session, viewer(), request.form.get("seal", 0, type=int))
        units = [unit for unit in skill.units if unit.id in chosen]
        if seal.organisation_id != skill.competition.organiser_id:
            raise NotFound
        if not units:
            raise Refused(NONE_CHOSEN)
        is_removed = request.form.get("act") == "off"
        count = sum(commands.use_seal(session, unit, seal, viewer(), clock.now(), is_removed=is_removed) for unit in units)
    flash(_("已记录用印：%(count)s 份确认表。", count=count), "success")
    return redirect(url_for("locks.sealing", id=id))


@pages.get("/units/<int:id>/acceptance.pdf", access=AT_THE_DESK)
def form(id: int) -> Response:
    """The mark entry acceptance form (成绩确认表): every sheet's mark and digest, the digest of the whole, a line for each judge, and
    the organiser's seal where its keeper put one on what the form says."""
    view = queries.view_of(db.session, viewer(), id)
    found, skill = view.unit, view.unit.skill
    marks = seals.marks_on(db.session, found, view.digest)
    instance = current_app.config["INSTANCE"]

    def words(text: Text) -> str:
        return text.within(language())

    content = table_document(
        words(Text("成绩确认表", "Mark entry acceptance form")),
        [
            TableColumn(words(Text("编号", "Code")), 1),
            TableColumn(words(Text("得分", "Mark")), 1, "right"),
            TableColumn(words(Text("状态", "State")), 1, "center"),
            TableColumn(words(Text("评分表摘要", "Digest of the sheet")), 8.5),
        ],
        [(sheet.code, f"{sheet.reading.mark:.2f}", words(sheet.state.title), sheet.reading.digest) for sheet in view.sheets],
        dated=clock.today(found.state_since if found.is_in(LockFlow.accepted) else clock.now()),
        subtitle=f"{skill.competition.name} · {skill.name}",
        facts=[
            (words(Text("评分表", "Sub criterion")), f"{found.sub_criterion.code} {found.sub_criterion.name}"),
            (words(Text("比赛日", "Day")), str(found.day)),
        ],
        lead=[words(ACCEPTED)],
        signatures=(*(judge.name for judge in view.team), words(Role.CHIEF_JUDGE.title)),
        signed={
            each.account.name: words(ON_SCREEN.format(at=f"{clock.local(each.at):%Y-%m-%d %H:%M}", hash=each.hash[:16]))
            for each in view.signed.values()
        },
        issuer=skill.competition.organiser.name,
        seal=mark_of(marks.get(SEAL), instance),
        signature=mark_of(marks.get(SIGNATURE), instance),
        footnote=f"SHA-256 {view.digest}",
        size=8.5,
        language=language(),
    )
    return download(content, f"acceptance-{skill.code}-{found.sub_criterion.code}-{found.day}.pdf", PDF)
