"""How often, how long and beside what an amount may be granted.  Pure: the earlier grants are given.

An earlier grant is a plain mapping: `rule` (and `family` where another policy granted it), `year` or `on`, `amount`, and
whatever tells one case from another (`person`, `occupation`, `grade_level`, `competition`, `skill` …).  Only what was granted
and still stands belongs in the list.  A key that either side leaves open cannot tell two cases apart, so they count as the
same: in doubt nothing is paid twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Protocol

from workflows.clauses.facts import Attribute, Facts, Refusal, Unreadable, known
from workflows.clauses.money import read_money
from workflows.clauses.sources import Source
from workflows.rewards.months import months_after
from workflows.text import Text

Grant = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """The grant that is asked for: by which rule, of which family, for what, on which day.

    `families` says of every rule of the pack which family it is of.
    """

    rule: str
    family: str
    facts: Facts
    on: date
    families: Mapping[str, str]

    def is_same_rule(self, grant: Grant) -> bool:
        return grant.get("rule") == self.rule

    def is_same_family(self, grant: Grant) -> bool:
        return bool(grant.get("family", self.families.get(str(grant.get("rule")))) == self.family)


class Limit(Protocol):
    """What a policy can set beside conditions and amount."""

    @property
    def source(self) -> Source: ...

    @property
    def attributes(self) -> tuple[Attribute, ...]: ...

    def refusal(self, case: Case, history: tuple[Grant, ...]) -> Refusal | None: ...

    def step(self, case: Case, history: tuple[Grant, ...]) -> Text: ...


@dataclass(frozen=True)
class AtMost:
    """At most *most* grants for the same *keys*: of the rule or its whole family, in a calendar year or ever.

    Once per key is `most` = 1.
    """

    most: int
    keys: tuple[Attribute, ...]
    source: Source
    each_year: bool = False
    of_family: bool = False

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return self.keys

    def refusal(self, case: Case, history: tuple[Grant, ...]) -> Refusal | None:
        if not history:
            return None
        earlier = self._earlier(case, history)
        return partial(self._reached, case, earlier) if len(earlier) >= self.most else None

    def step(self, case: Case, history: tuple[Grant, ...]) -> Text:
        return Text("{scope}已有 {n} 次，最多 {most} 次（{source}）", "{scope}: {n} so far, at most {most} ({source})").format(
            scope=self._scope(case), n=len(self._earlier(case, history)), most=self.most, source=self.source.cited()
        )

    def _earlier(self, case: Case, history: tuple[Grant, ...]) -> list[Grant]:
        counts = case.is_same_family if self.of_family else case.is_same_rule
        return [
            grant
            for grant in history
            if counts(grant) and (not self.each_year or year_of(grant) in (None, case.on.year)) and is_same(self.keys, grant, case.facts)
        ]

    def _scope(self, case: Case) -> Text:
        keys = Text("、".join(k.title.zh for k in self.keys), ", ".join(k.title.en for k in self.keys))
        if self.each_year:
            return Text("同一{keys}（{year}年）", "Same {keys} ({year})").format(keys=keys, year=case.on.year)
        return Text("同一{keys}", "Same {keys}").format(keys=keys)

    def _reached(self, case: Case, earlier: list[Grant]) -> Text:
        return Text(
            "{scope}已享受 {n} 次（{grants}），最多 {most} 次；依据：{source}",
            "{scope}: already granted {n} times ({grants}), at most {most}; source: {source}",
        ).format(scope=self._scope(case), n=len(earlier), grants=named(earlier), most=self.most, source=self.source.cited())


@dataclass(frozen=True)
class HigherCovers:
    """Whoever was granted the higher value of *attribute* is granted no lower one of the family for the same *keys*."""

    attribute: Attribute
    keys: tuple[Attribute, ...]
    source: Source

    def __post_init__(self) -> None:
        if not self.attribute.order:
            raise ValueError(f"{self.attribute.name} has no order: none of its values covers another")

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return (*self.keys, self.attribute)

    def refusal(self, case: Case, history: tuple[Grant, ...]) -> Refusal | None:
        for grant in history:
            if case.is_same_family(grant) and is_same(self.keys, grant, case.facts):
                ours, theirs = known(self.attribute, case.facts), known(self.attribute, grant)
                if ours is not None and theirs is not None and self.attribute.rank[theirs] > self.attribute.rank[ours]:
                    return partial(self._covered, theirs, grant)
        return None

    def step(self, case: Case, history: tuple[Grant, ...]) -> Text:
        return Text("未享受过更高的{title}（{source}）", "Nothing higher was granted before: {title} ({source})").format(
            title=self.attribute.title, source=self.source.cited()
        )

    def _covered(self, higher: str, grant: Grant) -> Text:
        return Text(
            "已享受更高的{title}“{higher}”（{grants}），不再享受较低的；依据：{source}",
            "A higher {title}, “{higher}”, was granted before ({grants}) and covers this one; source: {source}",
        ).format(title=self.attribute.title, higher=self.attribute.shown(higher), grants=named([grant]), source=self.source.cited())


@dataclass(frozen=True)
class ClaimWindow:
    """To be claimed within *months* of the day in *since*, that day of the month included.

    `if_known`: a case that does not say the day is let through (for windows that are only the default of an open question).
    """

    months: int
    since: Attribute
    source: Source
    if_known: bool = False

    def __post_init__(self) -> None:
        if self.since.kind != "date":
            raise ValueError(f"{self.since.name} is not a date")

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return (self.since,)

    def refusal(self, case: Case, history: tuple[Grant, ...]) -> Refusal | None:
        try:
            begins = self.since.of(case.facts)
        except Unreadable as unreadable:
            return unreadable.reason
        if begins is None:
            return None if self.if_known else self.since.missing
        if begins > case.on:
            return partial(self._not_begun, begins, case.on)
        return partial(self._over, begins, case.on) if case.on > months_after(begins, self.months) else None

    def step(self, case: Case, history: tuple[Grant, ...]) -> Text:
        begins = self.since.of(case.facts)
        if begins is None:
            return Text("未提供{title}，申领期限未核对", "{title} is not given; the claim window was not checked").format(
                title=self.since.title
            )
        return Text("{title} {begins}，申领截止 {last}（{source}）", "{title} {begins}: to be claimed by {last} ({source})").format(
            title=self.since.title, begins=begins, last=months_after(begins, self.months), source=self.source.cited()
        )

    def _not_begun(self, begins: date, on: date) -> Text:
        return Text("{title} {begins} 晚于申领日 {on}", "{title} {begins} is later than the claim of {on}").format(
            title=self.since.title, begins=begins, on=on
        )

    def _over(self, begins: date, on: date) -> Text:
        return Text(
            "{title} {begins}，须在 {months} 个月内（{last} 前）申领，申领日为 {on}；依据：{source}",
            "{title} {begins}: to be claimed within {months} months (by {last}), but claimed on {on}; source: {source}",
        ).format(
            title=self.since.title,
            begins=begins,
            months=self.months,
            last=months_after(begins, self.months),
            on=on,
            source=self.source.cited(),
        )


@dataclass(frozen=True)
class Group:
    """Rules of which one case is granted only the highest.

    An earlier grant of the group for the same *keys* blocks the rest, or with `top_up` counts against it: the difference is paid.
    """

    name: str
    rules: frozenset[str]
    keys: tuple[Attribute, ...]
    source: Source
    top_up: bool = False

    def earlier(self, facts: Facts, history: tuple[Grant, ...]) -> list[Grant]:
        return [grant for grant in history if grant.get("rule") in self.rules and is_same(self.keys, grant, facts)]

    def settle(self, amounts: Mapping[str, Decimal], facts: Facts, history: tuple[Grant, ...]) -> dict[str, Decimal | Refusal]:
        """What becomes of the group's rules that would each grant an amount: one amount at most, a reason for the others."""
        best = max(amounts, key=lambda rule: amounts[rule])  # the first of equals, in the order of the pack
        settled: dict[str, Decimal | Refusal] = {rule: partial(self._lower, best) for rule in amounts if rule != best}
        earlier = self.earlier(facts, history)
        paid = sum((read_money(grant.get("amount", 0)) for grant in earlier), Decimal(0))
        if earlier and (not self.top_up or paid >= amounts[best]):
            settled[best] = partial(self._already, earlier)
        else:
            settled[best] = amounts[best] - paid
        return settled

    def _lower(self, best: str) -> Text:
        return Text(
            "同类奖励就高享受，已按“{best}”计；依据：{source}", "Only the highest of its kind is granted, here “{best}”; source: {source}"
        ).format(best=best, source=self.source.cited())

    def _already(self, earlier: list[Grant]) -> Text:
        return Text("同类奖励已享受（{grants}）；依据：{source}", "One of its kind was granted before ({grants}); source: {source}").format(
            grants=named(earlier), source=self.source.cited()
        )


def is_same(keys: tuple[Attribute, ...], grant: Grant, facts: Facts) -> bool:
    """Whether nothing tells the earlier grant's case from this one."""
    for key in keys:
        earlier, now = known(key, grant), known(key, facts)
        if earlier is not None and now is not None and earlier != now:
            return False
    return True


def year_of(grant: Grant) -> int | None:
    """The calendar year of an earlier grant; None where it says neither a year nor a day."""
    year, day = grant.get("year"), grant.get("on")
    if year is not None:
        return int(year)
    if isinstance(day, datetime | date):
        return day.year
    return int(day[:4]) if isinstance(day, str) and day[:4].isdigit() else None


def named(grants: list[Grant]) -> Text:
    """Earlier grants in a few words: rule and year, so that the reader can find them."""
    words = [f"{grant.get('rule', grant.get('family', '?'))} {year_of(grant) or ''}".strip() for grant in grants]
    return Text("，".join(words), ", ".join(words))
