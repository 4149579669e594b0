"""What a slice tells the office about itself, as one value listed in `create_app`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint
from sqlalchemy.orm import Session

from app.core.actor import Actor, Within
from workflows.roles import Role, Scope
from workflows.text import Text
from workflows.workflow import Step, Transition

Effect = Callable[[Session, Any, Step], None]
Delivery = Callable[[Session, dict[str, Any], datetime], None]


@dataclass(frozen=True)
class Subject:
    """A model that goes through a workflow, and how the rest of the office finds its rows.

    `visible(actor)` selects exactly the rows *actor* may see: every page, action and API answer loads
    through it.  `endpoint` shows one row (argument `id`, or what `address(row)` returns).
    """

    model: Any
    visible: Callable[[Actor], sa.Select[Any]]
    endpoint: str
    title: Callable[[Any], str]
    address: Callable[[Any], dict[str, Any]] = lambda row: {"id": row.id}

    @property
    def kind(self) -> str:
        return str(self.model.__tablename__)


@dataclass(frozen=True)
class NavigationEntry:
    """A line of the main navigation, shown to whoever holds one of `roles` (empty: to everyone)."""

    title: Text
    endpoint: str
    icon: str
    roles: tuple[Role, ...] = ()
    group: Text | None = None
    signed_in: bool = False


@dataclass(frozen=True)
class Hit:
    """One thing the search found."""

    kind: Text
    title: str
    hint: str
    url: str


@dataclass(frozen=True)
class RoleTargets:
    """What the roles of one scope can be held on: found by words, named, and what it lies within itself."""

    scope: Scope
    find: Callable[[Session, str], Iterable[tuple[int, str]]]
    name: Callable[[Session, int], str | None]
    within: Callable[[Session, int], Iterable[Within]] = lambda _session, _id: ()


@dataclass(frozen=True)
class Panel:
    """A part of the home page: a template of the slice, and what it shows."""

    template: str
    content: Mapping[str, Any]


def _no_panels(_session: Session, _actor: Actor, _now: datetime) -> Iterable[Panel]:
    return ()


def _no_dossier(_session: Session, _actor: Actor, _person_id: int) -> Iterable[Panel]:
    return ()


@dataclass(frozen=True)
class Slice:
    """Everything a slice adds to the office.  Nothing is discovered, all of it is listed here.

    `panels` are parts of the home page, `dossier` parts of a person's record (their id is the third argument).
    `action_titles` are the words for what the slice puts on the audit record outside any workflow.
    """

    name: str
    blueprints: tuple[Blueprint, ...] = ()
    subjects: tuple[Subject, ...] = ()
    effects: Mapping[Transition, tuple[Effect, ...]] = field(default_factory=dict)
    deliveries: Mapping[str, tuple[Delivery, ...]] = field(default_factory=dict)
    jobs: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    navigation: tuple[NavigationEntry, ...] = ()
    search: Callable[[Session, Actor, str], Iterable[Hit]] | None = None
    panels: Callable[[Session, Actor, datetime], Iterable[Panel]] = _no_panels
    dossier: Callable[[Session, Actor, int], Iterable[Panel]] = _no_dossier
    role_targets: tuple[RoleTargets, ...] = ()
    action_titles: Mapping[str, Text] = field(default_factory=dict)


_installed: dict[str, Slice] = {}


def install(slices: Iterable[Slice]) -> None:
    """Make *slices* the ones this process runs."""
    _installed.clear()
    _installed.update({s.name: s for s in slices})


def installed() -> Iterable[Slice]:
    return _installed.values()


def subjects() -> Iterable[Subject]:
    return (subject for s in installed() for subject in s.subjects)


def subject_of(row_or_kind: Any) -> Subject | None:
    """The `Subject` of a row, or of a kind by its table name."""
    kind = row_or_kind if isinstance(row_or_kind, str) else row_or_kind.__tablename__
    return next((subject for subject in subjects() if subject.kind == kind), None)


def effects_of(transition: Transition) -> Sequence[Effect]:
    return [effect for s in installed() for effect in s.effects.get(transition, ())]


def deliveries_of(topic: str) -> Iterable[tuple[str, Delivery]]:
    """The handlers of *topic*, each with the name its job carries."""
    return ((f"{topic}>{s.name}.{handler.__name__}", handler) for s in installed() for handler in s.deliveries.get(topic, ()))


def delivery_named(name: str) -> Delivery:
    topic = name.partition(">")[0]
    return next(handler for key, handler in deliveries_of(topic) if key == name)


def job_named(name: str) -> Callable[..., Any] | None:
    return next((s.jobs[name] for s in installed() if name in s.jobs), None)


def role_targets_of(scope: Scope) -> RoleTargets | None:
    """What roles of *scope* can be held on; None for the system itself, which is one."""
    return next((targets for s in installed() for targets in s.role_targets if targets.scope is scope), None)


def action_title(action: str) -> Text | None:
    return next((s.action_titles[action] for s in installed() if action in s.action_titles), None)
