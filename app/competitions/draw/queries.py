"""What is known of the codes, and to whom."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from app.competitions.models import CodeLayer, Entry, EntryMember, Skill
from app.core import audit
from app.core.actor import Actor
from app.core.errors import NotFound
from workflows.competition import codes
from workflows.competition.code_flow import CodeLayerFlow
from workflows.competition.codes import Layer
from workflows.competition.conflicts import BLIND
from workflows.competition.entry_flow import EntryFlow
from workflows.competition.skill_flow import SkillFlow
from workflows.roles import Role

OPENED = (SkillFlow.decoded, SkillFlow.publicity, SkillFlow.final)
WITNESSES = (Role.ENCRYPTION_JUDGE, Role.ARBITER, Role.ORGANISER)


def visible_layers(actor: Actor) -> sa.Select[CodeLayer]:
    """That a layer exists is no secret to those who draw, witness or organise; what it holds is another matter."""
    query = sa.select(CodeLayer).join(Skill, Skill.id == CodeLayer.skill_id).order_by(CodeLayer.id)
    if actor.reads_everything:
        return query
    return query.where(Skill.competition_id.in_(actor.ids(Role.ENCRYPTION_JUDGE, Role.ARBITER)))


def is_open(layer: CodeLayer) -> bool:
    """Whether a layer lies open to everybody: when its skill is decoded, not before."""
    return layer.skill.is_in(*OPENED) and layer.is_in(CodeLayerFlow.opened)


def may_read(actor: Actor, layer: CodeLayer) -> bool:
    """Whoever drew a layer reads it, nobody else before the decoding; and nobody who marks."""
    if layer.sealed_mapping is None:
        return False
    if is_open(layer):
        return True
    mine = actor.roles_on(layer.skill)
    return layer.is_drawn_by(actor) and Role.ENCRYPTION_JUDGE in mine and not mine & BLIND


def readable(actor: Actor, skill: Skill, key: str) -> CodeLayer:
    """The layer, for whoever may read it."""
    layer = next((layer for layer in skill.layers if layer.layer == key), None)
    if layer is None or not may_read(actor, layer):
        raise NotFound
    return layer


def inside_out(skill: Skill) -> list[tuple[Layer, CodeLayer | None]]:
    """Every layer the skill uses, with its row once there is one."""
    return [(kind, skill.layer(kind)) for kind in codes.layers(skill.code_layers)]


def outside_in(skill: Skill) -> list[CodeLayer]:
    """The layers there are, in the order of the decoding."""
    return [layer for _, layer in reversed(inside_out(skill)) if layer is not None]


def inner_code(layer: CodeLayer, entry: Entry) -> str:
    """What *entry* is called beneath *layer*."""
    beneath = codes.within(layer.kind, layer.skill.code_layers)
    return str(getattr(entry, f"{beneath.key}_code") if beneath else entry.number or "")


def in_the_drum(session: Session, skill: Skill) -> list[Entry]:
    """The entries that will be drawn: whoever is checked in."""
    query = sa.select(Entry).where(Entry.skill_id == skill.id, Entry.is_in(EntryFlow.checked_in)).order_by(Entry.number)
    return list(session.scalars(query))


def by_number(session: Session, skill: Skill) -> dict[str, Entry]:
    """The entries of *skill* by their numbers, with whoever is in them."""
    query = sa.select(Entry).where(Entry.skill_id == skill.id, Entry.number.is_not(None))
    query = query.options(joinedload(Entry.organisation), selectinload(Entry.members).joinedload(EntryMember.person))
    return {entry.number or "": entry for entry in session.scalars(query)}


def who_asked(session: Session, skill: Skill) -> str:
    """The chief judge who asked for the decoding."""
    asked = [event for event in audit.history(session, skill) if event.action == SkillFlow.request_decoding.name]
    return asked[-1].actor_name if asked else ""
