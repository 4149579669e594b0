"""What a rule about honours can ask: declared once here, because every document asks about the same things.

The office fills the facts: from the plan of the skill, the result, the person's certificates.  A fact it does not know is left out, and
a rule that needs it is refused by name, never guessed.
"""

from __future__ import annotations

from typing import Any

from workflows.clauses.facts import Attribute
from workflows.competition import levels
from workflows.competition.levels import Form, Group
from workflows.competition.prizes import AWARDS
from workflows.ladder import LADDER
from workflows.text import Text

NONE = "none"
"""The level held by somebody without a certificate of the occupation."""

_LEVEL_WORDS = {str(level.digit): level.title for level in LADDER if level.digit is not None}

COMPETITION = Attribute(
    "competition",
    Text("竞赛级别和类别", "level and class of the competition"),
    "word",
    {key: level.title for key, level in levels.BY_KEY.items()},
)
GROUP = Attribute("group", Text("组别", "group"), "word", {group.value: group.title for group in Group})
FORM = Attribute("form", Text("参赛形式", "form"), "word", {form.value: form.title for form in Form})
PLACE = Attribute("place", Text("名次", "place"), "number")
AWARD = Attribute("award", Text("奖项", "award"), "word", dict(AWARDS))
TOP_SHARE = Attribute("top_share", Text("名次在参赛人数中的前百分之几", "place as a share of all, per cent, rounded up"), "number")
BOTH_PASSED = Attribute("both_passed", Text("理论、实操均合格（双合格）", "theory and practice both passed"), "yes_no")
EMPLOYEE = Attribute("employee", Text("职工身份", "status of an employee"), "yes_no")
HELD = Attribute(
    "held",
    Text("本职业已有等级", "level held in the occupation"),
    "word",
    {NONE: Text("无", "none"), **_LEVEL_WORDS},
    order=(NONE, *_LEVEL_WORDS),
    default=NONE,
)
DOCUMENT_LEVEL = Attribute(
    "document_level",
    Text("技术文件编制标准等级", "level the technical documents are written for"),
    "word",
    _LEVEL_WORDS,
    order=tuple(_LEVEL_WORDS),
)
AGE = Attribute("age", Text("周岁年龄", "age in years"), "number")
SEX = Attribute("sex", Text("性别", "sex"), "word", {"F": Text("女", "female"), "M": Text("男", "male")})
OCCUPATION = Attribute("occupation", Text("职业", "occupation"), "name")
PERSON = Attribute("person", Text("人员", "person"), "name")

ALL: tuple[Attribute, ...] = (
    COMPETITION, GROUP, FORM, PLACE, AWARD, TOP_SHARE, BOTH_PASSED, EMPLOYEE, HELD, DOCUMENT_LEVEL, AGE, SEX, OCCUPATION, PERSON,
)  # fmt: skip
BY_NAME: dict[str, Attribute] = {attribute.name: attribute for attribute in ALL}

SCOPE = (COMPETITION, GROUP, FORM)
"""What says which competitions a rule is about at all; a rule about others is not even shown."""


def level_digit(word: str) -> int | None:
    """The digit of a level's word, None for none held."""
    return None if word == NONE else int(word)


def top_share(place: int, n: int) -> int:
    """Place *place* of *n* as per cent from the top, rounded up: at most 50 is 「排名在参赛人数 1/2 以上」."""
    return -(-100 * place // n)


def as_record(value: Any) -> Any:
    """A fact as JSON carries it."""
    return value if value is None or isinstance(value, bool | int | str) else str(value)
