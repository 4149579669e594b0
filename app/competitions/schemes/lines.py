"""The aspects of a marking form as they stand on its page: texts, some of which may be wrong, until they are kept.

The page is sent as a whole whatever is pressed.  "Up", "duplicate" and the like rearrange the lines and show the page again; nothing of
what was typed is lost, and nothing is kept before "save" is pressed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from app.competitions.models.scheme import new_key
from workflows.competition import aspects, method_fields
from workflows.competition.aspects import AspectType, Marked, value_from
from workflows.competition.method_fields import PARAMS, Unreadable
from workflows.competition.methods import METHODS
from workflows.competition.scheme import SCORES, Aspect, Benchmark
from workflows.exact import exact, has_at_most, plain
from workflows.text import Text

NOT_A_MARK = Text("“{value}”不是分值：不小于零、最多两位小数", "“{value}” is no mark: not below zero, with at most two decimals")
NO_DESCRIPTION = Text("没有评分项说明", "The aspect has no description")
NOT_A_VALUE = Text("“{value}”不是数字", "“{value}” is not a number")


@dataclass(frozen=True, slots=True)
class Line:
    """One aspect as typed.  `params` are the texts of its method's parameters by name, `benchmarks` the words for the scores 0 to 3."""

    key: str = ""
    method: str = "full_or_zero"
    description: str = ""
    max: str = ""
    section: str = ""
    extra: str = ""
    requirement: str = ""
    reference: str = ""
    note: str = ""
    tried: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    benchmarks: tuple[str, ...] = ("", "", "", "")

    @property
    def is_blank(self) -> bool:
        return not self.description and not self.max

    @property
    def asks(self) -> frozenset[str]:
        """The parameters its method has."""
        return frozenset(param.name for param in method_fields.params_of(self.method))

    @property
    def is_judgement(self) -> bool:
        return METHODS[self.method].type is AspectType.JUDGEMENT

    def read(self) -> tuple[Aspect | None, list[Text]]:
        """The aspect these texts make, or None; and every reason why not."""
        reasons: list[Text] = []
        try:
            method = method_fields.read(self.method, self.params)
        except Unreadable as unreadable:
            method = None
            reasons += [
                Text("{title}：{why}", "{title}: {why}").format(title=PARAMS[name].title, why=reason)
                for name, reason in unreadable.reasons.items()
            ]
        max_mark, reference = _mark_in(self.max), self._value(self.reference, reasons)
        if max_mark is None:
            reasons.append(NOT_A_MARK.format(value=self.max))
        if not self.description:
            reasons.append(NO_DESCRIPTION)
        if method is None or max_mark is None or reasons:
            return None, reasons
        words = tuple(Benchmark(score, text) for score, text in zip(SCORES, self.benchmarks, strict=True) if text)
        return (
            Aspect(
                method,
                self.description,
                max_mark,
                self.section,
                self.extra,
                self.requirement,
                words if self.is_judgement else (),
                reference=reference,
                reference_note=self.note,
                key=self.key,
            ),
            [],
        )

    def _value(self, text: str, reasons: list[Text]) -> Decimal | None:
        if not text:
            return None
        try:
            return value_from(text)
        except (ValueError, ArithmeticError):
            reasons.append(NOT_A_VALUE.format(value=text))
            return None

    @property
    def preview(self) -> tuple[Text, ...]:
        """What the tried value comes to, step by step, or why it cannot be told; several judges' scores stand apart by blanks."""
        if not self.tried:
            return ()
        aspect, reasons = self.read()
        if aspect is None:
            return tuple(reasons)
        try:
            given = [value_from(part) for part in self.tried.replace("，", " ").replace(",", " ").split()]
        except (ValueError, ArithmeticError):
            return (NOT_A_VALUE.format(value=self.tried),)
        refused = tuple(reason for value in given if (reason := aspects.why_not(aspect, value)) is not None)
        return refused or aspects.explain(Marked("", aspect.method, aspect.max_mark, dict(enumerate(given))))


def line_of(aspect: Aspect, language: str) -> Line:
    """An aspect as its page shows it to a reader of *language*."""
    return Line(
        aspect.key,
        aspect.method.key,
        aspect.description,
        str(aspect.max_mark),
        aspect.section,
        aspect.extra,
        aspect.requirement,
        "" if aspect.reference is None else plain(aspect.reference),
        aspect.reference_note,
        params=method_fields.write(aspect.method, language),
        benchmarks=aspect.meanings,
    )


def lines_from(form: Mapping[str, str]) -> list[Line]:
    """The lines of the page, in its order; fields are named `description-1`, `p-each-1`, `benchmark-1-3`."""
    prefix = "description-"
    numbers = sorted(int(name.removeprefix(prefix)) for name in form if name.startswith(prefix) and name.removeprefix(prefix).isdigit())
    return [_line(form, number) for number in numbers]


def _line(form: Mapping[str, str], number: int) -> Line:
    def said(name: str) -> str:
        return form.get(f"{name}-{number}", "").strip()

    method = said("method")
    return Line(
        said("key")[:16],
        method if method in METHODS else "full_or_zero",
        said("description"),
        said("max"),
        said("section")[:10],
        said("extra"),
        said("requirement"),
        said("reference"),
        said("note"),
        said("try"),
        {name: said(f"p-{name}") for name in PARAMS},
        tuple(form.get(f"benchmark-{number}-{score}", "").strip() for score in SCORES),
    )


def arranged(lines: Sequence[Line], told: str) -> list[Line]:
    """The lines after what was pressed: "up-2", "down-2", "copy-2", "remove-2", "add-0"; anything else leaves them as they are."""
    verb, _, place_ = told.partition("-")
    place = int(place_) if place_.isdigit() else -1
    made = list(lines)
    if verb == "add":
        return [*made, Line(key=new_key())]
    if not 0 <= place < len(made):
        return made
    if verb == "remove":
        del made[place]
    elif verb == "copy":
        made.insert(place + 1, replace(made[place], key=new_key()))
    elif verb in ("up", "down"):
        other = place - 1 if verb == "up" else place + 1
        if 0 <= other < len(made):
            made[place], made[other] = made[other], made[place]
    return made


def _mark_in(text: str) -> Decimal | None:
    try:
        mark = exact(text, "mark")
    except ValueError:
        return None
    return mark if mark >= 0 and has_at_most(2, mark) else None
