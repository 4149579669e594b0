"""Reading a document about honours from TOML.  Everything is checked on the way in: a pack that loads can be applied.

A rule without its source, clause, quote and mark of evidence does not load; an error names file, rule and field.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from workflows.clauses.conditions import Condition
from workflows.clauses.sections import PackError, Section, parsed, read_condition, read_question
from workflows.clauses.sources import OpenQuestion, Source
from workflows.competition.honours.attributes import BY_NAME, SCOPE
from workflows.competition.honours.rules import Evidence, Floor, Kind, Pack, Promotion, Rule
from workflows.ladder import BY_DIGIT, SENIOR_TECHNICIAN, SkillLevel
from workflows.text import Text

PACKS = Path(__file__).parent / "packs"


def files() -> list[Path]:
    """The packs that come with the rulebook."""
    return sorted(path for path in PACKS.rglob("*.toml") if not path.name.endswith(".cases.toml"))


def load(path: str | Path) -> Pack:
    """Read and check a pack.  Raises `PackError` naming file, rule and field; `OSError` where there is no such file."""
    path = Path(path)
    return read(path.read_bytes(), path.name)


def read(content: bytes, name: str) -> Pack:
    """A pack from the content of its file, called *name* in errors.  Raises `PackError`."""
    file = parsed(content, name)
    document = file.take("document", str)
    begins: date = file.take("effective_from", date)
    ends: date | None = file.take("effective_to", date, default=None)
    questions = {question.id: question for question in map(read_question, file.sections("open_question", "id"))}
    rules = tuple(_rule(section, document, questions, (begins, ends or date.max)) for section in file.sections("rule", "id"))
    floors = tuple(_floor(section, document) for section in file.sections("floor"))
    pack = Pack(
        id=file.take("id", str),
        title=file.text("title"),
        document=document,
        issuer=file.take("issuer", str),
        effective_from=begins,
        effective_to=ends,
        rules=rules,
        floors=floors,
        open_questions=tuple(questions.values()),
        digest=hashlib.sha256(content).hexdigest(),
    )
    file.end()
    if not rules:
        raise PackError(f"{name}: a pack has at least one rule")
    if len({rule.id for rule in rules}) != len(rules):
        raise PackError(f"{name}: two rules have the same id")
    return pack


def _rule(section: Section, document: str, questions: dict[str, OpenQuestion], in_force: tuple[date, date]) -> Rule:
    id, title = section.take("id", str), section.text("title")
    source = Source(section.take("source", str, default=document), section.take("clause", str), section.take("quote", str))
    evidence = _evidence(section)
    conditions = _conditions(section.section("when"))
    kind, names, promotion = _gives(section.section("gives"))
    question = section.take("question", str, default=None)
    if question is not None and question not in questions:
        raise PackError(f"{section.where}: question: no open question is called {question!r}")
    with section.errors():
        rule = Rule(
            id=id,
            title=title,
            kind=kind,
            source=source,
            evidence=evidence,
            scope=tuple(condition for condition in conditions if condition.attribute in SCOPE),
            when=tuple(condition for condition in conditions if condition.attribute not in SCOPE),
            names=names,
            promotion=promotion,
            once_per=tuple(BY_NAME[_attribute(section, name)] for name in section.words("once_per")),
            is_optional=section.take("optional", bool, default=False),
            question=questions[question] if question else None,
            effective_from=section.take("effective_from", date, default=in_force[0]),
            effective_to=section.take("effective_to", date, default=in_force[1]),
        )
    section.end()
    return rule


def _evidence(section: Section) -> Evidence:
    mark = section.take("evidence", str)
    marks = [evidence.value for evidence in Evidence if evidence is not Evidence.OWN]
    if mark not in marks:
        raise PackError(f"{section.where}: evidence: one of {', '.join(marks)} is expected, not {mark!r}")
    return Evidence(mark)  # type: ignore[call-arg]  # looked up by its value


def _conditions(section: Section) -> list[Condition]:
    conditions = []
    for name in section.keys_left():
        attribute = BY_NAME[_attribute(section, name)]
        with section.errors(name):
            conditions.append(read_condition(f"{section.where}: {name}", attribute, section.take(name, object, bool)))
    return conditions


def _attribute(section: Section, name: str) -> str:
    if name not in BY_NAME:
        raise PackError(f"{section.where}: nothing is known as {name!r}; there is {', '.join(BY_NAME)}")
    return name


def _gives(section: Section) -> tuple[Kind, Text | None, Promotion | None]:
    """`{ honour = { zh, en } }`, `{ recommends = { zh, en } }`, `{ promotes_to = 2 }` or `{ above_document = 1 }`."""
    if "honour" in section:
        given: tuple[Kind, Text | None, Promotion | None] = (Kind.HONOUR, section.text("honour"), None)
    elif "recommends" in section:
        given = (Kind.RECOMMENDATION, section.text("recommends"), None)
    else:
        with section.errors():
            promotion = Promotion(
                to=_level(section, "promotes_to") if "promotes_to" in section else None,
                steps_above_document=section.take("above_document", int, default=None),
                next_if_held=section.take("next_if_held", bool, default=False),
                at_most=_level(section, "at_most") if "at_most" in section else SENIOR_TECHNICIAN,
            )
        given = (Kind.PROMOTION, None, promotion)
    section.end()
    return given


def _level(section: Section, key: str) -> SkillLevel:
    digit = section.take(key, int)
    if digit not in BY_DIGIT:
        raise PackError(f"{section.where}: {key}: a level from 5 to 1 is expected, not {digit}")
    return BY_DIGIT[digit]


def _floor(section: Section, document: str) -> Floor:
    source = Source(section.take("source", str, default=document), section.take("clause", str), section.take("quote", str))
    floor = Floor(_level(section, "level"), section.take("age", int), source)
    section.end()
    return floor
