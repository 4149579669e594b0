"""What this slice adds to the office."""

from __future__ import annotations

from collections.abc import Iterable

from flask import url_for
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.slices import Hit, NavigationEntry, RoleTargets, Slice
from app.registry import queries
from app.registry.views import pages
from app.registry.views.people import OFFICES
from workflows.roles import Scope
from workflows.text import Text

REGISTERS = Text("登记", "Registers")


def search(session: Session, actor: Actor, words: str) -> Iterable[Hit]:
    if not actor.is_signed_in:
        return
    for organisation in session.scalars(queries.organisations(words).limit(10)):
        url = url_for("registry.organisation", id=organisation.id)
        yield Hit(Text("单位", "Organisation"), organisation.name, organisation.credit_code, url)
    for person in session.scalars(queries.people(actor, words).limit(10)):
        yield Hit(Text("人员", "Person"), person.name, person.id_number_masked, url_for("registry.person", id=person.id))


REGISTRY = Slice(
    "registry",
    blueprints=(pages,),
    navigation=(
        NavigationEntry(Text("我的档案", "My record"), "registry.me", "person-vcard", signed_in=True),
        NavigationEntry(Text("人员", "People"), "registry.people", "person-lines-fill", OFFICES, REGISTERS),
        NavigationEntry(Text("单位", "Organisations"), "registry.organisations", "building", signed_in=True, group=REGISTERS),
        NavigationEntry(Text("职业", "Occupations"), "registry.occupations", "tools", group=REGISTERS),
        NavigationEntry(Text("技能等级", "Skill levels"), "registry.levels", "bar-chart-steps", group=REGISTERS),
        NavigationEntry(Text("行政区划", "Divisions"), "registry.divisions", "geo-alt", group=REGISTERS),
    ),
    search=search,
    role_targets=(RoleTargets(Scope.ORGANISATION, queries.find_organisations, queries.organisation_name),),
    action_titles={"import_list": Text("导入官方目录", "Official list imported")},
)
