"""One sheet: what may be entered, what is missing, where judges differ, what a signature covers."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from workflows.competition import sheet_marks
from workflows.competition.scheme import AspectType
from workflows.competition.sheet_marks import Marked

M, J = AspectType.MEASUREMENT, AspectType.JUDGEMENT
LOOK = Marked("B1.1", J, Decimal("2.00"), {1: Decimal(2), 2: Decimal(2), 3: Decimal(3)})
MEASURE = Marked("A1.1", M, Decimal("1.50"), {})


@pytest.mark.parametrize(
    ("kind", "is_partial", "value", "is_allowed"),
    [
        (J, False, "3", True),
        (J, False, "4", False),
        (J, False, "1.5", False),
        (M, False, "1.50", True),
        (M, False, "0", True),
        (M, False, "0.75", False),
        (M, True, "0.75", True),
        (M, True, "1.51", False),
        (M, True, "-0.5", False),
    ],
)
def test_only_what_the_aspect_can_earn_may_be_entered(kind, is_partial, value, is_allowed):
    reason = sheet_marks.why_not(kind, Decimal("1.50"), Decimal(value), is_partial=is_partial)
    assert (reason is None) is is_allowed


def test_not_attempted_can_always_be_entered():
    assert sheet_marks.why_not(M, Decimal(1), None, is_partial=False) is None


def test_what_is_missing_names_the_aspect_and_the_judge():
    half = replace(LOOK, values={1: Decimal(2)})
    assert [text.zh for text in sheet_marks.missing([half, MEASURE], (1, 2, 3))] == ["B1.1 缺第 2、3 位裁判的评分", "A1.1 未评"]


def test_judges_more_than_one_apart_must_mark_again():
    apart = replace(LOOK, values={1: Decimal(0), 2: Decimal(2), 3: Decimal(2)})
    assert "相差 2 分" in sheet_marks.difference(apart).zh
    assert sheet_marks.difference(LOOK) is None


def test_judges_must_agree_whether_it_was_attempted():
    split = replace(LOOK, values={1: Decimal(1), 2: None, 3: Decimal(1)})
    assert sheet_marks.difference(split) is not None
    assert sheet_marks.difference(replace(LOOK, values={1: None, 2: None, 3: None})) is None


def test_one_changed_value_makes_another_digest():
    changed = replace(LOOK, values={**LOOK.values, 1: Decimal(3)})
    assert sheet_marks.digest([LOOK, MEASURE]) == sheet_marks.digest([replace(LOOK, values=dict(reversed(LOOK.values.items()))), MEASURE])
    assert sheet_marks.digest([LOOK]) != sheet_marks.digest([changed])
