"""A policy pack: one legal document as rules that have checked themselves.

A rule is compiled to plain functions when it is made; what it answers is an amount, or a function that words the reason why not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from workflows.clauses.conditions import Condition
from workflows.clauses.facts import Attribute, Facts, Member, Refusal, Unreadable, known
from workflows.clauses.sources import OpenQuestion, Source
from workflows.rewards.amounts import Amount
from workflows.rewards.limits import AtMost, Case, Grant, Group, Limit
from workflows.rewards.split import split, split_equally
from workflows.text import Text

PAYEES = ("competitor", "expert_team", "enterprise", "person", "studio")


@dataclass(frozen=True)
class Bar:
    """A condition that shuts a rule when the facts are known to meet it; facts that do not speak of it leave the rule open."""

    conditions: tuple[Condition, ...]
    reason: Text
    source: Source

    def stands(self, facts: Facts) -> bool:
        return all(condition.refusal(facts) is None for condition in self.conditions)  # a missing fact refuses: the bar stays open

    def worded(self) -> Text:
        return Text("{reason}；依据：{source}", "{reason}; source: {source}").format(reason=self.reason, source=self.source.cited())


@dataclass(frozen=True, eq=False)
class Rule:
    """One clause that grants money: when, how much, to whom, how often."""

    id: str
    title: Text
    clause: str
    quote: str
    when: tuple[Condition, ...]
    amount: Amount
    pays: str
    document: str
    family: str
    limits: tuple[Limit, ...] = ()
    bars: tuple[Bar, ...] = ()
    excludes: tuple[str, ...] = ()
    group: str | None = None
    happened: Attribute | None = None
    members: Attribute | None = None
    instalments: int = 1
    suspended_by: OpenQuestion | None = None
    effective_from: date = date.min
    effective_to: date = date.max
    attributes: tuple[Attribute, ...] = field(init=False)

    def __post_init__(self) -> None:
        if self.pays not in PAYEES:
            raise ValueError(f"pays: one of {', '.join(PAYEES)}, not {self.pays!r}")
        if not self.when:
            raise ValueError("when: a rule says when it applies")
        if self.instalments < 1:
            raise ValueError("instalments: at least one")
        used = [condition.attribute for condition in self.when]
        used += [*self.amount.attributes, *(a for limit in self.limits for a in limit.attributes)]
        used += [condition.attribute for bar in self.bars for condition in bar.conditions]
        used += [attribute for attribute in (self.happened, self.members) if attribute]
        object.__setattr__(self, "attributes", tuple(dict.fromkeys(used)))

    @property
    def identity(self) -> tuple[Attribute, ...]:
        """What tells one grant of this rule from another: the keys of its once-and-for-all limit."""
        return next((limit.keys for limit in self.limits if isinstance(limit, AtMost) and not limit.each_year), ())

    def claim(self, facts: Facts, on: date) -> Decimal | Refusal:
        """What the rule grants before limits and neighbours are looked at, or why it does not apply."""
        for condition in self.when:
            refusal = condition.refusal(facts)
            if refusal is not None:
                return refusal
        shut = self._shut(facts, on)
        if shut is not None:
            return shut
        amount = self.amount.of(facts)
        return amount if callable(amount) or amount > 0 else self._nothing

    def held_back(self, facts: Facts, on: date, history: tuple[Grant, ...], families: Mapping[str, str]) -> Refusal | None:
        """Why a limit stands in the way of a claim that would otherwise be granted; None where none does."""
        if not self.limits:
            return None
        case = Case(self.id, self.family, facts, on, families)
        for limit in self.limits:
            refusal = limit.refusal(case, history)
            if refusal is not None:
                return refusal
        return None

    def shares(self, facts: Facts, amount: Decimal) -> tuple[tuple[str, Decimal], ...] | Refusal:
        """What each member of a team gets: equal parts, or as their table says, which must add up.  Empty where nobody is named."""
        try:
            members: tuple[Member, ...] = (self.members.of(facts) if self.members else None) or ()
        except Unreadable as unreadable:
            return unreadable.reason
        if not members:
            return ()
        given = [member.share for member in members if member.share is not None]
        try:
            if given and len(given) != len(members):
                raise ValueError("some members have a share and some have none")
            amounts = split(amount, given) if given else split_equally(amount, len(members))
        except ValueError:
            return partial(self._table_is_off, amount, sum(given, Decimal(0)), len(members) - len(given) if given else 0)
        return tuple((member.name, part) for member, part in zip(members, amounts, strict=True))

    def _shut(self, facts: Facts, on: date) -> Refusal | None:
        """Why the rule is shut to a case that meets its conditions: suspended, not in force on the day it happened, or barred."""
        if self.suspended_by is not None:
            return self._suspended
        try:
            day = (self.happened.of(facts) if self.happened else None) or on
        except Unreadable as unreadable:
            return unreadable.reason
        if not self.effective_from <= day <= self.effective_to:
            return partial(self._not_in_force, day)
        for bar in self.bars:
            if bar.stands(facts):
                return bar.worded
        return None

    def _suspended(self) -> Text:
        assert self.suspended_by is not None
        return Text("条款口径未定，暂不发放：{q}", "Suspended until a question is decided: {q}").format(q=self.suspended_by.question)

    def _not_in_force(self, day: date) -> Text:
        return Text("{day} 条款未施行或已失效（{begins} 起{until}）", "The clause is not in force on {day} (from {begins}{until})").format(
            day=day,
            begins=self.effective_from,
            until="" if self.effective_to == date.max else Text(f"，至 {self.effective_to}", f" to {self.effective_to}"),
        )

    def _nothing(self) -> Text:
        return Text("按条款计算的金额为零", "The clause comes to nothing here")

    def _table_is_off(self, amount: Decimal, together: Decimal, without_share: int) -> Text:
        if without_share:
            return Text("团队分配表有 {n} 人未填份额", "The team's table leaves {n} members without a share").format(n=without_share)
        return Text(
            "团队分配表合计 {together}，须等于 {amount} 元（或比例合计为 1）",
            "The team's table adds up to {together}; it must be {amount} yuan (or parts of one)",
        ).format(together=together, amount=amount)


@dataclass(frozen=True)
class Pack:
    """One legal document as data.  `digest` is the SHA-256 of the file it was read from."""

    id: str
    title: Text
    document_no: str
    issuer: str
    effective_from: date
    effective_to: date | None
    attributes: Mapping[str, Attribute]
    rules: tuple[Rule, ...]
    groups: tuple[Group, ...]
    open_questions: tuple[OpenQuestion, ...]
    digest: str
    families: Mapping[str, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_id = {rule.id: rule for rule in self.rules}
        if len(by_id) != len(self.rules):
            raise ValueError("rule: two rules have the same id")
        for rule in self.rules:
            for other in rule.excludes:
                if other not in by_id or other == rule.id:
                    raise ValueError(f"rule {rule.id}: excludes: no other rule is called {other!r}")
        object.__setattr__(self, "families", {rule.id: rule.family for rule in self.rules})
        excluders = {rule.id: tuple(other for other in self.rules if rule.id in other.excludes) for rule in self.rules}
        object.__setattr__(self, "_excluders", excluders)
        object.__setattr__(self, "_by_achievement", self._sorted_by_achievement())

    def rule(self, id: str) -> Rule:
        """The rule of that id; raises `KeyError`."""
        return next((rule for rule in self.rules if rule.id == id), None) or self._unknown(id)

    def excluders(self, rule: Rule) -> tuple[Rule, ...]:
        """The rules beside which this one grants nothing."""
        found: tuple[Rule, ...] = self._excluders[rule.id]  # type: ignore[attr-defined]
        return found

    def speaks_of(self, facts: Facts) -> bool:
        """Whether the document knows such a kind of achievement at all; an honour is none of a document about prizes."""
        kind = self.attributes.get("achievement")
        return kind is None or known(kind, facts) is not None

    def concerning(self, facts: Facts) -> tuple[Rule, ...]:
        """The rules that the kind of achievement does not rule out at once."""
        kind = self.attributes.get("achievement")
        by_kind: Mapping[Any, tuple[Rule, ...]] = self._by_achievement  # type: ignore[attr-defined]
        return self.rules if kind is None else by_kind.get(known(kind, facts), by_kind[None])

    def _sorted_by_achievement(self) -> dict[str | None, tuple[Rule, ...]]:
        kind = self.attributes.get("achievement")

        def takes(rule: Rule, word: str | None) -> bool:
            asked = [condition for condition in rule.when if condition.attribute is kind and condition.values]
            return not asked or any(word in condition.values for condition in asked)

        return {word: tuple(rule for rule in self.rules if takes(rule, word)) for word in [None, *(kind.words if kind else ())]}

    def _unknown(self, id: str) -> Rule:
        raise KeyError(f"{self.id} has no rule {id!r}")
