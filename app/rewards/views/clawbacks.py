"""Claw-back cases: the list, the case with its books, the payee's reply, what came back, an offset."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.rewards import clawing_back, following, queries
from app.rewards.forms import Offset, Repayment, Reply
from app.rewards.views.blueprints import FINANCE, PAYMENT_READERS, clawback_pages
from app.web.door import SIGNED_IN
from app.web.forms import text
from app.web.paging import page_of
from app.web.viewer import viewer
from workflows.clauses.money import read_money
from workflows.rewards.clawback_flow import ClawbackFlow
from workflows.roles import Role
from workflows.text import Text

KINDS = {"repaid": Text("返还", "Paid back"), "offset": Text("抵扣", "Offset"), "written_off": Text("核销", "Written off")}
INCOMPLETE = Text("请填写金额、日期和凭证号", "Give the amount, the day and the reference")
CHOOSE = Text("请选定用来抵扣的申领并填写金额", "Choose the claim to offset and the amount")


@clawback_pages.get("/", access=PAYMENT_READERS)
def clawbacks() -> str:
    """Every case, the newest first."""
    page = page_of(db.session, queries.clawbacks(viewer()), request.args.get("page", type=int))
    return render_template("rewards/clawbacks.html", page=page)


@clawback_pages.get("/<int:id>", access=SIGNED_IN)
def clawback(id: int) -> str:
    """One case: paid, due, what came back, who decides, what the payee says."""
    found, actor = queries.clawback(db.session, viewer(), id), viewer()
    may_book = Role.FINANCE in actor.roles_on(found) and found.is_in(ClawbackFlow.ordered)
    repayment = Repayment(formdata=None)
    repayment.on.data = clock.today(clock.now())
    return render_template(
        "rewards/clawback.html",
        case=found,
        claim=found.claim,
        kinds=KINDS,
        books=following.books_of(db.session, found.claim),
        may_reply=found.is_editable_by(actor),
        reply=Reply(formdata=None, data={"reply": found.reply}),
        may_book=may_book,
        repayment=repayment,
        offsettable=clawing_back.offsettable(db.session, found) if may_book else [],
    )


@clawback_pages.post("/<int:id>/reply", access=SIGNED_IN)
def reply(id: int) -> ResponseReturnValue:
    """What the payee has to say; kept, and handed in with the button."""
    form = Reply()
    if not form.validate_on_submit():
        raise Refused(Text("请写明陈述的内容", "Write what you have to say"))
    with transaction() as session:
        found = queries.clawback(session, viewer(), id)
        clawing_back.keep_reply(session, found, viewer(), clock.now(), text(form.reply), request.form.get("version", type=int))
    flash(_("已保存，核对后请提交。"), "success")
    return redirect(url_for("clawbacks.clawback", id=id))


@clawback_pages.post("/<int:id>/repayments", access=FINANCE)
def repay(id: int) -> ResponseReturnValue:
    """Money came back."""
    form = Repayment()
    if not form.validate_on_submit() or form.on.data is None:
        raise Refused(INCOMPLETE)
    amount, day, reference = read_money(text(form.amount)), form.on.data, text(form.reference)
    with transaction() as session:
        found = queries.clawback(session, viewer(), id)
        clawing_back.book_repayment(session, found, viewer(), clock.now(), amount=amount, on=day, reference=reference)
    flash(_("已登记返还"), "success")
    return redirect(url_for("clawbacks.clawback", id=id))


@clawback_pages.post("/<int:id>/offset", access=FINANCE)
def offset(id: int) -> ResponseReturnValue:
    """Keep a part of another claim's payment back."""
    form = Offset()
    if not form.validate_on_submit():
        raise Refused(CHOOSE)
    with transaction() as session:
        found = queries.clawback(session, viewer(), id)
        claim = next((claim for claim in clawing_back.offsettable(session, found) if claim.id == form.claim.data), None)
        if claim is None:
            raise NotFound
        clawing_back.reserve_offset(session, found, claim, viewer(), clock.now(), read_money(text(form.amount)))
    flash(_("已安排，发放该申领时抵扣"), "success")
    return redirect(url_for("clawbacks.clawback", id=id))
