"""The page of the draw: for whoever draws, for whoever witnesses, and for whoever wants to draw again."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.certificates.paper import TableColumn, table_document
from app.competitions.draw import commands, queries
from app.competitions.entries.lists import PDF, download
from app.competitions.planning import queries as plans
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.web.door import PUBLIC, Pages, roles
from app.web.viewer import language, viewer
from workflows.competition.conflicts import BLIND
from workflows.competition.draw import ALGORITHM
from workflows.roles import Role
from workflows.text import Text

pages = Pages("draw", __name__)


@pages.get("/skills/<int:id>/draw", access=PUBLIC)
def draw(id: int) -> str:
    """The commitment from the moment it is made; seed and lots for whoever may know them."""
    skill = plans.skill(db.session, viewer(), id)
    knows = queries.knows_the_draw(viewer(), skill)
    return render_template(
        "draw/draw.html",
        skill=skill,
        algorithm=ALGORITHM,
        knows=knows,
        lots=queries.lots(db.session, skill) if knows else [],
        draws=Role.ENCRYPTION_JUDGE in viewer().roles_on(skill) and not viewer().roles_on(skill) & BLIND,
        size=len(queries.in_the_drum(db.session, skill)),
    )


@pages.post("/skills/<int:id>/draw/commit", access=roles(Role.ENCRYPTION_JUDGE))
def commit(id: int) -> ResponseReturnValue:
    with transaction() as session:
        commands.commit(session, plans.skill(session, viewer(), id), viewer(), clock.now())
    flash(_("承诺值已公布"), "success")
    return redirect(url_for("draw.draw", id=id))


@pages.get("/skills/<int:id>/draw/lots.txt", access=PUBLIC)
def lots(id: int) -> Response:
    """Seed and lots as plain text: what a stranger needs to draw again with tools of their own."""
    skill = plans.skill(db.session, viewer(), id)
    if not queries.knows_the_draw(viewer(), skill):
        raise NotFound
    lines = [f"# {ALGORITHM}", f"# commitment {skill.draw_commitment}", f"# seed {skill.draw_seed}", "number\tseat"]
    lines += [f"{lot.number}\t{lot.seat}" for lot in queries.lots(db.session, skill)]
    return Response("\n".join(lines) + "\n", mimetype="text/plain; charset=utf-8")


@pages.get("/skills/<int:id>/draw/seats.pdf", access=roles(Role.ENCRYPTION_JUDGE, Role.ARBITER))
def seats(id: int) -> Response:
    """The sealed list: which competitor sits where, signed by whoever drew and whoever witnessed (加密对照表)."""
    skill = plans.skill(db.session, viewer(), id)
    if not queries.knows_the_draw(viewer(), skill):
        raise NotFound

    def words(text: Text) -> str:
        return text.within(language())

    titles = (Text("赛位号", "Seat"), Text("参赛号", "Number"), Text("选手（队）", "Competitor"), Text("单位", "Organisation"))
    rows = [
        (entry.seat_code or "", entry.number or "", entry.title, entry.organisation.name if entry.organisation else "")
        for entry in queries.seated(db.session, skill)
    ]
    content = table_document(
        words(Text("抽签加密对照表", "Sealed list of seats")),
        [TableColumn(words(title), share) for title, share in zip(titles, (1, 1, 2, 3), strict=True)],
        rows,
        dated=clock.today(skill.drawn_at or clock.now()),
        subtitle=f"{skill.competition.name} · {skill.name}",
        signatures=(words(Role.ENCRYPTION_JUDGE.title), words(Role.ARBITER.title)),
        footnote=f"SHA-256 {skill.draw_commitment}",
        language=language(),
    )
    return download(content, f"{skill.name}.pdf", PDF)
