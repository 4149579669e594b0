"""The levels of competitions, and who competes in what form.

A level is a tier of government or body (national, municipal …) and, within most tiers, a class.  What a policy asks for is
usually a tier ("municipal and above"); `at_least` answers for either.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Self

from workflows.text import Text


class Tier(enum.Enum):
    """Who stands behind a competition, from the highest down."""

    title: Text

    WORLD = ("world", Text("世界级", "World"))
    NATIONAL = ("national", Text("国家级", "National"))
    PROVINCIAL = ("provincial", Text("省级", "Provincial"))
    MUNICIPAL = ("municipal", Text("市级", "Municipal"))
    COUNTY = ("county", Text("县（区）级", "County"))
    TOWN = ("town", Text("乡镇（街道）级", "Town"))
    ENTERPRISE = ("enterprise", Text("企业级", "Enterprise"))

    def __new__(cls, key: str, title: Text) -> Self:
        member = object.__new__(cls)
        member._value_, member.title = key, title
        return member

    @property
    def height(self) -> int:
        """0 for the lowest tier, one more for each above it."""
        return len(Tier) - 1 - list(Tier).index(self)


@dataclass(frozen=True, slots=True)
class Level:
    """A competition's level: its tier, and how it stands to the other classes of that tier (`grade`, 1 the highest).

    `organiser` says who holds such a competition, as the public rules of the provinces put it.
    """

    key: str
    tier: Tier
    grade: int
    title: Text
    organiser: Text


def _classes(tier: Tier, key: str, first: Text, second: Text, *, above: int = 0) -> tuple[Level, Level]:
    """The two classes every regional tier has: 一类 across industries and open to society, 二类 within one industry."""
    return (
        Level(f"{key}_1", tier, above + 1, Text(f"{tier.title.zh}一类", f"{tier.title.en}, class 1"), first),
        Level(f"{key}_2", tier, above + 2, Text(f"{tier.title.zh}二类", f"{tier.title.en}, class 2"), second),
    )


_HR = Text("同级人社部门牵头，跨行业、面向社会", "The human-resources office of the tier, across industries and open to all")
_INDUSTRY = Text("行业主管部门或协会牵头，单一行业（系统）", "The authority or association of one industry")

LEVELS: tuple[Level, ...] = (
    Level("world", Tier.WORLD, 1, Text("世界技能大赛", "WorldSkills Competition"), Text("世界技能组织", "WorldSkills International")),
    Level(
        "national_games",
        Tier.NATIONAL,
        1,
        Text("中华人民共和国职业技能大赛", "National Vocational Skills Competition"),
        Text("人力资源社会保障部主办，省级政府承办", "The ministry of human resources, held by a province"),
    ),
    *_classes(
        Tier.NATIONAL,
        "national",
        Text("国家部委主办，跨行业、跨地区", "Ministries of the state, across industries and regions"),
        Text("国务院行业部门、协会或直属单位牵头，单一行业", "One industry's department or association of the state"),
        above=1,
    ),
    Level(
        "national_special",
        Tier.NATIONAL,
        4,
        Text("全国性职业技能专项赛", "National special-topic competition"),
        Text("人力资源社会保障部", "The ministry of human resources"),
    ),
    Level(
        "provincial_games",
        Tier.PROVINCIAL,
        1,
        Text("省级综合性技能大赛", "Provincial skills games"),
        Text("省政府主办，省人社厅和市政府承办", "The provincial government"),
    ),
    *_classes(Tier.PROVINCIAL, "provincial", _HR, _INDUSTRY, above=1),
    *_classes(Tier.MUNICIPAL, "municipal", _HR, _INDUSTRY),
    *_classes(Tier.COUNTY, "county", _HR, _INDUSTRY),
    Level("town", Tier.TOWN, 1, Text("乡镇（街道）竞赛", "Town competition"), Text("乡镇、街道", "A town or subdistrict")),
    Level(
        "enterprise",
        Tier.ENTERPRISE,
        1,
        Text("企业岗位练兵、技能比武", "Enterprise competition"),
        Text("企业、工会", "An enterprise or its union"),
    ),
)

BY_KEY: dict[str, Level] = {level.key: level for level in LEVELS}


def level(key: str) -> Level:
    """The level of that key.  Raises ValueError for an unknown one."""
    try:
        return BY_KEY[key]
    except KeyError:
        raise ValueError(f"unknown competition level {key!r}; known are {', '.join(BY_KEY)}") from None


def at_least(actual: str, floor: str) -> bool:
    """Whether level *actual* is as high as *floor*, each the key of a level or of a tier.

    Against a tier any class of it is enough: at_least("municipal_2", "municipal").  Against a level the class counts too
    within one tier: at_least("municipal_2", "municipal_1") is false, at_least("provincial_2", "municipal_1") is true.
    A tier alone stands for its lowest class, because no more is known.  Raises ValueError for an unknown key.
    """
    return _rank(actual) >= _rank(floor)


def _rank(key: str) -> tuple[int, int]:
    if key in _TIERS:
        tier = _TIERS[key]
        return tier.height, min(-known.grade for known in LEVELS if known.tier is tier)
    known = level(key)
    return known.tier.height, -known.grade


_TIERS: dict[str, Tier] = {tier.value: tier for tier in Tier}


class Group(enum.Enum):
    """Who competes among themselves."""

    title: Text

    EMPLOYEE = ("employee", Text("职工组", "Employees"))
    STUDENT = ("student", Text("学生组", "Students"))
    TEACHER = ("teacher", Text("教师组", "Teachers"))

    def __new__(cls, key: str, title: Text) -> Self:
        member = object.__new__(cls)
        member._value_, member.title = key, title
        return member


class Form(enum.Enum):
    """How many compete as one.  `size` is None for a team, whose number the competition sets."""

    title: Text
    size: int | None

    INDIVIDUAL = ("individual", Text("单人", "Individual"), 1)
    PAIR = ("pair", Text("双人", "Pair"), 2)
    TRIO = ("trio", Text("三人", "Trio"), 3)
    TEAM = ("team", Text("团体", "Team"), None)

    def __new__(cls, key: str, title: Text, size: int | None) -> Self:
        member = object.__new__(cls)
        member._value_, member.title, member.size = key, title, size
        return member
