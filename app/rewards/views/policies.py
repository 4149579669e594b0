"""The policies: what is switched on, each rule with clause and amount, what the documents leave open, whether their cases come out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core import clock
from app.core.db import db, transaction
from app.rewards import policies, queries
from app.rewards.forms import Reason
from app.rewards.views.blueprints import ADMINISTRATOR, POLICY_READERS, reward_pages
from app.web.viewer import viewer
from workflows.text import Text

PAYEES = {
    "competitor": Text("获奖选手", "The competitor"),
    "expert_team": Text("技术指导专家团队", "The expert team"),
    "enterprise": Text("企业", "The enterprise"),
    "person": Text("本人", "The person"),
    "studio": Text("工作室", "The studio"),
}


@reward_pages.get("/policies", access=POLICY_READERS)
def all_policies() -> str:
    """The packs of the rulebook and the texts switched on."""
    versions = queries.policy_versions(db.session)
    return render_template(
        "rewards/policies.html",
        packs=[(pack, any(v.digest == pack.digest and v.ended_at is None for v in versions)) for pack in policies.packs()],
        versions=versions,
    )


@reward_pages.get("/policies/<path:pack_id>", access=POLICY_READERS)
def policy(pack_id: str) -> str:
    """One policy: its rules, its open questions with their defaults, its cases."""
    path = policies.file_of(pack_id)
    pack = policies.pack_in(path.read_text("utf-8"), path.name)
    versions = [version for version in queries.policy_versions(db.session) if version.pack == pack_id]
    return render_template(
        "rewards/policy.html",
        pack=pack,
        versions=versions,
        is_on=any(version.digest == pack.digest and version.ended_at is None for version in versions),
        was_on=any(version.digest == pack.digest for version in versions),
        cases=policies.case_results(pack_id),
        form=Reason(formdata=None),
        payees=PAYEES,
        may_switch=ADMINISTRATOR.admits(viewer()),
    )


@reward_pages.post("/policies/<path:pack_id>/activate", access=ADMINISTRATOR)
def activate(pack_id: str) -> ResponseReturnValue:
    """Switch on the present text, if its cases come out."""
    with transaction() as session:
        policies.activate(session, pack_id, viewer(), clock.now())
    flash(_("政策文本已启用；此前公布的成果会自动核算"), "success")
    return redirect(url_for("rewards.policy", pack_id=pack_id))


@reward_pages.post("/policy-versions/<int:id>/end", access=ADMINISTRATOR)
def end(id: int) -> ResponseReturnValue:
    """Switch a text off, with the reason."""
    with transaction() as session:
        version = queries.policy_version(session, id)
        policies.end(session, version, viewer(), clock.now(), request.form.get("reason", ""))
    return redirect(url_for("rewards.policy", pack_id=version.pack))
