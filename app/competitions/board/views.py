"""The hall's screens and their data, which are the same for everybody; and the page on which they are set up and frozen."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.competitions.board import commands, queries
from app.competitions.board.content import Content
from app.competitions.board.forms import BoardForm
from app.competitions.board.queries import Shown
from app.competitions.models import Competition
from app.competitions.planning import queries as plans
from app.core import clock, engine
from app.core.db import db, transaction
from app.core.lazily import lazily
from app.web.door import PUBLIC, Pages, roles
from app.web.shared import Shared
from app.web.viewer import viewer
from workflows.competition import showing
from workflows.competition.board_flow import HOLDERS, BoardFlow
from workflows.competition.prizes import AWARDS

if TYPE_CHECKING:
    import segno
else:
    segno = lazily("segno")

pages = Pages("board", __name__)

OF_A_SKILL = Shared(queries.version_of_skill)
OF_A_COMPETITION = Shared(queries.version_of_competition)


# --- in the hall ----------------------------------------------------------------------------------------------------


@pages.get("/board/skills/<int:id>", access=PUBLIC, shared=OF_A_SKILL)
def skill(id: int) -> str:
    """The screen of one skill."""
    board = queries.shown(db.session, id, clock.now())
    public = "results.public" if board.kind == showing.RESULTS else "competitions.skill"
    return _hall([board.content], board.content["competition"], url_for(public, id=id))


@pages.get("/board/competitions/<int:id>", access=PUBLIC, shared=OF_A_COMPETITION)
def competition(id: int) -> str:
    """One screen for all skills of a competition, which take turns."""
    named = _named(queries.public_competition(db.session, id))
    return _hall([board.content for board in _of_competition(id)], named, url_for("board.results_of_competition", id=id))


def _named(competition: Competition) -> dict[str, Any]:
    return {"id": competition.id, "zh": competition.name, "en": competition.name_en or competition.name}


def _of_competition(id: int) -> list[Shown]:
    return [queries.shown(db.session, skill_id, clock.now()) for skill_id in queries.skills_on_show(db.session, id)]


def _hall(boards: list[Content], competition: dict[str, Any], public_path: str) -> str:
    address = current_app.config["PUBLIC_URL"].rstrip("/") + public_path
    return render_template("board/hall.html", boards=boards, competition=competition, address=address, qr=_qr(address), awards=AWARDS)


def _qr(address: str) -> Markup:
    """The public page's address for a telephone, drawn without a colour of its own."""
    buffer = io.BytesIO()
    segno.make(address, error="m", micro=False).save(buffer, kind="svg", border=2, light="#fff", xmldecl=False, svgns=True, omitsize=True)
    return Markup(buffer.getvalue().decode())


@pages.get("/results/competitions/<int:id>", access=PUBLIC, shared=Shared(queries.version_of_competition, strangers=True))
def results_of_competition(id: int) -> str:
    """What was published of all skills of a competition: who won what, and the way to each list."""
    found = queries.public_competition(db.session, id)
    released = [board.content for board in _of_competition(id) if board.kind == showing.RESULTS and board.content["notice"]]
    return render_template("board/competition_results.html", competition=found, boards=released)


# --- as data --------------------------------------------------------------------------------------------------------


@pages.get("/board/skills/<int:id>.json", access=PUBLIC, shared=OF_A_SKILL)
def skill_data(id: int) -> Response:
    return jsonify(_data(queries.shown(db.session, id, clock.now())))


@pages.get("/board/competitions/<int:id>.json", access=PUBLIC, shared=OF_A_COMPETITION)
def competition_data(id: int) -> Response:
    named = _named(queries.public_competition(db.session, id))
    return jsonify({"competition": named, "boards": [_data(board) for board in _of_competition(id)]})


def _data(board: Shown) -> dict[str, Any]:
    return board.content | {"frozen": board.is_frozen}


# --- setting it up --------------------------------------------------------------------------------------------------


@pages.form("/skills/<int:id>/board", access=roles(*HOLDERS))
def settings(id: int) -> ResponseReturnValue:
    """What the board shows, when it freezes, the buttons, and the way to the screens."""
    skill = plans.skill(db.session, viewer(), id)
    board = queries.settings_of(db.session, viewer(), skill)
    may_edit = board.is_editable_by(viewer())
    form = BoardForm(data={"shows": board.shows, "freezes_at": clock.local(board.freezes_at) if board.freezes_at else None})
    form.offer()
    if form.validate_on_submit():
        at = form.freezes_at.data.replace(tzinfo=clock.LOCAL) if form.freezes_at.data else None
        chosen = {"shows": form.shows.data, "freezes_at": at}
        with transaction() as session:
            here = plans.skill(session, viewer(), id)
            version = request.form.get("version", type=int)
            commands.choose(session, commands.board_of(session, here, clock.now()), viewer(), clock.now(), **chosen, version=version)
            if form.everywhere.data:
                commands.choose_for_others(session, here, viewer(), clock.now(), **chosen)
        flash(_("已保存，大屏一秒内按新的设置展示。"), "success")
        return redirect(url_for("board.settings", id=id))
    page = render_template(
        "board/settings.html",
        skill=skill,
        board=board,
        form=form,
        may_edit=may_edit,
        shown_choice=showing.CHOICES[board.shows],
        is_frozen=engine.state_now(board, clock.now()) is BoardFlow.frozen,
    )
    return page, 422 if form.is_submitted() else 200
