"""Two results side by side, and every method side by side: for information; what is in force is marked."""

from __future__ import annotations

from flask import Response, render_template, request

from app.competitions.comparing import charts, queries
from app.competitions.results import queries as results
from app.core.db import db
from app.core.files import XLSX
from app.web import spreadsheets
from app.web.door import Pages, roles
from app.web.paging import page_within
from app.web.spreadsheets import Column, Value
from app.web.viewer import language, viewer
from workflows.competition import bands
from workflows.competition.alternatives import shown
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text

pages = Pages("comparing", __name__)

LINES = 100  # competitors on a page, each with a value and a place under every method
STAFF = roles(*results.STAFF, Role.AUDITOR, Role.REVIEWER, Role.APPROVER)


@pages.get("/skills/<int:id>/compare", access=STAFF)
def compare(id: int) -> str:
    """Why A before B: the whole chain for the two codes `first` and `second`."""
    skill = results.staff_skill(db.session, viewer(), id)
    codes = [request.args.get(name, "").strip() for name in ("first", "second")]
    found = queries.compared(db.session, skill, *codes) if all(codes) else None
    return render_template(
        "comparing/compare.html",
        skill=skill,
        codes=codes,
        problem=found if isinstance(found, Text) else None,
        compared=None if isinstance(found, Text) else found,
        unshared=bands.from_data(skill.unshared_places),
    )


@pages.get("/skills/<int:id>/methods", access=STAFF)
def methods(id: int) -> str:
    """The places under every method, who would move, and the scale with its median, MAD, formula and number."""
    skill = results.staff_skill(db.session, viewer(), id)
    side = queries.side_by_side(db.session, skill)
    moved = {method.key: side.moved(method) for method in side.others}
    return render_template(
        "comparing/methods.html",
        skill=skill,
        side=side,
        page=page_within(side.lines, request.args.get("page", type=int), LINES),
        moved=moved,
        movers={method.key: side.movers(method) for method in side.others},
        chart=charts.bump_chart(side) if side.lines else None,
        shown=shown,
        is_tallied=not skill.is_in(SkillFlow.marking),
    )


@pages.get("/skills/<int:id>/methods.xlsx", access=STAFF)
def methods_file(id: int) -> Response:
    """The same table as a workbook."""
    skill = results.staff_skill(db.session, viewer(), id)
    side = queries.side_by_side(db.session, skill)
    columns = [Column("code", Text("赛位号", "Code"), width=10), Column("total", Text("总成绩", "Total mark"), kind="decimal")]
    for method in side.made:
        title = method.title
        value = Text(f"{title.zh}（现行）", f"{title.en} (in force)") if method.is_in_force else title
        place = Text(f"{title.zh} 名次", f"Place: {title.en}")
        columns.append(Column(f"{method.key}:value", value, width=16))
        columns.append(Column(f"{method.key}:place", place, kind="integer", width=10))
    rows: list[dict[str, Value]] = []
    for line in side.lines:
        row: dict[str, Value] = {"code": line.code, "total": line.result.total}
        for method in side.made:
            row[f"{method.key}:value"] = shown(method.values[line.result.entry_id])
            row[f"{method.key}:place"] = method.places[line.result.entry_id]
        rows.append(row)
    content = spreadsheets.workbook(columns, rows, Text("各方法对照", "Methods side by side"), language())
    headers = {"Content-Disposition": f'attachment; filename="methods-{skill.code}.xlsx"'}
    return Response(content, mimetype=XLSX.media_type, headers=headers)
