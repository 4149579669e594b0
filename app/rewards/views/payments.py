"""Finance's pages: what waits to be paid, a batch, its bank list, the bank's answer."""

from __future__ import annotations

import io

from flask import flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.certificates.paper import TableColumn, table_document
from app.core import clock
from app.core.db import db, transaction
from app.core.files import XLSX
from app.rewards import paying, queries
from app.rewards.forms import ResultFile
from app.rewards.views.blueprints import FINANCE, PAYMENT_READERS, payment_pages
from app.web.paging import page_of
from app.web.spreadsheets import template
from app.web.viewer import language, viewer
from app.web.words import say
from workflows.rewards.capitals import in_words
from workflows.rewards.claim_flow import ClaimFlow
from workflows.text import Text

BANK_STATES = {
    "pending": Text("待回执", "No answer yet"),
    "paid": Text("成功", "Paid"),
    "bounced": Text("退票", "Bounced"),
    "taken_out": Text("已移出", "Taken out"),
}


@payment_pages.get("/", access=PAYMENT_READERS)
def batches() -> str:
    """What waits to be paid, and the batches so far."""
    return render_template(
        "rewards/batches.html",
        page=page_of(db.session, queries.batches(viewer()), request.args.get("page", type=int)),
        waiting=queries.waiting_for_the_bank(db.session, viewer()),
        bounced=queries.in_state(db.session, viewer(), ClaimFlow.bounced),
    )


@payment_pages.post("/collect", access=FINANCE)
def collect() -> ResponseReturnValue:
    """Take the ticked claims into the batch being prepared."""
    with transaction() as session:
        chosen = queries.chosen(session, viewer(), request.form.getlist("claim", type=int))
        batch = paying.collect(session, chosen, viewer(), clock.now())
    flash(_("已列入 %(count)s 项", count=len(chosen)), "success")
    return redirect(url_for("payments.batch", id=batch.id))


@payment_pages.get("/<int:id>", access=PAYMENT_READERS)
def batch(id: int) -> str:
    found = queries.batch(db.session, viewer(), id)
    return render_template(
        "rewards/batch.html", batch=found, words=in_words(found.total), states=BANK_STATES, form=ResultFile(formdata=None)
    )


@payment_pages.post("/<int:id>/bank-list", access=FINANCE)
def bank_list(id: int) -> ResponseReturnValue:
    """The list for the bank, with full account numbers; each export is on record."""
    with transaction() as session:
        found = queries.batch(session, viewer(), id)
        content = paying.export_bank_list(session, found, viewer(), clock.now())
    return send_file(io.BytesIO(content), mimetype=XLSX.media_type, as_attachment=True, download_name=f"bank-list-{id}.xlsx")


@payment_pages.get("/result-template.xlsx", access=FINANCE)
def result_template() -> ResponseReturnValue:
    """The sheet in which a bank without a file of its own can answer."""
    content = template(paying.RESULT_COLUMNS, Text("银行回执", "Bank results"), language=language())
    return send_file(io.BytesIO(content), mimetype=XLSX.media_type, as_attachment=True, download_name="bank-results.xlsx")


@payment_pages.post("/<int:id>/results", access=FINANCE)
def results(id: int) -> ResponseReturnValue:
    """The bank's answer: first only read, then booked line by line."""
    form = ResultFile()
    found = queries.batch(db.session, viewer(), id)
    if not form.validate_on_submit():
        words = in_words(found.total)
        return render_template("rewards/batch.html", batch=found, words=words, states=BANK_STATES, form=form), 422
    content, name = form.file.data.read(), form.file.data.filename or ""
    now = clock.now()
    if "book" not in request.form:
        read = paying.read_results(found, content, name, clock.today(now))
        return render_template("rewards/results.html", batch=found, results=read, form=ResultFile(formdata=None))
    with transaction() as session:
        found = queries.batch(session, viewer(), id)
        read = paying.read_results(found, content, name, clock.today(now))
        if not read.problems:
            paying.book_results(session, found, read, viewer(), now)
    if read.problems:
        return render_template("rewards/results.html", batch=found, results=read, form=ResultFile(formdata=None)), 422
    flash(_("已登记：到账 %(paid)s 笔，退票 %(bounced)s 笔", paid=len(read.paid), bounced=len(read.bounced)), "success")
    return redirect(url_for("payments.batch", id=id))


@payment_pages.get("/<int:id>/list.pdf", access=PAYMENT_READERS)
def list_pdf(id: int) -> ResponseReturnValue:
    """The batch on paper, accounts masked, for the signatures."""
    found = queries.batch(db.session, viewer(), id)
    rows = [
        [
            str(line.number),
            line.account_name,
            line.bank_name,
            line.account_masked,
            line.claim.title_zh,
            f"{line.amount:,.2f}",
            say(BANK_STATES[line.status]),
        ]
        for line in found.payments
    ]
    content = table_document(
        found.title,
        [
            TableColumn(_("序号"), 0.5, "center"),
            TableColumn(_("收款户名"), 1.6),
            TableColumn(_("开户银行"), 1.8),
            TableColumn(_("账号"), 1.8),
            TableColumn(_("奖励项目"), 1.8),
            TableColumn(_("金额（元）"), 1.1, "right"),
            TableColumn(_("回执"), 0.8, "center"),
        ],
        [*rows, ["", _("合计"), in_words(found.total), "", "", f"{found.total:,.2f}", ""]],
        dated=clock.today(clock.now()),
        signatures=[_("经办人"), _("复核人")],
        totals=1,
        footnote=f"SHA-256 {found.bank_list_hash}" if found.bank_list_hash else "",
        landscape=True,
        language=language(),
    )
    return send_file(io.BytesIO(content), mimetype="application/pdf", as_attachment=False, download_name=f"payments-{id}.pdf")
