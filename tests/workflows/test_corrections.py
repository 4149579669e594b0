"""Corrections with plain values: what each does to a mark, what stands beside it, and that nothing falls below nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from workflows.competition import prizes
from workflows.competition.corrections import KINDS, Correction, aspects_corrected, kind, total_corrected, why_not
from workflows.competition.methods import PARTIAL
from workflows.competition.scheme import Aspect, MarkingScheme, SubCriterion
from workflows.competition.scheme import Criterion as Module
from workflows.competition.tally import Competitor, Rules, tally

SCHEME = MarkingScheme("电工", (Module("A", "安装", (SubCriterion("A1", "箱", 1, (Aspect(PARTIAL, "导线", Decimal(100)),)),)),))
RULES = Rules(Decimal(0), Decimal(100), prizes.fixed(1, 1, 1))
COMPETITOR = Competitor(1, "01", {"A1.1": {0: Decimal(80)}})
MARKS = {"A1.1": Decimal("4.50"), "A1.2": Decimal("0.00")}
MAXIMA = {"A1.1": Decimal("5.00"), "A1.2": Decimal("2.00")}


def test_a_corrected_aspect_takes_the_value_given_and_full_marks_take_the_maximum():
    said = [Correction("transcription", Decimal("3.25"), "抄错", "A1.1"), Correction("full_marks", None, "停电", "A1.2")]
    marks, steps = aspects_corrected(MARKS, MAXIMA, said)
    assert marks == {"A1.1": Decimal("3.25"), "A1.2": Decimal("2.00")}
    assert ["4.50 → 3.25" in steps[0].zh, "停电" in steps[1].zh] == [True, True]


def test_of_two_corrections_of_one_aspect_the_later_counts():
    said = [Correction("transcription", Decimal(1), "甲", "A1.1"), Correction("recheck", Decimal(2), "乙", "A1.1")]
    assert aspects_corrected(MARKS, MAXIMA, said)[0]["A1.1"] == Decimal(2)


def test_a_penalty_comes_off_the_total_and_never_takes_it_below_nothing():
    penalty = Correction("penalty", Decimal("2.50"), "未戴护目镜")
    assert total_corrected(Decimal("80.00"), [penalty, penalty])[0] == Decimal("75.00")
    assert total_corrected(Decimal("2.00"), [penalty])[0] == Decimal("0.00")


@pytest.mark.parametrize(
    ("key", "aspect", "value"),
    [
        ("penalty", "A1.1", Decimal(1)),
        ("penalty", None, Decimal(0)),
        ("penalty", None, Decimal("1.005")),
        ("transcription", None, Decimal(1)),
        ("transcription", "A1.1", Decimal("5.01")),
        ("transcription", "A1.1", None),
        ("full_marks", "A1.1", Decimal(5)),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_reason(key, aspect, value):
    assert why_not(kind(key), aspect, value, Decimal(5)) is not None


def test_every_kind_can_be_used():
    for each in KINDS:
        value = None if each.key == "full_marks" else Decimal(1)
        assert why_not(each, "A1.1" if each.on_aspect else None, value, Decimal(5)) is None


def test_the_result_shows_the_calculated_mark_beside_the_final_one():
    plain = tally(SCHEME, [COMPETITOR], RULES)[0]
    corrected = replace(COMPETITOR, corrections=(Correction("penalty", Decimal(3), "违规"),))
    line = tally(SCHEME, [corrected], RULES)[0]
    assert line.total == plain.total - 3
    assert line.calculated == {"total": plain.total}
    assert plain.calculated == {}
    assert any("违规" in step.zh for step in line.steps)
