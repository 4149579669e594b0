"""One sheet: what is missing, and what a signature covers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from workflows.competition import sheet_marks
from workflows.competition.aspects import Marked
from workflows.competition.methods import FULL_OR_ZERO, JUDGEMENT

LOOK = Marked("B1.1", JUDGEMENT, Decimal("2.00"), {1: Decimal(2), 2: Decimal(2), 3: Decimal(3)})
MEASURE = Marked("A1.1", FULL_OR_ZERO, Decimal("1.50"), {})


def test_what_is_missing_names_the_aspect_and_the_judge():
    half = replace(LOOK, values={1: Decimal(2)})
    assert [text.zh for text in sheet_marks.missing([half, MEASURE], (1, 2, 3))] == ["B1.1 缺第 2、3 位裁判的评分", "A1.1 未评"]


def test_one_changed_value_makes_another_digest():
    changed = replace(LOOK, values={**LOOK.values, 1: Decimal(3)})
    assert sheet_marks.digest([LOOK, MEASURE]) == sheet_marks.digest([replace(LOOK, values=dict(reversed(LOOK.values.items()))), MEASURE])
    assert sheet_marks.digest([LOOK]) != sheet_marks.digest([changed])
