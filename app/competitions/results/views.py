"""Results: what the staff work on, why a total is what it is, the public page, one's own, and everything as files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.competitions.board import queries as boards
from app.competitions.models import Skill
from app.competitions.results import bundling, commands, evidence, queries, rulings
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.web import spreadsheets
from app.web.door import PUBLIC, SIGNED_IN, Pages, roles
from app.web.paging import page_within
from app.web.shared import Shared
from app.web.spreadsheets import Column, Value
from app.web.viewer import language, viewer
from workflows.competition.prizes import AWARDS
from workflows.competition.ranking import SHARE, TOTAL, TOTAL_MARK, key
from workflows.competition.skill_flow import CODED, SkillFlow
from workflows.roles import Role
from workflows.text import Text

pages = Pages("results", __name__)

STAFF = roles(*queries.STAFF, Role.AUDITOR, Role.REVIEWER, Role.APPROVER)
EXAMINERS = roles(Role.ARBITER, Role.CHIEF_JUDGE, Role.AUDITOR)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINES = 100  # a page
FORMATS = ("xlsx", "csv", "json")
NAMES = (Column("name", Text("姓名（队名）", "Name (team)")), Column("organisation", Text("单位", "Organisation"), width=30))


@pages.app_template_filter("key_title")
def key_title(name: str) -> Text:
    """What decided a place, in words."""
    if name in ("", TOTAL):
        return TOTAL_MARK
    return key(name).title if name != SHARE else key(SHARE).title


@pages.app_template_filter("award_name")
def award_name(award: str | None) -> Text | str:
    return AWARDS[award] if award else "—"


@pages.get("/skills/<int:id>/results", access=STAFF)
def results(id: int) -> str:
    """The last tally: seat codes until the decoding, names after it, a page at a time; ties to decide; the list to draw up."""
    skill = queries.staff_skill(db.session, viewer(), id)
    lines = queries.lines(db.session, skill, explained=False)
    mine = viewer().roles_on(skill)
    words = request.args.get("words", "").strip()
    found = [line for line in lines if any(words in known for known in (line.code, line.name, line.organisation))]
    ties: dict[int, list[queries.ResultLine]] = {}
    for line in lines:
        if line.result.needs_decision and line.result.place:
            ties.setdefault(line.result.place, []).append(line)
    return render_template(
        "results/results.html",
        skill=skill,
        lines=lines,
        page=page_within(found, request.args.get("page", type=int), LINES),
        words=words,
        modules=[criterion.letter for criterion in skill.scheme.criteria] if skill.scheme else [],
        ties=ties if Role.CHIEF_JUDGE in mine and skill.is_in(SkillFlow.provisional) else {},
        may_examine=bool({Role.ARBITER, Role.CHIEF_JUDGE} & set(mine)) or viewer().reads_everything,
        may_rule=Role.CHIEF_JUDGE in mine and skill.is_in(SkillFlow.provisional),
        may_draw_up=Role.ORGANISER in mine and skill.is_in(SkillFlow.decoded),
        formats=FORMATS,
    )


@pages.get("/skills/<int:id>/results/<code>", access=STAFF)
def why(id: int, code: str) -> str:
    """Why this total, this place, this award: what went in, every step, the rule.

    Found by the code: an id would tell who entered first.
    """
    skill = queries.staff_skill(db.session, viewer(), id)
    line = queries.result_by_code(db.session, skill, code)
    return render_template(
        "results/why.html",
        skill=skill,
        line=line,
        aspects=_aspects(skill),
        rows=queries.honours_kept(db.session, skill, line.result.entry_id),
    )


def _aspects(skill: Skill) -> dict[str, tuple[str, object]]:
    """Description and maximum of every aspect by its code."""
    subs = skill.scheme.sub_criteria if skill.scheme else []
    return {f"{sub.code}.{aspect.position}": (aspect.description, aspect.max_mark) for sub in subs for aspect in sub.aspects}


@pages.post("/skills/<int:id>/ties", access=roles(Role.CHIEF_JUDGE))
def rule_tie(id: int) -> ResponseReturnValue:
    """The chief judge's order of those who share a place: fields `order-<code>` with 1, 2 …"""
    given = {name.removeprefix("order-"): value for name, value in request.form.items() if name.startswith("order-")}
    if sorted(value.strip() for value in given.values()) != sorted(str(n) for n in range(1, len(given) + 1)):
        raise Refused(Text("请给每个并列的赛位各填一个名次先后：1、2……", "Give each of the tied seats its own order: 1, 2 …"))
    ordered = sorted(given, key=lambda code: int(given[code]))
    with transaction() as session:
        skill = queries.staff_skill(session, viewer(), id, Role.CHIEF_JUDGE)
        entries = [queries.result_by_code(session, skill, code).result.entry_id for code in ordered]
        commands.rule_tie(session, skill, viewer(), entries, request.form.get("reason", ""), clock.now())
    flash(_("已裁定，成绩已重新汇总。"), "success")
    return redirect(url_for("results.results", id=id))


@pages.post("/skills/<int:id>/ties/<int:number>/withdraw", access=roles(Role.CHIEF_JUDGE))
def withdraw_ruling(id: int, number: int) -> ResponseReturnValue:
    """The chief judge takes a ruling back, before the names are known."""
    with transaction() as session:
        skill = queries.staff_skill(session, viewer(), id, Role.CHIEF_JUDGE)
        rulings.withdraw_ruling(session, skill, viewer(), number, request.form.get("reason", ""), clock.now())
    flash(_("裁定已撤回，成绩已重新汇总。"), "success")
    return redirect(url_for("results.results", id=id))


@pages.post("/skills/<int:id>/list", access=roles(Role.ORGANISER))
def draw_up_list(id: int) -> ResponseReturnValue:
    """Put the list of results before the public."""
    with transaction() as session:
        skill = queries.staff_skill(session, viewer(), id, Role.ORGANISER)
        full, body = request.form.get("names") == "full", request.form.get("body", "").strip()
        commands.draw_up_list(session, skill, viewer(), clock.now(), full_names=full, body=body)
    flash(_("公示名单已生成。请在本页点“公示成绩”。"), "success")
    return redirect(url_for("results.results", id=id))


# --- as files -------------------------------------------------------------------------------------------------------


@pages.get("/skills/<int:id>/results.<format>", access=STAFF)
def export(id: int, format: str) -> Response:
    """The same numbers as on the page, as a file."""
    skill = queries.staff_skill(db.session, viewer(), id)
    lines = queries.lines(db.session, skill, explained=False)
    columns = _columns(skill)
    rows = [_row(line) for line in lines]
    return _file(f"results-{skill.code}", columns, rows, Text("成绩", "Results"), format)


def _columns(skill: Skill) -> list[Column]:
    modules = [criterion.letter for criterion in skill.scheme.criteria] if skill.scheme else []
    named = not skill.is_in(*CODED)
    return [
        Column("place", Text("名次", "Place"), kind="integer", width=8),
        Column("code", Text("赛位号", "Seat code"), width=10),
        *(
            (Column("name", Text("姓名（队名）", "Name (team)")), Column("organisation", Text("单位", "Organisation"), width=30))
            if named
            else ()
        ),
        Column("theory", Text("理论成绩", "Theory mark"), kind="decimal"),
        *(Column(f"module:{letter}", Text(f"模块{letter}", f"Module {letter}"), kind="decimal", width=10) for letter in modules),
        Column("practice", Text("实操成绩", "Practice mark"), kind="decimal"),
        Column("total", Text("总成绩", "Total mark"), kind="decimal"),
        Column("points", Text("标尺分", "Scale points"), kind="integer"),
        Column("decided_by", Text("名次依据", "Decided by"), width=20),
        Column("award", Text("奖项", "Award")),
        Column("prize", Text("奖金（元）", "Prize (yuan)"), kind="decimal"),
    ]


def _row(line: queries.ResultLine) -> dict[str, Value]:
    result = line.result
    modules: dict[str, Value] = {f"module:{letter}": mark for letter, mark in result.modules.items()}
    return modules | {
        "place": result.place,
        "code": line.code,
        "name": line.name,
        "organisation": line.organisation,
        "theory": result.theory,
        "practice": result.practice,
        "total": result.total,
        "points": result.scale_points,
        "decided_by": key_title(result.decided_by).within(language()),
        "award": AWARDS[result.award].within(language()) if result.award else "",
        "prize": result.prize,
    }


def _file(name: str, columns: list[Column], rows: list[dict[str, Value]], title: Text, format: str) -> Response:
    if format not in FORMATS:
        raise NotFound
    headers = {"Content-Disposition": f'attachment; filename="{name}.{format}"'}
    if format == "xlsx":
        return Response(spreadsheets.workbook(columns, rows, title, language()), mimetype=XLSX, headers=headers)
    kept = [{column.key: _plain(row.get(column.key)) for column in columns} for row in rows]
    if format == "json":
        return Response(json.dumps(kept, ensure_ascii=False, indent=1), mimetype="application/json", headers=headers)
    titles = [column.title.within(language()) for column in columns]
    return Response(_csv([titles, *(row.values() for row in kept)]), mimetype="text/csv", headers=headers)


def _plain(value: Value) -> str | int | None:
    return value if value is None or isinstance(value, int) else str(value)


def _csv(rows: Iterable[Iterable[object]]) -> str:
    """With a mark at its front, so that Excel reads the Chinese; a cell that would be taken for a formula is made text."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell for cell in row])
    return "\ufeff" + buffer.getvalue()


# --- evidence -------------------------------------------------------------------------------------------------------


@pages.get("/skills/<int:id>/evidence", access=EXAMINERS)
def evidence_page(id: int) -> str:
    """What the bundle of evidence is, how it is checked, and the way to it."""
    skill = _examined(db.session, id)
    return render_template("results/evidence.html", skill=skill, needs_worker=evidence.is_large(db.session, skill), job=None, bundle=None)


@pages.get("/skills/<int:id>/evidence.zip", access=EXAMINERS)
def export_evidence(id: int) -> ResponseReturnValue:
    """Everything the results rest on, without a name: `tools/recompute.py` computes it all again.  A large one is made by a worker."""
    skill = _examined(db.session, id)
    if evidence.is_large(db.session, skill):
        return redirect(url_for("results.evidence_page", id=id))
    return _zip(evidence.bundle(db.session, skill), skill)


@pages.post("/skills/<int:id>/evidence", access=EXAMINERS)
def ask_for_evidence(id: int) -> ResponseReturnValue:
    """Have a worker make it."""
    with transaction() as session:
        job = bundling.ask_for(session, _examined(session, id), viewer(), clock.now())
        number = job.id
    return redirect(url_for("results.evidence_made", id=id, number=number))


@pages.get("/skills/<int:id>/evidence/<int:number>", access=EXAMINERS)
def evidence_made(id: int, number: int) -> str:
    """How far the worker is, and the way to what it made."""
    skill = _examined(db.session, id)
    job, made = bundling.job_of(db.session, skill, number), bundling.made_by(db.session, skill, number, clock.now())
    template = "results/_evidence.html" if request.headers.get("HX-Request") else "results/evidence.html"
    return render_template(template, skill=skill, needs_worker=True, job=job, bundle=made)


@pages.get("/skills/<int:id>/evidence/<int:number>/zip", access=EXAMINERS)
def fetch_evidence(id: int, number: int) -> Response:
    skill = _examined(db.session, id)
    made = bundling.made_by(db.session, skill, number, clock.now())
    if made is None:
        raise NotFound
    return _zip(made.content, skill)


def _examined(session: Session, id: int) -> Skill:
    return queries.staff_skill(session, viewer(), id, Role.ARBITER, Role.CHIEF_JUDGE)


def _zip(content: bytes, skill: Skill) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="evidence-{skill.id}.zip"'}
    return Response(content, mimetype="application/zip", headers=headers)


# --- for everyone ---------------------------------------------------------------------------------------------------


@pages.get("/results/<int:id>", access=PUBLIC, shared=Shared(boards.version_of_skill, strangers=True))
def public(id: int) -> str:
    """What was put before the public, exactly as it was; by a fragment of a name where names stand there in full."""
    board = boards.released(db.session, id, clock.now())
    words = request.args.get("name", "").strip() if board.content["named_in_full"] else ""
    return render_template(
        "results/public.html",
        board=board.content,
        skill=db.session.get(Skill, id) if viewer().is_signed_in else None,
        rows=boards.found_rows(board.content, words),
        words=words,
        formats=FORMATS,
    )


@pages.get("/results/<int:id>.<format>", access=PUBLIC, shared=Shared(boards.version_of_skill))
def public_file(id: int, format: str) -> Response:
    """The published list as a file: the same snapshot as the page."""
    content = boards.released(db.session, id, clock.now()).content
    columns = [Column(column["key"], Text(column["zh"], column["en"])) for column in content["columns"]]
    rows: list[dict[str, Value]] = [{column.key: cell for column, cell in zip(columns, row, strict=True)} for row in content["rows"]]
    return _file(f"results-{id}", columns, rows, Text("成绩公示", "Results"), format)


@pages.get("/entries/<int:id>/result", access=SIGNED_IN)
def own(id: int) -> str:
    """My result with every step, once it is before the public."""
    entry = queries.own_entry(db.session, viewer(), id)
    line = queries.result_of(db.session, entry.skill, entry.id)
    given = [row for row in queries.honours_kept(db.session, entry.skill, entry.id) if row.granted]
    return render_template("results/own.html", entry=entry, skill=entry.skill, line=line, rows=given)
