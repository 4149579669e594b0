"""The benchmarks run and print their table; no figure is asserted."""

from __future__ import annotations

import pytest

import bench.__main__
from bench import report
from bench.board import published
from bench.harness import Row
from workflows.competition.skill_flow import SkillFlow


def test_a_subject_is_measured_beside_its_reference(capsys):
    assert bench.__main__.main(["determination", "--quick"]) == 0
    heading, first, *_ = capsys.readouterr().out.splitlines()
    assert "reference" in heading
    assert "µs" in first


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_the_lists_that_boards_are_measured_with_can_be_made(session):
    assert published(2).is_in(SkillFlow.publicity)


def test_the_document_names_the_worst_ratio_and_where_the_time_goes():
    rows = [
        Row("marks", "a sheet", "an insert", 6.0, 2.0, "ms", "marks are checked"),
        Row("step", "a fire", "an update", 8.0, 1.0, "ms", "the record is chained"),
    ]
    text = report.document(rows)
    assert "8 times: step, a fire, beside an update. The record is chained." in text
    assert "| marks | a sheet | 6.00 ms | an insert | 2.00 ms | 3.0 × |" in text
