"""Paper sheets: printed, found again by their number, typed by two persons."""

from __future__ import annotations

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.competitions.marking import queries as marked
from app.competitions.marking.tiles import Asked, tiles
from app.competitions.models import Sheet
from app.competitions.paper import commands, printing, queries
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.web.door import Pages, roles
from app.web.viewer import language, viewer
from workflows.roles import Role
from workflows.text import Text

pages = Pages("paper", __name__, url_prefix="/marking")

PRINTING = roles(Role.JUDGE, Role.CHIEF_JUDGE, Role.SCORER, Role.ARBITER)
TYPING = roles(*commands.TYPISTS)
PRINTED_AT_ONCE = 250  # sheets of one file where there are more
MOST_DIGITS = 10  # of the number of a sheet
NOBODY_THERE = Text("没有这个表号", "There is no sheet of that number")


@pages.get("/sheets/<int:id>.pdf", access=PRINTING)
def printed_sheet(id: int) -> Response:
    """One sheet: blank, or with `marks=1` as it stands, for whoever may see every score on it."""
    sheet = marked.sheet_for(db.session, viewer(), id)
    with_marks = request.args.get("marks") == "1"
    view = marked.sheet_view(sheet, viewer())
    if with_marks and any(place.is_covered for each in view.aspects for place in each.places):
        raise Refused(Text("评完自己的才能打印带评分的表", "Score it yourself before you print what others gave"))
    return _pdf([sheet], with_marks, f"sheet-{printing.number_of(sheet)}")


@pages.get("/skills/<int:id>/sheets/<int:sub_id>.pdf", access=TYPING)
def printed_sheets(id: int, sub_id: int) -> Response:
    """The sheets of every seat in one sub criterion, as one file, or a part of them that is printed in seconds."""
    skill = marked.overseen_skill(db.session, viewer(), id, *commands.TYPISTS)
    sheets = sorted(marked.loaded(db.session, queries.sheet_ids(db.session, skill, sub_id)), key=lambda sheet: (sheet.code, sheet.id))
    part = request.args.get("part", 0, type=int)
    sheets = sheets[(part - 1) * PRINTED_AT_ONCE : part * PRINTED_AT_ONCE] if part > 0 else sheets
    if not sheets:
        raise NotFound
    return _pdf(sheets, request.args.get("marks") == "1", f"sheets-{skill.code}-{sheets[0].sub_criterion.code}")


def _pdf(sheets: list[Sheet], with_marks: bool, name: str) -> Response:
    content = printing.printed(
        sheets, with_marks=with_marks, address=current_app.config["PUBLIC_URL"], dated=clock.today(clock.now()), language=language()
    )
    return Response(content, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}.pdf"'})


@pages.get("/skills/<int:id>/paper", access=TYPING)
def desk(id: int) -> ResponseReturnValue:
    """Which sheets were typed, to be typed again, to be settled; found by the number on the paper."""
    skill = marked.overseen_skill(db.session, viewer(), id, *commands.TYPISTS)
    asked = request.args.get("number", "").strip()
    if asked:
        found = db.session.get(Sheet, int(asked)) if asked.isdecimal() and len(asked) < MOST_DIGITS else None
        if found is not None and found.skill_id == skill.id:
            return redirect(url_for("paper.typing", id=found.id))
        flash(NOBODY_THERE.within(language()), "warning")
    wanted = Asked(request.args.get("sub", type=int), number=request.args.get("page", type=int))
    shown = tiles(queries.desk(db.session, skill), wanted, lambda line: line.step != "recorded")
    parts = queries.parts(db.session, skill, PRINTED_AT_ONCE)
    return render_template("marking/paper.html", skill=skill, tiles=shown, asked=asked, parts=parts, size=PRINTED_AT_ONCE)


@pages.form("/sheets/<int:id>/paper", access=TYPING)
def typing(id: int) -> ResponseReturnValue:
    """Type a sheet; the second person sees nothing of the first's until both have typed."""
    actor = viewer()
    sheet = marked.sheet_for(db.session, actor, id)
    if request.method == "POST":
        typed = {name.removeprefix("value-"): text for name, text in request.form.items() if name.startswith("value-")}
        with transaction() as session:
            kept = commands.type_in(session, marked.sheet_for(session, actor, id), actor, typed, clock.now())
            is_done = kept.recorded_at is not None
        flash(_("两遍一致，已记入评分。") if is_done else _("已存下。"), "success")
        return redirect(url_for("paper.desk", id=sheet.skill_id) if is_done else url_for("paper.typing", id=id))
    entry = queries.open_entry(db.session, sheet)
    has_typed = entry is not None and actor.account_id in (entry.first_by_id, entry.second_by_id)
    differences = queries.differences_in(entry, sheet) if entry and has_typed else []
    return render_template(
        "marking/typing.html",
        sheet=sheet,
        number=printing.number_of(sheet),
        fields=queries.fields_of(sheet),
        entry=entry,
        has_typed=has_typed,
        typed=queries.own_typing(entry, actor),
        differences={each.place: each for each in differences},
        clashes=queries.clashes_in(entry, sheet) if entry and entry.second_by_id and not differences and has_typed else [],
        is_chief=Role.CHIEF_JUDGE in actor.roles_on(sheet),
    )


@pages.post("/sheets/<int:id>/paper/stand", access=roles(Role.CHIEF_JUDGE))
def let_paper_stand(id: int) -> ResponseReturnValue:
    """What both typed stands over what tablets sent."""
    with transaction() as session:
        sheet = marked.sheet_for(session, viewer(), id)
        commands.let_paper_stand(session, sheet, viewer(), request.form.get("reason", ""), clock.now())
        skill_id = sheet.skill_id
    flash(_("已以纸质为准记入评分。"), "success")
    return redirect(url_for("paper.desk", id=skill_id))


@pages.post("/sheets/<int:id>/paper/drop", access=TYPING)
def drop(id: int) -> ResponseReturnValue:
    """Begin the typing of a sheet again."""
    with transaction() as session:
        commands.drop(session, marked.sheet_for(session, viewer(), id), viewer(), clock.now())
    flash(_("已作废，可以重新录入。"), "success")
    return redirect(url_for("paper.typing", id=id))
