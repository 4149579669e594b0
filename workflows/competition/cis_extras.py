"""What the workbook of WorldSkills' information system has no column for, carried on its sheet "Calculations".

That system reads a measurement or a judgement and nothing else of how an aspect is marked, and leaves rows it does not know alone.  So
each such value stands there on a row of its own: our sign, where it belongs ("A" a module, "A1" a form, "A1.3" an aspect), what it is,
the value, and the words of the aspect.  The words say whether it still belongs there when somebody has moved rows in between.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from workflows.competition.aspects import AspectType, Method, value_from
from workflows.competition.methods import FULL_OR_ZERO, JUDGEMENT, data_of, method_from
from workflows.competition.scheme import MAX_VARIATION, Aspect, Criterion, MarkingScheme, SubCriterion
from workflows.exact import exact, has_at_most, plain
from workflows.text import Text

SIGN = "Jiangbang"


def _mark(value: str) -> Decimal:
    number = exact(value)
    if not has_at_most(2, number):
        raise ValueError(value)
    return number


def _method(value: str) -> Method:
    return method_from(json.loads(value))


OF_SCHEME: dict[str, Any] = {"max_aspect_mark": _mark, "max_variation": _mark}
OF_CRITERION: dict[str, Any] = {"weight": _mark}
OF_SUB_CRITERION: dict[str, Any] = {"team": str, "marked_at": str}
OF_ASPECT: dict[str, Any] = {"method": _method, "reference": value_from, "reference_note": str}


def rows_of(scheme: MarkingScheme) -> list[list[object]]:
    """The rows for everything in *scheme* that the import sheet cannot say; none for a scheme made for that system."""
    return [[SIGN, *row] for row in _rows(scheme)]


def _rows(scheme: MarkingScheme) -> Iterator[tuple[str, str, str, str]]:
    if scheme.max_aspect_mark is not None:
        yield "", "max_aspect_mark", plain(scheme.max_aspect_mark), ""
    if scheme.max_variation != MAX_VARIATION:
        yield "", "max_variation", plain(scheme.max_variation), ""
    for criterion in scheme.criteria:
        if criterion.weight is not None:
            yield criterion.letter, "weight", plain(criterion.weight), ""
        for sub in criterion.sub_criteria:
            if sub.team:
                yield sub.id, "team", sub.team, ""
            if sub.marked_at:
                yield sub.id, "marked_at", sub.marked_at, ""
    for code, aspect in scheme.aspects():
        if aspect.method not in (FULL_OR_ZERO, JUDGEMENT):
            yield code, "method", json.dumps(data_of(aspect.method), ensure_ascii=False), aspect.description
        if aspect.reference is not None:
            yield code, "reference", plain(aspect.reference), aspect.description
        if aspect.reference_note:
            yield code, "reference_note", aspect.reference_note, aspect.description


def applied(scheme: MarkingScheme, calculations: Sequence[Sequence[object]]) -> tuple[MarkingScheme, list[tuple[int, Text]]]:
    """*scheme* with what our rows among *calculations* say, and each row that could not be used, with the reason."""
    rest: list[tuple[int, Text]] = []
    told: dict[str, dict[str, Any]] = {}
    words = {code: aspect.description for code, aspect in scheme.aspects()}
    places = {
        **dict.fromkeys(words, OF_ASPECT),
        **{sub.id: OF_SUB_CRITERION for sub in scheme.sub_criteria()},
        **{criterion.letter: OF_CRITERION for criterion in scheme.criteria},
        "": OF_SCHEME,
    }
    for number, row in enumerate(calculations, start=1):
        if len(row) < 4 or row[0] != SIGN:
            continue
        where, name, value, description = (str(cell or "") for cell in (*row[1:5], "")[:4])
        if where not in places or words.get(where, description) != description:
            rest.append((number, MOVED.format(where=where or "—")))
            continue
        try:
            told.setdefault(where, {})[name] = places[where][name](value)
        except (KeyError, ValueError, ArithmeticError, TypeError, AttributeError):
            rest.append((number, Text("看不懂这一行", "This row is not understood")))
    return _with(scheme, told), rest


MOVED = Text("“{where}”已不是原来的内容，这一行未采用", "“{where}” is no longer what it was, so this row was not used")


def _with(scheme: MarkingScheme, told: dict[str, dict[str, Any]]) -> MarkingScheme:
    criteria = tuple(replace(_criterion(criterion, told), **told.get(criterion.letter, {})) for criterion in scheme.criteria)
    return replace(scheme, criteria=criteria, **told.get("", {}))


def _criterion(criterion: Criterion, told: dict[str, dict[str, Any]]) -> Criterion:
    subs: Iterable[SubCriterion] = (
        replace(
            sub,
            aspects=tuple(_aspect(aspect, told.get(f"{sub.id}.{number}", {})) for number, aspect in enumerate(sub.aspects, start=1)),
            **told.get(sub.id, {}),
        )
        for sub in criterion.sub_criteria
    )
    return replace(criterion, sub_criteria=tuple(subs))


def _aspect(aspect: Aspect, told: dict[str, Any]) -> Aspect:
    method = told.get("method", aspect.method)
    if (method.type.cis_letter == "J") != (aspect.type is AspectType.JUDGEMENT):
        told = {name: value for name, value in told.items() if name != "method"}  # the letter was changed since: it counts
    return replace(aspect, **told)
