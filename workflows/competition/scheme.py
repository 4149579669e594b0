"""A marking scheme: criteria, their sub criteria (one marking form each), and the aspects that carry the marks.

Aspects have no number of their own; their position gives them one ("A1.3", the third aspect of sub criterion A1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from workflows.competition.aspects import AspectType, Method, why_not
from workflows.exact import has_at_most, plain
from workflows.text import Text

WHOLE = Decimal("100.00")
MAX_ASPECT_MARK = Decimal("2.00")  # what a fresh CIS allows; a setting there and here: a national scheme has 2.50
MAX_VARIATION = Decimal("5.00")  # EuroSkills 2023 Technical Description 17: five per cent away from the weights of the standard
MOST_CRITERIA = 9  # lettered A to I (CIS)
SCORES = (0, 1, 2, 3)
RECORDED_ONLY = (AspectType.TIME, AspectType.ERRORS)  # may be worth nothing, and only break ties


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What earns a judgement score of 0, 1, 2 or 3."""

    score: int
    description: str


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing to be marked, and the most it is worth.

    `section` is the section of the occupational standard it belongs to.  `extra` and `requirement` tell the judges more; a
    judgement has `benchmarks`.  `calculation_row` is the row of the calculation sheet that an export refers to.  `reference` is the
    value the author would give the practice sheet's work, with a word why.  `key` stays the same from version to version.
    """

    method: Method
    description: str
    max_mark: Decimal
    section: str = ""
    extra: str = ""
    requirement: str = ""
    benchmarks: tuple[Benchmark, ...] = ()
    calculation_row: int | None = None
    reference: Decimal | None = None
    reference_note: str = ""
    key: str = field(default="", compare=False)

    @property
    def type(self) -> AspectType:
        return self.method.type

    @property
    def meanings(self) -> tuple[str, ...]:
        """The words for the scores 0 to 3, "" where there are none."""
        words = {benchmark.score: benchmark.description for benchmark in self.benchmarks}
        return tuple(words.get(score, "") for score in SCORES)


PLACES = {"": Text("看作品", "On the work"), "seat": Text("在赛位看过程", "At the seat")}
"""Where a sub criterion can be marked, and so by which code its sheets are found (`codes.of_sheet`)."""


@dataclass(frozen=True, slots=True)
class SubCriterion:
    """A marking form: its id ("A1"), its name, the competition day it is marked on, its aspects in order, the team that marks it.

    `marked_at` is "seat" where the process is marked at the bench.
    """

    id: str
    name: str
    day: int | None
    aspects: tuple[Aspect, ...]
    team: str = ""
    marked_at: str = ""
    key: str = field(default="", compare=False)

    @property
    def max_mark(self) -> Decimal:
        return sum((aspect.max_mark for aspect in self.aspects), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class Criterion:
    """A lettered part of the scheme, a module.  `stated_mark` is what its heading claims, None where it claims nothing.

    `weight` is its share of the practice mark in per cent: the module is then marked out of a maximum of its own.  None adds its marks.
    """

    letter: str
    name: str
    sub_criteria: tuple[SubCriterion, ...]
    stated_mark: Decimal | None = None
    weight: Decimal | None = None

    @property
    def max_mark(self) -> Decimal:
        return sum((sub.max_mark for sub in self.sub_criteria), Decimal("0.00"))


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the occupational standard and the marks it should have in the scheme."""

    id: str
    name: str
    marks: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MarkingScheme:
    """The whole scheme of a skill.  `max_aspect_mark` (None: no limit) and `max_variation` are what its rules allow."""

    title: str
    criteria: tuple[Criterion, ...]
    sections: tuple[Section, ...] = ()
    max_aspect_mark: Decimal | None = None
    max_variation: Decimal = MAX_VARIATION

    @property
    def max_mark(self) -> Decimal:
        return sum((criterion.max_mark for criterion in self.criteria), Decimal("0.00"))

    @property
    def is_weighted(self) -> bool:
        """Whether its modules count by weight, each out of its own maximum, instead of being added."""
        return any(criterion.weight is not None for criterion in self.criteria)

    def sub_criteria(self) -> Iterator[SubCriterion]:
        return (sub for criterion in self.criteria for sub in criterion.sub_criteria)

    def aspects(self) -> Iterator[tuple[str, Aspect]]:
        """Every aspect with the number its position gives it."""
        return ((f"{sub.id}.{number}", aspect) for sub in self.sub_criteria() for number, aspect in enumerate(sub.aspects, start=1))

    def marks_by_section(self) -> dict[str, Decimal]:
        """What the aspects give to each section of the standard; sections without an aspect have 0."""
        marks = {section.id: Decimal("0.00") for section in self.sections}
        for _, aspect in self.aspects():
            marks[aspect.section] = marks.get(aspect.section, Decimal("0.00")) + aspect.max_mark
        return marks

    def variation(self) -> Decimal:
        """How far the aspects lie from the weights of the standard: the differences of all sections added up."""
        marks = self.marks_by_section()
        return sum((abs(section.marks - marks[section.id]) for section in self.sections if section.marks is not None), Decimal("0.00"))


# --- whether it can be used -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and where: "" the whole scheme, "A" a criterion, "A1" a sub criterion, "A1.3" an aspect, "§2" a section.

    `field` names the value concerned.  A problem that is not `is_error` is remarked upon and hinders nothing.
    """

    where: str
    field: str
    reason: Text
    is_error: bool = True

    @property
    def as_text(self) -> Text:
        """The reason with its place before it."""
        return Text("{where} {reason}", "{where}: {reason}").format(where=self.where, reason=self.reason) if self.where else self.reason


def problems(scheme: MarkingScheme) -> list[Problem]:
    """Everything that keeps *scheme* from being marked with (an empty list: nothing), in the order of the scheme."""
    return [
        *(_weight_problems(scheme) if scheme.is_weighted else _whole_problems(scheme)),
        *_section_problems(scheme),
        *_form_problems(scheme),
        *(problem for where, aspect in scheme.aspects() for problem in _aspect_problems(where, aspect, scheme)),
    ]


def panel_problems(scheme: MarkingScheme, judges: Callable[[str], int]) -> Iterator[Problem]:
    """Where the panel is not what the scheme asks for; *judges* says how many sit on that of a sub criterion, by its id.

    With fewer or more scores than a method was made for, another number of extremes would be dropped: that is an error.  A judgement is
    a mean, so it is only remarked upon.
    """
    for sub in scheme.sub_criteria():
        there = judges(sub.id)
        for number, aspect in enumerate(sub.aspects, start=1):
            needed = aspect.method.judges_needed
            if needed is not None and needed != there:
                text = _both("应有 {0} 名裁判，现有 {1} 名", "{0} judges are needed, there are {1}", needed, there)
                is_error = aspect.type is AspectType.SCORES or there == 0
                yield Problem(f"{sub.id}.{number}", "method", text, is_error=is_error)


def _whole_problems(scheme: MarkingScheme) -> Iterator[Problem]:
    if scheme.max_mark != WHOLE:
        text = _both("各项最高分合计为 {0}，应为 {1}", "the marks add up to {0}, not to {1}", scheme.max_mark, WHOLE)
        yield Problem("", "max_mark", text)


def _weight_problems(scheme: MarkingScheme) -> Iterator[Problem]:
    weights = [criterion.weight or Decimal(0) for criterion in scheme.criteria]
    if sum(weights, Decimal(0)) != WHOLE:
        text = _both("各模块权重合计为 {0}，应为 {1}", "the weights of the modules add up to {0}, not to {1}", sum(weights), WHOLE)
        yield Problem("", "weight", text)
    for criterion in scheme.criteria:
        if criterion.weight is None:
            yield Problem(criterion.letter, "weight", _both("模块 {0} 没有权重", "module {0} has no weight", criterion.letter))
        elif criterion.weight < 0 or not has_at_most(2, criterion.weight):
            text = _both(
                "模块 {0} 的权重 {1} 应不小于零、最多两位小数", "module {0}: {1} is no weight", criterion.letter, plain(criterion.weight)
            )
            yield Problem(criterion.letter, "weight", text)
        if not criterion.max_mark:
            yield Problem(criterion.letter, "max_mark", _both("模块 {0} 没有分值", "module {0} is worth nothing", criterion.letter))


def _section_problems(scheme: MarkingScheme) -> Iterator[Problem]:
    if not scheme.sections:
        return
    marks = scheme.marks_by_section()
    for section in scheme.sections:
        if section.marks is not None and section.marks > 0 and not marks[section.id]:
            text = _both("职业标准第 {0} 部分没有任何评分项", "no aspect belongs to section {0} of the occupational standard", section.id)
            yield Problem(f"§{section.id}", "marks", text, is_error=False)
    if scheme.variation() > scheme.max_variation:
        text = _both(
            "与职业标准权重的偏差合计 {0}，超过 {1}",
            "the marks lie {0} away from the weights of the occupational standard, more than {1}",
            scheme.variation(),
            scheme.max_variation,
        )
        yield Problem("", "variation", text, is_error=False)


def _form_problems(scheme: MarkingScheme) -> Iterator[Problem]:
    if len(scheme.criteria) > MOST_CRITERIA:
        yield Problem("", "letter", _both("模块多于 {0} 个", "there are more than {0} criteria", MOST_CRITERIA), is_error=False)
    letters: set[str] = set()
    ids: set[str] = set()
    for criterion in scheme.criteria:
        if criterion.letter in letters:
            yield Problem(criterion.letter, "letter", _both("模块 {0} 出现两次", "criterion {0} stands twice", criterion.letter))
        letters.add(criterion.letter)
        if criterion.stated_mark is not None and criterion.stated_mark != criterion.max_mark:
            text = _both(
                "模块 {0} 标明 {1} 分，评分项合计 {2} 分",
                "criterion {0} states {1}, its aspects add up to {2}",
                criterion.letter,
                criterion.stated_mark,
                criterion.max_mark,
            )
            yield Problem(criterion.letter, "stated_mark", text)
        for sub in criterion.sub_criteria:
            if sub.id in ids:
                yield Problem(sub.id, "id", _both("评分表 {0} 出现两次", "sub criterion {0} stands twice", sub.id))
            ids.add(sub.id)
            if not sub.id.startswith(criterion.letter):
                text = _both("评分表 {0} 不属于模块 {1}", "sub criterion {0} does not belong to criterion {1}", sub.id, criterion.letter)
                yield Problem(sub.id, "id", text)
            if not sub.aspects:
                yield Problem(sub.id, "aspects", _both("评分表 {0} 没有评分项", "sub criterion {0} has no aspect", sub.id))


def _aspect_problems(where: str, aspect: Aspect, scheme: MarkingScheme) -> Iterator[Problem]:
    mark, limit = aspect.max_mark, scheme.max_aspect_mark
    if mark < 0 or (mark == 0 and aspect.type not in RECORDED_ONLY):
        yield Problem(where, "max_mark", _both("最高分 {0} 应大于零", "maximum mark {0} is not above zero", plain(mark)))
    elif not has_at_most(2, mark):
        yield Problem(where, "max_mark", _both("最高分 {0} 超过两位小数", "maximum mark {0} has more than two decimals", plain(mark)))
    elif limit is not None and mark > limit:
        yield Problem(where, "max_mark", _both("最高分 {0} 超过本方案上限 {1}", "maximum mark {0} is above the limit of {1}", mark, limit))
    if not aspect.description:
        yield Problem(where, "description", Text("评分项没有说明", "the aspect has no description"))
    known = {section.id for section in scheme.sections}
    if known and aspect.section not in known:
        text = (
            _both("职业标准没有第 {0} 部分", "the occupational standard has no section {0}", aspect.section)
            if aspect.section
            else Text("未注明职业标准部分", "the section of the occupational standard is missing")
        )
        yield Problem(where, "section", text)
    yield from _benchmark_problems(where, aspect)
    yield from (Problem(where, "method", reason) for reason in aspect.method.problems(mark))
    if aspect.reference is not None and (reason := why_not(aspect, aspect.reference)) is not None:
        yield Problem(where, "reference", Text("参考答案：{why}", "reference: {why}").format(why=reason))


def _benchmark_problems(where: str, aspect: Aspect) -> Iterator[Problem]:
    scores = [benchmark.score for benchmark in aspect.benchmarks]
    if aspect.type is not AspectType.JUDGEMENT:
        if scores:
            yield Problem(where, "benchmarks", Text("只有评判项有评判分档", "only a judgement has judgement benchmarks"))
        return
    if missing := [score for score in SCORES if score not in scores]:
        listed = ", ".join(map(str, missing))
        yield Problem(where, "benchmarks", _both("缺少评判分档 {0} 的说明", "the benchmarks for score {0} are missing", listed))
    if len(set(scores)) != len(scores):
        yield Problem(where, "benchmarks", Text("同一评判分档出现两次", "a benchmark stands twice"))
    if unknown := [score for score in scores if score not in SCORES]:
        listed = ", ".join(map(str, unknown))
        yield Problem(where, "benchmarks", _both("评判分档 {0} 应为 0 至 3", "benchmark {0} is not one of 0 to 3", listed))


def _both(zh: str, en: str, *values: object) -> Text:
    return Text(zh.format(*values), en.format(*values))
