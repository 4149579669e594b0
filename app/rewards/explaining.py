"""A kept determination in the words a page shows: why this amount, and why nothing under the other clauses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import object_session

from app.registry.models import Occupation
from app.rewards.models import Determination
from workflows.text import Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """One rule's finding, as the `why` macro and the list of refusals read it."""

    rule: str
    title: Text
    document: str
    clause: str
    quote: str
    amount: Decimal | None
    reason: Text | None
    inputs: list[tuple[Text, Text]]
    steps: list[Text]
    pack_version: str


def explained(determination: Determination) -> list[Explanation]:
    """Every rule of the policy, in the order of the document."""
    version = f"{determination.content['pack']} · sha256:{determination.policy_version.digest}"
    names = dict(_names(determination))
    return [_explanation(finding, version, names) for finding in determination.findings]


def _names(determination: Determination) -> Iterator[tuple[str, Text]]:
    """The words for what the record keeps as a key: who it is about, and in which occupation."""
    achievement, session = determination.achievement, object_session(determination)
    if achievement.person is not None:
        yield "person", Text(achievement.person.name, achievement.person.name)
    occupation = session.get(Occupation, achievement.occupation_code) if session and achievement.occupation_code else None
    if occupation is not None:
        yield "occupation", Text(f"{occupation.name} {occupation.code}", f"{occupation.name} {occupation.code}")


def _explanation(finding: dict[str, Any], version: str, names: dict[str, Text]) -> Explanation:
    return Explanation(
        rule=finding["rule"],
        title=_text(finding["title"]),
        document=finding["document"],
        clause=finding["clause"],
        quote=finding["quote"],
        amount=Decimal(finding["amount"]) if finding["amount"] is not None else None,
        reason=_text(finding["reason"]) if finding["reason"] else None,
        inputs=[(_text(given["title"]), names.get(given["name"]) or _text(given["shown"])) for given in finding["inputs"]],
        steps=[_text(step) for step in finding["steps"]],
        pack_version=version,
    )


def _text(both: dict[str, str]) -> Text:
    return Text(both["zh"], both["en"])
