"""A marking scheme as stored: criteria, sub criteria, aspects.  A locked scheme is never changed; a change is a new version."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.actor import Actor, Within
from app.core.db import Base, Json, Scaled, UtcDateTime
from app.registry.models import Occupation, Organisation
from workflows.competition import methods
from workflows.competition import scheme as rulebook
from workflows.competition.aspects import PLACES, AspectType, Method
from workflows.roles import Role, Scope


def new_key() -> str:
    """What tells an aspect or a sub criterion from all others, and stays with it when the scheme gets a new version."""
    return secrets.token_hex(8)


@lru_cache(maxsize=4096)
def _method_in(text: str) -> Method:
    return methods.method_from(json.loads(text))


class MethodColumn(sa.TypeDecorator[Method]):
    """A `Method`, kept as JSON text: equal methods are one text, and one value in memory."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Method | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else json.dumps(methods.data_of(value), ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Method | None:
        return None if value is None else _method_in(value)


class MarkingScheme(Base):
    """One version of a scheme.  `standards` lists the sections of the occupational standard with their weights.

    `max_aspect_mark` (None: no limit) and `max_variation` are what its rules allow.  `previous` is the version it was made from, for
    `reason`.  A scheme that is released may be read, practised on and copied by every organisation.
    """

    __tablename__ = "marking_scheme"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "name", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(160))
    number: Mapped[int] = mapped_column(default=1)
    standards: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    source: Mapped[str] = mapped_column(sa.String(160), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    locked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    occupation_code: Mapped[str | None] = mapped_column(sa.ForeignKey("occupation.code"))
    max_aspect_mark: Mapped[Decimal | None] = mapped_column(Scaled(2))
    max_variation: Mapped[Decimal] = mapped_column(Scaled(2), default=rulebook.MAX_VARIATION)
    previous_id: Mapped[int | None] = mapped_column(sa.ForeignKey("marking_scheme.id"))
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    released_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    occupation: Mapped[Occupation | None] = relationship()
    previous: Mapped[MarkingScheme | None] = relationship(remote_side=[id])
    criteria: Mapped[list[Criterion]] = relationship(
        back_populates="scheme", order_by="Criterion.position", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def is_locked(self) -> bool:
        return self.locked_at is not None

    @property
    def scopes(self) -> tuple[Within, ...]:
        return ((Scope.ORGANISATION, self.organisation_id),)

    def own_roles(self, actor: Actor) -> tuple[Role, ...]:
        return ()

    @property
    def title(self) -> str:
        return f"{self.name}（第 {self.number} 版）"

    @property
    def rules(self) -> rulebook.MarkingScheme:
        """The scheme as the rulebook reads it."""
        sections = tuple(rulebook.Section(s["id"], s["name"], None if s["marks"] is None else Decimal(s["marks"])) for s in self.standards)
        criteria = tuple(criterion.rules for criterion in self.criteria)
        return rulebook.MarkingScheme(self.name, criteria, sections, self.max_aspect_mark, self.max_variation)

    @property
    def max_mark(self) -> Decimal:
        return sum((aspect.max_mark for aspect in self.aspects), Decimal("0.00"))

    @property
    def sub_criteria(self) -> list[SubCriterion]:
        return [sub for criterion in self.criteria for sub in criterion.sub_criteria]

    @property
    def aspects(self) -> list[Aspect]:
        return [aspect for sub in self.sub_criteria for aspect in sub.aspects]


class SchemeDraft(Base):
    """A workbook that was looked through and waits for its sender to take it over, so that it need not be chosen twice."""

    __tablename__ = "scheme_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    name: Mapped[str] = mapped_column(sa.String(160), default="")
    filename: Mapped[str] = mapped_column(sa.String(200))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)
    is_partial: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Criterion(Base):
    """A module.  `mark` is what its heading states; `weight` its share of practice in per cent, where modules count by weight."""

    __tablename__ = "criterion"
    __table_args__ = (sa.UniqueConstraint("scheme_id", "letter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    scheme_id: Mapped[int] = mapped_column(sa.ForeignKey("marking_scheme.id"), index=True)
    position: Mapped[int]
    letter: Mapped[str] = mapped_column(sa.String(4))
    name: Mapped[str] = mapped_column(sa.String(200))
    mark: Mapped[Decimal] = mapped_column(Scaled(2))
    weight: Mapped[Decimal | None] = mapped_column(Scaled(2))

    scheme: Mapped[MarkingScheme] = relationship(back_populates="criteria")
    sub_criteria: Mapped[list[SubCriterion]] = relationship(
        back_populates="criterion", order_by="SubCriterion.position", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def rules(self) -> rulebook.Criterion:
        return rulebook.Criterion(self.letter, self.name, tuple(sub.rules for sub in self.sub_criteria), self.mark, self.weight)

    @property
    def max_mark(self) -> Decimal:
        """What its aspects add up to."""
        return sum((sub.max_mark for sub in self.sub_criteria), Decimal("0.00"))


class SubCriterion(Base):
    """What one marking sheet covers, on which day, and the team that marks it.  `key` stays the same from version to version.

    `marked_at` is "seat" where the process is marked at the bench, else the outermost code counts.
    """

    __tablename__ = "sub_criterion"
    __table_args__ = (sa.UniqueConstraint("criterion_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("criterion.id"), index=True)
    position: Mapped[int]
    code: Mapped[str] = mapped_column(sa.String(10))
    name: Mapped[str] = mapped_column(sa.String(300))
    day: Mapped[int] = mapped_column(default=1)
    team: Mapped[str] = mapped_column(sa.String(60), default="")
    marked_at: Mapped[str] = mapped_column(sa.String(8), default="")
    key: Mapped[str] = mapped_column(sa.String(16), default=new_key)

    criterion: Mapped[Criterion] = relationship(back_populates="sub_criteria")
    aspects: Mapped[list[Aspect]] = relationship(
        back_populates="sub_criterion", order_by="Aspect.position", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def rules(self) -> rulebook.SubCriterion:
        aspects = tuple(aspect.rules for aspect in self.aspects)
        return rulebook.SubCriterion(self.code, self.name, self.day, aspects, self.team, self.marked_at, self.key)

    @property
    def max_mark(self) -> Decimal:
        return sum((aspect.max_mark for aspect in self.aspects), Decimal("0.00"))


class Aspect(Base):
    """One thing that is marked, by `method`.  `benchmarks`: what the scores 0–3 of a judgement mean, in that order.

    `position` counts from 1 and is the number in its code: "A1.3".  A time or a count of errors may be worth nothing: it breaks ties.
    `key` stays the same from version to version.  `reference` is the value the author would give the work of the practice sheet.
    """

    __tablename__ = "aspect"
    __table_args__ = (
        sa.UniqueConstraint("sub_criterion_id", "position"),
        sa.CheckConstraint("max_mark >= 0", name="max_mark"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sub_criterion_id: Mapped[int] = mapped_column(sa.ForeignKey("sub_criterion.id"), index=True)
    position: Mapped[int]
    method: Mapped[Method] = mapped_column(MethodColumn)
    description: Mapped[str] = mapped_column(sa.Text)
    extra: Mapped[str] = mapped_column(sa.Text, default="")
    requirement: Mapped[str] = mapped_column(sa.Text, default="")
    section: Mapped[str] = mapped_column(sa.String(10), default="")
    max_mark: Mapped[Decimal] = mapped_column(Scaled(2))
    benchmarks: Mapped[list[str]] = mapped_column(Json, default=list)
    reference: Mapped[Decimal | None] = mapped_column(Scaled(PLACES))
    reference_note: Mapped[str] = mapped_column(sa.Text, default="")
    key: Mapped[str] = mapped_column(sa.String(16), default=new_key)

    sub_criterion: Mapped[SubCriterion] = relationship(back_populates="aspects")

    @property
    def type(self) -> AspectType:
        return self.method.type

    @property
    def kind(self) -> str:
        """`measurement`, `judgement`, `scores`, `time` or `errors`."""
        return self.type.name.lower()

    @property
    def meanings(self) -> Sequence[str]:
        """The words for the scores 0 to 3."""
        return self.benchmarks

    @property
    def code(self) -> str:
        return f"{self.sub_criterion.code}.{self.position}"

    @property
    def rules(self) -> rulebook.Aspect:
        benchmarks = tuple(rulebook.Benchmark(score, text) for score, text in enumerate(self.benchmarks) if text)
        return rulebook.Aspect(
            self.method,
            self.description,
            self.max_mark,
            self.section,
            self.extra,
            self.requirement,
            benchmarks,
            reference=self.reference,
            reference_note=self.reference_note,
            key=self.key,
        )
