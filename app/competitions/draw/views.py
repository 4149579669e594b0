"""The pages of the codes: for whoever draws, for whoever witnesses, and for whoever wants to draw again."""

from __future__ import annotations

from datetime import datetime

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.certificates.paper import TableColumn, table_document
from app.competitions.draw import commands, queries
from app.competitions.draw.commands import Pair
from app.competitions.entries.lists import PDF, download
from app.competitions.models import CodeLayer, Skill
from app.competitions.models.code import lines
from app.competitions.planning import queries as plans
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import NotFound
from app.web.door import PUBLIC, Pages, roles
from app.web.viewer import language, viewer
from workflows.competition import codes
from workflows.competition.codes import Layer
from workflows.competition.conflicts import BLIND
from workflows.competition.draw import ALGORITHM
from workflows.roles import Role
from workflows.text import Text

pages = Pages("draw", __name__)

DECODING = (Role.CHIEF_JUDGE, Role.ARBITER)


@pages.get("/skills/<int:id>/draw", access=PUBLIC)
def draw(id: int) -> str:
    """Each layer with its commitment from the moment it is made; seed and codes once everything is decoded."""
    skill = plans.skill(db.session, viewer(), id)
    mine = viewer().roles_on(skill)
    return render_template(
        "draw/draw.html",
        skill=skill,
        algorithm=ALGORITHM,
        layers=queries.inside_out(skill),
        number_title=codes.NUMBER,
        is_open=queries.is_open,
        may_read=lambda layer: queries.may_read(viewer(), layer),
        draws=Role.ENCRYPTION_JUDGE in mine and not mine & BLIND,
        works_on_it=bool(mine & {Role.ENCRYPTION_JUDGE, Role.ARBITER}) and not mine & BLIND,
        size=len(queries.in_the_drum(db.session, skill)),
        decodes=bool(mine & set(DECODING)),
    )


@pages.post("/skills/<int:id>/draw/<layer>/commit", access=roles(Role.ENCRYPTION_JUDGE))
def commit(id: int, layer: str) -> ResponseReturnValue:
    """Publish the commitment to the seed of one layer."""
    with transaction() as session:
        commands.commit(session, plans.skill(session, viewer(), id), _kind(layer), viewer(), clock.now())
    flash(_("承诺值已公布"), "success")
    return redirect(url_for("draw.draw", id=id))


def _kind(key: str) -> Layer:
    try:
        return Layer.of(key)
    except KeyError:
        raise NotFound from None


@pages.get("/skills/<int:id>/draw/<layer>", access=PUBLIC)
def mapping(id: int, layer: str) -> str:
    """One layer's codes side by side, and the draw run again; a look before the decoding is recorded."""
    found, pairs = _looked_at(id, layer)
    return render_template(
        "draw/mapping.html",
        skill=found.skill,
        layer=found,
        pairs=pairs,
        algorithm=ALGORITHM,
        is_open=queries.is_open(found),
        fits=found.draws_again,
    )


def _looked_at(id: int, key: str) -> tuple[CodeLayer, list[Pair]]:
    """The layer and its codes; what is not open to everybody is read on the record."""
    found = queries.readable(viewer(), plans.skill(db.session, viewer(), id), key)
    if queries.is_open(found):
        return found, [Pair(inner, outer) for inner, outer in found.mapping]
    with transaction() as session:
        found = queries.readable(viewer(), plans.skill(session, viewer(), id), key)
        return found, commands.read(session, found, viewer(), clock.now())


@pages.get("/skills/<int:id>/draw/<layer>/codes.txt", access=PUBLIC)
def lots(id: int, layer: str) -> Response:
    """Seed and codes as plain text: what a stranger needs to draw again with tools of their own."""
    found, pairs = _looked_at(id, layer)
    heading = [f"# {ALGORITHM}", f"# commitment {found.commitment}", f"# seed {found.seed}", f"# sha256 {found.digest}"]
    heading += [f"# rounds {' '.join(map(str, found.rounds))}"] if len(found.rounds) > 1 else []
    content = "\n".join(heading) + "\n" + lines([(pair.inner, pair.outer) for pair in pairs])
    return Response(content, mimetype="text/plain; charset=utf-8")


def _words(text: Text) -> str:
    return text.within(language())


@pages.get("/skills/<int:id>/draw/<layer>/sealed.pdf", access=roles(Role.ENCRYPTION_JUDGE))
def sealed_list(id: int, layer: str) -> Response:
    """The list that goes into the envelope (加密对照表), to be signed by whoever drew and whoever witnessed."""
    found, pairs = _looked_at(id, layer)
    return download(_sealed_paper(found, pairs), f"{found.skill.code}-{layer}.pdf", PDF)


def _sealed_paper(layer: CodeLayer, pairs: list[Pair]) -> bytes:
    skill, named = layer.skill, any(pair.name for pair in pairs)
    columns = [TableColumn(_words(layer.kind.title), 1), TableColumn(_words(layer.inner), 1)]
    if named:
        columns += [TableColumn(_words(Text("选手（队）", "Competitor")), 2), TableColumn(_words(Text("单位", "Organisation")), 3)]
    cells = [(pair.outer, pair.inner, *((pair.name, pair.organisation) if named else ())) for pair in pairs]
    moments = ((Text("抽签", "Drawn"), layer.drawn_at), (Text("封存", "Sealed"), layer.sealed_at))
    return table_document(
        _words(Text("加密对照表", "Sealed list of codes")),
        columns,
        cells,
        dated=clock.today(layer.drawn_at or clock.now()),
        subtitle=f"{skill.competition.name} · {skill.name}",
        facts=[
            (_words(Text("编码", "Codes")), _words(layer.kind.title)),
            (_words(Text("数量", "How many")), str(layer.size)),
            *((_words(title), clock.local(at).strftime("%Y-%m-%d %H:%M") if at else "—") for title, at in moments),
            (_words(Role.ENCRYPTION_JUDGE.title), layer.drawer.name),
            (_words(Text("见证人", "Witness")), layer.witness.name if layer.witness else "—"),
        ],
        signatures=(_words(Role.ENCRYPTION_JUDGE.title), _words(Text("见证人", "Witness"))),
        footnote=f"SHA-256 {layer.digest}",
        language=language(),
    )


# ── the decoding ────────────────────────────────────────────────────────────────────────────────────────────────────


@pages.get("/skills/<int:id>/decoding", access=roles(*DECODING))
def decoding(id: int) -> str:
    """Layer by layer from the outside in, by two persons."""
    skill = _decoded_by(id)
    return render_template("draw/decoding.html", skill=skill, layers=queries.outside_in(skill), has_record="at" in skill.decoding)


@pages.post("/skills/<int:id>/decoding", access=roles(*DECODING))
def note_presence(id: int) -> ResponseReturnValue:
    """Who else is in the room."""
    with transaction() as session:
        commands.note_presence(session, plans.skill(session, viewer(), id), viewer(), request.form.get("present", ""), clock.now())
    flash(_("已登记在场人员"), "success")
    return redirect(url_for("draw.decoding", id=id))


@pages.get("/skills/<int:id>/decoding.pdf", access=roles(*DECODING))
def decoding_record(id: int) -> Response:
    """The record of the decoding, to be signed by all who were there."""
    skill = _decoded_by(id)
    if "at" not in skill.decoding:
        raise NotFound
    said = skill.decoding
    rows = [
        (
            _words(layer.kind.title),
            str(layer.size),
            layer.drawer.name,
            layer.witness.name if layer.witness else "—",
            clock.local(layer.opened_at).strftime("%H:%M:%S") if layer.opened_at else "—",
            layer.digest or "",
        )
        for layer in queries.outside_in(skill)
    ]
    titles = (
        (Text("编码", "Codes"), 1.0),
        (Text("数量", "How many"), 0.7),
        (Role.ENCRYPTION_JUDGE.title, 1.1),
        (Text("见证人", "Witness"), 1.1),
        (Text("打开时间", "Opened at"), 1.1),
        (Text("对照表摘要", "Digest of the list"), 3.4),
    )
    content = table_document(
        _words(Text("解密记录", "Record of the decoding")),
        [TableColumn(_words(title), share) for title, share in titles],
        rows,
        dated=clock.today(clock.now()),
        subtitle=f"{skill.competition.name} · {skill.name}",
        facts=[
            (_words(Role.CHIEF_JUDGE.title), said["chief"] or "—"),
            (_words(Role.ARBITER.title), said["arbiter"]),
            (_words(Text("时间", "Time")), clock.local(datetime.fromisoformat(said["at"])).strftime("%Y-%m-%d %H:%M")),
            (_words(Text("其他在场人员", "Also present")), said.get("present") or "—"),
        ],
        signatures=tuple(_words(role.title) for role in (Role.CHIEF_JUDGE, Role.ARBITER, Role.ENCRYPTION_JUDGE)),
        size=9,
        language=language(),
    )
    return download(content, f"{skill.code}-decoding.pdf", PDF)


def _decoded_by(id: int) -> Skill:
    skill = plans.skill(db.session, viewer(), id)
    if not viewer().roles_on(skill) & set(DECODING):
        raise NotFound
    return skill
