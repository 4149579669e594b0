"""Compute every claim of an exported season again, from the policy's own text, with nothing but Python's standard library.

    python3 tools/recompute_rewards.py evidence.json [more.json …]

Written apart from the program it checks: it imports none of it.  Of each claim it reads the facts, and of the policy the conditions, the
amount, the exclusions and the limits; it follows the digests from the text of the policy to the determination, and adds up what was paid.
It prints every difference and ends with 0 when there is none, 1 when there is one, 2 when a file cannot be read.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

FORMAT = "jiangbang-evidence/1"
CENT = Decimal("0.01")
NO_CLAIM = ("draft", "refused", "withdrawn")  # states in which nothing is granted

Facts = dict[str, Any]
Table = dict[str, Any]


class Unknown(ValueError):
    """The policy says something that this script does not know how to apply."""


class Policy:
    """One legal document as data: what its words mean, and its rules."""

    def __init__(self, text: str) -> None:
        content = tomllib.loads(text, parse_float=Decimal)
        self.effective_from: date = content["effective_from"]
        self.attributes: dict[str, Table] = {attribute["name"]: attribute for attribute in content["attribute"]}
        self.rules: dict[str, Table] = {rule["id"]: rule for rule in content["rule"]}

    def value(self, name: str, facts: Facts) -> Any:
        """The fact *name* in the policy's own word for it; None where the case does not tell."""
        attribute = self.attributes[name]
        told = next(
            (facts[key] for key in (name, *attribute.get("also", ())) if facts.get(key) not in (None, "")), attribute.get("default")
        )
        if told is None or attribute["kind"] == "name":
            return told
        if attribute["kind"] == "word":
            spellings = ((word, (word, *named.get("also", ()), named["zh"], named["en"])) for word, named in attribute["values"].items())
            return next((word for word, spelt in spellings if str(told) in spelt), None)
        if attribute["kind"] in ("money", "number"):
            return Decimal(str(told).replace(",", "").removesuffix("元").strip())
        if attribute["kind"] == "date":
            return date.fromisoformat(str(told))
        if attribute["kind"] == "yes_no":
            return told if isinstance(told, bool) else {"true": True, "false": False}[str(told).lower()]
        raise Unknown(f"{name} is a {attribute['kind']}")

    def holds(self, conditions: Table, facts: Facts) -> bool:
        return all(self._meets(name, asked, facts) for name, asked in conditions.items())

    def _meets(self, name: str, asked: Any, facts: Facts) -> bool:
        told = self.value(name, facts)
        if isinstance(asked, list):
            return told in asked
        if not isinstance(asked, dict):
            return bool(told == asked)
        if set(asked) != {"at_least"}:
            raise Unknown(f"the condition on {name}")
        order = list(self.attributes[name].get("values", {}))
        if told is None:
            return False
        return order.index(told) >= order.index(asked["at_least"]) if order else bool(told >= asked["at_least"])

    def amount(self, rule: Table, facts: Facts) -> Decimal | None:
        """What the rule gives in yuan, before its neighbours and its limits are looked at; None where it does not concern the case."""
        if not self.holds(rule["when"], facts) or any(self.holds(bar["when"], facts) for bar in rule.get("bar", ())):
            return None
        found = self._amount(rule["amount"], facts)
        return None if not found else found.quantize(CENT, ROUND_HALF_UP)

    def _amount(self, said: Any, facts: Facts) -> Decimal | None:
        if not isinstance(said, dict):
            return Decimal(said)
        if "table" in said:
            given = said["table"].get(str(self.value(said["by"], facts)))
            return None if given is None else Decimal(given)
        if "match" in said:
            base: Decimal | None = self.value(said["match"], facts)
            share = Decimal(said["ratio"])
        elif "percent" in said:
            base = self.value(said["of"], facts)
            share = Decimal(said["percent"]) / 100
        else:
            raise Unknown(f"an amount of {', '.join(said)}")
        if base is None:
            return None
        return min(base * share, Decimal(said["cap"])) if "cap" in said else base * share

    def is_excluded(self, rule: Table, facts: Facts) -> bool:
        """Whether a rule that stands before this one gives something for the same case."""
        others = (other for other in self.rules.values() if rule["id"] in other.get("excludes", ()))
        return any(self.amount(other, facts) is not None for other in others)

    def happened(self, rule: Table, facts: Facts, claimed: date) -> date:
        day: date | None = self.value(rule["happened"], facts) if "happened" in rule else None
        return day or claimed


class Case:
    """A claim of the export with the determination it rests on."""

    def __init__(self, claim: Table, policies: dict[str, Policy]) -> None:
        self.claim, self.name = claim, f"claim {claim['claim']}"
        self.kept = next(each for each in claim["determinations"] if each["sha256"] == claim["determination"])
        self.record: Table = json.loads(self.kept["record"])
        self.facts: Facts = self.record["facts"]
        self.policy = policies[self.kept["policy"]]
        self.rule = self.policy.rules[claim["rule"]]
        self.on = date.fromisoformat(self.kept["on"])
        self.stands = claim["state"] not in NO_CLAIM and Decimal(claim.get("due") or "1") > 0

    def key(self, names: list[str]) -> tuple[Any, ...]:
        return tuple(self.policy.value(name, self.facts) if name in self.policy.attributes else self.facts.get(name) for name in names)

    def differences(self) -> Iterator[str]:
        """What is wrong with this claim taken by itself."""
        claim = self.claim
        if hashlib.sha256(self.kept["record"].encode()).hexdigest() != claim["determination"]:
            yield "the record of its determination is not the one its digest names"
        due = None if self.policy.is_excluded(self.rule, self.facts) else self.policy.amount(self.rule, self.facts)
        said = None if claim["amount"] is None else Decimal(claim["amount"])
        if due != said:
            yield f"computed {due}, claimed {said}"
        if self.policy.happened(self.rule, self.facts, self.on) < self.policy.effective_from:
            yield "older than the policy"
        if claim["shares"] and sum(Decimal(share["amount"]) for share in claim["shares"]) != said:
            yield "the team's table does not add up"
        yield from self._late()
        yield from self._paid(said)

    def _late(self) -> Iterator[str]:
        for limit in self.rule.get("limit", ()):
            if limit["kind"] != "claim_window":
                continue
            since = self.policy.value(limit["since"], self.facts)
            if since is not None and (self.on.year - since.year) * 12 + self.on.month - since.month > limit["months"]:
                yield f"claimed more than {limit['months']} months after {since}"

    def _paid(self, said: Decimal | None) -> Iterator[str]:
        payment, state = self.claim["payment"], self.claim["state"]
        if (payment is not None) != (state == "paid"):
            yield f"{state}, but {'paid' if payment else 'no payment'}"
        if payment is not None and said is not None and Decimal(payment["amount"]) != said - Decimal(self.claim.get("paid_before", "0")):
            yield f"paid {payment['amount']}, due {said}"
        if payment is not None and self.claim["notice"] is None:
            yield "paid without having been before the public"


def over_the_limit(cases: list[Case]) -> Iterator[str]:
    """Claims that stand beside each other though a limit forbids it."""
    followed = {case.claim.get("supplements") for case in cases if case.stands}
    standing = [case for case in cases if case.stands and case.claim["claim"] not in followed]
    for case in standing:
        earlier = [other for other in standing if other.claim["claim"] < case.claim["claim"] and other.policy is case.policy]
        for limit in case.rule.get("limit", ()):
            if limit["kind"] == "claim_window":
                continue
            of_family = limit.get("of_family", limit["kind"] == "higher_covers")
            alike = [other for other in earlier if _is_alike(case, other, of_family=of_family)]
            same = [other for other in alike if other.key(limit["keys"]) == case.key(limit["keys"])]
            if limit["kind"] == "at_most":
                if limit.get("each_year"):
                    same = [other for other in same if other.on.year == case.on.year]
                if len(same) >= limit["most"]:
                    yield f"{case.name}: {len(same) + 1} for the same {', '.join(limit['keys'])}, at most {limit['most']}"
            elif limit["kind"] == "higher_covers":
                order = list(case.policy.attributes[limit["attribute"]]["values"])
                own = order.index(case.key([limit["attribute"]])[0])
                if any(order.index(other.key([limit["attribute"]])[0]) > own for other in same):
                    yield f"{case.name}: a higher {limit['attribute']} was granted before"
            else:
                raise Unknown(f"the limit {limit['kind']}")


def _is_alike(case: Case, other: Case, *, of_family: bool) -> bool:
    if of_family and "family" in case.rule:
        return bool(other.rule.get("family") == case.rule["family"])
    return bool(other.rule["id"] == case.rule["id"])


def differences(evidence: Table) -> tuple[list[str], Decimal]:
    """Where the export differs from what is computed here, one line each; and what was paid, in yuan."""
    policies = {policy["digest"]: Policy(policy["text"]) for policy in evidence["policies"]}
    found = [
        f"policy {policy['pack']}: its text is not the one its digest names"
        for policy in evidence["policies"]
        if hashlib.sha256(policy["text"].encode()).hexdigest() != policy["digest"]
    ]
    cases = [Case(claim, policies) for claim in evidence["claims"]]
    found += [f"{case.name}: {line}" for case in cases for line in case.differences()]
    found += over_the_limit(cases)
    paid = sum((Decimal(case.claim["payment"]["amount"]) for case in cases if case.claim["payment"]), Decimal("0.00"))
    if paid != Decimal(evidence["total_paid"]):
        found.append(f"paid {paid} in all, the office says {evidence['total_paid']}")
    return found, paid


def main(paths: list[str]) -> int:
    if not paths:
        print(__doc__)
        return 2
    status = 0
    for path in paths:
        try:
            evidence = json.loads(Path(path).read_text(encoding="utf-8"))
            if evidence.get("format") != FORMAT:
                raise ValueError(f"not {FORMAT}")
            found, paid = differences(evidence)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, StopIteration, ArithmeticError) as error:
            print(f"{path}: cannot be read: {error!r}")
            return 2
        print(f"{path}: {len(evidence['claims'])} claims, {paid} yuan paid, {len(found)} differences")
        for line in found:
            print(f"  {line}")
        status = status or int(bool(found))
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
