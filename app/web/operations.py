"""How the installation is doing: the jobs behind the pages, and whether the audit record is whole."""

from __future__ import annotations

import sqlalchemy as sa
from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import audit, clock, jobs
from app.core.db import db, transaction
from app.web.door import Pages, roles
from app.web.paging import page_of
from app.web.viewer import viewer
from workflows.roles import Role
from workflows.text import Text

pages = Pages("operations", __name__, url_prefix="/admin")

STATES = {
    jobs.FAILED: Text("失败", "Failed"),
    jobs.QUEUED: Text("等待", "Waiting"),
    jobs.RUNNING: Text("进行中", "Running"),
    jobs.DONE: Text("完成", "Done"),
}
FAULTS = {
    "a row is missing": Text("缺少一行", "A row is missing"),
    "the row before it was changed": Text("前一行被改动", "The row before it was changed"),
    "the row was changed": Text("这一行被改动", "The row was changed"),
    "rows at the end are missing": Text("末尾缺行", "Rows at the end are missing"),
}


@pages.get("/jobs", access=roles(Role.ADMINISTRATOR))
def jobs_page() -> str:
    """Jobs by state, the failed ones first asked for."""
    state = request.args.get("state", jobs.FAILED)
    query = sa.select(jobs.Job).where(jobs.Job.state == state).order_by(jobs.Job.id.desc())
    counts = dict(db.session.execute(sa.select(jobs.Job.state, sa.func.count()).group_by(jobs.Job.state)).all())
    page = page_of(db.session, query, request.args.get("page", type=int))
    return render_template("operations/jobs.html", page=page, state=state, states=STATES, counts=counts)


@pages.post("/jobs/<int:id>/retry", access=roles(Role.ADMINISTRATOR))
def retry(id: int) -> ResponseReturnValue:
    """Another round of attempts for a job that failed."""
    with transaction() as session:
        job = session.get(jobs.Job, id)
        jobs.retry(session, id, clock.now())
        if job is not None:
            audit.record(session, job, viewer(), "retry", clock.now())
    flash(_("已重新排队。"), "success")
    return redirect(url_for("operations.jobs_page"))


@pages.get("/audit", access=roles(Role.ADMINISTRATOR, Role.AUDITOR))
def audit_page() -> str:
    """The chains and how long each is; recomputing them is asked for, because it reads every row."""
    heads = db.session.scalars(sa.select(audit.AuditHead).order_by(audit.AuditHead.chain)).all()
    checked = request.args.get("check") == "1"
    broken = {fault.chain: fault for fault in audit.verify(db.session)} if checked else {}
    return render_template("operations/audit.html", heads=heads, checked=checked, broken=broken, faults=FAULTS)
