"""The conditions a policy can set, and no others: a value, a list, at least, at most, a range, present.

What does not fit is a named fact computed in tested Python before the policy is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from workflows.clauses.facts import Attribute, Facts, Refusal, Unreadable
from workflows.text import Text, joined


@dataclass(frozen=True)
class Condition:
    """One requirement on one attribute.  *low* and *high* bound it (inclusive); *values* list it; neither means: present."""

    attribute: Attribute
    values: tuple[Any, ...] = ()
    low: Any = None
    high: Any = None
    refusal: Callable[[Facts], Refusal | None] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        bounded = self.low is not None or self.high is not None
        if bounded and self.attribute.kind == "word" and not self.attribute.order:
            raise ValueError(f"{self.attribute.name} has no order: it cannot be bounded")
        if bounded and self.attribute.kind not in ("word", "money", "number", "date"):
            raise ValueError(f"{self.attribute.name} cannot be bounded")
        object.__setattr__(self, "refusal", self._compiled())

    def _compiled(self) -> Callable[[Facts], Refusal | None]:
        """One function that answers for any facts: None, or the reason why not."""
        attribute, read, fits = self.attribute, self.attribute.of, self._fits()

        def refusal(facts: Facts) -> Refusal | None:
            try:
                value = read(facts)
            except Unreadable as unreadable:
                return unreadable.reason
            if value is None:
                return attribute.missing
            return None if fits(value) else partial(self._not_met, value)

        return refusal

    def _fits(self) -> Callable[[Any], bool]:
        if self.values:
            return frozenset(self.values).__contains__
        if self.attribute.kind == "word":
            rank = self.attribute.rank
            low = 0 if self.low is None else rank[self.low]
            high = len(rank) if self.high is None else rank[self.high]
            return (lambda word: low <= rank[word] <= high) if rank else (lambda word: True)
        lowest, highest = self.low, self.high
        return lambda value: (lowest is None or value >= lowest) and (highest is None or value <= highest)

    def as_data(self) -> dict[str, Any]:
        """The condition as plain values, for whoever applies it without this program; an ordered word brings its order."""
        return {
            "attribute": self.attribute.name,
            "values": list(self.values),
            "low": self.low,
            "high": self.high,
            "order": list(self.attribute.order),
            "default": self.attribute.default,
        }

    def required(self) -> Text:
        """What is asked for, in words."""
        shown = self.attribute.shown
        if self.values:
            names = [shown(value) for value in self.values]
            return names[0] if len(names) == 1 else Text("、".join(n.zh for n in names), " or ".join(n.en for n in names))
        bounds = []
        # A place 不高于 5 would be read both ways.
        low, high = ("不小于", "不大于") if self.attribute.kind == "number" else ("不低于", "不高于")
        if self.low is not None:
            bounds.append(Text(f"{low}{{low}}", "at least {low}").format(low=shown(self.low)))
        if self.high is not None:
            bounds.append(Text(f"{high}{{high}}", "at most {high}").format(high=shown(self.high)))
        return joined(bounds) if bounds else Text("须提供", "given")

    def met(self, facts: Facts) -> Text:
        """The step that says the requirement is fulfilled."""
        return Text("{title}：{value}；要求：{required}", "{title}: {value}; required: {required}").format(
            title=self.attribute.title, value=self.attribute.shown(self.attribute.of(facts)), required=self.required()
        )

    def _not_met(self, value: Any) -> Text:
        return Text("{title}为{value}，条款要求{required}", "{title} is {value}; the clause asks for {required}").format(
            title=self.attribute.title, value=self.attribute.shown(value), required=self.required()
        )
