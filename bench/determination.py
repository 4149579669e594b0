"""A determination by the policy engine, beside a function written by hand that gives the same amount."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.harness import Effort, Row, in_turns, microseconds, timed
from workflows.rewards import policy

PACK = Path(policy.__file__).parent / "packs" / "tonglu" / "2021-7.toml"
ON = date(2026, 3, 2)
FACTS: dict[str, Any] = {
    "achievement": "competition_award",
    "level": "municipal",
    "award": "first",
    "awarded_on": date(2026, 2, 20),
    "prize_received": "5000",
}

FROM_MUNICIPAL_UP = {"municipal", "provincial", "national", "national_1", "national_2", "world"}
IN_FORCE = (date(2021, 5, 1), date(2031, 12, 31))
COMPILED = (
    "the rules are data: every rule that could grant or exclude is asked, each of its conditions is a function call, floats are "
    "refused, and the reason of each refusal is kept; the reference knows one rule by heart and could explain nothing"
)
EXPLAINED = (
    "the engine says of all eleven rules of the pack why, or why not, in two languages, with clause, quote, inputs and steps; the "
    "reference explains the one rule that grants"
)


def by_hand(facts: dict[str, Any], on: date) -> Decimal | None:
    """The 1:1 match of document 7 of 2021, as somebody in a hurry would write it."""
    if facts["achievement"] != "competition_award" or facts["level"] not in FROM_MUNICIPAL_UP:
        return None
    if not IN_FORCE[0] <= facts["awarded_on"] <= IN_FORCE[1] or facts["awarded_on"] > on:
        return None
    return Decimal(facts["prize_received"]).quantize(Decimal("0.01"))


def by_hand_explained(facts: dict[str, Any], on: date) -> str:
    """The same with its reasons, which have to be kept in step with the figures by whoever changes either."""
    amount = by_hand(facts, on)
    return json.dumps(
        {
            "clause": "二(二)8",
            "amount": str(amount),
            "inputs": {name: str(value) for name, value in facts.items()},
            "steps": [
                {
                    "zh": f"{facts['level']}级竞赛获奖，奖金 {facts['prize_received']} 元",
                    "en": f"A {facts['level']} award of {facts['prize_received']}",
                },
                {"zh": f"按 1:1 配套奖励 {amount} 元", "en": f"Matched 1:1: {amount} yuan"},
            ],
        },
        ensure_ascii=False,
    )


def rows(effort: Effort) -> list[Row]:
    pack = policy.load(PACK)
    granted = policy.determine(pack, FACTS, ON).granted
    if [amount for _rule, amount in granted] != [by_hand(FACTS, ON)]:
        raise AssertionError(f"the two sides disagree: {granted} and {by_hand(FACTS, ON)}")
    determined, explained, function, written = in_turns(
        (
            timed(lambda: policy.determine(pack, FACTS, ON).total, effort.of(2000)),
            timed(lambda: json.dumps(policy.determine(pack, FACTS, ON).as_record()), effort.of(300)),
            timed(lambda: by_hand(FACTS, ON), effort.of(20000)),
            timed(lambda: by_hand_explained(FACTS, ON), effort.of(3000)),
        ),
        effort.rounds,
    )
    return [
        microseconds("determination", "amount of a case, six facts", "a Python function by hand", determined, function, COMPILED),
        microseconds(
            "determination", "the same with its explanation as JSON", "by hand, with one explanation", explained, written, EXPLAINED
        ),
    ]
