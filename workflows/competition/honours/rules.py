"""A rule about honours: for whom, what it gives, and what stands in the way.

A title and a recommendation are given as they are named.  A promotion names a level, or one counted from the level the technical
documents are written for; somebody who holds that level already goes one further where the clause says so.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from workflows.clauses.conditions import Condition
from workflows.clauses.facts import Attribute, Facts, known
from workflows.clauses.sources import OpenQuestion, Source
from workflows.competition.honours import attributes as asked
from workflows.ladder import BY_DIGIT, SENIOR_TECHNICIAN, SkillLevel, above
from workflows.text import Text

OWN_DOCUMENT = "本竞赛规程"


class Evidence(enum.Enum):
    """How sure a rule is: where its words were read."""

    title: Text

    SEED = ("种", Text("文件原文", "the text of the document"))
    READ = ("库", Text("公开网页或资料中读到的摘录", "read in a public page, in excerpt"))
    KNOWN = ("知", Text("一般所知，未经核实", "general knowledge, not confirmed"))
    OWN = ("自", Text("本竞赛自己的规程", "the competition's own rules"))

    def __new__(cls, mark: str, title: Text) -> Self:
        member = object.__new__(cls)
        member._value_, member.title = mark, title
        return member


class Kind(enum.Enum):
    """What a rule gives."""

    title: Text

    HONOUR = ("honour", Text("荣誉称号", "Honour"))
    PROMOTION = ("promotion", Text("技能等级晋升", "Promotion"))
    RECOMMENDATION = ("recommendation", Text("推荐", "Recommendation"))

    def __new__(cls, key: str, title: Text) -> Self:
        member = object.__new__(cls)
        member._value_, member.title = key, title
        return member


@dataclass(frozen=True, slots=True)
class Promotion:
    """A level, or the document's level and so many steps above; not beyond `at_most`.

    `next_if_held`: whoever holds the level already goes to the next (已是技师的晋升高级技师).
    """

    to: SkillLevel | None = None
    steps_above_document: int | None = None
    next_if_held: bool = False
    at_most: SkillLevel = SENIOR_TECHNICIAN

    def __post_init__(self) -> None:
        if (self.to is None) == (self.steps_above_document is None):
            raise ValueError("a promotion names a level, or steps above the level of the documents")

    @property
    def title(self) -> Text:
        """Where it leads, in words."""
        if self.to is not None:
            words = Text("晋升{level}", "Promotion to {level}").format(level=self.to.title)
        elif self.steps_above_document:
            words = Text("晋升到高于技术文件等级 {n} 级", "Promotion to {n} above the level of the documents").format(
                n=self.steps_above_document
            )
        else:
            words = Text("晋升到技术文件等级", "Promotion to the level of the documents")
        if not self.next_if_held:
            return words
        return Text("{words}；已持有的晋升下一级，最高{most}", "{words}; whoever holds it, the next, no higher than {most}").format(
            words=words, most=self.at_most.title
        )

    def target(self, facts: Facts) -> SkillLevel | Text:
        """The level somebody is promoted to, or why to none."""
        level = self.to
        if self.steps_above_document is not None:
            word = known(asked.DOCUMENT_LEVEL, facts)
            if word is None:
                return asked.DOCUMENT_LEVEL.missing()
            level = BY_DIGIT[int(word)]
            for _ in range(self.steps_above_document):
                level = _next(level)
        assert level is not None
        held = BY_DIGIT.get(asked.level_digit(known(asked.HELD, facts) or asked.NONE) or 0)
        if held is not None and held.is_at_least(level):
            if not self.next_if_held:
                return Text("已持有{held}，不低于{level}", "{held} is held already, no lower than {level}").format(
                    held=held.title, level=level.title
                )
            level = _next(held)
            if held.is_at_least(level):
                return Text("已持有最高的{held}", "{held}, the highest, is held already").format(held=held.title)
        if level.order > self.at_most.order:
            return Text("按本条最高晋升至{most}，已持有", "This clause promotes no higher than {most}, which is held").format(
                most=self.at_most.title
            )
        return level


def _next(level: SkillLevel) -> SkillLevel:
    """One step up, as far as certificates of level go."""
    higher = above(level)
    return level if higher is None or higher.digit is None else higher


@dataclass(frozen=True, slots=True)
class Floor:
    """The age below which a level is not given (徐州: 未满 18 周岁不发高级工)."""

    level: SkillLevel
    age: int
    source: Source

    def refusal(self, level: SkillLevel, facts: Facts) -> Text | None:
        if not level.is_at_least(self.level):
            return None
        age = known(asked.AGE, facts)
        if age is None:
            return asked.AGE.missing()
        if age >= self.age:
            return None
        return Text(
            "未满 {least} 周岁不发{level}（{age} 周岁）；{source}", "Below {least}, {level} is not given (aged {age}); {source}"
        ).format(least=self.age, level=self.level.title, age=age, source=self.source.cited())


@dataclass(frozen=True, eq=False)
class Rule:
    """One row of a document: `scope` says for which competitions, `when` for whom; it gives a title, a promotion or a recommendation.

    `once_per`: not again for the same of these (每职业仅一次).  `is_optional`: the document says that it *can* be given, so somebody
    still decides.  `question`: what the document leaves open about it.
    """

    id: str
    title: Text
    kind: Kind
    source: Source
    evidence: Evidence
    scope: tuple[Condition, ...]
    when: tuple[Condition, ...]
    names: Text | None = None
    promotion: Promotion | None = None
    once_per: tuple[Attribute, ...] = ()
    is_optional: bool = False
    question: OpenQuestion | None = None
    effective_from: date = date.min
    effective_to: date = date.max

    def __post_init__(self) -> None:
        if (self.kind is Kind.PROMOTION) != (self.promotion is not None) or (self.names is None) != (self.kind is Kind.PROMOTION):
            raise ValueError("a rule gives a title or a recommendation by name, or a promotion")
        if not self.scope and not self.when:
            raise ValueError("when: a rule says for whom it is")

    @property
    def gives(self) -> Text:
        """What it gives, in words."""
        return self.names if self.names is not None else self.promotion.title if self.promotion else self.title

    def concerns(self, facts: Facts, on: date) -> bool:
        """Whether it is about such a competition at all, and in force on the day."""
        return self.effective_from <= on <= self.effective_to and all(condition.refusal(facts) is None for condition in self.scope)


@dataclass(frozen=True)
class Pack:
    """One document as data.  `digest` is the SHA-256 of the file it was read from."""

    id: str
    title: Text
    document: str
    issuer: str
    effective_from: date
    effective_to: date | None
    rules: tuple[Rule, ...]
    floors: tuple[Floor, ...]
    open_questions: tuple[OpenQuestion, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule says of one person: given, or why not.  `level` is where a promotion leads."""

    pack: str
    rule: Rule
    granted: bool
    reason: Text | None = None
    level: SkillLevel | None = None
    met: tuple[Text, ...] = field(default=())

    @property
    def gives(self) -> Text:
        """What it is about, in words."""
        if self.level is not None:
            return Text("晋升{level}", "Promotion to {level}").format(level=self.level.title)
        return self.rule.names or self.rule.title


def findings(packs: Sequence[Pack], facts: Facts, on: date, history: Sequence[Mapping[str, Any]] = ()) -> list[Finding]:
    """What every rule that concerns such a competition says of a person; of several promotions only the highest is given.

    *on* is the day the results became final.  *history*: what the person was given before, as mappings with `kind`, `gives` (the title in
    Chinese, or the digit of the level) and the keys of `once_per`.
    """
    found = [_finding(pack, rule, facts, history) for pack in packs for rule in pack.rules if rule.concerns(facts, on)]
    levels = [each.level for each in found if each.granted and each.level is not None]
    highest = max(levels, key=lambda level: level.order, default=None)
    taken = False
    settled = []
    for each in found:
        if each.granted and each.level is not None and highest is not None:
            if each.level is not highest or taken:
                settled.append(_covered(each, highest))
                continue
            taken = True
        settled.append(each)
    return settled


def _finding(pack: Pack, rule: Rule, facts: Facts, history: Sequence[Mapping[str, Any]]) -> Finding:
    for condition in rule.when:
        refusal = condition.refusal(facts)
        if refusal is not None:
            return Finding(pack.id, rule, False, refusal())
    met = tuple(condition.met(facts) for condition in (*rule.scope, *rule.when))
    level: SkillLevel | None = None
    if rule.promotion is not None:
        target = rule.promotion.target(facts)
        if isinstance(target, Text):
            return Finding(pack.id, rule, False, target)
        level = target
        for floor in pack.floors:
            too_young = floor.refusal(level, facts)
            if too_young is not None:
                return Finding(pack.id, rule, False, too_young, level)
    if rule.once_per and any(_is_again(rule, level, facts, earlier) for earlier in history):
        again = Text("同一{keys}已获得过", "Given before for the same {keys}").format(
            keys=Text("、".join(key.title.zh for key in rule.once_per), ", ".join(key.title.en for key in rule.once_per))
        )
        return Finding(pack.id, rule, False, again, level)
    return Finding(pack.id, rule, True, None, level, met)


def _is_again(rule: Rule, level: SkillLevel | None, facts: Facts, earlier: Mapping[str, Any]) -> bool:
    gives = str(level.digit) if level is not None else rule.names.zh if rule.names else ""
    if earlier.get("kind") != rule.kind.value or str(earlier.get("gives")) != gives:
        return False
    return all(known(key, earlier) == known(key, facts) for key in rule.once_per)


def _covered(finding: Finding, highest: SkillLevel) -> Finding:
    reason = Text("已按另一条晋升{level}", "Another clause promotes to {level} already").format(level=highest.title)
    return Finding(finding.pack, finding.rule, False, reason, finding.level)


# --- a competition's own rules --------------------------------------------------------------------------------------


def own_pack(promotion: Mapping[str, int], document: str) -> Pack | None:
    """The promotions a skill's own plan names by award (以赛代评), as a pack like the others; None where it names none."""
    if not promotion:
        return None
    rules = tuple(_own_rule(award, BY_DIGIT[digit], document or OWN_DOCUMENT) for award, digit in promotion.items())
    title = Text("本竞赛规程", "The competition's own rules")
    return Pack("own", title, document or OWN_DOCUMENT, "", date.min, None, rules, (), (), "")


def _own_rule(award: str, level: SkillLevel, document: str) -> Rule:
    title = asked.AWARD.words[award]
    names = Text("{award}晋升{level}", "{award}: promotion to {level}").format(award=title, level=level.title)
    source = Source(document, "奖项设置", names.zh)
    when = (Condition(asked.AWARD, values=(award,)),)
    return Rule(f"own-{award}", names, Kind.PROMOTION, source, Evidence.OWN, (), when, promotion=Promotion(level))
