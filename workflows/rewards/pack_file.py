"""Reading a policy pack from TOML.  Everything is checked on the way in: a pack that loads can be applied.

An error names the file, the rule and the field (`workflows.clauses.sections`); a rule without its clause and quote does not load.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from workflows.clauses.conditions import Condition
from workflows.clauses.facts import Attribute
from workflows.clauses.sections import (
    REQUIRED,
    PackError,
    Section,
    parsed,
    read_attribute,
    read_condition,
    read_question,
    value_of,
    yuan_of,
)
from workflows.clauses.sources import OpenQuestion, Source
from workflows.rewards.amounts import Amount, Fixed, Monthly, PerUnit, Proportion, Table
from workflows.rewards.limits import AtMost, ClaimWindow, Group, HigherCovers, Limit
from workflows.rewards.pack import Bar, Pack, Rule


def load(path: str | Path) -> Pack:
    """Read and check a pack.  Raises `PackError` naming file, rule and field; `OSError` where there is no such file."""
    path = Path(path)
    return read(path.read_bytes(), path.name)


def read(content: bytes, name: str) -> Pack:
    """A pack from the content of its file, called *name* in errors.  Raises `PackError` naming rule and field."""
    return PackReader(parsed(content, name), hashlib.sha256(content).hexdigest()).pack()


class PackReader:
    """The names one file declares (attributes, questions, groups) while its rules are read."""

    def __init__(self, file: Section, digest: str) -> None:
        self.file, self.digest = file, digest
        self.document_no = file.take("document_no", str)
        self.effective_from: date = file.take("effective_from", date)
        self.effective_to: date | None = file.take("effective_to", date, default=None)
        self.attributes = {attribute.name: attribute for attribute in map(read_attribute, file.sections("attribute", "name"))}
        self.questions = {question.id: question for question in map(read_question, file.sections("open_question", "id"))}

    def pack(self) -> Pack:
        file = self.file
        id, title, issuer = file.take("id", str), file.text("title"), file.take("issuer", str)
        rules = tuple(self.rule(section) for section in file.sections("rule", "id"))
        groups = tuple(self.group(section, rules) for section in file.sections("group", "name"))
        file.end()
        if not rules:
            raise PackError(f"{file.where}: a pack has at least one rule")
        ungrouped = {rule.group for rule in rules if rule.group} - {group.name for group in groups}
        if ungrouped:
            raise PackError(f"{file.where}: group: {', '.join(sorted(ungrouped))} is named by a rule and declared nowhere")
        with file.errors():
            return Pack(
                id=id,
                title=title,
                document_no=self.document_no,
                issuer=issuer,
                effective_from=self.effective_from,
                effective_to=self.effective_to,
                attributes=self.attributes,
                rules=rules,
                groups=groups,
                open_questions=tuple(self.questions.values()),
                digest=self.digest,
            )

    def rule(self, section: Section) -> Rule:
        id, title = section.take("id", str), section.text("title")
        clause, quote = section.take("clause", str), section.take("quote", str)
        own = Source(self.document_no, clause, quote)
        when = self.conditions(section.section("when"))
        amount = self.amount(section.where + ": amount", section.take("amount", dict, int, Decimal))
        limits = tuple(self.limit(limit, own) for limit in section.sections("limit"))
        bars = tuple(self.bar(bar, own) for bar in section.sections("bar"))
        with section.errors():
            rule = Rule(
                id=id,
                title=title,
                clause=clause,
                quote=quote,
                when=when,
                amount=amount,
                pays=section.take("pays", str),
                document=self.document_no,
                family=section.take("family", str, default=id),
                limits=limits,
                bars=bars,
                excludes=section.words("excludes"),
                group=section.take("group", str, default=None),
                happened=self.named(section, "happened", kind="date", default=None),
                members=self.named(section, "members", kind="members", default=None),
                instalments=section.take("instalments", int, default=1),
                suspended_by=self.question(section, "suspended_by"),
                effective_from=section.take("effective_from", date, default=self.effective_from),
                effective_to=section.take("effective_to", date, default=self.effective_to or date.max),
            )
        section.end()
        return rule

    def conditions(self, section: Section) -> tuple[Condition, ...]:
        conditions = []
        for name in section.keys_left():
            attribute = self.attribute(section, name)
            with section.errors(name):
                conditions.append(read_condition(f"{section.where}: {name}", attribute, section.take(name, object, bool)))
        return tuple(conditions)

    def amount(self, where: str, declared: Any) -> Amount:
        """The kind of amount that the keys tell."""
        if not isinstance(declared, dict):
            return Fixed(yuan_of(declared, where))
        section = Section(where, declared)
        amount: Amount
        with section.errors():
            if "table" in section:
                by = self.named(section, "by")
                amount = Table(by, _table(by, section.section("table")))
            elif "match" in section:
                amount = Proportion(self.named(section, "match"), section.take("ratio", int, Decimal), section.yuan("cap", None))
            elif "percent" in section:
                percent = Decimal(section.take("percent", int, Decimal))
                amount = Proportion(self.named(section, "of"), percent / 100, section.yuan("cap", None))
            elif "per" in section:
                amount = PerUnit(self.named(section, "per", kind="number"), section.yuan("rate"), section.yuan("cap", None))
            elif "monthly" in section:
                each = self.amount(f"{where}: monthly", section.take("monthly", dict, int, Decimal))
                amount = Monthly(each, self.named(section, "months", kind="number"), section.take("at_most", int, default=None))
            else:
                raise PackError(f"{where}: one of table, match, percent, per, monthly is expected")
        section.end()
        return amount

    def limit(self, section: Section, own: Source) -> Limit:
        """`kind = "at_most" | "higher_covers" | "claim_window"`; what is not said by the rule's own clause names its source or question."""
        kind = section.take("kind", str)
        source = self.source(section, own)
        limit: Limit
        with section.errors():
            if kind == "at_most":
                limit = AtMost(
                    most=section.take("most", int),
                    keys=self.keys(section),
                    source=source,
                    each_year=section.take("each_year", bool, default=False),
                    of_family=section.take("of_family", bool, default=False),
                )
            elif kind == "higher_covers":
                limit = HigherCovers(self.named(section, "attribute"), self.keys(section), source)
            elif kind == "claim_window":
                limit = ClaimWindow(
                    section.take("months", int),
                    self.named(section, "since", kind="date"),
                    source,
                    if_known=section.take("if_known", bool, default=False),
                )
            else:
                raise PackError(f"{section.where}: kind: at_most, higher_covers or claim_window is expected, not {kind!r}")
        section.end()
        return limit

    def bar(self, section: Section, own: Source) -> Bar:
        bar = Bar(self.conditions(section.section("when")), section.text("reason"), self.source(section, own))
        section.end()
        return bar

    def group(self, section: Section, rules: tuple[Rule, ...]) -> Group:
        name = section.take("name", str)
        group = Group(
            name=name,
            rules=frozenset(rule.id for rule in rules if rule.group == name),
            keys=self.keys(section),
            source=Source(self.document_no, section.take("clause", str), section.take("quote", str)),
            top_up=section.take("top_up", bool, default=False),
        )
        section.end()
        if len(group.rules) < 2:
            raise PackError(f"{section.where}: a group holds at least two rules")
        return group

    def source(self, section: Section, own: Source) -> Source:
        """A `source` table, the open `question` whose default this is, or else the rule's own clause."""
        if "source" in section:
            cited = section.section("source")
            source = Source(cited.take("document", str), cited.take("clause", str), cited.take("quote", str))
            cited.end()
            return source
        question = self.question(section, "question")
        return Source(own.document, question.clause, question.default.zh, question.default) if question else own

    def question(self, section: Section, key: str) -> OpenQuestion | None:
        id = section.take(key, str, default=None)
        if id is not None and id not in self.questions:
            raise PackError(f"{section.where}: {key}: no open question is called {id!r}")
        return self.questions[id] if id is not None else None

    def keys(self, section: Section) -> tuple[Attribute, ...]:
        names = section.words("keys")
        if not names:
            raise PackError(f"{section.where}: keys: is missing")
        return tuple(self.attribute(section, name) for name in names)

    def named(self, section: Section, key: str, *, kind: str | None = None, default: Any = REQUIRED) -> Any:
        name = section.take(key, str, default=default)
        if name is default:
            return default
        attribute = self.attribute(section, name)
        if kind is not None and attribute.kind != kind:
            raise PackError(f"{section.where}: {key}: {name} is a {attribute.kind}, a {kind} is expected")
        return attribute

    def attribute(self, section: Section, name: str) -> Attribute:
        if name not in self.attributes:
            raise PackError(f"{section.where}: no attribute is called {name!r}")
        return self.attributes[name]


def _table(by: Attribute, section: Section) -> Mapping[str, Decimal]:
    if by.kind != "word":
        raise PackError(f"{section.where}: {by.name} is no word: a table is by a word")
    value = value_of(by, section.where)
    return {value(word): section.yuan(word) for word in section.keys_left()}
