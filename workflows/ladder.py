"""The ladder of skill levels: eight steps, from apprentice to chief technician (人社部发〔2022〕14号)."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.text import Text


@dataclass(frozen=True, slots=True)
class SkillLevel:
    """One step of the ladder.

    `digit` is what stands at position 16 of the certificate number (5 … 1), None where there is no national certificate with
    a digit.  `wording` is what a certificate prints (中文数字 + 级/等级名称, 人社鉴发〔2021〕1号), None where none is issued.
    `how` says how one comes by it.
    """

    key: str
    order: int
    title: Text
    how: Text
    digit: int | None = None
    wording: Text | None = None

    @property
    def is_high_skilled(self) -> bool:
        """Whether it counts as high-skilled (高技能人才): from senior worker upwards."""
        return self.order >= SENIOR.order

    def is_at_least(self, other: SkillLevel) -> bool:
        return self.order >= other.order


_BY_ENTERPRISE = Text("企业转正定级", "Set by the enterprise at the end of the apprenticeship")
_RECOGNISED = Text("认定", "Recognition")
_OR_DIRECT = Text("认定或直接认定", "Recognition or direct recognition")
_APPOINTED = Text("评聘", "Appointment")
_APPOINTED_CHIEF = Text("评聘，原则上从特级技师中产生", "Appointment, as a rule from the special-grade technicians")

APPRENTICE = SkillLevel("apprentice", 0, Text("学徒工", "Apprentice"), _BY_ENTERPRISE)
JUNIOR = SkillLevel("level_5", 1, Text("初级工", "Junior worker"), _RECOGNISED, 5, Text("五级/初级工", "Level 5 / Junior worker"))
INTERMEDIATE = SkillLevel(
    "level_4", 2, Text("中级工", "Intermediate worker"), _RECOGNISED, 4, Text("四级/中级工", "Level 4 / Intermediate worker")
)
SENIOR = SkillLevel("level_3", 3, Text("高级工", "Senior worker"), _OR_DIRECT, 3, Text("三级/高级工", "Level 3 / Senior worker"))
TECHNICIAN = SkillLevel("level_2", 4, Text("技师", "Technician"), _OR_DIRECT, 2, Text("二级/技师", "Level 2 / Technician"))
SENIOR_TECHNICIAN = SkillLevel(
    "level_1", 5, Text("高级技师", "Senior technician"), _OR_DIRECT, 1, Text("一级/高级技师", "Level 1 / Senior technician")
)
SPECIAL_TECHNICIAN = SkillLevel(
    "special", 6, Text("特级技师", "Special-grade technician"), _APPOINTED, None, Text("特级技师", "Special-grade technician")
)
CHIEF_TECHNICIAN = SkillLevel(
    "chief", 7, Text("首席技师", "Chief technician"), _APPOINTED_CHIEF, None, Text("首席技师", "Chief technician")
)

LADDER: tuple[SkillLevel, ...] = (
    APPRENTICE,
    JUNIOR,
    INTERMEDIATE,
    SENIOR,
    TECHNICIAN,
    SENIOR_TECHNICIAN,
    SPECIAL_TECHNICIAN,
    CHIEF_TECHNICIAN,
)

BY_KEY: dict[str, SkillLevel] = {level.key: level for level in LADDER}
BY_DIGIT: dict[int, SkillLevel] = {level.digit: level for level in LADDER if level.digit is not None}


def level_named(words: str) -> SkillLevel | None:
    """The level people mean by "三级/高级工", "三级", "高级工", "3" or "level_3"; None when it names none.

    For spreadsheets: compares whole words after blanks are dropped and full-width strokes made plain.
    """
    return _NAMES.get("".join(words.split()).replace("／", "/").lower())


def above(level: SkillLevel) -> SkillLevel | None:
    """The next step up the ladder, None from the top."""
    return LADDER[level.order + 1] if level.order + 1 < len(LADDER) else None


def _names(level: SkillLevel) -> set[str]:
    names = {level.key, level.title.zh, level.title.en.replace(" ", "").lower()}
    if level.wording is not None:
        names |= {level.wording.zh, *level.wording.zh.split("/")}
    if level.digit is not None:
        names |= {str(level.digit), f"{level.digit}级"}
    return names


_NAMES: dict[str, SkillLevel] = {name: level for level in LADDER for name in _names(level)}
