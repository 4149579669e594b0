"""A policy pack applied to a case: which rules grant how much, and for every rule why, or why not.

    pack = load("workflows/rewards/packs/tonglu/2021-7.toml")
    decision = determine(pack, {"achievement": "competition_award", "level": "municipal", "prize_received": "5000"}, date(2026, 3, 2))
    decision.granted     # (("prize-match", Decimal("5000.00")),)
    decision.findings    # every rule of the pack: clause, quote, inputs, steps, amount or reason

**Facts** are a plain mapping of the attributes that the pack declares (`pack.attributes` names them, with their values and other
spellings); a missing fact is a reasoned refusal.  `history`, known to every pack, lists the earlier grants (see `limits`).
**on** is the day the case is claimed.  What is in force is decided by the day a rule names in `happened` (of the award, of the
certificate), or by `on` where the facts do not tell that day.

One evaluator serves both the single claim and the million-row run: every rule is compiled to plain functions when the pack is
loaded, a reason is a function until somebody reads it, and findings are worked out when asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from workflows.clauses.facts import Attribute, Facts, Member, Refusal, known, refuse_floats
from workflows.clauses.money import to_fen
from workflows.clauses.sections import PackError
from workflows.rewards.instalments import Instalment, equal_instalments
from workflows.rewards.limits import Case, Grant, is_same
from workflows.rewards.pack import Pack, Rule
from workflows.rewards.pack_file import load
from workflows.text import Text

__all__ = ["Determination", "Finding", "Input", "Pack", "PackError", "determine", "load"]


@dataclass(frozen=True)
class Input:
    """A fact that a rule read, with its value in words."""

    name: str
    title: Text
    value: Any
    shown: Text


@dataclass(frozen=True)
class Finding:
    """What one rule says of the case: granted with its arithmetic, or refused with its reason."""

    rule: str
    title: Text
    document: str
    clause: str
    quote: str
    pays: str
    granted: bool
    amount: Decimal | None
    reason: Text | None
    inputs: tuple[Input, ...]
    steps: tuple[Text, ...]
    shares: tuple[tuple[str, Decimal], ...] = ()
    instalments: tuple[Instalment, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """Plain values that JSON can carry; amounts as text, so that no digit is lost."""
        return {
            "rule": self.rule,
            "title": _record(self.title),
            "document": self.document,
            "clause": self.clause,
            "quote": self.quote,
            "pays": self.pays,
            "granted": self.granted,
            "amount": _record(self.amount),
            "reason": _record(self.reason),
            "inputs": [
                {"name": given.name, "title": _record(given.title), "value": _record(given.value), "shown": _record(given.shown)}
                for given in self.inputs
            ],
            "steps": [_record(step) for step in self.steps],
            "shares": _record(self.shares),
            "instalments": [{"due": _record(part.due), "amount": _record(part.amount)} for part in self.instalments],
        }


@dataclass(frozen=True)
class Determination:
    """What a pack says of a case.  `granted` is known at once; `findings` are worked out when read."""

    pack: Pack
    facts: Facts
    on: date
    granted: tuple[tuple[str, Decimal], ...]
    outcomes: Mapping[str, Decimal | Refusal] = field(repr=False)

    @property
    def total(self) -> Decimal:
        """Everything granted, in yuan."""
        return sum((amount for _, amount in self.granted), Decimal(0))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every rule of the pack, in the order of the document."""
        return tuple(self._finding(rule) for rule in self.pack.rules)

    def finding(self, rule: str) -> Finding:
        """What that rule says; raises `KeyError`."""
        return self._finding(self.pack.rule(rule))

    def as_record(self) -> dict[str, Any]:
        """All that is needed to explain the decision again, byte for byte: pack and digest, day, facts, findings.  JSON can carry it."""
        return {
            "pack": self.pack.id,
            "digest": self.pack.digest,
            "document_no": self.pack.document_no,
            "on": _record(self.on),
            "facts": _record(self.facts),
            "granted": _record(self.granted),
            "findings": [finding.as_record() for finding in self.findings],
        }

    def _finding(self, rule: Rule) -> Finding:
        outcome = self.outcomes.get(rule.id)
        if outcome is None:
            outcome = rule.claim(self.facts, self.on)
        granted = isinstance(outcome, Decimal)
        shares = rule.shares(self.facts, outcome) if isinstance(outcome, Decimal) else ()
        return Finding(
            rule=rule.id,
            title=rule.title,
            document=rule.document,
            clause=rule.clause,
            quote=rule.quote,
            pays=rule.pays,
            granted=granted,
            amount=outcome if isinstance(outcome, Decimal) else None,
            reason=None if isinstance(outcome, Decimal) else outcome(),
            inputs=tuple(self._input(attribute) for attribute in rule.attributes),
            steps=tuple(self._steps(rule, outcome)) if isinstance(outcome, Decimal) else (),
            shares=() if callable(shares) else shares,
            instalments=tuple(equal_instalments(outcome, self.on, rule.instalments))
            if isinstance(outcome, Decimal) and rule.instalments > 1
            else (),
        )

    def _input(self, attribute: Attribute) -> Input:
        value = known(attribute, self.facts)
        return Input(attribute.name, attribute.title, value, attribute.shown(value))

    def _steps(self, rule: Rule, amount: Decimal) -> list[Text]:
        history = _history(self.facts)
        case = Case(rule.id, rule.family, self.facts, self.on, self.pack.families)
        steps = [condition.met(self.facts) for condition in rule.when]
        steps += rule.amount.steps(self.facts)
        steps += [limit.step(case, history) for limit in rule.limits]
        full = to_fen(rule.amount.of(self.facts))  # type: ignore[arg-type]  # a granted rule has an amount
        if full != amount:
            steps.append(
                Text("就高补差：{full} 元减已享受 {paid} 元", "Topped up: {full} yuan less {paid} yuan granted before").format(
                    full=full, paid=full - amount
                )
            )
        steps.append(Text("应发 {amount} 元", "Due: {amount} yuan").format(amount=amount))
        return steps


def determine(pack: Pack, facts: Facts, on: date) -> Determination:
    """Apply *pack* to the case claimed on the day *on*.

    Raises `TypeError` where *facts* holds a float: amounts are `Decimal`, `int` or text.  Anything else that is missing or cannot
    be read is a reason for refusal.
    """
    refuse_floats(facts)
    facts = dict(facts)
    history = _history(facts)
    outcomes: dict[str, Decimal | Refusal] = {}
    claims = {rule: rule.claim(facts, on) for rule in pack.concerning(facts)}
    for rule, claim in claims.items():
        outcomes[rule.id] = claim if callable(claim) else _outcome(pack, rule, claim, claims=claims, facts=facts, on=on, history=history)
    for group in pack.groups:
        amounts = {id: amount for id in outcomes if id in group.rules and isinstance(amount := outcomes[id], Decimal)}
        if amounts:
            outcomes.update(group.settle(amounts, facts, history))
    granted = tuple((rule.id, amount) for rule in claims if isinstance(amount := outcomes[rule.id], Decimal))
    return Determination(pack, facts, on, granted, outcomes)


def _outcome(
    pack: Pack,
    rule: Rule,
    amount: Decimal,
    *,
    claims: Mapping[Rule, Decimal | Refusal],
    facts: Facts,
    on: date,
    history: tuple[Grant, ...],
) -> Decimal | Refusal:
    """A claim after its neighbours, its limits and its team's table have been looked at."""
    for excluder in pack.excluders(rule):
        if isinstance(claims.get(excluder), Decimal) or any(
            grant.get("rule") == excluder.id and is_same(excluder.identity, grant, facts) for grant in history
        ):
            return partial(_excluded, excluder)
    refusal = rule.held_back(facts, on, history, pack.families)
    if refusal is not None:
        return refusal
    amount = to_fen(amount)
    shares = rule.shares(facts, amount)
    return shares if callable(shares) else amount


def _excluded(excluder: Rule) -> Text:
    return Text("已适用“{title}”（{clause}），不重复享受", "“{title}” ({clause}) applies and is not combined with this").format(
        title=excluder.title, clause=excluder.clause
    )


def _history(facts: Facts) -> tuple[Grant, ...]:
    history = facts.get("history")
    if not history:
        return ()
    if isinstance(history, Mapping | str) or not all(isinstance(grant, Mapping) for grant in history):
        raise TypeError("facts.history is a list of earlier grants, each a mapping with at least its rule")
    return tuple(history)


def _record(value: Any) -> Any:
    """Plain values for JSON: amounts and days as text, texts in both languages."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Mapping):
        return {str(key): _record(inner) for key, inner in value.items()}
    if isinstance(value, Member):
        return {"name": value.name, "share": _record(value.share)}
    if isinstance(value, list | tuple):
        return [_record(inner) for inner in value]
    return str(value)
