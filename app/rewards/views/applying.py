"""Applying for what was won elsewhere, and what became of each achievement."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound, Refused
from app.rewards import commands, explaining, policies, queries
from app.rewards.forms import ACCEPT, ASKED, TITLES, application_form
from app.rewards.views.blueprints import claim_pages, reward_pages
from app.rewards.views.uploads import handed_in
from app.web.door import SIGNED_IN
from app.web.viewer import viewer

KINDS = [(kind, TITLES[kind]) for kind in ASKED]


@claim_pages.get("/new", access=SIGNED_IN)
def new() -> str:
    """Which kind of achievement is claimed for."""
    return render_template("rewards/new.html", kinds=KINDS, is_registered=viewer().person_id is not None)


@claim_pages.form("/new/<kind>", access=SIGNED_IN)
def apply(kind: str) -> ResponseReturnValue:
    """What was achieved, in the words of the policy, and its proofs."""
    if kind not in ASKED:
        raise NotFound
    now = clock.now()
    versions = policies.versions_in_force(db.session, clock.today(now))
    if not versions:
        raise Refused(commands.NO_POLICY.format(day=clock.today(now)))
    form = application_form(policies.pack_of(versions[0]), kind)
    if form.validate_on_submit():
        facts = form.facts
        uploads = handed_in("proofs")
        day = facts["certificate_issued_on" if kind == "certificate" else "awarded_on"]
        title = " ".join(str(facts[name]) for name in ("competition", "skill", "occupation") if name in facts)
        with transaction() as session:
            achievement, claims = commands.apply_for(
                session,
                viewer(),
                now,
                kind=kind,
                title=title,
                facts=facts,
                on=day,
                uploads=uploads,
                instance=current_app.config["INSTANCE"],
            )
        if not claims:
            flash(_("按现行办法没有可以申领的奖励，理由如下"), "warning")
            return redirect(url_for("rewards.achievement", id=achievement.id))
        flash(_("已核算并存为草稿；请核对账户后提交"), "success")
        return redirect(url_for("claims.claim", id=claims[0].id))
    return render_template("rewards/apply.html", form=form, kind=TITLES[kind], accept=ACCEPT), 422 if form.is_submitted() else 200


@reward_pages.get("/achievements/<int:id>", access=SIGNED_IN)
def achievement(id: int) -> str:
    """What an achievement is due, and where it is due nothing, which clause says so."""
    actor = viewer()
    found = queries.achievement(db.session, actor, id)
    return render_template(
        "rewards/achievement.html",
        achievement=found,
        kind=TITLES.get(found.kind),
        claims=queries.claims_of(db.session, actor, found),
        findings=[(row, explaining.explained(row)) for row in queries.newest_determinations(db.session, found)],
    )
