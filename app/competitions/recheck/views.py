"""The recheck of a skill: the commitment, the sample, sheet by sheet, and the report."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.certificates.paper import TableColumn, table_document
from app.competitions.entries.lists import PDF, download
from app.competitions.marking.queries import overseen_skill
from app.competitions.models import Recheck, RecheckItem
from app.competitions.recheck import commands, queries
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.web.door import Pages, roles
from app.web.paging import page_within
from app.web.viewer import language, viewer
from workflows.competition import recheck as rulebook
from workflows.competition.aspects import mark_of
from workflows.competition.recheck_flow import RecheckFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text

pages = Pages("recheck", __name__, url_prefix="/marking")

SHEETS = 50  # a page
READERS = roles(*queries.READERS, Role.AUDITOR, Role.REVIEWER, Role.APPROVER)


@pages.get("/skills/<int:id>/recheck", access=READERS)
def rechecks(id: int) -> str:
    """Every recheck of a skill; the way to begin one."""
    skill = overseen_skill(db.session, viewer(), id, *queries.READERS)
    is_free = all(recheck.is_in(RecheckFlow.finished) for recheck in skill.rechecks)
    may_begin = Role.ARBITER in viewer().roles_on(skill) and is_free and skill.is_in(SkillFlow.marking, SkillFlow.provisional)
    rule = rulebook.Rule.from_data(skill.recheck_rule)
    return render_template("recheck/rechecks.html", skill=skill, rule=rule, may_begin=may_begin)


@pages.post("/skills/<int:id>/recheck", access=roles(Role.ARBITER))
def commit(id: int) -> ResponseReturnValue:
    """Publish the commitment to the seed of a recheck."""
    with transaction() as session:
        made = commands.commit(session, overseen_skill(session, viewer(), id, Role.ARBITER), viewer(), clock.now())
    flash(_("承诺值已公布"), "success")
    return redirect(url_for("recheck.recheck", id=made.id))


@pages.get("/rechecks/<int:id>", access=READERS)
def recheck(id: int) -> str:
    """One recheck: what was drawn and why, what was found, the rate."""
    found = queries.recheck(db.session, viewer(), id)
    checks = Role.ARBITER in viewer().roles_on(found) and found.is_in(RecheckFlow.under_way, RecheckFlow.everything)
    only = request.args.get("only", "")
    return render_template(
        "recheck/recheck.html",
        recheck=found,
        skill=found.skill,
        page=page_within(queries.shown(found, only), request.args.get("page", type=int), SHEETS),
        only=only,
        following=next((item for item in found.items if item.checked_at is None), None) if checks else None,
        why=rulebook.WHY,
    )


@pages.get("/rechecks/sheets/<int:id>", access=READERS)
def item(id: int) -> str:
    """One sheet: the marks to be compared with paper and photos, and the finding."""
    found = queries.item(db.session, viewer(), id)
    recheck = found.recheck
    checks = Role.ARBITER in viewer().roles_on(recheck) and recheck.is_in(RecheckFlow.under_way, RecheckFlow.everything)
    return render_template(
        "recheck/item.html",
        item=found,
        recheck=recheck,
        skill=recheck.skill,
        sheet=found.sheet,
        marks={marked.code: mark_of(marked) for marked in found.sheet.marked},
        checks=checks,
    )


@pages.post("/rechecks/sheets/<int:id>", access=roles(Role.ARBITER))
def find(id: int) -> ResponseReturnValue:
    """It agrees, or what is wrong on it; then the next sheet."""
    with transaction() as session:
        found = queries.item(session, viewer(), id)
        is_wrong = request.form.get("finding") == "wrong"
        aspect = request.form.get("aspect", type=int) if is_wrong else None
        if is_wrong and aspect is None:
            raise Refused(commands.NAME_IT)
        reason = request.form.get("reason", "")
        commands.find(session, found, viewer(), clock.now(), aspect_id=aspect, mark=_mark() if is_wrong else None, reason=reason)
        following = next((other.id for other in found.recheck.items if other.checked_at is None), None)
        recheck_id = found.recheck_id
    flash(_("已记录。"), "success")
    return redirect(url_for("recheck.item", id=following) if following else url_for("recheck.recheck", id=recheck_id))


def _mark() -> Decimal | None:
    try:
        mark = Decimal(request.form.get("mark", "").strip())
    except InvalidOperation:
        return None
    return mark if mark.is_finite() else None


@pages.get("/rechecks/<int:id>.pdf", access=READERS)
def report(id: int) -> Response:
    """The report: rule, seed, who and what was rechecked, the rate, the outcome."""
    found = queries.recheck(db.session, viewer(), id)
    if found.is_in(RecheckFlow.committed):
        raise NotFound
    return download(_report(found), f"recheck-{found.skill.code}-{found.id}.pdf", PDF)


def _report(found: Recheck) -> bytes:
    def words(text: Text) -> str:
        return text.within(language())

    def finding(item: RecheckItem) -> str:
        if item.checked_at is None:
            return words(Text("未复核", "not rechecked yet"))
        if not item.is_wrong:
            return words(Text("一致", "agrees"))
        wrong = Text("{aspect} 应为 {mark}：{reason}", "{aspect} should be {mark}: {reason}")
        return words(wrong.format(aspect=item.aspect_code, mark=item.right_mark, reason=item.reason))

    came_to = found.outcome
    proof = Text("种子 {seed}，承诺值 {commitment}。", "Seed {seed}, commitment {commitment}.")
    return table_document(
        words(Text("成绩复核报告", "Report of the recheck")),
        [
            TableColumn(words(Text("编码", "Code")), 1),
            TableColumn(words(Text("评分表", "Sub criterion")), 1),
            TableColumn(words(Text("复核原因", "Why")), 1.6),
            TableColumn(words(Text("结果", "Finding")), 4),
        ],
        [(item.sheet.code, item.sheet.sub_criterion.code, words(rulebook.WHY[item.why]), finding(item)) for item in found.items],
        dated=clock.today(found.drawn_at or clock.now()),
        subtitle=f"{found.skill.competition.name} · {found.skill.name}",
        facts=[
            (words(Text("复核人", "Rechecked by")), found.account.name),
            (words(Text("状态", "State")), words(found.state.title)),
            (words(Text("已复核", "Rechecked")), str(came_to.checked)),
            (words(Text("有错", "Wrong")), str(came_to.wrong)),
            (words(Text("错误率", "Error rate")), f"{came_to.percent}%"),
            (words(Text("界限", "Threshold")), f"{found.rules.threshold_percent}%"),
        ],
        lead=[words(found.rules.words)],
        closing=[words(proof.format(seed=found.seed, commitment=found.commitment))],
        signatures=(words(Role.ARBITER.title), words(Role.CHIEF_JUDGE.title)),
        size=9.5,
        language=language(),
    )
