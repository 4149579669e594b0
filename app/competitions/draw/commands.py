"""Committing to a seed, drawing a layer of codes, sealing it, opening it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.competitions.draw import queries
from app.competitions.marking.commands import prepare_sheets
from app.competitions.models import CodeLayer, Entry, Skill
from app.core import audit, engine
from app.core.actor import Actor
from app.core.errors import Refused
from workflows.competition import codes
from workflows.competition.code_flow import CodeLayerFlow
from workflows.competition.codes import Layer
from workflows.competition.draw import commitment, draw_in_rounds
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role
from workflows.text import Text
from workflows.workflow import Step

SEED_BYTES = 16  # 32 hexadecimal digits: too many to guess, few enough to type
COMMITTED = Text("承诺值已公布，不能更换种子", "The commitment is published; the seed cannot change")
NOT_YOURS = Text("抽签种子由加密裁判设定", "The seed is set by the encryption judge")
NOT_USED = Text("本赛项不用{title}", "This skill does not use: {title}")
ONE_EACH = Text("您已负责{title}；每层编码由不同的加密裁判负责", "You hold “{title}”; each layer has an encryption judge of its own")
TOO_LATE = Text("现在不能再公布承诺值", "It is too late to commit to a seed")


def commit(session: Session, skill: Skill, kind: Layer, actor: Actor, now: datetime) -> CodeLayer:
    """Choose a secret seed for a layer and publish its hash: from here on nobody can pick a seed to suit the result."""
    if Role.ENCRYPTION_JUDGE not in actor.roles_on(skill):
        raise Refused(NOT_YOURS)
    if kind not in codes.layers(skill.code_layers):
        raise Refused(NOT_USED.format(title=kind.title))
    if skill.layer(kind) is not None:
        raise Refused(COMMITTED)
    held = next((layer for layer in skill.layers if layer.is_drawn_by(actor)), None)
    if held is not None:
        raise Refused(ONE_EACH.format(title=held.kind.title))
    if not skill.is_in(SkillFlow.planned, *((SkillFlow.drawn, SkillFlow.marking) if kind is Layer.WORK else ())):
        raise Refused(TOO_LATE)
    return begin(session, skill, kind, actor, now, secrets.token_hex(SEED_BYTES))


def begin(session: Session, skill: Skill, kind: Layer, actor: Actor, now: datetime, seed: str) -> CodeLayer:
    """A layer committed to *seed*."""
    layer = CodeLayer(skill=skill, layer=kind.key, drawer_id=actor.account_id, commitment=commitment(seed))
    layer.keep_seed(seed)
    engine.begin(session, layer, actor, now, {"layer": kind.key, "commitment": layer.commitment})
    return layer


# ── effects ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def deal_seats(session: Session, skill: Skill, step: Step) -> None:
    """Effect of the draw: the layer of seats is drawn, and goes on the record of its own."""
    layer = skill.layer(Layer.SEAT)
    if layer is None:  # the guard of the draw has asked for it
        raise Refused(NOT_USED.format(title=Layer.SEAT.title))
    skill.drawn_at = step.now
    engine.fire(session, layer, CodeLayerFlow.draw, step.actor, step.now)


def deal_codes(session: Session, layer: CodeLayer, step: Step) -> None:
    """Each code in the drum that has none gets the next by the committed seed; works that have their codes get their sheets."""
    entries = {queries.inner_code(layer, entry): entry for entry in queries.in_the_drum(session, layer.skill)}
    known = dict(layer.mapping)
    rounds = [*layer.dealt, [inner for inner in entries if inner not in known]]
    dealt = draw_in_rounds(rounds, layer.seed, prefix=layer.prefix)
    for inner in rounds[-1]:
        setattr(entries[inner], f"{layer.layer}_code", dealt[inner])
    layer.keep_mapping([(str(inner), outer) for inner, outer in dealt.items()], [len(each) for each in rounds])
    layer.drawn_at = layer.drawn_at or step.now
    layer.witness_id = layer.sealed_at = None  # what was sealed before somebody came late is sealed anew
    session.flush()
    if layer.skill.is_in(SkillFlow.marking):
        prepare_sheets(session, layer.skill, step)


def note_witness(session: Session, layer: CodeLayer, step: Step) -> None:
    layer.witness_id, layer.sealed_at = step.actor.account_id, step.now


def note_opening(session: Session, layer: CodeLayer, step: Step) -> None:
    layer.opened_at = step.now


def keep_decoding_record(session: Session, skill: Skill, step: Step) -> None:
    """Who decoded, and what: for the record that is signed on paper."""
    chief = queries.who_asked(session, skill)
    skill.decoding = {
        **skill.decoding,
        "at": step.now.isoformat(),
        "arbiter": step.actor.name,
        "chief": chief,
        "layers": [layer.layer for layer in queries.outside_in(skill)],
    }


def note_presence(session: Session, skill: Skill, actor: Actor, names: str, now: datetime) -> None:
    """Who else is in the room while it is decoded."""
    if not actor.roles_on(skill) & {Role.CHIEF_JUDGE, Role.ARBITER} or not skill.is_in(SkillFlow.decoding):
        raise Refused(Text("解密时由裁判长或监督仲裁登记在场人员", "Chief judge or arbiter note who is present, while it is decoded"))
    skill.decoding = {**skill.decoding, "present": names.strip()[:300]}
    audit.record(session, skill, actor, "note_presence", now, comment=names.strip()[:300])


@dataclass(frozen=True, slots=True)
class Pair:
    """Two codes of one layer; in the first layer with the name and organisation behind the number."""

    inner: str
    outer: str
    name: str = ""
    organisation: str = ""


def read(session: Session, layer: CodeLayer, actor: Actor, now: datetime) -> list[Pair]:
    """The mapping, for whoever may know it; that they looked stays on the record.

    In the first layer the name stands beside its number; in the others there is none to show.
    """
    audit.record(session, layer, actor, "read_mapping", now)
    entries = queries.by_number(session, layer.skill) if codes.within(layer.kind, layer.skill.code_layers) is None else {}
    return [_pair(inner, outer, entries.get(inner)) for inner, outer in layer.mapping]


def _pair(inner: str, outer: str, entry: Entry | None) -> Pair:
    if entry is None:
        return Pair(inner, outer)
    return Pair(inner, outer, entry.title, entry.organisation.name if entry.organisation else "")
