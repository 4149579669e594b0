"""The judges' desk: my sheets, one sheet on a tablet, the chief judge's overview, the theory paper."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from flask import Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.competitions.devices import queries as watched
from app.competitions.marking import commands, forms, queries, reverting, sheet_page, theory
from app.competitions.marking.queries import Place, SheetLine, SheetView
from app.competitions.marking.recording import Conflict, Difference, NotAccepted, Outcome, record
from app.competitions.marking.tiles import Asked, tiles
from app.competitions.panel import progress
from app.competitions.panel.views import matrix_page
from app.competitions.standings.counting import Count
from app.core import clock
from app.core.db import db, transaction
from app.web import spreadsheets
from app.web.door import Pages, roles
from app.web.paging import page_within
from app.web.repeat import answers_repetitions
from app.web.viewer import language, viewer
from app.web.words import say
from workflows.competition.remarking import FIRST
from workflows.competition.sheet_flow import SheetFlow
from workflows.exact import plain
from workflows.roles import Role
from workflows.text import Text

pages = Pages("marking", __name__, url_prefix="/marking")

AT_THE_DESK = roles(Role.JUDGE, Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER, Role.AUDITOR, Role.REVIEWER, Role.APPROVER)
COUNTING = (Role.SCORER, Role.CHIEF_JUDGE)
THEORY_LINES = 100  # a page; each page is kept by itself
pages.app_template_filter("figure")(plain)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pages.get("", access=AT_THE_DESK)
def desk() -> str:
    """My sheets by seat code, what waits for me first; for those who oversee, the skills."""
    actor = viewer()
    asked = Asked(request.args.get("sub", type=int), request.args.get("code", "").strip(), request.args.get("page", type=int))
    chosen = request.args.get("skill", type=int)
    desks = [
        (desk, tiles(desk.by_sub, asked if chosen in (None, desk.skill.id) else Asked(), _waits))
        for desk in queries.desks(db.session, actor)
    ]
    return render_template("marking/desk.html", desks=desks, asked=asked, overseen=queries.overseen(db.session, actor))


def _waits(line: SheetLine) -> bool:
    return line.mine and line.state is SheetFlow.open


@pages.get("/sheets/<int:id>", access=AT_THE_DESK)
def sheet(id: int) -> str:
    """One competitor's sheet in one sub criterion."""
    return _sheet_page(id, ())


def _sheet_page(id: int, differences: Sequence[Difference]) -> str:
    actor = viewer()
    found = queries.sheet_for(db.session, actor, id)
    view = queries.sheet_view(found, actor)
    codes = {each.aspect.id: each.code for each in view.aspects}
    return render_template(
        "marking/sheet.html",
        page=sheet_page.page_of(db.session, view, actor.account_id),
        differences=[(codes[each.sent.aspect_id], each.sent.value, each.value) for each in differences],
    )


@pages.post("/sheets/<int:id>/marks", access=roles(Role.JUDGE, Role.CHIEF_JUDGE))
@answers_repetitions
def marks(id: int) -> ResponseReturnValue:
    """Marks as a JSON list from the device, or as the page's own form; all of them are kept, or none."""
    actor, now = viewer(), clock.now()
    is_device = request.is_json
    new = forms.marks_from_json(request.get_json(), now) if is_device else forms.marks_from_form(request.form, now)
    with transaction() as session:
        outcome = record(session, id, actor, new, now, is_last=True)
    if is_device:
        return _answer(outcome)
    flash(_("已保存 %(count)s 项评分。", count=sum(mark.is_new for mark in outcome.recorded)), "success")
    return redirect(url_for("marking.sheet", id=id))


NO_MARK = "0.00"


def _answer(outcome: Outcome) -> Response:
    """What the device has to know afterwards: each mark's number, and how the sheet stands."""
    progress = outcome.progress
    body = {
        "recorded": [{"id": mark.id, "aspect": mark.aspect_id, "seat": mark.seat, "number": mark.number} for mark in outcome.recorded],
        "sheet": {
            "digest": outcome.digest,
            "mark": str(outcome.mark),
            "done": progress.given,
            "needed": progress.needed,
            "aspects": {str(id_): _aspect_answer(each, is_covered=id_ in outcome.covered) for id_, each in outcome.counts.items()},
        },
        "standings": outcome.version,
    }
    return Response(json.dumps(body), mimetype="application/json")


def _aspect_answer(count: Count, *, is_covered: bool) -> dict[str, Any]:
    """How one aspect stands; to whom it is covered, it says nothing of what the others gave in the round that counts."""
    tells = count.difference is not None and (count.round > FIRST or not is_covered)
    return {
        "mark": NO_MARK if is_covered else count.shown,
        "difference": say(count.difference.reason) if tells and count.difference else None,
        "counted": count.is_counted,
        "round": count.round,
    }


def _standing(view: SheetView) -> dict[str, Any]:
    """How the sheet stands, for a device to show without loading the page again."""
    return {
        "digest": view.digest,
        "mark": str(view.mark),
        "done": view.done,
        "needed": view.needed,
        "aspects": {
            str(each.aspect.id): {
                "mark": str(each.mark),
                "difference": None if each.difference is None else say(each.difference),
                "counted": each.difference is None and all(place.is_given for place in each.places),
                "round": each.round,
            }
            for each in view.aspects
        },
    }


@pages.get("/sheets/<int:id>/standing", access=AT_THE_DESK)
def standing(id: int) -> Response:
    """The same by itself, with every value that may be seen: a tablet looks now and then, for what came in after its page was drawn."""
    view = queries.sheet_view(queries.sheet_for(db.session, viewer(), id), viewer())
    answer = _standing(view)
    for each in view.aspects:
        stands = answer["aspects"][str(each.aspect.id)]
        came_from = {(mark.seat, mark.number): mark.device for mark in each.history}
        stands["own"] = {
            str(place.seat): [place.number, place.entered, came_from.get((place.seat, place.number), "")]
            for place in each.places
            if place.is_mine
        }
        stands["others"] = {str(place.seat): _shown(place) for place in each.places if not place.is_mine}
    return jsonify({"sheet": answer})


def _shown(place: Place) -> str:
    if place.is_covered:
        return str(_("评完自己的再看"))
    if not place.is_given:
        return str(_("未评"))
    return str(_("未作答")) if place.value is None else plain(place.value)


@pages.post("/sheets/<int:id>/revert", access=roles(Role.CHIEF_JUDGE))
def revert(id: int) -> ResponseReturnValue:
    """The chief judge brings an earlier value back: as a new mark, which says so."""
    with transaction() as session:
        found = queries.sheet_for(session, viewer(), id)
        reverting.revert(session, found, viewer(), request.form.get("mark", ""), clock.now())
    flash(_("已恢复。原来的每个评分都还在经过里。"), "success")
    return redirect(url_for("marking.sheet", id=id))


@pages.errorhandler(NotAccepted)
def not_accepted(error: NotAccepted) -> ResponseReturnValue:
    """The reason for each mark by its id, so that a device lets go of that one and sends the others again; to a form as any refusal."""
    if not request.is_json:
        return make_response(render_template("errors/409.html", reasons=error.reasons, back=request.referrer), 409)
    return make_response(jsonify({"error": "refused", "reasons": _in_both(error.reasons), "refused": dict(_by_id(error.refused))}), 409)


def _in_both(reasons: Iterable[Text]) -> list[dict[str, str]]:
    return [{"zh": reason.zh, "en": reason.en} for reason in reasons]


def _by_id(refused: Mapping[str, Text]) -> Iterator[tuple[str, dict[str, str]]]:
    return zip(refused, _in_both(refused.values()), strict=True)


@pages.errorhandler(Conflict)
def conflict(error: Conflict) -> ResponseReturnValue:
    """Both values, to be settled by a person: as data for the device, on the sheet's page for a form."""
    if request.is_json:
        body = {
            "error": "conflict",
            "reasons": _in_both(error.reasons),
            "conflicts": [
                {
                    "id": each.sent.id,
                    "aspect": each.sent.aspect_id,
                    "seat": each.sent.seat,
                    "sent": None if each.sent.value is None else plain(each.sent.value),
                    "now": None if each.value is None else plain(each.value),
                    "number": each.number,
                }
                for each in error.differences
            ],
        }
        return make_response(jsonify(body), 409)
    id_ = int((request.view_args or {})["id"])
    return make_response(_sheet_page(id_, error.differences), 409)


@pages.post("/sheets/<int:id>/sign", access=roles(Role.JUDGE, Role.CHIEF_JUDGE))
def sign(id: int) -> ResponseReturnValue:
    """Sign what the page showed."""
    actor = viewer()
    with transaction() as session:
        found = queries.sheet_for(session, actor, id)
        commands.sign(session, found, actor, clock.now(), digest=request.form.get("digest", ""))
        following = queries.next_sheet(session, found, actor)
    flash(_("已签字。"), "success")
    return redirect(
        url_for("marking.sheet", id=following.id) if following and request.form.get("next") else url_for("marking.sheet", id=id)
    )


# --- the chief judge ------------------------------------------------------------------------------------------------


@pages.get("/skills/<int:id>", access=AT_THE_DESK)
def skill(id: int) -> str:
    """Every competitor's code against every sub criterion, and what is still open."""
    actor = viewer()
    found = queries.overseen_skill(db.session, actor, id, *queries.OVERSEERS)
    late = watched.late(db.session, found, clock.now())
    number = request.args.get("page", 1, type=int)
    page = matrix_page(progress.matrix(db.session, found), late, number, whole="whole" in request.args)
    return render_template("marking/skill.html", can_lock=Role.CHIEF_JUDGE in actor.roles_on(found), **page)


@pages.post("/skills/<int:id>/lock", access=roles(Role.CHIEF_JUDGE))
def lock(id: int) -> ResponseReturnValue:
    """Lock all signed sheets."""
    actor = viewer()
    with transaction() as session:
        found = queries.overseen_skill(session, actor, id, Role.CHIEF_JUDGE)
        locked, waiting = commands.lock_signed(session, found, actor, clock.now())
    flash(_("已锁定 %(locked)s 张评分表。", locked=locked), "success")
    if waiting:
        flash(_("%(waiting)s 张还缺签字或有分差，未锁定。", waiting=waiting), "warning")
    return redirect(url_for("marking.skill", id=id))


# --- the theory paper -----------------------------------------------------------------------------------------------


@pages.form("/skills/<int:id>/theory", access=roles(*COUNTING))
def theory_marks(id: int) -> ResponseReturnValue:
    """Theory marks by hand or from a spreadsheet; the file is looked through first and kept when asked to."""
    actor = viewer()
    found = queries.overseen_skill(db.session, actor, id, *COUNTING)
    form = forms.TheoryFile()
    preview = None
    if request.method == "POST" and form.file.data:
        lines = queries.theory(db.session, found)
        content, name = form.file.data.read(), form.file.data.filename or ""
        preview = theory.preview(content, name, lines)
    elif request.method == "POST":
        return _keep_theory(id)
    code = request.args.get("code", "").strip()
    lines = [line for line in queries.theory(db.session, found) if code in line.code or code in line.number]
    page = page_within(lines, request.args.get("page", type=int), THEORY_LINES)
    return render_template("marking/theory.html", skill=found, page=page, code=code, form=form, preview=preview)


def _keep_theory(id: int) -> ResponseReturnValue:
    """Marks from the fields `mark-<code>`, filled in by hand or by the preview."""
    given = {name.removeprefix("mark-"): text.strip() for name, text in request.form.items() if name.startswith("mark-")}
    marks = {code: forms.number_of(text) for code, text in given.items() if text}
    with transaction() as session:
        found = queries.overseen_skill(session, viewer(), id, *COUNTING)
        theory.require_valid(marks.values())
        known = {line.code or line.number: line.entry_id for line in queries.theory(session, found)}
        new = {known[code]: mark for code, mark in marks.items() if code in known}
        kept = commands.enter_theory(session, found, viewer(), new, request.form.get("reason", ""), clock.now())
    flash(_("已录入 %(count)s 个理论成绩。", count=kept), "success")
    return redirect(url_for("marking.theory_marks", id=id, code=request.args.get("code"), page=request.args.get("page")))


@pages.get("/skills/<int:id>/theory.xlsx", access=roles(*COUNTING))
def theory_template(id: int) -> Response:
    """The sheet to fill in, with the codes of everyone who competes already in it."""
    found = queries.overseen_skill(db.session, viewer(), id, *COUNTING)
    rows = [{"code": line.code or line.number, "mark": line.mark} for line in queries.theory(db.session, found)]
    content = spreadsheets.workbook(forms.THEORY_COLUMNS, rows, Text("理论成绩", "Theory marks"), language())
    name = f"theory-{found.code}.xlsx"
    return Response(content, mimetype=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})
